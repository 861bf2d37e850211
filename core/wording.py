"""Values in the words of a reader: amounts with their unit, yes and no, dates; and the exact form used in JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from math import gcd
from typing import Any

from core.errors import Language
from core.formula.schema import ValueType
from core.formula.tree import Failure
from core.provision import Document
from core.values import Citation, Unit, fraction_text, yuan_text

Value = Fraction | int | bool | str | Failure
LINE = re.compile(r"\bL\d+(?:（([^）]*)）)?")
"""An article that is a line of the compilation a document was found in; in brackets what stands there."""


def value_json(value: Value, type_: ValueType, unit: Unit) -> Any:
    """Return the exact value for JSON: money in yuan (``"772.00"``, ``"850/3"``), other numbers as exact text.

    >>> value_json(Fraction(77200), "number", Unit(money=1))
    '772.00'
    """
    if isinstance(value, Failure):
        return {"error": value.code, "name": value.name}
    if type_ == "date":
        return date.fromordinal(int(value)).isoformat()
    if type_ != "number":
        return value
    number = Fraction(value)
    if unit.money != 1:
        return fraction_text(number)
    return yuan_text(number) if number.denominator == 1 else fraction_text(number / 100)


def raw_json(type_: ValueType, unit: Unit, denominator: int) -> Callable[[Any], Any]:
    """Return what :func:`value_json` gives, from a writer's raw value over ``denominator`` (0: a pair)."""
    if type_ == "date":
        return lambda raw: date.fromordinal(raw).isoformat()
    if type_ != "number":
        return lambda raw: raw
    text = _money_over if unit.money == 1 else _number_over
    if denominator == 1:
        return _fen_text if unit.money == 1 else str
    if denominator == 0:
        return lambda raw: text(*raw)
    return lambda raw: text(raw, denominator)


def _number_over(above: int, below: int) -> str:
    shared = gcd(above, below)
    return str(above // below) if shared == below else f"{above // shared}/{below // shared}"


def _money_over(above: int, below: int) -> str:
    return _fen_text(above // below) if above % below == 0 else _number_over(above, below * 100)


def _fen_text(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}" if fen >= 0 else f"-{-fen // 100}.{-fen % 100:02d}"


def value_text(value: Value, type_: ValueType, unit: Unit, language: Language) -> str:
    """Return the value as a reader sees it: ``2,000.00元/年``, ``是``, ``2018年6月1日``."""
    if isinstance(value, Failure):
        return f"{value.code}: {value.name}"
    if type_ == "boolean":
        return ("是" if value else "否") if language == "zh" else ("yes" if value else "no")
    if type_ == "date":
        return date_text(date.fromordinal(int(value)), language)
    if type_ == "text":
        return str(value)
    return number_text(Fraction(value), unit, language)


def number_text(number: Fraction, unit: Unit, language: Language) -> str:
    """Return a number with its unit; money with two decimals and thousands marks, an inexact one marked ``≈``."""
    if unit.money == 1:
        rest = unit / Unit(money=1)
        head, _, tail = yuan_text(number).partition(".")
        shown = f"{int(head):,}.{tail}" if head != "-0" else f"-0.{tail}"
        mark = "" if number.denominator == 1 else "≈"
        per = rest.label(language).removeprefix("1")
        return f"{mark}{shown}{'元' if language == 'zh' else ' yuan'}{per}"
    shown = fraction_text(number)
    label = counted(unit, language, many=number != 1)
    return f"{shown}{label}" if language == "zh" else f"{shown} {label}".strip()


def counted(unit: Unit, language: Language, *, many: bool) -> str:
    """Return a unit as it follows a number: ``个月``, ``months``."""
    if unit == Unit(month=1):
        return "个月" if language == "zh" else "months" if many else "month"
    label = unit.label(language)
    return f"{label}s" if language == "en" and many and unit in (Unit(person=1), Unit(year=1)) else label


def citation_text(citation: Citation, documents: Mapping[str, Document], language: Language) -> str:
    """Return a citation as people cite: 《title》 article; a document nobody can name otherwise by its id."""
    document, article = documents.get(citation.document), article_text(citation.article)
    if document is None or not (document.title or document.called or document.issuer):
        return f"{citation.document} {article}".rstrip()
    if document.title is None:
        name = _untitled(document, language)
    else:
        name = f"《{document.title}》" if language == "zh" else f"{document.title} "
    return f"{name}{article}".rstrip()


def short_citation(cite: str, documents: Mapping[str, Document], language: Language) -> str:
    """Return ``document-id article`` in few words: the document by its number where it has one."""
    name, _, article = cite.partition(" ")
    document = documents.get(name)
    if document is None or document.number is None:
        return citation_text(Citation(document=name, article=article), documents, language)
    return f"{document.number} {article_text(article)}".rstrip()


def article_text(article: str) -> str:
    """Return an article as people name it: of a line of a compilation, what the line is about.

    >>> article_text("第十条第一款"), article_text("L189（城市标准）、L189（农村标准）"), article_text("L191")
    ('第十条第一款', '城市标准、农村标准', '')
    """
    return LINE.sub(lambda line: line[1] or "", article)


def _untitled(document: Document, language: Language) -> str:
    """A document whose title the source does not give: as it is called, else by its issuer and day."""
    if document.called is not None:
        return f"{document.called}（标题未载）" if language == "zh" else f"{document.called} (title not given) "
    day = date_text(document.issued, language) if document.issued else ""
    if language == "zh":
        return f"{document.issuer}{day}文件（标题未载）"
    return f"{document.issuer} {day} (title not given) "


def date_text(day: date, language: Language) -> str:
    """Return a date as printed on a form."""
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else day.isoformat()
