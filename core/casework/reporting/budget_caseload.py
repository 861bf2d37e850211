"""Next year's benefit of the caseload (Σ over every household, month by month), as decisions and next year's rules say.

A household goes on with what was decided for a month. Where next year's rules are known and differ from today's, it is
assessed under each month's own, provided today's rules explain what it gets now; else it goes on, and is counted.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Any, Protocol

from sqlalchemy import or_, select

from core.caseload.at_hand import Written
from core.casework.deciding.case_facts import previous_amount
from core.casework.deciding.newest_facts import newest_facts
from core.casework.deciding.proposal import proposed
from core.casework.desk import Desk
from core.casework.month import month_of
from core.casework.reporting.budget_assumption import MONTHS
from core.casework.reporting.budget_columns import Asked, Parts, anew_by_columns
from core.casework.reporting.budget_line import Caseload
from core.casework.reporting.statistics import row_key
from core.casework.scope import inside
from core.errors import JiuzhuError
from core.rulebook import Rulebook
from core.store.tables import AssistanceCase, Decision, FactsVersion

STEP = 10_000
FEW = 1_000
"""So many households are assessed one by one while the code for columns is being written."""
TOPUPS = ("household_topup", "member_topup")
Key = tuple[str, str]
"""Row of the plan and area."""


class Standing(Protocol):
    """What is asked of a decision here."""

    kind: str
    from_month: date
    until_month: date | None
    monthly: Fraction
    parts: Mapping[str, str]


@dataclass(slots=True)
class _Sum:
    """What is added up for one line."""

    households: int = 0
    persons: int = 0
    parts: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    unpriced: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A household with the decision of each month of the year."""

    id: int
    division: str
    area: str
    key: Key
    persons: int
    months: tuple[Standing | None, ...]


def caseload_of_year(desk: Desk, path: str, *, programme: str, year: int, few: int = FEW) -> dict[Key, Caseload]:
    """Return the caseload of a subtree in a year by row and area; fewer households than ``few`` one by one."""
    last = deque(counted(desk, path, programme=programme, year=year, few=few), maxlen=1)
    return last[0][1] if last else {}


def counted(
    desk: Desk, path: str, *, programme: str, year: int, few: int = FEW
) -> Iterator[tuple[int, dict[Key, Caseload]]]:
    """Yield after every few thousand households how many they are, and their caseload."""
    found: dict[Key, _Sum] = defaultdict(_Sum)
    rules, done = YearRules(desk, programme, year), 0
    for step in _steps(_cases(desk, path, programme=programme, year=year)):
        anew = _assessed_anew(desk, step, rules, few=few)
        for case in step:
            priced = {month: parts for month, parts in anew.get(case.id, {}).items() if _rules(case, month)}
            _add(found[case.key], case, priced, unpriced=case.id in anew and not anew[case.id])
        done += len(step)
        yield done, {key: _caseload(one) for key, one in found.items()}


def _cases(desk: Desk, path: str, *, programme: str, year: int) -> Iterator[_Case]:
    first = date(year, 1, 1)
    query = (
        select(
            AssistanceCase.id, AssistanceCase.path, AssistanceCase.unit, AssistanceCase.area, AssistanceCase.division,
            AssistanceCase.entitled, Decision.kind, Decision.from_month, Decision.until_month, Decision.monthly,
            Decision.parts,
        )
        .join(Decision, Decision.case_id == AssistanceCase.id)
        .where(AssistanceCase.programme == programme, inside(AssistanceCase.path, [path]))
        .where(Decision.from_month <= date(year, MONTHS, 1))
        .where(or_(Decision.until_month.is_(None), Decision.until_month > first))
        .order_by(AssistanceCase.id, Decision.number)
        .execution_options(yield_per=5000)
    )  # fmt: skip
    months = [date(year, month, 1) for month in range(1, MONTHS + 1)]
    for _, group in groupby(desk.session.execute(query), key=lambda row: row.id):
        rows: list[Any] = list(group)
        standing = tuple(_covering(rows, month) for month in months)
        if any(one is not None and one.monthly for one in standing):
            head = rows[0]
            key = (row_key(head.path, head.unit, path), head.area)
            yield _Case(id=head.id, division=head.division, area=head.area, key=key, persons=head.entitled,
                        months=standing)  # fmt: skip


def _rules(case: _Case, month: int) -> bool:
    """Whether the household is on the roll in a month at all: new rules bring nobody back who has left by then."""
    standing = case.months[month]
    return standing is not None and bool(standing.monthly)


def _covering(rows: Sequence[Standing], month: date) -> Standing | None:
    """The last decision by number that covers a month."""
    for one in reversed(rows):
        if one.from_month <= month and (one.until_month is None or month < one.until_month):
            return one
    return None


def _steps(cases: Iterable[_Case]) -> Iterator[list[_Case]]:
    step: list[_Case] = []
    for case in cases:
        step.append(case)
        if len(step) == STEP:
            yield step
            step = []
    if step:
        yield step


def _add(total: _Sum, case: _Case, anew: Mapping[int, Parts], *, unpriced: bool) -> None:
    first = case.months[0]
    if first is not None and first.monthly:
        total.households += 1
        total.persons += case.persons
    total.unpriced += unpriced
    for standing, count in _spans(case.months, anew):
        for name, value in standing.parts.items():
            total.parts[name] += Fraction(value) * count
    for parts in anew.values():
        for name, part in parts.items():
            total.parts[name] += part


def _spans(months: Sequence[Standing | None], anew: Mapping[int, Parts]) -> Iterator[tuple[Standing, int]]:
    """Each decision with the number of months it rules and that are not assessed anew; most households have one."""
    kept = [one for index, one in enumerate(months) if index not in anew]
    for one, group in groupby(kept, key=lambda standing: standing):
        if one is not None and one.monthly:
            yield one, len(list(group))


def _caseload(one: _Sum) -> Caseload:
    return Caseload(
        households=one.households,
        persons=one.persons,
        benefit=one.parts["benefit"] + one.parts["phase_out"],
        topup=sum((one.parts[name] for name in TOPUPS), Fraction(0)),
        price_subsidy=one.parts["price_subsidy"],
        unpriced=one.unpriced,
    )


class YearRules:
    """The rules of a year beside today's, by place: only months whose amounts may differ are assessed anew."""

    def __init__(self, desk: Desk, programme: str, year: int) -> None:
        self._desk, self.programme, self.year = desk, programme, year
        self._known: dict[tuple[str, str], tuple[Rulebook, Mapping[int, Rulebook]]] = {}

    def of(self, division: str, area: str) -> tuple[Rulebook, Mapping[int, Rulebook]]:
        """Return today's rulebook of a place, and by month (from 0) those that differ and set a standard."""
        if (division, area) not in self._known:
            today = self._book(division, area, self._desk.today)
            months = {index: self._book(division, area, date(self.year, index + 1, 1)) for index in range(MONTHS)}
            plain = _amounts(today)
            differing = {index: book for index, book in months.items()
                         if _amounts(book) != plain and self._has_standard(book)}  # fmt: skip
            self._known[division, area] = (today, differing)
        return self._known[division, area]

    def _book(self, division: str, area: str, on: date) -> Rulebook:
        return self._desk.policies.rulebook(division, on=on, area=area, programmes=(self.programme,))

    def _has_standard(self, book: Rulebook) -> bool:
        line = book.policy.line("standard", self.programme)
        return line is not None and not line.is_gap


def _amounts(book: Rulebook) -> tuple[Any, ...]:
    """What amounts can depend on: formulas, but for observed figures that no formula reads."""
    texts = " ".join(one.text for one in book.sources)
    read = [one for one in book.sources if not one.name.startswith("indicator_") or one.name in texts]
    return tuple(sorted((one.key, one.text) for one in read)), str(book.standards.canonical())


def _assessed_anew(desk: Desk, cases: Sequence[_Case], rules: YearRules, *, few: int) -> dict[int, dict[int, Parts]]:
    """Parts by case and month where the year's rules differ; an empty entry: they cannot be told for this case."""
    touched = [case for case in cases if rules.of(case.division, case.area)[1]]
    if not touched:
        return {}
    facts = newest_facts(desk.session, [case.id for case in touched])
    if len(touched) < few:
        return {case.id: _anew(desk, case, facts.get(case.id), rules) for case in touched}
    going = ((case, _goes_by_rules(case)) for case in touched if case.id in facts)
    asked = [_asked(case, facts[case.id], standing, rules) for case, standing in going if standing is not None]
    return {case.id: {} for case in touched} | anew_by_columns(asked)


def _goes_by_rules(case: _Case) -> Standing | None:
    """What a household gets in January, where rules and not a phase-out say how it goes on."""
    standing = case.months[0]
    return None if standing is None or standing.kind == "phase_out" else standing


def _own(standing: Standing) -> dict[str, str]:
    """What casework knows of a household a year ahead: it goes on as it stands."""
    return {"previous_amount": previous_amount(standing.monthly), "months_in_phase_out": "0", "refusals": "0",
            "disregard_months_used": "0"}  # fmt: skip


def _asked(case: _Case, facts: FactsVersion, standing: Standing, rules: YearRules) -> Asked:
    written = Written(key=(rules.programme, case.division, case.area), facts=facts.facts, case=_own(standing))
    return Asked(id=case.id, written=written, monthly=standing.monthly, rules=rules.of(case.division, case.area))


def _anew(desk: Desk, case: _Case, facts: FactsVersion | None, rules: YearRules) -> dict[int, Parts]:
    today, months = rules.of(case.division, case.area)
    standing = _goes_by_rules(case)
    if facts is None or standing is None:
        return {}
    own = _own(standing)
    try:
        now = proposed(case.id, rules.programme, today, facts=facts, own=own, month=month_of(desk.today))
        if now.monthly != standing.monthly:
            return {}
        later = {index: proposed(case.id, rules.programme, book, facts=facts, own=own,
                                 month=date(rules.year, index + 1, 1)) for index, book in months.items()}  # fmt: skip
    except JiuzhuError:  # facts that no longer fit the rules: the household goes on and is counted
        return {}
    return {index: one.parts for index, one in later.items() if one.status != "undecided"}
