"""The first recompute of an import as a job: 一致 / 不一致 by cause, and the list of all of them as a workbook."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from core.casework.desk import Desk
from core.casework.job import finish_job, note_progress, start_job
from core.casework.roster.comparison_sheet import comparison_sheet
from core.casework.roster.importing import import_job
from core.casework.roster.recompute import CHUNK, Comparison, Question, recompute
from core.casework.workbook import write_sheet
from core.store.engine import Store
from core.store.tables import Decision, Job

KIND = "roster_check"


def begin_check(desk: Desk, import_id: str, *, month: date, folder: Path) -> Job:
    """Begin the recompute of an import's households under the rules of a month.

    Raises:
        JiuzhuError: ``unknown_import``, ``not_permitted``.
    """
    division = import_job(desk, import_id).arguments["division"]
    desk.require("case.read", desk.path(division))
    total = desk.session.scalar(select(func.count()).where(Decision.batch == import_id)) or 0
    token = secrets.token_hex(8)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    arguments = {"division": division, "import": import_id, "month": month.isoformat(),
                 "file": str((folder / f"{token}.check.xlsx").resolve())}  # fmt: skip
    return start_job(desk.session, f"check-{token}", KIND, arguments=arguments, total=total, actor_id=desk.actor.id,
                     moment=desk.moment)  # fmt: skip


def resume(store: Store, desk: Desk, job: Job) -> Iterator[Job]:
    """Recompute from the beginning; nothing of a case changes (see ``regions.jobs``).

    Raises:
        JiuzhuError: ``job_is_over`` when it was cancelled; ``not_permitted``; ``cannot_write``.
    """
    asked, tally = job.arguments, Counter[str]()
    with store.reading() as session:
        reader = replace(desk, session=session)
        question = Question(roots=(reader.path(asked["division"]),), month=date.fromisoformat(asked["month"]),
                            import_id=asked["import"])  # fmt: skip
        found = _followed(store, job, recompute(reader, question))
        write_sheet(Path(asked["file"]), comparison_sheet(reader, found, tally, language="zh"))
    with store.writing() as session:
        over = finish_job(session, job.id, {"tally": dict(tally)}, moment=desk.moment)
    yield over


def _followed(store: Store, job: Job, found: Iterable[Comparison]) -> Iterator[Comparison]:
    for number, one in enumerate(found, 1):
        if number % CHUNK == 0:
            note_progress(store, job.id, number, job.total)
        yield one
