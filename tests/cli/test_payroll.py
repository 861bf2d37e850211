"""``jiuzhu payroll``, ``fund``, ``ledger``, ``recovery`` and ``arrears`` as typed, on both databases."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.casework.staff import add_user, first_administrator, grant_role
from regions.platform import open_platform
from regions.settings import Settings
from tests.core.casework.purse import decided, household

CITY, HESHAN = "430900", "430903"
JUNE = f"dibao-{CITY}-2018-06"
Run = Callable[..., Any]


@pytest.fixture
def office(run: Run, database_url: str, tmp_path: Path) -> Run:
    """Run a command as an officer of the city, where two households are on the roll; the day is given."""
    settings = Settings(data_dir=tmp_path / "data", lang="zh", database_url=database_url, today=date(2018, 6, 1))
    platform = open_platform(settings)
    with platform.database.writing() as session:
        first_administrator(session, "root", "管理员", moment="2018-01-01T00:00:00+00:00", today=date(2018, 1, 1))
    with platform.desk("root") as desk:
        for role in ("clerk", "reviewer", "approver"):
            add_user(desk, f"{role}.{CITY}", role)
            grant_role(desk, f"{role}.{CITY}", role, CITY, since=date(2018, 1, 1))
    with platform.desk(f"clerk.{CITY}") as desk:
        decided(desk, household(desk, "A", division=HESHAN, area="urban"), "2018-06", {"benefit": 390})
        decided(desk, household(desk, "B", division=HESHAN, area="urban", account=None), "2018-06", {"benefit": 100})
    platform.database.close()

    def as_user(login: str, *words: str, day: str = "2018-06-01") -> Any:
        return run("--as", f"{login}.{CITY}", *words, JIUZHU_DATABASE_URL=database_url, JIUZHU_TODAY=day)

    return as_user


def done(result: Any) -> str:
    assert result.exit_code == 0, result.output
    return str(result.stdout)


def test_month_from_the_roll_to_the_bank_and_back(office: Run, tmp_path: Path) -> None:
    said = done(office("clerk", "monthly-roll", "--division", CITY, "--month", "2018-06"))
    assert f"{JUNE}　已编制，待审批　1 户 1 人　合计 390.00 元　例外 1 户" in said
    assert "没有收款账号" in done(office("clerk", "payroll", "exceptions", JUNE))
    assert "390.00" in done(office("clerk", "payroll", "show", JUNE, "--lines"))
    approved = office("approver", "payroll", "approve", JUNE, "--total", "390.00")
    assert "已审批" in done(approved) and "未建资金台账" in approved.stderr
    target = tmp_path / "bank.csv"
    assert "含账号" in done(office("reviewer", "payroll", "export", JUNE, str(target)))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600 and "390.00" in target.read_text(encoding="utf-8-sig")
    back = office("clerk", "payroll", "confirm", JUNE, "--failed", "A=销户")
    assert back.exit_code == 3 and "退回 1 户" in back.stderr
    listed = json.loads(done(office("clerk", "payroll", "list", "--json")))
    assert [(one["number"], one["status"], one["total_fen"]) for one in listed] == [(JUNE, "paid", 0)]


def test_payroll_beyond_the_fund_is_said_out_loud(office: Run) -> None:
    fund = ["--division", CITY, "--year", "2018", "--source", "county"]
    done(office("clerk", "fund", "budget", *fund, "500", "--document", "益财社〔2018〕1号"))
    done(office("clerk", "fund", "receive", *fund, "300"))
    done(office("clerk", "payroll", "prepare", "--division", CITY, "--period", "2018-06"))
    assert "超出到位资金 90.00 元" in office("approver", "payroll", "approve", JUNE).stderr
    shown = office("clerk", "fund", "show", "--division", CITY, "--year", "2018")
    assert "300.00" in done(shown) and "未落实" in shown.stdout and "超出到位资金 90.00 元" in shown.stderr


def test_second_payroll_names_the_first_and_a_cancelled_one_gives_way(office: Run, refused: Any) -> None:
    words = ["payroll", "prepare", "--division", CITY, "--period", "2018-06"]
    done(office("clerk", *words))
    again = office("clerk", *words)
    assert again.exit_code == 1 and "[conflict]" in again.stderr and JUNE in again.stderr
    assert "已取消" in done(office("approver", "payroll", "cancel", JUNE, "--reason", "重编"))
    assert f"{JUNE}.2" in done(office("clerk", *words))


def test_ledger_shows_the_months_and_what_is_due(office: Run) -> None:
    done(office("clerk", "payroll", "prepare", "--division", CITY, "--period", "2018-06"))
    shown = done(office("clerk", "ledger", "A", "--through", "2018-07"))
    assert "2018-07" in shown and JUNE in shown and "应补 390.00" in shown
    found = json.loads(done(office("clerk", "ledger", "A", "--json")))
    assert [(one["month"], one["was"], one["now"]) for one in found["months"]] == [("2018-06", "39000", "39000")]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["payroll", "show", "nothing"], "unknown_payroll"),
        (["quarter-pay", "--division", CITY, "--quarter", "2018Q2"], "frequency_not_ruled"),
        (["monthly-roll", "--division", CITY, "--month", "2018-13"], "bad_period"),
        (["monthly-roll", "--division", CITY, "--month", "2018-07"], "too_early"),
        (["ledger", "nobody"], "unknown_case"),
        (["recovery", "repay", "A", "1.00"], "more_than_owed"),
        (["recovery", "repay", "A", "1.001"], "bad_amount"),
        (["payroll", "approve", JUNE], "unknown_payroll"),
        (["arrears", "A", "--since", "2018-06"], "no_facts"),
    ],
)
def test_what_cannot_be_done_says_why(office: Run, words: list[str], code: str) -> None:
    result = office("clerk", *words)
    assert result.exit_code == 1 and f"[{code}]" in result.stderr and "Traceback" not in result.output
