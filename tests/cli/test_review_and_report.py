"""``jiuzhu review``, ``sample``, ``duties``, ``report``, ``coverage``, ``problem``, ``budget-plan``, ``calendar`` as typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from core.casework.staff import add_user, first_administrator, grant_role
from regions.platform import open_platform
from regions.settings import Settings
from tests.core.casework.roster_rows import add_roll

CITY = "430900"
Run = Callable[..., Any]


@pytest.fixture
def office(run: Run, database_url: str, tmp_path: Path) -> Run:
    """Run a command as an officer of the city on a day; ten urban households are on the roll, one review is overdue."""
    day = date(2011, 12, 1)
    settings = Settings(data_dir=tmp_path / "data", lang="zh", database_url=database_url, today=day)
    platform = open_platform(settings)
    with platform.database.writing() as session:
        first_administrator(
            session, "root.430900", "管理员", moment="2000-01-01T00:00:00+00:00", today=date(2000, 1, 1)
        )
    with platform.desk("root.430900") as desk:
        for role in ("clerk", "reviewer", "approver", "auditor"):
            add_user(desk, f"{role}.{CITY}", role)
            grant_role(desk, f"{role}.{CITY}", role, CITY, since=date(2000, 1, 1))
        rows = [
            {"monthly": 30000, "village": "东村", "review_due": date(2011, 11, 1 + 20 * (n > 0))} for n in range(10)
        ]
        add_roll(desk, rows, division="430903", since=date(2011, 1, 1))
    with platform.desk(f"clerk.{CITY}") as desk:
        post = Post(role="county_civil_affairs", division="430903", unit="区民政局", position="科员", since=day)
        add_holder(desk, Identity(name="查"), posts=[post])
    platform.database.close()

    def as_user(login: str, *words: str, on: str = "2011-12-01") -> Any:
        return run("--as", f"{login}.{CITY}", *words, JIUZHU_DATABASE_URL=database_url, JIUZHU_TODAY=on)

    return as_user


def done(result: Any, code: int = 0) -> str:
    assert result.exit_code == code, result.output
    return str(result.stdout)


def test_review_lists_and_a_half_year_round(office: Run, tmp_path: Path) -> None:
    listed = json.loads(done(office("clerk", "review", "list", "--division", CITY, "--by", "2011-11-10", "--json")))
    assert [(one["case"], one["overdue"]) for one in listed["due"]] == [("430903-000000", True)]
    said = done(office("clerk", "half-year-review", "--division", CITY, "--due", "2011-12-31"))
    assert "复核轮次 1：10 户" in said
    done(office("clerk", "review", "grid", "1", str(tmp_path / "grid.xlsx")))
    assert (tmp_path / "grid.xlsx").read_bytes().startswith(b"PK")
    assert "待录入" in done(office("auditor", "review", "show", "1"))


def test_sample_is_drawn_shown_and_recorded(office: Run) -> None:
    chosen = office("reviewer", "sample", "draw", "--division", CITY, "--area", "urban", "--seed", "2011")
    assert chosen.exit_code != 0 and "--seed" in chosen.stderr
    said = done(office("reviewer", "sample", "draw", "--division", CITY, "--area", "urban"))
    shown = json.loads(done(office("auditor", "sample", "show", "1", "--json")))
    assert "已有低保家庭" in said and f"种子 {shown['seed']}" in said
    assert (len(shown["cases"]), shown["progress"]) == (2, {"open": 2})
    drawn = shown["cases"][0]
    assert "情况属实" in done(office("clerk", "sample", "record", "1", drawn, "--by", "1", "--outcome", "confirmed"))
    again = office("approver", "sample", "draw", "--division", CITY, "--area", "urban")
    assert again.exit_code == 1 and "[already_drawn]" in again.stderr


def test_report_is_prepared_closed_by_another_and_shown(office: Run, tmp_path: Path) -> None:
    assert "progress" in done(office("clerk", "report", "list"))
    words = ["changes", "--division", CITY, "--month", "2011-11"]
    assert "待另一人封账" in done(office("clerk", "report", "prepare", *words))
    done(office("approver", "report", "close", "1"))
    assert "已封账" in done(office("auditor", "report", "show", *words))
    assert json.loads(done(office("auditor", "report", "show", *words, "--json")))["closed"]
    done(office("auditor", "report", "show", *words, "--out", str(tmp_path / "report.xlsx")))
    assert (tmp_path / "report.xlsx").read_bytes().startswith(b"PK")


def test_duties_coverage_and_problems(office: Run) -> None:
    found = json.loads(done(office("clerk", "duties", "--division", CITY, "--json")))
    assert [(one["state"], one["count"]) for one in found if one["duty"] == "review"] == [("overdue", 10)]
    done(office("auditor", "problem", "add", "未入户", "--division", CITY, "--source", "督查", "--due", "2011-12-20"))
    done(office("clerk", "problem", "rectify", "1", "已补入户"))
    done(office("approver", "problem", "verify", "1"))
    assert "已核验" in done(office("auditor", "problem", "list", "--division", CITY))
    assert "须人工统计" in done(office("auditor", "coverage", "--division", CITY))


def test_budget_plan_from_draft_to_finances_answer(office: Run, tmp_path: Path) -> None:
    assert "规则未定" in done(office("clerk", "budget-plan", "open", "--division", CITY))
    raised = ["uprating", "monthly=10", "from_month=5", "--because", "拟提标", "--line", "*:urban"]
    done(office("clerk", "budget-plan", "assume", "1", *raised))
    (line,) = json.loads(done(office("clerk", "budget-plan", "show", "1", "--json")))["lines"]
    assert line["benefit"] == str(10 * 30000 * 12 + 10 * 1000 * 8)
    assert "拟提标" in done(office("clerk", "budget-plan", "assumptions", "1"))
    done(office("clerk", "budget-plan", "submit", "1"))
    done(office("approver", "budget-plan", "review", "1"))
    done(office("approver", "budget-plan", "answer", "1", "430903:urban=36000", "--document", "财政批复（测试）"))
    assert "36000.00" in done(office("auditor", "budget-plan", "show", "1"))
    done(office("auditor", "budget-plan", "show", "1", "--out", str(tmp_path / "plan.xlsx")))
    assert (tmp_path / "plan.xlsx").read_bytes().startswith(b"PK")


def test_published_sum_stands_beside_and_is_never_held_equal(office: Run) -> None:
    words = ["budget-plan", "published", "--division", CITY, "--programme", "care_subsidy"]
    said = done(office("auditor", *words, on="2018-12-01"))
    assert "31070000元" in said and "46730" in said
    assert "28270" not in said and "不与 人数×标准×月数 作相等判断" in said


def test_calendar_year_is_loaded_once_it_is_announced(office: Run, tmp_path: Path) -> None:
    target = tmp_path / "2027.csv"
    target.write_text("day,kind,name,source\n2027-01-01,holiday,元旦,虚构（测试）\n", encoding="utf-8")
    words = ["calendar", "load", "2027", str(target), "--document", "虚构的通知（测试）"]
    refused = office("clerk", *words)
    assert refused.exit_code == 1 and "[not_permitted]" in refused.stderr
    done(office("root", *words))
    assert "2027" in done(office("root", "calendar", "show"))
    assert "元旦" in done(office("root", "calendar", "show", "--year", "2027"))
