"""Judging one household of a re-decision batch: what it would get in each month, or why it is an exception.

Everything is judged from rows at hand; nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Protocol, TypeVar

from core.bounds import rate
from core.casework.deciding.decision import entitled_in, whole_fen
from core.casework.deciding.proposal import Proposal, proposed
from core.casework.deciding.standing import Covers
from core.casework.flow.history import Happening
from core.casework.flow.state import CaseState
from core.casework.month import add_months
from core.casework.uprating.redecision_books import Books
from core.casework.uprating.redecision_case import CaseRows, Terms
from core.errors import InvalidInput, JiuzhuError, Text
from core.rulebook import Rulebook
from core.store.tables import Decision
from core.values import yuan_text

EXCEPTIONS: Mapping[str, Text] = {
    "objection": Text("有异议尚未答复", "an objection is open"),
    "suspended": Text("暂停发放", "suspended"),
    "phasing_out": Text("渐退期", "phasing out"),
    "pending_change": Text("有变更待决定", "a change is pending"),
    "ended": Text("已停发或退出，此前月份可能应补发", "stopped or closed; earlier months may be owed arrears"),
    "moved_away": Text("已迁出，由现居住地决定", "moved away: the office it is kept at now decides"),
    "recusal": Text("编制人或签批人须回避", "who prepared or signed must step out of the case"),
    "no_facts": Text("没有家庭情况记录", "no facts are recorded"),
    "facts_do_not_fit": Text("家庭情况不符合规定栏目", "the facts do not fit the rules"),
    "undecided": Text("规则或事实不全", "rules or facts are missing"),
    "not_eligible": Text("按新标准不符合条件", "not eligible under the new rule"),
    "differs": Text("现额与按公式计算不一致", "the present amount does not follow the formula"),
    "overpaid": Text("已发金额高于新标准", "more was paid than the new rule gives"),
    "rules_broken": Text("该地规则不可用", "the rules of the place cannot be used"),
    "changed_since": Text("签批后情况有变化", "changed since the batch was prepared"),
    "decided_since": Text("批次之后另有决定，撤回时未恢复", "decided again after the batch: not restored with it"),
}
"""Why a household is not re-decided with the others (例外清单)."""

INTERRUPTED = ("suspend", "stop", "phase_out", "refuse")


class Decides(Covers, Protocol):
    """What is asked of a decision: which months it covers, and what it decides."""

    @property
    def kind(self) -> str:
        """Its kind."""
        ...


One = TypeVar("One", bound=Decides)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A stretch of changed months with one new amount: ``[start, until)``; open where the last decision goes on."""

    start: date
    until: date | None
    proposal: Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is to become of a household. ``before`` and ``after`` are of the last month, exact fen.

    ``arrears`` is the exact sum for the months before the first payment; ``control`` persons × the rise of the line.
    """

    rows: CaseRows
    before: Fraction | None = None
    after: Fraction | None = None
    changes: Sequence[Change] = ()
    arrears: Fraction = Fraction(0)
    arrears_months: int = 0
    control: Fraction = Fraction(0)
    exception: str | None = None
    detail: str = ""

    @property
    def is_same(self) -> bool:
        """Whether nothing changes for the household."""
        return self.exception is None and not self.changes

    @property
    def spans_text(self) -> str:
        """The new amounts by month in words: for whoever decides instead."""
        return "；".join(map(_span_text, self.changes))

    @property
    def spans(self) -> list[list[str]]:
        """The new amounts by month, as rows keep them."""
        return [
            [one.start.isoformat(), one.until.isoformat() if one.until else "", str(one.proposal.monthly)]
            for one in self.changes
        ]


def _span_text(one: Change) -> str:
    until = f"至{add_months(one.until, -1):%Y-%m}" if one.until else "起"
    return f"{one.start:%Y-%m}{until}每月{yuan_text(one.proposal.monthly)}元"


class _Exception(Exception):  # noqa: N818 - it is the household that is one
    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def judge(rows: CaseRows, terms: Terms, books: Books) -> Verdict:
    """Judge a household: its new amounts month by month, or the reason why a person must look at it."""
    try:
        if rows.case.status in ("stopped", "closed"):
            return _ended(rows, terms, books)
        _refuse_unsettled(rows)
        return _judged(rows, terms, books)
    except _Exception as found:
        return Verdict(rows=rows, before=_present(rows, terms, books), exception=found.reason, detail=found.detail)


def unsettled(status: str, happenings: Sequence[Happening], *, review_waits: bool) -> str | None:
    """Return what is not settled in a case itself, and so leaves it to a person."""
    state = _state(happenings) if happenings else None
    if state is not None and state.objections:
        return "objection"
    if status in ("suspended", "phasing_out"):
        return status
    return "pending_change" if review_waits or (state is not None and state.changes) else None


def _state(happenings: Iterable[Happening]) -> CaseState:
    state = CaseState()
    for one in happenings:
        if not one.void:
            state.take(one)
    return state


def interrupted(decisions: Sequence[Decides], months: Iterable[date]) -> str | None:
    """Return why decisions leave a household to a person in months: something else than an amount rules one."""
    try:
        _entitled(decisions, months)
    except _Exception as found:
        return found.reason
    return None


def first_entitled(decisions: Sequence[Decides], months: Iterable[date]) -> date | None:
    """Return the first of the months in which a household is entitled to anything ordinary."""
    ruling = ((month, entitled_in(decisions, month)) for month in months)
    return next((month for month, one in ruling if one is not None and one.kind not in INTERRUPTED), None)


def _present(rows: CaseRows, terms: Terms, books: Books) -> Fraction | None:
    months = terms.months_of(rows, books.desk.today)
    now = entitled_in(rows.decisions, months[-1]) if months else None
    return now.monthly if now is not None else None


def _ended(rows: CaseRows, terms: Terms, books: Books) -> Verdict:
    """A household that left after the new values began is owed for its last months; a person must say how."""
    months = terms.months_of(rows, books.desk.today)
    if any(one is not None and one.monthly for one in (entitled_in(rows.decisions, month) for month in months)):
        raise _Exception("ended")
    return Verdict(rows=rows)


def _refuse_unsettled(rows: CaseRows) -> None:
    left = unsettled(rows.case.status, rows.happenings, review_waits=rows.review_waits)
    if left is not None:
        raise _Exception(left)


def _judged(rows: CaseRows, terms: Terms, books: Books) -> Verdict:
    asked = terms.months_of(rows, books.desk.today)
    entitled = _entitled(rows.decisions, asked)
    if not entitled:
        return Verdict(rows=rows)
    months = list(entitled)
    found = {month: _proposal(rows, month, books.at(rows, month)) for month in months}
    changed = {month: found[month] for month in months if found[month].monthly != entitled[month].monthly}
    for month in changed:
        _refuse_difference(rows, month, entitled[month], books)
    gone = rows.case.id in terms.moved
    ahead = {} if gone or asked[-1] not in changed else _ahead(rows, terms.ends_after(asked), books)
    changes = _changes(changed | ahead, asked, goes_on=not gone)
    owed = {month: found[month].monthly - entitled[month].monthly for month in months if month < terms.first_payment}
    arrears = sum(owed.values(), Fraction(0))
    if arrears < 0:
        raise _Exception("overpaid", f"多发 {yuan_text(-arrears)}元")
    last = months[-1]
    return Verdict(
        rows=rows, before=entitled[last].monthly, after=found[last].monthly, changes=changes, arrears=arrears,
        arrears_months=sum(1 for one in owed.values() if one),
        control=rows.case.entitled * (_line(rows, last, books, before=False) - _line(rows, last, books, before=True)),
    )  # fmt: skip


def _entitled(decisions: Sequence[One], months: Iterable[date]) -> dict[date, One]:
    """The decision that rules each month from the first entitled one on, to the end of the last where it has one."""
    found: dict[date, One] = {}
    ruled = [(month, entitled_in(decisions, month)) for month in months]
    while ruled and ruled[-1][1] is None:
        ruled.pop()
    for month, decision in ruled:
        if decision is None and not found:
            continue
        if decision is None or decision.kind in INTERRUPTED:
            raise _Exception("suspended" if decision is None or decision.kind != "phase_out" else "phasing_out")
        found[month] = decision
    return found


def _proposal(rows: CaseRows, month: date, book: Rulebook) -> Proposal:
    facts = rows.facts_in(month)
    if facts is None:
        raise _Exception("no_facts", f"{month:%Y-%m}")
    try:
        found = proposed(rows.case.id, rows.case.programme, book, facts=facts, own=rows.own_facts(month), month=month)
    except InvalidInput as error:
        raise _Exception("facts_do_not_fit", error.message.zh) from error
    if found.status == "undecided":
        reasons = [text.zh for _, text in found.assessment.failures]
        raise _Exception("undecided", "；".join(reasons)[:300])
    if found.status == "not_eligible" and not found.parts:
        raise _Exception("not_eligible", "；".join(one.message("zh") for one in found.assessment.failed)[:300])
    return found


def _refuse_difference(rows: CaseRows, month: date, decision: Decision, books: Books) -> None:
    """A present amount that the old rule does not give was settled otherwise; a formula must not undo that."""
    if "departure" in decision.basis:
        raise _Exception("differs", f"{month:%Y-%m}：{_yuan(decision.monthly)}，系第{decision.number}号决定认定")
    try:
        computed = _proposal(rows, month, books.at(rows, month, before=True)).monthly
    except _Exception as found:
        if found.reason != "not_eligible":
            raise
        computed = Fraction(0)
    if whole_fen(computed) != whole_fen(decision.monthly):
        raise _Exception("differs", f"{month:%Y-%m}：{_yuan(decision.monthly)}，按公式{yuan_text(computed)}元")


def _yuan(amount: Fraction) -> str:
    return f"现额{yuan_text(amount)}元"


def _ahead(rows: CaseRows, ends: Sequence[date], books: Books) -> dict[date, Proposal]:
    """What the months give in which values of the amendment end: what is decided now must not hold beyond them.

    A month to come that cannot be computed yet is left to whoever decides then.
    """
    found: dict[date, Proposal] = {}
    for month in ends:
        try:
            found[month] = _proposal(rows, month, books.at(rows, month))
        except _Exception:
            break
    return found


def _changes(changed: Mapping[date, Proposal], asked: Sequence[date], *, goes_on: bool) -> list[Change]:
    """Put changed months of one amount together; the last goes on where it reaches beyond the months asked about."""
    changes: list[Change] = []
    ahead = [month for month in changed if month > asked[-1]]
    for month, proposal in changed.items():
        if month < asked[-1] or not goes_on:
            until: date | None = add_months(month, 1)
        else:
            until = next((later for later in ahead if later > month), None)
        last = changes[-1] if changes else None
        if last is not None and last.until == month and last.proposal.parts == proposal.parts:
            changes[-1] = Change(start=last.start, until=until, proposal=last.proposal)
        else:
            changes.append(Change(start=month, until=until, proposal=proposal))
    return changes


def _line(rows: CaseRows, month: date, books: Books, *, before: bool) -> Fraction:
    line = books.at(rows, month, before=before).policy.line("standard", rows.case.programme)
    return Fraction(0) if line is None or line.is_gap else rate(line.provision).yearly() / 12


def judged_safely(rows: CaseRows, terms: Terms, books: Books) -> Verdict:
    """Judge a household; where the rules of its place cannot be used, that is its reason."""
    try:
        return judge(rows, terms, books)
    except JiuzhuError as error:
        return Verdict(rows=rows, exception="rules_broken", detail=error.message.zh[:300])
