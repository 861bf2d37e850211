"""What an event says beyond its name, in both languages: every part in words, what is open told as open."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from core.casework.flow.history import Happening
from core.casework.flow.story_detail import Names, details
from core.errors import Text
from core.store.tables import Decision

MONDAY = date(2008, 3, 3)
NAMES = Names(officials={7: Text("东村主任", "head of 东村")}, findings={}, place={"610523": "大荔县"}.__getitem__)


def said(made: Decision | None = None, **body: Any) -> list[tuple[str, str]]:
    """What an event with this body is told as."""
    one = Happening(
        id=1, sequence=1, kind="stage", happened_on=MONDAY, recorded_on=MONDAY, actor_id=1, reason=None, body=body
    )
    return [(text.zh, text.en) for text in details(one, made, NAMES)]


@pytest.mark.parametrize(
    ("body", "zh", "en"),
    [
        ({"joined": "a1", "why": "marriage"}, "原因：结婚进户", "reason: joined by marriage"),
        ({"joined": "a1", "why": "birth"}, "原因：出生", "reason: birth"),
        ({"left": "a1", "why": "marriage"}, "原因：结婚离户（自然减员（平台假定））",
         "reason: left by marriage (natural decrease (assumed by the platform))"),
        ({"about": ["income", "assets"]}, "涉及：收入、财产", "about: income, assets"),
        ({"died": {"a1": "2008-09-01", "b2": "2008-09-02"}}, "死亡：a1 2008-09-01；b2 2008-09-02",
         "died: a1 on 2008-09-01; b2 on 2008-09-02"),
        ({"target": "temporary_assistance"}, "转介至：临时救助", "referred to: temporary assistance"),
        ({"conditions": {"failed": [{"zh": "收入超标", "en": "income over"}]}}, "未达到：收入超标", "failed: income over"),
        ({"reasons": "不符合"}, "理由：不符合", "reason: 不符合"),
        ({"reasons": ["甲", {"zh": "乙", "en": "b"}]}, "理由：甲；乙", "reason: 甲; b"),
        ({"declared_relations": [{}, {}]}, "申报与任职人员的亲属关系2项", "2 relations to persons in office declared"),
        ({"participants": {"expected": 30, "for": 24}}, "应到30，同意24", "expected 30, for 24"),
        ({"unruled": ["within", "last_month"]}, "来源未载：时限、末次计发月",
         "the source does not say: time limit, last month paid"),
        ({"division": "610523"}, "区划：大荔县", "place: 大荔县"),
        ({"monthly": "19300/3"}, "月额 64.33 元/月", "amount 64.33 yuan a month"),
        ({"by": [7, 9]}, "办理人：东村主任、名册第9号", "by: head of 东村, no. 9"),
    ],
)  # fmt: skip
def test_part_of_an_event_is_told_in_words(body: dict[str, Any], zh: str, en: str) -> None:
    assert said(**body) == [(zh, en)]


@pytest.mark.parametrize("body", [{}, {"by": []}, {"by": "village"}, {"evidence": [], "result": None}])
def test_what_is_not_there_is_not_told(body: dict[str, Any]) -> None:
    assert said(**body) == []


def decision(**said: Any) -> Decision:
    given: dict[str, Any] = {"number": 2, "kind": "reduce", "from_month": date(2008, 10, 1), "until_month": None,
                             "monthly": Fraction(4300, 3), "basis": {}}  # fmt: skip
    return Decision(**given | said)


def test_decision_is_told_exactly_and_its_rounding_is_marked() -> None:
    ((zh, en),) = said(decision())
    assert zh == "第2号决定：自2008年10月起每月 ≈14.33 元（精确 4300/3 分，全年 172.00 元）"
    assert en == "decision no. 2: from 2008-10 ≈14.33 yuan a month (exactly 4300/3 fen, 172.00 yuan a year)"


def test_decision_says_until_when_why_what_is_open_and_what_departs() -> None:
    basis = {
        "unruled": ["last_month"], "reasons": [{"zh": "收入增加", "en": "higher income"}],
        "departure": {"reason": "突发火灾", "finding": "departure"},
    }  # fmt: skip
    first, *rest = said(decision(until_month=date(2009, 1, 1), monthly=Fraction(39000), basis=basis))
    assert "自2008年10月起至2009年1月前每月 390.00 元" in first[0] and "≈" not in first[0]
    assert first[1].startswith("decision no. 2: from 2008-10 until 2009-01 390.00 yuan a month")
    assert [zh for zh, _ in rest] == [
        "来源未载：末次计发月",
        "理由：收入增加",
        "偏离计算结果：突发火灾（认定：决定偏离计算结果）",
    ]
    assert [en for _, en in rest] == [
        "the source does not say: last month paid", "reason: higher income",
        "departs from the computed result: 突发火灾 (finding: decided apart from the computed result)",
    ]  # fmt: skip
