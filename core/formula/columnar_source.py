"""Steps written as Python: one line of NumPy each, into buffers that are used again as soon as nobody reads them any more.

The generated function works on one chunk of households. No formula text enters it: only integers and names made here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from core.formula.columnar_graph import Atom, Graph, Step, span_of
from core.formula.columnar_runtime import (
    first_error,
    first_error_before,
    greatest,
    greatest_fraction,
    least,
    least_fraction,
    sum_of_fractions,
)
from core.formula.span import INT32, INT64

INT8_FAILURES = 127
"""Most failures whose ids fit a byte."""

_ARITHMETIC = frozenset({"add", "subtract", "multiply", "floor_divide", "maximum", "minimum"})
_CONDITIONS: Mapping[str, str] = MappingProxyType({
    "=": "equal", "<>": "not_equal", "<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal",
    "and": "bitwise_and", "or": "bitwise_or", "differ": "bitwise_xor",
})  # fmt: skip
_INPUTS = frozenset({"column", "missing", "given"})
_OVERWRITES = frozenset({*_ARITHMETIC, *_CONDITIONS, "times", "merge", "sign", "not"})
"""Operations that read each element before they write it, so that their result may take an argument's place."""

_DIRECT = frozenset({*_OVERWRITES, "fill", "lengths", "total"})
"""Operations that write into any array they are given, of any wide enough type."""

NAMESPACE: Mapping[str, object] = MappingProxyType({
    "__builtins__": {},
    "i1": np.dtype(np.int8), "i4": np.dtype(np.int32), "i8": np.dtype(np.int64),
    "len": len, "arange": np.arange, "copyto": np.copyto, "cumsum": np.cumsum, "logical_not": np.logical_not,
    "int64": np.int64, "repeat": np.repeat, "right_shift": np.right_shift, "take": np.take, "where": np.where, "bitwise_xor": np.bitwise_xor,
    **{name: getattr(np, name) for name in (*sorted(_ARITHMETIC), *_CONDITIONS.values())},
    "first_error": first_error, "first_error_before": first_error_before, "greatest": greatest, "least": least,
    "sum_of_fractions": sum_of_fractions, "greatest_fraction": greatest_fraction, "least_fraction": least_fraction,
})  # fmt: skip
"""Everything generated code can reach."""

Kernel = Callable[[Sequence[Any], Sequence[Any], Sequence[Any], Sequence[Any], Sequence[Any]], None]


@dataclass(frozen=True, slots=True)
class Buffer:
    """An array for one level's records of a chunk; ``extra`` 1 for running sums, which are one longer."""

    type: str
    level: str
    extra: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a step's result goes."""

    step: Step
    type: str


@dataclass(slots=True)
class Source:
    """Generated code and what it must be given for a chunk, each in this order."""

    inputs: list[Step] = field(default_factory=list)
    offsets: list[tuple[str, str]] = field(default_factory=list)
    buffers: list[Buffer] = field(default_factory=list)
    extras: list[Step] = field(default_factory=list)
    limits: dict[str, int] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The function ``chunk(inputs, offsets, buffers, targets, extras)``."""
        return "\n".join(["def chunk(c, o, b, w, x):", *(f" {line}" for line in self.lines), " return None"])

    def compile(self) -> Kernel:
        """Return the function, made where no builtin can be reached."""
        namespace = dict(NAMESPACE)
        exec(compile(self.text, "<jiuzhu columns>", "exec"), namespace)  # noqa: S102 - our own generated source
        kernel: Kernel = namespace["chunk"]  # type: ignore[assignment]
        return kernel


def write_source(graph: Graph, targets: Sequence[Target], *, failures: str) -> Source:
    """Write the steps the targets stand on; ``failures`` is the type of failure ids (``i1`` or ``i4``)."""
    writer = _Writer(graph, targets, failures)
    for step in writer.order:
        writer.write(step)
    return writer.source


class _Writer:
    """Writes step after step, giving each a place."""

    def __init__(self, graph: Graph, targets: Sequence[Target], failures: str) -> None:
        self.graph = graph
        self.failures = failures
        self.source = Source()
        self.order = _reachable([one.step for one in targets])
        self.targets: dict[Step, list[int]] = {}
        for number, target in enumerate(targets):
            self.targets.setdefault(target.step, []).append(number)
        self.types = [target.type for target in targets]
        self.last = {argument: step for step in self.order for argument in step.arguments if isinstance(argument, Step)}
        self.spreads = Counter((argument.level, step.level) for step in self.order if step.operation == "spread"
                               for argument in step.arguments if isinstance(argument, Step))  # fmt: skip
        self.free: dict[Buffer, list[str]] = {}
        self.places: dict[Step, str] = {}
        self.held: dict[Step, tuple[Buffer, str]] = {}
        self.owners: dict[tuple[str, str], str] = {}

    # Places

    def type_of(self, step: Step) -> str:
        """Return the type a step's array has: the narrowest of int32 and int64 its span allows."""
        if step.kind != "integer":
            return {"boolean": "?", "error": self.failures}.get(step.kind, "")
        return "i8" if step.operation == "lengths" or not step.span.fits(INT32) else "i4"

    def working_type(self, step: Step) -> str:
        """Return the type in which a step is computed: it holds the arguments as well as the result."""
        if step.kind == "error":
            return self.failures
        spans = [step.span, *(span_of(one) for one in step.arguments)]
        return "i4" if all(one.fits(INT32) for one in spans) else "i8"

    def code(self, atom: Atom) -> str:
        """Return the name of a step's array, or a constant."""
        if isinstance(atom, Step):
            return self.places[atom]
        return str(atom) if atom >= 0 else f"({atom})"

    def place(self, step: Step) -> str:
        """Return where a step's result goes: its target, or a buffer."""
        waiting = self.targets.get(step)
        if waiting and step.operation in _DIRECT:
            return f"w[{waiting.pop(0)}]"
        buffer = Buffer(self.type_of(step), step.level, 1 if step.operation == "prefix" else 0)
        free = self.free.setdefault(buffer, [])
        if not free:
            free.append(f"b[{len(self.source.buffers)}]")
            self.source.buffers.append(buffer)
        name = free.pop()
        self.held[step] = (buffer, name)
        return name

    def release(self, step: Step) -> None:
        """Give back the buffers that ``step`` was the last to read."""
        for argument in dict.fromkeys(step.arguments):
            if isinstance(argument, Step) and self.last[argument] is step and argument in self.held:
                buffer, name = self.held.pop(argument)
                self.free[buffer].append(name)

    # Steps

    def write(self, step: Step) -> None:
        """Write one step, and copies of its result to further targets."""
        name = f"s{step.number}"
        if step.operation in _INPUTS:
            self.source.lines.append(f"{name} = c[{len(self.source.inputs)}]")
            self.source.inputs.append(step)
        elif step.operation in _OVERWRITES:
            arguments = [self.code(one) for one in step.arguments]
            self.release(step)
            place = self.place(step)
            self.source.lines.append(f"{name} = {self.elementwise(step, arguments, place)}")
        else:
            self.source.lines += self.other(step, name)
            self.release(step)
        self.places[step] = name
        self.source.lines += [f"copyto(w[{number}], {name})" for number in self.targets.get(step, ())]

    def elementwise(self, step: Step, arguments: Sequence[str], place: str) -> str:
        """Return the call of an element-wise operation."""
        operation, kind = step.operation, self.working_type(step)
        if operation in _ARITHMETIC:
            return f"{operation}({', '.join(arguments)}, out={place}, dtype={kind})"
        if operation in _CONDITIONS:
            return f"{_CONDITIONS[operation]}({', '.join(arguments)}, out={place})"
        if operation == "times":
            return f"multiply({arguments[0]}.view(i1), {arguments[1]}, out={place}, dtype={kind})"
        if operation == "merge":
            return f"bitwise_or({', '.join(arguments)}, out={place}, dtype={kind})"
        if operation == "sign":
            return f"right_shift({arguments[0]}, {31 if kind == 'i4' else 63}, out={place}, dtype={kind})"
        return f"logical_not({arguments[0]}, out={place})"

    def other(self, step: Step, name: str) -> list[str]:
        """Return the lines of an operation that cannot write over its arguments."""
        arguments = [self.code(one) for one in step.arguments]
        match step.operation:
            case "select":
                return self.select(step, name, arguments)
            case "spread":
                return self.spread(step, name)
            case "fill":
                return [f"{name} = {self.place(step)}", f"{name}.fill({arguments[0]})"]
            case "lengths":
                offsets = self.offsets(step.level, str(step.parameters[0]))
                return [f"{name} = subtract({offsets}[1:], {offsets}[:-1], out={self.place(step)})"]
            case "prefix":
                return self.prefix(step, name, arguments[0])
            case "total":
                return self.total(step, name)
            case "item":
                return [f"{name} = {arguments[0]}[{step.parameters[0]}]"]
            case "translate":
                return [f"{name} = take({self.extra(step)}, {arguments[0]}, out={self.place(step)}, mode='clip')"]
            case "standard":
                return [f"{name} = {self.extra(step)}({', '.join(arguments)})"]
        offsets = self.offsets(step.level, str(step.parameters[0]))
        more = [str(one) for one in step.parameters[1:]]
        return [f"{name} = {step.operation}({', '.join([*arguments, offsets, *more])})"]

    def select(self, step: Step, name: str, arguments: Sequence[str]) -> list[str]:
        """Write a choice; in int32 by masking the difference of the bits, twice as fast as ``where``."""
        flag, yes, no = arguments
        if self.working_type(step) == "i8":
            wide = [
                one if isinstance(atom, Step) else f"int64({one})"
                for one, atom in zip((yes, no), step.arguments[1:], strict=True)
            ]
            return [f"{name} = where({flag}, {wide[0]}, {wide[1]})"]
        place = self.place(step)
        return [
            f"{name} = bitwise_xor({yes}, {no}, out={place}, dtype=i4)",
            f"multiply({flag}.view(i1), {name}, out={name}, dtype=i4)",
            f"bitwise_xor({name}, {no}, out={name}, dtype=i4)",
        ]

    def spread(self, step: Step, name: str) -> list[str]:
        """Write a parent's value for each of its records; through an index where several steps need one."""
        (value,) = step.arguments
        assert isinstance(value, Step)
        pair = (value.level, step.level)
        offsets = self.offsets(*pair)
        lengths = f"{offsets}[1:] - {offsets}[:-1]"
        if self.spreads[pair] == 1:
            return [f"{name} = repeat({self.code(value)}, {lengths})"]
        lines = []
        if pair not in self.owners:
            self.owners[pair] = f"p{step.number}"
            lines.append(f"{self.owners[pair]} = repeat(arange(len({offsets}) - 1), {lengths})")
        return [*lines, f"{name} = {self.code(value)}.take({self.owners[pair]})"]

    def prefix(self, step: Step, name: str, argument: str) -> list[str]:
        """Write running sums, and note how many records may share them."""
        (values,) = step.arguments
        largest = INT32 if self.type_of(step) == "i4" else INT64
        limit = largest // max(1, span_of(values).size)
        self.source.limits[step.level] = min(limit, self.source.limits.get(step.level, limit))
        return [
            f"{name} = {self.place(step)}",
            f"{name}[0] = 0",
            f"cumsum({argument}, out={name}[1:], dtype={self.type_of(step)})",
        ]

    def total(self, step: Step, name: str) -> list[str]:
        """Write each parent's share of the running sums."""
        (running,) = step.arguments
        assert isinstance(running, Step)
        reached = f"{self.code(running)}.take({self.offsets(step.level, running.level)})"
        return [
            f"t = {reached}",
            f"{name} = subtract(t[1:], t[:-1], out={self.place(step)}, dtype={self.type_of(running)})",
        ]

    def offsets(self, level: str, below: str) -> str:
        """Return the offsets of the records of ``below`` by those of ``level``."""
        pair = (level, below)
        if pair not in self.source.offsets:
            self.source.offsets.append(pair)
        return f"o[{self.source.offsets.index(pair)}]"

    def extra(self, step: Step) -> str:
        """Return a table or function that is made when the program runs."""
        self.source.extras.append(step)
        return f"x[{len(self.source.extras) - 1}]"


def _reachable(roots: Sequence[Step]) -> list[Step]:
    """Return the steps the roots stand on, each after its arguments."""
    found: set[Step] = set()
    waiting = list(roots)
    while waiting:
        step = waiting.pop()
        if step not in found:
            found.add(step)
            waiting += [one for one in step.arguments if isinstance(one, Step)]
    return sorted(found, key=lambda one: one.number)
