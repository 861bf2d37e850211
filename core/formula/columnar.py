"""The columnar writer: millions of households as arrays, the same values and failures as the scalar writer.

Code is made for what is known of the columns: which facts may be missing, and between which bounds they lie.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.formula.columnar_fallback import scalar_columns
from core.formula.columnar_plan import Plan, plan
from core.formula.columnar_run import Machine
from core.formula.columnar_situation import Situation, measured, situation
from core.formula.columnar_standard import OddStandard
from core.formula.columns import Column, Columns
from core.formula.interval import Proof, Verdict, prove, reason
from core.formula.scalar import Standards, no_standards
from core.formula.tree import CheckedFormula, Node, Program, StandardOf, children

__all__ = ["Column", "ColumnarProgram", "Columns", "GivenBesideScalar", "ScalarFallbackWarning", "write"]

CHUNK_HOUSEHOLDS = 16_384
"""Small enough that a chunk's temporaries stay in the second-level cache of one core."""

KEPT_PLANS = 8
"""Most situations whose code a program remembers."""


class ScalarFallbackWarning(UserWarning):
    """A formula ran household by household because it may leave int64."""


class GivenBesideScalar(Exception):  # noqa: N818 - no fault: the caller runs each place by its own program
    """Quantities were given, and a formula would have to run on the scalar writer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnarProgram:
    """A program for many households.

    ``proof`` says of each formula whether the declared ranges (or ``bounds``) keep it in int64. Where they do not, a
    run looks at the columns' real minima and maxima, and only then leaves a formula to the scalar writer.
    """

    program: Program
    formulas: tuple[CheckedFormula, ...]
    outputs: tuple[str, ...]
    bounds: Mapping[str, tuple[int, int]]
    proof: Proof
    _plans: dict[object, Plan] = field(default_factory=dict, repr=False)

    @property
    def fallbacks(self) -> tuple[Verdict, ...]:
        """The formulas that are not proven from the declared ranges, with the reason; their readers included."""
        return tuple(one for one in self.proof.verdicts if not one.ok)

    def run(
        self,
        columns: Columns,
        standards: Standards = no_standards,
        *,
        chunk: int = CHUNK_HOUSEHOLDS,
        given: Mapping[str, Column] | None = None,
    ) -> dict[str, Column]:
        """Compute the outputs of every household, ``chunk`` households at a time.

        ``given`` are quantities that are known already and take the place of their formulas: what differs from place to
        place in programs that are otherwise the same.

        Warns:
            ScalarFallbackWarning: for each formula that runs on the scalar writer.

        Raises:
            InvalidInput: columns that do not fit the schema, or a value outside its range.
            GivenBesideScalar: a formula must run on the scalar writer, which knows the program's own formulas only.
        """
        columns.check(self.program.schema)
        run = _Run(self, columns, standards, given or {})
        try:
            results = run.compute(chunk)
        except OddStandard:
            run.leave(
                [one for one in self.formulas if _looks_elsewhere(one.tree)], "a standard is no amount in whole fen"
            )
            results = run.compute(chunk)
        for key, because in run.left.items():
            warnings.warn(f"{key} runs household by household: {because}", ScalarFallbackWarning, stacklevel=2)
        return results

    def source(self, columns: Columns) -> str:
        """Return the Python that is generated for such columns."""
        return self.plan(situation(self.program.schema, columns, self.bounds)).source.text

    def plan(self, known: Situation) -> Plan:
        """Return the code for a situation, the same for an equal one."""
        if known.key not in self._plans:
            if len(self._plans) >= KEPT_PLANS:
                del self._plans[next(iter(self._plans))]
            self._plans[known.key] = plan(self.program.schema, self.formulas, self.outputs, known)
        return self._plans[known.key]


class _Run:
    """One run: find the code for the columns, leave to the scalar writer what must be, compute the rest."""

    def __init__(
        self, owner: ColumnarProgram, columns: Columns, standards: Standards, given: Mapping[str, Column]
    ) -> None:
        self.owner = owner
        self.columns = columns
        self.standards = standards
        self.given: dict[str, Column] = dict(given)
        self.situation = situation(owner.program.schema, columns, owner.bounds).with_given(self.given)
        self.shared = bool(given)
        self.left: dict[str, str] = {}
        self.measured = False

    def compute(self, chunk: int) -> dict[str, Column]:
        """Compute the outputs."""
        found = self._plan()
        machine = Machine(
            found, self.columns, schema=self.owner.program.schema, situation=self.situation, given=self.given
        )
        results = self.given | machine.run(self.standards, chunk=chunk)
        return {key: results[key] for key in self.owner.outputs}

    def _plan(self) -> Plan:
        schema = self.owner.program.schema
        found = self.owner.plan(self.situation)
        if found.refused and not self.measured:
            self.measured = True
            self.columns = measured(schema.fields.values(), self.columns)
            self.situation = situation(schema, self.columns, self.owner.bounds).with_given(self.given)
            found = self.owner.plan(self.situation)
        while not found.refused.keys() <= self.given.keys():
            self._leave_roots(found)
            found = self.owner.plan(self.situation)
        return found

    def _leave_roots(self, found: Plan) -> None:
        """Leave to the scalar writer what is refused for itself, not for reading another refused formula."""
        waiting = found.refused.keys() - self.given.keys()
        roots = [one for one in self.owner.formulas if one.key in waiting and waiting.isdisjoint(one.reads)]
        for one in roots:
            self.leave([one], reason(one, found.refused[one.key]))

    def leave(self, formulas: Sequence[CheckedFormula], because: str) -> None:
        """Compute formulas by the scalar writer."""
        if self.shared:
            raise GivenBesideScalar(because)
        keys = [one.key for one in formulas if one.key not in self.given]
        self.left |= dict.fromkeys(keys, because)
        self.given |= scalar_columns(self.owner.program, keys, self.columns, self.standards)
        self.situation = self.situation.with_given(self.given)


def write(
    program: Program,
    outputs: tuple[str, ...] | None = None,
    bounds: Mapping[str, tuple[int, int]] | None = None,
) -> ColumnarProgram:
    """Compile a program for many households.

    ``outputs`` are the keys wanted (all for None). ``bounds`` are minima and maxima of facts narrower than declared;
    every run holds the columns against them.

    Raises:
        KeyError: an output that is no formula of the program.
    """
    formulas = program.needed(outputs)
    keys = tuple(one.key for one in formulas) if outputs is None else outputs
    unknown = set(keys) - {one.key for one in formulas}
    if unknown:
        raise KeyError(min(unknown))
    proof = prove(replace(program, formulas=formulas), bounds)
    return ColumnarProgram(program=program, formulas=formulas, outputs=keys, bounds=bounds or {}, proof=proof)


def _looks_elsewhere(node: Node) -> bool:
    return isinstance(node, StandardOf) or any(_looks_elsewhere(one) for one in children(node))
