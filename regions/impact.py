"""The impact of changed rules on a caseload: one function, for the database's cases and for any others.

Every household is assessed under the rules as they are and as they would be, on one day; that amount counts in each
month from the first one it is entitled in. Whom a batch would leave to a person stands apart. The pure-gap control
total (persons × increment of the line) stands beside it and uses no facts at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from core.assess import assess
from core.bounds import rate
from core.casework.deciding.decision import whole_fen
from core.casework.deciding.proposal import month_parts, value
from core.errors import JiuzhuError, Text
from core.fact_check import Prepared
from core.kinds.schema import is_gap
from core.provision import ANY, Provision
from core.rulebook import Rulebook
from core.source import located
from core.values import Rate
from regions.impact_changes import Changes
from regions.impact_source import NOT_COUNTED, CaseFacts, Caseload, Standing
from regions.impact_tally import Change, Count, Outlook, Tally, change_of, outlooks

Progress = Callable[[int, int], None]
"""Told how many cases are done, of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What becomes of one household under one programme, exact fen a month; None is what cannot be computed."""

    reference: str
    programme: str
    standing: Standing
    change: Change
    persons: int
    before: Fraction | None
    after: Fraction | None


Note = Callable[[Outcome], None]
"""Told what becomes of each household."""
STEP = 500
KEPT_ERRORS = 1000
DIFFERS = "differs"
"""The reason of a household whose present amount neither rule computes, as batches call it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A household that could not be computed, and why."""

    reference: str
    error: JiuzhuError


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """The average benefit a person a month in a place beside its target; None where there is none."""

    division: str
    area: str
    average: Fraction | None
    target: Fraction | None


@dataclass(slots=True, kw_only=True)
class Impact:
    """What the changes do. Money is exact fen; ``tallies`` are by programme and standing, ``places`` of those paid."""

    changes: Changes
    population: Text
    linked: tuple[str, ...] = ()
    tallies: dict[tuple[str, Standing], Tally] = field(default_factory=dict)
    places: dict[tuple[str, str], Tally] = field(default_factory=dict)
    control: dict[tuple[str, str], Fraction] = field(default_factory=dict)
    growth: dict[date, Fraction] = field(default_factory=dict)
    """What a month costs more for those paid, each in his own programme, by the month they are entitled since."""
    control_growth: dict[date, Fraction] = field(default_factory=dict)
    apart: dict[str, Count] = field(default_factory=dict)
    """Whom a re-decision batch would leave to a person, by reason; in none of the sums."""
    averages: list[Average] = field(default_factory=list)
    differing: int = 0
    """Households whose present amount neither rule computes."""
    faults: list[Fault] = field(default_factory=list)
    failed: int = 0
    not_counted: Text = NOT_COUNTED

    def tally(self, programme: str, standing: Standing = "paid") -> Tally:
        """Return a group's tally; an empty one where nobody is in it."""
        return self.tallies.get((programme, standing), Tally())

    @property
    def monthly(self) -> Fraction:
        """What a month costs more for those paid, once all of them are entitled."""
        return sum(self.growth.values(), Fraction(0))

    @property
    def control_monthly(self) -> Fraction:
        """The same if every case were a pure gap: persons × increment of the line (全部按补差的控制数)."""
        return sum(self.control.values(), Fraction(0))

    @property
    def outlooks(self) -> tuple[Outlook, ...]:
        """The money by month for each start month."""
        return self._spread(self.growth)

    @property
    def control_outlooks(self) -> tuple[Outlook, ...]:
        """The control total by month for each start month."""
        return self._spread(self.control_growth)

    def _spread(self, growth: Mapping[date, Fraction]) -> tuple[Outlook, ...]:
        whole = self.changes
        return outlooks(growth, whole.starts, until=whole.until, first_payment=whole.first_payment)


def impact(changes: Changes, source: Caseload, *, progress: Progress | None = None) -> Impact:
    """Compute what changes for every case; a case that cannot be computed is a row and never stops the rest."""
    found = begin(changes, source)
    size = source.size
    for done in count_cases(found, source):
        if progress is not None and (done % STEP == 0 or done == size):
            progress(done, size)
    return found


def begin(changes: Changes, source: Caseload) -> Impact:
    """Return the impact of nobody yet, for :func:`count_cases` to fill."""
    return Impact(changes=changes, population=source.population, linked=linked_programmes(changes))


def count_cases(found: Impact, source: Caseload, *, note: Note | None = None) -> Iterator[int]:
    """Count case by case, yielding how many are done; whoever consumes it to the end has the whole impact."""
    places = _Places(found.changes, found.linked)
    for done, case in enumerate(source, start=1):
        try:
            _count(found, case, places.of(case), note)
        except JiuzhuError as error:
            found.failed += 1
            if len(found.faults) < KEPT_ERRORS:
                found.faults.append(Fault(reference=case.reference, error=error))
        yield done
    found.averages = [_average(found, places, key) for key in sorted(found.places)]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """The rules of a place before and after, and how much the line rises for a person a month."""

    before: Rulebook
    after: Rulebook
    rise: Mapping[str, Fraction]
    programmes: tuple[str, ...]

    @property
    def same_facts(self) -> bool:
        """Whether facts need to be checked only once."""
        return self.before.facts.declared == self.after.facts.declared and self.before.facts.gap_items == (
            self.after.facts.gap_items
        )


class _Places:
    """The pairs of rulebooks by programme, division and area, each looked up once, and so the error of a place."""

    def __init__(self, changes: Changes, linked: tuple[str, ...]) -> None:
        self.changes = changes
        self.linked = linked
        self.known: dict[tuple[str, str, str], _Pair | JiuzhuError] = {}

    def of(self, case: CaseFacts) -> _Pair:
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

    def _pair(self, programme: str, division: str, area: str) -> _Pair:
        wanted = tuple(dict.fromkeys((programme, *self.linked)))
        on = self.changes.on
        before = self.changes.before.rulebook(division, on=on, area=area, programmes=wanted)
        after = self.changes.after.rulebook(division, on=on, area=area, programmes=wanted)
        rise = {programme: _per_month(after, programme) - _per_month(before, programme)}
        return _Pair(before=before, after=after, rise=rise, programmes=wanted)


def _per_month(book: Rulebook, programme: str) -> Fraction:
    line = book.policy.line("standard", programme)
    return Fraction(0) if line is None or line.is_gap else rate(line.provision).yearly() / 12


def _count(found: Impact, case: CaseFacts, pair: _Pair, note: Note | None) -> None:
    source = located(dict(case.facts), case.reference)
    new = pair.after.facts.prepare(source)  # without a day: facts may be newer than the day the rules are compared on
    old = new if pair.same_facts else pair.before.facts.prepare(source)
    for programme, *ruled in _amounts(pair, old, new):
        own = programme == case.programme
        if not own and not _counts_for(found, case, programme):
            continue
        reason = _reason(case, *ruled) if own and case.standing == "paid" else None
        before, after = _as_it_stands(case, *ruled) if own else ruled
        change, given = change_of(before, after), {"before": before or Fraction(0), "after": after or Fraction(0)}
        if change == "undecided":
            given = {"before": Fraction(0), "after": Fraction(0)}
        standing = case.standing
        if reason is not None:
            standing = "apart"
            found.differing += reason == DIFFERS
            found.apart.setdefault(reason, Count()).add(case.persons)
        found.tallies.setdefault((programme, standing), Tally()).add(change, case.persons, **given)
        if note is not None:
            note(Outcome(reference=case.reference, programme=programme, standing=standing, change=change,
                         persons=case.persons, before=before, after=after))  # fmt: skip
        if own and standing == "paid":
            _count_paid(found, case, pair, change, given)


def _counts_for(found: Impact, case: CaseFacts, programme: str) -> bool:
    """A linked programme is told of the households of the changed ones, unless they have a case there themselves."""
    return case.programme in found.changes.programmes and programme not in case.elsewhere


def _reason(case: CaseFacts, before: Fraction | None, after: Fraction | None) -> str | None:
    """Why a batch would leave a household to a person: its own rows say so, or its amount is no formula's."""
    if case.apart is not None or case.current is None:
        return case.apart
    formulas = {whole_fen(one) for one in (before, after) if one is not None}
    return DIFFERS if formulas and whole_fen(case.current) not in formulas else None


def _as_it_stands(case: CaseFacts, before: Fraction | None, after: Fraction | None) -> list[Fraction | None]:
    """What a household gets and would get, where what is decided of it is not what the rules give.

    Who gets nothing now (refused, never decided, decided as not eligible) loses nothing, and gains only what the old
    rule did not give already; an amount decided otherwise (a phase-out) goes on whatever becomes of the line.
    """
    if before is None or after is None:
        return [before, after]
    if case.standing != "paid" or case.current == 0:
        return [Fraction(0), Fraction(0) if before else after]
    if case.apart is not None and case.current is not None and not before:
        return [case.current, after or case.current]
    return [before, after]


def _count_paid(found: Impact, case: CaseFacts, pair: _Pair, change: Change, given: Mapping[str, Fraction]) -> None:
    since = case.since or date.min
    found.growth[since] = found.growth.get(since, Fraction(0)) + given["after"] - given["before"]
    if case.programme not in found.changes.programmes:
        return
    found.places.setdefault((case.division, case.area), Tally()).add(change, case.persons, **given)
    rise = case.persons * pair.rise[case.programme]
    key = (case.programme, case.area)
    found.control[key] = found.control.get(key, Fraction(0)) + rise
    found.control_growth[since] = found.control_growth.get(since, Fraction(0)) + rise


def _amounts(pair: _Pair, old: Prepared, new: Prepared) -> Iterator[tuple[str, Fraction | None, Fraction | None]]:
    before, after = assess(pair.before, old), assess(pair.after, new)
    for programme in pair.programmes:
        yield programme, amount_of(before, programme), amount_of(after, programme)


def amount_of(found: Any, programme: str) -> Fraction | None:
    """Return the exact amount a month an assessment gives, nothing for who is not eligible, None for undecided."""
    eligible = value(found, f"{programme}.eligible")
    if eligible is False:
        return Fraction(0)
    parts, missing = month_parts(found, programme)
    if "benefit" in missing or (eligible is not None and eligible is not True):
        return None
    return sum(parts.values(), Fraction(0))


def _average(found: Impact, places: _Places, key: tuple[str, str]) -> Average:
    division, area = key
    target: Fraction | None = None
    for programme in found.changes.programmes:
        pair = places.known.get((programme, division, area))
        if isinstance(pair, _Pair):
            target = _target(pair.after, programme) or target
    return Average(division=division, area=area, average=found.places[key].average, target=target)


def _target(book: Rulebook, programme: str) -> Fraction | None:
    line = book.policy.line("target", programme, "average_benefit")
    amount = line.value.get("amount") if line is not None and not line.is_gap else None
    if amount is None or is_gap(amount):
        return None
    parsed = Rate.parse(amount["yuan"], amount.get("per"))
    return parsed.yearly() / 12 if parsed.unit.year or parsed.unit.month or parsed.unit.quarter else parsed.amount
