"""Trying out a formula: alone, or with the facts and rules of a case file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.assess import complete
from core.errors import JiuzhuError, Text
from core.example import read_question
from core.facts import catalogue
from core.formula.playground import Evaluation, evaluate_text
from core.formula.tree import Failure
from core.rulebook import Rulebook
from core.source import Located, read
from core.standards import StandardTable, programmes_asked
from core.values import NUMBER
from core.wording import value_json
from regions.example import rules_for
from regions.platform import Platform


def try_formula(platform: Platform, text: str, case_file: Path | None) -> dict[str, Any]:
    """Evaluate a formula and say what it read.

    Raises:
        InvalidInput: faults of the formula or the case file, with their places.
        JiuzhuError: the failure of the value, by its code.
    """
    if case_file is None:
        found = evaluate_text(catalogue([], {}, income_items={}, gap_items={}).schema, (), text, {})
    else:
        found = _in_case(platform, text, case_file)
    if isinstance(found.value, Failure):
        code, name = found.value.code, found.value.name
        raise JiuzhuError(code, Text(f"算不出结果：{code}（{name}）", f"no value: {code} ({name})"))
    return {
        "value": value_json(found.value, found.type, found.unit),
        "unit": "" if found.unit == NUMBER else str(found.unit),
        "reads": list(found.reads),
    }


def _in_case(platform: Platform, text: str, case_file: Path) -> Evaluation:
    """Evaluate with the facts and rules of a case file."""
    question = read_question(read(case_file))
    book = rules_for(platform, question)
    facts = complete(book, book.facts.prepare(question.facts or Located({}, "facts", {}), book.policy.on))
    standards = _standards(platform, book, text, question.known_at)
    programme = question.programmes[0]
    return evaluate_text(book.facts.schema, book.sources, text, facts, programme=programme, standards=standards)


def _standards(platform: Platform, book: Rulebook, text: str, known_at: str | None) -> StandardTable:
    """The lines the trial may ask for; the rules themselves may ask for none."""
    asked = programmes_asked(text)
    if not asked:
        return book.standards
    return platform.registry.standards(book.policy.place, programmes=asked, known_at=known_at)
