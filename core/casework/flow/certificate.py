"""The register of certificates (领取证): number, issue, renewal, taking back."""

from __future__ import annotations

from datetime import date
from typing import Literal

from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.flow.guard import check_stage
from core.casework.flow.history import chain_of
from core.casework.flow.particulars import Performance
from core.casework.flow.procedure import course_of
from core.casework.flow.stage import note_stage
from core.casework.flow.transition import move, require
from core.casework.scope import inside
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, Certificate, Event

STAGE = "certificate"
Ending = Literal["renewed", "taken_back", "lost"]


def issue(desk: Desk, case: AssistanceCase, number: str, *, happened_on: date) -> Certificate:
    """Hand out a certificate; a household holds one at a time. Where the procedure has the stage, this does it.

    Raises:
        JiuzhuError: ``certificate_out`` (renew it instead), ``number_taken``, ``wrong_status``, ``not_permitted``.
    """
    desk.require("case.certify", case.path)
    require(case, "certificate")
    if current(desk, case) is not None:
        text = Text("该户已持有领取证，应换证或先收回", "the household holds one: renew it or take it back")
        raise JiuzhuError("certificate_out", text, value=case.number)
    _stage(desk, case, happened_on)
    return _hand_out(desk, case, number, happened_on)


def renew(desk: Desk, case: AssistanceCase, number: str, *, happened_on: date, why: Ending = "renewed") -> Certificate:
    """Exchange the certificate for a new one (换证), also for a lost one.

    Raises:
        JiuzhuError: ``no_certificate``, ``number_taken``, ``wrong_status``, ``not_permitted``.
    """
    desk.require("case.certify", case.path)
    require(case, "certificate")
    _end(desk, case, on=happened_on, why=why)
    return _hand_out(desk, case, number, happened_on)


def take_back(desk: Desk, case: AssistanceCase, *, happened_on: date, why: Ending = "taken_back") -> Event:
    """Take the certificate back (收回), or record that it is lost.

    Raises:
        JiuzhuError: ``no_certificate``, ``wrong_status``, ``not_permitted``.
    """
    desk.require("case.certify", case.path)
    number = _end(desk, case, on=happened_on, why=why)
    return _note(desk, case, {"act": why, "number": number}, happened_on)


def current(desk: Desk, case: AssistanceCase) -> Certificate | None:
    """Return the certificate a household holds."""
    query = select(Certificate).where(Certificate.case_id == case.id, Certificate.ended_on.is_(None))
    return desk.session.scalars(query).first()


def register(desk: Desk, path: str) -> list[tuple[Certificate, str]]:
    """Return the certificates of a subtree with their cases' numbers, by number.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    desk.require("case.read", path)
    query = (
        select(Certificate, AssistanceCase.number)
        .join(AssistanceCase, AssistanceCase.id == Certificate.case_id)
        .where(inside(AssistanceCase.path, (path,)))
        .order_by(Certificate.number)
    )
    return [(one, number) for one, number in desk.session.execute(query)]


def _stage(desk: Desk, case: AssistanceCase, on: date) -> None:
    course = course_of(desk, case)
    if STAGE in course.procedure.by_key and STAGE not in course.state.done:
        done = Performance(happened_on=on, body={"evidence": [STAGE]})
        check_stage(desk, case, course, course.procedure.stage(STAGE), done)
        note_stage(desk, case, course, STAGE, done)


def _hand_out(desk: Desk, case: AssistanceCase, number: str, on: date) -> Certificate:
    taken = desk.session.scalars(select(Certificate.id).where(Certificate.number == number)).first()
    if taken is not None:
        raise JiuzhuError("number_taken", Text("领取证编号已使用", "the number is taken"), value=number)
    made = Certificate(number=number, case_id=case.id, issued_on=on, issued_by=desk.actor.id)
    desk.session.add(made)
    desk.session.flush()
    _note(desk, case, {"act": "issued", "number": number}, on)
    return made


def _end(desk: Desk, case: AssistanceCase, *, on: date, why: Ending) -> str:
    held = current(desk, case)
    if held is None:
        raise JiuzhuError("no_certificate", Text("该户没有领取证", "the household holds none"), value=case.number)
    held.ended_on, held.end_reason = on, why
    return held.number


def _note(desk: Desk, case: AssistanceCase, body: dict[str, str], on: date) -> Event:
    move(case, "certificate")
    return desk.record(chain_of(case.id), "certificate", body, happened_on=on)
