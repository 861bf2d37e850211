"""The price subsidy: its own line with its own trigger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Result = Callable[..., Callable[[str], Any]]
URBAN: dict[str, Any] = {
    "standard": {"amount": {"yuan": "430", "per": "person-month"}},
    "formula": {"eligible": {"text": "TRUE", "type": "boolean"}},
    "benefit": {"method": "flat"},
    "indicator": {"price_rise": {"label": "价格涨幅", "as_of": "2018-10", "value": "3.6", "unit": "%"}},
}
SUBSIDY = {
    "label": "价格临时补贴",
    "amount": {"yuan": "10", "per": "person-month"},
    "trigger": "indicator_price_rise >= 3.5%",
}
COUPLE = {"members": [{"id": "a", "relation": "head"}, {"id": "b", "relation": "spouse"}]}


def test_it_is_paid_per_person_while_the_trigger_holds_and_is_no_part_of_the_benefit(result: Result) -> None:
    of = result(COUPLE, **URBAN, price_subsidy=SUBSIDY)
    assert (of("member.price_subsidy"), of("price_subsidy"), of("benefit")) == ([1000, 1000], 2000, 86000)
    calm = URBAN["indicator"]["price_rise"] | {"value": "3.4"}
    assert result(COUPLE, **URBAN | {"indicator": {"price_rise": calm}}, price_subsidy=SUBSIDY)("price_subsidy") == 0


def test_a_households_subsidy_and_a_named_share(result: Result) -> None:
    share = {"label": "春节补贴", "name": "spring", "share": "5%", "beneficiary": "household"}
    assert result(COUPLE, **URBAN, price_subsidy=share)("price_subsidy_spring") == 4300


def test_whoever_is_not_entitled_gets_none(result: Result) -> None:
    rule = {"entitled": [{"when": 'member.relation = "head"'}]}
    of = result(COUPLE, **URBAN, price_subsidy=SUBSIDY, household_composition=rule)
    assert of("member.price_subsidy") == [1000, 0]


def test_a_gap_is_a_failure_and_without_a_benefit_there_is_nobody_to_pay(sources: Callable[..., Any]) -> None:
    for given in ({"status": "gap"}, SUBSIDY | {"trigger": {"gap": "未载启动条件"}}):
        assert sources(**URBAN, price_subsidy=given)["price_subsidy"].flags == ("gap", "test/price_subsidy")
    assert "price_subsidy" not in sources(price_subsidy=SUBSIDY)
