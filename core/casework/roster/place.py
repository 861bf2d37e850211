"""Where a household of a roster lives: its county and township by name, below the division the roster is for."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.casework.desk import Desk
from core.errors import JiuzhuError, Text, did_you_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Residence:
    """A division of the table, its path, and the village in words; a township the table lacks stands before it."""

    division: str
    path: str
    village: str | None


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The places below a division by name; each name is looked up once."""

    desk: Desk
    division: str
    _found: dict[tuple[str, str, str], Residence] = field(default_factory=dict)
    _names: dict[str, dict[str, str]] = field(default_factory=dict)

    def residence(self, place: tuple[str, str, str]) -> Residence:
        """Return where 区县, 街道, 社区 are.

        Raises:
            JiuzhuError: ``other_county``, ``county_missing``.
        """
        if place not in self._found:
            self._found[place] = self._look_up(*place)
        return self._found[place]

    def _look_up(self, county: str, township: str, village: str) -> Residence:
        at = self._county(county)
        below = self._below(at, "township")
        if township in below:
            return self._at(below[township], village)
        own = township and self.desk.tree.name(at) == township
        return self._at(at, village if own else f"{township}{village}")

    def _at(self, code: str, village: str) -> Residence:
        return Residence(division=code, path=self.desk.path(code), village=village or None)

    def _county(self, county: str) -> str:
        tree, today = self.desk.tree, self.desk.today
        above = {tree.name(code): code for code in tree.ladder(self.division, today) if tree.level(code) == "county"}
        below = self._below(self.division, "county")
        if county in below:
            return below[county]
        if above and county in ("", *above):
            return self.division
        if not above and not below:
            return self.division  # a unit of no county: its own rows only
        known = above or below
        if not county:
            raise JiuzhuError("county_missing", Text("缺少区县", "the county is missing"))
        text = Text("区县不在本次导入的范围内", "the county is not part of what is imported")
        raise JiuzhuError("other_county", text, value=county, hint=did_you_mean(county, known))

    def _below(self, code: str, level: str) -> dict[str, str]:
        key = f"{code} {level}"
        if key not in self._names:
            tree, today = self.desk.tree, self.desk.today
            codes = (one for one in tree.descendants(code, today) if tree.level(one) == level)
            self._names[key] = {tree.name(one): one for one in codes}
        return self._names[key]
