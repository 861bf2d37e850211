"""The order of stages: given by ``after`` and ``before``, merged from every level, and always checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.errors import InvalidInput, JiuzhuError
from core.kinds.procedure import KIND, order_stages

NATIONAL: dict[str, Any] = {
    "application": {"actor": "household"},
    "acceptance": {"after": ["application"]},
    "survey": {"after": "acceptance"},
    "posting": {"after": ["survey"]},
    "decision": {"after": ["posting"]},
}


def test_stages_follow_what_they_name() -> None:
    backwards = dict(reversed(NATIONAL.items()))
    assert order_stages(backwards) == tuple(NATIONAL)


def test_stages_that_wait_for_nothing_more_keep_the_order_they_were_given_in() -> None:
    assert order_stages({"b": {}, "a": {}, "c": {"after": ["b"]}}) == ("b", "a", "c")


def test_a_lower_level_inserts_a_stage_between_two() -> None:
    local = NATIONAL | {"panel": {"after": ["survey"], "before": ["posting"]}}
    assert order_stages(local) == ("application", "acceptance", "survey", "panel", "posting", "decision")


def test_a_reference_to_a_removed_stage_says_nothing() -> None:
    without = {name: stage for name, stage in NATIONAL.items() if name != "posting"}
    assert order_stages(without, removed={"posting"})[-1] == "decision"


def test_every_unknown_stage_is_named_with_the_nearest() -> None:
    with pytest.raises(InvalidInput) as caught:
        order_stages({"survey": {"after": ["acceptence"], "before": ["nowhere"]}, "acceptance": {}})
    assert [(one.code, one.value) for one in caught.value.problems] == [
        ("unknown_stage", "acceptence"),
        ("unknown_stage", "nowhere"),
    ]
    assert "acceptance" in str(caught.value.problems[0].hint)


def test_a_circle_is_an_error_naming_who_waits() -> None:
    with pytest.raises(JiuzhuError) as caught:
        order_stages({"a": {}, "b": {"after": ["c"]}, "c": {"after": ["b"]}})
    assert caught.value.code == "stage_cycle"
    assert "b, c" in caught.value.message.en


def test_a_stage_cannot_come_after_and_before_the_same_one() -> None:
    assert KIND.check is not None
    assert [path for path, _ in KIND.check({"after": ["visit"], "before": "visit"})] == ["before"]
    assert not list(KIND.check({"after": ["visit"]}))


def test_a_stage_some_cases_need_names_its_condition(texts: Callable[..., dict[str, str]]) -> None:
    found = texts(
        procedure={
            "*": {},
            "panel": {"label": "一事一议", "when": "household_size > 4"},
            "decision": {"label": "审批"},
        }
    )
    assert found["stage_panel_when"] == "household_size > 4"
    assert "stage_decision_when" not in found
