"""Long work outlives the request that began it: a process of our own command goes on with the job.

    with working() as desk:
        job = start_job(desk.session, …)      # the row: arguments, cursor, who began it
    start(job.id)                             # after the commit; the page then shows its progress

The job's row is all there is to lose: a killed process, worker or server leaves it behind its last committed chunk, and
:func:`start` takes it up there. What stopped it stands in ``job.message``.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app
from flask_login import current_user

from admin.work import platform
from core.errors import JiuzhuError
from regions.jobs import resume
from regions.settings import Settings

FOLDER = "jobs"
"""In the data folder: by job what its process said, and the lock it holds while it lives."""


def start(job_id: str) -> None:
    """Let a process go on with a job as the officer who is signed in; where one is at it already, nothing happens.

    With ``LONG_WORK = "here"`` in the application's configuration it is done at once instead, within the request: for
    tests, whose clock another process would not have.
    """
    if current_app.config.get("LONG_WORK") == "here":
        _do(job_id)
    else:
        launch(platform().settings, current_user.login, job_id)


def launch(settings: Settings, login: str, job_id: str) -> subprocess.Popen[bytes] | None:
    """Begin the process, detached from this one; None where another is at the job."""
    with _held(settings.data_dir, job_id) as file:
        if file is None:
            return None
        os.truncate(file, 0)
        return subprocess.Popen(  # noqa: S603 - our own command, its words a list: nothing is read by a shell
            [sys.executable, "-P", "-m", "cli", "--as", login, "job", "resume", job_id],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=file,  # an open file keeps its lock: it is held as long as the process lives, however it ends
            env={**os.environ, **settings.environment()},
            start_new_session=True,
        )


def is_at_work(job_id: str) -> bool:
    """Tell whether a process of this machine is at a job."""
    with _held(platform().settings.data_dir, job_id) as file:
        return file is None


@contextmanager
def _held(data_dir: Path, job_id: str) -> Iterator[int | None]:
    """Hold a job's lock for a moment; None where a process holds it."""
    folder = data_dir / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = hashlib.sha256(job_id.encode()).hexdigest()[:32]
    file = os.open(folder / f"{name}.log", os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield None
    else:
        yield file
    finally:
        os.close(file)


def _do(job_id: str) -> None:
    try:
        for _ in resume(platform(), current_user.login, job_id):
            pass
    except JiuzhuError:
        return  # it stands in the job's message, as where a process has stopped
