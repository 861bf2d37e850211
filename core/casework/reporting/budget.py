"""下一年度低保资金预算计划表: drafted with its assumptions, submitted, reviewed by another, answered by finance.

The sum is over the caseload. Standard × persons is the ceiling beside it and never part of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.reporting.budget_assumption import read_assumption
from core.casework.reporting.budget_table import EVERYWHERE, PlanLine, plan_table, require_line
from core.errors import InvalidInput, JiuzhuError, Problem, Text
from core.kinds.contribution import settings
from core.kinds.indicator import figure_text
from core.kinds.schema import is_gap
from core.policy import amount_text
from core.provision import text_of
from core.store.base import canonical
from core.store.tables import BudgetAssumption, BudgetPlan, StaffUser
from core.values import exact

AREAS = ("urban", "rural")
STATUSES: Mapping[str, Text] = {
    "draft": Text("编制中", "a draft"),
    "submitted": Text("已报送", "submitted"),
    "reviewed": Text("已审核", "reviewed"),
    "answered": Text("财政已核定", "answered by finance"),
}
"""How a plan stands, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Finance's answer: its document, the day, and yuan by line (``430903:urban``)."""

    document: str
    answered_on: date
    amounts: Mapping[str, str]


def open_plan(desk: Desk, division: str, *, programme: str, year: int) -> BudgetPlan:
    """Begin the plan of a place for a year, due on the day the rules name (10-31), or undated where none does.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``, ``plan_exists``.
    """
    path = desk.path(division)
    desk.require("budget.prepare", path)
    same = select(BudgetPlan.id).where(
        BudgetPlan.division == division, BudgetPlan.programme == programme, BudgetPlan.year == year
    )
    known = desk.session.scalars(same).first()
    if known is not None:
        raise JiuzhuError("plan_exists", Text("该年度计划已经建立", "the plan of that year is there"), value=str(known))
    plan = BudgetPlan(
        division=division, path=path, programme=programme, year=year, status="draft", recorded_at=desk.moment,
        due_on=plan_due(desk, division, programme=programme, year=year), prepared_by=desk.actor.id,
    )  # fmt: skip
    desk.session.add(plan)
    desk.session.flush()
    body = {"plan": plan.id, "division": division, "year": year}
    desk.record(f"budget/{plan.id}", "plan_opened", body)
    return plan


def plan_due(desk: Desk, division: str, *, programme: str, year: int) -> date | None:
    """Return the day a place's plan for a year is due by its rules (funding.plan_due), None where none is ruled."""
    for area in AREAS:
        policy = desk.policies.rulebook(division, on=desk.today, area=area, programmes=(programme,)).policy
        due = settings(policy, "funding", programme).get("plan_due")
        if isinstance(due, Mapping) and not is_gap(due):
            ahead = 1 if due.get("for", "next_year") == "next_year" else 0
            return date(year - ahead, due["month"], due["day"])
    return None


def assume(
    desk: Desk, plan_id: int, name: str, value: Mapping[str, Any], *, because: str, line: str = EVERYWHERE
) -> BudgetAssumption:
    """Write an assumption of a draft: of one line (``430903:urban``), of an area everywhere (``*:urban``) or of all.

    The row of the narrowest line holds, whenever it was written; of one name and line the later takes the earlier one's
    place. All stay. Numbers of their own (households, yuan in the year) are of one line: of all they would add up.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_plan``, ``plan_is_fixed``, ``no_reason``, ``unknown_line``,
            ``unknown_division``, ``line_needed``.
        InvalidInput: every fault of the assumption.
    """
    plan = draft_of(desk, plan_id)
    if not because.strip():
        raise JiuzhuError("no_reason", Text("须写明测算依据", "say what the assumption rests on"), value=name)
    read = read_assumption(name, value)
    require_line(desk, plan, name, line)
    row = BudgetAssumption(
        plan_id=plan_id, line=line, name=name, value=read, because=because.strip(),
        recorded_at=desk.moment, assumed_by=desk.actor.id,
    )  # fmt: skip
    desk.session.add(row)
    desk.session.flush()
    body = {"line": line, "name": name, "value": row.value}
    desk.record(f"budget/{plan_id}", "assumed", body, reason=row.because)
    return row


def plan_lines(desk: Desk, plan_id: int) -> list[PlanLine]:
    """Return the lines of a plan: of a draft as they come out now, else as they were submitted.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_plan``, ``plan_altered``.
    """
    plan = plan_of(desk, plan_id)
    desk.require("case.read", plan.path)
    if plan.lines is None:
        return plan_table(desk, plan, assumptions_of(desk, plan_id))
    if _digest(plan.lines) != plan.digest:
        text = Text("计划表与报送时不一致", "the plan is not what was submitted")
        raise JiuzhuError("plan_altered", text, value=str(plan_id))
    return [PlanLine.from_json(one) for one in plan.lines]


def assumptions_of(desk: Desk, plan_id: int) -> list[BudgetAssumption]:
    """Return every assumption of a plan in the order written."""
    query = select(BudgetAssumption).where(BudgetAssumption.plan_id == plan_id).order_by(BudgetAssumption.id)
    return list(desk.session.scalars(query))


def submit_plan(desk: Desk, plan_id: int, *, seen: Sequence[PlanLine] | None = None) -> BudgetPlan:
    """Fix the lines of a draft and hand it to whoever reviews it; whoever submits has prepared it.

    The lines are those the officer has ``seen``, where they are given, else as they come out now.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_plan``, ``plan_is_fixed``.
    """
    plan = draft_of(desk, plan_id)
    found = plan_table(desk, plan, assumptions_of(desk, plan_id)) if seen is None else seen
    lines = [one.to_json() for one in found]
    plan.lines, plan.digest, plan.status = lines, _digest(lines), "submitted"
    plan.submitted_on, plan.prepared_by = desk.today, desk.actor.id
    desk.session.flush()
    desk.record(f"budget/{plan_id}", "plan_submitted", {"plan": plan_id, "digest": plan.digest})
    return plan


def review_plan(desk: Desk, plan_id: int, *, passed: bool, reason: str | None = None) -> BudgetPlan:
    """Pass a submitted plan, or send it back with a reason, as somebody who neither prepared it nor assumed anything.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_plan``, ``plan_not_submitted``, ``maker_is_checker``, ``no_reason``.
    """
    plan = plan_of(desk, plan_id)
    desk.require("budget.review", plan.path)
    _in_status(plan, "submitted")
    if desk.actor.id in (plan.prepared_by, *(one.assumed_by for one in assumptions_of(desk, plan_id))):
        text = Text("填报人不能审核", "nobody reviews the plan he prepared, or assumed something of")
        raise JiuzhuError("maker_is_checker", text, value=desk.actor.login)
    if not passed and not (reason or "").strip():
        raise JiuzhuError("no_reason", Text("退回须写明理由", "say why it is sent back"), value=str(plan_id))
    if passed:
        plan.status, plan.reviewed_by, plan.reviewed_on = "reviewed", desk.actor.id, desk.today
    else:
        plan.status, plan.lines, plan.digest, plan.submitted_on = "draft", None, None, None
    desk.session.flush()
    desk.record(f"budget/{plan_id}", "plan_reviewed" if passed else "plan_sent_back", {"plan": plan_id}, reason=reason)
    return plan


def answer_plan(desk: Desk, plan_id: int, answer: Answer) -> BudgetPlan:
    """Record what finance fixed (财政核定数), by line, with its document.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_plan``, ``plan_not_reviewed``, ``no_citation``.
        InvalidInput: ``unknown_line``, ``bad_value``.
    """
    plan = plan_of(desk, plan_id)
    desk.require("budget.answer", plan.path)
    _in_status(plan, "reviewed")
    if not answer.document.strip():
        raise JiuzhuError("no_citation", Text("须写明财政批复文号", "name finance's document"))
    fixed = _amounts(answer.amounts, {one.key for one in plan_lines(desk, plan_id)})
    plan.status, plan.answer, plan.answered_on = "answered", fixed, answer.answered_on
    plan.answer_document = answer.document.strip()
    desk.session.flush()
    body = {"plan": plan_id, "amounts": fixed, "document": plan.answer_document}
    desk.record(f"budget/{plan_id}", "plan_answered", body, happened_on=answer.answered_on)
    return plan


def _amounts(given: Mapping[str, str], known: set[str]) -> dict[str, int]:
    fixed: dict[str, int] = {}
    problems = []
    for key, text in given.items():
        if key not in known:
            message = Text("计划表没有这一行", "the plan has no such line")
            problems.append(Problem(code="unknown_line", message=message, value=key, allowed=tuple(sorted(known))))
            continue
        try:
            amount = exact(text) * 100
        except ValueError:
            amount = Fraction(-1)
        if amount < 0 or amount.denominator != 1:
            problems.append(Problem(code="bad_value", message=Text("金额有误", "not an amount"), value=f"{key} {text}"))
        else:
            fixed[key] = int(amount)
    if problems:
        raise InvalidInput(problems)
    return fixed


def users_of(desk: Desk, ids: Iterable[int]) -> dict[int, str]:
    """Return the names of users by their numbers."""
    query = select(StaffUser.id, StaffUser.name).where(StaffUser.id.in_(set(ids)))
    return {row.id: row.name for row in desk.session.execute(query)}


def people_of(desk: Desk, plan: BudgetPlan) -> dict[int, str]:
    """Return who prepared and who reviewed a plan (填报人、审核人), by number."""
    return users_of(desk, [one for one in (plan.prepared_by, plan.reviewed_by) if one is not None])


def published_figures(desk: Desk, division: str, *, programme: str) -> list[tuple[str, str, str, str]]:
    """Return the published figures of a place (label, value, as of, provision), to stand beside a plan.

    They are as reported: persons × rate × months is another figure (46,730 × 55 × 11 months are 28.27 m yuan, 31.07 m
    were reported), and nothing here holds the two equal.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    desk.require("case.read", desk.path(division))
    found: dict[str, tuple[str, str, str, str]] = {}
    for area in (*AREAS, "any"):
        policy = desk.policies.rulebook(division, on=desk.today, area=area, programmes=(programme,)).policy
        for line in policy.lines("indicator", programme):
            if not line.is_gap:
                label = text_of(line.value.get("label")) or Text(line.key, line.key)
                value = amount_text(line.value, "zh") or figure_text(line.value, "zh")
                at = f"{line.provision.address}"
                found[at] = (label.zh, value, str(line.value.get("as_of", "")), at)
    return list(found.values())


def plan_of(desk: Desk, plan_id: int) -> BudgetPlan:
    """Return a plan by its number, of a place in the officer's area.

    Raises:
        JiuzhuError: ``unknown_plan``.
    """
    plan = desk.session.get(BudgetPlan, plan_id)
    text = Text("没有这份计划", "there is no such plan")
    return desk.found(plan, JiuzhuError("unknown_plan", text, value=str(plan_id)))


def draft_of(desk: Desk, plan_id: int) -> BudgetPlan:
    """Return a plan that can still be changed, for who may prepare it.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_plan``, ``plan_is_fixed``.
    """
    plan = plan_of(desk, plan_id)
    desk.require("budget.prepare", plan.path)
    if plan.status != "draft":
        text = Text("计划已报送，不能再改", "the plan is submitted and fixed")
        hint = Text("请审核人退回后再改", "it can be changed once it is sent back")
        raise JiuzhuError("plan_is_fixed", text, hint=hint, value=f"{plan_id} {STATUSES[plan.status].zh}")
    return plan


def _in_status(plan: BudgetPlan, status: str) -> None:
    if plan.status != status:
        now, needed = STATUSES[plan.status], STATUSES[status]
        text = Text(f"计划目前{now.zh}，{needed.zh}的才能办理", f"the plan is {now.en}; it must be {needed.en}")
        raise JiuzhuError(f"plan_not_{status}", text, value=str(plan.id))


def _digest(lines: list[Any]) -> str:
    return hashlib.sha256(canonical(lines)).hexdigest()
