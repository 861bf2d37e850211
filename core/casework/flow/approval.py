"""The county's decision on an application: granted as computed, or refused in writing with reasons and remedies.

The stage and the decision are one act. Whoever prepared it, or gave the township's opinion, does not decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.casework.deciding.decision import Departure, decide, decisions_of, propose, refuse_own
from core.casework.deciding.months import settle
from core.casework.deciding.proposal import Proposal
from core.casework.desk import Desk
from core.casework.flow.finding import require_finding
from core.casework.flow.guard import check_stage, require_office
from core.casework.flow.maker import prepared
from core.casework.flow.particulars import Performance
from core.casework.flow.payable_month import first_month
from core.casework.flow.procedure import Course, course_of
from core.casework.flow.stage import note_stage
from core.casework.flow.stage_rule import Stage
from core.casework.flow.transition import require
from core.casework.month import month_of
from core.casework.people.filing import require_county_visit
from core.casework.people.recusal import require_actor_free
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, Decision, Event

REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyRuling:
    """How the county decided: on which day, who sat (register of office), particulars."""

    happened_on: date
    by: Sequence[int] = ()
    result: str | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    departure: Departure | None = None


def approve(desk: Desk, case: AssistanceCase, ruling: CountyRuling, *, from_month: date | None = None) -> Decision:
    """Grant the benefit from the first month the payment schedule rules, month by month as the rules compute it.

    ``from_month`` is only held against it: a month nobody ruled is no ground to pay, so a gap stops the decision.

    Raises:
        JiuzhuError: ``wrong_first_month``, ``objection_open``, ``maker_is_checker``, ``not_eligible``, ``undecided``,
            ``gap``, ``wrong_status``, ``not_permitted``, ``recusal_required``, ``unknown_finding``,
            ``county_visit_missing``, ``nothing_prepared``.
        InvalidInput: what the stage asks for and was not done.
    """
    course = _ready(desk, case, ruling, event="decision.grant")
    stage = _decision_stage(course, case)
    month = first_month(desk, case, decided_on=ruling.happened_on, given=from_month)
    result = ruling.result or next((one for one in stage.results if one.startswith("approved")), None)
    done = Performance(happened_on=ruling.happened_on, by=ruling.by, result=result, body=ruling.body)
    check_stage(desk, case, course, stage, done)
    note_stage(desk, case, course, stage.key, done)
    return settle(
        desk, case, kind="grant", proposal=propose(desk, case, month=month), from_month=month,
        prepared_by=_maker(course), basis=_basis(course, stage, ruling), departure=ruling.departure,
    )  # fmt: skip


def refuse(desk: Desk, case: AssistanceCase, ruling: CountyRuling) -> Decision:
    """Refuse an application the rules do not grant; against their result only with a finding and a reason.

    Raises:
        JiuzhuError: ``eligible`` when the rules grant it and nobody departs from that; otherwise as :func:`approve`.
    """
    course = _ready(desk, case, ruling, event="decision.refuse")
    stage = _decision_stage(course, case)
    month = month_of(ruling.happened_on)
    proposal = propose(desk, case, month=month)
    if course.state.refused_at is None:
        done = Performance(happened_on=ruling.happened_on, by=ruling.by, result=REFUSED, body=ruling.body)
        check_stage(desk, case, course, stage, done)
        note_stage(desk, case, course, stage.key, done)
    else:
        require_office(desk, case, stage)
        require_actor_free(desk, case, stage.key)
    if proposal.status != "not_eligible" and ruling.departure is None:
        raise _eligible(proposal)
    return decide(
        desk, case, kind="refuse", proposal=proposal, from_month=month, prepared_by=_maker(course),
        basis=_basis(course, stage, ruling) | {"reasons": reasons_of(proposal, ruling.departure)},
        departure=ruling.departure,
    )  # fmt: skip


def _eligible(proposal: Proposal) -> JiuzhuError:
    text = Text("按规定计算不能不予批准", "the rules do not refuse it")
    if proposal.status == "undecided":
        text = Text("事实或者规定不全，不能据以不予批准", "facts or rules are missing: no ground for a refusal")
    hint = Text("偏离计算结果须有认定、理由和第二人", "a departure needs a finding, a reason and a second person")
    return JiuzhuError("eligible", text, hint=hint, value=proposal.status)


def _ready(desk: Desk, case: AssistanceCase, ruling: CountyRuling, *, event: str) -> Course:
    desk.require("case.decide", case.path)
    require(case, event)
    course = course_of(desk, case)
    if course.state.objections:
        text = Text("有异议尚未核实答复，不能作决定", "an objection is open: nothing is decided before it is answered")
        hint = Text("请先“核实并答复异议”", "inquire and answer the objection first")
        raise JiuzhuError("objection_open", text, hint=hint, value=case.number)
    _refuse_other_office(desk, course)
    require_county_visit(desk, case)
    refuse_own(desk, _maker(course))
    if ruling.departure is not None:
        require_finding(course, ruling.departure.finding)
    return course


def _refuse_other_office(desk: Desk, course: Course) -> None:
    """Township opinion and county decision are two offices: not the same person in one case."""
    for key, done in course.state.done.items():
        rule = course.procedure.by_key.get(key)
        opinion = rule is not None and "township" in rule.actors and rule.results
        if opinion and done.actor_id == desk.actor.id:
            text = Text("提出乡镇意见的人员不能作县级决定", "whoever gave the township's opinion does not decide")
            raise JiuzhuError("maker_is_checker", text, value=desk.actor.login)


def _decision_stage(course: Course, case: AssistanceCase) -> Stage:
    if course.procedure.decision is None:
        text = Text("现行程序没有审批环节", "the procedure in force has no stage that decides")
        raise JiuzhuError("gap", text, value=case.number)
    return course.procedure.decision


def _maker(course: Course) -> int:
    return int(prepared(course).actor_id or 0)


def _basis(course: Course, stage: Stage, ruling: CountyRuling) -> dict[str, Any]:
    return {"stage": stage.key, "prepared": prepared(course).sequence, "provision": stage.address,
            "cite": stage.citation, "happened_on": ruling.happened_on.isoformat()}  # fmt: skip


def reasons_of(proposal: Proposal, departure: Departure | None = None) -> list[dict[str, str]]:
    """Return why a household is refused, in words: the conditions it failed, or the reason of a departure."""
    if departure is not None:
        return [{"zh": departure.reason, "en": departure.reason}]
    return [{"zh": one.message("zh"), "en": one.message("en")} for one in proposal.assessment.failed]


def refusal_notice(desk: Desk, case: AssistanceCase, *, happened_on: date, by: Sequence[int] = ()) -> Event:
    """Record that the refusal was told in writing, with its reasons and what the household may do about it.

    Raises:
        JiuzhuError: ``wrong_status``, ``not_permitted``, ``unknown_stage`` where the procedure rules no such notice.
    """
    require(case, "stage")
    course = course_of(desk, case)
    stage = course.procedure.stage("refusal_notice")
    last = next((one for one in reversed(course.state.happenings) if one.key == "decision.refuse"), None)
    if last is None:
        text = Text("还没有不予批准的决定", "there is no refusal to tell of")
        raise JiuzhuError("nothing_refused", text, value=case.number)
    body = {"decision": last.body["decision"], "reasons": _reasons_kept(desk, case), "remedies": remedies(course)}
    done = Performance(happened_on=happened_on, by=by, body=body)
    check_stage(desk, case, course, stage, done)
    return note_stage(desk, case, course, stage.key, done)


def _reasons_kept(desk: Desk, case: AssistanceCase) -> list[dict[str, str]]:
    rows = [one for one in decisions_of(desk.session, case.id) if one.kind == "refuse"]
    found: list[dict[str, str]] = rows[-1].basis.get("reasons", []) if rows else []
    return found


def remedies(course: Course) -> list[str]:
    """Return the ways open against a decision, as the procedure names them (codes)."""
    stage = course.procedure.by_key.get("remedy")
    return list(stage.methods) if stage is not None else []
