"""What inspectors found at a drawn case. Nobody checks his own village, nor a household of his relatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from core.casework.desk import Desk
from core.casework.people.office import holder, require_in_office
from core.casework.people.recusal import kin_in_case, require_no_conflict
from core.casework.reviews.own_village import is_own_village
from core.casework.reviews.sampling import draw_of
from core.errors import InvalidInput, JiuzhuError, Problem, Text, did_you_mean
from core.store.tables import AssistanceCase, OfficeHolder, SampleCheck, SampleItem

OUTCOMES: Mapping[str, Text] = {
    "confirmed": Text("情况属实", "as recorded"),
    "amount_changed": Text("待遇须调整", "the amount must change"),
    "not_eligible": Text("不符合条件", "not eligible"),
    "not_met": Text("未能核实", "could not be verified"),
}
"""What a check may find."""
STAGE = "sampling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a check found: the day, who checked (office holders), the outcome, and a note."""

    checked_on: date
    inspectors: Sequence[int]
    outcome: str
    note: str | None = None


def record_check(desk: Desk, draw_id: int, case_number: str, found: Found) -> SampleCheck:
    """Record what was found at a drawn case, once.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_draw``, ``not_drawn``, ``already_checked``, ``recusal_required``.
        InvalidInput: ``unknown_outcome``, ``nobody_checked``, ``before_the_draw``, ``own_village``, ``own_relatives``.
    """
    made = draw_of(desk, draw_id)
    desk.require("sample.record", made.path)
    item, case = _drawn(desk, draw_id, case_number)
    problems = _input_problems(found, made.drawn_on)
    inspectors = [holder(desk, one) for one in dict.fromkeys(found.inspectors)]
    problems += [fault for one in inspectors for fault in unfit(desk, case, one, on=found.checked_on)]
    if problems:
        raise InvalidInput(problems)
    for one in inspectors:
        require_no_conflict(desk, case, one.id, STAGE, on=found.checked_on)
    row = SampleCheck(
        item_id=item.id,
        checked_on=found.checked_on,
        inspectors=[one.id for one in inspectors],
        outcome=found.outcome,
        note=found.note,
        recorded_at=desk.moment,
        recorded_by=desk.actor.id,
    )
    desk.session.add(row)
    desk.session.flush()
    body = {"draw": draw_id, "case": case.id, "outcome": found.outcome, "inspectors": row.inspectors}
    desk.record(f"sample/{draw_id}", "sample_checked", body, happened_on=found.checked_on, reason=found.note)
    return row


def progress(desk: Desk, draw_id: int) -> dict[str, int]:
    """Return how many drawn cases were found how; those not looked at yet under ``open``.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_draw``.
    """
    made = draw_of(desk, draw_id)
    desk.require("case.read", made.path)
    query = (
        select(func.coalesce(SampleCheck.outcome, "open"), func.count())
        .select_from(SampleItem)
        .outerjoin(SampleCheck, SampleCheck.item_id == SampleItem.id)
        .where(SampleItem.draw_id == draw_id)
        .group_by(SampleCheck.outcome)
    )
    return {str(outcome): int(count) for outcome, count in desk.session.execute(query)}


def _drawn(desk: Desk, draw_id: int, number: str) -> tuple[SampleItem, AssistanceCase]:
    query = (
        select(SampleItem, AssistanceCase)
        .join(AssistanceCase, AssistanceCase.id == SampleItem.case_id)
        .where(SampleItem.draw_id == draw_id, AssistanceCase.number == number)
    )
    row = desk.session.execute(query).first()
    if row is None:
        raise JiuzhuError("not_drawn", Text("该户不在抽取名单中", "the case was not drawn"), value=number)
    if desk.session.scalars(select(SampleCheck.id).where(SampleCheck.item_id == row[0].id)).first() is not None:
        raise JiuzhuError("already_checked", Text("该户已登记抽查结果", "the case is checked already"), value=number)
    return row[0], row[1]


def _input_problems(found: Found, drawn_on: date) -> list[Problem]:
    problems = []
    if found.outcome not in OUTCOMES:
        text, hint = Text("没有这种抽查结果", "there is no such outcome"), did_you_mean(found.outcome, OUTCOMES)
        allowed = tuple(OUTCOMES)
        problems.append(Problem(code="unknown_outcome", message=text, hint=hint, value=found.outcome, allowed=allowed))
    if not found.inspectors:
        problems.append(Problem(code="nobody_checked", message=Text("须登记抽查人", "say who checked")))
    if found.checked_on < drawn_on:
        text = Text("抽查日期早于抽取日期", "it was checked before it was drawn")
        problems.append(Problem(code="before_the_draw", message=text, value=found.checked_on.isoformat()))
    return problems


def unfit(desk: Desk, case: AssistanceCase, one: OfficeHolder, *, on: date) -> list[Problem]:
    """Return why an inspector may not check a case: his own village or his relatives, whatever rule is in force.

    Raises:
        JiuzhuError: ``not_in_office``.
    """
    problems = []
    posts = require_in_office(one, on)
    if is_own_village(desk, case, one, posts, on=on):
        text = Text("不得抽查本村（社区）的家庭", "nobody checks households of his own village")
        problems.append(Problem(code="own_village", message=text, value=f"{one.id} {case.number}"))
    if kin_in_case(desk.session, case, one, on=on):
        text = Text("不得抽查近亲属的家庭", "nobody checks a household of his relatives")
        problems.append(Problem(code="own_relatives", message=text, value=f"{one.id} {case.number}"))
    return problems
