"""Which class a household is in and how many months pass between its reviews."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.formula.tree import Failure

Texts = Callable[..., dict[str, str]]
Result = Callable[..., Callable[[str], Any]]
CLASSES: dict[str, Any] = {
    "others": {"label": "其他家庭", "months": 6},
    "stable": {"label": "三无、重残", "when": "ALL(member.three_no)", "months": 12, "order": 1},
    "unstable": {"label": "收入不稳定", "when": "ANY(member.employed)", "months": 1, "order": 2},
}


def members(**facts: Any) -> dict[str, Any]:
    return {"members": [{"id": "a", "relation": "head", "employed": False, **facts}]}


def test_the_first_class_that_holds_counts_and_the_unconditional_one_comes_last(result: Result) -> None:
    def answer(**facts: Any) -> tuple[str, int]:
        of = result(members(**facts), review_interval=CLASSES)
        return of("review_class"), of("review_months")

    assert answer(three_no=True, employed=True) == ("stable", 12)
    assert answer(employed=True) == ("unstable", 1)
    assert answer() == ("others", 6)


def test_one_interval_for_everybody_needs_no_class(texts: Texts) -> None:
    found = texts(review_interval={"all": {"label": "全部", "months": 6}})
    assert (found["review_class"], found["review_months"]) == ('"all"', "6 months")


def test_a_class_that_is_a_gap_stops_only_its_households(result: Result) -> None:
    classes = CLASSES | {
        "unstable": {"status": "gap", "label": "收入不稳定", "when": "ANY(member.employed)", "order": 2}
    }
    assert result(members(), review_interval=classes)("review_months") == 6
    assert result(members(employed=True), review_interval=classes)("review_months") == Failure(
        "gap", "test/review_interval#unstable"
    )
    torn = {"all": {"label": "全部", "months": {"gap": "来源未载"}}}
    assert result(members(), review_interval=torn)("review_months") == Failure("gap", "test/review_interval#all")


def test_gaps_alone_make_class_and_months_fail(sources: Callable[..., Any]) -> None:
    for given in ({"all": {"status": "gap"}}, {"*": {"status": "gap"}}):
        found = sources(review_interval=given)
        assert found["review_class"].flags[0] == found["review_months"].flags[0] == "gap"
    assert "review_class" not in sources()
