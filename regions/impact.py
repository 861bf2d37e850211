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
from itertools import islice

from core.casework.deciding.decision import whole_fen
from core.errors import JiuzhuError, Text
from regions.impact_amounts import Amounts, Ruling, soonest
from regions.impact_changes import Changes
from regions.impact_places import Pair, Places, linked_programmes
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
AT_ONCE = 10_000
"""Cases read and computed together."""
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
    programmes: frozenset[str]
    """Those whose values change; ``linked`` are those that read them."""
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
    return Impact(changes=changes, population=source.population, programmes=frozenset(changes.programmes),
                  linked=linked_programmes(changes))  # fmt: skip


def count_cases(
    found: Impact, source: Caseload, *, note: Note | None = None, ruling: Ruling = soonest
) -> Iterator[int]:
    """Count case by case, yielding how many are done; whoever consumes it to the end has the whole impact."""
    places = Places(changes=found.changes, linked=found.linked)
    done, rest = 0, iter(source)
    while cases := list(islice(rest, AT_ONCE)):
        for case, amounts in zip(cases, ruling(places, cases), strict=True):
            if isinstance(amounts, JiuzhuError):
                found.failed += 1
                if len(found.faults) < KEPT_ERRORS:
                    found.faults.append(Fault(reference=case.reference, error=amounts))
            else:
                _count(found, case, places.of(case), amounts=amounts, note=note)
            done += 1
            yield done
    found.averages = [_average(found, places, key) for key in sorted(found.places)]


def _count(found: Impact, case: CaseFacts, pair: Pair, *, amounts: Amounts, note: Note | None) -> None:
    for programme, ruled in amounts.items():
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
    return case.programme in found.programmes and programme not in case.elsewhere


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


def _count_paid(found: Impact, case: CaseFacts, pair: Pair, change: Change, given: Mapping[str, Fraction]) -> None:
    since = case.since or date.min
    found.growth[since] = found.growth.get(since, Fraction(0)) + given["after"] - given["before"]
    if case.programme not in found.programmes:
        return
    found.places.setdefault((case.division, case.area), Tally()).add(change, case.persons, **given)
    rise = case.persons * pair.rise
    key = (case.programme, case.area)
    found.control[key] = found.control.get(key, Fraction(0)) + rise
    found.control_growth[since] = found.control_growth.get(since, Fraction(0)) + rise


def _average(found: Impact, places: Places, key: tuple[str, str]) -> Average:
    division, area = key
    target = places.target(division, area)
    return Average(division=division, area=area, average=found.places[key].average, target=target)
