"""``jiuzhu arrears`` as typed: months recomputed, proposed by one officer and decided by another, on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.casework.staff import add_user, first_administrator, grant_role
from regions.platform import open_platform
from regions.settings import Settings
from tests.core.casework.flow.taken_over import TakenOver

CITY, HESHAN = "430900", "430903"
Run = Callable[..., Any]


@pytest.fixture
def office(run: Run, database_url: str, tmp_path: Path) -> Run:
    """Run a command as an officer of the city, where a household has 360.00 since January and earned 960 in February."""
    settings = Settings(data_dir=tmp_path / "data", lang="zh", database_url=database_url, today=date(2018, 6, 1))
    platform = open_platform(settings)
    with platform.database.writing() as session:
        first_administrator(session, "root", "管理员", moment="2018-01-01T00:00:00+00:00", today=date(2018, 1, 1))
    with platform.desk("root") as desk:
        for role in ("clerk", "approver"):
            add_user(desk, f"{role}.{CITY}", role)
            grant_role(desk, f"{role}.{CITY}", role, CITY, since=date(2018, 1, 1))
    home = TakenOver(SimpleNamespace(desk=platform.desk), CITY, item="wage", each="month")
    home.enter("A", "900", since="2018-01", division=HESHAN, area="urban", persons=3)
    home.earns("960", since="2018-02-01")
    home.earns("900", since="2018-03-01")
    platform.database.close()

    def as_user(login: str, *words: str) -> Any:
        return run("--as", f"{login}.{CITY}", *words, JIUZHU_DATABASE_URL=database_url, JIUZHU_TODAY="2018-06-01")

    return as_user


def test_back_dated_months_are_listed_proposed_and_decided_by_another(office: Run) -> None:
    months = ["arrears", "A", "--since", "2018-01", "--through", "2018-04"]
    assert "-60.00" in office("clerk", *months).stdout
    proposed = office("clerk", *months, "--propose", "--reason", "补报收入", "--json")
    assert proposed.exit_code == 0, proposed.output
    made = json.loads(proposed.stdout)
    assert [one["from_month"] for one in made["months"]] == ["2018-02-01"]
    decided = office("approver", "arrears", "A", "--decide", str(made["proposal"]))
    assert decided.exit_code == 0 and "2018-02 – 2018-03  300.00" in decided.stdout
    again = office("clerk", *months, "--propose", "--reason", "再次")
    assert again.exit_code == 1 and "[nothing_changes]" in again.stderr


def test_arrears_wants_months_or_a_proposal(office: Run) -> None:
    assert office("clerk", "arrears", "A").exit_code == 2
    unknown = office("approver", "arrears", "A", "--decide", "99")
    assert unknown.exit_code == 1 and "[unknown_change]" in unknown.stderr
