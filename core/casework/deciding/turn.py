"""When a case's status turns by itself: the first month of what was decided ahead and moves it.

The row says what was recorded, a list what is so today. Of most cases the two are one; the others are those whose month
may have come by ``turns_on``, which has an index of its own (``deciding.status_filter``).
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.deciding.standing import FAR, is_ahead, stretches
from core.casework.flow.history import chain_of
from core.store.tables import AssistanceCase, Event

TURNING = ("suspend", "resume", "phase_out")
"""Kinds that move a case by themselves when their month comes; any other does so to one that phases out."""


def note_turn(session: Session, case: AssistanceCase, decisions: Sequence[Any], *, taken: Container[int] = ()) -> None:
    """Keep on a case's row from which month on its status may be another than the recorded one.

    ``taken`` are decisions that take effect just now, by number.
    """
    ruling = [one for _, _, one in stretches(decisions, FAR) if is_ahead(one)]
    turning = [one for one in ruling if one.kind in TURNING or case.status == "phasing_out"]
    seen = _seen(session, case.id) if turning else ()
    months = [one.from_month for one in turning if one.number not in seen and one.number not in taken]
    case.turns_on = min(months, default=None)


def _seen(session: Session, case_id: int) -> set[int]:
    """The decisions that were seen to take effect."""
    query = select(Event.body).where(Event.chain == chain_of(case_id), Event.kind == "took_effect")
    return {int(body["decision"]) for body in session.scalars(query)}
