"""Trying out a formula: alone, or with the facts and rules of a case file or of a place and a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.assess import complete
from core.errors import JiuzhuError, Text, Where
from core.example import Question, read_question
from core.fact_check import Prepared
from core.facts import catalogue
from core.formula.check import check
from core.formula.playground import TRIED, Evaluation, evaluate_text
from core.formula.schema import HOUSEHOLD, FormulaSource
from core.formula.tree import Failure
from core.reasons import arithmetic_text, failure_text
from core.rulebook import Rulebook
from core.source import Located, read
from core.standards import StandardTable, programmes_asked
from core.trace import steps
from core.values import NUMBER
from core.wording import value_json
from regions.example import rules_for
from regions.platform import Platform

OF_THE_QUESTION = frozenset({"decision_date", "area", "division"})
"""Facts the question itself tells."""


def try_formula(
    platform: Platform, text: str, case_file: Path | None, *, question: Question | None = None, trace: bool = False
) -> dict[str, Any]:
    """Evaluate a formula and say what it read; ``trace`` adds every quantity on the way, each with its provision.

    Raises:
        InvalidInput: faults of the formula or the case file, with their places.
        JiuzhuError: the failure of the value, by its code.
    """
    asked = read_question(read(case_file)) if case_file is not None else question
    if asked is None:
        alone = evaluate_text(catalogue([], {}, income_items={}, gap_items={}).schema, (), text, {})
        return _told(alone, text, arithmetic_text)
    book = rules_for(platform, asked)
    standards = _standards(platform, book, text, asked.known_at)
    programme = asked.programmes[0]
    if asked.facts is None and case_file is None:
        _refuse_facts(book, text, programme)
    facts = complete(book, _facts(book, asked, needed=case_file is not None))
    tried = evaluate_text(book.facts.schema, book.sources, text, facts, programme=programme, standards=standards)
    found = _told(tried, text, lambda failure: failure_text(failure, book))
    return found | ({"trace": list(_steps(book, text, facts, programme, standards))} if trace else {})


def _told(found: Evaluation, text: str, why: Callable[[Failure], Text]) -> dict[str, Any]:
    if isinstance(found.value, Failure):
        tried = found.value.name.rpartition(".")[2].startswith(TRIED)
        reason = why(Failure(found.value.code, text) if tried else found.value)
        raise JiuzhuError(found.value.code, Text("算不出结果：{reason}", "no value: {reason}").format(reason=reason))
    return {
        "value": value_json(found.value, found.type, found.unit),
        "unit": "" if found.unit == NUMBER else str(found.unit),
        "reads": list(found.reads),
    }


def _facts(book: Rulebook, asked: Question, *, needed: bool) -> Prepared:
    """The household's facts; a place and a day without facts answer what needs none."""
    if asked.facts is None and not needed:
        return {}
    return book.facts.prepare(asked.facts or Located({}, "facts", {}), book.policy.on)


def _steps(
    book: Rulebook, text: str, facts: Prepared, programme: str, standards: StandardTable
) -> Iterator[dict[str, Any]]:
    """Yield the quantities the formula stands on, each after those it reads, as the trace of an assessment has them."""
    tried, key = _with_formula(book, text, programme)
    wanted = _read_by(key, tried) - {key}
    result = tried.scalar.run(facts, standards)
    yield from (one for one in steps(tried, facts, result) if one["name"] in wanted)


def _with_formula(book: Rulebook, text: str, programme: str) -> tuple[Rulebook, str]:
    """The rules with the formula among them, and what it is called there."""
    here = Where(file="formula", line=1, column=1)
    name = TRIED + "_" * sum(one.name.startswith(TRIED) for one in book.sources)
    written = FormulaSource(programme=programme, name=name, text=text, provision="formula", where=here)
    sources = (*book.sources, written)
    return replace(book, sources=sources, program=check(book.facts.schema, sources)), written.key


def _refuse_facts(book: Rulebook, text: str, programme: str) -> None:
    """A formula about a household is not answered for nobody: an empty household would have no income and no size."""
    tried, key = _with_formula(book, text, programme)
    wanted = _read_by(key, tried)
    formulas = [one for one in tried.program.formulas if one.key in wanted]
    known = {one.key for one in tried.program.formulas} | OF_THE_QUESTION
    missing = sorted({name for one in formulas for name in one.reads if name not in known})
    if missing or any(one.level != HOUSEHOLD for one in formulas):
        message = Text("公式要用到家庭的事实", "the formula reads facts of a household")
        hint = Text("请以 --facts 或 --case 给出", "give them with --facts or --case")
        raise JiuzhuError("facts_needed", message, hint=hint, value=", ".join(missing) or None)


def _read_by(key: str, book: Rulebook) -> set[str]:
    """The formula and every quantity it stands on."""
    reads = {one.key: one.reads for one in book.program.formulas}
    found, waiting = {key}, [key]
    while waiting:
        below = [one for one in reads[waiting.pop()] if one in reads and one not in found]
        found.update(below)
        waiting += below
    return found


def _standards(platform: Platform, book: Rulebook, text: str, known_at: str | None) -> StandardTable:
    """The lines the trial may ask for; the rules themselves may ask for none."""
    asked = programmes_asked(text)
    if not asked:
        return book.standards
    return platform.registry.standards(book.policy.place, programmes=asked, known_at=known_at)
