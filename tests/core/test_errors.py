"""The error tree: what is told, where, with which value, and in both languages."""

from __future__ import annotations

import pytest

from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where, did_you_mean, nearest

WRONG = Text("取值有误", "wrong value")
FULL = Problem(
    code="not_allowed", message=WRONG, hint=Text("请改正", "mend it"), where=Where(file="f.yaml", line=2, column=7, path="$.area"),
    value="urbn", allowed=("urban", "rural"),
)  # fmt: skip


def test_a_text_is_picked_by_language() -> None:
    assert (WRONG.pick("zh"), WRONG.pick("en")) == ("取值有误", "wrong value")


def test_a_text_without_english_is_shown_in_chinese() -> None:
    assert Text("元", "").pick("en") == "元"


def test_a_text_inside_a_text_is_filled_in_its_own_language() -> None:
    filled = Text("缺少{what}×{n}", "missing {what} × {n}").format(what=Text("事实", "fact"), n=2)
    assert filled == Text("缺少事实×2", "missing fact × 2")


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        (Where(file="f.yaml", line=2, column=7, path="$.area"), "f.yaml:2:7 $.area"),
        (Where(file="hook()", path="$.a[0]"), "hook() $.a[0]"),
        (Where(file="f.yaml"), "f.yaml"),
        (Where(), ""),
    ],
)
def test_a_place_shows_what_is_known_of_it(where: Where, shown: str) -> None:
    assert str(where) == shown


def test_a_problem_tells_place_value_allowed_hint_and_code_in_chinese() -> None:
    told = "f.yaml:2:7 $.area: 取值有误（现为：urbn）；可用：urban、rural。请改正 [not_allowed]"
    assert FULL.render("zh") == told


def test_a_problem_tells_the_same_in_english() -> None:
    told = "f.yaml:2:7 $.area: wrong value (found: urbn); allowed: urban, rural. mend it [not_allowed]"
    assert FULL.render("en") == told


def test_a_problem_without_more_is_its_message_and_code() -> None:
    assert Problem(code="odd", message=WRONG).render("zh") == "取值有误 [odd]"
    assert Problem(code="odd", message=WRONG, where=Where()).render("en") == "wrong value [odd]"


def test_an_empty_value_is_shown_as_empty() -> None:
    assert Problem(code="odd", message=WRONG, value="").render("en") == "wrong value (found: ) [odd]"


def test_a_simple_error_is_one_problem_and_prints_in_english() -> None:
    error = JiuzhuError("odd", WRONG, hint=Text("请改正", "mend it"), where=Where(file="f"), value="x")
    assert error.problems == (
        Problem(code="odd", message=WRONG, hint=Text("请改正", "mend it"), where=Where(file="f"), value="x"),
    )
    assert str(error) == error.render("en") == "f: wrong value (found: x). mend it [odd]"


def test_an_invalid_input_reports_every_fault_in_order_and_stands_for_its_first() -> None:
    second = Problem(code="missing", message=Text("缺少", "missing"))
    error = InvalidInput(one for one in (FULL, second))
    assert error.problems == (FULL, second)
    assert error.render("en").splitlines() == [FULL.render("en"), "missing [missing]"]
    assert (error.code, error.message, error.hint, error.where, error.value) == (
        "not_allowed", WRONG, FULL.hint, FULL.where, "urbn",
    )  # fmt: skip


def test_the_nearest_word_is_found_and_a_strange_one_is_not() -> None:
    assert nearest("urbn", ["rural", "urban"]) == "urban"
    assert nearest("xyz", ["rural", "urban"]) is None


def test_a_hint_names_the_nearest_word_or_says_nothing() -> None:
    assert did_you_mean("urbn", ["rural", "urban"]) == Text("是否为“urban”？", "Did you mean 'urban'?")
    assert did_you_mean("xyz", []) is None
