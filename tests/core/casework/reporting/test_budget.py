"""The October budget plan: Σ over the caseload, every assumption a row, the ceiling beside it and never in it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select, text

from core.casework.deciding.decision import decide
from core.casework.deciding.facts import add_facts
from core.casework.deciding.proposal import propose
from core.casework.reporting.budget import Answer, answer_plan, assume, open_plan, plan_lines, review_plan, submit_plan
from core.casework.reporting.budget_assumption import read_assumption
from core.casework.reporting.budget_line import Caseload, at_level, ceiling, plan_line
from core.casework.reporting.budget_table import PlanLine, plan_sheet
from core.casework.staff import grant_role
from core.casework.workbook import as_bytes
from core.errors import InvalidInput, JiuzhuError
from core.store.tables import AssistanceCase, Person
from core.values import Rate

CITY = "430900"
PERSONS = {"urban": 61289, "rural": 65814}
PAID = {"urban": 330, "rural": 182}
"""The published averages of the city, yuan a person and month."""


def test_ceiling_and_paid_level_of_the_city_in_2018() -> None:
    standards = {"urban": Rate.parse("430", "person-month"), "rural": Rate.parse("3200", "person-year")}
    ceilings = [ceiling(PERSONS[area], standards[area]) for area in PERSONS]
    levels = [at_level(PERSONS[area], PAID[area] * 100) for area in PERSONS]
    assert sum(ceilings) == 52_685_604_000  # 526.86 m yuan
    assert sum(levels) == 38_644_221_600  # 386.44 m yuan


def test_line_adds_entries_takes_exits_and_raises_whoever_is_left() -> None:
    caseload = Caseload(households=10, persons=20, benefit=Fraction(20 * 12 * 30000))
    assumed = {
        "entries": read_assumption("entries", {"households": 2, "persons": 5, "monthly": "300", "from_month": 7}),
        "exits": read_assumption("exits", {"households": 1, "persons": 1, "monthly": "300", "from_month": 4}),
        "uprating": read_assumption("uprating", {"monthly": "10", "from_month": 5}),
        "price_subsidy": read_assumption("price_subsidy", {"monthly": "20", "months": 3}),
        "arrears": read_assumption("arrears", {"amount": "1000"}),
        "payers": read_assumption("payers", {"central": "60%", "county": "40%"}),
    }
    line = plan_line(caseload, assumed, standard=Rate.parse("430", "person-month"))
    assert (line.households, line.persons) == (11, 24)
    assert line.benefit == 20 * 12 * 30000 + 5 * 30000 * 6 - 1 * 30000 * 9 + 24 * 1000 * 8
    assert (line.price_subsidy, line.arrears) == (Fraction(24 * 2000 * 3), Fraction(100000))
    assert line.payers == {"central": line.total * Fraction(3, 5), "county": line.total * Fraction(2, 5)}


@pytest.fixture
def bureau(make_bureau: Any, add_roll: Any) -> Any:
    """Yiyang on 2018-12-01: one row for each area with the city's persons, paid at the published average (合成)."""
    made = make_bureau(CITY, day="2018-12-01")
    with made.desk("root") as desk:
        rows = [
            {"area": area, "persons": PERSONS[area], "monthly": PAID[area] * PERSONS[area] * 100} for area in PERSONS
        ]
        add_roll(desk, rows, division="430903", since=date(2018, 5, 1))
    return made


def draft(bureau: Any) -> int:
    with bureau.desk("clerk.430900") as desk:
        return open_plan(desk, CITY, programme="dibao", year=2019).id


def lines_of(bureau: Any, plan: int) -> dict[str, PlanLine]:
    with bureau.desk("clerk.430900") as desk:
        return {one.key: one for one in plan_lines(desk, plan)}


def test_plan_is_the_sum_over_the_caseload_and_shows_the_ceiling_beside_it(bureau: Any) -> None:
    found = lines_of(bureau, draft(bureau))
    assert set(found) == {"430903:urban", "430903:rural"}
    assert sum(one.line.total for one in found.values()) == 38_644_221_600
    assert sum(one.line.ceiling or 0 for one in found.values()) == 52_685_604_000
    urban = found["430903:urban"]
    assert urban.standard.zh == "430元/人·月"
    assert urban.line.average == 33000
    assert urban.level == 32000  # what was published for the district: for comparison
    assert "上限316251240.00元（标准×人数，仅供对照）" in urban.note.zh


def test_later_assumption_takes_the_place_of_the_earlier_and_both_stay(bureau: Any) -> None:
    plan = draft(bureau)
    with bureau.desk("clerk.430900") as desk:
        assume(desk, plan, "uprating", {"monthly": "5", "from_month": 5}, because="初稿", line="*:urban")
        assume(desk, plan, "uprating", {"monthly": "10", "from_month": 5}, because="市局会议2018-11-20", line="*:urban")
    found = lines_of(bureau, plan)
    assert found["430903:urban"].line.benefit - 330 * 61289 * 1200 == 61289 * 1000 * 8
    assert found["430903:rural"].line.benefit == 182 * 65814 * 1200
    assert "拟提标（全部按补差计）：市局会议2018-11-20" in found["430903:urban"].note.zh


@pytest.mark.parametrize("line", ["*", "*:urban"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("arrears", {"amount": "1000"}),
        ("topup", {"amount": "1000"}),
        ("entries", {"households": 2, "persons": 5, "monthly": "300", "from_month": 7}),
        ("exits", {"households": 2, "persons": 5, "monthly": "300", "from_month": 7}),
    ],
)
def test_number_of_its_own_needs_a_line_and_is_never_added_to_each(
    bureau: Any, name: str, value: dict[str, Any], line: str
) -> None:
    plan = draft(bureau)
    with bureau.desk("clerk.430900") as desk, pytest.raises(JiuzhuError) as refused:
        assume(desk, plan, name, value, because="x", line=line)
    assert refused.value.code == "line_needed"
    with bureau.desk("clerk.430900") as desk:
        assume(desk, plan, name, value, because="x", line="430903:urban")
    touched = [key for key, one in lines_of(bureau, plan).items() if "x" in one.note.zh]
    assert touched == ["430903:urban"]


def test_row_of_one_line_holds_before_a_later_row_of_all(bureau: Any) -> None:
    plan = draft(bureau)
    with bureau.desk("clerk.430900") as desk:
        assume(desk, plan, "uprating", {"monthly": "50", "from_month": 1}, because="赫山", line="430903:urban")
        assume(desk, plan, "uprating", {"monthly": "9", "from_month": 1}, because="城市", line="*:urban")
        assume(desk, plan, "uprating", {"monthly": "7", "from_month": 1}, because="全部")
    found = lines_of(bureau, plan)
    raised = {area: found[f"430903:{area}"].line.benefit - PAID[area] * PERSONS[area] * 1200 for area in PERSONS}
    assert raised == {"urban": 50 * PERSONS["urban"] * 1200, "rural": 7 * PERSONS["rural"] * 1200}


@pytest.mark.parametrize(
    ("line", "code"),
    [("430903", "unknown_line"), ("430903:town", "unknown_line"), ("999999:urban", "unknown_division"),
     ("610523:urban", "unknown_line")],
)  # fmt: skip
def test_assumption_of_a_line_the_plan_cannot_have_is_refused(bureau: Any, line: str, code: str) -> None:
    plan = draft(bureau)
    with bureau.desk("clerk.430900") as desk, pytest.raises(JiuzhuError) as refused:
        assume(desk, plan, "uprating", {"monthly": "7", "from_month": 1}, because="x", line=line)
    assert refused.value.code == code


def test_line_of_a_reporting_unit_and_of_the_place_itself_may_be_assumed(bureau: Any) -> None:
    plan = draft(bureau)
    with bureau.desk("clerk.430900") as desk:
        for line in ("unit:双矿集团:urban", f"own:{CITY}:rural"):
            assume(desk, plan, "arrears", {"amount": "10"}, because="x", line=line)
    found = lines_of(bureau, plan)
    assert [found[key].line.arrears for key in ("unit:双矿集团:urban", f"own:{CITY}:rural")] == [1000, 1000]


def test_refusal_says_how_the_plan_stands_in_words(bureau: Any) -> None:
    plan = draft(bureau)
    with bureau.desk("approver.430900") as desk, pytest.raises(JiuzhuError) as refused:
        review_plan(desk, plan, passed=True)
    assert refused.value.code == "plan_not_submitted"
    assert refused.value.message.zh == "计划目前编制中，已报送的才能办理"
    assert "draft" not in refused.value.message.zh


def test_phase_out_that_ends_in_the_year_is_paid_to_its_end_only(make_bureau: Any, add_roll: Any) -> None:
    bureau = make_bureau(CITY, day="2018-12-01")
    with bureau.desk("root") as desk:
        row = {"monthly": 39000, "until_month": date(2019, 4, 1), "parts": {"phase_out": "39000"}}
        add_roll(desk, [row], division="430903", since=date(2018, 10, 1))
    assert lines_of(bureau, draft(bureau))["430903:urban"].line.benefit == 3 * 39000


def test_plan_is_reviewed_by_a_second_person_and_finance_answers_by_line(bureau: Any) -> None:
    plan = draft(bureau)
    with bureau.desk("clerk.430900") as desk:
        submit_plan(desk, plan)
    with bureau.desk("approver.430900") as desk:
        review_plan(desk, plan, passed=True)
        amounts = {"430903:urban": "240000000", "430903:rural": "140000000.50"}
        answered = answer_plan(
            desk, plan, Answer(document="益财预[2018]1号（测试）", answered_on=desk.today, amounts=amounts)
        )
        sheet = plan_sheet(desk, answered, plan_lines(desk, plan), people={answered.prepared_by: "填报", 4: "审核"})
        titles, rows = [one.title for one in sheet.columns], list(sheet.rows)
    assert titles == [
        "地区", "类别", "预计户数", "预计人数", "标准", "预计月人均补差", "月数", "保障金", "分类施保", "物价补贴", "补发", "合计",
        "中央", "省", "市", "县", "测算说明", "填报人", "审核人", "财政核定数",
    ]  # fmt: skip
    assert list(sheet.heading)[-1] == "报送日期 2018-12-01"
    assert rows[-1][3] == 61289 + 65814
    assert (rows[-1][11], rows[-1][19]) == (38_644_221_600, 38_000_000_050)
    assert as_bytes(sheet).startswith(b"PK")


def test_nobody_reviews_the_plan_he_prepared(bureau: Any) -> None:
    with bureau.desk("root") as desk:
        grant_role(desk, "clerk.430900", "approver", CITY)
    plan = draft(bureau)
    with bureau.desk("clerk.430900") as desk:
        submit_plan(desk, plan)
        with pytest.raises(JiuzhuError) as refused:
            review_plan(desk, plan, passed=True)
    assert refused.value.code == "maker_is_checker"


def test_submitted_plan_is_fixed_until_it_is_sent_back(bureau: Any) -> None:
    plan = draft(bureau)
    with bureau.desk("clerk.430900") as desk:
        submit_plan(desk, plan)
        with pytest.raises(JiuzhuError) as fixed:
            assume(desk, plan, "arrears", {"amount": "1"}, because="x")
    with bureau.desk("approver.430900") as desk:
        review_plan(desk, plan, passed=False, reason="补充说明")
    with bureau.desk("clerk.430900") as desk:
        assume(desk, plan, "arrears", {"amount": "1"}, because="按2018年补发", line="430903:urban")
    assert fixed.value.code == "plan_is_fixed"
    assert lines_of(bureau, plan)["430903:urban"].line.arrears == 100


def test_altered_plan_is_noticed(bureau: Any) -> None:
    plan = draft(bureau)
    with bureau.desk("clerk.430900") as desk:
        submit_plan(desk, plan)
    with bureau.platform.database.writing() as session:
        session.execute(text("UPDATE budget_plan SET lines = REPLACE(lines, '61289', '61290')"))
    with bureau.desk("clerk.430900") as desk, pytest.raises(JiuzhuError) as refused:
        plan_lines(desk, plan)
    assert refused.value.code == "plan_altered"


@pytest.mark.parametrize(
    ("name", "value", "codes"),
    [
        ("upratings", {}, ["unknown_assumption"]),
        ("uprating", {"monthly": "ten", "from_month": 13, "per": 1}, ["unknown_part", "bad_value", "bad_value"]),
        ("entries", {"persons": "1.5"}, ["missing_part", "bad_value", "missing_part", "missing_part"]),
        ("payers", {"central": "60%", "city": "50%"}, ["bad_shares"]),
    ],
)
def test_assumption_is_refused_with_every_fault(name: str, value: dict[str, Any], codes: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_assumption(name, value)
    assert [one.code for one in refused.value.problems] == codes


def test_plan_is_due_on_31_october_where_the_rules_say_so(shaanxi: Any, yiyang: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        assert open_plan(desk, "610523", programme="dibao", year=2009).due_on == date(2008, 10, 31)
    with yiyang.desk("clerk.430900") as desk:
        assert open_plan(desk, CITY, programme="dibao", year=2019).due_on is None


def test_month_under_other_rules_is_assessed_under_its_own(make_bureau: Any, make_case: Any) -> None:
    bureau = make_bureau(CITY, day="2018-02-01")
    with bureau.desk("clerk.430900") as desk:
        case = make_case(desk, "益-1", "甲", "乙", division="430903", status="in_payment")
        tokens = list(desk.session.scalars(select(Person.token).order_by(Person.id)))
        income = [{"item": "net_business", "amount": "3000", "frequency": "year"}]
        members = [{"id": tokens[0], "relation": "head", "income": income}, {"id": tokens[1], "relation": "spouse"}]
        facts = {"members": members, "assets_meet_local_rule": "true", "income_stability": "unchanged"}
        add_facts(desk, case, facts, basis="declared", effective_on=date(2018, 1, 1))
        number, clerk = case.id, desk.actor.id
    with bureau.desk("approver.430900") as desk:
        case = desk.session.get_one(AssistanceCase, number)
        proposal = propose(desk, case, month=date(2018, 2, 1))
        decide(desk, case, kind="opening", proposal=proposal, from_month=date(2018, 1, 1), prepared_by=clerk, basis={})
        found = {
            month: desk.policies.rulebook("430903", on=date(2018, month, 1), area="rural").policy.require(
                "standard", "dibao"
            ).value["amount"]["yuan"]
            for month in range(1, 13)
        }  # fmt: skip
    with bureau.desk("clerk.430900") as desk:
        plan = open_plan(desk, CITY, programme="dibao", year=2018).id
    old = sum(yuan == "3036" for yuan in found.values())
    assert set(found.values()) == {"3036", "3200"}
    # 256.00 a month under 3036, 850/3 = 283.33 under 3200
    expected = old * Fraction(25600) + (12 - old) * Fraction(85000, 3)
    assert lines_of(bureau, plan)["430903:rural"].line.benefit == expected


def test_year_whose_standard_is_not_settled_goes_on_and_says_so(shaanxi: Any, add_roll: Any) -> None:
    with shaanxi.desk("root") as desk:
        add_roll(desk, [{"area": "rural", "monthly": 6433}], division="610523", since=date(2008, 1, 1))
    with shaanxi.desk("clerk.610523") as desk:
        plan = open_plan(desk, "610523", programme="dibao", year=2009).id
        (line,) = plan_lines(desk, plan)
    assert line.line.benefit == 12 * 6433
    assert "2009年标准未定，按现行标准和发放额测算" in line.note.zh
