"""How long uploaded rosters are kept: they hold names and numbers, and go as soon as no work needs them any more.

What was sent in is deleted once its import is over, or its examination where nothing was put up; the workbook that says
what was wrong after :data:`KEPT`. Only files the platform made in its own folder are touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.roster.takeover import KIND
from core.store.tables import Job

FOLDER = "rosters"
"""The folder of uploads in the data folder."""
EXAMINATION = "roster_examination"
KEPT = timedelta(days=30)
"""For which 错误说明 can be fetched: no document rules it, the platform's default (平台默认)."""
_OURS = re.compile(r"(?P<token>[0-9a-f]{16})(?P<faults>\.faults)?\.xlsx")


def sweep(session: Session, folder: Path, *, now: datetime) -> int:
    """Delete what is no longer needed and return how many files that were."""
    gone = list(_over(session, folder, now)) if folder.is_dir() else []
    for file in gone:
        file.unlink(missing_ok=True)
    return len(gone)


def _over(session: Session, folder: Path, now: datetime) -> Iterator[Path]:
    jobs = session.scalars(select(Job).where(Job.kind.in_((KIND, EXAMINATION)))).all()
    needed = {Path(one.arguments["file"]) for one in jobs if one.status == "running"}
    ended = {Path(one.arguments["file"]): one.finished_at for one in jobs if one.kind == EXAMINATION}
    for file in folder.iterdir():
        found = _OURS.fullmatch(file.name)
        upload = (folder / f"{found['token']}.xlsx").resolve() if found else None
        moment = ended.get(upload) if upload is not None else None
        if found is None or upload in needed or moment is None:
            continue
        if not found["faults"] or now - datetime.fromisoformat(moment) > KEPT:
            yield file
