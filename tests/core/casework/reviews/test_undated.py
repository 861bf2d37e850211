"""Households without a date of review are listed with why: no rule, a gap in one, or nobody has assessed them yet."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.casework.reviews.review import Undated, undated_reviews

DALI = "610523"
RULE = """
plugin: {{name: dali_review, title: {{zh: 大荔县复核（虚构示例）, en: Reviews in Dali (made up)}}, version: 0.1.0,
         requires: {{core: ">=0.1,<0.2", plugins: {{shaanxi_rural: ">=0.1"}}}}}}
documents: {{rules: {{title: 大荔县复核办法（虚构示例）, issuer: 大荔县民政局, number: 示民发〔2008〕7号, issued: 2008-01-10}}}}
defaults: {{division: "610523", programme: dibao, area: rural, document: rules, cite: 第一条, from: 2008-02-01}}
provisions:
  - id: review
    kind: review_interval
    items: {{all: {{label: {{zh: 全部（示例）, en: All (made up)}}, months: {months}, order: 1}}}}
"""


def undated(bureau: Any, add_roll: Any, place: str, **household: Any) -> Undated:
    """Why one household of a place, on the roll without a date, has none."""
    with bureau.desk("root") as desk:
        add_roll(desk, [{"monthly": 6433} | household], division=place, since=date(2008, 1, 1))
    with bureau.desk(f"auditor.{place}") as desk:
        (found,) = undated_reviews(desk, place, programme="dibao")
    return found


@pytest.mark.parametrize(
    ("months", "zh", "en"),
    [
        ("{gap: {zh: 办法未定周期, en: none is set}}", "办法未定周期", "none is set"),
        ("{status: gap, because: {zh: 附件未见, en: not in hand}}", "附件未见", "not in hand"),
        ("{status: gap}", "来源未载复核间隔", "the source gives no interval"),
    ],
)
def test_interval_the_rule_leaves_open_is_told_in_the_words_of_the_rule(
    make_bureau: Any, add_roll: Any, tmp_path: Path, *, months: str, zh: str, en: str
) -> None:
    (tmp_path / "dali_review").mkdir()
    (tmp_path / "dali_review" / "policy.yaml").write_text(RULE.format(months=months), encoding="utf-8")
    bureau = make_bureau(DALI, plugin_dirs=(tmp_path / "dali_review",))
    found = undated(bureau, add_roll, DALI, area="rural", review_class="all")
    assert (found.because.zh, found.because.en, found.provision) == (zh, en, "dali_review/review#all")


def test_place_without_a_rule_of_intervals_says_so(make_bureau: Any, add_roll: Any) -> None:
    bureau = make_bureau("430900", day="2011-12-01")  # the countryside had no such rule before December 2012
    found = undated(bureau, add_roll, "430900", area="rural")
    assert (found.because.zh, found.provision) == ("没有现行的复核间隔规定", "")


def test_class_that_is_ruled_and_has_no_date_waits_for_its_first_review(make_bureau: Any, add_roll: Any) -> None:
    found = undated(make_bureau(DALI), add_roll, DALI, area="rural", review_class="all")
    assert (found.households, found.because.zh) == (1, "尚未按规则核算过（如存量转入），复核日期待首次复核确定")


def test_class_nobody_told_is_explained_by_the_gap_the_rule_has(make_bureau: Any, add_roll: Any) -> None:
    found = undated(make_bureau("430900", day="2008-03-01"), add_roll, "430900", area="urban")
    assert found.provision == "national/review-urban-1999#periodic" and "未定周期" in found.because.zh
