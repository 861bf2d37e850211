"""Asset conditions: a limit in months of the line, a second home, a mobility vehicle that does not count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.formula.tree import Failure

Texts = Callable[..., dict[str, str]]
Result = Callable[..., Callable[[str], Any]]
URBAN: dict[str, Any] = {
    "standard": {"amount": {"yuan": "430", "per": "person-month"}},
    "asset_test": {
        "deposits": {
            "label": "存款",
            "ok": 'SUM(assets.amount, WHEN(assets.kind = "deposit")) <= 24 months * MONTHLY(standard) * household_size',
            "message": {"zh": "存款 {left} 超过限额 {right}", "en": "deposits of {left} exceed {right}"},
        },
        "homes": {"label": "住房", "ok": 'SUM(assets.quantity, WHEN(assets.kind = "house")) <= 1'},
        "vehicles": {
            "label": "机动车",
            "ok": 'not ANY(assets.kind = "vehicle" and assets.exempt <> "mobility_vehicle")',
        },
    },
}


def household(*assets: dict[str, Any]) -> dict[str, Any]:
    return {
        "members": [{"id": "a", "relation": "head"}, {"id": "b", "relation": "child"}],
        "assets": list(assets),
    }


@pytest.mark.parametrize(
    ("assets", "ok"),
    [
        ([], True),
        ([{"kind": "deposit", "amount": 20640}], True),
        ([{"kind": "deposit", "amount": 20640.01}], False),
        ([{"kind": "house"}], True),
        ([{"kind": "house", "quantity": 2}], False),
        ([{"kind": "house"}, {"kind": "house"}], False),
        ([{"kind": "vehicle"}], False),
        ([{"kind": "vehicle", "exempt": "mobility_vehicle"}], True),
    ],
)
def test_users_day_c3_limits_homes_and_vehicles(result: Result, assets: list[dict[str, Any]], *, ok: bool) -> None:
    """24 months of the line a head: 24 × 430 × 2 = 20,640.00 yuan for two persons."""
    assert result(household(*assets), **URBAN)("asset_ok") is ok


def test_each_condition_keeps_its_message_and_place(sources: Callable[..., Any]) -> None:
    found = sources(**URBAN)
    assert found["asset_deposits"].message.zh == "存款 {left} 超过限额 {right}"
    assert found["asset_deposits"].where.path == "$.asset_test.ok"
    assert found["asset_ok"].text == "asset_deposits and asset_homes and asset_vehicles"


def test_no_condition_in_force_fails_nobody(sources: Callable[..., Any]) -> None:
    found = sources(standard=URBAN["standard"])["asset_ok"]
    assert (found.text, found.provision) == ("TRUE", "core/no_asset_test")


def test_a_gap_stops_only_a_household_that_has_something(result: Result) -> None:
    rules = {"asset_test": {"limits": {"status": "gap"}}}
    assert result(household(), **rules)("asset_ok") is True
    assert result(household({"kind": "vehicle", "exempt": "mobility_vehicle"}), **rules)("asset_ok") is True
    assert result(household({"kind": "deposit", "amount": 1}), **rules)("asset_ok") == Failure(
        "gap", "test/asset_test#limits"
    )


def test_a_gap_about_some_kinds_of_asset_stops_only_those(result: Result) -> None:
    rules = {"asset_test": {"homes": {"status": "gap", "assets": ["house"]}}}
    assert result(household({"kind": "deposit", "amount": 1}), **rules)("asset_ok") is True
    assert isinstance(result(household({"kind": "house"}), **rules)("asset_ok"), Failure)


def test_a_failed_condition_is_found_before_a_gap(result: Result) -> None:
    rules = {"asset_test": {"claims": {"status": "gap"}, "homes": URBAN["asset_test"]["homes"]}}
    assert result(household({"kind": "house", "quantity": 2}), **rules)("asset_ok") is False


def test_a_gap_for_the_whole_test_is_overtaken_by_any_condition_ruled(texts: Texts) -> None:
    alone = texts(asset_test={"*": {"status": "gap"}})
    assert (alone["asset_limits"], alone["asset_ok"]) == (
        "",
        'COUNT(assets, WHEN(assets.exempt = "none")) = 0 or asset_limits',
    )
    assert (
        texts(asset_test={"*": {"status": "gap"}, "homes": URBAN["asset_test"]["homes"]})["asset_ok"] == "asset_homes"
    )
