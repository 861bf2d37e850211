"""Why a quantity has no value, in words: what is missing and who or what can cure it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.formula.tree import Failure
from core.provision import Provision
from core.reasons import failure_text, gap_text
from core.rulebook import Rulebook

Law = dict[str, Provision]


@pytest.fixture
def book(law: Law, rules: Callable[..., Rulebook]) -> Rulebook:
    """A rulebook whose payment is a gap and whose standard is not in force."""
    gap = replace(
        law["payment"], status="gap", value={"label": {"zh": "发放办法", "en": "payment"}}, because=law["lost"].because
    )
    return rules({name: one for name, one in law.items() if name != "standard"} | {"payment": gap})


def test_a_missing_fact_is_named_by_its_label(book: Rulebook) -> None:
    text = failure_text(Failure("missing_fact", "member.birth_date"), book)
    assert (text.zh, text.en) == ("缺少事实：出生日期", "missing fact: date of birth")


def test_a_missing_fact_nobody_labelled_is_named_by_its_name(book: Rulebook) -> None:
    text = failure_text(Failure("missing_fact", "p_unknown"), book)
    assert text.zh == "缺少事实：p_unknown"


def test_a_gap_tells_what_is_not_ruled_why_and_who_may_rule(book: Rulebook) -> None:
    text = failure_text(Failure("gap", "p/payment"), book)
    assert all(part in text.zh for part in ("上级文件未规定：发放办法", "来源缺文", "修订"))
    assert all(part in text.en for part in ("payment", "missing in the source", "amendment"))


def test_a_part_that_is_a_gap_tells_its_own_reason(law: Law, rules: Callable[..., Rulebook]) -> None:
    torn = {
        "label": {"zh": "定额", "en": "amount"},
        "method": "flat",
        "amount": {"gap": {"zh": "未载数额", "en": "no sum"}},
    }
    text = gap_text("p/benefit", rules(law | {"benefit": replace(law["benefit"], value=torn)}))
    assert text.zh.startswith("上级文件未规定：定额。未载数额。") and "no sum" in text.en


def test_a_gap_that_is_no_longer_in_force_is_named_by_its_address(book: Rulebook) -> None:
    assert gap_text("q/gone", book).zh.startswith("上级文件未规定：q/gone。来源未载。")


def test_nothing_in_force_names_kind_place_day_and_what_is_near(book: Rulebook) -> None:
    text = failure_text(Failure("nothing_in_force", "standard:dibao"), book)
    assert all(part in text.zh for part in ("赫山区", "2018-06-01", "保障标准", "低保", "没有任何相近日期的规定"))
    assert all(part in text.en for part in ("赫山区", "2018-06-01", "standard", "Dibao", "no rule of a near date"))


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("division_by_zero", "除数为零", "division by zero"),
        ("no_match", "没有符合的情形", "no case"),
        ("no_band", "低于最低一档", "lowest band"),
        ("empty_list", "没有可比较的记录", "no record"),
        ("no_standard", "没有现行标准", "no standard is in force"),
    ],
)
def test_an_impossible_calculation_names_the_quantity(book: Rulebook, code: str, zh: str, en: str) -> None:
    text = failure_text(Failure(code, "dibao.benefit"), book)
    assert zh in text.zh and en in text.en and "dibao.benefit" in text.zh and "dibao.benefit" in text.en


def test_a_code_unknown_here_is_told_by_its_name(book: Rulebook) -> None:
    assert failure_text(Failure("odd", "dibao.benefit"), book).zh == "dibao.benefit"
