"""Which income counts, member by member and for the household."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Texts = Callable[..., dict[str, str]]
Result = Callable[..., Callable[[str], Any]]
ITEMS: dict[str, Any] = {
    "farming": {"label": "农林养殖", "treatment": "counted", "class": "business"},
    "wage": {"label": "工资", "treatment": "counted", "class": "wage"},
    "student_aid": {"label": "助学金", "treatment": "exempt"},
    "medical_costs": {"label": "刚性医疗支出", "treatment": "deducted"},
    "article_9_4": {"status": "gap"},
}


def household(*income: dict[str, Any], shared: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {
        "members": [{"id": "a", "relation": "head", "income": list(income)}],
        "shared_income": list(shared),
    }


def test_each_record_is_put_on_a_year_and_told_apart(texts: Texts) -> None:
    found = texts(income_definition=ITEMS)
    assert found["income.annual"] == (
        'income.amount * SWITCH(income.frequency, "month", 12, "quarter", 4, "year", 1, "once", 1) / 1 year'
    )
    assert found["income.counted"] == 'SWITCH(income.item, "farming", TRUE, "wage", TRUE, FALSE)'
    assert found["shared_income.deducted"] == 'shared_income.item = "medical_costs"'


def test_nothing_deducted_keeps_the_sums_short(texts: Texts) -> None:
    found = texts(income_definition={"wage": ITEMS["wage"]})
    assert found["income.deducted"] == "FALSE"
    assert found["member.counted_income"] == "SUM(income.annual, WHEN(income.counted))"
    assert (
        found["counted_income"] == "SUM(member.counted_income) + SUM(shared_income.annual, WHEN(shared_income.counted))"
    )


def test_a_gap_item_is_no_item_and_gaps_alone_are_no_definition(texts: Texts) -> None:
    assert "article_9_4" not in texts(income_definition=ITEMS)["income.counted"]
    assert "counted_income" not in texts(income_definition={"article_9_4": {"status": "gap"}})


def test_counted_income_is_per_reference_period(texts: Texts) -> None:
    found = texts(income_definition=ITEMS, standard={"amount": {"yuan": "430", "per": "person-month"}})
    assert found["counted_income"].startswith("MONTHLY(SUM(")


def test_exempt_income_is_left_out_and_a_deduction_taken_off(result: Result) -> None:
    of = result(
        household(
            {"item": "farming", "amount": 1200},
            {"item": "student_aid", "amount": 500},
            {"item": "wage", "amount": 100, "frequency": "month"},
            shared=(
                {"item": "farming", "amount": 50, "frequency": "quarter"},
                {"item": "medical_costs", "amount": 400},
            ),
        ),
        income_definition=ITEMS,
    )
    assert of("member.counted_income") == [240000]
    assert of("counted_income") == 240000 + 20000 - 40000


def test_a_deduction_may_exceed_what_was_earned(result: Result) -> None:
    """No source clamps income at 0, so the platform does not either."""
    of = result(household(shared=({"item": "medical_costs", "amount": 400},)), income_definition=ITEMS)
    assert of("counted_income") == -40000
