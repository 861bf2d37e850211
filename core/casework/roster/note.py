"""The free texts of a row of a roster: kept sealed beside the case, read by who reads the case."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import select

from core.casework.desk import Desk
from core.store.base import canonical
from core.store.tables import AssistanceCase, CaseNote

FIELD = "case_note.body"


def note_row(desk: Desk, case: AssistanceCase, texts: Mapping[str, str]) -> CaseNote:
    """Return the row that keeps the texts of a case."""
    return CaseNote(case_id=case.id, body=desk.cipher.seal(canonical(dict(texts)).decode(), FIELD))


def note_of(desk: Desk, case: AssistanceCase) -> dict[str, str]:
    """Return the texts of a case by column of the roster; nothing where it came by no roster.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    desk.require("case.read", case.path)
    body = desk.session.scalar(select(CaseNote.body).where(CaseNote.case_id == case.id))
    found: dict[str, str] = json.loads(desk.cipher.open(body, FIELD)) if body else {}
    return found
