"""What an officer types wrong, group by group: one message with its code, exit 1, nothing on stdout, no traceback."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result

from cli import cli
from core.casework.staff import add_user, first_administrator, grant_role
from regions.platform import open_platform
from regions.settings import Settings
from tests.cli.leaves import DAYS, leaves, typed

ROLES = ("administrator", "clerk", "reviewer", "approver", "policy_editor", "policy_approver", "auditor")
CITY = "--division 430900"
Run = Callable[..., Result]
Refused = Callable[[Result, str], None]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with one officer, ``all``, who may do everything everywhere; nothing else is in it."""
    folder = tmp_path_factory.mktemp("refusals")
    address = f"sqlite:///{folder / 'jiuzhu.db'}"
    platform = open_platform(Settings(data_dir=folder, lang="zh", database_url=address, today=date(2018, 6, 1)))
    with platform.database.writing() as session:
        first_administrator(session, "root", "管理员", moment="2018-01-01T00:00:00+00:00", today=date(2018, 1, 1))
    with platform.desk("root") as desk:
        add_user(desk, "all", "全能")
        for role in ROLES:
            grant_role(desk, "all", role, "000000", since=date(2018, 1, 1))
    platform.database.close()
    return address


@pytest.fixture
def office(run: Run, url: str) -> Run:
    """Run a command as ``all`` on 2018-06-01."""
    environ = {"JIUZHU_DATABASE_URL": url, "JIUZHU_TODAY": "2018-06-01"}
    return lambda *words, login="all": run("--lang", "zh", "--as", login, *words, **environ)


def case(text: str, code: str) -> Any:
    """A command line and the code of its refusal."""
    return pytest.param(text, code, id=text)


UNKNOWN = [
    case("case show nothing", "unknown_case"),
    case("case why nothing", "unknown_case"),
    case("case accept nothing", "unknown_case"),
    case("case decide nothing approve", "unknown_case"),
    case("case change decide nothing 1", "unknown_case"),
    case("case member leave nothing token --reason death", "unknown_case"),
    case("case close decide nothing 1", "unknown_case"),
    case("case correct nothing 1 --reason x", "unknown_case"),
    case("ledger nothing", "unknown_case"),
    case("arrears nothing --since 2018-05", "unknown_case"),
    case("recovery repay nothing 1.00", "unknown_case"),
    case("filing file nothing", "unknown_case"),
    case("office conflicts nothing 1", "unknown_case"),
    case("office decide 99 grant --reason x", "unknown_demand"),
    case("decision show 99", "unknown_decision"),
    case("decision replay 99", "unknown_decision"),
    case("payroll show nothing", "unknown_payroll"),
    case("payroll recheck nothing", "unknown_payroll"),
    case("export payroll nothing --out x.xlsx", "unknown_payroll"),
    case("meeting show 99", "unknown_meeting"),
    case("posting show 99", "unknown_posting"),
    case("posting settle 99", "unknown_posting"),
    case("problem verify 99", "unknown_problem"),
    case("review show 99", "unknown_round"),
    case("review decide 99", "unknown_round"),
    case("review grid 99 x.xlsx", "unknown_round"),
    case("sample show 99", "unknown_draw"),
    case("report close 99", "unknown_report"),
    case(f"report show nothing {CITY} --month 2018-05", "unknown_report"),
    case("budget-plan show 99", "unknown_plan"),
    case("budget-plan submit 99", "unknown_plan"),
    case("job show nothing", "unknown_job"),
    case("job resume nothing", "unknown_job"),
    case("roster approve nothing", "unknown_import"),
    case("redecide show nothing", "unknown_batch"),
    case("redecide prepare nothing --division 430903", "unknown_amendment"),
    case("standard publish nothing", "unknown_amendment"),
    case("standard keep nothing --reason x", "nothing_waits"),
    case("audit show case/99", "unknown_chain"),
    case("staff deactivate nobody --reason x", "unknown_user"),
]
ELSEWHERE = [
    case(f"{words} --division 999999", "unknown_division")
    for words in (
        "case list", "case deadlines", "audit cases", "audit rows", "budget-plan open", "coverage", "duties",
        "export cases --out x.xlsx", "export changes added --month 2018-05 --out x.xlsx", "filing list", "filing unfiled",
        "fund show --year 2018", "fund receive 100 --year 2018 --source county", "fund order county --reason x",
        "half-year-review --due 2018-06-30", "monthly-roll --month 2018-06", "payroll prepare --period 2018-06",
        "quarter-pay --quarter 2018Q2", "office list", "posting list", "problem list", "report show changes --month 2018-05",
        "report prepare changes --month 2018-05", "review list", "review date",
        "review round --name x --due 2018-06-30", "roster check", "sample draw --area urban",
        "office add 张三 --role township_staff --unit x --position x --since 2018-01-01",
        "problem add x --source x --due 2018-06-30",
    )
]  # fmt: skip
ELSEWHERE.append(case("staff grant all clerk 999999", "unknown_division"))
NOWHERE = [
    case(f"{words} nowhere.yaml", "unreadable_file")
    for words in ("case apply", "meeting record", "visit record", "standard propose", "calendar load --document x 2027",
                  "review enter 1 --from-month 2018-06 --case x", "case change report x", "standard adopt x")
]  # fmt: skip
NOWHERE += [
    case("db restore nowhere.zip", "no_backup"),
    case("payroll confirm x --failed-file nowhere.csv", "cannot_read"),
    case(f"roster import nowhere.xlsx {CITY} --area urban --document x --since 2018-01 --paid-through 2018-05",
         "cannot_read"),
    case(f"export cases {CITY} --out nowhere/x.xlsx", "cannot_write"),
    case("roster template nowhere/x.xlsx", "cannot_write"),
    case("db backup nowhere/x.zip", "backup_unwritable"),
]  # fmt: skip
NEVER = [
    case(words, "bad_date")
    for words in (
        "staff grant all clerk 430900 --since soon", f"coverage {CITY} --since soon", f"duties {CITY} --from soon",
        f"review list {CITY} --by soon", f"half-year-review {CITY} --due soon", f"office list {CITY} --on soon",
        f"problem add x {CITY} --source x --due soon", f"sample draw {CITY} --area urban --since soon",
        f"report show changes {CITY} --month soon", f"export changes added {CITY} --month 2018-13 --out x.xlsx",
        f"fund receive 100 {CITY} --year 2018 --source county --on soon", "standard impact x --start soon",
        f"roster check {CITY} --month soon",
    )
]  # fmt: skip
NEVER += [
    case(f"monthly-roll {CITY} --month soon", "bad_period"),
    case(f"payroll prepare {CITY} --period 2018Q5", "bad_period"),
    case(f"fund receive lots {CITY} --year 2018 --source county", "bad_amount"),
    case(f"fund receive {10**20} {CITY} --year 2018 --source county", "bad_amount"),
]


@pytest.mark.parametrize(("text", "code"), [*UNKNOWN, *ELSEWHERE, *NOWHERE, *NEVER])
def test_mistake_of_an_officer_is_one_message(text: str, code: str, office: Run, refused: Refused) -> None:
    refused(office(*text.split()), code)


ELSEWHERE_RUN = re.compile("completion|life|demo|keys rotate|serve")
"""Commands that take no words of an officer's and long to run."""


@pytest.mark.slow
@pytest.mark.parametrize(("path", "one"), [pytest.param(path, one, id=" ".join(path)) for path, one in leaves(cli)])
def test_whatever_is_typed_nothing_is_traced(path: tuple[str, ...], one: click.Command, office: Run) -> None:
    if ELSEWHERE_RUN.fullmatch(" ".join(path)):
        return
    for bad in ({}, dict.fromkeys(DAYS, "soon")):
        done = office(*path, *typed(one, bad=bad))
        assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
        assert done.exit_code in (0, 1, 2, 3)
        if done.exit_code == 1:
            assert done.stdout == "" and done.stderr.rstrip().endswith("]")


NEEDS_NOBODY = {"assess", "bundle", "completion", "config", "db", "demo", "division", "doctor", "formula", "life", "plugin",
                "policy", "schema", "serve"}  # fmt: skip
SOMEBODY = (
    "arrears x --since 2018-05", "audit verify", f"budget-plan open {CITY}", "calendar load 2027 here.yaml --document x",
    "case list", "caseload snapshot out", f"coverage {CITY}", "decision show 1", f"duties {CITY}", f"export cases {CITY} --out x.xlsx",
    f"filing list {CITY}", f"fund show {CITY} --year 2018", f"half-year-review {CITY} --due 2018-06-30", "job list",
    "keys show", "ledger x", "meeting show 1", f"monthly-roll {CITY} --month 2018-06", f"office list {CITY}",
    "payroll list", f"posting list {CITY}", f"problem list {CITY}", f"quarter-pay {CITY} --quarter 2018Q2",
    "recovery repay x 1.00", "redecide show x", f"report show changes {CITY} --month 2018-05", f"review list {CITY}",
    f"roster check {CITY}", "sample show 1", "staff list", "standard show", "visit record here.yaml",
)  # fmt: skip
"""A command of every group that somebody must be named for."""
ROUND = "{stage: survey, happened_on: 2018-06-01, division: '430900', visitors: [1, 2], visits: {x: {at: '09:30', place: 二组, finding: 砖房}}}"


@pytest.mark.parametrize(("login", "code"), [("", "no_user"), ("nobody", "unknown_user")])
@pytest.mark.parametrize("text", SOMEBODY)
def test_who_acts_must_be_said_and_be_known(text: str, login: str, code: str, office: Run, refused: Refused) -> None:
    Path("here.yaml").write_text(ROUND, encoding="utf-8")
    refused(office(*text.split(), login=login), code)


def test_every_group_asks_who_acts_or_needs_nobody() -> None:
    assert {path[0] for path, _ in leaves(cli)} == NEEDS_NOBODY | {text.split()[0] for text in SOMEBODY}
