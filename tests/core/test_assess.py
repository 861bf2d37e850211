"""One household under one rulebook: outputs, status, what is missing, what else is answered; and replay."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import rfc8785

from core.assess import Assessment, answer, assess, assess_source, complete
from core.errors import InvalidInput, Text
from core.formula.tree import Failure
from core.provision import Provision, provision_from
from core.rulebook import Rulebook
from core.source import located

Law = dict[str, Provision]
Assess = Callable[..., Assessment]
Provide = Callable[..., Provision]
ELIGIBLE = {"members": [{"id": "a", "relation": "head"}], "shared_income": [{"item": "farming", "amount": 500}]}
RICH = {"members": [{"id": "a", "relation": "head"}], "shared_income": [{"item": "farming", "amount": 693}]}


def condition(provision: Provide, text: str, name: str = "care_ok") -> Provision:
    """A named condition."""
    return provision("p/formula", kind="formula", key=name, value={"text": text, "type": "boolean", "label": "照料"})


def requiring(law: Law, extra: Provision) -> Law:
    """The law with one more condition of eligibility."""
    value = {**law["eligible"].value, "text": f"income_ok and {extra.key}"}
    return law | {"eligible": replace(law["eligible"], value=value), "extra": extra}


def paying_persons(law: Law, provision: Provide, text: str) -> Law:
    """The law paying each eligible person a flat amount."""
    programme = replace(law["programme"], value={**law["programme"].value, "pays": "member"})
    whom = provision(
        "p/formula", kind="formula", key="member.eligible", value={"text": text, "type": "boolean", "label": "人"}
    )
    without = {name: one for name, one in law.items() if name not in ("eligible", "income_ok")}
    return without | {
        "programme": programme,
        "whom": whom,
        "benefit": replace(law["benefit"], value={"method": "flat"}),
    }


# outputs and status ------------------------------------------------------------------------------------------------


def test_the_main_quantities_are_given_exactly(law: Law, assessed: Assess) -> None:
    found = assessed(law)
    assert found.outputs["dibao.benefit"] == "772.00" and found.outputs["dibao.payment"] == "193.00"
    assert found.outputs["dibao.household_size"] == "4" and found.outputs["dibao.eligible"] is True
    assert found.value("dibao.benefit") == Fraction(77200)


def test_a_fraction_of_a_fen_stays_a_fraction(law: Law, assessed: Assess) -> None:
    third = replace(law["payment"], value={"frequency": "month"})
    found = assessed(law | {"payment": third}, ELIGIBLE)
    assert (found.outputs["dibao.benefit_monthly"], found.outputs["dibao.payment"]) == ("193/12", "16.08")


def test_records_have_a_list_of_outputs(law: Law, assessed: Assess, provision: Provide) -> None:
    found = assessed(paying_persons(law, provision, 'member.relation = "head"'))
    assert found.outputs["dibao.member.eligible"] == [True, False, False, False]
    assert found.outputs["dibao.member.benefit"] == ["693.00", "0.00", "0.00", "0.00"]


def test_the_question_itself_tells_day_area_and_division(law: Law, rules: Callable[..., Rulebook]) -> None:
    found = complete(rules(law), {"member": []})
    assert found["area"] == "rural" and found["division"] == "430903" and found["decision_date"] == 736846


@pytest.mark.parametrize(("facts", "status"), [(ELIGIBLE, "eligible"), (RICH, "not_eligible")])
def test_a_household_is_eligible_or_not(law: Law, assessed: Assess, facts: Mapping[str, Any], status: str) -> None:
    assert assessed(law, facts).statuses == {"dibao": status}


def test_a_household_on_the_line_gets_nothing_and_is_told_why(law: Law, assessed: Assess) -> None:
    found = assessed(law, RICH)
    assert found.outputs["dibao.benefit"] == "0.00"
    assert [one.condition for one in found.failed] == ["dibao.income_ok"]


def test_who_is_eligible_failed_no_condition(law: Law, assessed: Assess) -> None:
    assert assessed(law).failed == ()


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ('member.relation = "head"', "eligible"),
        ('member.relation = "sibling"', "not_eligible"),
        ("AGE(member.birth_date) >= 70 years", "undecided"),
        ('member.relation = "spouse" or AGE(member.birth_date) >= 70 years', "eligible"),
    ],
)
def test_a_programme_for_persons_is_open_to_the_household_of_one_who_is_eligible(
    law: Law, assessed: Assess, provision: Provide, text: str, status: str
) -> None:
    assert assessed(paying_persons(law, provision, text)).statuses == {"dibao": status}


def test_a_programme_without_eligibility_has_no_status(law: Law, assessed: Assess) -> None:
    without = {name: one for name, one in law.items() if name not in ("eligible", "income_ok", "benefit", "payment")}
    assert assessed(without).statuses == {}


# what is missing ---------------------------------------------------------------------------------------------------


def test_a_missing_fact_stops_only_what_reads_it(law: Law, assessed: Assess, provision: Provide) -> None:
    extra = condition(provision, "ANY(AGE(members.birth_date) >= 70 years)")
    found = assessed(requiring(law, extra), ELIGIBLE)
    assert found.value("dibao.eligible") == Failure("missing_fact", "member.birth_date")
    assert found.value("dibao.benefit") == Failure("missing_fact", "member.birth_date")
    assert found.outputs["dibao.counted_income"] == "500.00" and found.outputs["dibao.income_ok"] is True
    assert found.statuses == {"dibao": "undecided"} and found.failed == ()


def test_a_missing_fact_that_nobody_needs_stops_nothing(law: Law, assessed: Assess, provision: Provide) -> None:
    extra = condition(provision, "ANY(AGE(members.birth_date) >= 70 years)")
    assert assessed(requiring(law, extra), RICH).statuses == {"dibao": "not_eligible"}


def test_a_gap_stops_only_its_own_step(law: Law, assessed: Assess, provision: Provide) -> None:
    gap = provision("p/payment", kind="payment_schedule", value={}, status="gap")
    found = assessed(law | {"payment": gap})
    assert found.outputs["dibao.benefit"] == "772.00" and found.statuses == {"dibao": "eligible"}
    assert found.outputs["dibao.payment"] == {"error": "gap", "name": "p/payment"}
    assert [failure for failure, _ in found.failures] == [Failure("gap", "p/payment")]


def test_nothing_in_force_stops_what_needs_it_and_says_what(law: Law, assessed: Assess) -> None:
    found = assessed({name: one for name, one in law.items() if name != "standard"})
    (failure, text), *more = found.failures
    assert failure == Failure("nothing_in_force", "standard:dibao") and not more
    assert "赫山区" in text.zh and found.statuses == {"dibao": "undecided"}


def test_each_reason_is_told_once(law: Law, assessed: Assess, provision: Provide) -> None:
    text = 'IF(member.relation = "head", TRUE, AGE(member.birth_date) >= 70 years)'
    found = assessed(paying_persons(law, provision, text))
    assert [failure for failure, _ in found.failures] == [Failure("missing_fact", "member.birth_date")]


# what else is answered ---------------------------------------------------------------------------------------------


def test_what_is_ruled_beside_amounts_is_answered_with_its_origin(law: Law, assessed: Assess) -> None:
    answers = assessed(law).answers["dibao"]
    assert answers["payment_schedule"][""] == {
        "frequency": "quarter",
        "provision": "p/payment@1",
        "cite": "p/doc 第一条",
    }
    assert set(answers) == {"programme", "reference_period", "payment_schedule"}


def test_a_gap_is_answered_as_a_gap_with_its_reason(law: Law, assessed: Assess, provision: Provide) -> None:
    gap = provision("p/payment", kind="payment_schedule", value={}, status="gap", citation=None)
    found = assessed(law | {"payment": gap}).answers["dibao"]["payment_schedule"][""]
    assert found == {"gap": {"zh": "来源未载", "en": "the source is silent"}, "provision": "p/payment@1", "cite": ""}


def test_a_gap_without_a_reason_is_still_a_gap(rules: Callable[..., Rulebook], provision: Provide) -> None:
    gap = provision("p/payment", kind="payment_schedule", value={}, status="gap", because=None)
    line = rules([gap]).policy.line("payment_schedule", "dibao")
    assert line is not None and answer(line)["gap"] == {}


def test_the_stages_of_a_procedure_are_answered_in_their_order(law: Law, assessed: Assess, provision: Provide) -> None:
    def stage(name: str, *after: str) -> Provision:
        value = {"label": name, "actor": "township", "after": list(after)}
        return provision("p/procedure", kind="procedure", key=name, value=value)

    whole = provision("p/procedure", kind="procedure", value={"total": {"days": 40, "day_kind": "working"}})
    found = assessed(
        law | {"c": stage("decide", "review"), "b": stage("review", "apply"), "a": stage("apply"), "": whole}
    )
    assert list(found.answers["dibao"]["procedure"]) == ["", "apply", "review", "decide"]


def test_the_whole_is_json_in_either_language(law: Law, assessed: Assess) -> None:
    found = assessed(law, RICH)
    zh, en = found.to_json("zh"), found.to_json("en")
    assert json.loads(json.dumps(zh)) == zh
    assert zh["place"] == {"division": "430903", "name": "430000430900赫山区", "area": "rural"}
    assert (zh["failed"][0]["message"], en["failed"][0]["message"]) == (
        "家庭收入 693.00元/年，不低于 693.00元/年", "household income of 693.00 yuan/year is not below 693.00 yuan/year",
    )  # fmt: skip
    assert {name: zh[name] for name in ("policy", "outputs", "trace")} == found.canonical()


def test_flags_of_the_policy_are_told(law: Law, assessed: Assess, provision: Provide) -> None:
    own = provision("p/own", division="430903", yuan="600", start="2009-01-01")
    floor = provision("p/floor", yuan="693", role="floor")
    found = assessed({name: one for name, one in law.items() if name != "standard"} | {"own": own, "floor": floor})
    assert [(one["code"], one["provision"]) for one in found.to_json("zh")["flags"]] == [("below_floor", "p/own")]


def test_other_places_lines_that_were_used_are_in_the_trace(law: Law, assessed: Assess, provision: Provide) -> None:
    extra = condition(provision, 'standard * 1 person >= STANDARD("dibao", area, division) * 1 person')
    found = assessed(requiring(law, extra))
    assert found.canonical()["trace"]["standards"] == [
        {"programme": "dibao", "area": "rural", "division": "430903", "value": "69300", "provision": "p/standard"}
    ]


def test_faults_of_the_facts_come_all_at_once(law: Law, rules: Callable[..., Rulebook]) -> None:
    with pytest.raises(InvalidInput) as caught:
        assess_source(rules(law), located({"membres": [], "shared_income": [{"item": "lost", "amount": "x"}]}, "case"))
    assert [one.code for one in caught.value.problems] == ["unknown_fact", "gap_item", "bad_number"]


# replay ------------------------------------------------------------------------------------------------------------


def canonical(found: Assessment) -> bytes:
    """What a replay must reproduce."""
    return rfc8785.dumps(found.canonical())


def replayed(law: Law, rules: Callable[..., Rulebook], facts: str) -> bytes:
    """Recompute from nothing but stored text: the provisions and the prepared facts."""
    stored = json.loads(json.dumps([one.canonical() for one in law.values()]))
    book = rules([provision_from(one, revision=1) for one in stored])
    return canonical(assess(book, json.loads(facts)))


@pytest.mark.parametrize("facts", [ELIGIBLE, RICH])
def test_a_replay_from_stored_policy_and_facts_gives_the_same_bytes(
    law: Law, rules: Callable[..., Rulebook], assessed: Assess, facts: Mapping[str, Any]
) -> None:
    first = assessed(law, facts)
    assert replayed(law, rules, json.dumps(first.facts)) == canonical(first)


def test_a_replay_reproduces_failures_too(
    law: Law, rules: Callable[..., Rulebook], assessed: Assess, provision: Provide
) -> None:
    failing = requiring(law, condition(provision, "ANY(AGE(members.birth_date) >= 70 years)"))
    failing["benefit"] = replace(law["benefit"], value={}, status="gap", because=Text("来源未载", ""))
    first = assessed(failing, ELIGIBLE)
    assert replayed(failing, rules, json.dumps(first.facts)) == canonical(first)


def test_the_language_of_the_reader_changes_no_byte_of_the_record(law: Law, assessed: Assess) -> None:
    one, other = assessed(law, RICH), assessed(law, RICH)
    one.to_json("zh"), other.to_json("en")
    assert canonical(one) == canonical(other)


def test_another_fact_or_another_value_changes_the_bytes(law: Law, assessed: Assess, provision: Provide) -> None:
    more = law | {"standard": provision("p/standard", yuan="694")}
    assert (
        len({canonical(assessed(law, ELIGIBLE)), canonical(assessed(law, RICH)), canonical(assessed(more, RICH))}) == 3
    )
