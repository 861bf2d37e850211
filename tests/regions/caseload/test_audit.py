"""An audit of every decision in force: what differs is found, each difference has its cause, who receives twice is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from cli import cli
from core.caseload.audit import open_audit
from core.casework.deciding.facts import facts_on, facts_row
from core.casework.deciding.stored_policy import store_policy
from core.store.tables import AssistanceCase, CaseMember, Decision, FactsVersion
from regions.caseload import books
from regions.caseload_audit import Difference, receiving_twice, with_causes
from regions.caseload_query import Wanted
from regions.caseload_snapshot import snapshot
from regions.life.exhibit import exhibit_settings, open_exhibit
from regions.platform import Platform
from regions.settings import Settings

DAY = date(2018, 11, 1)
NOW = "2018-10-01T00:00:00+00:00"
"""When the stories below were recorded."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Forty households of Yiyang and Ruian; the first ones of Yiyang have a story each."""
    settings = exhibit_settings(Settings(data_dir=tmp_path_factory.mktemp("audit"), lang="zh"))
    platform = open_exhibit(settings, share=2000)
    with platform.database.writing() as session:
        query = select(AssistanceCase).where(AssistanceCase.division.like("4309%")).order_by(AssistanceCase.id)
        for story, case in zip(STORIES, session.scalars(query), strict=False):
            STORIES[story](platform, session, case)
    yield platform
    platform.database.close()


def decide(
    platform: Platform, session: Session, case: AssistanceCase, monthly: Fraction, *, on: date = date(2018, 6, 1),
    **basis: Any,
) -> None:  # fmt: skip
    """Decide a case again under the rules of a day, at whatever amount."""
    first = session.scalars(select(Decision).where(Decision.case_id == case.id)).one()
    book = platform.registry.rulebook(case.division, on=on, area=case.area, programmes=("dibao",))
    facts = session.scalars(select(FactsVersion).where(FactsVersion.case_id == case.id)).one()
    session.add(Decision(
        case_id=case.id, number=2, kind="change", decided_on=on, recorded_at=NOW, from_month=on, monthly=monthly, parts={},
        method="gap", basis={"case": {}, **basis}, prepared_by=first.prepared_by, decided_by=first.decided_by, digest="",
        policy_hash=store_policy(session, book, moment=NOW), facts_id=facts.id,
    ))  # fmt: skip


def computed(platform: Platform, session: Session, case: AssistanceCase, on: date) -> Fraction:
    """What the rules of a day give on the facts of the case: the exhibit's own amount follows them in June 2018."""
    first = session.scalars(select(Decision).where(Decision.case_id == case.id)).one()
    rise = {"urban": Fraction(1000), "rural": Fraction(16400, 12)}[case.area]  # 420 → 430 a month, 3036 → 3200 a year
    return first.monthly - (rise * case.entitled if on < date(2018, 4, 27) else 0)


def overridden(platform: Platform, session: Session, case: AssistanceCase) -> None:
    decide(platform, session, case, Fraction(12_345), departure={"finding": "x", "reason": "y"})


def under_old_rules(platform: Platform, session: Session, case: AssistanceCase) -> None:
    march = date(2018, 3, 1)
    decide(platform, session, case, computed(platform, session, case, march), on=march)


def with_old_facts(platform: Platform, session: Session, case: AssistanceCase) -> None:
    decide(platform, session, case, computed(platform, session, case, date(2018, 6, 1)))
    facts = facts_on(session, case.id, DAY)
    assert facts is not None
    members = [dict(one) for one in facts.facts["members"]]
    members[0]["income"] = [{"item": "wage", "amount": "120", "frequency": "year"}]
    changed = {**facts.facts, "members": members}
    session.add(facts_row(case.id, 2, changed, basis="review", effective_on=date(2018, 9, 1), recorded_at=NOW))


def rounded(platform: Platform, session: Session, case: AssistanceCase) -> None:
    decide(platform, session, case, computed(platform, session, case, date(2018, 6, 1)) + Fraction(1, 7))


def taken_over(platform: Platform, session: Session, case: AssistanceCase) -> None:
    first = session.scalars(select(Decision).where(Decision.case_id == case.id)).one()
    first.monthly = first.monthly + 5_000


def refused(_platform: Platform, session: Session, case: AssistanceCase) -> None:
    case.status = "refused"
    for one in session.scalars(select(Decision).where(Decision.case_id == case.id)):
        one.monthly = Fraction(0)


def twice(_platform: Platform, session: Session, case: AssistanceCase) -> None:
    other = session.scalars(select(AssistanceCase).where(AssistanceCase.division == "330381")).first()
    person = session.scalars(select(CaseMember).where(CaseMember.case_id == case.id)).first()
    assert other is not None and person is not None
    names = [one.key for one in CaseMember.__mapper__.column_attrs if one.key not in ("id", "case_id")]
    row = {name: getattr(person, name) for name in names}
    session.add(CaseMember(case_id=other.id, **row))


STORIES: dict[str, Any] = {
    "override": overridden, "rule": under_old_rules, "fact": with_old_facts, "rounding": rounded, "opening": taken_over,
    "left_out": refused, "twice": twice,
}  # fmt: skip


@pytest.fixture(scope="module")
def taken(office: Platform, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The snapshot, the differences with their causes, and how many agree."""
    folder = tmp_path_factory.mktemp("taken") / "one"
    with office.reading_desk("city-approver") as desk:
        found = snapshot(desk, office.database, folder, Wanted(on=DAY, path=desk.path("430900")))
        rules = books(office.registry, DAY)
        run = open_audit(found, rules)
        return folder, list(with_causes(desk, run.run(), rules, DAY)), run


def causes(found: list[Difference]) -> dict[str, str]:
    return {one.cause or one.found.found: one.found.found for one in found}


def test_every_difference_is_found_and_has_its_cause(taken: Any) -> None:
    _, differences, run = taken
    assert causes(differences) == {
        "override": "differs", "rule": "differs", "fact": "differs", "rounding": "rounding", "opening": "differs",
        "left_out": "left_out",
    }  # fmt: skip
    assert len(differences) == 6 and run.agree == run.looked_at - 5 > 20


def test_an_opening_amount_that_the_rules_give_is_no_difference(taken: Any) -> None:
    _, differences, run = taken
    assert run.looked_at - len([one for one in differences if one.found.found != "left_out"]) == run.agree


def test_who_is_entitled_in_two_cases_is_named_wherever_the_other_is(office: Platform) -> None:
    with office.reading_desk("city-approver") as desk:
        (found,) = receiving_twice(desk, desk.path("430900"))
    assert found.same_programme and {case[2][:4] for case in found.cases} == {"3303", "4309"}


def test_the_command_counts_lists_and_writes_what_it_found(office: Platform, taken: Any, tmp_path: Path) -> None:
    folder, differences, _ = taken
    environ = {
        "JIUZHU_DATA_DIR": str(office.settings.data_dir),
        "JIUZHU_TODAY": "2018-11-01",
        "JIUZHU_USER": "city-approver",
    }
    words = ["caseload", "audit", str(folder), "--division", "430900"]
    result = CliRunner().invoke(cli, [*words, "--json"], env=environ)
    assert result.exit_code == 3, result.output
    told = json.loads(result.stdout)
    assert {one["household"] for one in told["differences"]} == {one.found.household for one in differences}
    assert len(told["twice"]) == 1 and told["twice"][0]["same_programme"]
    file = tmp_path / "list.xlsx"
    shown = CliRunner().invoke(cli, [*words, "--out", str(file)], env=environ)
    assert "情况变了，未重新决定" in shown.stdout and "人工偏离" in shown.stdout
    rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert len([row for row in rows if str(row[0]) in {one.found.household for one in differences}]) == len(differences)
    assert any("取整" in str(cell) for row in rows for cell in row)


def test_a_snapshot_without_the_database_still_tells_what_differs(office: Platform, taken: Any) -> None:
    folder, differences, _ = taken
    from core.caseload.snapshot import open_snapshot  # noqa: PLC0415 - only here

    alone = open_audit(open_snapshot(folder), books(replace(office.registry), DAY))
    assert [one.household for one in alone.run()] == [one.found.household for one in differences]
