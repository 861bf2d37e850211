"""``jiuzhu case`` as typed: an urban household of Yiyang in 2018 from its file to the refusal, and the looking at it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.casework.staff import add_user, first_administrator, grant_role
from regions.platform import open_platform
from regions.settings import Settings

Run = Callable[..., Any]
FILE = """
division: "430902"
area: urban
happened_on: 2018-06-01
village: 示例社区
evidence: [written_application, means_declaration, truth_commitment, relative_declaration]
members:
  - {id: a, name: 示例户主, relation: head, birth_date: 1970-03-02, relatives: []}
  - {id: b, name: 示例配偶, relation: spouse, birth_date: 1972-08-15, relatives: []}
  - {id: c, name: 示例子女, relation: child, birth_date: 2006-05-20, relatives: []}
facts:
  assets_meet_local_rule: true
  income_stability: relatively_stable
  shared_income: [{item: wage, amount: 900, frequency: month}]
"""


@pytest.fixture
def office(run: Run, database_url: str, tmp_path: Path) -> Run:
    """Run a command as an officer of the city, on a day of 2018 (``day``, 1 June by default)."""
    settings = Settings(data_dir=tmp_path / "data", lang="zh", database_url=database_url, today=date(2018, 6, 1))
    platform = open_platform(settings)
    with platform.database.writing() as session:
        first_administrator(session, "root", "管理员", moment="2018-01-01T00:00:00+00:00", today=date(2018, 1, 1))
    with platform.desk("root") as desk:
        for role in ("clerk", "reviewer", "approver", "auditor"):
            add_user(desk, role, role)
            grant_role(desk, role, role, "430900", since=date(2018, 1, 1))
    platform.database.close()

    def as_user(login: str, *words: str, day: str = "2018-06-01") -> Any:
        return run("--lang", "zh", "--as", login, *words, JIUZHU_DATABASE_URL=database_url, JIUZHU_TODAY=day)

    return as_user


@pytest.fixture
def number(office: Run, tmp_path: Path) -> str:
    """An application entered from its file."""
    path = tmp_path / "application.yaml"
    path.write_text(FILE, encoding="utf-8")
    done = office("clerk", "case", "apply", str(path))
    assert done.exit_code == 0, done.output
    return str(done.stdout).strip()


def test_application_with_a_missing_paper_is_told_once_supplemented_and_accepted(office: Run, number: str) -> None:
    refused = office("clerk", "case", "accept", number)
    assert refused.exit_code == 1 and "核对授权书" in refused.stderr
    assert "verification_authorisation" in office("clerk", "case", "deficiency", number).stdout
    assert office("clerk", "case", "supplement", number, "verification_authorisation").exit_code == 0
    assert "办理中" in office("clerk", "case", "accept", number).stdout


def test_stage_deadline_list_and_story_are_shown(office: Run, number: str) -> None:
    office("clerk", "case", "supplement", number, "verification_authorisation")
    office("clerk", "case", "accept", number)
    body = json.dumps({"methods": ["tax", "bank"]})
    done = office("reviewer", "case", "stage", number, "means_verification", "--result", "consistent", "--body", body)
    assert done.exit_code == 0, done.output
    shown = json.loads(office("auditor", "case", "show", number, "--json").stdout)
    standing = {one["stage"]: one["standing"] for one in shown["stages"]}
    assert (standing["means_verification"], standing["home_visit"], standing["review"]) == ("done", "ready", "waiting")
    due = json.loads(office("auditor", "case", "deadlines", "--json", day="2018-06-14").stdout)
    assert {"home_visit"} <= {one["stage"] for one in due}
    assert "2018-06-15" in office("auditor", "case", "deadlines", day="2018-06-14").stdout
    cut = office("auditor", "case", "deadlines", "--all", "--limit", "1", "--json", day="2018-06-14")
    assert len(json.loads(cut.stdout)) == 1 and "项未列出（--limit）" in cut.stderr
    assert number in office("auditor", "case", "list", "--status", "pending").stdout
    story = office("auditor", "case", "why", number).stdout
    assert "家庭经济状况信息核对" in story and "《社会救助暂行办法》" in story and "示例户主" not in story


def test_file_with_faults_is_refused_with_their_places(office: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(
        FILE.replace("relation: head", "relation: spouse").replace(", relatives: []}", "}", 1), encoding="utf-8"
    )
    done = office("clerk", "case", "apply", str(path))
    assert done.exit_code == 1 and "[one_head]" in done.stderr and "[not_declared]" in done.stderr
    path.write_text(FILE.replace("area: urban", "area: town"), encoding="utf-8")
    done = office("clerk", "case", "apply", str(path))
    assert done.exit_code == 1 and "bad.yaml:3" in done.stderr


def test_what_others_may_not_see_they_do_not_find(office: Run, number: str) -> None:
    done = office("clerk", "case", "show", "430902-2018-99999")
    assert done.exit_code == 1 and "[unknown_case]" in done.stderr
    done = office("auditor", "case", "accept", number)
    assert done.exit_code == 1 and "[not_permitted]" in done.stderr


def test_particulars_that_are_no_json_are_refused(office: Run, number: str) -> None:
    done = office("clerk", "case", "stage", number, "home_visit", "--body", "{")
    assert done.exit_code == 1 and "[bad_json]" in done.stderr
