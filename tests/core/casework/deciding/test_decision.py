"""Facts by version, proposals under the rules of a month, decisions by a second person, and their replay."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update

from core.casework.deciding.decision import Departure, decide, decisions_of, entitled_in
from core.casework.deciding.facts import add_facts, facts_on
from core.casework.deciding.proposal import propose
from core.casework.deciding.replay import find_decision, replay
from core.casework.deciding.stored_policy import load_policy
from core.casework.desk import Desk
from core.casework.people.person import Identity, register_person
from core.casework.staff import add_user, grant_role
from core.errors import InvalidInput, JiuzhuError
from core.store.tables import AssistanceCase, StoredPolicy
from regions.platform import open_platform
from tests.core.casework import purse

MARCH = date(2008, 3, 1)


def open_case(
    desk: Desk, *, division: str, area: str, persons: int, income: tuple[str, str, str] | None
) -> AssistanceCase:
    """A case with its facts: persons and one yearly or monthly income of the head."""
    tokens = [register_person(desk, Identity(name=f"示例{number}")).token for number in range(persons)]
    path = desk.path(division)
    head = register_person(desk, Identity(name="示例户主"))
    tokens[0] = head.token
    case = AssistanceCase(
        number=f"{division}-{desk.today:%Y}-{head.id:06d}", programme="dibao", area=area, division=division, path=path,
        head_id=head.id, status="applying", opened_on=desk.today, rules_on=desk.today, persons=persons, entitled=persons,
        filed=False,
    )  # fmt: skip
    desk.session.add(case)
    desk.session.flush()
    members: list[dict[str, Any]] = [{"id": token, "relation": "other"} for token in tokens]
    members[0]["relation"] = "head"
    if income is not None:
        item, amount, frequency = income
        members[0]["income"] = [{"item": item, "amount": amount, "frequency": frequency}]
    add_facts(desk, case, {"members": members}, basis="declared", effective_on=desk.today)
    return case


@pytest.fixture
def rural(shaanxi: Any) -> Callable[..., AssistanceCase]:
    def make(persons: int, income: str) -> AssistanceCase:
        with shaanxi.desk("clerk.610523") as desk:
            return open_case(desk, division="610523", area="rural", persons=persons, income=("farming", income, "year"))

    return make


@pytest.mark.parametrize(("persons", "income", "yearly"), [(4, "2000", 77200), (3, "2000", 7900), (2, "1200", 18600)])
def test_gap_is_proposed_exactly(shaanxi: Any, rural: Any, persons: int, income: str, yearly: int) -> None:
    case = rural(persons, income)
    with shaanxi.desk("clerk.610523") as desk:
        found = propose(desk, case, month=MARCH)
    assert found.status == "eligible" and found.monthly * 12 == yearly


def test_decided_by_a_second_person_and_owed_from_its_month(shaanxi: Any, rural: Any) -> None:
    case = rural(4, "2000")
    with shaanxi.desk("approver.610523") as desk:
        case = desk.session.merge(case)
        row = decide(desk, case, kind="grant", proposal=propose(desk, case, month=MARCH), from_month=MARCH,
                     prepared_by=desk.actor.id - 1, basis={})  # fmt: skip
        assert row.monthly == Fraction(77200, 12) and case.monthly == 6433
        assert entitled_in(decisions_of(desk.session, case.id), date(2008, 2, 1)) is None
        assert entitled_in(decisions_of(desk.session, case.id), date(2009, 1, 1)) == row


def test_nobody_decides_his_own_proposal(shaanxi: Any, rural: Any) -> None:
    case = rural(4, "2000")
    with shaanxi.desk("approver.610523") as desk, pytest.raises(JiuzhuError) as refused:
        decide(desk, case, kind="grant", proposal=propose(desk, case, month=MARCH), from_month=MARCH,
               prepared_by=desk.actor.id, basis={})  # fmt: skip
    assert refused.value.code == "maker_is_checker"


def test_database_itself_holds_maker_apart_from_checker(shaanxi: Any, rural: Any) -> None:
    case = rural(4, "2000")
    with shaanxi.desk("approver.610523") as desk:
        case = desk.session.merge(case)
        decide(desk, case, kind="grant", proposal=propose(desk, case, month=MARCH), from_month=MARCH,
               prepared_by=1, basis={})  # fmt: skip
    with pytest.raises(JiuzhuError) as refused, shaanxi.platform.database.writing() as session:
        session.execute(text("UPDATE decision SET prepared_by = decided_by"))
    assert refused.value.code == "refused_by_database" and refused.value.value == "ck_decision_maker_is_not_checker"


def test_household_on_the_line_is_not_granted(shaanxi: Any, rural: Any) -> None:
    case = rural(4, "2772")
    with shaanxi.desk("approver.610523") as desk:
        found = propose(desk, case, month=MARCH)
        with pytest.raises(JiuzhuError) as refused:
            decide(desk, case, kind="grant", proposal=found, from_month=MARCH, prepared_by=1, basis={})
    assert found.status == "not_eligible" and refused.value.code == "not_eligible"


def test_departure_needs_a_reason_and_keeps_what_was_computed(shaanxi: Any, rural: Any) -> None:
    case = rural(4, "2772")
    departure = Departure(parts={"benefit": Fraction(10000)}, finding="hardship", reason="一事一议（示例）")
    with shaanxi.desk("approver.610523") as desk:
        case = desk.session.merge(case)
        found = propose(desk, case, month=MARCH)
        with pytest.raises(JiuzhuError, match="finding and a reason"):
            decide(desk, case, kind="grant", proposal=found, from_month=MARCH, prepared_by=1, basis={},
                   departure=replace(departure, reason=" "))  # fmt: skip
        row = decide(desk, case, kind="grant", proposal=found, from_month=MARCH, prepared_by=1, basis={},
                     departure=departure)  # fmt: skip
    assert row.monthly == 10000 and row.basis["departure"]["computed"] == {}


def test_facts_of_a_later_day_do_not_change_an_earlier_month(shaanxi: Any, rural: Any) -> None:
    case = rural(4, "2000")
    shaanxi.on("2008-09-03")
    with shaanxi.desk("clerk.610523") as desk:
        case = desk.session.merge(case)
        first = facts_on(desk.session, case.id, date(2008, 3, 31))
        assert first is not None
        later = {"members": [{**one} for one in first.facts["members"]]}
        later["members"][0]["income"] = [{"item": "farming", "amount": "2600", "frequency": "year"}]
        add_facts(desk, case, later, basis="review", effective_on=date(2008, 9, 1))
        assert propose(desk, case, month=MARCH).monthly * 12 == 77200
        assert propose(desk, case, month=date(2008, 9, 1)).monthly * 12 == 17200


def test_every_fault_of_facts_is_told_at_once(shaanxi: Any, rural: Any) -> None:
    case = rural(4, "2000")
    bad = {"members": [{"id": "x", "relation": "boss", "incom": []}]}
    with pytest.raises(InvalidInput) as refused, shaanxi.desk("clerk.610523") as desk:
        add_facts(desk, desk.session.merge(case), bad, basis="declared", effective_on=desk.today)
    assert {one.code for one in refused.value.problems} == {"not_allowed", "unknown_fact"}


def test_member_nobody_registered_is_refused(shaanxi: Any, rural: Any) -> None:
    case = rural(4, "2000")
    bad = {"members": [{"id": "x", "relation": "head"}]}
    with pytest.raises(InvalidInput) as refused, shaanxi.desk("clerk.610523") as desk:
        add_facts(desk, desk.session.merge(case), bad, basis="declared", effective_on=desk.today)
    assert refused.value.code == "unknown_person"


@pytest.fixture
def decided(shaanxi: Any, rural: Any) -> int:
    """The id of a decision of 772.00 a year."""
    case = rural(4, "2000")
    with shaanxi.desk("approver.610523") as desk:
        case = desk.session.merge(case)
        row = decide(desk, case, kind="grant", proposal=propose(desk, case, month=MARCH), from_month=MARCH,
                     prepared_by=1, basis={})  # fmt: skip
        return row.id


def test_replay_gives_the_same_bytes_after_every_plugin_is_gone(shaanxi: Any, decided: int) -> None:
    platform = shaanxi.platform
    every = tuple(platform.manager.plugins)
    bare = open_platform(replace(platform.settings, disabled=every), clock=shaanxi.clock)
    with bare.database.reading() as session:
        again = replay(session, decided)
    bare.database.close()
    assert again.same and b'"dibao.benefit"' in again.recomputed


def test_replay_gives_the_same_bytes_after_the_plugin_was_upgraded(shaanxi: Any, decided: int, tmp_path: Path) -> None:
    newer = tmp_path / "shaanxi_rural"
    shutil.copytree(Path(str(files("plugins"))) / "shaanxi_rural", newer, ignore=shutil.ignore_patterns("__pycache__"))
    policy = newer / "policy.yaml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("yuan: 693,", "yuan: 793,"), encoding="utf-8")
    platform = shaanxi.platform
    upgraded = open_platform(platform.settings, clock=shaanxi.clock, trial=newer)
    with upgraded.reading_desk("clerk.610523") as desk:
        case = desk.session.scalars(select(AssistanceCase)).one()
        assert propose(desk, case, month=MARCH).monthly * 12 == 77200 + 4 * 10000
        again = replay(desk.session, decided)
    upgraded.database.close()
    assert again.same and b'"dibao.benefit":"772.00"' in again.recomputed


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("UPDATE facts_version SET facts = replace(facts, '2000', '2001')", "facts_altered"),
        ("UPDATE decision SET method = 'flat'", "decision_altered"),
        ("UPDATE stored_policy SET body = (SELECT trace FROM decision LIMIT 1)", "policy_altered"),
    ],
)
def test_one_altered_byte_is_named(shaanxi: Any, decided: int, damage: str, named: str) -> None:
    with shaanxi.platform.database.writing() as session:
        session.execute(text(damage))
    with pytest.raises(JiuzhuError) as refused, shaanxi.platform.database.reading() as session:
        replay(session, decided)
    assert refused.value.code == named


def test_policy_that_cannot_be_unpacked_or_is_not_kept_is_told(shaanxi: Any, decided: int) -> None:
    with shaanxi.platform.database.writing() as session:
        session.execute(update(StoredPolicy).values(body=b"torn"))
    with shaanxi.platform.database.reading() as session:
        kept = session.scalars(select(StoredPolicy.hash)).one()
        with pytest.raises(JiuzhuError, match="policy_altered"):
            replay(session, decided)
        with pytest.raises(JiuzhuError, match="policy_missing"):
            load_policy(session, kept[::-1])


def test_decision_is_found_by_who_may_read_its_case_and_for_others_is_none(shaanxi: Any, decided: int) -> None:
    with shaanxi.desk("auditor.610523") as desk:
        assert find_decision(desk, decided).monthly == Fraction(77200, 12)
    with shaanxi.desk("policy_editor.610523") as desk, pytest.raises(JiuzhuError, match="not_permitted"):
        find_decision(desk, decided)
    with shaanxi.desk("root") as desk:
        add_user(desk, "clerk.430900", "外地")
        grant_role(desk, "clerk.430900", "clerk", "430900", since=date(2000, 1, 1))
    for login, number in (("clerk.430900", decided), ("auditor.610523", decided + 1)):
        with shaanxi.desk(login) as desk, pytest.raises(JiuzhuError, match="unknown_decision"):
            find_decision(desk, number)


def test_decision_that_does_not_exist_and_an_opening_one_are_not_replayed(shaanxi: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        opening = purse.decided(desk, purse.household(desk, "A-1", division="610523"), "2008-03", {"benefit": 60}).id
    with shaanxi.platform.database.reading() as session:
        for number, code in ((opening, "nothing_to_replay"), (opening + 1, "unknown_decision")):
            with pytest.raises(JiuzhuError, match=code):
                replay(session, number)
