"""A cancelled import is over, and its file may be put up again; nobody waits while a roster is examined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core.casework.job import cancel_job, start_job
from core.casework.people.identity import check_character
from core.casework.people.person import Identity, register_person
from core.casework.roster.importing import Prepared, approve_import, examine_import, put_up, run_import
from core.casework.roster.takeover import Takeover
from core.errors import JiuzhuError
from core.store.sealed import open_in
from core.store.tables import AssistanceCase, Event, Person
from regions.jobs import find_job, list_jobs

COUNTY = "610523"
TERMS = Takeover(division=COUNTY, programme="dibao", area="rural", since=date(2008, 1, 1),
                 paid_through=date(2008, 2, 1), document="花名册（虚构）")  # fmt: skip
PutUp = Callable[..., Prepared]


def number(sequence: int) -> str:
    """The ID number the roster gives its member of this place."""
    digits = f"99010119500307{sequence:03}"
    return digits + check_character(digits)


def cancel(bureau: Any, import_id: str) -> None:
    with bureau.desk("root") as desk:
        cancel_job(desk.session, import_id, moment=desk.moment)


def run(bureau: Any, import_id: str, chunks: int | None = None) -> None:
    with bureau.desk(f"approver.{COUNTY}") as desk:
        approve_import(desk, import_id)
    for done, _ in enumerate(run_import(bureau.platform.database, desk, import_id, chunk=2), 1):
        if done == chunks:
            break


def households(bureau: Any) -> Any:
    with bureau.platform.database.reading() as session:
        return session.scalar(select(func.count()).select_from(AssistanceCase))


def test_cancelled_import_is_put_up_again_on_better_terms(shaanxi: Any, put_up_roster: PutUp) -> None:
    first = put_up_roster(2).import_id
    cancel(shaanxi, first)
    second = put_up_roster(2, terms=replace(TERMS, since=date(2008, 2, 1))).import_id
    assert second == f"{first}-2"
    with pytest.raises(JiuzhuError, match="known_import"):
        put_up_roster(2)
    run(shaanxi, second)
    assert households(shaanxi) == 2


def test_cancelled_import_is_not_approved(shaanxi: Any, put_up_roster: PutUp) -> None:
    first = put_up_roster(2).import_id
    cancel(shaanxi, first)
    with shaanxi.desk(f"approver.{COUNTY}") as desk, pytest.raises(JiuzhuError, match="job_is_over"):
        approve_import(desk, first)


def test_what_a_cancelled_import_has_opened_is_not_opened_again(shaanxi: Any, put_up_roster: PutUp) -> None:
    first = put_up_roster(3).import_id
    run(shaanxi, first, chunks=1)
    cancel(shaanxi, first)
    again = put_up_roster(3, terms=replace(TERMS, partial=True))
    assert again.totals["households"] == 1
    run(shaanxi, again.import_id)
    assert households(shaanxi) == 3


def test_roster_is_examined_while_another_writes(shaanxi: Any, put_up_roster: PutUp, tmp_path: Path) -> None:
    put_up_roster(1, first=7)
    with shaanxi.desk("root"), shaanxi.platform.reading_desk(f"clerk.{COUNTY}") as reading:
        examined = examine_import(reading, replace(TERMS, area="urban"), tmp_path / "7.xlsx")
    with shaanxi.desk(f"clerk.{COUNTY}") as desk:
        assert put_up(desk, examined).job is not None


def test_import_is_seen_by_who_works_in_its_place(make_bureau: Any, tmp_path: Path) -> None:
    bureau = make_bureau(COUNTY, "430900")
    with bureau.desk(f"clerk.{COUNTY}") as desk:
        arguments = {"division": COUNTY, "file": "花名册.xlsx"}
        start_job(desk.session, "roster-1", "roster_import", arguments=arguments, total=1, actor_id=desk.actor.id,
                  moment=desk.moment)  # fmt: skip
    seen = {}
    for login in (f"approver.{COUNTY}", "approver.430900", "auditor.430900", "root"):
        with bureau.platform.reading_desk(login) as desk:
            seen[login] = [one.id for one in list_jobs(desk, everything=True)]
    assert seen == {
        f"approver.{COUNTY}": ["roster-1"],
        "approver.430900": [],
        "auditor.430900": [],
        "root": ["roster-1"],
    }
    with bureau.platform.reading_desk("approver.430900") as desk, pytest.raises(JiuzhuError, match="unknown_job"):
        find_job(desk, "roster-1")


def test_roster_with_another_account_than_the_known_one_says_that_the_known_one_stays(
    shaanxi: Any, take_over: Callable[..., str]
) -> None:
    with shaanxi.desk(f"clerk.{COUNTY}") as desk:
        known = Identity(name="合成甲1", id_number=number(2), bank="信用社", account="6217000000000000001")
        token = register_person(desk, known).token
    take_over(2)
    with shaanxi.platform.reading_desk(f"clerk.{COUNTY}") as desk:
        first, second = desk.session.scalars(select(Event.body).where(Event.kind == "opened").order_by(Event.chain))
        assert "kept" not in first and second["kept"] == {token: ["bank", "account", "account_name"]}
        person = desk.session.scalars(select(Person).where(Person.token == token)).one()
        assert open_in(person, "account", cipher=desk.cipher) == "6217000000000000001"
