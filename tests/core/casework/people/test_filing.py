"""Filed relatives of staff: eligible, registered apart, visited by the county; the list that reports them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.casework.desk import Desk
from core.casework.flow.approval import CountyRuling, approve
from core.casework.flow.history import history
from core.casework.people.filing import (
    declare,
    file_case,
    matches,
    note_county_visit,
    require_county_visit,
    set_opinion,
    unfiled,
)
from core.casework.people.filing_report import COLUMNS, filing_list, filing_sheet
from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from core.casework.people.recusal import conflicts
from core.casework.workbook import Heading, as_bytes, read_table
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase, OfficeHolder

RUIAN, DALI = "330381", "610523"


@pytest.fixture
def ruian(make_bureau: Any) -> Any:
    return make_bureau(RUIAN, day="2020-03-02")


def officer(desk: Desk, name: str, role: str, *, division: str = RUIAN, position: str = "主任") -> OfficeHolder:
    post = Post(role=role, division=division, unit="东村村委会", position=position, since=date(2000, 1, 1))
    return add_holder(desk, Identity(name=name), posts=[post])


def said(desk: Desk, case: AssistanceCase, official: OfficeHolder, relation: str) -> None:
    declare(desk, case, case.head_id, holder_id=official.id, relation=relation, basis="application")


def test_committee_members_brother_is_filed_stays_in_and_waits_for_the_county(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case = make_case(desk, "瑞-3", "李二", "李二妻", division=RUIAN, monthly=15500)
        cadre, visitor = officer(desk, "李大", "village_committee"), officer(desk, "周", "county_civil_affairs")
        said(desk, case, cadre, "sibling")
        filed = file_case(desk, case)
        assert (filed.holder_id, filed.relation, filed.visit_required) == (cadre.id, "sibling", True)
        assert case.filed and case.status == "in_procedure"
        with pytest.raises(JiuzhuError) as refused:
            require_county_visit(desk, case)
        assert refused.value.code == "county_visit_missing"
        assert "第十四条、第二十六条第二款" in refused.value.message.zh
        note_county_visit(desk, case, by=[visitor.id, cadre.id], on=date(2020, 3, 2))
        require_county_visit(desk, case)


NEAR = (
    "spouse", "parent", "child", "sibling", "grandparent", "maternal_grandparent", "grandchild", "maternal_grandchild",
)  # fmt: skip


@pytest.mark.parametrize("role", ["county_civil_affairs", "township_staff", "village_committee"])
def test_near_relatives_of_mca_2012_and_civil_code_1045(ruian: Any, make_case: Any, role: str) -> None:
    ruian.on("2021-03-01")  # the Civil Code's list of near relatives is in force beside the ministry's
    with ruian.desk("clerk.330381") as desk:
        official, filed = officer(desk, "王大", role), set()
        for relation in (*NEAR, "uncle_aunt", "cousin", "child_in_law"):
            case = make_case(desk, relation, relation, division=RUIAN)
            said(desk, case, official, relation)
            filed |= {relation for one in matches(desk, case) if one.line is not None}
        assert filed == set(NEAR)


def test_filing_is_not_recusal(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case, clerk = make_case(desk, "瑞-1", "王一", division=RUIAN), officer(desk, "王大", "township_staff")
        said(desk, case, clerk, "cousin")
        assert {one.effect for one in conflicts(desk, case, clerk.id)} == {"recuse"}
        with pytest.raises(JiuzhuError) as refused:
            file_case(desk, case)
    assert refused.value.code == "no_relative"


def test_one_recipient_is_filed_under_one_member_of_staff(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case = make_case(desk, "瑞-1", "王一", division=RUIAN)
        first, second = officer(desk, "王大", "township_staff"), officer(desk, "王三", "village_committee")
        for one in (first, second):
            said(desk, case, one, "sibling")
        assert file_case(desk, case, holder_id=second.id).holder_id == second.id
        with pytest.raises(JiuzhuError) as refused:
            file_case(desk, case, holder_id=first.id)
    assert refused.value.code == "filed_already"


def test_shaanxi_2008_has_no_filing_rule_a_named_relative_is_written_down_and_nothing_follows(
    shaanxi: Any, make_case: Any
) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        case, cadre = make_case(desk, "陕-3", "李二"), officer(desk, "李大", "village_committee", division=DALI)
        said(desk, case, cadre, "sibling")
        with pytest.raises(JiuzhuError, match="no relation to be filed"):
            file_case(desk, case)
        filed = file_case(desk, case, holder_id=cadre.id)
        assert (filed.provision, filed.visit_required) == ("", False)
        require_county_visit(desk, case)


@pytest.mark.parametrize(
    ("day", "rules"), [("2012-12-11", []), ("2021-06-30", ["national"]), ("2021-07-01", ["national_2021"])]
)
def test_a_relative_is_filed_by_the_measure_of_the_day(ruian: Any, make_case: Any, day: str, rules: list[str]) -> None:
    """The ministry's measures of 2012 and 2021; before them nothing is required."""
    ruian.on(day)
    with ruian.desk("clerk.330381") as desk:
        case, cadre = make_case(desk, "瑞-1", "王一", division=RUIAN), officer(desk, "王大", "village_committee")
        said(desk, case, cadre, "sibling")
        assert [one.line.provision.plugin for one in matches(desk, case) if one.line is not None] == rules


def test_only_a_member_can_be_declared_a_relative(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case, cadre = make_case(desk, "瑞-1", "王一", division=RUIAN), officer(desk, "王大", "village_committee")
        with pytest.raises(JiuzhuError, match="not a member"):
            declare(desk, case, cadre.person_id, holder_id=cadre.id, relation="sibling", basis="officer")


def test_filing_list_has_the_columns_of_the_paper(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case = make_case(desk, "瑞-3", "李小", "李小妻", division=RUIAN, monthly=15500)
        uncle, visitor = officer(desk, "李大", "village_committee"), officer(desk, "周", "county_civil_affairs")
        said(desk, case, uncle, "grandchild")
        file_case(desk, case)
        set_opinion(desk, case, "agreed")
        note_county_visit(desk, case, by=[visitor.id], on=date(2020, 3, 2))
        (row,) = filing_list(desk, RUIAN)
    assert [one.zh for one in COLUMNS] == [
        "工作人员姓名", "单位", "职务", "与备案对象关系", "对象姓名", "人口", "月保障金", "起始月", "乡镇意见",
        "县入户核查日期", "县入户核查人",
    ]  # fmt: skip
    assert row.cells() == (
        "李大", "东村村委会", "主任", "祖父母", "李小", 2, 15500, None, "同意", date(2020, 3, 2), "周",
    )  # fmt: skip


def test_county_does_not_decide_on_a_relative_nobody_filed_or_visited(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case, cadre = make_case(desk, "瑞-3", "李二", division=RUIAN), officer(desk, "李大", "village_committee")
        other = make_case(desk, "瑞-4", "赵", division=RUIAN)
        said(desk, case, cadre, "sibling")
        assert [one.number for one in unfiled(desk, RUIAN)] == ["瑞-3"]
        ruling = CountyRuling(happened_on=desk.today)
        require_county_visit(desk, other)

    def decide() -> str:
        with ruian.desk("approver.330381") as desk, pytest.raises(JiuzhuError) as refused:
            approve(desk, desk.session.get_one(AssistanceCase, case.id), ruling, from_month=date(2020, 4, 1))
        return str(refused.value.code)

    assert decide() == "not_filed_yet"
    with ruian.desk("clerk.330381") as desk:
        file_case(desk, desk.session.get_one(AssistanceCase, case.id))
        assert list(unfiled(desk, RUIAN)) == []
    assert decide() == "county_visit_missing"


def test_list_goes_out_as_a_workbook_with_yuan(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case, cadre = (
            make_case(desk, "瑞-3", "李二", division=RUIAN, monthly=15500),
            officer(desk, "李大", "village_committee"),
        )
        said(desk, case, cadre, "sibling")
        file_case(desk, case)
        content = as_bytes(filing_sheet(desk, RUIAN))
    headings = [Heading(name=one.zh, title=one.zh, required=True) for one in COLUMNS]
    (row,) = read_table(content, headings, file="list.xlsx").rows()
    assert (row.cells["工作人员姓名"], row.cells["月保障金"]) == ("李大", "155")


def test_opinion_is_one_of_two_words_and_is_on_a_filed_case(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case, cadre = make_case(desk, "瑞-3", "李二", division=RUIAN), officer(desk, "李大", "village_committee")
        with pytest.raises(JiuzhuError) as unfiled_:
            set_opinion(desk, case, "agreed")
        said(desk, case, cadre, "sibling")
        file_case(desk, case)
        with pytest.raises(JiuzhuError) as other:
            set_opinion(desk, case, "maybe")
    assert (unfiled_.value.code, unfiled_.value.value) == ("not_filed", "瑞-3")
    assert (other.value.code, other.value.value) == ("bad_opinion", "maybe")
    assert "同意或不同意" in other.value.message.zh and "agree or not" in other.value.message.en


def test_visit_to_a_household_that_is_not_filed_is_no_visit_of_a_filing(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case = make_case(desk, "瑞-4", "赵", division=RUIAN)
        note_county_visit(desk, case, by=[1], on=desk.today)
        assert [one.kind for one in history(desk.session, case.id)] == []
