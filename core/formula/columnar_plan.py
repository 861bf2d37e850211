"""A program lowered for one situation: the code, where its results go, and the formulas that cannot run on columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.formula.columnar_expression import ExpressionWriter, Unprovable
from core.formula.columnar_place import INT8_FAILURES, Target
from core.formula.columnar_situation import Situation
from core.formula.columnar_source import Kernel, Source, compiled, write_source
from core.formula.columnar_step import Atom, OutOfRange, Step, held, span_of
from core.formula.columnar_value import written
from core.formula.columnar_word import Words
from core.formula.schema import FactSchema
from core.formula.tree import CheckedFormula, Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Where one output is: each part a target, or known now. ``words`` as in ``Value``."""

    formula: CheckedFormula
    above: Target | int | bool
    below: Target | int
    error: Target | int
    words: tuple[str, ...]

    def targets(self) -> Iterable[Target]:
        """Return the parts that are computed."""
        return (one for one in (self.above, self.below, self.error) if isinstance(one, Target))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Compiled code for one situation. ``refused`` says which formulas it leaves out and why."""

    results: Sequence[Result]
    targets: Sequence[Target]
    source: Source
    kernel: Kernel
    failures: tuple[Failure, ...]
    words: Words
    refused: Mapping[str, Unprovable]


def lower(
    schema: FactSchema, formulas: Iterable[CheckedFormula], situation: Situation
) -> tuple[ExpressionWriter, dict[str, Unprovable]]:
    """Lower formulas one after the other; where one is refused, those that read it are too."""
    writer = ExpressionWriter(schema, situation)
    refused: dict[str, Unprovable] = {}
    for formula in formulas:
        try:
            writer.formula(formula)
        except Unprovable as error:
            refused[formula.key] = error
    return writer, refused


def plan(schema: FactSchema, formulas: Sequence[CheckedFormula], outputs: Sequence[str], situation: Situation) -> Plan:
    """Write the code of the outputs that are neither refused nor given."""
    writer, refused = lower(schema, formulas, situation)
    failures = _failure_type(writer, situation)
    results = []
    for formula in formulas:
        if formula.key in outputs and formula.key not in refused and formula.key not in situation.given:
            try:
                results.append(_result(writer, formula, failures))
            except OutOfRange as error:
                refused[formula.key] = Unprovable(formula.tree, error.span)
    targets = [target for result in results for target in result.targets()]
    source = write_source(writer.graph, targets, failures=failures)
    return Plan(
        results=results,
        targets=targets,
        source=source,
        kernel=compiled(source),
        failures=tuple(writer.failures.known),
        words=writer.words,
        refused=refused,
    )


def _failure_type(writer: ExpressionWriter, situation: Situation) -> str:
    """Return the type of failure ids: a byte where all failures are known now and few."""
    met_later = any(one.fails for one in situation.given.values()) or writer.graph.uses("standard")
    return "i4" if met_later or len(writer.failures.known) > INT8_FAILURES else "i1"


def _result(writer: ExpressionWriter, formula: CheckedFormula, failures: str) -> Result:
    value = writer.stored[formula.key]

    def part(atom: Atom, kind: str) -> Target | int | bool:
        held(span_of(atom))
        placed = writer.graph.at(atom, formula.level)
        return Target(step=placed, type=kind) if isinstance(placed, Step) else placed

    return Result(
        formula=formula,
        above=part(value.above, "?" if formula.type == "boolean" else "i8"),
        below=part(written(writer.graph, value.below), "i8"),
        error=part(value.error, failures),
        words=value.words,
    )
