"""Proofs and papers by right: who may read the cases of a place sees them, who does the work there adds them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.rounds.proof import Photo, attach
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, Attachment, Meeting, Posting, VisitRound

SUBJECTS: Mapping[str, tuple[type[AssistanceCase | Meeting | VisitRound | Posting], str]] = {
    "case": (AssistanceCase, "case.apply"),
    "meeting": (Meeting, "meeting.record"),
    "visit": (VisitRound, "visit.record"),
    "posting": (Posting, "posting.post"),
}
"""What proofs stand beside, and the action that adds one."""


def read_proof(desk: Desk, attachment_id: int) -> Attachment:
    """Return a paper of a case, or a proof of a meeting, a round or a sheet.

    Raises:
        JiuzhuError: ``unknown_attachment``, also where the officer may not read the cases of its place.
    """
    found = desk.session.get(Attachment, attachment_id)
    path = _path(desk, found.subject) if found is not None else None
    if found is None or path is None or not desk.actor.may("case.read", path, desk.today):
        text = Text("没有这个附件", "there is no such attachment")
        raise JiuzhuError("unknown_attachment", text, value=str(attachment_id))
    return found


def add_proof(desk: Desk, subject: str, photo: Photo) -> Attachment:
    """Keep a photograph or a scan beside what it proves, and note that it came.

    Raises:
        JiuzhuError: ``unknown_subject``, ``not_permitted``, ``empty_file``, ``file_too_large``, ``unknown_file_type``.
    """
    path = _path(desk, subject)
    text = Text("没有可附的记录", "there is nothing to attach it to")
    absent = JiuzhuError("unknown_subject", text, value=subject)
    if path is None:
        raise absent
    desk.reach(path, absent)
    desk.require(SUBJECTS[subject.partition("/")[0]][1], path)
    row = attach(desk, subject, photo)
    desk.record(subject, "proof_added", {"attachment": row.id, "digest": row.digest})
    return row


def _path(desk: Desk, subject: str) -> str | None:
    kind, _, number = subject.partition("/")
    if kind not in SUBJECTS or not number.isdecimal():
        return None
    table = SUBJECTS[kind][0]
    return desk.session.scalars(select(table.path).where(table.id == int(number))).first()
