"""Trying out a formula: alone, or with the facts and rules of a case file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.assess import complete
from core.errors import JiuzhuError, Text
from core.example import read_question
from core.facts import catalogue
from core.formula.check import check
from core.formula.scalar import write
from core.formula.schema import FormulaSource
from core.formula.tree import Failure
from core.rulebook import Rulebook
from core.source import Located, read
from core.standards import StandardTable, programmes_asked
from core.wording import value_json
from regions.example import rules_for
from regions.platform import Platform

TRIAL = "trial"


def try_formula(platform: Platform, text: str, case_file: Path | None) -> dict[str, Any]:
    """Evaluate a formula and say what it read.

    Raises:
        InvalidInput: faults of the formula or the case file, with their places.
        JiuzhuError: the failure of the value, by its code.
    """
    source = FormulaSource(programme=TRIAL, name="value", text=text, provision=TRIAL)
    if case_file is None:
        schema = catalogue([], {}, income_items={}, gap_items={}).schema
        program, standards, facts = check(schema, [source]), StandardTable({}), {}
    else:
        question = read_question(read(case_file))
        book = rules_for(platform, question)
        first = question.programmes[0]
        source = FormulaSource(programme=first, name="trial_value", text=text, provision=TRIAL)
        program = check(book.facts.schema, [*book.sources, source])
        facts = complete(book, book.facts.prepare(question.facts or Located({}, "facts", {}), book.policy.on))
        standards = _standards(platform, book, text, question.known_at)
    formula = next(one for one in program.formulas if one.key == source.key)
    value = write(program, (source.key,)).run(facts, standards).get(source.key)
    if isinstance(value, Failure):
        raise JiuzhuError(
            value.code,
            Text(f"算不出结果：{value.code}（{value.name}）", f"no value: {value.code} ({value.name})"),
        )
    unit = formula.unit
    return {
        "value": value_json(value, formula.type, unit),
        "unit": "" if str(unit) == "number" else str(unit),
        "reads": list(formula.reads),
    }


def _standards(platform: Platform, book: Rulebook, text: str, known_at: str | None) -> StandardTable:
    """The lines the trial may ask for; the rules themselves may ask for none."""
    asked = programmes_asked(text)
    if not asked:
        return book.standards
    return platform.registry.standards(book.policy.place, programmes=asked, known_at=known_at)
