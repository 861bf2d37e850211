"""A plan over columns: chunk by chunk, each slice of the facts read once while it is in the cache."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.errors import InvalidInput, Problem, Text
from core.formula.columnar_place import Target
from core.formula.columnar_plan import Plan, Result
from core.formula.columnar_situation import Situation
from core.formula.columnar_standard import StandardTable
from core.formula.columnar_step import Step
from core.formula.columnar_window import Window, starts, windows
from core.formula.columns import Array, Column, Columns
from core.formula.scalar import Standards
from core.formula.schema import HOUSEHOLD, FactSchema
from core.formula.span import Span
from core.formula.tree import Failure

_TYPES: Mapping[str, Any] = {"?": np.bool_, "i1": np.int8, "i4": np.int32, "i8": np.int64}


@dataclass(frozen=True, slots=True)
class Input:
    """An array the code reads, and the range its values must lie in unless that is known."""

    array: Array
    level: str
    name: str
    span: Span | None

    def slice(self, window: Window) -> Array:
        """Return the chunk's values.

        Raises:
            InvalidInput: one of them is out of range.
        """
        values = self.array[window.of(self.level)]
        if self.span is not None and len(values) and not _lies_inside(values, self.span):
            raise InvalidInput([_outside(self.name, values, self.span)])
        return values


def _lies_inside(values: Array, span: Span) -> bool:
    """Tell whether all values lie in a span. From 0 up one pass does: without a sign, negative ones are very large."""
    if span.low == 0 and values.dtype.kind == "i" and values.dtype.isnative:
        return int(values.view(f"u{values.dtype.itemsize}").max()) <= span.high
    return span.holds(Span(int(values.min()), int(values.max())))


class Machine:
    """One run of one plan. ``failures`` and ``texts`` grow with what is met only now."""

    def __init__(
        self, plan: Plan, columns: Columns, *, schema: FactSchema, situation: Situation, given: Mapping[str, Column]
    ) -> None:
        self.plan = plan
        self.columns = columns
        self.schema = schema
        self.situation = situation
        self.given = given
        self.failures = {failure: number for number, failure in enumerate(plan.failures, 1)}
        self.codes = {text: code for code, text in enumerate(plan.words.texts)}
        self.texts = list(plan.words.texts)

    def run(self, standards: Standards, *, chunk: int) -> dict[str, Column]:
        """Compute every result of the plan.

        Raises:
            InvalidInput: a value outside its range.
            OddStandard: another place's line that columns cannot hold.
        """
        targets = [np.empty(self.columns.records(one.step.level), _TYPES[one.type]) for one in self.plan.targets]
        if targets:
            self._compute(targets, standards, chunk)
        arrays = dict(zip((id(one) for one in self.plan.targets), targets, strict=True))
        return {one.formula.key: self._column(one, arrays) for one in self.plan.results}

    def _compute(self, targets: Sequence[Array], standards: Standards, chunk: int) -> None:
        source = self.plan.source
        chunks = list(windows(self.columns, self.schema, chunk=chunk, limits=source.limits))
        most = {
            level: max((one.count(level) for one in chunks), default=0) for level in (HOUSEHOLD, *self.schema.lists)
        }
        buffers = [np.empty(most[one.level] + one.extra, _TYPES[one.type]) for one in source.buffers]
        inputs = [self._input(step) for step in source.inputs]
        tables = [self._table(step, kind, standards) for step, kind in source.tables]
        for window in chunks:
            self.plan.kernel(
                [one.slice(window) for one in inputs],
                [starts(self.columns, self.schema, window, level=a, below=b) for a, b in source.offsets],
                [
                    array[: window.count(one.level) + one.extra]
                    for array, one in zip(buffers, source.buffers, strict=True)
                ],
                [array[window.of(one.step.level)] for array, one in zip(targets, self.plan.targets, strict=True)],
                tables,
            )

    # What the code reads

    def _input(self, step: Step) -> Input:
        name = str(step.parameters[0])
        trusted = step.operation != "column" or step.kind == "boolean" or name in self.columns.bounds
        return Input(self._array(step, name), step.level, name, None if trusted else self.situation.spans[name])

    def _array(self, step: Step, name: str) -> Array:
        if step.operation == "column":
            return self.columns.values[name]
        if step.operation == "missing":
            return self.columns.missing[name]
        part, column = step.parameters[1], self.given[name]
        if part == "error":
            return self._errors(column)
        return column.numerator if part == "above" else np.asarray(column.denominator)

    def _errors(self, column: Column) -> Array:
        """Return the failures of a given column under this run's ids."""
        assert column.error is not None
        table = np.array([0, *(self.failure(one) for one in column.errors)], np.int32)
        found: Array = table[column.error]
        return found

    def _table(self, step: Step, kind: str, standards: Standards) -> Array | StandardTable:
        """Return what a step looks things up in: known entries, codes of texts, or other places' lines."""
        if step.operation == "table":
            return np.array(step.parameters, _TYPES[kind])
        source, *names = (str(one) for one in step.parameters)
        if step.operation == "standard":
            return StandardTable(source, standards, texts=self.texts, failure=self.failure)
        texts = names if source == "choices" else self.columns.words(self.schema.fields[names[0]])
        return np.array([self._code(text) for text in texts] or [0], np.int32)

    def failure(self, failure: Failure) -> int:
        """Return a failure's id, a new one for one met only now."""
        return self.failures.setdefault(failure, len(self.failures) + 1)

    def _code(self, text: str) -> int:
        if text not in self.codes:
            self.codes[text] = len(self.texts)
            self.texts.append(text)
        return self.codes[text]

    # What it leaves

    def _column(self, result: Result, arrays: Mapping[int, Array]) -> Column:
        formula = result.formula
        records = self.columns.records(formula.level)

        def array(part: Target | int | bool, wanted: Any) -> Array:  # noqa: FBT001 - a condition known now
            return arrays[id(part)] if isinstance(part, Target) else np.full(records, part, wanted)

        error = None if result.error == 0 else array(result.error, np.int32)
        return Column(
            type=formula.type,
            level=formula.level,
            numerator=array(result.above, np.bool_ if formula.type == "boolean" else np.int64),
            denominator=result.below if isinstance(result.below, int) else array(result.below, np.int64),
            error=error,
            errors=tuple(self.failures) if error is not None else (),
            vocabulary=(result.words or tuple(self.texts)) if formula.type == "text" else (),
        )


def _outside(name: str, values: Array, span: Span) -> Problem:
    least = int(values.min())
    return Problem(
        code="out_of_range",
        message=Text(f"“{name}”的值超出范围", f"a value of '{name}' is out of range"),
        value=str(least if least < span.low else int(values.max())),
        allowed=(f"{span.low} … {span.high}",),
    )
