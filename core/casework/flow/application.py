"""The application: a household becomes a case, every member is asked about relatives in office.

The village may receive it, or hand it in on the household's behalf, only where the rule lets it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select

from core.casework.deciding.facts import add_facts
from core.casework.desk import Desk
from core.casework.flow.acceptance import PROTECTED
from core.casework.flow.applicant import Applicant, check_applicants, declared_relations, relate_declared
from core.casework.flow.history import chain_of
from core.casework.flow.particulars import Performance
from core.casework.flow.procedure import Course, procedure_of
from core.casework.flow.stage import note_stage
from core.casework.flow.state import CaseState
from core.casework.flow.transition import NONE, after, move
from core.casework.people.person import kept, register_person
from core.casework.words import named
from core.errors import InvalidInput, Problem, Text
from core.store.tables import AssistanceCase, Event, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What comes in: the household with its facts (a member's ``id`` is its key here), papers, who received it when.

    ``submitted_by``: household, agent or village (on its behalf). ``received_by``: village or township.
    """

    division: str
    programme: str
    area: str
    happened_on: date
    members: Sequence[Applicant]
    facts: Mapping[str, Any]
    evidence: Sequence[str] = ()
    signatures: Sequence[str] = ("applicant",)
    received_by: str = "township"
    submitted_by: str = "household"
    village: str | None = None
    unit: str | None = None
    category: str | None = None
    body: Mapping[str, Any] = field(default_factory=dict)


def apply(desk: Desk, application: Application) -> AssistanceCase:
    """Enter an application: a case, its persons, what they declared.

    What is known of a person stays; its event names under ``kept`` the fields in which the form says otherwise.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``, ``nothing_in_force``.
        InvalidInput: every fault of the application and of its facts.
    """
    path = desk.path(application.division)
    desk.require("case.apply", path)
    problems = [*check_applicants(desk, application.members, application.programme), *_words(application)]
    if problems:
        raise InvalidInput(problems)
    persons = {one.key: register_person(desk, one.identity) for one in application.members}
    case = _row(desk, application, path, head=persons[_head(application.members).key])
    desk.session.add(case)
    desk.session.flush()
    _check_receipt(desk, case, application)
    told = _told(case, application, persons) | _kept(desk, application, persons)
    course = Course(procedure=procedure_of(desk, case), state=CaseState(), conditions={})
    done = Performance(happened_on=application.happened_on, body=told)
    note_stage(desk, case, course, "application", done, kind="application")
    add_facts(
        desk, case, _with_tokens(application.facts, persons), basis="declared", effective_on=application.happened_on
    )
    relate_declared(desk, application.members, persons, path=path)
    return case


def _head(members: Sequence[Applicant]) -> Applicant:
    return next(one for one in members if one.relation == "head")


def _words(application: Application) -> list[Problem]:
    allowed = {
        "received_by": ("village", "township"),
        "submitted_by": ("household", "agent", "village"),
        "category": (None, *PROTECTED),
    }
    found = []
    for name, values in allowed.items():
        if (value := getattr(application, name)) not in values:
            choices = tuple(one for one in values if one)
            message = Text(f"{name} 的取值有误", f"not a value of {name}")
            found.append(Problem(code="bad_value", message=message, value=value, allowed=choices))
    return found


def _row(desk: Desk, application: Application, path: str, *, head: Person) -> AssistanceCase:
    return AssistanceCase(
        number=next_number(desk, application.division, application.happened_on.year),
        programme=application.programme,
        area=application.area,
        division=application.division,
        path=path,
        unit=application.unit,
        village=application.village,
        head_id=head.id,
        status=after(NONE, "application"),
        opened_on=application.happened_on,
        rules_on=application.happened_on,
        persons=len(application.members),
        entitled=len(application.members),
        filed=False,
    )


def next_number(desk: Desk, division: str, year: int) -> str:
    """Return the next case number of a division and year, ``610523-2008-00001``; two at once meet in a constraint."""
    prefix = f"{division}-{year}-"
    last = desk.session.scalar(
        select(func.max(AssistanceCase.number)).where(
            AssistanceCase.number >= prefix, AssistanceCase.number < f"{division}-{year}."
        )
    )
    return f"{prefix}{(int(last.removeprefix(prefix)) if last else 0) + 1:05d}"


def _check_receipt(desk: Desk, case: AssistanceCase, application: Application) -> None:
    """The village receives, or applies on a household's behalf, only by a delegation the rule allows."""
    procedure = procedure_of(desk, case)
    own, accept = procedure.by_key.get("application"), procedure.by_key.get("acceptance")
    submits = own.delegable_to if own is not None else ()
    receives = (*submits, *(accept.delegable_to if accept is not None else ()))
    problems = []
    if application.received_by == "village" and "village" not in receives:
        message = Text(
            "规定没有允许委托村（居）委会接收申请", "no rule lets the village committee receive applications"
        )
        problems.append(Problem(code="not_delegable", message=message, value="received_by: village"))
    if application.submitted_by == "village" and "village" not in submits:
        message = Text(
            "规定没有允许村（居）委会代为申请", "no rule lets the village committee apply on a household's behalf"
        )
        problems.append(Problem(code="not_delegable", message=message, value="submitted_by: village"))
    lacking = [] if own is None or isinstance(own.signatures, int) else [
        one for one in own.signatures if one not in application.signatures
    ]  # fmt: skip
    if lacking:
        who = named("signatures", lacking)
        message = Text(f"缺少签字：{who.zh}", f"not signed by: {who.en}")
        problems.append(Problem(code="signature_missing", message=message, value=" ".join(lacking)))
    if problems:
        raise InvalidInput(problems)


def _told(case: AssistanceCase, application: Application, persons: Mapping[str, Person]) -> dict[str, Any]:
    return {
        **application.body,
        "division": case.division,
        "path": case.path,
        "programme": case.programme,
        "area": case.area,
        "received_by": application.received_by,
        "submitted_by": application.submitted_by,
        "category": application.category,
        "evidence": list(application.evidence),
        "signatures": list(application.signatures),
        "members": [persons[one.key].token for one in application.members],
        "declared_relations": declared_relations(application.members, persons),
    }


def _kept(desk: Desk, application: Application, persons: Mapping[str, Person]) -> dict[str, Any]:
    """By person, what the form says otherwise than what stays known of him: an account is changed by two officers."""
    found = {persons[one.key].token: list(kept(desk, persons[one.key], one.identity)) for one in application.members}
    differing = {token: names for token, names in found.items() if names}
    return {"kept": differing} if differing else {}


def _with_tokens(facts: Mapping[str, Any], persons: Mapping[str, Person]) -> dict[str, Any]:
    """The facts with every member's key replaced by the person's token."""
    members = [
        {**one, "id": persons[one["id"]].token if one.get("id") in persons else one.get("id")}
        for one in facts.get("members", ())
    ]
    return {**facts, "members": members}


def withdraw(desk: Desk, case: AssistanceCase, *, happened_on: date, reason: str) -> Event:
    """Record that the household took its application back.

    Raises:
        JiuzhuError: ``wrong_status``, ``not_permitted``.
    """
    desk.require("case.apply", case.path)
    event_body = {"by": "household"}
    move(case, "withdrawal")
    case.closed_on = happened_on
    return desk.record(chain_of(case.id), "withdrawal", event_body, happened_on=happened_on, reason=reason)
