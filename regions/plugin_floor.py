"""The lower values below a plugin's floors: each of them, from which day to which. They keep paying.

A floor raised later never breaks a place: its own value becomes a finding, 低于上级标准，限期调整.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.bounds import rate
from core.errors import JiuzhuError, Language, Text
from core.policy import Line, amount_text
from core.provision import ANY, Provision
from core.resolve import resolve
from regions.registry import Registry

FINDING = Text("低于上级标准，限期调整", "below the standard of the level above, to be adjusted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaken:
    """A value that lies below a floor from ``since`` on, up to the day ``until`` (None: for good)."""

    division: str
    programme: str
    area: str
    own: Provision
    floor: Provision
    since: date
    until: date | None

    def to_json(self, language: Language) -> dict[str, Any]:
        """Return both amounts and the days."""
        return {
            "division": self.division, "programme": self.programme, "area": self.area,
            "provision": self.own.address, "own": amount_text(self.own.value, language),
            "floor": amount_text(self.floor.value, language), "floor_provision": self.floor.address,
            "since": self.since.isoformat(), "until": self.until.isoformat() if self.until else None,
            "finding": FINDING.pick(language),
        }  # fmt: skip


def overtaken(registry: Registry, new: Iterable[Provision]) -> tuple[Overtaken, ...]:
    """Return every value that ``new`` floors exceed, day by day, under the rules of ``registry``."""
    standards = [one for one in registry.provisions() if one.kind == "standard" and one.inert is None]
    floors = [one for one in new if _is_floor(one)]
    found: list[Overtaken] = []
    for place in sorted({_asked(one) for one in standards if _is_own(one) and _could_fall(one, floors)}):
        found += _spans(registry, place, standards=standards, floors=floors)
    return tuple(found)


def _is_floor(one: Provision) -> bool:
    return one.kind == "standard" and one.value.get("role") == "floor" and not one.is_gap


def _is_own(one: Provision) -> bool:
    return one.value.get("role", "standard") == "standard" and not one.is_gap


def _asked(one: Provision) -> tuple[str, str, str]:
    return one.scope.division, one.scope.programme, one.scope.area


def _could_fall(own: Provision, floors: Iterable[Provision]) -> bool:
    return any(
        floor.scope.programme in (own.scope.programme, ANY) and rate(own).yearly() < rate(floor).yearly()
        for floor in floors
    )


Asked = tuple[str, str, str]


def _spans(
    registry: Registry, place: Asked, *, standards: Sequence[Provision], floors: Sequence[Provision]
) -> Iterator[Overtaken]:
    """Ask on every day on which anything could change; a span goes on while value and floor stay the same."""
    known = {one.id for one in floors}
    open_: Overtaken | None = None
    for day in _days(standards, floors):
        line = _line(registry, place, day, standards)
        governed = line.governed if line is not None else None
        below = governed is not None and governed.own_below and governed.provision.id in known
        own = next((one for one in standards if below and governed and one.address == governed.own_address), None)
        if open_ is not None and (
            own is None or governed is None or (own, governed.provision) != (open_.own, open_.floor)
        ):
            yield Overtaken(**{**_fields(open_), "until": day})
            open_ = None
        if open_ is None and own is not None and governed is not None and own.scope.division == place[0]:
            division, programme, area = place
            open_ = Overtaken(division=division, programme=programme, area=area, own=own, floor=governed.provision,
                              since=day, until=None)  # fmt: skip
    if open_ is not None:
        yield open_


def _fields(one: Overtaken) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Overtaken.__slots__}


def _days(standards: Iterable[Provision], floors: Iterable[Provision]) -> list[date]:
    first = min((one.period.start.day for one in floors if one.period.start.day), default=date.max)
    bounds = (bound.day for one in standards for bound in (one.period.start, one.period.until) if bound.day)
    return sorted({day for day in bounds if day >= first})


def _line(registry: Registry, place: Asked, day: date, standards: Sequence[Provision]) -> Line | None:
    division, programme, area = place
    try:
        asked = registry.place(division, area=area, on=day)
        found = resolve(standards, place=asked, programmes=(programme,))
    except JiuzhuError:
        return None  # a tie, or a place that is no more: told where it is asked about
    return found.line("standard", programme)
