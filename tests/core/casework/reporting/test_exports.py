"""Lists that go out: what a month moved, with names for those who may read them and numbers masked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.deciding.decision import decide, propose
from core.casework.deciding.facts import add_facts
from core.casework.desk import Desk
from core.casework.flow.closing import close_case, follow_up
from core.casework.flow.exit_proposal import propose_exit
from core.casework.flow.member import Leaving, leave
from core.casework.people.identity import check_character
from core.casework.reporting.change_lists import LISTS, change_list
from core.casework.reporting.exports import case_list
from core.casework.roster.importing import approve_import, prepare_import, run_import
from core.casework.roster.layout import EXAMPLE, HEADINGS, columns_of_roster
from core.casework.roster.takeover import Takeover
from core.casework.workbook import Sheet, as_bytes
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase, FactsVersion

DALI = "610523"
MARCH, APRIL = date(2008, 3, 1), date(2008, 4, 1)


def number(sequence: int) -> str:
    digits = f"99010119500307{sequence:03}"
    return digits + check_character(digits)


@pytest.fixture
def taken_over(shaanxi: Any, tmp_path: Path) -> Any:
    """Two households of two in Dali, 2,000 a year between two persons' 1,386: 合成甲0 and 合成甲1."""
    rows = [
        {**EXAMPLE, "county": "大荔县", "township": "某镇", "village": "东村", "head": f"合成甲{one}",
         "head_number": number(2 * one), "member_numbers": number(2 * one + 1), "member_names": f"合成乙{one}",
         "income": 60_000, "income_per_head": None, "benefit": 6_550, "total": 6_550, "first_month": "2007-01", "houses": 0}
        for one in range(2)
    ]  # fmt: skip
    path = tmp_path / "roster.xlsx"
    content = [[row[one.name] for one in HEADINGS] for row in rows]
    path.write_bytes(as_bytes(Sheet(title="花名册", columns=columns_of_roster(), rows=content)))
    terms = Takeover(
        division=DALI, programme="dibao", area="rural", since=MARCH, paid_through=date(2008, 2, 1),
        document="花名册（虚构）", income_item="farming",
    )  # fmt: skip
    with shaanxi.desk(f"clerk.{DALI}") as desk:
        prepared = prepare_import(desk, terms, path)
    with shaanxi.desk(f"approver.{DALI}") as desk:
        approve_import(desk, prepared.import_id)
    list(run_import(shaanxi.platform.database, desk, prepared.import_id))
    return shaanxi


def first_case(desk: Desk) -> AssistanceCase:
    return desk.session.scalars(select(AssistanceCase).order_by(AssistanceCase.id)).first()  # type: ignore[return-value]


def listed(bureau: Any, name: str, month: date) -> list[list[Any]]:
    with bureau.platform.reading_desk(f"auditor.{DALI}") as desk:
        sheet = change_list(desk, name, DALI, month)
        rows = [list(row) for row in sheet.rows]
    assert all(len(row) == len(sheet.columns) for row in rows)
    return rows


def test_caseload_is_listed_with_masked_numbers(taken_over: Any) -> None:
    with taken_over.platform.reading_desk(f"auditor.{DALI}") as desk:
        rows = list(case_list(desk, DALI).rows)
    assert [(row[1], row[6], row[7], row[9]) for row in rows] == [
        ("合成甲0", "大荔县某镇东村", "保障中", 6_550),
        ("合成甲1", "大荔县某镇东村", "保障中", 6_550),
    ]
    assert rows[0][2] == f"990101********{number(0)[-4:]}"


def test_who_has_no_right_gets_no_list(taken_over: Any) -> None:
    with taken_over.platform.reading_desk("root") as desk, pytest.raises(JiuzhuError) as refused:
        case_list(desk, DALI)
    assert refused.value.code == "not_permitted"


def test_households_taken_over_are_new_in_their_month(taken_over: Any) -> None:
    rows = listed(taken_over, "added", MARCH)
    assert [(row[1], row[3], row[4], row[11], row[15]) for row in rows] == [
        ("合成甲0", 57, "女", 6_550, "存量转入"),
        ("合成甲1", 57, "女", 6_550, "存量转入"),
    ]
    assert listed(taken_over, "added", APRIL) == []


def test_reduced_amount_is_listed_with_old_new_and_difference(taken_over: Any) -> None:
    with taken_over.desk(f"clerk.{DALI}") as desk:
        case = first_case(desk)
        facts = dict(desk.session.scalars(select(FactsVersion).where(FactsVersion.case_id == case.id)).one().facts)
        income = [{**facts["shared_income"][0], "amount": "900.00"}]
        add_facts(desk, case, {**facts, "shared_income": income}, basis="review", effective_on=desk.today)
        maker = desk.actor.id
    with taken_over.desk(f"approver.{DALI}") as desk:
        case = first_case(desk)
        decide(
            desk, case, kind="reduce", proposal=propose(desk, case, month=APRIL), from_month=APRIL, prepared_by=maker,
            basis={"reason": "半年复核"},
        )  # fmt: skip
    (row,) = listed(taken_over, "reduced", APRIL)
    assert row[0] == "合成甲0" and row[2:4] == [2, 2] and row[7:10] == [6_550, 4_050, -2_500]
    assert row[12] == "半年复核" and listed(taken_over, "increased", APRIL) == []


def test_household_that_gives_up_is_stopped_and_followed(taken_over: Any) -> None:
    with taken_over.desk(f"clerk.{DALI}") as desk:
        given = {"reason": "given_up", "effective_month": APRIL, "happened_on": desk.today}
        asked = propose_exit(desk, first_case(desk), **given).sequence
    with taken_over.desk(f"approver.{DALI}") as desk:
        close_case(desk, first_case(desk), asked)
    with taken_over.desk(f"clerk.{DALI}") as desk:
        follow_up(desk, first_case(desk), happened_on=desk.today, found="stable")
    (stopped,) = listed(taken_over, "stopped", APRIL)
    assert (stopped[0], stopped[6], stopped[7], stopped[9]) == ("合成甲0", 6_550, "主动放弃", "停发")
    (left,) = listed(taken_over, "left", MARCH)
    assert (left[0], left[5], left[6], left[7]) == ("合成甲0", "主动放弃", "正常退出", "生活稳定")


def test_death_is_a_natural_decrease_and_a_member_leaving(taken_over: Any) -> None:
    with taken_over.desk(f"clerk.{DALI}") as desk:
        case = first_case(desk)
        facts = desk.session.scalars(select(FactsVersion.facts).where(FactsVersion.case_id == case.id)).one()
        leave(desk, case, Leaving(member=facts["members"][1]["id"], reason="death"), happened_on=desk.today)
    (died,) = listed(taken_over, "died", MARCH)
    assert (died[0], died[3], died[4]) == ("合成甲0", "合成乙0", date(2008, 3, 3))
    (left,) = listed(taken_over, "stopped", MARCH)
    assert (left[0], left[7], left[9]) == ("合成乙0", "死亡", "成员退出")


@pytest.mark.parametrize("name", list(LISTS))
def test_every_list_can_be_written_empty(taken_over: Any, name: str) -> None:
    with taken_over.platform.reading_desk(f"auditor.{DALI}") as desk:
        assert as_bytes(change_list(desk, name, DALI, date(2000, 1, 1))).startswith(b"PK")
