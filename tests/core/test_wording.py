"""Values in words: amounts with their unit, yes and no, dates, citations; the same in Chinese and English."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Language
from core.formula.schema import ValueType
from core.formula.tree import Failure
from core.provision import Document
from core.values import Citation, Unit
from core.wording import (
    Value,
    citation_text,
    counted,
    date_text,
    number_text,
    raw_json,
    short_citation,
    value_json,
    value_text,
)

DAY = date(2018, 4, 7)


@pytest.mark.parametrize(
    ("value", "type_", "unit", "shown"),
    [
        (Fraction(77200), "number", "yuan/year", "772.00"),
        (Fraction(-5), "number", "yuan", "-0.05"),
        (Fraction(85000, 3), "number", "yuan/month", "850/3"),
        (Fraction(1, 2), "number", "number", "1/2"),
        (3, "number", "person", "3"),
        (True, "boolean", "number", True),
        ("rural", "text", "number", "rural"),
        (DAY.toordinal(), "date", "number", "2018-04-07"),
        (Failure("gap", "p/x"), "number", "yuan", {"error": "gap", "name": "p/x"}),
    ],
)
def test_json_holds_the_exact_value(value: Value, type_: ValueType, unit: str, shown: object) -> None:
    assert value_json(value, type_, Unit.parse(unit)) == shown


@pytest.mark.parametrize(
    ("number", "unit", "zh", "en"),
    [
        (200000, "yuan/year", "2,000.00元/年", "2,000.00 yuan/year"),
        (43000, "yuan/person-month", "430.00元/人·月", "430.00 yuan/person-month"),
        (0, "yuan", "0.00元", "0.00 yuan"),
        (-50, "yuan", "-0.50元", "-0.50 yuan"),
        (-123456, "yuan", "-1,234.56元", "-1,234.56 yuan"),
        (Fraction(85000, 3), "yuan/month", "≈283.33元/月", "≈283.33 yuan/month"),
        (6, "month", "6个月", "6 months"),
        (1, "month", "1个月", "1 month"),
        (4, "person", "4人", "4 persons"),
        (1, "person", "1人", "1 person"),
        (18, "year", "18年", "18 years"),
        (2, "count", "2个", "2 count"),
        (Fraction(1, 2), "number", "1/2", "1/2"),
    ],
)
def test_numbers_are_shown_with_their_unit(number: int, unit: str, zh: str, en: str) -> None:
    value = Fraction(number)
    assert (number_text(value, Unit.parse(unit), "zh"), number_text(value, Unit.parse(unit), "en")) == (zh, en)


@given(fen=st.integers(min_value=-(10**15), max_value=10**15))
def test_the_shown_amount_is_the_amount_to_the_fen(fen: int) -> None:
    shown = number_text(Fraction(fen), Unit(money=1), "zh").removesuffix("元").replace(",", "")
    assert Fraction(shown) * 100 == fen


@pytest.mark.parametrize(
    ("value", "type_", "zh", "en"),
    [
        (True, "boolean", "是", "yes"),
        (False, "boolean", "否", "no"),
        ("农村", "text", "农村", "农村"),
        (DAY.toordinal(), "date", "2018年4月7日", "2018-04-07"),
        (Fraction(3), "number", "3", "3"),
        (Failure("gap", "p/x"), "boolean", "gap: p/x", "gap: p/x"),
    ],
)
def test_a_value_is_shown_by_its_type(value: Value, type_: ValueType, zh: str, en: str) -> None:
    assert (value_text(value, type_, Unit(), "zh"), value_text(value, type_, Unit(), "en")) == (zh, en)


def test_only_persons_years_and_months_have_a_plural() -> None:
    assert counted(Unit(money=1), "en", many=True) == "yuan"
    assert counted(Unit(month=-1), "en", many=True) == "1/month"


@pytest.mark.parametrize(("language", "shown"), [("zh", "《某办法》第三条"), ("en", "某办法 第三条")])
def test_a_citation_names_the_title_as_people_cite(language: Language, shown: str) -> None:
    documents = {"p/doc": Document(id="p/doc", title="某办法")}
    assert citation_text(Citation(document="p/doc", article="第三条"), documents, language) == shown


def test_a_citation_of_a_document_without_title_names_its_id() -> None:
    cite = Citation(document="p/doc", article="第三条")
    assert citation_text(cite, {}, "zh") == citation_text(cite, {"p/doc": Document(id="p/doc", title=None)}, "en")
    assert citation_text(cite, {}, "zh") == "p/doc 第三条"


def test_a_date_is_shown_as_on_a_form() -> None:
    assert (date_text(DAY, "zh"), date_text(DAY, "en")) == ("2018年4月7日", "2018-04-07")


@pytest.mark.parametrize(
    ("unit", "denominator", "raw", "shown"),
    [
        ("yuan", 1, -5, "-0.05"), ("yuan", 1, 77200, "772.00"), ("yuan", 3, 85000, "850/3"), ("yuan", 2, 4, "0.02"),
        ("yuan", 0, (-10, 4), "-1/40"), ("month", 1, -6, "-6"), ("month", 4, 6, "3/2"), ("month", 0, (6, 3), "2"),
        ("month", 3, -3, "-1"),
    ],
)  # fmt: skip
def test_a_raw_number_is_shown_without_making_a_fraction(unit: str, denominator: int, raw: object, shown: str) -> None:
    assert raw_json("number", Unit.parse(unit), denominator)(raw) == shown


def test_a_document_whose_title_is_not_given_is_cited_by_issuer_and_day() -> None:
    cite = Citation(document="p/doc", article="二(一)")
    notice = Document(id="p/doc", title=None, issuer="民政部", issued=date(2010, 6, 13))
    undated = Document(id="p/doc", title=None, issuer="民政部")
    assert citation_text(cite, {"p/doc": notice}, "zh") == "民政部2010年6月13日文件（标题未载）二(一)"
    assert citation_text(cite, {"p/doc": notice}, "en") == "民政部 2010-06-13 (title not given) 二(一)"
    assert citation_text(cite, {"p/doc": undated}, "zh") == "民政部文件（标题未载）二(一)"


def test_a_document_without_title_and_issuer_is_cited_as_it_is_called() -> None:
    cite, found = (
        Citation(document="p/doc", article="L189（城市标准）"),
        Document(id="p/doc", title=None, called="某市报告"),
    )
    assert citation_text(cite, {"p/doc": found}, "zh") == "某市报告（标题未载）城市标准"
    assert citation_text(cite, {"p/doc": found}, "en") == "某市报告 (title not given) 城市标准"


@pytest.mark.parametrize(
    ("number", "shown"), [("某发〔2018〕11号", "某发〔2018〕11号 第三条"), (None, "《某办法》第三条")]
)
def test_in_few_words_a_document_is_cited_by_its_number_where_it_has_one(number: str | None, shown: str) -> None:
    documents = {"p/doc": Document(id="p/doc", title="某办法", number=number)}
    assert short_citation("p/doc 第三条", documents, "zh") == shown
    assert short_citation("q/doc 第三条", documents, "zh") == "q/doc 第三条"
