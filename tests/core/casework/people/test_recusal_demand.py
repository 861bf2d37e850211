"""Demands for recusal: anybody may ask, a second person decides, who was told to step out stays out; who takes over."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from core.casework.desk import Desk
from core.casework.people.assignment import assign, assigned, take_over
from core.casework.people.kinship import Link
from core.casework.people.kinship_register import relate
from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from core.casework.people.recusal import require_no_conflict
from core.casework.people.recusal_demand import article, decide_demand, demand, demands, proposed_substitute
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase, OfficeHolder

RUIAN = "330381"


@pytest.fixture
def ruian(make_bureau: Any) -> Any:
    return make_bureau(RUIAN, "330300", day="2020-03-02")


def officer(desk: Desk, name: str, role: str = "township_staff", **given: Any) -> OfficeHolder:
    settled: dict[str, Any] = {
        "division": RUIAN,
        "unit": "民政局",
        "position": "科员",
        "since": date(2000, 1, 1),
    } | given
    login = settled.pop("login", None)
    return add_holder(desk, Identity(name=name), posts=[Post(role=role, **settled)], login=login)


def brother(desk: Desk, case: AssistanceCase, official: OfficeHolder) -> None:
    relate(desk, Link(person=case.head_id, of=official.person_id, link="sibling"), path=case.path, basis="officer")


def test_applicants_demand_is_decided_by_another_and_keeps_the_officer_out(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case, official, free = make_case(desk, "瑞-1", "王一", division=RUIAN), officer(desk, "钱"), officer(desk, "赵")
        assign(desk, case, official.id, role="clerk")
        made = demand(desk, case, official.id, by="applicant", reason="与申请人有债务纠纷")
        assert (made.deciding_body, article(desk, made).zh) == (
            "agency_head", "《温州市社会救助审批回避办法（暂行）》第二条、第三条、第四条",
        )  # fmt: skip
        assert proposed_substitute(desk, made, stage="review") is free
        with pytest.raises(JiuzhuError, match="undecided demand"):
            demand(desk, case, official.id, by="officer", reason="再次")
        number = made.id
    with ruian.desk("approver.330381") as desk:
        decide_demand(desk, number, granted=True, reason="情况属实")
        case = desk.session.get_one(AssistanceCase, case.id)
        with pytest.raises(JiuzhuError) as refused:
            require_no_conflict(desk, case, official.id, "review")
        assert "已于2020-03-02决定回避" in refused.value.message.zh
        assert assigned(desk.session, case.id, on=date(2020, 3, 2)) == []
        with pytest.raises(JiuzhuError, match="is decided"):
            decide_demand(desk, number, granted=False, reason="改")


def test_refused_demand_changes_nothing(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case, official = make_case(desk, "瑞-1", "王一", division=RUIAN), officer(desk, "钱")
        assign(desk, case, official.id, role="clerk")
        number = demand(desk, case, official.id, by="applicant", reason="不熟").id
    with ruian.desk("approver.330381") as desk:
        decide_demand(desk, number, granted=False, reason="不构成利害关系")
        require_no_conflict(desk, desk.session.get_one(AssistanceCase, case.id), official.id, "review")
        assert len(assigned(desk.session, case.id, on=desk.today)) == 1


def test_who_recorded_a_demand_does_not_decide_it_nor_does_whom_it_is_about(ruian: Any, make_case: Any) -> None:
    with ruian.desk("approver.330381") as desk:
        case = make_case(desk, "瑞-1", "王一", division=RUIAN)
        judge = officer(desk, "孙", login="approver2.330381")
        number = demand(desk, case, judge.id, by="applicant", reason="同村").id
        with pytest.raises(JiuzhuError) as refused:
            decide_demand(desk, number, granted=True, reason="是")
        assert refused.value.code == "same_person"
    with ruian.desk("approver2.330381") as desk, pytest.raises(JiuzhuError) as refused:
        decide_demand(desk, number, granted=False, reason="否")
    assert refused.value.code == "own_recusal"


def test_the_database_too_knows_that_maker_is_not_checker(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case, official = make_case(desk, "瑞-1", "王一", division=RUIAN), officer(desk, "钱")
        demand(desk, case, official.id, by="officer", reason="亲属")

    def write() -> None:
        with ruian.platform.database.writing() as session:
            session.execute(text("UPDATE recusal_demand SET decided_by = recorded_by"))

    with pytest.raises(JiuzhuError) as refused:
        write()
    assert refused.value.code == "refused_by_database"
    assert refused.value.value == "ck_recusal_demand_maker_is_not_checker"


def test_the_heads_recusal_goes_to_the_supervision_unit(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case = make_case(desk, "瑞-1", "王一", division=RUIAN)
        head = officer(desk, "局长", "county_civil_affairs", is_head=True)
        officer(desk, "监察员", "supervision", login="approver2.330381")
        made = demand(desk, case, head.id, by="officer", reason="近亲属")
        assert made.deciding_body == "supervision_unit"
        number = made.id
    with ruian.desk("approver.330381") as desk, pytest.raises(JiuzhuError) as refused:
        decide_demand(desk, number, granted=True, reason="是")
    assert refused.value.code == "wrong_body"
    with ruian.desk("approver2.330381") as desk:
        assert decide_demand(desk, number, granted=True, reason="属实").granted


def test_demand_where_no_rule_is_in_force_is_taken_and_decided_all_the_same(shaanxi: Any, make_case: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        case = make_case(desk, "陕-3", "李二")
        cadre = officer(desk, "李大", "village_committee", division="610523")
        made = demand(desk, case, cadre.id, by="applicant", reason="是其兄")
        assert (made.provision, made.deciding_body, article(desk, made).zh) == (None, None, "无规定")
        number = made.id
    with shaanxi.desk("approver.610523") as desk:
        decide_demand(desk, number, granted=True, reason="自行回避")
        case = desk.session.get_one(AssistanceCase, case.id)
        assert [one.granted for one in demands(desk, case)] == [True]


def test_forbidden_relation_cannot_be_assigned_and_the_head_takes_over(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case, only = make_case(desk, "瑞-1", "王一", division=RUIAN), officer(desk, "王大")
        brother(desk, case, only)
        with pytest.raises(JiuzhuError) as refused:
            assign(desk, case, only.id, role="clerk")
        assert refused.value.code == "recusal_required"
        peer = officer(desk, "钱", "delegated_helper")
        with pytest.raises(JiuzhuError) as refused:
            take_over(desk, case, peer.id, instead_of=only.id)
        assert refused.value.code == "not_above"
        head = officer(desk, "镇长", is_head=True)
        taken = take_over(desk, case, head.id, instead_of=only.id)
        above = officer(desk, "市局", "county_civil_affairs", division="330381")
        assert (taken.holder_id, taken.taken_over_from) == (head.id, only.id)
        assign(desk, case, above.id, role="approval")
        roles = {one.role: one.holder_id for one in assigned(desk.session, case.id, on=desk.today)}
        assert roles == {"clerk": head.id, "approval": above.id}


def test_officer_of_another_place_cannot_be_assigned(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330300") as desk:
        case = make_case(desk, "瑞-1", "王一", division=RUIAN)
        stranger = officer(desk, "外", division="330302")
        with pytest.raises(JiuzhuError) as refused:
            assign(desk, case, stranger.id, role="clerk")
        assert refused.value.code == "not_of_this_place"
        city = officer(desk, "市局", "county_civil_affairs", division="330300")
        assert take_over(desk, case, city.id, instead_of=stranger.id).holder_id == city.id


def test_asker_and_reasons_are_needed_and_a_demand_must_be_there(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case, official = make_case(desk, "瑞-1", "王一", division=RUIAN), officer(desk, "钱")
        with pytest.raises(JiuzhuError) as asker:
            demand(desk, case, official.id, by="neighbour", reason="不熟")
        with pytest.raises(JiuzhuError) as unsaid:
            demand(desk, case, official.id, by="applicant", reason=" ")
        number = demand(desk, case, official.id, by="applicant", reason="不熟").id
    with ruian.desk("approver.330381") as desk:
        with pytest.raises(JiuzhuError) as undecided:
            decide_demand(desk, number, granted=True, reason="")
        with pytest.raises(JiuzhuError) as unknown:
            decide_demand(desk, 9, granted=True, reason="是")
    told = [one.value for one in (asker, unsaid, undecided, unknown)]
    assert [one.code for one in told] == ["unknown_asker", "no_reason", "no_reason", "unknown_demand"]
    assert told[0].hint is not None and told[0].hint.zh == "applicant、officer、interested_party、ex_officio"
    assert (told[1].message.zh, told[2].message.zh) == ("须写明回避理由", "须写明决定理由")


def test_agency_that_acts_of_itself_rests_on_the_rule_that_lets_it(ruian: Any, make_case: Any) -> None:
    with ruian.desk("clerk.330381") as desk:
        case, official = make_case(desk, "瑞-1", "王一", division=RUIAN), officer(desk, "钱")
        made = demand(desk, case, official.id, by="ex_officio", reason="近亲属")
    assert (made.provision, made.deciding_body) == ("ruian_recusal/civil-servants#civil_servants_law", "agency")
