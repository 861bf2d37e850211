"""Statistical reports: weighted averages, reporting units, closing by two people, adjustments. 区县户数为合成。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select, text

from core.casework.desk import Desk
from core.casework.reporting.report_close import close_report, find_report, prepare_report
from core.casework.reporting.report_declaration import declare, report_names
from core.casework.reporting.report_sheet import closed_sheet
from core.casework.reporting.statistics import Report, report
from core.casework.reporting.target import target_of
from core.casework.staff import grant_role
from core.casework.workbook import as_bytes
from core.errors import InvalidInput, JiuzhuError
from core.store.tables import AssistanceCase, PayrollLine, PayrollRun, StaffUser
from tests.core.casework.purse import decided

CITY = "430900"
NOVEMBER = date(2018, 11, 1)
DISTRICTS = ("430902", "430903", "430922", "430921", "430923", "430981", "430971", "430972")
"""资阳、赫山、桃江、南县、安化、沅江、大通湖、高新."""
AVERAGES = {"urban": (323, 320, 321, 359, 326, 327, 320, 346), "rural": (175, 176, 175, 174, 202, 171, 177, 216)}
"""What the city published for each district (yuan a person and month)."""
PERSONS = {
    "urban": (10012, 9000, 8000, 7204, 9000, 8000, 3000, 7073),
    "rural": (8010, 9000, 10000, 9000, 17519, 8000, 4000, 285),
}
"""Synthetic (区县户数为合成): the seed has the city's persons only; chosen so that the published averages come out."""


@pytest.fixture
def bureau(make_bureau: Any, add_roll: Any) -> Any:
    """Yiyang at the end of November 2018, each district as one household of many persons, paid in November."""
    made = make_bureau(CITY, day="2018-12-03")
    with made.desk("root") as desk:
        for number, district in enumerate(DISTRICTS):
            rows = [{"area": area, "persons": PERSONS[area][number], "monthly": 100} for area in AVERAGES]
            add_roll(desk, rows, division=district, since=date(2018, 1, 1))
        pay(desk)
    return made


def pay(desk: Desk, *, on: date = date(2018, 11, 10), number: str = "2018-11") -> None:
    """A payroll of a month: every case's persons times its district's published average."""
    maker, checker = desk.session.scalars(select(StaffUser.id).order_by(StaffUser.id).limit(2))
    run = PayrollRun(
        number=number, programme="dibao", area="any", division=CITY, path=desk.path(CITY), frequency="month",
        from_month=on.replace(day=1), until_month=date(2018, 12, 1), status="approved", prepared_by=maker,
        prepared_on=on, approved_by=checker, approved_on=on, digest="0" * 64,
    )  # fmt: skip
    desk.session.add(run)
    desk.session.flush()
    for case in desk.session.scalars(select(AssistanceCase)):
        amount = AVERAGES[case.area][DISTRICTS.index(case.division)] * case.entitled * 100
        zero = dict.fromkeys(
            ["household_topup", "member_topup", "price_subsidy", "phase_out", "arrears", "recovery"], 0
        )
        settled = {f"settled_{part}": 0 for part in ("household_topup", "member_topup", "price_subsidy", "phase_out")}
        desk.session.add(PayrollLine(
            run_id=run.id, case_id=case.id, path=case.path, area=case.area, persons=case.entitled, benefit=amount,
            total=amount, settled_benefit=amount, decision=1, settles=True, status="due", **zero, **settled,
        ))  # fmt: skip
    desk.session.flush()


def value(found: Report, row: str, column: str) -> Fraction | None:
    return next(one.values[column] for one in found.rows if one.key == row)


def test_average_of_the_city_is_weighted_and_no_mean_of_districts(bureau: Any) -> None:
    with bureau.desk("clerk.430900") as desk:
        found = report(desk, "progress", CITY, month=NOVEMBER)
    assert value(found, "total", "urban_persons") == 61289
    assert value(found, "total", "rural_persons") == 65814
    assert value(found, "total", "urban_average") == 33000
    assert value(found, "total", "rural_average") == 18200
    means = [Fraction(sum(AVERAGES[area]), 8) for area in ("urban", "rural")]
    assert means == [Fraction("330.25"), Fraction("183.25")]


def test_progress_has_eight_districts_and_the_total_beside_the_targets(bureau: Any) -> None:
    with bureau.desk("clerk.430900") as desk:
        found = report(desk, "progress", CITY, month=NOVEMBER)
    assert [one.key for one in found.rows] == [*sorted(DISTRICTS), "total"]
    assert value(found, "430921", "urban_average") == 35900
    assert value(found, "total", "urban_over") == 1000
    assert value(found, "total", "rural_over") == 1200
    assert value(found, "total", "urban_paid") == 330 * 61289 * 100
    assert value(found, "total", "rural_paid_year") == 182 * 65814 * 100
    assert found.rows[0].label == "资阳区"


def test_reporting_unit_that_is_no_division_has_a_row_of_its_own(bureau: Any) -> None:
    with bureau.desk("root") as desk:
        case = desk.session.scalars(select(AssistanceCase).where(AssistanceCase.area == "urban")).first()
        assert case is not None
        case.unit = "双矿集团"
        own = desk.session.get_one(AssistanceCase, 4)
        own.division, own.path = CITY, desk.path(CITY)
    with bureau.desk("clerk.430900") as desk:
        found = report(desk, "progress", CITY, month=NOVEMBER)
    labels = {one.key: one.label for one in found.rows}
    assert labels["unit:双矿集团"] == "双矿集团"
    assert labels[f"own:{CITY}"] == "益阳市本级"
    assert value(found, "unit:双矿集团", "urban_persons") == PERSONS["urban"][0]
    assert value(found, "430902", "urban_persons") == 0
    assert value(found, "430902", "urban_average") is None
    assert value(found, "total", "urban_persons") == 61289


def closed(bureau: Any, month: date = NOVEMBER) -> int:
    with bureau.desk("clerk.430900") as desk:
        number = prepare_report(desk, "progress", CITY, month=month).id
    with bureau.desk("approver.430900") as desk:
        close_report(desk, number)
    return number


def leaves(bureau: Any) -> None:
    """The first household leaves from November, decided late."""
    with bureau.desk("clerk.430900") as desk:
        decided(desk, desk.session.get_one(AssistanceCase, 1), "2018-11", {}, kind="stop")


def test_closed_report_stays_as_it_was_and_the_change_is_an_adjustment_of_the_next(bureau: Any) -> None:
    closed(bureau)
    leaves(bureau)
    bureau.on("2019-01-03")
    with bureau.desk("clerk.430900") as desk:
        kept = find_report(desk, "progress", CITY, month=NOVEMBER)
        later = prepare_report(desk, "progress", CITY, month=date(2018, 12, 1))
        assert kept is not None
        persons = next(one["values"]["urban_persons"] for one in kept.rows if one["key"] == "total")
        changes = {(one["key"], one["sum"]): one["amount"] for one in later.adjustments}
    assert persons == "61289"
    assert changes == {
        ("430902", "urban_households"): -1,
        ("430902", "urban_persons"): -10012,
        ("total", "urban_households"): -1,
        ("total", "urban_persons"): -10012,
    }


def test_adjustment_is_told_once(bureau: Any) -> None:
    closed(bureau)
    leaves(bureau)
    bureau.on("2019-02-03")
    closed(bureau, date(2018, 12, 1))
    with bureau.desk("clerk.430900") as desk:
        assert prepare_report(desk, "progress", CITY, month=date(2019, 1, 1)).adjustments == []


def test_row_that_is_there_no_more_is_adjusted_to_nothing(bureau: Any) -> None:
    with bureau.desk("root") as desk:
        desk.session.get_one(AssistanceCase, 1).unit = "双矿集团"
    closed(bureau)
    with bureau.desk("root") as desk:  # the unit is dissolved, its only household is the district's
        desk.session.get_one(AssistanceCase, 1).unit = None
    bureau.on("2019-01-03")
    with bureau.desk("clerk.430900") as desk:
        changes = prepare_report(desk, "progress", CITY, month=date(2018, 12, 1)).adjustments
    moved = {(one["key"], one["label"]): one["amount"] for one in changes if one["sum"] == "urban_persons"}
    assert moved == {("unit:双矿集团", "双矿集团"): -10012, ("430902", "资阳区"): 10012}


def test_change_in_a_month_closed_long_ago_is_an_adjustment_too(bureau: Any) -> None:
    closed(bureau)
    leaves(bureau)
    bureau.on("2020-06-03")
    with bureau.desk("clerk.430900") as desk:
        changes = prepare_report(desk, "progress", CITY, month=date(2020, 5, 1)).adjustments
    assert [(one["month"], one["amount"]) for one in changes if one["sum"] == "urban_persons"] == [
        ("2018-11-01", -10012), ("2018-11-01", -10012),
    ]  # fmt: skip


TARGET = "城市目标：不低于320元/人·月；分子：当月城市低保支出（含物价补贴）；分母：当月城市低保人数；含物价补贴；考核月份：2018-11"


def test_target_says_its_numerator_denominator_and_month(bureau: Any) -> None:
    with bureau.desk("clerk.430900") as desk:
        now = report(desk, "progress", CITY, month=NOVEMBER)
    assert [one.zh for one in now.notes if one.zh.startswith("城市目标")] == [
        f"{TARGET}；依据《关于调整全市城乡最低生活保障标准救助水平和城乡特困人员救助供养标准的通知》城市目标"
    ]
    assert any("月人均救助水平＝" in one.zh and "所发各月的保障人数之和" in one.zh for one in now.notes)


def test_closed_report_keeps_what_its_targets_were_measured_by(bureau: Any) -> None:
    closed(bureau)
    with bureau.desk("clerk.430900") as desk:
        row = find_report(desk, "progress", CITY, month=NOVEMBER)
        assert row is not None
        heading = closed_sheet(row).heading
    assert [one for one in heading if one.startswith(TARGET)]


def test_target_apart_from_the_price_subsidy_is_told_and_not_compared(bureau: Any) -> None:
    said = {"amount": {"yuan": "320", "per": "person-month"}, "operator": "at_least", "includes_price_subsidy": False}
    with bureau.desk("clerk.430900") as desk:
        book = desk.policies.rulebook(CITY, on=date(2018, 11, 30), area="urban", programmes=("dibao",))
        line = book.policy.line("target", "dibao", "average_benefit")
        assert line is not None
        found = target_of(replace(line, value=said), {})
    assert found is not None and found.amount is None
    assert "不含物价补贴，与本表口径不同，不作比较" in found.words.zh
    assert "分子：来源未载；分母：来源未载" in found.words.zh and "考核月份：来源未载" in found.words.zh


def test_adjustment_is_told_in_words(bureau: Any) -> None:
    closed(bureau)
    leaves(bureau)
    bureau.on("2019-01-03")
    with bureau.desk("clerk.430900") as desk:
        heading = closed_sheet(prepare_report(desk, "progress", CITY, month=date(2018, 12, 1))).heading
    assert "调整数：2018-11 资阳区 城市人数 -10012" in heading


def test_report_is_closed_by_a_second_person_only_and_once(bureau: Any) -> None:
    with bureau.desk("root") as desk:
        grant_role(desk, "clerk.430900", "approver", CITY)
    with bureau.desk("clerk.430900") as desk:
        number = prepare_report(desk, "progress", CITY, month=NOVEMBER).id
        with pytest.raises(JiuzhuError) as own:
            close_report(desk, number)
    with bureau.desk("approver.430900") as desk:
        close_report(desk, number)
        with pytest.raises(JiuzhuError) as again:
            close_report(desk, number)
    with bureau.desk("clerk.430900") as desk, pytest.raises(JiuzhuError) as prepared:
        prepare_report(desk, "progress", CITY, month=NOVEMBER)
    assert [own.value.code, again.value.code, prepared.value.code] == [
        "maker_is_checker", "report_closed", "report_closed",
    ]  # fmt: skip


def test_report_whose_records_changed_meanwhile_is_not_closed(bureau: Any) -> None:
    with bureau.desk("clerk.430900") as desk:
        number = prepare_report(desk, "progress", CITY, month=NOVEMBER).id
    with bureau.desk("root") as desk:
        pay(desk, on=date(2018, 11, 28), number="2018-11-b")
    with bureau.desk("approver.430900") as desk, pytest.raises(JiuzhuError) as refused:
        close_report(desk, number)
    assert refused.value.code == "report_out_of_date"


def test_month_that_is_not_over_is_not_closed(bureau: Any) -> None:
    with bureau.desk("clerk.430900") as desk, pytest.raises(JiuzhuError) as refused:
        prepare_report(desk, "progress", CITY, month=date(2018, 12, 1))
    assert refused.value.code == "month_not_over"


def test_altered_closed_report_is_noticed(bureau: Any) -> None:
    closed(bureau)
    with bureau.platform.database.writing() as session:
        session.execute(text("UPDATE monthly_report SET rows = REPLACE(rows, '61289', '61290')"))
    with bureau.desk("clerk.430900") as desk, pytest.raises(JiuzhuError) as refused:
        find_report(desk, "progress", CITY, month=NOVEMBER)
    assert refused.value.code == "report_altered"


def test_closed_report_goes_out_as_a_workbook(bureau: Any) -> None:
    closed(bureau)
    with bureau.desk("clerk.430900") as desk:
        row = find_report(desk, "progress", CITY, month=NOVEMBER)
        assert row is not None
        sheet = closed_sheet(row)
        assert [one.title for one in sheet.columns][:4] == ["地区", "城市户数", "城市人数", "城市月人均救助水平"]
        assert sheet.heading[1] == "2018年11月（已封账）"
        assert as_bytes(sheet).startswith(b"PK")


def test_formula_of_a_report_must_agree_in_its_units() -> None:
    source = """
label: 错
programme: dibao
sums: {paid: {of: paid}, persons: {of: persons}}
columns: {wrong: {label: 错, formula: paid + persons}}
"""
    with pytest.raises(InvalidInput):
        declare("wrong", source, file="wrong.yaml")
    assert report_names() == ("changes", "progress")
