"""Months that a back-dated standard, fact or decision changes: proposed by one person, decided by another.

What each month comes to is computed under its own rules and facts; nobody enters an amount. Months that people closed,
or decided apart from the computed result, stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from core.casework.deciding.arrears import decide_spans, recompute
from core.casework.deciding.decision import refuse_own
from core.casework.deciding.span import NewSpan
from core.casework.desk import Desk
from core.casework.flow.change import PROPOSED, RECOMPUTE, STAGE, Kind, Settlement, do_stage, proposed_change
from core.casework.flow.history import chain_of
from core.casework.flow.procedure import Course, course_of
from core.casework.flow.transition import move, require
from core.casework.month import month_of
from core.casework.people.recusal import require_actor_free
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, Decision, Event
from core.values import fraction_text


def propose_back_dated(
    desk: Desk, case: AssistanceCase, *, since: date, reason: str, through: date | None = None
) -> Event:
    """Propose what the months from one on come to today, where that is not what was decided.

    Raises:
        JiuzhuError: ``nothing_changes``, ``reasons_missing``, ``undecided``, ``wrong_status``, ``not_permitted``,
            ``recusal_required``.
    """
    desk.require("case.change", case.path)
    require_actor_free(desk, case, PROPOSED)
    require(case, PROPOSED)
    if not reason.strip():
        raise JiuzhuError("reasons_missing", Text("重算须说明理由", "a recomputation needs a reason"))
    changed = recompute(desk, case, since=since, through=through).changed
    if not changed:
        text = Text("重算与原决定一致，无须决定", "every month comes to what was decided: nothing is to be decided")
        raise JiuzhuError("nothing_changes", text, value=case.number)
    body = {
        "kind": RECOMPUTE,
        "from_month": month_of(since).isoformat(),
        "through": month_of(through).isoformat() if through is not None else None,
        "months": _told(changed),
    }
    return desk.record(chain_of(case.id), PROPOSED, body, reason=reason)


def decide_back_dated(desk: Desk, case: AssistanceCase, change: int, settlement: Settlement) -> list[Decision]:
    """Decide months another person proposed (``change``: the number of his event), as computed now.

    Raises:
        JiuzhuError: ``unknown_change``, ``proposal_outdated``, ``objection_open``, ``maker_is_checker``,
            ``wrong_status``, ``not_permitted``, ``recusal_required``.
        InvalidInput: what the stage of the procedure asks for and was not done.
    """
    desk.require("case.decide", case.path)
    require(case, "change_decided")
    course = course_of(desk, case)
    proposed = proposed_change(course, change)
    prepared_by = int(proposed.actor_id or 0)
    refuse_own(desk, prepared_by)
    if course.state.objections:
        raise JiuzhuError("objection_open", Text("有异议尚未核实答复", "an objection is open"), value=case.number)
    changed = _as_proposed(desk, case, proposed.body, change)
    _stage(desk, case, course, changed, settlement)
    basis = {"change": change, "reason": proposed.reason or ""}
    made = decide_spans(desk, case, changed, prepared_by=prepared_by, basis=basis)
    move(case, "change_decided")
    told = {"change": change, "decision": made[0].number, "decisions": [one.number for one in made]}
    desk.record(chain_of(case.id), "change_decided", told, happened_on=settlement.happened_on)
    return made


def _as_proposed(desk: Desk, case: AssistanceCase, body: Any, change: int) -> Sequence[NewSpan]:
    """Compute again, and refuse where that is not what was proposed."""
    if body["kind"] != RECOMPUTE:
        text = Text("这是一项变更，按变更决定", "this is a change: decide it as one")
        hint = Text("请在案件上“决定变更”", "decide the change on the case itself")
        raise JiuzhuError("unknown_change", text, hint=hint, value=str(change))
    through = date.fromisoformat(body["through"]) if body["through"] else None
    changed = recompute(desk, case, since=date.fromisoformat(body["from_month"]), through=through).changed
    if _told(changed) != body["months"]:
        text = Text(
            "拟定之后规则、事实或决定已变，应重新拟定", "rules, facts or decisions moved since: propose it anew"
        )
        raise JiuzhuError("proposal_outdated", text, value=str(change))
    return changed


def _told(spans: Sequence[NewSpan]) -> list[dict[str, Any]]:
    return [
        {"from_month": one.from_month.isoformat(), "facts": one.proposal.facts.number,
         "until_month": one.until_month.isoformat() if one.until_month else None,
         "monthly": fraction_text(one.proposal.monthly), "difference": fraction_text(one.difference)}
        for one in spans
    ]  # fmt: skip


def _stage(
    desk: Desk, case: AssistanceCase, course: Course, changed: Sequence[NewSpan], settlement: Settlement
) -> None:
    """Where a household is paid another amount from now on, that is a change with its stage of the procedure."""
    present = month_of(desk.today)
    now = [one for one in changed if one.until_month is None or one.until_month > present]
    if not now or case.status == "closed":
        require_actor_free(desk, case, STAGE)
        return
    stopped = now[-1].proposal.status == "not_eligible"
    kind: Kind = "stop" if stopped else "reduce" if now[-1].difference < 0 else "increase"
    do_stage(desk, case, course, kind, settlement)
