"""Worked examples: read with their faults at once, and held against what the rules say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from core.errors import InvalidInput, JiuzhuError, Text
from core.example import Question, mismatches, read_question, read_questions
from core.provision import Provision
from core.rulebook import Rulebook
from core.source import located, read_text

Law = dict[str, Provision]
Provide = Callable[..., Provision]
FACTS: Mapping[str, Any] = {
    "members": [{"id": "a", "relation": "head"}],
    "shared_income": [{"item": "farming", "amount": 500}],
}
CASE: Mapping[str, Any] = {"place": {"division": "430903", "area": "rural"}, "on": "2018-06-01"}


def question(expect: Mapping[str, Any] | None = None, **more: Any) -> Question:
    """A question with what is expected."""
    return read_question(located({**CASE, "facts": FACTS, "expect": expect or {}, **more}, "cases.yaml"))


@pytest.fixture
def wrong(law: Law, rules: Callable[..., Rulebook]) -> Callable[..., list[str]]:
    """Return the mismatches of a worked example under the little law."""

    def run(expect: Mapping[str, Any], **more: Any) -> list[str]:
        changed: Law = more.pop("law", law)
        return [one.en for one in mismatches(question(expect, **more), lambda _: rules(changed))]

    return run


# reading -----------------------------------------------------------------------------------------------------------


def test_a_question_is_read_whole() -> None:
    text = """
    name: {zh: 例一, en: one}
    article: 第十条
    place: {division: "000000", area: rural}
    on: 2018-06-01
    known_at: 2018-05-01
    programmes: [dibao, care]
    facts: {members: []}
    provisions: [{id: a}]
    expect: {error: gap_item}
    """
    found = read_question(read_text(text, "case.yaml"))
    assert (found.name, found.article, found.division, found.area) == (Text("例一", "one"), "第十条", "000000", "rural")
    assert (found.on, found.known_at, found.programmes) == (date(2018, 6, 1), "2018-05-01", ("dibao", "care"))
    assert found.facts is not None and found.facts.data == {"members": []} and found.expect == {"error": "gap_item"}
    assert found.facts.where(("members",)).line == 8
    assert found.provisions is not None and found.provisions.data["provisions"] == [{"id": "a"}]


def test_only_place_and_day_need_saying() -> None:
    found = read_question(located(dict(CASE), "case.yaml"))
    assert (found.name, found.article, found.programmes, found.facts) == (Text("", ""), "", ("dibao",), None)
    assert (found.expect, found.provisions, found.known_at) == ({}, None, None)


def test_every_fault_of_the_frame_is_told_at_once() -> None:
    text = "place: {division: '1', aera: rural}\non: 2018\nexpcet: {}\n"
    with pytest.raises(InvalidInput) as caught:
        read_question(read_text(text, "case.yaml"))
    assert sorted(one.code for one in caught.value.problems) == [
        "bad_pattern", "missing_property", "unknown_property", "unknown_property",
    ]  # fmt: skip


def test_a_file_holds_a_list_of_cases_each_with_its_place() -> None:
    source = read_text(f"- {{place: {{division: '1', area: any}}, on: 2018-06-01}}\n- {dict(CASE)}\n", "cases.yaml")
    first, second = read_questions(source)
    assert (first.area, second.area) == ("any", "rural")


# holding -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "expect",
    [
        {},
        {
            "outputs": {
                "dibao.eligible": True,
                "dibao.benefit": "193.00",
                "dibao.payment": "193/4",
                "dibao.household_size": 1,
            }
        },
        {"outputs": {"dibao.member.counted_income": ["0"], "dibao.shared_income.annual": ["500"]}},
        {"answers": {"payment_schedule": {"frequency": "quarter"}, "programme": {"label": {"zh": "低保"}}}},
        {"answers": {"payment_schedule": {"": {"frequency": "QUARTER"}}}},
    ],
)
def test_an_example_holds(wrong: Callable[..., list[str]], expect: Mapping[str, Any]) -> None:
    assert wrong(expect) == []


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ({"outputs": {"dibao.benefit": "193.01"}}, "dibao.benefit: expected 193.01, got 193.00"),
        ({"outputs": {"dibao.benefit": "lots"}}, "dibao.benefit: expected lots, got 193.00"),
        ({"outputs": {"dibao.eligible": False}}, "dibao.eligible: expected false, got True"),
        ({"outputs": {"dibao.benefti": "1"}}, "there is no quantity dibao.benefti"),
        ({"outputs": {"dibao.member.counted_income": ["0", "0"]}}, "expected ['0', '0'], got [Fraction(0, 1)]"),
        ({"outputs": {"dibao.member.counted_income": "0"}}, "dibao.member.counted_income: expected 0"),
        ({"outputs": {"dibao.member.counted_income": ["1"]}}, "dibao.member.counted_income: expected ['1']"),
        ({"outputs": {"dibao.benefit": {"error": "gap"}}}, "dibao.benefit: expected {'error': 'gap'}, got 193.00"),
        ({"failed": ["dibao.income_ok"]}, "expected dibao.income_ok to fail; failed: []"),
        ({"error": "gap_item"}, "expected the error gap_item, got {"),
        (
            {"answers": {"payment_schedule": {"frequency": "month"}}},
            "payment_schedule: expected {'frequency': 'month'}",
        ),
        ({"answers": {"payment_schedule": {"frequency": ["quarter"]}}}, "payment_schedule: expected"),
        ({"answers": {"payment_schedule": {"rhythm": "quarter"}}}, "payment_schedule: expected"),
        ({"answers": {"payment_schedule": {"frequency": {"of": "quarter"}}}}, "payment_schedule: expected"),
        ({"answers": {"sampling": {"per": "year"}}}, "sampling: expected {'per': 'year'}, the policy answers []"),
    ],
)
def test_what_does_not_hold_is_told(wrong: Callable[..., list[str]], expect: Mapping[str, Any], told: str) -> None:
    (line,) = wrong(expect)
    assert told in line


def test_all_that_does_not_hold_is_told_at_once(wrong: Callable[..., list[str]]) -> None:
    assert (
        len(
            wrong(
                {
                    "outputs": {"dibao.benefit": "1", "dibao.payment": "1"},
                    "failed": ["dibao.x"],
                    "answers": {"target": {}},
                }
            )
        )
        == 4
    )


def test_a_failed_condition_may_be_expected(wrong: Callable[..., list[str]]) -> None:
    rich = {**FACTS, "shared_income": [{"item": "farming", "amount": 700}]}
    assert wrong({"failed": ["dibao.income_ok"], "outputs": {"dibao.benefit": "0"}}, facts=rich) == []


def test_an_error_of_the_facts_may_be_expected(wrong: Callable[..., list[str]]) -> None:
    lost = {**FACTS, "shared_income": [{"item": "lost", "amount": 700}]}
    assert wrong({"error": "gap_item"}, facts=lost) == []
    assert wrong({"error": "bad_date"}, facts=lost)[0].startswith("expected bad_date, got ")
    assert wrong({}, facts=lost)[0].startswith("expected an assessment, got ")


def test_a_missing_value_may_be_expected(wrong: Callable[..., list[str]], law: Law, provision: Provide) -> None:
    gap = law | {"payment": provision("p/payment", kind="payment_schedule", value={}, status="gap")}
    assert wrong({"error": "gap"}, law=gap) == []
    assert wrong({"outputs": {"dibao.payment": {"error": "gap"}}}, law=gap) == []
    assert wrong({"outputs": {"dibao.payment": "1"}}, law=gap) != []


def test_an_error_of_the_rules_may_be_expected() -> None:
    def refuse(_: Question) -> Rulebook:
        raise JiuzhuError("unknown_division", Text("没有", "none"))

    assert mismatches(question({"error": "unknown_division"}), refuse) == []


def test_lists_in_answers_are_compared_element_by_element(
    wrong: Callable[..., list[str]], law: Law, provision: Provide
) -> None:
    filing = provision("p/filing", kind="relative_filing", value={"relations": ["spouse", "parent"], "label": "备案"})
    book = law | {"filing": filing}
    assert wrong({"answers": {"relative_filing": {"relations": ["spouse", "parent"]}}}, law=book) == []
    assert wrong({"answers": {"relative_filing": {"relations": ["spouse"]}}}, law=book) != []
    assert wrong({"answers": {"relative_filing": {"relations": ["parent", "spouse"]}}}, law=book) != []
    assert wrong({"answers": {"relative_filing": {"relations": "spouse"}}}, law=book) != []


def test_a_date_or_a_text_is_compared_as_it_is(wrong: Callable[..., list[str]], law: Law, provision: Provide) -> None:
    named = provision("p/formula", kind="formula", key="where", value={"text": "area", "type": "text", "label": "城乡"})
    assert wrong({"outputs": {"dibao.where": "rural"}}, law=law | {"where": named}) == []
    assert wrong({"outputs": {"dibao.where": "urban"}}, law=law | {"where": named}) != []


def test_an_impossible_day_is_refused_at_its_place() -> None:
    with pytest.raises(InvalidInput) as caught:
        read_question(read_text("place: {division: '1', area: any}\non: 2018-02-30\n", "case.yaml"))
    assert [(one.code, str(one.where)) for one in caught.value.problems] == [("bad_date", "case.yaml:2:5 $.on")]
