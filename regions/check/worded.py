"""Checks of what people read: both languages everywhere, and every outcome in words without an identifier."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.assess import Assessment, assess
from core.errors import InvalidInput, JiuzhuError, Language, Problem, Text
from core.example import Question
from core.narrative import narrate
from core.provision import Provision
from regions.check.report import Finding
from regions.check.subject import Subject

_ASIDE = re.compile(r"（[^（）]*）|\([^()]*\)|\[[^\[\]]*\]|[a-z0-9_]+/\S+")
"""What is for who looks further: what stands in brackets, and the addresses of provisions and documents."""
_CODE = re.compile(r"\b[a-z][a-z0-9]*(?:[_.][a-z][a-z0-9_]*)+\b")
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def languages(subject: Subject) -> Iterator[Finding]:
    """Every label, text and reason of the plugin stands in Chinese and in English."""
    for one in subject.provisions:
        label = _called(one)
        if label is None and not one.removed:
            text = Text("没有名称（label）", "has no label")
            yield _half(text, subject, one, "", None)
        for path, found in _texts(one.value):
            if isinstance(found, str) or not found.get("en"):
                zh = found if isinstance(found, str) else str(found.get("zh", ""))
                yield _half(Text("缺少英文", "lacks the English sentence"), subject, one, path, zh)
        reasons = (("because", one.because), ("from", one.period.start.because), ("until", one.period.until.because))
        for path, reason in reasons:
            if reason is not None and not reason.en:
                yield _half(Text("缺少英文", "lacks the English sentence"), subject, one, path, reason.zh)


def _called(one: Provision) -> Any:
    return one.value.get("label") or (one.value.get("name") if one.kind == "division" else None)


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every text for readers inside a value: those with a Chinese sentence, and labels that are Chinese alone."""
    if isinstance(value, Mapping):
        if "zh" in value:
            yield path, value
            return
        for key, part in value.items():
            below = f"{path}.{key}" if path else str(key)
            if key == "label" and isinstance(part, str):
                yield below, part
            yield from _texts(part, below)
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value):
            yield from _texts(part, f"{path}[{number}]")


def _half(text: Text, subject: Subject, one: Provision, path: str, value: str | None) -> Finding:
    hint = Text("请写 {zh: …, en: …}", "write {zh: …, en: …}")
    problem = Problem(code="one_language", message=text, where=subject.where(one, path), value=value, hint=hint)
    return Finding(check="languages", problem=problem)


def outcomes(subject: Subject) -> Iterator[Finding]:
    """The result of every worked example reads in both languages, and no identifier stands in a sentence."""
    try:
        questions = subject.questions
    except InvalidInput:
        return  # told by the check of the examples
    for question in questions:
        found = _assessed(question, subject)
        for language in LANGUAGES:
            if found is not None:
                yield from _unread(question, narrate(found, language).splitlines(), language)


def _assessed(question: Question, subject: Subject) -> Assessment | None:
    if question.facts is None:
        return None
    try:
        book = subject.rules(question)
        return assess(book, book.facts.prepare(question.facts, book.policy.on))
    except JiuzhuError:
        return None  # the example expects it, or does not hold, which is told there


def _unread(question: Question, page: Sequence[str], language: Language) -> Iterator[Finding]:
    for line in page:
        plain = line
        while plain != (plain := _ASIDE.sub("", plain)):
            pass
        for code in dict.fromkeys(one for one in _CODE.findall(plain) if one not in question.programmes):
            text = Text(
                f"结果中出现标识符（{question.name.zh}，{language}）：{line.strip()}",
                f"an identifier stands in the result ({question.name.en}, {language}): {line.strip()}",
            )
            hint = Text("请为它写 label 或 message", "give it a label or a message")
            yield Finding(
                check="outcomes",
                problem=Problem(code="unreadable", message=text, where=question.where, value=code, hint=hint),
            )
