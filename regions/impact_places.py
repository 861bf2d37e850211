"""The rules of every place before and after a change, each looked up once; the programmes that read a changed one."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from core.bounds import rate
from core.caseload.kernel import Books
from core.caseload.snapshot import Key
from core.errors import JiuzhuError
from core.kinds.schema import is_gap
from core.provision import ANY, Provision
from core.rulebook import Rulebook
from core.values import Rate
from regions.caseload import books
from regions.impact_changes import Changes
from regions.impact_source import CaseFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The rules of a place before and after, and how much the line rises for a person a month.

    ``programmes`` are its own and the linked ones: those a household of the place is told about.
    """

    before: Rulebook
    after: Rulebook
    rise: Fraction
    programmes: tuple[str, ...]

    @property
    def same_facts(self) -> bool:
        """Whether facts need to be checked only once."""
        return self.before.facts.declared == self.after.facts.declared and self.before.facts.gap_items == (
            self.after.facts.gap_items
        )


@dataclass(slots=True, kw_only=True)
class Places:
    """The pairs of rulebooks by programme, division and area; of a place whose rules are broken, the error."""

    changes: Changes
    linked: tuple[str, ...]
    known: dict[Key, Pair | JiuzhuError] = field(default_factory=dict)
    books: dict[tuple[str, ...], tuple[Books, Books]] = field(default_factory=dict)
    """The rules before and after by the programmes wanted; places without rules of their own share them."""

    def of(self, case: CaseFacts) -> Pair:
        """Return the pair of a case's place.

        Raises:
            JiuzhuError: the rules of the place cannot be used.
        """
        key = (case.programme, case.division, case.area)
        if key not in self.known:
            try:
                self.known[key] = self._pair(*key)
            except JiuzhuError as error:
                self.known[key] = error
        found = self.known[key]
        if isinstance(found, JiuzhuError):
            raise found
        return found

    def target(self, division: str, area: str) -> Fraction | None:
        """Return the target of the average benefit a person a month in a place looked up before; None for none."""
        found: Fraction | None = None
        for programme in self.changes.programmes:
            pair = self.known.get((programme, division, area))
            if isinstance(pair, Pair):
                found = _target(pair.after, programme) or found
        return found

    def _pair(self, programme: str, division: str, area: str) -> Pair:
        wanted = tuple(dict.fromkeys((programme, *self.linked)))
        if wanted not in self.books:
            whole = self.changes
            self.books[wanted] = books(whole.before, whole.on, wanted), books(whole.after, whole.on, wanted)
        before, after = (one((programme, division, area)) for one in self.books[wanted])
        return Pair(before=before, after=after, programmes=wanted,
                    rise=_per_month(after, programme) - _per_month(before, programme))  # fmt: skip


def linked_programmes(changes: Changes) -> tuple[str, ...]:
    """Return the programmes that read a changed programme's values, in any of the places it changes them."""
    named = {one.scope.programme for one in changes.after.provisions()} - {ANY, *changes.programmes}
    asked = {(one.scope.division, area) for one in changes.provisions for area in _areas(one)}
    return tuple(
        name for name in sorted(named) if any(_reads(changes, name, division, area) for division, area in asked)
    )


def _areas(one: Provision) -> tuple[str, ...]:
    return ("urban", "rural") if one.scope.area == ANY else (one.scope.area,)


def _reads(changes: Changes, programme: str, division: str, area: str) -> bool:
    try:
        book = changes.after.rulebook(division, on=changes.on, area=area, programmes=(programme,))
    except JiuzhuError:
        return False  # a programme whose own rules are broken here is told where it is asked about
    return any(one in book.policy.programmes for one in changes.programmes)


def _per_month(book: Rulebook, programme: str) -> Fraction:
    line = book.policy.line("standard", programme)
    return Fraction(0) if line is None or line.is_gap else rate(line.provision).yearly() / 12


def _target(book: Rulebook, programme: str) -> Fraction | None:
    line = book.policy.line("target", programme, "average_benefit")
    amount = line.value.get("amount") if line is not None and not line.is_gap else None
    if amount is None or is_gap(amount):
        return None
    parsed = Rate.parse(amount["yuan"], amount.get("per"))
    return parsed.yearly() / 12 if parsed.unit.year or parsed.unit.month or parsed.unit.quarter else parsed.amount
