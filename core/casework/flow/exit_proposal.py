"""A proposed exit (拟退出): one person proposes why and from when, another decides (``core.casework.flow.closing``).

The newest proposal of a case stands; an older one is overtaken by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.flow.exit_reason import ExitReason, exit_reason
from core.casework.flow.history import Happening, chain_of
from core.casework.flow.state import CaseState
from core.casework.flow.transition import move, require, state_of
from core.casework.month import month_of
from core.casework.people.death import record_death
from core.casework.people.recusal import require_actor_free
from core.errors import InvalidInput, JiuzhuError, Problem, Text
from core.store.tables import AssistanceCase, CaseMember, Event, Person

PROPOSED = "exit_proposed"
STOPPED = "stopped"
DEATH = "death"
LEAVE = Text("请为死亡成员办理“成员离开”", "record that the dead member leaves")


def propose_exit(
    desk: Desk,
    case: AssistanceCase,
    *,
    reason: str,
    happened_on: date,
    effective_month: date | None = None,
    changed_on: date | None = None,
    died: Mapping[str, date] | None = None,
) -> Event:
    """Propose that a case be ended for a coded reason, for a second person to decide.

    ``effective_month``: the first month no longer owed, held against the payment schedule when it is decided.
    ``changed_on``: the day of what ended the entitlement, where a schedule goes by it; for a death, the last one's.
    ``died``: for the reason death, who died (tokens) on which day.

    Raises:
        JiuzhuError: ``unknown_exit_reason``, ``wrong_status``, ``not_permitted``, ``recusal_required``.
        InvalidInput: every fault of the deaths: ``death_unnamed``, ``unknown_member``, ``in_the_future``,
            ``member_alive`` (an entitled member who lives: then the dead leave and the household goes on),
            ``not_a_death``.
    """
    desk.require("case.change", case.path)
    require_actor_free(desk, case, PROPOSED)
    why = exit_reason(reason, "household")
    if case.status != STOPPED:
        require(case, "decision.stop")
    dead = dict(died or {})
    _check_deaths(desk, case, why, dead)
    move(case, PROPOSED)
    changed = changed_on or max(dead.values(), default=None)
    days = {"effective_month": month_of(effective_month) if effective_month else None, "changed_on": changed}
    body: dict[str, Any] = {
        "reason": why.code, "class": why.group, **{name: day.isoformat() for name, day in days.items() if day},
        **({"died": {token: day.isoformat() for token, day in sorted(dead.items())}} if dead else {}),
    }  # fmt: skip
    return desk.record(chain_of(case.id), PROPOSED, body, happened_on=happened_on)


def _check_deaths(desk: Desk, case: AssistanceCase, why: ExitReason, dead: Mapping[str, date]) -> None:
    """A death says who and when; the household ends only when nobody entitled lives."""
    if why.code != DEATH:
        if dead:
            text = Text("退出原因不是死亡", "the reason is not death")
            raise InvalidInput([Problem(code="not_a_death", message=text, value=why.code)])
        return
    members = _members(desk, case)
    problems = [
        *_named(members, dead, desk.today),
        *(
            Problem(
                code="member_alive", value=one.token,
                message=Text("还有健在的保障对象", "an entitled member lives"),
                hint=LEAVE,
            )
            for one, entitled in members if entitled and one.died_on is None and dead and one.token not in dead
        ),
    ]  # fmt: skip
    if problems:
        raise InvalidInput(problems)


def _named(members: Sequence[tuple[Person, bool]], dead: Mapping[str, date], today: date) -> Iterator[Problem]:
    if not dead:
        yield Problem(code="death_unnamed", message=Text("死亡退出须写明何人何日死亡", "say who died and when"))
    known = {one.token for one, _ in members}
    for token, day in dead.items():
        if token not in known:
            text = Text("家庭中没有此人", "nobody of that token is a member")
            yield Problem(code="unknown_member", message=text, value=token)
        if day > today:
            text = Text("死亡日期晚于今天", "a death after today")
            yield Problem(code="in_the_future", message=text, value=day.isoformat())


def _members(desk: Desk, case: AssistanceCase) -> list[tuple[Person, bool]]:
    query = (
        select(Person, CaseMember.entitled)
        .join(CaseMember, CaseMember.person_id == Person.id)
        .where(CaseMember.case_id == case.id, CaseMember.until.is_(None))
        .order_by(CaseMember.id)
    )
    return [(person, entitled) for person, entitled in desk.session.execute(query)]


def record_deaths(desk: Desk, asked: Happening) -> dict[str, str]:
    """Keep of every person an exit names when he died, so that no programme goes on paying him."""
    died: dict[str, str] = dict(asked.body.get("died", {}))
    for token, day in died.items():
        record_death(desk, token, date.fromisoformat(day))
    return died


def drop_exit(desk: Desk, case: AssistanceCase, proposed: int, *, reason: str) -> Event:
    """Take a proposed exit back, or send it back, with a reason.

    Raises:
        JiuzhuError: ``unknown_exit``, ``wrong_status``, ``not_permitted``.
    """
    if not desk.actor.may("case.close", case.path, desk.today):
        desk.require("case.change", case.path)
    proposed_exit(state_of(desk.session, case), proposed)
    move(case, "exit_dropped")
    return desk.record(chain_of(case.id), "exit_dropped", {"exit": proposed}, reason=reason)


def proposed_exit(state: CaseState, sequence: int) -> Happening:
    """Return the exit that waits for a decision, by the number of its event.

    Raises:
        JiuzhuError: ``unknown_exit``, with the one that waits.
    """
    if state.exit is not None and state.exit.sequence == sequence:
        return state.exit
    text = Text("没有这项待决定的退出", "no such exit waits for a decision")
    waiting = str(state.exit.sequence) if state.exit is not None else "—"
    raise JiuzhuError("unknown_exit", text, hint=Text(f"待决定：{waiting}", f"waiting: {waiting}"), value=str(sequence))
