"""The columnar writer: millions of households as arrays, the same values and failures as the scalar writer.

Code is made for what is known of the columns: which facts may be missing, and between which bounds they lie.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.formula.columnar_expression import Given, Situation
from core.formula.columnar_fallback import givens, scalar_columns
from core.formula.columnar_plan import Plan, plan
from core.formula.columnar_run import Machine, OddStandard
from core.formula.columns import Column, Columns
from core.formula.interval import Proof, prove, reason
from core.formula.scalar import Standards, no_standards
from core.formula.schema import Field
from core.formula.span import Span
from core.formula.tree import CheckedFormula, Node, Program, StandardOf, children

__all__ = ["Column", "ColumnarProgram", "Columns", "ScalarFallbackWarning", "write"]

CHUNK_HOUSEHOLDS = 16_384
"""Small enough that a chunk's temporaries stay in the second-level cache of one core."""

KEPT_PLANS = 8


class ScalarFallbackWarning(UserWarning):
    """A formula ran household by household because it may leave int64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """A formula that is left to the scalar writer, and why."""

    key: str
    reason: str


class ColumnarProgram:
    """A program for many households.

    ``proof`` says of each formula whether its declared ranges (or the ``bounds`` given) keep it in int64. Where they do
    not, a run looks at the columns' real minima and maxima, and only then leaves a formula to the scalar writer.
    """

    def __init__(
        self,
        program: Program,
        formulas: tuple[CheckedFormula, ...],
        outputs: tuple[str, ...],
        *,
        bounds: Mapping[str, tuple[int, int]],
    ) -> None:
        self.program = program
        self.outputs = outputs
        self._formulas = formulas
        self._bounds = bounds
        self._plans: dict[object, Plan] = {}
        self.proof: Proof = prove(replace(program, formulas=formulas), bounds)

    @property
    def fallbacks(self) -> tuple[Fallback, ...]:
        """The formulas that are not proven, with the reason; those that only read one of them included."""
        return tuple(Fallback(key=one.key, reason=one.reason) for one in self.proof.verdicts if not one.ok)

    def run(
        self, columns: Columns, standards: Standards = no_standards, *, chunk: int = CHUNK_HOUSEHOLDS
    ) -> dict[str, Column]:
        """Compute the outputs of every household, ``chunk`` households at a time.

        Warns:
            ScalarFallbackWarning: for each formula that runs on the scalar writer.

        Raises:
            InvalidInput: columns that do not fit the schema, or a value outside its range.
        """
        columns.check(self.program.schema)
        run = _Run(self, columns, standards)
        try:
            return run.compute(chunk)
        except OddStandard:
            run.leave(
                [one for one in self._formulas if _asks_elsewhere(one.tree)],
                "a standard is not whole fen or very large",
            )
            return run.compute(chunk)

    def source(self, columns: Columns) -> str:
        """Return the Python that is generated for such columns."""
        return self.plan(_situation(self, columns)).source.text

    def plan(self, situation: Situation) -> Plan:
        """Return the code for a situation, the same for an equal one."""
        key = _key(situation)
        if key not in self._plans:
            if len(self._plans) >= KEPT_PLANS:
                del self._plans[next(iter(self._plans))]
            self._plans[key] = plan(self.program.schema, self._formulas, self.outputs, situation)
        return self._plans[key]


class _Run:
    """One run: find the code for the columns, leave to the scalar writer what must be, compute the rest."""

    def __init__(self, owner: ColumnarProgram, columns: Columns, standards: Standards) -> None:
        self.owner = owner
        self.columns = columns
        self.standards = standards
        self.situation = _situation(owner, columns)
        self.given: dict[str, Column] = {}
        self.formulas = {one.key: one for one in owner._formulas}  # noqa: SLF001 - the other half of one class

    def compute(self, chunk: int) -> dict[str, Column]:
        """Compute the outputs."""
        found = self._plan()
        machine = Machine(
            found, self.columns, self.situation, self.given, self.standards, schema=self.owner.program.schema
        )
        results = {**self.given, **machine.run(chunk)}
        return {key: results[key] for key in self.owner.outputs}

    def _plan(self) -> Plan:
        found = self.owner.plan(self.situation)
        if found.refused and not self.given:
            self.columns = _measured(self.owner.program.schema.fields, self.columns)
            self.situation = _situation(self.owner, self.columns)
            found = self.owner.plan(self.situation)
        while not found.refused.keys() <= self.given.keys():
            self._leave_roots(found)
            found = self.owner.plan(self.situation)
        return found

    def _leave_roots(self, found: Plan) -> None:
        """Leave to the scalar writer the refused formulas that do not merely read another one of them."""
        roots = [
            key for key, error in found.refused.items()
            if key not in self.given and not any(read in found.refused and read not in self.given for read in self.formulas[key].reads)
        ]  # fmt: skip
        for key in roots:
            self.leave([self.formulas[key]], reason(self.formulas[key], found.refused[key]))

    def leave(self, formulas: Sequence[CheckedFormula], because: str) -> None:
        """Compute formulas by the scalar writer."""
        keys = [one.key for one in formulas if one.key not in self.given]
        for key in keys:
            warnings.warn(f"{key} runs household by household: {because}", ScalarFallbackWarning, stacklevel=6)
        self.given |= scalar_columns(self.owner.program, keys, self.columns, self.standards)
        self.situation = replace(self.situation, given=givens(self.given))


def write(
    program: Program,
    outputs: tuple[str, ...] | None = None,
    bounds: Mapping[str, tuple[int, int]] | None = None,
) -> ColumnarProgram:
    """Compile a program for many households.

    ``outputs`` are the keys wanted (all for None). ``bounds`` are minima and maxima of facts narrower than declared; every
    run holds the columns against them.

    Raises:
        KeyError: an output that is no formula of the program.
    """
    formulas = program.needed(outputs)
    keys = tuple(one.key for one in formulas) if outputs is None else outputs
    unknown = set(keys) - {one.key for one in formulas}
    if unknown:
        raise KeyError(min(unknown))
    return ColumnarProgram(program, formulas, keys, bounds=bounds or {})


def _situation(owner: ColumnarProgram, columns: Columns) -> Situation:
    """Return what is known of columns before any of their values is looked at."""
    fields = owner.program.schema.fields
    masked = frozenset(columns.missing) & frozenset(columns.values)
    return Situation(
        spans={name: _range(owner, columns, one, masked=name in masked) for name, one in fields.items()},
        masked=masked,
        absent=frozenset(fields) - frozenset(columns.values),
        longest={name: columns.longest.get(name, 0) for name in owner.program.schema.lists},
    )


def _range(owner: ColumnarProgram, columns: Columns, one: Field, *, masked: bool) -> Span:
    if one.name in columns.bounds:
        span = Span(*columns.bounds[one.name])
    elif one.type == "text":
        span = Span(0, max(0, len(columns.words(one)) - 1))
    else:
        span = Span(*owner._bounds.get(one.name, (one.low, one.high)))  # noqa: SLF001 - the other half of one class
    if not masked:
        return span
    return span | (Span(-1, -1) if one.type == "text" else Span(0, 0))


def _measured(fields: Mapping[str, Field], columns: Columns) -> Columns:
    """Return the columns with the real minima and maxima of their numbers and days."""
    known = [fields[name] for name in columns.values if fields[name].type in ("number", "date")]
    spans = {one.name: columns.measured(one) for one in known}
    return replace(columns, bounds={name: (span.low, span.high) for name, span in spans.items()})


def _asks_elsewhere(node: Node) -> bool:
    return isinstance(node, StandardOf) or any(_asks_elsewhere(one) for one in children(node))


def _key(situation: Situation) -> object:
    parts: tuple[Mapping[str, Span | int | Given], ...] = (situation.spans, situation.longest, situation.given)
    return (situation.masked, situation.absent, *(frozenset(one.items()) for one in parts))
