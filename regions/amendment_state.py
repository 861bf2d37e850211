"""An amendment's row and its state: finding it for an action, holding it, moving it on with an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.scope import inside
from core.errors import JiuzhuError, Text
from core.provision import Json
from core.store.tables import Amendment, Event
from regions.registry import Registry

STATUS: Mapping[str, Text] = {
    "draft": Text("草稿", "draft"),
    "submitted": Text("待审批", "submitted"),
    "approved": Text("已批准", "approved"),
    "rejected": Text("已驳回", "rejected"),
    "published": Text("已发布", "published"),
    "superseded": Text("已被后续修订取代", "superseded by a later amendment"),
    "withdrawn": Text("已撤回", "withdrawn"),
}
WRITING = ("amendment_proposed", "amendment_revised", "amendment_submitted")
"""What makes somebody an author: he neither decides on it nor publishes it, in whatever version."""


def registry_of(desk: Desk) -> Registry:
    """Return the registry behind a desk: amendments are part of it, so a bare policy source will not do."""
    if not isinstance(desk.policies, Registry):
        raise TypeError(type(desk.policies))
    return desk.policies


def amendments(desk: Desk, *, status: str | None = None) -> Sequence[Amendment]:
    """Return the amendments of the places the actor may read, the newest first."""
    query = select(Amendment).where(inside(Amendment.path, desk.actor.roots("amendment.read", desk.today)))
    if status is not None:
        query = query.where(Amendment.status == status)
    return desk.session.scalars(query.order_by(Amendment.proposed_at.desc(), Amendment.uuid)).all()


def open_amendment(desk: Desk, uuid: str, action: str, *, version: int | None = None, hold: bool = True) -> Amendment:
    """Return an amendment for an action, its row held until the end of the transaction unless only looked at.

    ``uuid`` may be shortened to its first characters. ``version`` is the one the actor has looked at.

    Raises:
        JiuzhuError: ``unknown_amendment``, ``not_permitted``, ``conflict``.
    """
    amendment = _found(desk, uuid, hold=hold)
    desk.require(action, amendment.path)
    if version is not None and version != amendment.version:
        text = Text("修订已被他人更改", "somebody else has changed the amendment")
        hint = Text("请查看最新内容后再办理", "look at it again before you go on")
        raise JiuzhuError("conflict", text, hint=hint, value=f"{version} → {amendment.version}")
    return amendment


def _found(desk: Desk, uuid: str, *, hold: bool) -> Amendment:
    """Look only where the officer works: what begins alike elsewhere is nobody's business here."""
    query = select(Amendment).where(Amendment.uuid.startswith(uuid, autoescape=True), inside(Amendment.path, desk.area))
    query = query.with_for_update().execution_options(populate_existing=True) if hold else query
    rows = desk.session.scalars(query.limit(2)).all()
    if len(rows) != 1 or not uuid:
        text = Text("没有这项修订", "there is no such amendment") if not rows else Text(
            "编号不止对应一项修订", "more than one amendment begins so"
        )  # fmt: skip
        raise JiuzhuError("unknown_amendment", text, value=uuid)
    return rows[0]


def require_status(amendment: Amendment, *allowed: str) -> None:
    """Refuse a step in another state.

    Raises:
        JiuzhuError: ``amendment_state``.
    """
    if amendment.status not in allowed:
        is_now, wanted = STATUS[amendment.status], [STATUS[one] for one in allowed]
        text = Text(f"修订{is_now.zh}，不能这样办理", f"the amendment is {is_now.en}: this cannot be done")
        hint = Text(f"须为：{'、'.join(t.zh for t in wanted)}", f"must be: {', '.join(t.en for t in wanted)}")
        raise JiuzhuError("amendment_state", text, hint=hint, value=amendment.status)


def moved(
    desk: Desk, amendment: Amendment, status: str, event: str, *,
    reason: str | None = None, body: Mapping[str, Json] | None = None,
) -> Amendment:  # fmt: skip
    """Move an amendment to a state, as the next version and with its event."""
    was, amendment.status = amendment.status, status
    amendment.version += 1
    desk.session.flush()
    record(desk, amendment, event, {"from": was, "to": status, **(body or {})}, reason=reason)
    return amendment


def record(
    desk: Desk, amendment: Amendment, event: str, body: Mapping[str, Json], *,
    happened_on: date | None = None, reason: str | None = None,
) -> None:  # fmt: skip
    """Record an event on the amendment's own chain."""
    whole = {"division": amendment.division, "version": amendment.version, **body}
    desk.record(f"amendment/{amendment.uuid}", f"amendment_{event}", whole, happened_on=happened_on, reason=reason)


def require_another(desk: Desk, amendment: Amendment) -> None:
    """Refuse whoever wrote any version of the amendment or submitted it.

    Raises:
        JiuzhuError: ``same_person``.
    """
    written = select(Event.actor_id).where(Event.chain == f"amendment/{amendment.uuid}", Event.kind.in_(WRITING))
    if desk.actor.id in {amendment.proposed_by, *desk.session.scalars(written)}:
        text = Text("不能审批或发布自己拟定或提交的修订", "nobody decides on an amendment he wrote or submitted")
        hint = Text("请由另一名有权人员办理", "another person with the right must do it")
        raise JiuzhuError("same_person", text, hint=hint, value=desk.actor.login)
