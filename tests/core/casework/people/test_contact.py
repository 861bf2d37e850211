"""What is known of a person is replaced by right at his cases alone, the account by two persons, always on record."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from core.casework.people.contact import Account, change_contact, confirm_account, propose_account
from core.casework.people.person import Identity, register_person
from core.errors import JiuzhuError
from core.store.sealed import open_in
from core.store.tables import CaseMember, Event, Person

NUMBER = "11010519491231002X"
OWN = Identity(name="张三丰", id_number=NUMBER, phone="13900000001", bank="示例银行", account="6217000000000000001",
               account_name="张三丰")  # fmt: skip
OTHER = Account(bank="另一银行", account="6217000000000000009", account_name="张三丰")
DALI, YIYANG = "610523", "430900"


@pytest.fixture
def two(make_bureau: Any, make_case: Any) -> Any:
    """A bureau of two counties; the person has a living case in the first."""
    bureau = make_bureau(DALI, YIYANG)
    with bureau.desk(f"clerk.{DALI}") as desk:
        person = register_person(desk, OWN)
        case = make_case(desk, "610523-1", "户主甲")
        desk.session.add(CaseMember(case_id=case.id, person_id=person.id, relation="spouse", since=desk.today))
    return bureau


def account(desk: Any) -> tuple[str | None, str, str]:
    person = the(desk)
    return (
        person.bank, open_in(person, "account", cipher=desk.cipher) or "",
        open_in(person, "phone", cipher=desk.cipher) or "",
    )  # fmt: skip


def the(desk: Any) -> Person:
    found: Person = desk.session.scalars(select(Person).where(Person.id_number_index.is_not(None))).one()
    return found


BEFORE = ("示例银行", "6217000000000000001", "13900000001")


def test_entering_a_known_person_again_replaces_nothing(two: Any) -> None:
    with two.desk(f"clerk.{YIYANG}") as desk:
        again = Identity(name="张三丰", id_number=NUMBER, phone="13900000009", address="某处", bank="另一银行",
                         account="6217000000000000009", account_name="张三丰")  # fmt: skip
        register_person(desk, again)
        assert account(desk) == BEFORE
        assert open_in(the(desk), "address", cipher=desk.cipher) == "某处"


def test_account_name_and_bank_are_not_filled_beside_a_known_account(shaanxi: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        register_person(desk, Identity(name="张三丰", id_number=NUMBER, account="6217000000000000001"))
        register_person(desk, Identity(name="张三丰", id_number=NUMBER, bank="另一银行", account_name="李四"))
        assert the(desk).bank is None and the(desk).account_name is None


def test_officer_of_another_county_changes_nothing(two: Any) -> None:
    with two.desk(f"clerk.{YIYANG}") as desk:
        with pytest.raises(JiuzhuError, match="not_permitted"):
            change_contact(desk, the(desk), {"phone": "13900000009"}, reason="换号")
        with pytest.raises(JiuzhuError, match="not_permitted"):
            propose_account(desk, the(desk), OTHER, reason="换卡")


def test_changed_telephone_is_on_the_chain_of_the_case_by_its_name_alone(
    two: Any, assert_no_personal_data: Any
) -> None:
    with two.desk(f"clerk.{DALI}") as desk:
        change_contact(desk, the(desk), {"phone": "13900000009"}, reason="换号")
        assert account(desk)[2] == "13900000009"
        (event,) = desk.session.scalars(select(Event).where(Event.kind == "contact_changed"))
        assert event.chain.startswith("case/") and event.body == {"person": the(desk).token, "fields": ["phone"]}
        assert_no_personal_data(desk.session, "13900000009")


def test_account_changes_only_when_a_second_officer_enters_the_same(two: Any, assert_no_personal_data: Any) -> None:
    with two.desk(f"clerk.{DALI}") as desk:
        propose_account(desk, the(desk), OTHER, reason="换卡")
    with two.desk(f"approver.{DALI}") as desk:
        assert account(desk) == BEFORE
        slip = Account(bank="另一银行", account="6217000000000000008", account_name="张三丰")
        with pytest.raises(JiuzhuError, match="other_account"):
            confirm_account(desk, the(desk), slip, reason="复核")
        confirm_account(desk, the(desk), OTHER, reason="复核")
        assert account(desk) == ("另一银行", "6217000000000000009", "13900000001")
        assert_no_personal_data(desk.session, "6217000000000000009")
        with pytest.raises(JiuzhuError, match="no_proposal"):
            confirm_account(desk, the(desk), OTHER, reason="复核")


def test_who_proposed_an_account_does_not_confirm_it(two: Any) -> None:
    with two.desk(f"reviewer.{DALI}") as desk:
        propose_account(desk, the(desk), OTHER, reason="换卡")
        with pytest.raises(JiuzhuError, match="maker_is_checker"):
            confirm_account(desk, the(desk), OTHER, reason="复核")


def test_person_in_no_case_has_nobody_who_may_change_him(shaanxi: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        person = register_person(desk, OWN)
        with pytest.raises(JiuzhuError, match="no_case"):
            change_contact(desk, person, {"phone": "13900000009"}, reason="换号")
