"""Drafts of forms: what an officer typed is there again when he comes back, also where it is not valid yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from core.casework.desk import Desk
from core.errors import JiuzhuError, Text
from core.store.tables import FormDraft

MOST_ENTRIES = 5000
Entries = Sequence[tuple[str, str]]


def keep_draft(desk: Desk, subject: str, entries: Entries, *, basis: Mapping[str, Any] | None = None) -> FormDraft:
    """Keep what the actor has typed so far; ``basis`` says on what (the version he started from).

    Raises:
        JiuzhuError: ``too_long``.
    """
    if len(entries) > MOST_ENTRIES:
        raise JiuzhuError("too_long", Text("表单过大", "the form is too large"), value=str(len(entries)))
    row = draft_kept(desk, subject)
    if row is None:
        row = FormDraft(user_id=desk.actor.id, subject=subject)
        desk.session.add(row)
    row.body = [list(one) for one in entries]
    row.basis, row.saved_at = dict(basis or {}), desk.moment
    desk.session.flush()
    return row


def draft_kept(desk: Desk, subject: str) -> FormDraft | None:
    """Return the actor's own draft of a form, never another's."""
    return desk.session.get(FormDraft, (desk.actor.id, subject))


def drop_draft(desk: Desk, subject: str) -> None:
    """Forget a draft: it was handed in, or the actor starts anew."""
    row = draft_kept(desk, subject)
    if row is not None:
        desk.session.delete(row)


def drafts_kept(desk: Desk, prefix: str) -> Sequence[FormDraft]:
    """Return the actor's drafts whose subject begins so, the newest first."""
    query = select(FormDraft).where(FormDraft.user_id == desk.actor.id, FormDraft.subject.startswith(prefix))
    return desk.session.scalars(query.order_by(FormDraft.saved_at.desc())).all()
