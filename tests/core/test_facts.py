"""Declared facts: composed for a policy, and a household checked against them."""

from __future__ import annotations

from datetime import date

import pytest

from core.errors import InvalidInput, JiuzhuError, Text
from core.fact_check import Prepared
from core.facts import Catalogue, catalogue
from core.source import read_text

SUBSIDY = {"label": {"zh": "需长期照护", "en": "needs care"}, "level": "member", "type": "boolean"}


@pytest.fixture
def facts() -> Catalogue:
    """The core's facts, one of a plugin, two income items and a gap."""
    own = {"label": "比例", "level": "household", "type": "decimal", "decimals": "3", "min": "0", "max": "1"}
    return catalogue(
        [("member.needs_care", SUBSIDY), ("share", own)],
        {},
        income_items={"farming": True, "gift": True},
        gap_items={"art_9_4": Text("来源缺文", "missing")},
    )


def prepared(facts: Catalogue, text: str) -> Prepared:
    """Prepare facts from YAML."""
    return facts.prepare(read_text(text, "case.yaml"))


def codes(facts: Catalogue, text: str) -> list[str]:
    """The codes of all faults."""
    with pytest.raises(InvalidInput) as caught:
        prepared(facts, text)
    return [problem.code for problem in caught.value.problems]


def test_money_is_fen_dates_are_ordinals_and_defaults_are_filled(facts: Catalogue) -> None:
    found = prepared(
        facts,
        "members: [{id: a, relation: head, birth_date: 1960-02-29, income: [{item: farming, amount: 1200.50}]}]",
    )
    member = found["member"][0]
    assert member["birth_date"] == date(1960, 2, 29).toordinal()
    assert member["income"][0] == {
        "item": "farming",
        "amount": 120050,
        "frequency": "year",
        "basis": "declared",
    }
    assert member["disability_level"] == 0 and member["imprisoned"] is False
    assert found["asset"] == [] and found["shared_income"] == []


def test_a_fact_that_was_not_given_is_absent_not_zero(facts: Catalogue) -> None:
    assert "birth_date" not in prepared(facts, "members: [{id: a, relation: head}]")["member"][0]


def test_decimals_are_stored_scaled(facts: Catalogue) -> None:
    assert prepared(facts, "{share: 0.125, members: [{id: a, relation: head}]}")["share"] == 125


def test_amount_paid_before_is_kept_exact_beyond_the_fen(facts: Catalogue) -> None:
    parts = facts.schema.fields["case.previous_amount"].scale
    told = "{case: {previous_amount: 193/3}, members: [{id: a, relation: head}]}"
    assert prepared(facts, told)["case"] == {"previous_amount": 19300 * parts // 3}
    assert codes(facts, told.replace("193/3", "1/11")) == ["too_fine"]


def test_case_facts_are_read_only_names_of_their_own(facts: Catalogue) -> None:
    assert prepared(
        facts, "{case: {previous_amount: 390, months_in_phase_out: 2}, members: [{id: a, relation: head}]}"
    )["case"] == {
        "previous_amount": 39000 * facts.schema.fields["case.previous_amount"].scale,
        "months_in_phase_out": 2,
    }
    assert codes(facts, "case: {previous_amuont: 390}") == ["unknown_fact"]


def test_all_faults_come_at_once(facts: Catalogue) -> None:
    text = """
    members:
      - {id: a, relation: hed, birth_date: 2018-02-30, imprisoned: maybe}
      - id: a
        relation: child
        disability_level: 5
        shoe_size: 3
        income: [{item: art_9_4, amount: 1}, {item: frming, amount: 1.001}, {amount: x}]
    assets: 3
    decision_date: 2018-01-01
    """
    assert codes(facts, text) == [
        "not_allowed",
        "bad_date",
        "not_allowed",
        "out_of_range",
        "unknown_fact",
        "gap_item",
        "not_allowed",
        "too_fine",
        "bad_number",
        "missing_fact",
        "duplicate_person",
        "bad_type",
        "unknown_fact",
    ]


def test_shapes_are_checked(facts: Catalogue) -> None:
    assert codes(facts, "members: [x]") in (["bad_type", "missing_fact", "missing_fact"], ["bad_type"])
    assert codes(facts, "members: [{id: [1], relation: head}]") == ["bad_type"]
    rows = ", ".join(f"{{id: m{n}, relation: child}}" for n in range(61))
    assert codes(facts, f"members: [{rows}]") == ["list_too_long"]


def test_a_gap_item_is_refused_with_its_reason_and_a_way_out(facts: Catalogue) -> None:
    with pytest.raises(InvalidInput) as caught:
        prepared(facts, "shared_income: [{item: art_9_4, amount: 500}]")
    told = caught.value.render("zh")
    assert "来源缺文" in told and "修订" in told and "case.yaml:1:24" in told


def test_redeclaring_a_fact_identically_is_allowed_differently_refused() -> None:
    same = {**SUBSIDY, "label": "别的名称"}
    catalogue([("member.needs_care", SUBSIDY), ("member.needs_care", same)], {}, income_items={}, gap_items={})
    with pytest.raises(JiuzhuError) as caught:
        catalogue(
            [("member.needs_care", SUBSIDY), ("member.needs_care", {**SUBSIDY, "type": "date"})],
            {},
            income_items={},
            gap_items={},
        )
    assert caught.value.code == "fact_conflict"


def test_a_plugin_may_declare_a_list() -> None:
    field = {
        "label": "面积",
        "level": "plot",
        "type": "decimal",
        "decimals": "1",
        "min": "0",
        "max": "1000",
        "required": "true",
    }
    found = catalogue(
        [("plot.area", field)],
        {"plot": {"plural": "plots", "parent": "household"}},
        income_items={},
        gap_items={},
    )
    assert found.prepare(read_text("{plots: [{area: 2.5}], members: [{id: a, relation: head}]}", "f"))["plot"] == [
        {"area": 25}
    ]


def test_a_household_without_members_is_refused(facts: Catalogue) -> None:
    assert codes(facts, "{}") == ["missing_fact"]
    assert codes(facts, "members: []") == ["missing_fact"]


def codes_on(facts: Catalogue, text: str, on: str) -> list[str]:
    """The codes of all faults on a day."""
    try:
        facts.prepare(read_text(text, "case.yaml"), date.fromisoformat(on))
    except InvalidInput as error:
        return [problem.code for problem in error.problems]
    return []


def test_a_day_that_lies_behind_must_not_lie_after_the_day_of_the_question(facts: Catalogue) -> None:
    born = "members: [{id: a, relation: head, birth_date: 2018-06-02}]"
    assert codes_on(facts, born, "2018-06-01") == ["in_the_future"]
    assert codes_on(facts, born, "2018-06-02") == []


def test_a_day_is_written_in_one_way_only(facts: Catalogue) -> None:
    for day in ("20180601", "2018-W22-5", "2018-6-1", "2018/06/01"):
        assert codes(facts, f"members: [{{id: a, relation: head, birth_date: {day}}}]") == ["bad_date"]


def test_the_facts_of_the_case_are_a_mapping_too(facts: Catalogue) -> None:
    assert codes(facts, "{case: [1], members: [{id: a, relation: head}]}") == ["bad_type"]


def test_a_record_that_is_no_mapping_is_refused_where_it_stands(facts: Catalogue) -> None:
    with pytest.raises(InvalidInput) as caught:
        prepared(facts, "members: [{id: a, relation: head}, x]")
    assert [(one.code, str(one.where)) for one in caught.value.problems] == [
        ("bad_type", "case.yaml:1:36 $.members[1]")
    ]


@pytest.mark.parametrize("amount", ["-0.01", "100000000.01"])
def test_an_amount_outside_its_range_is_refused_and_the_range_named(facts: Catalogue, amount: str) -> None:
    text = f"{{members: [{{id: a, relation: head}}], shared_income: [{{item: gift, amount: {amount}}}]}}"
    with pytest.raises(InvalidInput, match=r"out of range \(0 to 100000000\)"):
        prepared(facts, text)


def test_the_ends_of_a_range_belong_to_it(facts: Catalogue) -> None:
    text = "{members: [{id: a, relation: head}], shared_income: [{item: gift, amount: 0}, {item: gift, amount: 100000000}]}"
    assert [one["amount"] for one in prepared(facts, text)["shared_income"]] == [0, 10**10]


def test_a_decimal_finer_than_declared_is_refused(facts: Catalogue) -> None:
    with pytest.raises(InvalidInput, match="too many decimals"):
        prepared(facts, "{share: 0.1255, members: [{id: a, relation: head}]}")


def test_what_the_question_tells_cannot_be_given(facts: Catalogue) -> None:
    assert codes(facts, "{area: rural, members: [{id: a, relation: head}]}") == ["unknown_fact"]


def test_a_list_is_given_once_by_one_of_its_names(facts: Catalogue) -> None:
    assert codes(facts, "{members: [{id: a, relation: head}], member: [{id: b, relation: child}]}") == ["given_twice"]


def test_a_household_has_one_head_and_the_second_is_named_once(facts: Catalogue) -> None:
    heads = ", ".join(f"{{id: m{number}, relation: head}}" for number in range(3))
    assert codes(facts, f"members: [{heads}]") == ["two_heads"]
