"""The proof that nothing leaves int64: interval arithmetic over exactly the steps that columnar code would take.

Numerators, denominators, the products of cross-multiplied comparisons and the sums of lists are all steps with a span;
running sums over a chunk are bounded where chunks are cut (``columnar_run``), since a chunk's size is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.formula.columnar_expression import ExpressionWriter, Unprovable
from core.formula.columnar_plan import lower
from core.formula.columnar_situation import Situation
from core.formula.columnar_step import OutOfRange, held, span_of
from core.formula.columnar_value import Value, written
from core.formula.description import describe
from core.formula.schema import Field
from core.formula.span import INT32, Span
from core.formula.tree import CheckedFormula, Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Of one formula: proven, or the sub-expression that may leave int64."""

    key: str
    ok: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The verdicts, in evaluation order."""

    verdicts: tuple[Verdict, ...]

    @property
    def ok(self) -> bool:
        """Whether every formula is proven."""
        return all(one.ok for one in self.verdicts)

    def of(self, key: str) -> Verdict:
        """Return a formula's verdict.

        Raises:
            KeyError: no such formula.
        """
        found = {one.key: one for one in self.verdicts}
        return found[key]


def prove(
    program: Program, bounds: Mapping[str, tuple[int, int]] | None = None, longest: Mapping[str, int] | None = None
) -> Proof:
    """Prove formula by formula that no intermediate number leaves int64.

    ``bounds`` (stored minima and maxima by fact) and ``longest`` (by list) stand in place of what the schema declares,
    for instance a snapshot's real ones. Any fact may be missing.
    """
    fields = program.schema.fields
    situation = Situation(
        spans={name: _span(one, bounds or {}) for name, one in fields.items()},
        masked=frozenset(fields),
        longest=longest or {},
    )
    writer, refused = lower(program.schema, program.formulas, situation)
    for formula in program.formulas:
        if formula.key not in refused:
            try:
                _hold(writer, writer.stored[formula.key])
            except OutOfRange as error:
                refused[formula.key] = Unprovable(formula.tree, error.span)
    return Proof(verdicts=tuple(_verdict(one, refused.get(one.key)) for one in program.formulas))


def _hold(writer: ExpressionWriter, value: Value) -> None:
    """Make sure that the numerator and the denominator, written as one number, stay in int64."""
    for one in (value.above, written(writer.graph, value.below)):
        held(span_of(one))


def _span(one: Field, bounds: Mapping[str, tuple[int, int]]) -> Span:
    if one.type == "text":
        return Span(-1, len(one.choices) - 1 if one.choices else INT32)
    return Span(*bounds.get(one.name, (one.low, one.high))) | Span(0, 0)


def _verdict(formula: CheckedFormula, refused: Unprovable | None) -> Verdict:
    if refused is None:
        return Verdict(key=formula.key, ok=True)
    return Verdict(key=formula.key, ok=False, reason=reason(formula, refused))


def reason(formula: CheckedFormula, refused: Unprovable) -> str:
    """Say which sub-expression may leave int64, and how far it may reach."""
    place = describe(refused.node)
    if refused.span is None:
        return (
            f"it reads {place}, which is not proven"
            if refused.node is not formula.tree
            else f"{place} does not fit int64"
        )
    reach = f"{float(refused.span.size):.1e}" if refused.span.size < 10**300 else "far more"
    return f"{place} may reach {reach}, more than int64 holds"
