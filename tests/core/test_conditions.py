"""Conditions that were not met, in words an applicant understands: which, with both sides, and no identifier."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from core.assess import Assessment
from core.provision import Provision

Law = dict[str, Provision]
Assess = Callable[..., Assessment]
Provide = Callable[..., Provision]
IDENTIFIER = re.compile(r"[A-Za-z]\w*[._][A-Za-z]")
ONE: Mapping[str, Any] = {
    "members": [{"id": "a", "relation": "head"}],
    "shared_income": [{"item": "farming", "amount": 900}],
}


def condition(provision: Provide, name: str, text: str, **more: Any) -> Provision:
    """A named condition."""
    value = {"text": text, "type": "boolean", "label": {"zh": "人口", "en": "persons"}, **more}
    return provision("p/formula", kind="formula", key=name, value=value)


def wanting(law: Law, provision: Provide, text: str, **conditions: str) -> Law:
    """The law with another rule of eligibility and conditions of its own."""
    eligible = replace(law["eligible"], value={**law["eligible"].value, "text": text})
    return law | {"eligible": eligible} | {name: condition(provision, name, told) for name, told in conditions.items()}


def failed(found: Assessment) -> list[str]:
    """The conditions told, with the person each is about."""
    return [one.condition + (f"[{one.member}]" if one.member else "") for one in found.failed]


def test_a_refusal_is_told_as_the_condition_behind_it(law: Law, assessed: Assess) -> None:
    (one,) = assessed(law, ONE).failed
    assert one.to_json("zh") == {
        "condition": "dibao.income_ok", "member": None, "left": "900.00", "operator": "<", "right": "693.00",
        "unit": "yuan/year", "message": "家庭收入 900.00元/年，不低于 693.00元/年",
        "arguments": {"left": "900.00元/年", "right": "693.00元/年", "operator": "低于"},
    }  # fmt: skip


def test_all_conditions_that_failed_are_told(law: Law, assessed: Assess, provision: Provide) -> None:
    found = assessed(
        wanting(law, provision, "income_ok and many and few", many="household_size > 3", few="household_size < 9"), ONE
    )
    assert failed(found) == ["dibao.income_ok", "dibao.many"]


@pytest.mark.parametrize(("members", "told"), [("household_size > 0", "few"), ("household_size > 3", "many")])
def test_of_a_choice_the_branch_taken_is_told(
    law: Law, assessed: Assess, provision: Provide, *, members: str, told: str
) -> None:
    found = assessed(
        wanting(
            law, provision, "IF(some, few, many)", some=members, few="household_size > 5", many="household_size > 3"
        ),
        ONE,
    )
    assert failed(found) == [f"dibao.{told}"]


def test_a_condition_inside_a_condition_is_told_and_not_the_one_around_it(
    law: Law, assessed: Assess, provision: Provide
) -> None:
    found = assessed(wanting(law, provision, "both", both="many and income_ok", many="household_size > 0"), ONE)
    assert failed(found) == ["dibao.income_ok"]


def test_a_condition_that_two_others_need_is_told_once(law: Law, assessed: Assess, provision: Provide) -> None:
    found = assessed(wanting(law, provision, "one and two", one="income_ok", two="income_ok"), ONE)
    assert failed(found) == ["dibao.income_ok"]


def test_a_comparison_beside_named_conditions_is_told_too(law: Law, assessed: Assess, provision: Provide) -> None:
    found = assessed(wanting(law, provision, "income_ok and household_size > 3"), ONE)
    assert failed(found) == ["dibao.income_ok", "dibao.eligible"]
    assert found.failed[1].message("en") == "符合: 1 person, must be above 3 persons"


def test_of_several_comparisons_the_one_that_failed_is_told(law: Law, assessed: Assess, provision: Provide) -> None:
    found = assessed(
        wanting(law, provision, "size", size="household_size > 0 and household_size < 1 and household_size > 7"), ONE
    )
    (one,) = found.failed
    assert one.message("zh") == "人口：1人，须低于1人"
    assert one.message("en") == "persons: 1 person, must be below 1 person"


@pytest.mark.parametrize(
    ("compared", "zh", "en"),
    [
        ("< 1", "低于", "below"), ("<= 0", "不高于", "at most"), ("> 1", "高于", "above"), (">= 2", "不低于", "at least"),
        ("= 2", "等于", "equal to"), ("<> 1", "不等于", "other than"),
    ],
)  # fmt: skip
def test_every_comparison_is_told_in_words(
    law: Law, assessed: Assess, provision: Provide, compared: str, zh: str, en: str
) -> None:
    (one,) = assessed(wanting(law, provision, "size", size=f"household_size {compared}"), ONE).failed
    bound = compared.split()[1]
    assert f"须{zh}{bound}人" in one.message("zh") and f"must be {en} {bound} person" in one.message("en")


def test_a_condition_that_is_no_comparison_is_told_by_its_label(law: Law, assessed: Assess, provision: Provide) -> None:
    (one,) = assessed(wanting(law, provision, "size", size="household_size > 3 or household_size < 1"), ONE).failed
    assert (one.message("zh"), one.message("en")) == ("不符合条件：人口", "condition not met: persons")
    assert (one.left, one.right, one.operator, str(one.unit)) == (None, None, None, "number")


def test_a_message_about_two_sides_is_not_told_where_no_comparison_failed(
    law: Law, assessed: Assess, provision: Provide
) -> None:
    told = {"zh": "现有 {left}，应为 {right}", "en": "{left}, not {right}"}
    odd = condition(provision, "size", "household_size > 3 or household_size < 1", message=told)
    plain = condition(
        provision, "size", "household_size > 3 or household_size < 1", message={"zh": "人数不符", "en": "wrong size"}
    )
    base = wanting(law, provision, "size")
    assert assessed(base | {"size": odd}, ONE).failed[0].message("zh") == "不符合条件：人口"
    assert assessed(base | {"size": plain}, ONE).failed[0].message("en") == "wrong size"


def test_a_condition_without_a_label_is_told_all_the_same(law: Law, assessed: Assess, provision: Provide) -> None:
    base = wanting(law, provision, "size")
    nameless = replace(
        condition(provision, "size", "household_size > 3"), value={"text": "household_size > 3", "type": "boolean"}
    )
    assert assessed(base | {"size": nameless}, ONE).failed[0].message("zh") == "有一项条件：1人，须高于3人"


def test_the_braces_of_a_label_are_shown_as_they_are(law: Law, assessed: Assess, provision: Provide) -> None:
    for text in ("household_size > 3", "household_size > 3 or household_size < 1"):
        odd = condition(provision, "size", text, label={"zh": "人口{甲}", "en": "size {a}"})
        (one,) = assessed(wanting(law, provision, "size") | {"size": odd}, ONE).failed
        assert "人口{甲}" in one.message("zh") and "size {a}" in one.message("en")


def test_a_choice_is_told_in_words_not_in_codes(law: Law, assessed: Assess, provision: Provide) -> None:
    choices = {"lent_out": {"zh": "出借", "en": "lent to others"}, "lived_in": {"zh": "自住", "en": "lived in"}}
    fact = provision(
        "p/fact",
        kind="fact",
        key="p_home",
        value={"label": "住房", "level": "household", "type": "choice", "choices": choices},
    )
    for text in ('p_home = "lived_in"', '"lived_in" = p_home'):
        found = assessed(wanting(law, provision, "home", home=text) | {"fact": fact}, {**ONE, "p_home": "lent_out"})
        assert "出借" in found.failed[0].message("zh") and "自住" in found.failed[0].message("zh")
        assert "lent to others" in found.failed[0].message("en")
        assert {found.failed[0].to_json("zh")["left"], found.failed[0].to_json("zh")["right"]} == {
            "lent_out",
            "lived_in",
        }


def test_a_side_that_has_no_value_refuses_nobody(law: Law, assessed: Assess, provision: Provide) -> None:
    found = assessed(wanting(law, provision, "size", size="MAX(assets.amount) > YUAN(1) or FALSE"), ONE)
    assert found.statuses == {"dibao": "undecided"} and found.failed == ()


def test_a_condition_behind_a_missing_fact_is_not_told(law: Law, assessed: Assess, provision: Provide) -> None:
    grown = "ALL(AGE(members.birth_date) >= 18 years)"
    found = assessed(wanting(law, provision, "income_ok and grown", grown=grown), ONE)
    assert failed(found) == ["dibao.income_ok"]


# persons -----------------------------------------------------------------------------------------------------------

TWO = {"members": [{"id": "a", "relation": "head", "disability_level": 3}, {"id": "b", "relation": "spouse"}]}


def for_persons(law: Law, provision: Provide, text: str, **conditions: Any) -> Law:
    """A law that pays persons."""
    programme = replace(law["programme"], value={**law["programme"].value, "pays": "member"})
    eligible = condition(provision, "member.eligible", text)
    own = {name: condition(provision, f"member.{name}", told) for name, told in conditions.items()}
    poor = condition(provision, "income_ok", "counted_income < YUAN(693) / 1 year")
    rest = {name: one for name, one in law.items() if name not in ("eligible", "benefit")} | {"income_ok": poor}
    return rest | own | {"programme": programme, "eligible": eligible}


def test_persons_are_told_one_by_one(law: Law, assessed: Assess, provision: Provide) -> None:
    rule = for_persons(
        law, provision, "member.severe", severe="member.disability_level >= 1 and member.disability_level <= 2"
    )
    found = assessed(rule, TWO)
    assert failed(found) == ["dibao.member.severe[a]", "dibao.member.severe[b]"]
    assert [one.message("zh") for one in found.failed] == ["人口：3，须不高于2", "人口：0，须不低于1"]
    assert [one.to_json("zh")["member"] for one in found.failed] == ["a", "b"]


def test_what_concerns_the_household_is_told_once(law: Law, assessed: Assess, provision: Provide) -> None:
    rule = for_persons(law, provision, "income_ok and member.severe", severe="member.disability_level <= 2")
    found = assessed(rule, TWO | {"shared_income": [{"item": "farming", "amount": 9000}]})
    assert failed(found) == ["dibao.income_ok", "dibao.member.severe[a]"]


def test_another_programmes_result_is_told_in_this_programmes_words(
    law: Law, assessed: Assess, provision: Provide
) -> None:
    whose = condition(
        provision, "in_dibao", "dibao.eligible", message={"zh": "不是低保家庭", "en": "not a dibao household"}
    )
    care = {
        "care": provision("q/care", kind="programme", programme="care", value={"pays": "household"}),
        "care_ok": replace(whose, id="q/formula", scope=replace(whose.scope, programme="care")),
        "care_eligible": replace(law["eligible"], id="q/formula", scope=replace(whose.scope, programme="care"),
                                 value={**law["eligible"].value, "text": "in_dibao"}),
    }  # fmt: skip
    found = assessed(law | care, ONE, programmes=("care", "dibao"))
    assert failed(found) == ["care.in_dibao", "dibao.income_ok"]
    assert found.failed[0].message("en") == "not a dibao household"


# no identifier -----------------------------------------------------------------------------------------------------


def test_no_identifier_is_shown_to_an_applicant(law: Law, assessed: Assess, provision: Provide) -> None:
    sizes = {"many": "household_size > 3", "few": "household_size > 3 or household_size < 1"}
    found = assessed(wanting(law, provision, "income_ok and many and few and entitled_size > 2", **sizes), ONE)
    assert len(found.failed) == 4
    for one in found.failed:
        told = one.message("zh") + one.message("en") + "".join(one.to_json("en")["arguments"].values())
        assert not IDENTIFIER.search(told), told
