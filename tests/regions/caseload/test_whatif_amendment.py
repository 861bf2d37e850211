"""An amendment that is not published yet, over a snapshot of the database: what its impact says household by household."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from regions import amendment
from regions.amendment_impact import impact_of
from regions.caseload_query import Wanted
from regions.caseload_rules import with_amendments
from regions.caseload_snapshot import snapshot
from regions.caseload_whatif import Asked, what_if
from regions.life.exhibit import exhibit_settings, open_exhibit
from regions.platform import Platform
from regions.settings import Settings
from tests.notices import notice


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Forty households of Yiyang and Ruian, all in payment at what the rules give."""
    platform = open_exhibit(
        exhibit_settings(Settings(data_dir=tmp_path_factory.mktemp("amended"), lang="zh")), share=2000
    )
    yield platform
    platform.database.close()


def test_an_amendment_changes_in_a_snapshot_what_its_impact_says(office: Platform, tmp_path_factory: Any) -> None:
    with office.desk("editor") as desk:
        draft = notice(urban="450", rural="3400", effective="2018-07-01", first="2018-07")
        uuid = amendment.propose(desk, draft).uuid
    with office.reading_desk("city-approver") as desk:
        one_by_one = impact_of(desk, uuid)
        wanted = Wanted(on=date(2018, 7, 1), path=desk.path("430900"))
        taken = snapshot(desk, office.database, tmp_path_factory.mktemp("taken") / "one", wanted)
        rules = with_amendments(desk, [uuid])
        assert rules.on == date(2018, 7, 1)
        found = what_if(Asked(snapshot=taken, registry=rules.before, on=rules.on), rules.after)
    paid, change = one_by_one.tally("dibao"), found.by(0, 3)["dibao", "paid"]
    assert paid.changes["raised"].households > 20
    assert change.households == {name: count.households for name, count in paid.changes.items()}
    assert (change.before, change.after) == (paid.before, paid.after)
