"""An import killed by SIGKILL before or after any of its commits: restarted, every household is there exactly once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core.casework.people.identity import check_character
from core.casework.roster.importing import approve_import, prepare_import, run_import
from core.casework.roster.layout import EXAMPLE, HEADINGS, columns_of_roster
from core.casework.roster.takeover import Takeover
from core.casework.trail import verify
from core.casework.workbook import Sheet, as_bytes
from core.store.tables import AssistanceCase, CaseMember, Decision, Event, FactsVersion, Job, Person

CITY = "430900"
ROOT = Path(__file__).resolve().parents[4]
HOUSEHOLDS, CHUNK = 5, 2

CHILD = """
import os, signal, sys
from pathlib import Path
from datetime import date
from sqlalchemy import event
from core.casework.roster.importing import run_import
from regions.platform import open_platform
from regions.settings import Settings

folder, url, job, at, when = sys.argv[1:]
platform = open_platform(Settings(data_dir=Path(folder), lang="zh", database_url=url, today=date(2018, 6, 1)))
with platform.reading_desk("approver.430900") as desk:
    pass
seen = 0

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

@event.listens_for(platform.database.engine, "commit")
def before(connection):
    global seen
    seen += 1
    if when == "before" and seen == int(at):
        die()

for _ in run_import(platform.database, desk, job, chunk=2):
    if when == "after" and seen == int(at):
        die()
"""


def number(sequence: int) -> str:
    digits = f"99010119500307{sequence:03}"
    return digits + check_character(digits)


@pytest.fixture
def approved(make_bureau: Any, tmp_path: Path) -> tuple[Any, str]:
    """A roster of five households, put up and approved."""
    bureau = make_bureau(CITY, day="2018-06-01")
    rows = [
        {**EXAMPLE, "head": f"合成甲{one}", "head_number": number(2 * one), "member_names": f"合成乙{one}",
         "member_numbers": number(2 * one + 1)}
        for one in range(HOUSEHOLDS)
    ]  # fmt: skip
    path = tmp_path / "roster.xlsx"
    content = [[row[one.name] for one in HEADINGS] for row in rows]
    path.write_bytes(as_bytes(Sheet(title="花名册", columns=columns_of_roster(), rows=content)))
    terms = Takeover(
        division=CITY, programme="dibao", area="rural", since=date(2018, 1, 1), paid_through=date(2018, 5, 1),
        document="花名册（虚构）",
    )  # fmt: skip
    with bureau.desk(f"clerk.{CITY}") as desk:
        prepared = prepare_import(desk, terms, path)
    with bureau.desk(f"approver.{CITY}") as desk:
        approve_import(desk, prepared.import_id)
    return bureau, prepared.import_id


def killed(bureau: Any, folder: Path, import_id: str, *, at: int, when: str) -> int:
    """Run the import in a process that kills itself; return how it ended."""
    url = bureau.platform.settings.database_url
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", CHILD, str(folder), url, import_id, str(at), when],
        cwd=ROOT, check=False, capture_output=True, env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1"},
    )  # fmt: skip
    return done.returncode


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_killed_import_loses_nothing_and_doubles_nothing(
    approved: tuple[Any, str], tmp_path: Path, at: int, when: str
) -> None:
    bureau, import_id = approved
    assert killed(bureau, tmp_path, import_id, at=at, when=when) == -signal.SIGKILL
    kept = at if when == "after" else at - 1
    with bureau.platform.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AssistanceCase)) == min(kept * CHUNK, HOUSEHOLDS)
    with bureau.platform.reading_desk(f"approver.{CITY}") as desk:
        pass
    list(run_import(bureau.platform.database, desk, import_id, chunk=CHUNK))
    with bureau.platform.database.reading() as session:
        counted = {
            table.__tablename__: session.scalar(select(func.count()).select_from(table))
            for table in (AssistanceCase, CaseMember, Person, FactsVersion, Decision)
        }
        rows = sorted(one["row"] for one in session.scalars(select(Decision.basis)))
        chains = session.scalar(select(func.count()).where(Event.chain.startswith("case/")).select_from(Event))
        assert counted == {"assistance_case": 5, "case_member": 10, "person": 10, "facts_version": 5, "decision": 5}
        assert rows == [2, 3, 4, 5, 6] and chains == 15
        assert session.get_one(Job, import_id).status == "done" and verify(session).sound
