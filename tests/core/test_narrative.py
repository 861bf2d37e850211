"""An assessment as a page: result, amounts, what failed and why, what else is ruled, and what the result assumes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.assess import Assessment
from core.errors import Text
from core.narrative import narrate, value_line
from core.provision import Document, Provision
from core.values import Bound

Law = dict[str, Provision]
Assess = Callable[..., Assessment]
Provide = Callable[..., Provision]
POOR = {"members": [{"id": "a", "relation": "head"}], "shared_income": [{"item": "farming", "amount": 500}]}
RICH = {"members": [{"id": "a", "relation": "head"}], "shared_income": [{"item": "farming", "amount": 900}]}
ASSUMED = Bound(kind="unknown", day=date(2010, 1, 1), because=Text("来源未载日期", "the date is not in the source"))


def page(found: Assessment, language: Any = "zh", **more: Any) -> list[str]:
    """The lines of the page."""
    return narrate(found, language, **more).splitlines()


def test_the_head_names_place_area_and_day(law: Law, assessed: Assess) -> None:
    assert page(assessed(law))[0] == "430000430900赫山区 · 农村 · 2018年6月1日"
    assert page(assessed(law), "en")[0] == "430000430900赫山区 · rural · 2018-06-01"


def test_the_programme_is_named_with_its_result(law: Law, assessed: Assess) -> None:
    assert page(assessed(law))[2] == "低保：符合条件"
    assert page(assessed(law, RICH), "en")[2] == "Dibao: not eligible"
    without = {name: one for name, one in law.items() if name != "standard"}
    assert page(assessed(without))[2] == "低保：暂不能认定"


def test_a_programme_without_conditions_in_force_says_so(law: Law, assessed: Assess, provision: Provide) -> None:
    bare = {"standard": provision("p/standard", yuan="693")}
    assert (
        page(assessed(bare, {"members": [{"id": "a", "relation": "head"}]}), "en")[2]
        == "dibao: no condition of eligibility is in force"
    )


def test_the_amounts_are_shown_with_their_units_and_marks(law: Law, assessed: Assess) -> None:
    lines = page(assessed(law))
    assert "  保障标准  693.00元/人·年" in lines and "  保障金  772.00元/年" in lines
    assert "  每次发放  193.00元/季（技术性默认）" in lines
    assert "  each payment  193.00 yuan/quarter (technical default)" in page(assessed(law), "en")


def test_nothing_is_said_of_amounts_that_are_nothing(law: Law, assessed: Assess) -> None:
    told = narrate(assessed(law, RICH), "zh")
    assert "保障金" not in told and "每次发放" not in told and "保障标准" in told


def test_a_refusal_tells_the_condition(law: Law, assessed: Assess) -> None:
    assert "  ✗ 家庭收入 900.00元/年，不低于 693.00元/年" in page(assessed(law, RICH))


def test_what_cannot_be_decided_tells_what_is_missing(law: Law, assessed: Assess) -> None:
    without = {name: one for name, one in law.items() if name != "standard"}
    (line,) = [one for one in page(assessed(without)) if one.startswith("  ？")]
    assert "没有现行有效的保障标准" in line


def test_what_its_conditions_do_not_read_is_not_what_keeps_a_programme_undecided(
    law: Law, assessed: Assess, provision: Provide
) -> None:
    gap = law | {"payment": provision("p/payment", kind="payment_schedule", value={}, status="gap")}
    without = {name: one for name, one in gap.items() if name != "standard"}
    (line,) = [one for one in page(assessed(without)) if one.startswith("  ？")]
    assert "没有现行有效的保障标准" in line


def test_a_standard_that_is_a_gap_is_told_where_no_condition_is_in_force(assessed: Assess, provision: Provide) -> None:
    reason = Text("来源未载数额", "no amount")
    bare = {"standard": provision("p/standard", kind="standard", value={}, status="gap", because=reason)}
    lines = page(assessed(bare, {"members": [{"id": "a", "relation": "head"}]}))
    (line,) = [one for one in lines if one.startswith("  保障标准")]
    assert "？上级文件未规定" in line and "来源未载数额" in line


def test_a_quantity_without_a_rule_is_told_to_those_it_is_for_only(
    law: Law, assessed: Assess, provision: Provide
) -> None:
    gap = law | {"payment": provision("p/payment", kind="payment_schedule", value={}, status="gap")}
    assert any(one.startswith("  每次发放  ？上级文件未规定") for one in page(assessed(gap)))
    assert not any("？" in one for one in page(assessed(gap, RICH)))


def for_persons(law: Law, provision: Provide, text: str) -> Law:
    """The law paying persons."""
    programme = replace(law["programme"], value={**law["programme"].value, "pays": "member"})
    label = {"zh": "残疾等级", "en": "level"}
    whom = provision(
        "p/formula", kind="formula", key="member.eligible", value={"text": text, "type": "boolean", "label": label}
    )
    rest = {name: one for name, one in law.items() if name not in ("eligible", "income_ok")}
    return rest | {"programme": programme, "whom": whom, "benefit": replace(law["benefit"], value={"method": "flat"})}


def test_persons_have_their_amounts_and_reasons_one_by_one(law: Law, assessed: Assess, provision: Provide) -> None:
    rule = for_persons(law, provision, "member.disability_level > 0")
    couple = {"members": [{"id": "a", "relation": "head", "disability_level": 2}, {"id": "b", "relation": "spouse"}]}
    assert "  补贴  a 693.00元/年" in page(assessed(rule, couple))
    refused = page(assessed(rule, {"members": [{"id": "b", "relation": "head"}]}))
    assert "  ✗ b：残疾等级：0，须高于0" in refused


def test_an_amount_that_is_unknown_is_marked_and_never_shown_as_nothing(
    law: Law, assessed: Assess, provision: Provide
) -> None:
    rule = for_persons(law, provision, "AGE(member.birth_date) >= 70")
    assert "  补贴  a ？" in page(assessed(rule, {"members": [{"id": "a", "relation": "head"}]}))


def test_payment_and_posting_are_told_with_their_citation(law: Law, assessed: Assess, provision: Provide) -> None:
    def posting(key: str, **value: Any) -> Provision:
        return provision(
            "p/publicity", kind="publicity_rule", key=key, value={"label": {"zh": key, "en": key}, **value}
        )

    book = law | {
        "a": posting("审核", days=7, day_kind="calendar", at_least=True),
        "b": posting("批准", days=5, day_kind="working"),
        "c": posting("长期"),
        "d": posting("变更", days={"gap": "来源未载"}),
        "e": replace(posting("停发"), status="gap"),
    }
    documents = {"p/doc": Document(id="p/doc", title="某办法")}
    lines = page(assessed(book, documents=documents))
    assert "  发放  按季  《某办法》第一条" in lines
    assert "  公示  审核 不少于7日  《某办法》第一条" in lines
    assert "  公示  批准 5个工作日  《某办法》第一条" in lines
    assert "  公示  长期  《某办法》第一条" in lines
    assert "  公示  变更 （天数未见规定）  《某办法》第一条" in lines
    assert not any("停发" in one for one in lines)
    assert "  posting  批准 5 working days  某办法 第一条" in page(assessed(book, documents=documents), "en")


def test_a_payment_rhythm_without_citation_or_ruled_by_nobody(law: Law, assessed: Assess) -> None:
    uncited = law | {"payment": replace(law["payment"], citation=None)}
    assert "  paid  quarterly" in page(assessed(uncited), "en")
    without = {name: one for name, one in law.items() if name != "payment"}
    assert not any(one.startswith("  发放") for one in page(assessed(without)))


def test_what_the_result_assumes_is_said_once_with_what_it_touches(
    law: Law, assessed: Assess, provision: Provide
) -> None:
    marked = law | {
        "standard": provision("p/standard", yuan="693", start=ASSUMED),
        "period": provision(
            "p/period", start=ASSUMED, basis="technical_default", because=Text("未定核算期", "no period is ruled")
        ),
    }
    lines = page(assessed(marked))
    notes = lines[lines.index("说明") :]
    assert notes.count("  ! 来源未载日期（保障标准、计算周期）") == 1
    assert "  ! 未定核算期（计算周期）" in notes
    assert any(one.startswith("  ! 未见取整规定") for one in notes)
    assert any("the date is not in the source" in one for one in page(assessed(marked), "en"))


def test_many_provisions_of_one_reason_are_counted(law: Law, assessed: Assess, provision: Provide) -> None:
    marked = {name: replace(one, period=replace(one.period, start=ASSUMED)) for name, one in law.items()}
    (note,) = [one for one in page(assessed(marked)) if "来源未载日期" in one]
    assert "等" in note and "条" in note
    assert any("and " in one and "more" in one for one in page(assessed(marked), "en"))


def test_a_rule_by_default_tells_its_reason(law: Law, assessed: Assess) -> None:
    because = Text("未见规定，按补差", "not ruled: the gap")
    marked = law | {"benefit": replace(law["benefit"], basis="technical_default", because=because)}
    assert "  ! 未见规定，按补差（保障金计算）" in page(assessed(marked))


def test_flags_of_the_policy_are_among_the_notes(law: Law, assessed: Assess, provision: Provide) -> None:
    own, floor = (
        provision("p/own", division="430903", yuan="600", start="2009-01-01"),
        provision("p/floor", yuan="693", role="floor"),
    )
    rest = {name: one for name, one in law.items() if name != "standard"}
    assert "  ! 低于上级标准，限期调整（保障标准）" in page(assessed(rest | {"own": own, "floor": floor}))


def test_a_result_that_assumes_nothing_has_no_notes(law: Law, assessed: Assess, provision: Provide) -> None:
    rounding = provision("p/rounding", kind="rounding", value={"at": "payment", "unit": "fen", "mode": "half_up"})
    composition = provision("p/who", kind="household_composition", value={"include": [{"when": "TRUE"}]})
    assert "说明" in page(assessed(law))
    bare = {"standard": provision("p/standard", yuan="693"), "who": composition, "rounding": rounding}
    assert "说明" not in page(assessed(bare, {"members": [{"id": "a", "relation": "head"}]}))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_trace_shows_every_step_with_its_formula_and_provision(
    law: Law, assessed: Assess, language: Any, provision: Provide
) -> None:
    gap = law | {"payment": provision("p/payment", kind="payment_schedule", value={}, status="gap")}
    lines = page(assessed(gap), language, trace=True)
    assert ("计算过程" if language == "zh" else "Steps") in lines
    assert "  dibao.benefit = 772.00 yuan/year" in lines
    assert "      IF(eligible, MAX(line * household_size - counted_income, 0), 0)  [p/benefit@1]" in lines
    assert f"  dibao.eligible = {'是' if language == 'zh' else 'yes'}" in lines
    assert "  dibao.member.counted_income[a] = 500.00 yuan/year" in lines
    assert "  dibao.payment = gap: p/payment yuan/month" in lines
    assert "      —  [p/payment@1]" in lines


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"amount": {"yuan": "430", "per": "person-month"}}, "430元/人·月"),
        ({"label": {"zh": "种植", "en": "farming"}, "treatment": "counted", "message": "x"}, "种植  treatment=counted"),
        ({"days": "7", "places": ["a", "b"], "total": {"days": "3"}}, "days=7, places=[a b], total={days:3}"),
        ({}, ""),
        ({"text": "x" * 200}, "text=" + "x" * 95),
    ],
)
def test_a_raw_value_is_one_line(value: dict[str, Any], shown: str) -> None:
    assert value_line(value, "zh") == shown


def test_a_text_inside_a_raw_value_is_in_the_readers_language() -> None:
    value = {"name": {"zh": "大通湖", "en": "Datonghu"}, "level": "county"}
    assert value_line(value, "en") == "name=Datonghu, level=county"
