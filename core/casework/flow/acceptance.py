"""Acceptance: one list of what is missing, one notice of it, and nobody turned away whom a rule protects.

The village hands up what it receives: it neither refuses an application nor judges it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from core.casework.desk import Desk
from core.casework.flow.cite import Documents, cited
from core.casework.flow.guard import check_stage
from core.casework.flow.history import chain_of
from core.casework.flow.particulars import Performance
from core.casework.flow.procedure import Course, course_of
from core.casework.flow.stage import note_stage
from core.casework.flow.transition import move, require
from core.casework.people.recusal import require_actor_free
from core.casework.words import named, word
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, Event

PROTECTED: Mapping[str, str] = {
    "laid_off_bankrupt": "laid_off_uninsured_landless",
    "uninsured_collective_retiree": "laid_off_uninsured_landless",
    "land_lost_farmer": "laid_off_uninsured_landless",
}
"""Categories recorded at intake → the population a rule (``coverage_requirement`` at acceptance) speaks of."""


def missing_papers(course: Course) -> tuple[str, ...]:
    """Return the papers the application must have and has not."""
    stage = course.procedure.by_key.get("application")
    return tuple(one for one in (stage.evidence if stage else ()) if one not in course.state.evidence)


def notify_deficiency(desk: Desk, case: AssistanceCase, *, happened_on: date) -> Event:
    """Tell the applicant once and for all what is missing.

    Raises:
        JiuzhuError: ``already_notified`` (there is one notice), ``nothing_missing``, ``wrong_status``,
            ``not_permitted``.
    """
    desk.require("case.accept", case.path)
    require(case, "deficiency_notice")
    course = course_of(desk, case)
    if "deficiency_notice" in course.state.done:
        text = Text("已经一次性告知过，不得再次要求补正", "the one deficiency notice has been given")
        raise JiuzhuError("already_notified", text, value=case.number)
    missing = missing_papers(course)
    if not missing:
        raise JiuzhuError(
            "nothing_missing", Text("材料齐备，应当受理", "nothing is missing: accept it"), value=case.number
        )
    done = Performance(happened_on=happened_on, body={"missing": list(missing)})
    return note_stage(desk, case, course, "deficiency_notice", done, kind="deficiency_notice")


def supplement(desk: Desk, case: AssistanceCase, evidence: Sequence[str], *, happened_on: date) -> Event:
    """Record papers handed in later.

    Raises:
        JiuzhuError: ``wrong_status``, ``not_permitted``.
    """
    desk.require("case.apply", case.path)
    move(case, "evidence")
    return desk.record(chain_of(case.id), "evidence", {"evidence": list(evidence)}, happened_on=happened_on)


def accept(
    desk: Desk, case: AssistanceCase, *, happened_on: date, by: Sequence[int] = (), delegated_to: str | None = None
) -> Event:
    """Accept a complete application: from now on the rules of this day hold, and its clocks run.

    ``happened_on`` is the day the township received it; the village's receipt is the application's own day.

    Raises:
        JiuzhuError: ``papers_missing`` with the whole list; ``wrong_status``, ``not_permitted``, ``recusal_required``.
    """
    desk.require("case.accept", case.path)
    require(case, "acceptance")
    course = course_of(desk, case)
    missing = missing_papers(course)
    if missing:
        what = named("papers", missing)
        message = Text(f"申请材料不齐，缺：{what.zh}", f"papers missing: {what.en}")
        hint = Text("请一次性告知申请人补齐（一次性补正告知）", "tell the applicant once, by a deficiency notice")
        raise JiuzhuError("papers_missing", message, hint=hint, value=" ".join(missing))
    done = Performance(happened_on=happened_on, by=by, body={"delegated_to": delegated_to} if delegated_to else {})
    stage = course.procedure.by_key.get("acceptance")
    if stage is not None:
        check_stage(desk, case, course, stage, done)
    else:
        require_actor_free(desk, case, "acceptance")
    event = note_stage(desk, case, course, "acceptance", done, kind="acceptance")
    move(case, "acceptance")
    case.accepted_on = case.rules_on = happened_on
    return event


def refuse_acceptance(
    desk: Desk, case: AssistanceCase, *, happened_on: date, reason: str, decided_by: str = "township"
) -> Event:
    """Turn an application away at intake, in writing, where nothing forbids it.

    Raises:
        JiuzhuError: ``may_not_refuse`` with the article: whom the rules protect, and the village where it is forbidden;
            ``wrong_status``, ``not_permitted``.
    """
    desk.require("case.accept", case.path)
    require(case, "acceptance_refused")
    course = course_of(desk, case)
    _refuse_refusal(case, course, decided_by, desk.policies.documents)
    body = {"decided_by": decided_by, "stage": "acceptance"}
    event = desk.record(chain_of(case.id), "acceptance_refused", body, happened_on=happened_on, reason=reason)
    move(case, "acceptance_refused")
    return event


def _refuse_refusal(case: AssistanceCase, course: Course, decided_by: str, documents: Documents) -> None:
    stage = course.procedure.by_key.get("acceptance")
    if decided_by != "township" and (stage is None or decided_by != "county"):
        cite = stage.citation if stage is not None and "refuse_acceptance" in stage.forbidden else ""
        who = word("offices", decided_by)
        message = Text(
            f"{who.zh}不得自行不予受理，应将全部材料上交", f"the {who.en} may not refuse: it hands everything up"
        )
        rule = cited(cite, documents)
        hint = Text(rule, rule) if cite else Text("受理由乡镇（街道）决定", "acceptance is for the township")
        raise JiuzhuError("may_not_refuse", message, hint=hint, value=decided_by)
    category = course.state.done["application"].body.get("category")
    policy = course.procedure.rulebook.policy
    for line in policy.lines("coverage_requirement", case.programme):
        if line.value.get("stage") == "acceptance" and category and line.value.get("of") == PROTECTED[category]:
            who = word("categories", category)
            ruled, cite = line.provision.label, cited(str(line.provision.citation or ""), documents)
            message = Text(f"申请人属于{who.zh}，不得拒绝受理", f"a {who.en} may not be turned away")
            hint = Text(f"{ruled.zh}（{cite}）", f"{ruled.en} ({cite})")
            raise JiuzhuError("may_not_refuse", message, hint=hint, value=category)
