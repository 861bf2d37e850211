"""A roster that comes over the web: kept, examined as a job of its own, given back with its faults, or put up.

The files hold names and numbers: they stand in a folder of the deployment for nobody's eyes but its own.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.casework.desk import Desk
from core.casework.job import fail_job, finish_job, note_progress, start_job
from core.casework.roster.examination import open_roster
from core.casework.roster.importing import Examined, Prepared, examine_import, put_up
from core.casework.roster.retention import EXAMINATION, sweep
from core.casework.roster.returned import returned
from core.casework.roster.takeover import Takeover, digest_of_file, sound
from core.casework.workbook import LIMITS, write_sheet
from core.casework.workbook.guard import inspect
from core.errors import JiuzhuError
from core.store.engine import Store
from core.store.tables import Job

KIND = EXAMINATION
PASSING = ("job_is_over", "not_permitted", "inactive_user", "database_busy", "database_gone", "disk_full")
"""Errors that say nothing about the roster: once they are over, or somebody else goes on with it, the job goes on."""


def receive(desk: Desk, takeover: Takeover, content: bytes, *, folder: Path) -> Job:
    """Keep a roster and begin its examination; the job is done by :func:`resume`.

    Raises:
        JiuzhuError: ``not_permitted``; what the guard of workbooks refuses.
        InvalidInput: terms that cannot be meant.
    """
    desk.require("roster.prepare", desk.path(takeover.division))
    takeover = sound(desk, takeover)
    inspect(content, LIMITS)
    sweep(desk.session, folder, now=desk.now)
    token = secrets.token_hex(8)
    file = folder / f"{token}.xlsx"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(content)
    arguments = {**takeover.arguments(), "file": str(file.resolve()), "digest": digest_of_file(content)}
    return start_job(desk.session, f"examination-{token}", KIND, arguments=arguments, total=0, actor_id=desk.actor.id,
                     moment=desk.moment)  # fmt: skip


def resume(store: Store, desk: Desk, job: Job) -> Iterator[Job]:
    """Examine the roster from its beginning and put it up where it may be imported (see ``regions.jobs``).

    Raises:
        JiuzhuError: ``job_is_over`` when it was cancelled; what the examination raises: the job has failed then.
    """
    takeover, file = Takeover.of(job.arguments), Path(job.arguments["file"])
    try:
        with store.reading() as session:
            examined = examine_import(
                replace(desk, session=session), takeover, file,
                progress=lambda done, total: note_progress(store, job.id, done, total),
            )  # fmt: skip
        _give_back(examined, file)
        with store.writing() as session:
            found = put_up(desk.renew(session), examined, prepared_by=job.started_by)
            over = finish_job(session, job.id, _result(found), moment=desk.moment)
    except JiuzhuError as error:
        if error.code not in PASSING:
            fail_job(store, job.id, moment=desk.moment)
        raise
    yield over


def faulty_rows(file: Path) -> Path:
    """Return where the workbook with the faults stands."""
    return file.with_suffix(".faults.xlsx")


def _give_back(examined: Examined, file: Path) -> None:
    found = examined.examination
    if found.faults:
        some = examined.takeover.partial and bool(found.totals()["households"])
        whole = open_roster(file.read_bytes(), file.name)
        write_sheet(faulty_rows(file), returned(whole, found.faults, only_faulty=some, language="zh"))


def _result(found: Prepared) -> Mapping[str, Any]:
    return {"import": found.import_id if found.job is not None else None, "rows": found.examination.rows,
            "faulty": len(found.examination.faults), **found.totals}  # fmt: skip
