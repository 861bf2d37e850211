"""Amendments as lists ask for them: a page at a time, by place, state and document number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import and_, or_, select

from core.casework.access import within
from core.casework.desk import Desk
from core.casework.scope import inside
from core.errors import Text
from core.store.tables import Amendment, Event

EVENTS: Mapping[str, Text] = {
    "proposed": Text("登记", "registered"),
    "revised": Text("修改", "written anew"),
    "submitted": Text("提交审批", "submitted"),
    "approved": Text("批准", "approved"),
    "rejected": Text("驳回", "rejected"),
    "sent_back": Text("退回修改", "sent back"),
    "filed": Text("报上一级备案", "filed with the level above"),
    "published": Text("发布", "published"),
    "withdrawn": Text("撤回", "withdrawn"),
    "superseded": Text("被后续修订取代", "superseded by a later one"),
    "restored": Text("恢复", "restored"),
    "attached": Text("上传附件", "a scan was attached"),
    "kept": Text("保留修订值", "its value was kept"),
}


def find_amendments(
    desk: Desk, *, root: str | None = None, status: str | None = None, number: str | None = None,
    after: str | None = None, limit: int = 50,
) -> tuple[Sequence[Amendment], str | None]:  # fmt: skip
    """Return amendments of the places the actor may read, the newest first, and where the next page begins.

    ``root`` narrows to a subtree; ``number`` is part of a document's number or title.
    """
    roots = desk.actor.roots("amendment.read", desk.today)
    if root is not None:
        roots = tuple(root if within(root, one) else one for one in roots if within(root, one) or within(one, root))
    query = select(Amendment).where(inside(Amendment.path, roots))
    if status:
        query = query.where(Amendment.status == status)
    if number:
        said = Amendment.number.contains(number, autoescape=True) | Amendment.title.contains(number, autoescape=True)
        query = query.where(said)
    if after and "~" in after:
        at, _, uuid = after.partition("~")
        before = or_(Amendment.proposed_at < at, and_(Amendment.proposed_at == at, Amendment.uuid > uuid))
        query = query.where(before)
    query = query.order_by(Amendment.proposed_at.desc(), Amendment.uuid).limit(limit + 1)
    found = desk.session.scalars(query).all()
    further = f"{found[limit - 1].proposed_at}~{found[limit - 1].uuid}" if len(found) > limit else None
    return found[:limit], further


def chain_of(desk: Desk, uuid: str) -> Sequence[Event]:
    """Return what has happened to an amendment, in order; whoever asks has the amendment already."""
    query = select(Event).where(Event.chain == f"amendment/{uuid}").order_by(Event.sequence)
    return desk.session.scalars(query).all()
