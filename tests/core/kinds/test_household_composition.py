"""Who belongs to the household, who is entitled, whose income counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Texts = Callable[..., dict[str, str]]
Result = Callable[..., Callable[[str], Any]]
PRISON = {"when": "member.imprisoned", "label": {"zh": "服刑人员", "en": "in prison"}}
SEVERE = {"when": "member.disability_level >= 1 and member.disability_level <= 2"}


def person(name: str, **facts: Any) -> dict[str, Any]:
    return {"id": name, "relation": "head" if name == "a" else "child", **facts}


def test_without_a_rule_everybody_listed_belongs_and_the_core_says_so(sources: Callable[..., Any]) -> None:
    found = sources(standard={"amount": {"yuan": "430", "per": "person-month"}})
    assert found["household_size"].text == "COUNT(members)"
    assert found["member.in_household"].text == "TRUE"
    assert found["entitled_size"].text == "household_size"
    assert found["household_size"].provision == "core/all_members"


def test_a_programme_paying_persons_is_not_given_a_household_it_did_not_ask_for(texts: Texts) -> None:
    assert "household_size" not in texts(programme={"pays": "member"})
    assert "household_size" in texts(programme={"pays": "member"}, household_composition={"exclude": [PRISON]})


def test_each_condition_is_a_named_quantity_with_its_own_place(sources: Callable[..., Any]) -> None:
    rule = sources(household_composition={"exclude": [PRISON]})["member.household_exclude_1"]
    assert (rule.text, rule.type, rule.label.zh) == ("member.imprisoned", "boolean", "服刑人员")
    assert rule.where.path == "$.household_composition.exclude[0].when"


def test_nothing_excluded_leaves_the_size_a_plain_count(texts: Texts) -> None:
    assert texts(household_composition={"include": [], "exclude": []})["household_size"] == "COUNT(members)"


def test_exclusion_prevails_over_inclusion(texts: Texts) -> None:
    both = texts(household_composition={"include": [{"when": "member.long_co_residence"}], "exclude": [PRISON]})
    assert both["member.in_household"] == "(member.household_include_1) and not (member.household_exclude_1)"
    assert both["household_size"] == "COUNT(members, WHEN(member.in_household))"


def test_the_whole_household_is_tested_where_one_person_is_entitled(result: Result) -> None:
    of = result(
        {
            "members": [
                person("a"),
                person("b", disability_level=1),
                person("c", imprisoned=True, disability_level=2),
            ]
        },
        household_composition={"exclude": [PRISON], "entitled": [SEVERE]},
    )
    assert (of("household_size"), of("entitled_size")) == (2, 1)
    assert (of("member.in_household"), of("member.entitled")) == ([True, True, False], [False, True, False])


def test_income_of_a_member_may_be_left_out_though_he_is_counted(result: Result) -> None:
    of = result(
        {
            "members": [
                person("a", income=[{"item": "wage", "amount": 1200}]),
                person("b", study="secondary", income=[{"item": "wage", "amount": 300}]),
            ]
        },
        household_composition={"income_not_counted": [{"when": 'member.study = "secondary"'}]},
        income_definition={"wage": {"label": "工资", "treatment": "counted"}},
    )
    assert (of("household_size"), of("counted_income")) == (2, 120000)


def test_a_gap_stops_every_flag_and_size(sources: Callable[..., Any]) -> None:
    found = sources(household_composition={"status": "gap"})
    for name in (
        "member.in_household",
        "member.entitled",
        "member.income_counted",
        "household_size",
        "entitled_size",
    ):
        assert found[name].flags == ("gap", "test/household_composition")
