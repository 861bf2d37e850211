"""Cases as commands print them: JSON shapes, no rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.deciding.decision import decision_event
from core.casework.deciding.facts import facts_on
from core.casework.deciding.shown import Shown, shown_in
from core.casework.desk import Desk
from core.casework.flow.clock import deadlines
from core.casework.flow.clock_text import clock_json
from core.casework.flow.history import chain_of
from core.casework.flow.procedure import course_of
from core.casework.flow.transition import status_label
from core.casework.month import month_of
from core.errors import Language, Problem
from core.hookspecs import Case
from core.store.tables import AssistanceCase, CaseMember, Certificate, Decision, Event, Person, Referral
from core.values import yuan_text


def case_rows(desk: Desk, cases: Sequence[AssistanceCase], language: Language) -> list[dict[str, Any]]:
    """Return cases as rows of a list, each with its status and amount of this month: no names."""
    shown = shown_in(desk.session, cases, month_of(desk.today))
    return [_row(one, shown[one.id], language) for one in cases]


def _row(case: AssistanceCase, shown: Shown, language: Language) -> dict[str, Any]:
    return {
        "number": case.number,
        "programme": case.programme,
        "area": case.area,
        "division": case.division,
        "village": case.village,
        "status": shown.status,
        "status_text": status_label(shown.status).pick(language),
        "stage": case.stage,
        "persons": case.persons,
        "monthly_yuan": yuan_text(shown.monthly) if shown.monthly is not None else None,
        "opened_on": case.opened_on.isoformat(),
        "accepted_on": case.accepted_on.isoformat() if case.accepted_on else None,
        "review_due": case.review_due.isoformat() if case.review_due else None,
        "exit_reason": case.exit_reason,
    }


def warnings_of(desk: Desk, case: AssistanceCase) -> tuple[Problem, ...]:
    """Return what the plugins notice about a case; advice to the clerk, never a decision."""
    known = facts_on(desk.session, case.id, desk.today)
    asked = Case(
        division=case.division,
        area=case.area,
        on=desk.today.isoformat(),
        programmes=(case.programme,),
        facts=known.facts if known is not None else {},
    )
    return desk.plugins.check_case(asked)


def _members(desk: Desk, case: AssistanceCase) -> list[dict[str, str]]:
    """The household as commands and fact files name it: tokens, no names."""
    query = (
        select(Person.token, CaseMember.relation)
        .join(CaseMember, CaseMember.person_id == Person.id)
        .where(CaseMember.case_id == case.id, CaseMember.until.is_(None))
        .order_by(CaseMember.id)
    )
    return [{"person": token, "relation": relation} for token, relation in desk.session.execute(query)]


def case_view(desk: Desk, case: AssistanceCase, language: Language) -> dict[str, Any]:
    """Return a case with where its procedure stands and its deadlines."""
    course = course_of(desk, case)
    standings = course.standings
    return {
        **case_rows(desk, [case], language)[0],
        "rules_on": case.rules_on.isoformat(),
        "members": _members(desk, case),
        "stages": [
            {
                "stage": one.key,
                "label": one.label.pick(language),
                "standing": standings[one.key],
                "actors": list(one.actors),
                "results": list(one.results),
                "cite": one.citation,
                "gaps": {part: because.pick(language) for part, because in one.gaps.items()},
            }
            for one in course.procedure.stages
        ],
        "objections": sorted(course.state.objections),
        "changes": sorted(course.state.changes),
        "findings": dict(course.state.findings),
        "papers": sorted(course.state.evidence),
        "warnings": [one.render(language) for one in warnings_of(desk, case)],
        "deadlines": [clock_json(one, language) for one in deadlines(desk, case, course=course)],
    }


def decision_json(desk: Desk, row: Decision) -> dict[str, Any]:
    """Return a decision: what the case's chain keeps of it, its parts and who decided when."""
    return {
        "case": desk.session.get_one(AssistanceCase, row.case_id).number,
        "id": row.id,
        **decision_event(row),
        "decided_on": row.decided_on.isoformat(),
        "method": row.method,
        "parts": dict(row.parts),
        "basis": row.basis,
        "decided_by": row.decided_by,
    }


def first_event(session: Session, case: AssistanceCase) -> Event:
    """Return the event a case began with: its application, or its opening from a roster."""
    return session.scalars(select(Event).where(Event.chain == chain_of(case.id), Event.sequence == 1)).one()


def outcome_json(desk: Desk, case: AssistanceCase, made: object, language: Language) -> dict[str, Any]:
    """Return where a case stands after an act, and what the act made: an event, a decision, a paper, a referral."""
    told = {"number": case.number, "status": case.status, "status_text": status_label(case.status).pick(language)}
    if isinstance(made, Event):
        event = {"sequence": made.sequence, "kind": made.kind, "happened_on": made.happened_on.isoformat()}
        return {**told, "event": {**event, "body": made.body}}
    if isinstance(made, Decision):
        return {**told, "decision": decision_json(desk, made)}
    if isinstance(made, Certificate):
        return {**told, "certificate": {"number": made.number, "issued_on": made.issued_on.isoformat()}}
    if isinstance(made, Referral):
        return {**told, "referral": {"id": made.id, "target": made.target, "conditions": made.conditions}}
    return told
