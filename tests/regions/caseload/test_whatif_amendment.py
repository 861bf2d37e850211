"""An amendment that is not published yet, over a snapshot of the database: what its impact says household by household."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.caseload.change import Changed
from core.source import Located, read_text
from regions import amendment
from regions.amendment_impact import impact_of
from regions.caseload_query import Wanted
from regions.caseload_rules import with_amendments
from regions.caseload_snapshot import snapshot
from regions.caseload_whatif import Asked, what_if
from regions.impact import Impact
from regions.life.exhibit import exhibit_settings, open_exhibit
from regions.platform import Platform
from regions.settings import Settings
from tests.notices import notice

ONE_AREA = """
division: "430900"
document:
  {{number: "示例[2018]{number}号", issuer: 示例, title: 示例, issued: 2018-06-01, effective: {effective},
   first_payment_month: 2018-07, assurance: inferred}}
rows:
  - {{kind: standard, programme: dibao, area: {area}, amount: {{yuan: {yuan}, per: {per}}}, cite: 示例}}
"""


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
    assert one_by_one.tally("dibao").changes["raised"].households > 20
    assert_same(found, one_by_one)


def assert_same(found: Changed, one_by_one: Impact) -> None:
    """The columns say of those paid what the impact says household by household."""
    paid, change = one_by_one.tally("dibao"), found.by(0, 3)["dibao", "paid"]
    assert change.households == {name: count.households for name, count in paid.changes.items()}
    assert (change.before, change.after) == (paid.before, paid.after)


def of_area(area: str, number: int, yuan: int, per: str, effective: str = "2018-07-01") -> Located:
    """A notice that changes the standard of one area alone."""
    return read_text(ONE_AREA.format(area=area, number=number, yuan=yuan, per=per, effective=effective), "notice.yaml")


def test_a_set_of_amendments_changes_what_both_give_together(office: Platform, tmp_path: Path) -> None:
    """Town and country in two notices, neither published, come to what one notice of both comes to case by case."""
    with office.desk("editor") as desk:
        both = amendment.propose(desk, notice(urban="460", rural="3500", effective="2018-07-01", first="2018-07")).uuid
        town = amendment.propose(desk, of_area("urban", 21, 460, "person-month")).uuid
        country = amendment.propose(desk, of_area("rural", 22, 3500, "person-year")).uuid
        later = amendment.propose(desk, of_area("urban", 23, 470, "person-month", "2018-08-01")).uuid
    with office.reading_desk("city-approver") as desk:
        one_by_one = impact_of(desk, both)
        taken = snapshot(desk, office.database, tmp_path / "one", Wanted(on=date(2018, 7, 1), path=desk.path("430900")))

        def under(*uuids: str) -> tuple[date | None, Changed]:
            rules = with_amendments(desk, uuids)
            asked = Asked(snapshot=taken, registry=rules.before, on=rules.on or date(2018, 7, 1))
            return rules.on, what_if(asked, rules.after)

        on, found = under(town, country)
        assert on == date(2018, 7, 1) and found.groups == under(country, town)[1].groups
        assert_same(found, one_by_one)
        alone = [under(one)[1].total.monthly for one in (town, country)]
        assert all(alone) and sum(alone) == found.total.monthly, "either takes its part in it"
        on, last = under(town, later, country)
        assert on == date(2018, 8, 1) and last.groups == under(later, country)[1].groups, "the later one has taken over"
