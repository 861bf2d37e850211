"""A plan over columns: chunk by chunk, each slice of the facts read once while it is in the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.errors import InvalidInput, Problem, Text
from core.formula.columnar_expression import STANDARD_FEN, Situation
from core.formula.columnar_graph import Step
from core.formula.columnar_plan import Plan, Result
from core.formula.columnar_source import Target
from core.formula.columns import Array, Column, Columns
from core.formula.scalar import Standards
from core.formula.schema import HOUSEHOLD, FactSchema
from core.formula.span import Span
from core.formula.tree import Failure

_TYPES: Mapping[str, Any] = {"?": np.bool_, "i1": np.int8, "i4": np.int32, "i8": np.int64}


NOWHERE = -1
"""Stands for a place whose area or division failed."""


class OddStandard(Exception):  # noqa: N818 - caught where the formulas are known
    """Another place's line that is not whole fen, or beyond what was provided for."""


@dataclass(frozen=True, slots=True)
class Window:
    """The records of a chunk: for each level, from which to which."""

    begin: Mapping[str, int]
    end: Mapping[str, int]

    def of(self, level: str) -> slice:
        """Return the chunk's records of a level."""
        return slice(self.begin[level], self.end[level])

    def count(self, level: str) -> int:
        """Return how many records of a level the chunk has."""
        return self.end[level] - self.begin[level]


class Machine:
    """One run of one plan."""

    def __init__(self, plan: Plan, columns: Columns, situation: Situation, given: Mapping[str, Column], standards: Standards, *, schema: FactSchema) -> None:  # fmt: skip
        self.plan = plan
        self.columns = columns
        self.situation = situation
        self.given = given
        self.schema = schema
        self.standards = standards
        self.failures = list(plan.failures)
        self.ids = {failure: number for number, failure in enumerate(self.failures, 1)}
        self.texts = list(plan.words.texts)
        self.codes = {text: code for code, text in enumerate(self.texts)}

    def run(self, chunk: int) -> dict[str, Column]:
        """Compute every result of the plan.

        Raises:
            InvalidInput: a value outside its declared range.
            OddStandard: another place's line that columns cannot hold.
        """
        targets = [np.empty(self.columns.records(one.step.level), _TYPES[one.type]) for one in self.plan.targets]
        if targets:
            self._compute(targets, chunk)
        arrays = dict(zip((id(one) for one in self.plan.targets), targets, strict=True))
        return {one.formula.key: self._column(one, arrays) for one in self.plan.results}

    def _compute(self, targets: list[Array], chunk: int) -> None:
        source = self.plan.source
        windows = list(self.windows(chunk))
        most = {
            level: max((one.count(level) for one in windows), default=0) for level in (HOUSEHOLD, *self.schema.lists)
        }
        buffers = [np.empty(most[one.level] + one.extra, _TYPES[one.type]) for one in source.buffers]
        inputs = [(self._input(step), step.level, self._check(step)) for step in source.inputs]
        extras = [self._extra(step) for step in source.extras]
        for window in windows:
            slices = [array[window.of(level)] for array, level, _ in inputs]
            for values, (_, _, check) in zip(slices, inputs, strict=True):
                if check is not None:
                    check(values)
            self.plan.kernel(
                slices,
                [self.offsets(window, *pair) for pair in source.offsets],
                [
                    array[: window.count(one.level) + one.extra]
                    for array, one in zip(buffers, source.buffers, strict=True)
                ],
                [array[window.of(one.step.level)] for array, one in zip(targets, self.plan.targets, strict=True)],
                extras,
            )

    # Chunks

    def windows(self, chunk: int) -> Iterator[Window]:
        """Yield the chunks; one with more records than running sums can hold is cut in half."""
        waiting = [(first, min(first + chunk, self.columns.size)) for first in range(0, self.columns.size, chunk)][::-1]
        while waiting:
            first, last = waiting.pop()
            window = self._window(first, last)
            limits = self.plan.source.limits
            if last - first > 1 and any(window.count(level) > limit for level, limit in limits.items()):
                middle = (first + last) // 2
                waiting += [(middle, last), (first, middle)]
            else:
                yield window

    def _window(self, first: int, last: int) -> Window:
        begin, end = {HOUSEHOLD: first}, {HOUSEHOLD: last}
        for level in sorted(self.schema.lists, key=lambda one: len(self.schema.ancestors(one))):
            parent = self.schema.lists[level].parent
            offsets = self.columns.offsets.get(level)
            begin[level] = 0 if offsets is None else int(offsets[begin[parent]])
            end[level] = 0 if offsets is None else int(offsets[end[parent]])
        return Window(begin, end)

    def offsets(self, window: Window, level: str, below: str) -> Array:
        """Return where the records of ``below`` start for each record of ``level``, counted from the chunk's first."""
        path = [below, *self.schema.ancestors(below)]
        starts = np.arange(window.begin[level], window.end[level] + 1)
        for one in reversed(path[: path.index(level)]):
            offsets = self.columns.starts(one, self.schema.lists[one].parent)
            first = one == path[path.index(level) - 1]
            starts = offsets[window.begin[level] : window.end[level] + 1] if first else offsets[starts]
        return np.subtract(starts, window.begin[below], dtype=np.int64)

    # What the code reads

    def _input(self, step: Step) -> Array:
        name = str(step.parameters[0])
        if step.operation == "column":
            return self.columns.values[name]
        if step.operation == "missing":
            return self.columns.missing[name]
        column = self.given[name]
        if step.parameters[1] == "below":
            return np.asarray(column.denominator)
        return column.numerator if step.parameters[1] == "above" else self._given_errors(column)

    def _given_errors(self, column: Column) -> Array:
        """Return failures of a given column under this run's ids."""
        assert column.error is not None
        table = np.array([0, *(self.id_of(one) for one in column.errors)], np.int32)
        return table[column.error]

    def id_of(self, failure: Failure) -> int:
        """Return a failure's id, a new one for one met only now."""
        if failure not in self.ids:
            self.failures.append(failure)
            self.ids[failure] = len(self.failures)
        return self.ids[failure]

    def _check(self, step: Step) -> Callable[[Array], None] | None:
        """Return what holds a fact against the range the code stands on; None for one known to lie inside."""
        name = str(step.parameters[0])
        if step.operation != "column" or step.kind == "boolean" or name in self.columns.bounds:
            return None
        span = self.situation.spans[name]

        def check(values: Array) -> None:
            if len(values) and not span.holds(found := Span(int(values.min()), int(values.max()))):
                raise InvalidInput([_outside(name, found, span)])

        return check

    def _extra(self, step: Step) -> Any:
        if step.operation == "standard":
            return _StandardTable(self, str(step.parameters[0]))
        kind, *names = (str(one) for one in step.parameters)
        texts = names if kind == "choices" else self.columns.words(self.schema.fields[names[0]])
        return np.array([self.code(text) for text in texts] or [0], np.int32)

    def code(self, text: str) -> int:
        """Return a text's code in the program's vocabulary, a new one for one met only now."""
        if text not in self.codes:
            self.codes[text] = len(self.texts)
            self.texts.append(text)
        return self.codes[text]

    # What it leaves

    def _column(self, result: Result, arrays: Mapping[int, Array]) -> Column:
        formula = result.formula
        records = self.columns.records(formula.level)

        def array(part: Target | int | bool, type: Any) -> Array:
            return arrays[id(part)] if isinstance(part, Target) else np.full(records, part, type)

        error = None if result.error == 0 else array(result.error, np.int32)
        return Column(
            type=formula.type, level=formula.level,
            numerator=array(result.above, np.bool_ if formula.type == "boolean" else np.int64),
            denominator=result.below if isinstance(result.below, int) else array(result.below, np.int64),
            error=error, errors=tuple(self.failures) if error is not None else (),
            vocabulary=(result.words or tuple(self.texts)) if formula.type == "text" else (),
        )  # fmt: skip


class _StandardTable:
    """Other places' lines, asked once for each area and division that occurs."""

    def __init__(self, machine: Machine, programme: str) -> None:
        self.machine = machine
        self.programme = programme
        self.known: dict[int, tuple[int, int]] = {NOWHERE: (0, 0)}

    def __call__(self, areas: Array, divisions: Array, known: Array) -> tuple[Array, Array]:
        """Return the lines in fen, and the failures where there is none; only places that are ``known`` are looked up."""
        keys = np.where(known, areas.astype(np.int64) * 2**32 + divisions, NOWHERE)
        pairs, places = np.unique(keys, return_inverse=True)
        found = np.array([self.line(int(pair)) for pair in pairs], np.int64).reshape(-1, 2)
        return found[places, 0], found[places, 1].astype(np.int32)

    def line(self, pair: int) -> tuple[int, int]:
        """Return one pair's line and failure."""
        if pair not in self.known:
            area, division = (self.machine.texts[one] for one in divmod(pair, 2**32))
            standard = self.machine.standards(self.programme, area, division)
            if standard is None:
                self.known[pair] = (0, self.machine.id_of(Failure("no_standard", division)))
            elif standard[0] % standard[1] or standard[0] // standard[1] not in STANDARD_FEN:
                raise OddStandard
            else:
                self.known[pair] = (standard[0] // standard[1], 0)
        return self.known[pair]


def _outside(name: str, found: Span, span: Span) -> Problem:
    return Problem(
        code="out_of_range",
        message=Text(f"“{name}”的值超出范围", f"a value of '{name}' is out of range"),
        value=str(found.low if found.low < span.low else found.high),
        allowed=(f"{span.low} … {span.high}",),
    )
