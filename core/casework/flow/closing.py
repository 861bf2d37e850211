"""Leaving (退出): a stop decided by a second person, a coded reason, and what became of the household afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.deciding.decision import Departure, decide, decisions_of, propose, refuse_own
from core.casework.deciding.proposal import Proposal, value
from core.casework.desk import Desk
from core.casework.flow.exit_proposal import STOPPED, proposed_exit, record_deaths
from core.casework.flow.exit_reason import ExitReason, exit_reason, exit_reasons
from core.casework.flow.finding import require_finding
from core.casework.flow.history import Happening, chain_of
from core.casework.flow.payable_month import StopMonth, owed_from, stop_month
from core.casework.flow.procedure import course_of
from core.casework.flow.transition import move, require, state_of
from core.casework.month import month_of
from core.casework.people.recusal import require_actor_free
from core.casework.scope import inside
from core.errors import InvalidInput, JiuzhuError, Problem, Text
from core.store.tables import AssistanceCase, CaseMember, Event

FOLLOWED = ("stable", "returned", "referred", "moved", "dead", "unreachable")
"""What a follow-up visit finds of a household that has left (退出对象跟踪)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """A household that left, or a member of one that stayed."""

    number: str
    reason: ExitReason
    left_on: date
    persons: int
    member: str | None = None
    followed_up: str | None = None


def close_case(
    desk: Desk,
    case: AssistanceCase,
    proposed: int,
    *,
    happened_on: date | None = None,
    departure: Departure | None = None,
) -> Event:
    """Decide an exit another person proposed (``proposed``: the number of his event in the case), and end the case.

    A case that is still paid is stopped by the same act: nothing is owed from the month on that the payment schedule
    rules for the day of the decision; one already stopped is only closed. A proposed month is held against the
    schedule. The law says that payment stops; where only the month is open (a gap of ``last_month``), the proposed one
    holds and the event says ``unruled: last_month``.

    Raises:
        JiuzhuError: ``unknown_exit``; ``maker_is_checker``; ``eligible`` for 收入超标 or 财产超标 against the rules'
            result without a departure, ``other_reason`` where another condition failed; ``wrong_stop_month``; ``gap``
            when no month is ruled nor proposed; ``objection_open``, ``still_owed``, ``recusal_required``,
            ``wrong_status``, ``not_permitted``.
    """
    desk.require("case.close", case.path)
    asked = proposed_exit(state_of(desk.session, case), proposed)
    refuse_own(desk, int(asked.actor_id or 0))
    require_actor_free(desk, case, "closing")
    why = exit_reason(asked.body["reason"], "household")
    day = happened_on or desk.today
    if case.status != STOPPED:
        require(case, "decision.stop")
        stop = _month(desk, case, asked, decided_on=day)
        _stop(desk, case, why, stop=stop, asked=asked, departure=departure)
    else:
        stop = _stopped_from(desk, case, why, _day(asked, "effective_month"))
    move(case, "closing")
    case.closed_on, case.exit_reason = day, why.code
    told = {"reason": why.code, "class": why.group, "effective_month": stop.month.isoformat(), "persons": case.persons}
    died = record_deaths(desk, asked)
    body: dict[str, Any] = {**told, "exit": proposed, **({"died": died} if died else {}), **why.mark, **stop.mark}
    why_else = departure.reason if departure is not None else None
    return desk.record(chain_of(case.id), "closing", body, happened_on=happened_on, reason=why_else)


def _day(asked: Happening, name: str) -> date | None:
    return date.fromisoformat(asked.body[name]) if asked.body.get(name) else None


def _month(desk: Desk, case: AssistanceCase, asked: Happening, *, decided_on: date) -> StopMonth:
    """The month a stop takes hold; from a month in which nothing is owed anyway (a phase-out is over), as proposed."""
    given, changed = _day(asked, "effective_month"), _day(asked, "changed_on")
    if given is not None and not owed_from(decisions_of(desk.session, case.id), given):
        return StopMonth(month=given)
    return stop_month(desk, case, decided_on=decided_on, changed_on=changed or asked.happened_on, given=given)


def _stop(
    desk: Desk, case: AssistanceCase, why: ExitReason, *, stop: StopMonth, asked: Happening, departure: Departure | None
) -> None:
    course = course_of(desk, case)
    if course.state.objections:
        text = Text("有异议尚未核实答复", "an objection is open")
        raise JiuzhuError("objection_open", text, value=case.number)
    proposal = propose(desk, case, month=stop.month)
    if departure is not None:
        require_finding(course, departure.finding)
    elif why.fails is not None:
        refuse_against_result(proposal, why)
    decide(
        desk, case, kind="stop", proposal=proposal, from_month=stop.month, prepared_by=int(asked.actor_id or 0),
        basis={"exit": why.code, "proposed": asked.sequence, **stop.mark}, departure=departure,
    )  # fmt: skip


def refuse_against_result(proposal: Proposal, why: ExitReason) -> None:
    """Refuse a reason the rules compute where they compute the contrary, or fail the household for another reason.

    A policy whose conditions do not tell income and assets apart tells only that the household is not eligible.

    Raises:
        JiuzhuError: ``eligible``; ``other_reason``, naming the conditions that failed.
    """
    if proposal.status != "not_eligible":
        text = Text(f"按规定计算并未“{why.label.zh}”", f"by the rules it is not so: {why.label.en}")
        hint = Text("偏离计算结果须有认定、理由和第二人", "a departure needs a finding, a reason and a second person")
        raise JiuzhuError("eligible", text, hint=hint, value=proposal.status)
    programme = proposal.rulebook.policy.programmes[0]
    met = value(proposal.assessment, f"{programme}.{why.fails}")
    if met is not None and met is not False:
        failed = proposal.assessment.failed
        raise _other_reason(why, [Text(one.message("zh"), one.message("en")) for one in failed])


def _other_reason(why: ExitReason, failed: Sequence[Text]) -> JiuzhuError:
    text = Text(f"按规定计算，不符合条件不是因为“{why.label.zh}”", f"it fails, but not for this: {why.label.en}")
    hint = Text("；".join(one.zh for one in failed), "; ".join(one.en for one in failed)) if failed else None
    return JiuzhuError("other_reason", text, hint=hint, value=why.code)


def _stopped_from(desk: Desk, case: AssistanceCase, why: ExitReason, given: date | None) -> StopMonth:
    """The month of the stop decided before; a reason the rules compute is held against what that stop rests on."""
    last = decisions_of(desk.session, case.id)[-1]
    month = month_of(given or last.from_month)
    if last.kind != "stop" or last.from_month > month:
        text = Text(
            f"停发自{last.from_month:%Y-%m}起，退出不能更早", f"the stop begins {last.from_month:%Y-%m}, not before"
        )
        raise JiuzhuError("still_owed", text, value=f"{month:%Y-%m}")
    if why.fails is not None and "departure" not in last.basis:
        refuse_against_result(propose(desk, case, month=last.from_month), why)
    return StopMonth(month=month)


def follow_up(desk: Desk, case: AssistanceCase, *, happened_on: date, found: str, note: str | None = None) -> Event:
    """Record what became of a household after it left.

    Raises:
        JiuzhuError: ``wrong_status``, ``not_permitted``.
        InvalidInput: ``bad_value``.
    """
    desk.require("case.change", case.path)
    if found not in FOLLOWED:
        text = Text("跟踪结果有误", "not an outcome of a follow-up")
        raise InvalidInput([Problem(code="bad_value", message=text, value=found, allowed=FOLLOWED)])
    move(case, "follow_up")
    return desk.record(chain_of(case.id), "follow_up", {"found": found}, happened_on=happened_on, reason=note)


def exits(desk: Desk, path: str, *, since: date, until: date) -> list[Exit]:
    """List who left in ``[since, until)`` in a subtree: households first, then members of households that stayed.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    desk.require("case.read", path)
    return [*_households(desk.session, path, since, until), *_members(desk.session, path, since, until)]


def _households(session: Session, path: str, since: date, until: date) -> Iterable[Exit]:
    query = (
        select(AssistanceCase)
        .where(inside(AssistanceCase.path, (path,)), AssistanceCase.status == "closed")
        .where(AssistanceCase.closed_on >= since, AssistanceCase.closed_on < until)
        .order_by(AssistanceCase.closed_on, AssistanceCase.number)
    )
    for case in session.scalars(query):
        yield Exit(
            number=case.number,
            reason=exit_reasons()[case.exit_reason or ""],
            left_on=case.closed_on or since,
            persons=case.persons,
            followed_up=_followed(session, case.id),
        )


def _followed(session: Session, case_id: int) -> str | None:
    query = (
        select(Event).where(Event.chain == chain_of(case_id), Event.kind == "follow_up").order_by(Event.sequence.desc())
    )
    last = session.scalars(query.limit(1)).first()
    return str(last.body["found"]) if last is not None else None


def _members(session: Session, path: str, since: date, until: date) -> Iterable[Exit]:
    query = (
        select(AssistanceCase.number, CaseMember)
        .join(CaseMember, CaseMember.case_id == AssistanceCase.id)
        .where(inside(AssistanceCase.path, (path,)), AssistanceCase.status != "closed")
        .where(CaseMember.until >= since, CaseMember.until < until, CaseMember.end_reason.is_not(None))
        .order_by(CaseMember.until, CaseMember.id)
    )
    for number, member in session.execute(query):
        reason = exit_reasons()[member.end_reason or ""]
        left_on = member.until or since
        yield Exit(number=number, reason=reason, left_on=left_on, persons=1, member=str(member.person_id))
