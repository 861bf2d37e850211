"""The free texts of a row of a roster: kept sealed beside the case, read by right and on record."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import select

from core.casework.desk import Desk
from core.store.base import canonical
from core.store.sealed import open_in, seal_in
from core.store.tables import AssistanceCase, CaseNote


def note_row(desk: Desk, case: AssistanceCase, texts: Mapping[str, str]) -> CaseNote:
    """Return the row that keeps the texts of a case."""
    row = CaseNote(case_id=case.id)
    seal_in(row, "body", canonical(dict(texts)).decode(), cipher=desk.cipher)
    return row


def reveal_note(desk: Desk, case: AssistanceCase, *, reason: str) -> dict[str, str]:
    """Return the texts of a case by column of the roster; by right only, and never without a trace.

    Nothing where it came by no roster: that is on record too, or asking would tell.

    Raises:
        JiuzhuError: ``not_permitted``; ``altered_secret``.
    """
    desk.require("case.reveal", case.path)
    body = {"case": case.number, "field": "note"}
    desk.record(f"reveal/{case.path.rpartition('/')[2]}", "revealed", body, reason=reason)
    row = desk.session.scalar(select(CaseNote).where(CaseNote.case_id == case.id))
    found: dict[str, str] = json.loads(open_in(row, "body", cipher=desk.cipher) or "{}") if row is not None else {}
    return found
