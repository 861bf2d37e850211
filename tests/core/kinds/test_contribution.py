"""What the kinds share: who needs the core's defaults, and how they are told apart from rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from core.kinds.contribution import ASSUMED, IDENTITIES, at, conjunction, is_run, place, settings
from core.values import Unit

Policy = Callable[..., Any]
Sources = Callable[..., Any]
STANDARD = {"amount": {"yuan": "430", "per": "person-month"}}


def test_a_programme_nobody_runs_here_gets_no_defaults(sources: Sources) -> None:
    assert sources(programme={}) == {}


def test_any_standard_benefit_or_formula_makes_a_programme_run(policy: Policy) -> None:
    assert not is_run(policy(programme={}), "dibao")
    assert is_run(policy(programme={}, standard=STANDARD), "dibao")


def test_every_quantity_without_a_provision_is_explained_in_both_languages(sources: Sources) -> None:
    given: dict[str, Any] = {
        "standard": STANDARD,
        "income_definition": {"wage": {"label": "工资", "treatment": "counted"}},
        "formula": {"eligible": {"text": "TRUE"}},
        "benefit": {"method": "gap"},
        "payment_schedule": {"frequency": "month"},
        "topup": {name: {"label": name, "when": "TRUE", "share": "10%"} for name in ("old", "ill")},
    }
    explained = {**ASSUMED, **IDENTITIES}
    used = {one.provision for one in sources(**given).values() if one.provision.startswith("core/")}
    assert used == set(explained)
    assert all(text.zh and text.en for text in explained.values())


def test_a_named_gap_beside_no_main_standard_is_yearly(sources: Sources) -> None:
    found = sources(standard={"name": "own", "status": "gap"})["standard_own"]
    assert (found.flags, found.unit) == (("gap", "test/standard"), Unit.parse("yuan/person-year"))


def test_a_paid_persons_payment_gap_stops_person_and_sum(sources: Sources) -> None:
    found = sources(
        programme={"pays": "member"},
        formula={"member.eligible": {"text": "TRUE"}},
        benefit={"method": "flat"},
        payment_schedule={"status": "gap"},
    )
    assert found["member.payment"].flags == found["payment"].flags == ("gap", "test/payment_schedule")


def test_a_top_up_whose_amount_is_torn_fails_for_those_it_is_for(sources: Sources) -> None:
    torn = {"label": "重病", "when": "member.severe_illness", "amount": {"gap": "数额缺失"}}
    found = sources(standard=STANDARD, topup={"ill": torn})
    assert found["member.topup_ill"].text == "IF(member.topup_ill_when, member.topup_ill_amount, 0)"
    assert found["member.topup_ill_amount"].flags == ("gap", "test/topup#ill")


def test_settings_come_from_the_provision_or_the_items_own(policy: Policy) -> None:
    item = {"label": "老年", "when": "TRUE", "share": "10%"}
    assert settings(policy(topup={"*": {"combine": "sum"}, "old": item}), "topup", "dibao") == {"combine": "sum"}
    assert settings(policy(topup={"*": {"status": "gap"}}), "topup", "dibao") == {}
    assert settings(policy(topup={"old": item}), "topup", "dibao") == {}


def test_the_place_of_a_nested_text_is_its_json_path(policy: Policy) -> None:
    line = policy(standard=STANDARD).line("standard", "dibao")
    found = place(line, "exclude.0.when")
    assert found is not None
    assert (found.line, found.path) == (7, "$.standard.exclude[0].when")
    assert place(replace(line, provision=replace(line.provision, where=None)), "when") is None


@pytest.mark.parametrize(("words", "text"), [([], "TRUE"), (["a"], "a"), (["a", "b"], "a and b")])
def test_conditions_are_joined(words: list[str], text: str) -> None:
    assert conjunction(words, "and", empty="TRUE") == text
    assert at({"a": [{"b": 1}]}, "a.0.b") == 1
