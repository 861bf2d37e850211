"""Other places' lines for STANDARD(programme, area, division): a table made with a policy and part of its hash."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from core.errors import JiuzhuError
from core.policy import Place
from core.provision import Provision
from core.resolve import resolve
from core.values import Rate, fraction_text

Key = tuple[str, str, str]
_CALL = re.compile(r'\bSTANDARD\s*[(（]\s*["“”＂]([a-z][a-z0-9_]*)', re.IGNORECASE)


def programmes_asked(text: str) -> tuple[str, ...]:
    """Return the programmes whose lines a formula asks other places for; the quantity ``standard`` asks for none.

    >>> programmes_asked('MONTHLY(STANDARD("dibao", area, division)) > standard')
    ('dibao',)
    """
    return tuple(dict.fromkeys(_CALL.findall(text)))


@dataclass(frozen=True)
class StandardTable:
    """Yearly lines in fen a person, with their origin, by (programme, area, division)."""

    lines: Mapping[Key, tuple[Fraction, str]]

    def __call__(self, programme: str, area: str, division: str) -> tuple[int, int] | None:
        """Return (numerator, denominator) of fen per person-year, or None where no line is in force."""
        found = self.lines.get((programme, area, division))
        return None if found is None else (found[0].numerator, found[0].denominator)

    def origin(self, programme: str, area: str, division: str) -> str | None:
        """Return the address of the provision a line comes from."""
        found = self.lines.get((programme, area, division))
        return None if found is None else found[1]

    def recorded(self, asked: set[Key]) -> Callable[[str, str, str], tuple[int, int] | None]:
        """Return the table as a function that notes in ``asked`` what it was asked for."""

        def answer(programme: str, area: str, division: str) -> tuple[int, int] | None:
            asked.add((programme, area, division))
            return self(programme, area, division)

        return answer

    def used(self, asked: Iterable[Key]) -> list[dict[str, str | None]]:
        """Return the lines asked for, each with its yearly amount in fen and the provision it comes from."""
        return [
            {
                "programme": key[0],
                "area": key[1],
                "division": key[2],
                "value": fraction_text(self.lines[key][0]) if key in self.lines else None,
                "provision": self.origin(*key),
            }
            for key in sorted(asked)
        ]

    def canonical(self) -> list[list[str]]:
        """Return the table as sorted text rows."""
        return [[*key, fraction_text(amount), origin] for key, (amount, origin) in sorted(self.lines.items())]


def standard_table(
    provisions: Iterable[Provision], *, place: Place, places: Mapping[str, Place], programmes: Sequence[str]
) -> StandardTable:
    """Resolve the standard of every place given, urban and rural, on the policy's day."""
    standards = [one for one in provisions if one.kind == "standard"]
    scoped = {one.scope.division for one in standards}
    lines: dict[Key, tuple[Fraction, str]] = {}
    for code, other in {**places, place.division: place}.items():
        if scoped.isdisjoint(other.ladder.codes):
            continue
        for area in ("urban", "rural"):
            lines |= _lines_of(standards, replace(other, area=area), code, programmes)
    return StandardTable(lines)


def _lines_of(
    standards: Sequence[Provision], place: Place, code: str, programmes: Sequence[str]
) -> dict[Key, tuple[Fraction, str]]:
    """The lines of one place; one whose own rules are torn has none, and stops only who asks for it."""
    try:
        policy = resolve(standards, place=place, programmes=programmes)
    except JiuzhuError:
        return {}
    found = {programme: policy.line("standard", programme) for programme in programmes}
    return {
        (programme, place.area, code): (_yearly(line.value["amount"]), line.provision.address)
        for programme, line in found.items()
        if line is not None and not line.is_gap
    }


def _yearly(amount: Mapping[str, str]) -> Fraction:
    return Rate.parse(amount["yuan"], amount.get("per")).yearly()
