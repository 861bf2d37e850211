"""Finding cases: by number, by place and status; only where the officer may read."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from core.casework.access import denied
from core.casework.deciding.status_filter import of_status
from core.casework.desk import Desk
from core.casework.flow.transition import table
from core.casework.scope import inside
from core.errors import JiuzhuError, Text, did_you_mean
from core.store.tables import AssistanceCase

READ = "case.read"


def find_case(desk: Desk, number: str) -> AssistanceCase:
    """Return the case of a number.

    Raises:
        JiuzhuError: ``unknown_case``, ``not_permitted``.
    """
    case = desk.session.scalars(select(AssistanceCase).where(AssistanceCase.number == number)).first()
    text = Text("没有这个案件，或不在您的管辖范围内", "there is no such case, or it is not in your area")
    hint = Text("请在案件列表中查找", "look for it in the list of cases")
    case = desk.found(case, JiuzhuError("unknown_case", text, hint=hint, value=number))
    desk.require(READ, case.path)
    return case


def readable(desk: Desk, division: str | None = None) -> tuple[str, ...]:
    """Return the subtrees whose cases an officer may read; of a division, its own.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    if division is not None:
        path = desk.path(division)
        desk.require(READ, path)
        return (path,)
    roots = desk.actor.roots(READ, desk.today)
    if not roots:
        raise denied(desk.actor, READ, "")
    return roots


def list_cases(
    desk: Desk, *, division: str | None = None, status: str | None = None, limit: int = 200, after: str = ""
) -> Sequence[AssistanceCase]:
    """Return the cases an officer may read, by number from ``after`` on.

    A status is that of the day, as lists show it; it may be a group (``recipient``).

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``, ``unknown_status``.
    """
    asked = [inside(AssistanceCase.path, readable(desk, division)), AssistanceCase.number > after]
    query = select(AssistanceCase).where(*asked)
    if status is not None:
        query = query.where(of_status(desk, asked, statuses_of(status)))
    return desk.session.scalars(query.order_by(AssistanceCase.number).limit(limit)).all()


def statuses_of(status: str) -> list[str]:
    """Return the statuses of a group, or the one named.

    Raises:
        JiuzhuError: ``unknown_status``, with the nearest one.
    """
    groups, known = table()["groups"], table()["statuses"]
    if status in groups:
        return list(groups[status])
    if status in known:
        return [status]
    text = Text("没有这种状态", "there is no such status")
    listed = Text(f"可用：{'、'.join([*known, *groups])}", f"there are: {', '.join([*known, *groups])}")
    raise JiuzhuError("unknown_status", text, hint=did_you_mean(status, [*known, *groups]) or listed, value=status)
