"""One formula tried out on given facts, as ``jiuzhu formula eval`` and the examples of the documentation do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import Where
from core.formula.check import check
from core.formula.scalar import Facts, Standards, Value, no_standards, write
from core.formula.schema import FactSchema, FormulaSource, ValueType
from core.values import Unit

TRIED = "tried"
"""What the formula is called while it is tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What a formula is worth for one household.

    ``value`` is a Fraction (money in fen), a condition, a text, a date's ordinal, or a Failure. ``reads`` are the facts
    and quantities it names, each of the quantities with its value in ``inputs``.
    """

    value: Value
    type: ValueType
    unit: Unit
    reads: tuple[str, ...]
    inputs: dict[str, Value | list[Value]]


def evaluate_text(
    schema: FactSchema,
    sources: Sequence[FormulaSource],
    text: str,
    facts: Facts,
    *,
    programme: str = "formula",
    standards: Standards = no_standards,
) -> Evaluation:
    """Check and compute ``text`` at the household's level for prepared facts.

    ``sources`` are the formulas it may read; with ``programme`` it reads those of that programme by their bare names.

    Raises:
        InvalidInput: every fault of the text, or of the sources, with its place (file ``formula`` for the text).
    """
    name = _unused(sources, programme)
    start = Where(file="formula", line=1, column=1)
    written = FormulaSource(programme=programme, name=name, text=text, provision="formula", where=start)
    program = check(schema, (*sources, written))
    formula = next(one for one in program.formulas if one.key == written.key)
    named = tuple(one.key for one in program.formulas if one.key in formula.reads)
    result = write(program, (*named, written.key)).run(facts, standards)
    return Evaluation(
        value=result.get(written.key),
        type=formula.type,
        unit=formula.unit,
        reads=formula.reads,
        inputs={key: result.get(key) for key in named},
    )


def _unused(sources: Sequence[FormulaSource], programme: str) -> str:
    taken = {one.name for one in sources if one.programme == programme}
    name = TRIED
    while name in taken:
        name += "_"
    return name
