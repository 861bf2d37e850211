"""A proposed exit (拟退出): one person proposes why and from when, another decides (``core.casework.flow.closing``).

The newest proposal of a case stands; an older one is overtaken by it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from core.casework.desk import Desk
from core.casework.flow.exit_reason import exit_reason
from core.casework.flow.history import Happening, chain_of
from core.casework.flow.state import CaseState
from core.casework.flow.transition import move, require, state_of
from core.casework.month import month_of
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, Event

STOPPED = "stopped"


def propose_exit(
    desk: Desk,
    case: AssistanceCase,
    *,
    reason: str,
    happened_on: date,
    effective_month: date | None = None,
    changed_on: date | None = None,
) -> Event:
    """Propose that a case be ended for a coded reason, for a second person to decide.

    ``effective_month``: the first month no longer owed, held against the payment schedule when it is decided.
    ``changed_on``: the day of what ended the entitlement, where a schedule goes by it.

    Raises:
        JiuzhuError: ``unknown_exit_reason``, ``wrong_status``, ``not_permitted``.
    """
    desk.require("case.change", case.path)
    why = exit_reason(reason, "household")
    if case.status != STOPPED:
        require(case, "decision.stop")
    move(case, "exit_proposed")
    days = {"effective_month": month_of(effective_month) if effective_month else None, "changed_on": changed_on}
    body: dict[str, Any] = {
        "reason": why.code, "class": why.group, **{name: day.isoformat() for name, day in days.items() if day},
    }  # fmt: skip
    return desk.record(chain_of(case.id), "exit_proposed", body, happened_on=happened_on)


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
