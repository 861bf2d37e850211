"""Who handles a case: officers assigned to it, replaced, and taking over from one who had to step out."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.access import within
from core.casework.desk import Desk
from core.casework.people.office import holder, posts_on, require_in_office
from core.casework.people.recusal import require_no_conflict
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, CaseAssignment, OfficeHolder


def assign(desk: Desk, case: AssistanceCase, holder_id: int, *, role: str, on: date | None = None) -> CaseAssignment:
    """Put an officer on a case; ``role`` is the stage he is to handle, or ``clerk`` for the whole case.

    Whoever handled it in that role before is replaced.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_holder``, ``not_in_office``, ``recusal_required``,
            ``not_of_this_place``.
    """
    return _put(desk, case, holder_id, role=role, day=on or desk.today, instead_of=None)


def take_over(
    desk: Desk, case: AssistanceCase, holder_id: int, *, instead_of: int, role: str = "clerk", on: date | None = None
) -> CaseAssignment:
    """Give a case to the head, or to the level above, because nobody else of that office is free of a conflict.

    Raises:
        JiuzhuError: as :func:`assign`; ``not_above`` when the one who takes over is neither head nor of a higher level.
    """
    day = on or desk.today
    mine = require_in_office(holder(desk, holder_id), day)
    theirs = posts_on(holder(desk, instead_of), day)
    higher = any(within(low.path, high.path) and low.path != high.path for high in mine for low in theirs)
    if not (higher or any(post.is_head for post in mine)):
        text = Text("只能由负责人或上一级接办", "only the head or the level above takes a case over")
        raise JiuzhuError("not_above", text, value=f"#{holder_id}")
    return _put(desk, case, holder_id, role=role, day=day, instead_of=instead_of)


def _put(
    desk: Desk, case: AssistanceCase, holder_id: int, *, role: str, day: date, instead_of: int | None
) -> CaseAssignment:
    desk.require("case.assign", case.path)
    _require_of_place(holder(desk, holder_id), case, day)
    require_no_conflict(desk, case, holder_id, role, on=day)
    _refuse_before(desk, case, role, day)
    for one in assigned(desk.session, case.id, on=day):
        if one.role == role:
            one.until = day
    row = CaseAssignment(case_id=case.id, holder_id=holder_id, role=role, since=day, until=None,
                         taken_over_from=instead_of)  # fmt: skip
    desk.session.add(row)
    desk.session.flush()
    kind = "assigned" if instead_of is None else "taken_over"
    body = {"holder": holder_id, "role": role} | ({} if instead_of is None else {"instead_of": instead_of})
    desk.record(f"case/{case.id}", kind, body, happened_on=day)
    return row


def _refuse_before(desk: Desk, case: AssistanceCase, role: str, day: date) -> None:
    """A case is never assigned for a day before the last assignment: two would handle it at once."""
    query = select(CaseAssignment.since).where(CaseAssignment.case_id == case.id, CaseAssignment.role == role)
    last = max(desk.session.scalars(query), default=None)
    if last is not None and day < last:
        text = Text(f"该案已自{last}起指派，不能再往前指派", f"the case is assigned from {last} on; not before that")
        raise JiuzhuError("assigned_later", text, value=day.isoformat())


def _require_of_place(official: OfficeHolder, case: AssistanceCase, day: date) -> None:
    if not any(within(case.path, post.path) for post in require_in_office(official, day)):
        text = Text("此人的任职地不包括该案所在地", "his office does not reach the place of the case")
        raise JiuzhuError("not_of_this_place", text, value=f"#{official.id} {case.division}")


def assigned(session: Session, case_id: int, *, on: date) -> list[CaseAssignment]:
    """Return who handles a case on a day."""
    query = select(CaseAssignment).where(CaseAssignment.case_id == case_id, CaseAssignment.since <= on)
    rows = session.scalars(query.order_by(CaseAssignment.id))
    return [one for one in rows if one.until is None or on < one.until]
