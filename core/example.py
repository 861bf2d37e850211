"""Worked examples (``cases.yaml``): cases a civil servant could sign, each naming its article, run as tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from core.assess import ANSWERED, Assessment, assess
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where, did_you_mean
from core.formula.tree import Failure
from core.policy_schema import DATE, TEXT
from core.provision import Json, text_of
from core.reasons import failure_text
from core.rulebook import Rulebook
from core.schema_check import checked
from core.source import Located
from core.values import exact

_PLACE = {
    "type": "object",
    "properties": {
        "division": {"type": "string"},
        "area": {"enum": ["urban", "rural", "any"], "type": "string"},
    },
    "required": ["division", "area"],
    "additionalProperties": False,
}
_EXPECT = {
    "type": "object",
    "properties": {
        "outputs": {"type": "object"},
        "failed": {"type": "array", "items": {"type": "string"}},
        "answers": {"type": "object"},
        "error": {"type": "string"},
    },
    "additionalProperties": False,
}
CASE: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "name": TEXT,
        "article": {"type": "string"},
        "place": _PLACE,
        "on": DATE,
        "known_at": {"type": "string"},
        "programmes": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "facts": {"type": "object"},
        "provisions": {"type": "array", "items": {"type": "object"}},
        "expect": _EXPECT,
        "note": TEXT,
    },
    "required": ["place", "on"],
    "additionalProperties": False,
}
"""JSON Schema of one case; ``name``, ``article`` and ``expect`` are what makes it a worked example."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A case as read: place, day, programmes and facts, with what is expected where it is a worked example.

    An example without facts asks what the policy answers, and no more.
    """

    name: Text
    article: str
    division: str
    area: str
    on: date
    programmes: tuple[str, ...]
    facts: Located | None = None
    expect: Mapping[str, Json] = field(default_factory=dict)
    provisions: Located | None = None
    known_at: str | None = None
    where: Where | None = None


def read_question(source: Located) -> Question:
    """Read one case file.

    Raises:
        InvalidInput: every fault of its frame; the facts themselves are checked against the policy later.
    """
    data, problems = checked(source, CASE)
    day = None if problems else _day(data["on"], source, problems)
    if problems or day is None:
        raise InvalidInput(problems)
    return Question(
        name=text_of(data.get("name")) or Text("", ""),
        article=data.get("article", ""),
        division=data["place"]["division"],
        area=data["place"]["area"],
        on=day,
        programmes=tuple(data.get("programmes", ("dibao",))),
        facts=source.at("facts") if "facts" in data else None,
        expect=data.get("expect", {}),
        provisions=source if "provisions" in data else None,
        known_at=data.get("known_at"),
        where=source.where(),
    )


def _day(text: str, source: Located, problems: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = Text("不是有效日期，应为 2018-04-27 的形式", "not a date such as 2018-04-27")
        problems.append(Problem(code="bad_date", message=message, where=source.where(("on",)), value=text))
        return None


def read_questions(source: Located) -> tuple[Question, ...]:
    """Read a ``cases.yaml``: a list of cases."""
    return tuple(
        replace(read_question(source.at(number)), where=source.where((number,))) for number in range(len(source.data))
    )


def mismatches(question: Question, rules: Callable[[Question], Rulebook]) -> list[Text]:
    """Run a worked example and return how it differs from what is expected; empty when it holds."""
    try:
        book = rules(question)
        found = assess(book, {} if question.facts is None else book.facts.prepare(question.facts, book.policy.on))
    except JiuzhuError as error:
        codes = [problem.code for problem in error.problems]
        wanted = question.expect.get("error")
        return [] if wanted in codes else [_no_assessment(wanted, error)]
    return list(_differences(question, found))


def _no_assessment(wanted: str | None, error: JiuzhuError) -> Text:
    zh = f"应为错误 {wanted}" if wanted else "应能认定"
    en = f"expected {wanted or 'an assessment'}"
    return Text(f"{zh}，实为 {error.render('zh')}", f"{en}, got {error.render('en')}")


def _difference(what: str, wanted: Any, have: Any) -> Text:
    said = f"{what}: " if what else ""
    return Text(f"{said.replace(': ', ' ')}应为 {wanted}，实为 {have}", f"{said}expected {wanted}, got {have}")


def _differences(question: Question, found: Assessment) -> Iterator[Text]:
    expect = question.expect
    if "error" in expect:
        codes = {failure.code for failure, _ in found.failures}
        if expect["error"] not in codes:
            yield _difference("", f"the error {expect['error']}", found.outputs)
        return
    for key, wanted in expect.get("outputs", {}).items():
        yield from _output(found, key, wanted)
    failed = [one.condition for one in found.failed]
    for condition in expect.get("failed", ()):
        if condition not in failed:
            yield Text(
                f"{condition} 应不满足，实际不满足的是 {failed}", f"expected {condition} to fail; failed: {failed}"
            )
    for kind, wanted in expect.get("answers", {}).items():
        have = [lines[kind] for lines in found.answers.values() if kind in lines]
        if not any(_matches(wanted, one) or _matches(wanted, one.get("", {})) for one in have):
            yield _unanswered(kind, wanted, have)


def _unanswered(kind: str, wanted: Json, have: list[Any]) -> Text:
    """What is ruled in place of what is expected: of what has keys only those asked for, or which there are."""
    if kind not in ANSWERED:
        kinds = "、".join(ANSWERED), ", ".join(ANSWERED)
        return Text(
            f"answers 不含 {kind}，只可问：{kinds[0]}；数额写在 outputs，如 dibao.standard",
            f"answers knows no {kind}, but {kinds[1]}; figures are expected in outputs, such as dibao.standard",
        )
    keys = [key for one in have for key in one if key]
    asked = list(wanted) if isinstance(wanted, Mapping) else []
    shown = [{key: one[key] for key in asked if key in one} for one in have] if {*asked} & {*keys} else sorted(keys)
    return Text(f"{kind} 应为 {wanted}，规定为 {shown}", f"{kind}: expected {wanted}, the policy answers {shown}")


def _output(found: Assessment, key: str, wanted: Json) -> Iterator[Text]:
    formulas = {formula.key: formula for formula in found.rulebook.program.formulas}
    if key not in formulas:
        hint = did_you_mean(key, formulas) or Text("", "")
        yield Text(f"没有名为 {key} 的量。{hint.zh}", f"there is no quantity {key}. {hint.en}")
        return
    have = found.value(key)
    money = formulas[key].unit.money == 1
    pairs = (
        list(zip(have, wanted, strict=False))
        if isinstance(have, list) and isinstance(wanted, list)
        else [(have, wanted)]
    )
    if isinstance(have, list) and (not isinstance(wanted, list) or len(have) != len(wanted)):
        yield _difference(key, wanted, have)
    elif not all(_equal(one, expected, money=money) for one, expected in pairs):
        yield from _missed(found, key, wanted, pairs)


def _missed(found: Assessment, key: str, wanted: Json, pairs: list[tuple[Any, Json]]) -> Iterator[Text]:
    """What came instead, with the reason in words where it is no value."""
    failure = next((one for one, _ in pairs if isinstance(one, Failure)), None)
    if failure is None:
        yield _difference(key, wanted, found.outputs.get(key))
        return
    why = failure_text(failure, found.rulebook)
    said = Text(f"{key} 应为 {wanted}。{why.zh}", f"{key}: expected {wanted}. {why.en}")
    yield said if failure.name in said.zh else Text(f"{said.zh}（{failure.name}）", f"{said.en} ({failure.name})")


def _equal(have: Any, wanted: Json, *, money: bool) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(have, Failure) and have.code == wanted.get("error")
    if isinstance(have, bool):
        return str(wanted).lower() == str(have).lower()
    if isinstance(have, Fraction | int):
        try:
            return Fraction(have) == exact(str(wanted)) * (100 if money else 1)
        except ValueError:
            return False
    return bool(have == wanted)


def _matches(wanted: Json, have: Json) -> bool:
    """Tell whether ``wanted`` is contained in ``have``: mappings by key, lists element by element, scalars as text."""
    if isinstance(have, Mapping) and have.keys() == {"zh", "en"} and isinstance(wanted, str):
        return wanted in have.values()  # a text in two languages, asked for in one
    if isinstance(wanted, Mapping):
        return isinstance(have, Mapping) and all(
            key in have and _matches(value, have[key]) for key, value in wanted.items()
        )
    if isinstance(wanted, list):
        return isinstance(have, list) and len(wanted) == len(have) and all(map(_matches, wanted, have))
    return not isinstance(have, Mapping | list) and str(wanted).lower() == str(have).lower()
