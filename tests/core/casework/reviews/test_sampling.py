"""The yearly random check: separate strata, rounded up, a seed anybody can draw by again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from core.casework.people.kinship import Link
from core.casework.people.kinship_register import relate
from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from core.casework.reviews.sample_check import Found, progress, record_check
from core.casework.reviews.sample_population import CALLED, POPULATIONS, Span, members_of
from core.casework.reviews.sample_span import refuse_second_draw
from core.casework.reviews.sampling import draw, draw_sample, drawn_cases, place_in_order
from core.errors import InvalidInput, JiuzhuError
from core.store.tables import AssistanceCase, CaseMember, OfficeHolder

CITY = "430900"
YEAR = Span(division=CITY, programme="dibao", area="urban", since=date(2011, 1, 1), until=date(2012, 1, 1))


@pytest.fixture
def bureau(make_bureau: Any) -> Any:
    """Yiyang in December 2011: 20 % of new and of existing urban households a year (2010 No. 5)."""
    return make_bureau(CITY, day="2011-12-01")


def fill(bureau: Any, add_roll: Any, *, new: int, existing: int) -> None:
    with bureau.desk("root") as desk:
        rows = [{"accepted_on": date(2011, 3, 1), "monthly": 36000}] * new + [{"monthly": 36000}] * existing
        add_roll(desk, rows, division="430903", since=date(2010, 1, 1))


def test_strata_are_drawn_apart_and_rounded_up(bureau: Any, add_roll: Any) -> None:
    fill(bureau, add_roll, new=1010, existing=5930)
    with bureau.desk("reviewer.430900") as desk:
        made = draw_sample(desk, YEAR)
        strata = {one["population"]: (one["size"], one["drawn"]) for one in made.strata}
        stored = [item.stratum for item, _ in drawn_cases(desk, made.id)]
    assert strata == {"new": (1010, 202), "existing": (5930, 1186)}
    assert (stored.count("new"), stored.count("existing")) == (202, 1186)


def test_draw_can_be_repeated_by_anyone_with_the_seed(bureau: Any, add_roll: Any) -> None:
    fill(bureau, add_roll, new=7, existing=12)
    with bureau.desk("reviewer.430900") as desk:
        made = draw_sample(desk, YEAR)
        found = [case.number for item, case in drawn_cases(desk, made.id) if item.stratum == "existing"]
        everybody = [f"430903-{n:06d}" for n in range(7, 19)]
    assert len(made.seed) == 32
    assert tuple(found) == draw(made.seed, reversed(everybody), 3)
    assert found == sorted(everybody, key=lambda one: place_in_order(made.seed, one))[:3]


def test_seed_is_drawn_by_the_platform_and_nobody_chooses_it(bureau: Any, add_roll: Any) -> None:
    fill(bureau, add_roll, new=0, existing=11)
    with bureau.desk("reviewer.430900") as desk:
        with pytest.raises(TypeError):
            draw_sample(desk, YEAR, seed="摇号")  # type: ignore[call-arg]
        made = draw_sample(desk, YEAR)
        assert (len(made.seed), len(drawn_cases(desk, made.id))) == (32, 3)


MORE_OFTEN = [
    (CITY, "any"), (CITY, "urban"), ("430903", "urban"), ("430000", "urban"),
]  # fmt: skip


@pytest.mark.parametrize(("division", "area"), MORE_OFTEN)
def test_nobody_draws_again_until_the_sample_suits_him(
    make_bureau: Any, add_roll: Any, division: str, area: str
) -> None:
    """Neither in the same place and area nor in a wider or narrower one."""
    bureau = make_bureau(CITY, "430000", day="2011-12-01")
    fill(bureau, add_roll, new=1, existing=4)
    with bureau.desk("reviewer.430900") as desk:
        draw_sample(desk, YEAR)
    with bureau.desk("approver.430000") as desk, pytest.raises(JiuzhuError) as refused:
        refuse_second_draw(desk, replace(YEAR, division=division, area=area), {"existing": "已有低保家庭"})
    assert refused.value.code == "already_drawn"
    assert "“已有低保家庭”已经抽取" in refused.value.message.zh


def test_other_cases_other_area_and_next_period_may_be_drawn(bureau: Any, add_roll: Any) -> None:
    fill(bureau, add_roll, new=1, existing=4)
    with bureau.desk("reviewer.430900") as desk:
        draw_sample(desk, YEAR)
        refuse_second_draw(desk, YEAR, {"pending": "乡镇上报的申请"})
        refuse_second_draw(desk, replace(YEAR, area="rural"), {"existing": "已有低保家庭"})
        later = replace(YEAR, since=date(2012, 1, 1), until=date(2013, 1, 1))
        assert draw_sample(desk, later).since == date(2012, 1, 1)


def test_another_population_of_the_same_span_is_drawn_beside_the_first(bureau: Any, add_roll: Any) -> None:
    fill(bureau, add_roll, new=1, existing=4)
    with bureau.desk("reviewer.430900") as desk:
        first = draw_sample(desk, YEAR)
        first.strata = [{**first.strata[0], "population": "pending"}]
        assert draw_sample(desk, YEAR).id != first.id


def test_every_population_has_a_name_for_a_rule_that_gives_none() -> None:
    assert CALLED.keys() == POPULATIONS.keys()
    assert CALLED["new"].zh == "新申请家庭"


@pytest.mark.parametrize("since", [date(2011, 1, 2), date(2011, 2, 1), date(2010, 7, 1)])
def test_yearly_check_is_drawn_for_a_whole_year_only(bureau: Any, add_roll: Any, since: date) -> None:
    fill(bureau, add_roll, new=1, existing=4)
    with bureau.desk("reviewer.430900") as desk, pytest.raises(JiuzhuError) as refused:
        draw_sample(desk, replace(YEAR, since=since))
    assert refused.value.code == "not_the_period"


def test_later_batch_shares_no_day_with_the_one_before(make_bureau: Any, add_roll: Any) -> None:
    bureau = make_bureau(CITY, day="2018-06-01")
    with bureau.desk("root") as desk:
        pending = [{"status": "in_procedure", "accepted_on": date(2018, 5, 2)}] * 4
        add_roll(desk, pending, division="430903", since=date(2018, 5, 2))
    batch = replace(YEAR, since=date(2018, 6, 1), until=date(2018, 6, 8))
    with bureau.desk("reviewer.430900") as desk:
        draw_sample(desk, batch)
        with pytest.raises(JiuzhuError) as refused:
            draw_sample(desk, replace(batch, since=date(2018, 6, 7), until=date(2018, 6, 14)))
        draw_sample(desk, replace(batch, since=date(2018, 6, 8), until=date(2018, 6, 14)))
    assert refused.value.code == "already_drawn"


def test_population_that_cannot_be_counted_is_named_in_the_words_of_the_rule(bureau: Any) -> None:
    with bureau.desk("reviewer.430900") as desk, pytest.raises(JiuzhuError) as refused:
        members_of(desk, "complained", YEAR, label="被信访的家庭")
    assert refused.value.message.zh == "抽查范围“被信访的家庭”无法由案件记录取数"


@pytest.mark.parametrize(
    "damage",
    [
        (
            "UPDATE sample_item SET case_id = (SELECT MAX(id) FROM assistance_case "
            "WHERE id NOT IN (SELECT case_id FROM sample_item)) WHERE rank = 1"
        ),
        "DELETE FROM sample_item WHERE rank = 1",
        "UPDATE sample_draw SET seed = 'x'",
    ],
)
def test_altered_draw_is_noticed(bureau: Any, add_roll: Any, damage: str) -> None:
    fill(bureau, add_roll, new=0, existing=20)
    with bureau.desk("reviewer.430900") as desk:
        made = draw_sample(desk, YEAR)
    with bureau.platform.database.writing() as session:
        session.execute(text(damage))
    with bureau.desk("reviewer.430900") as desk, pytest.raises(JiuzhuError) as refused:
        drawn_cases(desk, made.id)
    assert refused.value.code == "draw_altered"


def test_where_the_source_gives_no_rule_nothing_is_drawn(make_bureau: Any) -> None:
    bureau = make_bureau(CITY, day="2022-03-01")
    with bureau.desk("reviewer.430900") as desk, pytest.raises(JiuzhuError) as refused:
        draw_sample(desk, YEAR)
    assert refused.value.code == "gap"
    assert "57号" in refused.value.message.zh


def test_before_approval_relatives_are_checked_in_full_and_each_case_once(make_bureau: Any, add_roll: Any) -> None:
    bureau = make_bureau(CITY, day="2018-06-01")
    with bureau.desk("root") as desk:
        pending = [{"status": "in_procedure", "accepted_on": date(2018, 5, 2), "filed": n < 2} for n in range(10)]
        add_roll(desk, pending, division="430903", since=date(2018, 5, 2))
    with bureau.desk("reviewer.430900") as desk:
        batch = Span(division=CITY, programme="dibao", area="urban", since=date(2018, 6, 1), until=date(2018, 6, 2))
        made = draw_sample(desk, batch, doubtful=["430903-000009"])
        drawn = {one["population"]: one["drawn"] for one in made.strata}
        numbers = [case.number for _, case in drawn_cases(desk, made.id)]
    assert drawn == {"pending": 3, "registered_relatives": 2, "doubtful": 1}
    assert len(numbers) == len(set(numbers))
    assert {"430903-000000", "430903-000001", "430903-000009"} <= set(numbers)


@pytest.fixture
def drawn(bureau: Any, add_roll: Any) -> Any:
    """One household of 东村, drawn; and officers of the county and of two villages."""
    with bureau.desk("root") as desk:
        add_roll(desk, [{"monthly": 36000, "village": "东村"}], division="430903", since=date(2010, 1, 1))
    with bureau.desk("clerk.430900") as desk:
        for unit, role in (("区民政局", "county_civil_affairs"), ("东村村委会", "village_committee"),
                           ("西村村委会", "village_committee")):  # fmt: skip
            post = Post(role=role, division="430903", unit=unit, position="干部", since=date(2005, 1, 1))
            add_holder(desk, Identity(name=unit), posts=[post])
    with bureau.desk("reviewer.430900") as desk:
        draw_sample(desk, YEAR)
    return bureau


def record(bureau: Any, *inspectors: int, outcome: str = "confirmed", on: date = date(2011, 12, 1)) -> None:
    with bureau.desk("clerk.430900") as desk:
        found = Found(checked_on=on, inspectors=inspectors, outcome=outcome)
        record_check(desk, 1, "430903-000000", found)


def test_result_is_recorded_once(drawn: Any) -> None:
    record(drawn, 1, 3, outcome="amount_changed")
    with pytest.raises(JiuzhuError) as refused:
        record(drawn, 1)
    assert refused.value.code == "already_checked"
    with drawn.desk("auditor.430900") as desk:
        assert progress(desk, 1) == {"amount_changed": 1}


def test_nobody_checks_his_own_village(drawn: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        record(drawn, 1, 2)
    assert [(one.code, one.value) for one in refused.value.problems] == [("own_village", "2 430903-000000")]


def inspector(bureau: Any, unit: str, role: str = "township_staff", address: str | None = None) -> int:
    with bureau.desk("clerk.430900") as desk:
        post = Post(role=role, division="430903", unit=unit, position="干部", since=date(2005, 1, 1))
        return add_holder(desk, Identity(name=f"{unit}{address}", address=address), posts=[post]).id


@pytest.mark.parametrize(
    ("role", "unit", "address"),
    [
        ("village_committee", "东村村民委员会", None),
        ("delegated_helper", "城关镇东村", None),
        ("township_staff", "城关镇人民政府", "赫山区城关镇东村三组"),
        ("county_civil_affairs", "区民政局", "东村7号"),
    ],
)
def test_nobody_checks_the_village_he_works_or_lives_in_whatever_his_post(
    drawn: Any, role: str, unit: str, address: str | None
) -> None:
    with pytest.raises(InvalidInput) as refused:
        record(drawn, inspector(drawn, unit, role, address))
    assert [one.code for one in refused.value.problems] == ["own_village"]


@pytest.mark.parametrize(
    ("role", "unit", "address"),
    [("village_committee", "小东村委会", None), ("township_staff", "城关镇人民政府", "赫山区城关镇小东村三组")],
)
def test_village_whose_name_contains_the_other_is_another_village(
    drawn: Any, role: str, unit: str, address: str | None
) -> None:
    record(drawn, inspector(drawn, unit, role, address))
    with drawn.desk("auditor.430900") as desk:
        assert progress(desk, 1) == {"confirmed": 1}


def test_inspector_whose_own_household_is_in_the_village_does_not_check_there(drawn: Any) -> None:
    number = inspector(drawn, "城关镇人民政府")
    with drawn.desk("root") as desk:
        case = desk.session.get_one(AssistanceCase, 1)
        holder = desk.session.get_one(OfficeHolder, number)
        own = AssistanceCase(
            number="own", programme="care_subsidy", area="urban", division=case.division, path=case.path,
            village="东村", head_id=holder.person_id, status="in_payment", opened_on=date(2010, 1, 1),
            rules_on=date(2010, 1, 1), persons=1, entitled=1, filed=False,
        )  # fmt: skip
        desk.session.add(own)
        desk.session.flush()
        member = CaseMember(case_id=own.id, person_id=holder.person_id, relation="head", since=date(2010, 1, 1))
        desk.session.add(member)
    with pytest.raises(InvalidInput) as refused:
        record(drawn, number)
    assert [one.code for one in refused.value.problems] == ["own_village"]


def test_nobody_checks_his_relatives_whatever_rule_is_in_force(drawn: Any) -> None:
    with drawn.desk("clerk.430900") as desk:
        case = desk.session.get(AssistanceCase, 1)
        official = desk.session.get(OfficeHolder, 1)
        relate(
            desk, Link(person=case.head_id, of=official.person_id, link="sibling"), path=case.path, basis="application"
        )
    with pytest.raises(InvalidInput) as refused:
        record(drawn, 1)
    assert refused.value.code == "own_relatives"


def test_all_faults_of_a_result_are_told_at_once(drawn: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        record(drawn, outcome="fine", on=date(2011, 11, 30))
    assert [one.code for one in refused.value.problems] == ["unknown_outcome", "nobody_checked", "before_the_draw"]
