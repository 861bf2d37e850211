"""``jiuzhu roster`` and ``jiuzhu job`` as typed, on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.casework.people.person import Identity, register_person
from core.casework.roster.layout import EXAMPLE, HEADINGS, columns_of_roster
from core.casework.staff import add_user, first_administrator, grant_role
from core.casework.workbook import Sheet, write_sheet
from regions.platform import open_platform
from regions.settings import Settings

CITY = "430900"
TERMS = [
    "--division",
    CITY,
    "--area",
    "rural",
    "--document",
    "花名册（虚构）",
    "--since",
    "2018-01",
    "--paid-through",
    "2018-05",
]
Run = Callable[..., Any]


@pytest.fixture
def office(run: Run, database_url: str, tmp_path: Path) -> Run:
    """Run a command as an officer of the city, on 2018-06-01."""
    settings = Settings(data_dir=tmp_path / "data", lang="zh", database_url=database_url, today=date(2018, 6, 1))
    platform = open_platform(settings)
    with platform.database.writing() as session:
        first_administrator(session, "root", "管理员", moment="2018-01-01T00:00:00+00:00", today=date(2018, 1, 1))
    with platform.desk("root") as desk:
        for role in ("clerk", "approver"):
            add_user(desk, role, role)
            grant_role(desk, role, role, CITY, since=date(2018, 1, 1))
    platform.database.close()

    def as_user(login: str, *words: str) -> Any:
        return run("--as", login, *words, JIUZHU_DATABASE_URL=database_url, JIUZHU_TODAY="2018-06-01")

    return as_user


def write(path: Path, **given: Any) -> str:
    row = [{**EXAMPLE, **given}[one.name] for one in HEADINGS]
    write_sheet(path, Sheet(title="花名册", columns=columns_of_roster(), rows=[row]))
    return str(path)


def test_roster_is_put_up_approved_and_checked(office: Run, tmp_path: Path) -> None:
    put = office("clerk", "roster", "import", write(tmp_path / "r.xlsx"), *TERMS)
    assert put.exit_code == 0 and "已提交 1 户 2 人，月合计 283.33 元" in put.stdout
    import_id = put.stdout.strip().rpartition(" ")[2]
    done = office("approver", "roster", "approve", import_id)
    assert done.exit_code == 0 and "已导入 1 户" in done.stdout
    check = office("clerk", "roster", "check", "--division", CITY, "--out", str(tmp_path / "out.xlsx"))
    assert check.exit_code == 3 and "缺少收入事实" in check.stdout and (tmp_path / "out.xlsx").exists()
    jobs = json.loads(office("clerk", "job", "list", "--all", "--json").stdout)
    assert [(one["id"], one["status"], one["done"]) for one in jobs] == [(import_id, "done", 1)]


def test_what_stays_as_it_was_known_is_told_after_an_import(office: Run, database_url: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", lang="zh", database_url=database_url, today=date(2018, 6, 1))
    platform = open_platform(settings)
    with platform.desk("clerk") as desk:
        known = Identity(name=str(EXAMPLE["head"]), id_number=str(EXAMPLE["head_number"]), phone="13900000009")
        register_person(desk, known)
    platform.database.close()
    put = office("clerk", "roster", "import", write(tmp_path / "r.xlsx"), *TERMS)
    done = office("approver", "roster", "approve", put.stdout.strip().rpartition(" ")[2])
    assert "1 户的户主资料与已登记的不同" in done.stdout and "联系电话" in done.stdout


def test_faulty_roster_goes_back_and_exits_with_three(office: Run, tmp_path: Path) -> None:
    put = office("clerk", "roster", "import", write(tmp_path / "r.xlsx", total=1), *TERMS)
    assert put.exit_code == 3 and "没有导入任何一户" in put.stdout
    assert (tmp_path / "r-错误.xlsx").exists()


def test_template_can_be_imported_as_it_is(office: Run, tmp_path: Path) -> None:
    assert office("clerk", "roster", "template", str(tmp_path / "t.xlsx")).exit_code == 0
    assert office("clerk", "roster", "import", str(tmp_path / "t.xlsx"), *TERMS).exit_code == 0


def test_job_is_cancelled_with_a_reason(office: Run, tmp_path: Path) -> None:
    put = office("clerk", "roster", "import", write(tmp_path / "r.xlsx"), *TERMS)
    import_id = put.stdout.strip().rpartition(" ")[2]
    assert office("clerk", "job", "cancel", import_id, "--reason", "重复").exit_code == 0
    shown = json.loads(office("clerk", "job", "show", import_id, "--json").stdout)
    assert (shown["status"], shown["arguments"]["totals"]["households"]) == ("cancelled", 1)
    assert "status: cancelled" in office("clerk", "job", "show", import_id).stdout


def test_job_of_others_is_cancelled_by_the_administrator_only(
    office: Run, tmp_path: Path, refused: Callable[[Any, str], None]
) -> None:
    put = office("clerk", "roster", "import", write(tmp_path / "r.xlsx"), *TERMS)
    import_id = put.stdout.strip().rpartition(" ")[2]
    refused(office("approver", "job", "cancel", import_id, "--reason", "误"), "not_permitted")
    assert office("root", "job", "cancel", import_id, "--reason", "误").exit_code == 0


def test_job_cannot_be_resumed_before_its_approval(
    office: Run, tmp_path: Path, refused: Callable[[Any, str], None]
) -> None:
    put = office("clerk", "roster", "import", write(tmp_path / "r.xlsx"), *TERMS)
    refused(office("approver", "job", "resume", put.stdout.strip().rpartition(" ")[2]), "not_approved")
    refused(office("approver", "job", "resume", "nothing"), "unknown_job")
