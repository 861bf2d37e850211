"""An import as long work: its keys, its officer and its moment are those of each chunk, not of its beginning."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.keys import begin_rotation, retire_keys, run_rotation
from core.casework.people.identity import check_character
from core.casework.roster.importing import Prepared, approve_import, prepare_import, run_import
from core.casework.roster.layout import EXAMPLE, HEADINGS, columns_of_roster
from core.casework.roster.takeover import Takeover
from core.casework.staff import deactivate
from core.casework.workbook import Sheet, as_bytes
from core.errors import JiuzhuError
from core.store.tables import Event, Job, Person

COUNTY = "610523"
TERMS = Takeover(
    division=COUNTY, programme="dibao", area="rural", since=date(2008, 1, 1), paid_through=date(2008, 2, 1),
    document="花名册（虚构）",
)  # fmt: skip


def number(sequence: int) -> str:
    """A sound ID number of nobody: the place code does not exist."""
    digits = f"99010119500307{sequence:03}"
    return digits + check_character(digits)


def household(sequence: int, **given: Any) -> dict[str, Any]:
    return {
        **EXAMPLE, "province": "陕西省", "prefecture": "渭南市", "county": "大荔县", "township": "某镇",
        "village": "东村", "first_month": "2007-03", "head": f"合成甲{sequence}", "head_number": number(2 * sequence),
        "member_names": f"合成乙{sequence}", "member_numbers": number(2 * sequence + 1), **given,
    }  # fmt: skip


def roster(*rows: dict[str, Any]) -> bytes:
    return as_bytes(
        Sheet(title="花名册", columns=columns_of_roster(), rows=[[row[one.name] for one in HEADINGS] for row in rows])
    )


def put_up(bureau: Any, path: Path, *rows: dict[str, Any]) -> Prepared:
    path.write_bytes(roster(*rows))
    with bureau.desk(f"clerk.{COUNTY}") as desk:
        return prepare_import(desk, TERMS, path)


@pytest.fixture
def begun(shaanxi: Any, tmp_path: Path) -> Iterator[Job]:
    """An import of six households two of which are in."""
    prepared = put_up(shaanxi, tmp_path / "roster.xlsx", *(household(one) for one in range(6)))
    assert prepared.job is not None, prepared.examination.faults
    with shaanxi.desk(f"approver.{COUNTY}") as desk:
        approve_import(desk, prepared.import_id)
    steps = run_import(shaanxi.platform.database, desk, prepared.import_id, chunk=2)
    assert next(steps).done == 2
    return steps


def rotate(bureau: Any) -> None:
    path = bureau.platform.settings.keys
    with bureau.desk("root") as desk:
        job_id = begin_rotation(desk, path).id
    for _ in run_rotation(bureau.platform.database, job_id, path, moment=lambda: "2008-03-03T02:00:00+00:00"):
        pass


def test_import_goes_on_under_the_new_key_and_loses_nobody(shaanxi: Any, begun: Iterator[Job]) -> None:
    path = shaanxi.platform.settings.keys
    rotate(shaanxi)
    with shaanxi.desk("root") as desk, pytest.raises(JiuzhuError, match="import_running"):
        retire_keys(desk, path)
    assert [one.status for one in begun][-1] == "done"
    with shaanxi.desk("root") as desk:
        assert len(retire_keys(desk, path)) == 1
    with shaanxi.platform.reading_desk(f"clerk.{COUNTY}") as desk:
        names = [
            desk.cipher.open(one.name, "person.name", row=one.token) for one in desk.session.scalars(select(Person))
        ]
    assert len(names) == 12


def test_import_that_waits_for_approval_keeps_no_key(shaanxi: Any, tmp_path: Path) -> None:
    assert put_up(shaanxi, tmp_path / "roster.xlsx", household(1)).job is not None
    with shaanxi.desk("root") as desk:
        assert retire_keys(desk, shaanxi.platform.settings.keys) == ()


def test_import_of_a_user_closed_meanwhile_stops_at_the_next_chunk(shaanxi: Any, begun: Iterator[Job]) -> None:
    with shaanxi.desk("root") as desk:
        deactivate(desk, f"approver.{COUNTY}", reason="离职")
    with pytest.raises(JiuzhuError, match="inactive_user"):
        next(begun)
    with shaanxi.platform.database.reading() as session:
        assert [one.done for one in session.scalars(select(Job))] == [2]


def test_each_chunk_says_its_own_day_and_moment(shaanxi: Any, begun: Iterator[Job]) -> None:
    shaanxi.on("2008-03-05")
    last = list(begun)[-1]
    assert last.finished_at is not None and last.finished_at.startswith("2008-03-05")
    with shaanxi.platform.database.reading() as session:
        chunks = session.scalars(select(Event).where(Event.kind == "chunk").order_by(Event.id))
        assert [one.happened_on.day for one in chunks][:2] == [3, 5]
