"""Applications: every fault at once, every member asked, declared relations reach recusal, nobody in two cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.flow.acceptance import accept
from core.casework.flow.applicant import DeclaredRelation
from core.casework.flow.application import Application, apply, withdraw
from core.casework.flow.history import history
from core.casework.flow.stage import complete_stage
from core.casework.people.contact import Account, confirm_account, propose_account
from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity, register_person, shown_name
from core.errors import InvalidInput, JiuzhuError
from core.store.sealed import open_in
from core.store.tables import AssistanceCase, Person
from tests.core.casework.clients import again, facts, household, rural

MONDAY = date(2008, 3, 3)
NUMBER = "11010519491231002X"


def with_number(application: Application, *numbers: str) -> Application:
    """The application, its first members carrying ID numbers."""
    members = list(application.members)
    for place, number in enumerate(numbers):
        members[place] = replace(members[place], identity=replace(members[place].identity, id_number=number))
    return replace(application, members=members)


def codes(error: pytest.ExceptionInfo[InvalidInput]) -> set[str]:
    return {one.code for one in error.value.problems}


def test_every_fault_of_an_application_is_told_at_once(shaanxi: Any) -> None:
    application = with_number(rural(3, "2000", day=MONDAY), "110105194912310021", "123")
    members = [replace(one, relation="spouse", relatives=None) for one in application.members]
    broken = replace(application, members=members, received_by="postman", category="poor")
    with shaanxi.desk("clerk.610523") as desk, pytest.raises(InvalidInput) as refused:
        apply(desk, broken)
    assert codes(refused) >= {"one_head", "not_declared", "bad_value", "id_number_check", "id_number_length"}
    assert "110105194912310021" not in refused.value.render("zh")


def test_two_members_are_not_one_person(shaanxi: Any) -> None:
    application = with_number(rural(2, "1200", day=MONDAY), NUMBER, NUMBER.lower())
    with shaanxi.desk("clerk.610523") as desk, pytest.raises(InvalidInput) as refused:
        apply(desk, application)
    assert codes(refused) == {"same_person"}


def test_person_of_a_living_case_does_not_apply_again(shaanxi: Any) -> None:
    application = with_number(rural(2, "1200", day=MONDAY), NUMBER)
    with shaanxi.desk("clerk.610523") as desk:
        first = apply(desk, application)
        with pytest.raises(InvalidInput) as refused:
            apply(desk, application)
    assert codes(refused) == {"already_in_a_case"} and first.number in refused.value.render("zh")


def test_numbers_count_up_in_a_division_and_year(shaanxi: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        made = [apply(desk, rural(2, "1200", day=MONDAY)).number for _ in range(3)]
    assert made == ["610523-2008-00001", "610523-2008-00002", "610523-2008-00003"]


def test_village_receives_only_by_a_delegation_the_rule_allows(make_bureau: Any) -> None:
    bureau = make_bureau("610523", day="2000-06-01")
    told = replace(rural(2, "1200", day=date(2000, 6, 1)), division="610502", area="urban")
    with bureau.desk("clerk.610523") as desk, pytest.raises(JiuzhuError) as refused:
        apply(desk, told)
    assert refused.value.code == "not_permitted"
    with make_bureau("610500", day="2000-06-01").desk("clerk.610500") as desk, pytest.raises(InvalidInput) as not_by:
        apply(desk, told)
    assert codes(not_by) == {"not_delegable"}


def test_facts_that_do_not_fit_leave_no_case_behind(shaanxi: Any) -> None:
    application = replace(rural(2, "1200", day=MONDAY), facts=facts(2, "1200", item="treasure"))

    def enter() -> None:
        with shaanxi.desk("clerk.610523") as desk:
            apply(desk, application)

    with pytest.raises(InvalidInput):
        enter()
    with shaanxi.desk("clerk.610523") as desk:
        assert desk.session.scalars(select(AssistanceCase)).all() == []


def test_declared_brother_of_a_helper_keeps_him_out_of_the_visit(make_bureau: Any) -> None:
    """Ruian 2020: the register knows the declared relation, the stage refuses him, another may go."""
    bureau = make_bureau("330381", day="2020-03-02")
    day = date(2020, 3, 2)
    papers = ("written_application", "means_declaration", "verification_authorisation", "truth_commitment",
              "relative_declaration")  # fmt: skip
    with bureau.desk("clerk.330381") as desk:
        post = Post(role="delegated_helper", division="330381", unit="东村", position="协办员", since=date(2018, 1, 1))
        helper, other, third = (add_holder(desk, Identity(name=f"示例{one}"), posts=[post]).id for one in "甲乙丙")
        application = Application(
            division="330381", programme="dibao", area="urban", happened_on=day, evidence=papers,
            members=household(2, relatives=[DeclaredRelation(relation="sibling", holder=helper)]),
            facts={"members": [{"id": "1", "relation": "head"}, {"id": "2", "relation": "spouse"}]},
        )  # fmt: skip
        case = apply(desk, application)
        accept(desk, case, happened_on=day)
    with bureau.desk("reviewer.330381") as desk:
        case = again(desk, case)
        complete_stage(
            desk, case, "means_verification", happened_on=day, result="consistent", body={"methods": ["tax"]}
        )
        told = {"evidence": ["means_survey_form"], "signatures": ["investigator", "respondent"]}
        with pytest.raises(JiuzhuError) as refused:
            complete_stage(desk, case, "home_visit", happened_on=day, by=[helper, other], body=told)
        complete_stage(desk, case, "home_visit", happened_on=day, by=[other, third], body=told)
        declared = history(desk.session, case.id)[0].body["declared_relations"]
    assert refused.value.code == "recusal_required" and "回避办法" in refused.value.render("zh")
    assert declared[0]["holder"] == helper and declared[0]["relation"] == "sibling"


def with_account(application: Application, account: str) -> Application:
    """The application of a head with an ID number, his money going to an account."""
    numbered = with_number(application, NUMBER)
    head, *others = numbered.members
    identity = replace(
        head.identity, bank="信用社", account=account, account_name=head.identity.name, phone="13900000001"
    )
    return replace(numbered, members=[replace(head, identity=identity), *others])


def test_application_with_another_account_than_the_known_one_says_that_the_known_one_stays(shaanxi: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        first = apply(desk, with_account(rural(2, "1200", day=MONDAY), "6217000000000000001"))
        assert "kept" not in history(desk.session, first.id)[0].body
        withdraw(desk, first, happened_on=MONDAY, reason="改日再申请")
        second = apply(desk, with_account(rural(2, "1200", day=MONDAY), "6217000000000000009"))
        head = desk.session.get_one(Person, second.head_id)
        assert history(desk.session, second.id)[0].body["kept"] == {head.token: ["account"]}
        assert open_in(head, "account", cipher=desk.cipher) == "6217000000000000001"
        new = Account(bank="信用社", account="6217000000000000009", account_name=shown_name(desk, head))
        propose_account(desk, head, new, reason="换卡")
    with shaanxi.desk("approver.610523") as desk:
        head = desk.session.get_one(Person, second.head_id)
        confirm_account(desk, head, new, reason="换卡")
        assert open_in(head, "account", cipher=desk.cipher) == "6217000000000000009"


@pytest.mark.parametrize(("born", "code"), [(date(1950, 1, 1), "another_birth_date"), (date(1949, 12, 31), "")])
def test_date_of_birth_that_the_id_number_does_not_tell_is_refused(shaanxi: Any, born: date, code: str) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        identity = Identity(name="示例甲", id_number=NUMBER, birth_date=born)
        if code:
            with pytest.raises(JiuzhuError, match=code):
                register_person(desk, identity)
        else:
            assert register_person(desk, identity).birth_date == born
