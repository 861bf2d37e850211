"""A review round (复核轮次): many cases at once, results entered as a grid, decided by a second person.

Each result is a new version of the household's facts; what the rules of the month make of them is proposed at once and
computed again when it is decided.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import Session

from core.casework.deciding.decision import decisions_of, entitled_in
from core.casework.deciding.effect import status_in, take_effects
from core.casework.deciding.facts import add_facts, facts_on
from core.casework.deciding.proposal import propose
from core.casework.desk import Desk
from core.casework.flow.change import Kind, kind_of, planned_months, settle, unruled
from core.casework.flow.transition import after, state_of
from core.casework.month import last_day, month_of
from core.casework.people.recusal import require_actor_free, require_no_conflict
from core.casework.reviews.review import reviewed_here
from core.casework.reviews.review_mode import due_by, place_modes
from core.errors import InvalidInput, JiuzhuError, Problem, Text
from core.store.base import canonical
from core.store.tables import AssistanceCase, Decision, FactsVersion, ReviewItem, ReviewRound
from core.values import fraction_text

STAGE = "review"
SUSPENDED = "suspended"
"""A review never pays such a household again by the way: it is resumed or stopped first, as a change of its own."""
STEP = 500
"""Cases asked for at once."""
OUTCOMES: Mapping[str, Text] = {
    "increase": Text("增发", "increase"),
    "reduce": Text("减发", "reduce"),
    "continue": Text("继续发放", "continue"),
    "phase_out": Text("进入渐退期", "phase-out"),
    "stop": Text("停发", "stop"),
}
"""What may come of a review."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A row of the grid: what was found of a household, and the month from which that counts.

    ``facts`` None: nothing changed. ``visited_by`` are office holders.
    """

    number: str
    reviewed_on: date
    from_month: date
    facts: Mapping[str, Any] | None = None
    visited_by: Sequence[int] = ()
    note: str | None = None


def open_round(
    desk: Desk, division: str, *, name: str, programme: str, due_on: date, everybody: bool = False
) -> ReviewRound:
    """Open a round with the cases due by ``due_on``, or with ``everybody`` on the roll (a campaign out of its turn).

    What is due the rules of each place say: households whose date has come, or all once their campaign's has. A case
    whose review is still open in another round stays there; a suspended one is in none.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``, ``nothing_to_review``.
    """
    path = desk.path(division)
    desk.require("review.enter", path)
    take_effects(desk, path)
    made = ReviewRound(
        name=name, division=division, path=path, programme=programme, opened_on=desk.today, due_on=due_on,
        closed_on=None, recorded_at=desk.moment, opened_by=desk.actor.id,
    )  # fmt: skip
    desk.session.add(made)
    desk.session.flush()
    busy = select(ReviewItem.case_id).where(ReviewItem.status != "decided")
    cases = select(literal(made.id), AssistanceCase.id, literal("open")).where(
        *reviewed_here(desk, division, programme), AssistanceCase.status != SUSPENDED, AssistanceCase.id.not_in(busy)
    )
    modes = [] if everybody else place_modes(desk, division, programme=programme)
    if not everybody:
        cases = cases.where(due_by(modes, due_on))
    desk.session.execute(insert(ReviewItem).from_select(["round_id", "case_id", "status"], cases))
    count = desk.session.scalar(select(func.count()).where(ReviewItem.round_id == made.id)) or 0
    if not count:
        text = Text("没有到期应复核的家庭", "no household is due for review")
        raise JiuzhuError("nothing_to_review", text, value=f"{division} {due_on}")
    digest = cases_digest(desk.session, made.id)
    body = {"round": made.id, "cases": count, "due_on": due_on.isoformat(), "everybody": everybody, "digest": digest}
    body |= {"modes": sorted({one.mode for one in modes})} if modes else {}
    body |= {"assumed": ["mode"]} if any(one.assumed for one in modes) else {}
    desk.record(f"review/{made.id}", "round_opened", body)
    return made


def cases_digest(session: Session, round_id: int) -> str:
    """Return SHA-256 over the cases of a round: none is added to it, and none leaves it."""
    query = select(ReviewItem.case_id).where(ReviewItem.round_id == round_id).order_by(ReviewItem.case_id)
    return hashlib.sha256(canonical(list(session.scalars(query)))).hexdigest()


def items_of(desk: Desk, round_id: int, *, status: str | None = None) -> list[tuple[ReviewItem, AssistanceCase]]:
    """Return the cases of a round in order of their numbers.

    Raises:
        JiuzhuError: ``unknown_round``, ``not_permitted``.
    """
    desk.require("case.read", round_of(desk, round_id).path)
    query = (
        select(ReviewItem, AssistanceCase)
        .join(AssistanceCase, AssistanceCase.id == ReviewItem.case_id)
        .where(ReviewItem.round_id == round_id)
        .order_by(AssistanceCase.number)
    )
    if status is not None:
        query = query.where(ReviewItem.status == status)
    return [(item, case) for item, case in desk.session.execute(query)]


def round_of(desk: Desk, round_id: int) -> ReviewRound:
    """Return a round by its number, of a place in the officer's area.

    Raises:
        JiuzhuError: ``unknown_round``.
    """
    found = desk.session.get(ReviewRound, round_id)
    text = Text("没有这一轮复核", "there is no such round")
    return desk.found(found, JiuzhuError("unknown_round", text, value=str(round_id)))


def open_review(desk: Desk, case: AssistanceCase) -> ReviewItem | None:
    """Return the item of a round that still waits for the result of a case, or for the decision on it."""
    query = select(ReviewItem).where(ReviewItem.case_id == case.id, ReviewItem.status != "decided")
    return desk.session.scalars(query.order_by(ReviewItem.id.desc()).limit(1)).first()


def enter_results(desk: Desk, round_id: int, results: Iterable[Result]) -> list[ReviewItem]:
    """Enter a grid of results: all of it, or nothing and every fault of every row.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_round``.
        InvalidInput: ``not_in_round``, ``already_decided``, ``undecided``, ``case_suspended``, ``in_the_future``,
            recusals, faults of the facts.
    """
    found = round_of(desk, round_id)
    desk.require("review.enter", found.path)
    grid = list(results)
    known = _named(desk, round_id, [one.number for one in grid])
    entered: list[ReviewItem] = []
    problems: list[Problem] = []
    for one in grid:
        try:
            item, case = _open_item(known, one.number)
            entered.append(_enter(desk, item, case, one))
        except JiuzhuError as error:
            problems += [_in_row(problem, one.number) for problem in error.problems]
    if problems:
        raise InvalidInput(problems)
    desk.session.flush()
    body = {"round": round_id, "cases": [item.case_id for item in entered]}
    desk.record(f"review/{round_id}", "results_entered", body)
    return entered


def _named(desk: Desk, round_id: int, numbers: Sequence[str]) -> dict[str, tuple[ReviewItem, AssistanceCase]]:
    """The cases of a round that a grid names, whatever the size of the round."""
    found: dict[str, tuple[ReviewItem, AssistanceCase]] = {}
    for start in range(0, len(numbers), STEP):
        query = (
            select(ReviewItem, AssistanceCase)
            .join(AssistanceCase, AssistanceCase.id == ReviewItem.case_id)
            .where(ReviewItem.round_id == round_id, AssistanceCase.number.in_(numbers[start : start + STEP]))
        )
        found |= {case.number: (item, case) for item, case in desk.session.execute(query)}
    return found


def _in_row(problem: Problem, number: str) -> Problem:
    value = f"{number} {problem.value or ''}".strip()
    return Problem(code=problem.code, message=problem.message, hint=problem.hint, where=problem.where, value=value)


def _open_item(
    known: Mapping[str, tuple[ReviewItem, AssistanceCase]], number: str
) -> tuple[ReviewItem, AssistanceCase]:
    if number not in known:
        raise JiuzhuError("not_in_round", Text("该户不在本轮复核中", "the case is not in this round"))
    item, case = known[number]
    if item.status == "decided":
        raise JiuzhuError("already_decided", Text("该户本轮已决定", "the case is decided in this round"))
    return item, case


def _enter(desk: Desk, item: ReviewItem, case: AssistanceCase, result: Result) -> ReviewItem:
    if case.status == SUSPENDED:
        hint = Text("先办理恢复发放或停发", "resume or stop it first")
        raise JiuzhuError("case_suspended", Text("该户已暂停发放", "the case is suspended"), hint=hint)
    if result.reviewed_on > desk.today:
        raise JiuzhuError("in_the_future", Text("复核日期晚于今天", "the review cannot be held after today"))
    require_actor_free(desk, case, STAGE, on=result.reviewed_on)
    for holder_id in result.visited_by:
        require_no_conflict(desk, case, holder_id, STAGE, on=result.reviewed_on)
    facts = _facts(desk, case, result)
    proposal = propose(desk, case, month=result.from_month, facts=facts)
    if proposal.status == "undecided":
        reasons = [text for _, text in proposal.assessment.failures]
        hint = Text("；".join(one.zh for one in reasons), "; ".join(one.en for one in reasons))
        raise JiuzhuError("undecided", Text("规则或事实不全，不能得出结果", "rules or facts are missing"), hint=hint)
    before = entitled_in(decisions_of(desk.session, case.id), month_of(result.from_month))
    item.status = "entered"
    item.reviewed_on = result.reviewed_on
    item.from_month = month_of(result.from_month)
    item.facts_id = facts.id
    item.previous = before.monthly if before is not None else None
    item.monthly = proposal.monthly
    kind = kind_of(proposal, before)
    item.outcome, item.months = kind, planned_months(desk, case, proposal, kind)
    item.note = result.note
    item.entered_by = desk.actor.id
    return item


def _facts(desk: Desk, case: AssistanceCase, result: Result) -> FactsVersion:
    """What was found, from its day on, but not before what is known of the month already: that would outlive it."""
    day = min(result.reviewed_on, month_of(result.from_month))
    known = facts_on(desk.session, case.id, last_day(month_of(result.from_month)))
    said = result.facts if result.facts is not None or known is None else known.facts
    if said is None:
        raise JiuzhuError("no_facts", Text("没有家庭情况记录，须录入", "no facts are recorded: enter them"))
    since = day if known is None else max(day, known.effective_on)
    return add_facts(desk, case, said, basis="review", effective_on=since)


def decide_results(desk: Desk, round_id: int, *, numbers: Sequence[str] | None = None) -> list[Decision]:
    """Decide the entered results of a round (or of some of its cases), as another person than who entered them.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_round``, ``nothing_entered``, ``maker_is_checker``,
            ``result_is_out_of_date`` when facts or rules have changed since it was entered, ``objection_open``,
            ``wrong_status``.
    """
    found = round_of(desk, round_id)
    desk.require("review.decide", found.path)
    entered = [
        pair for pair in items_of(desk, round_id, status="entered") if numbers is None or pair[1].number in numbers
    ]
    if not entered:
        raise JiuzhuError("nothing_entered", Text("没有待决定的复核结果", "no result waits for a decision"))
    made = [_decide(desk, item, case) for item, case in entered]
    waiting = select(ReviewItem.id).where(ReviewItem.round_id == round_id, ReviewItem.status != "decided")
    if desk.session.scalars(waiting.limit(1)).first() is None:
        found.closed_on = desk.today
        desk.record(f"review/{round_id}", "round_closed", {"round": round_id})
    return made


def _decide(desk: Desk, item: ReviewItem, case: AssistanceCase) -> Decision:
    assert item.from_month is not None  # an entered item has all three
    assert item.outcome is not None
    assert item.entered_by is not None
    facts = desk.session.get(FactsVersion, item.facts_id)
    proposal = propose(desk, case, month=item.from_month, facts=facts)
    same = proposal.monthly == item.monthly and proposal.status != "undecided"
    if not same or planned_months(desk, case, proposal, cast("Kind", item.outcome)) != item.months:
        text = Text("录入后事实或规则已变，须重新录入", "facts or rules changed since: enter the result again")
        raise JiuzhuError("result_is_out_of_date", text, value=case.number)
    after(status_in(desk.session, case, item.from_month), f"decision.{item.outcome}")
    require_actor_free(desk, case, STAGE)
    if state_of(desk.session, case).objections:
        raise JiuzhuError("objection_open", Text("有异议尚未核实答复", "an objection is open"), value=case.number)
    row = settle(
        desk, case, kind=item.outcome, proposal=proposal, from_month=item.from_month,  # type: ignore[arg-type]
        prepared_by=item.entered_by, basis={"review": item.round_id}, decided_on=desk.today,
    )  # fmt: skip
    item.status, item.decided_by, item.decision_id = "decided", desk.actor.id, row.id
    told = {"round": item.round_id, "outcome": item.outcome, "decision": row.number, "previous": _text(item)}
    body: dict[str, Any] = {**told, **unruled(row)}
    desk.record(f"case/{case.id}", "reviewed", body, happened_on=item.reviewed_on)
    return row


def _text(item: ReviewItem) -> str | None:
    return None if item.previous is None else fraction_text(item.previous)
