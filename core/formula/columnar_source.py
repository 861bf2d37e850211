"""Steps written as Python: a line or two of NumPy each, on one chunk of households.

No text of a formula ever enters it: only integers and names made here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from core.formula import columnar_runtime
from core.formula.columnar_graph import Graph
from core.formula.columnar_place import Buffer, Places, Target
from core.formula.columnar_step import Atom, Step, span_of
from core.formula.span import INT32, INT64

_ARITHMETIC = ("add", "subtract", "multiply", "floor_divide", "maximum", "minimum")
_CONDITIONS: Mapping[str, str] = MappingProxyType({
    "=": "equal", "<>": "not_equal", "<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal",
    "and": "bitwise_and", "or": "bitwise_or", "differ": "bitwise_xor",
})  # fmt: skip
_INPUTS = frozenset({"column", "missing", "given"})
_ELEMENTWISE = frozenset({*_ARITHMETIC, *_CONDITIONS, "times", "merge", "sign", "not"})
"""Operations that read each element before they write it: the result may take an argument's place."""

_RUNTIME = (
    "first_error", "first_error_before", "greatest", "least", "sum_of_fractions", "greatest_fraction", "least_fraction",
)  # fmt: skip
_NUMPY = (
    *_ARITHMETIC, *_CONDITIONS.values(), "bincount", "copyto", "cumsum", "int64", "logical_not", "right_shift",
    "take", "where",
)  # fmt: skip

Kernel = Callable[[Sequence[Any], Sequence[Any], Sequence[Any], Sequence[Any], Sequence[Any]], None]
"""``chunk(inputs, offsets, buffers, targets, tables)``."""


@dataclass(slots=True)
class Source:
    """Generated lines, and what they must be given for a chunk, each in this order.

    ``limits``: how many records of a level a chunk may have, so that no running sum leaves its type.
    """

    inputs: list[Step] = field(default_factory=list)
    offsets: list[tuple[str, str]] = field(default_factory=list)
    buffers: Sequence[Buffer] = ()
    tables: list[tuple[Step, str]] = field(default_factory=list)
    limits: dict[str, int] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The generated function."""
        return "\n".join(["def chunk(c, o, b, w, x):", *(f" {line}" for line in self.lines), " return None"])


def compiled(source: Source) -> Kernel:
    """Compile generated source where no builtin but ``len`` can be reached."""
    types = {name: np.dtype(name) for name in ("i1", "i4", "i8")}
    functions = {name: getattr(np, name) for name in _NUMPY} | {
        name: getattr(columnar_runtime, name) for name in _RUNTIME
    }
    namespace: dict[str, Any] = {"__builtins__": {}, "len": len, **types, **functions}
    exec(compile(source.text, "<jiuzhu columns>", "exec"), namespace)  # noqa: S102 - our own generated source
    kernel: Kernel = namespace["chunk"]
    return kernel


def write_source(graph: Graph, targets: Sequence[Target], *, failures: str) -> Source:
    """Write the steps the targets stand on; ``failures`` is the type of failure ids (``i1`` or ``i4``)."""
    order = graph.order([one.step for one in targets])
    writer = _Writer(Places.of(order, targets, failures))
    for step in order:
        writer.write(step)
    writer.source.buffers = tuple(writer.places.buffers)
    return writer.source


class _Writer:
    """Writes step after step."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.source = Source()
        self.names: dict[Step, str] = {}

    def write(self, step: Step) -> None:
        """Write one step, and copies of its result to further targets."""
        name = self.names[step] = f"s{step.number}"
        if step.operation in _INPUTS:
            self.source.lines.append(f"{name} = c[{len(self.source.inputs)}]")
            self.source.inputs.append(step)
        elif step.operation in _ELEMENTWISE:
            arguments = [self.code(one) for one in step.arguments]
            self.places.release(step)
            self.source.lines.append(f"{name} = {self.elementwise(step, arguments, self.place(step))}")
        else:
            self.source.lines += self.other(step, name)
            self.places.release(step)
        self.source.lines += [f"copyto(w[{number}], {name})" for number in self.places.targets.get(step, ())]

    def code(self, atom: Atom) -> str:
        """Return the name of a step's array, or a constant."""
        if isinstance(atom, Step):
            return self.names[atom]
        return str(atom) if atom >= 0 else f"({atom})"

    def place(self, step: Step) -> str:
        """Return where a result goes that can be written anywhere: its target, else a buffer."""
        return self.places.target(step) or self.places.buffer(step)

    def elementwise(self, step: Step, arguments: Sequence[str], place: str) -> str:
        """Return the call of an element-wise operation."""
        kind = self.places.working_type(step)
        match step.operation:
            case "times":
                return f"multiply({arguments[0]}.view(i1), {arguments[1]}, out={place}, dtype={kind})"
            case "merge":
                return f"bitwise_or({arguments[0]}, {arguments[1]}, out={place}, dtype={kind})"
            case "sign":
                return f"right_shift({arguments[0]}, {31 if kind == 'i4' else 63}, out={place}, dtype={kind})"
            case "not":
                return f"logical_not({arguments[0]}, out={place})"
        if step.operation in _CONDITIONS:
            return f"{_CONDITIONS[step.operation]}({arguments[0]}, {arguments[1]}, out={place})"
        return f"{step.operation}({arguments[0]}, {arguments[1]}, out={place}, dtype={kind})"

    def other(self, step: Step, name: str) -> list[str]:
        """Return the lines of an operation that cannot take an argument's place."""
        writers: Mapping[str, Callable[[Step, str], list[str]]] = {
            "select": self.select, "owner": self.owner, "prefix": self.prefix, "total": self.total,
            "lengths": self.lengths, "translate": self.look_up, "table": self.look_up,
        }  # fmt: skip
        arguments = [self.code(one) for one in step.arguments]
        match step.operation:
            case "spread":
                return [f"{name} = {arguments[0]}.take({arguments[1]})"]
            case "fill":
                return [f"{name} = {self.place(step)}", f"{name}.fill({arguments[0]})"]
            case "item":
                return [f"{name} = {arguments[0]}[{step.parameters[0]}]"]
            case "standard":
                return [f"{name} = {self.table(step)}({', '.join(arguments)})"]
        if step.operation in writers:
            return writers[step.operation](step, name)
        over, *more = step.parameters
        given = [*arguments, self.offsets(step.level, str(over)), *(str(one) for one in more)]
        return [f"{name} = {step.operation}({', '.join(given)})"]

    def select(self, step: Step, name: str) -> list[str]:
        """Write a choice; in int32 by masking the bits that differ, twice as fast as ``where``."""
        flag, yes, no = (self.code(one) for one in step.arguments)
        if self.places.working_type(step) == "i8":
            yes, no = (self.code(one) if isinstance(one, Step) else f"int64({one})" for one in step.arguments[1:])
            return [f"{name} = where({flag}, {yes}, {no})"]
        return [
            f"{name} = bitwise_xor({yes}, {no}, out={self.places.buffer(step)}, dtype=i4)",
            f"multiply({flag}.view(i1), {name}, out={name}, dtype=i4)",
            f"bitwise_xor({name}, {no}, out={name}, dtype=i4)",
        ]

    def owner(self, step: Step, name: str) -> list[str]:
        """Write the number of each record's parent; parents without records are stepped over."""
        offsets, place = self.offsets(str(step.parameters[0]), step.level), self.places.buffer(step)
        return [f"{name} = cumsum(bincount({offsets}[1:-1], minlength=len({place}) + 1)[:-1], out={place})"]

    def lengths(self, step: Step, name: str) -> list[str]:
        """Write how many records each parent has."""
        offsets = self.offsets(step.level, str(step.parameters[0]))
        return [f"{name} = subtract({offsets}[1:], {offsets}[:-1], out={self.place(step)})"]

    def prefix(self, step: Step, name: str) -> list[str]:
        """Write running sums, and note how many records may share them."""
        kind = self.places.type_of(step)
        limit = (INT32 if kind == "i4" else INT64) // max(1, span_of(step.arguments[0]).size)
        self.source.limits[step.level] = min(limit, self.source.limits.get(step.level, limit))
        return [
            f"{name} = {self.places.buffer(step)}",
            f"{name}[0] = 0",
            f"cumsum({self.code(step.arguments[0])}, out={name}[1:], dtype={kind})",
        ]

    def total(self, step: Step, name: str) -> list[str]:
        """Write each parent's share of the running sums."""
        (running,) = step.arguments
        assert isinstance(running, Step)
        return [
            f"t = {self.code(running)}.take({self.offsets(step.level, running.level)})",
            f"{name} = subtract(t[1:], t[:-1], out={self.place(step)}, dtype={self.places.type_of(running)})",
        ]

    def look_up(self, step: Step, name: str) -> list[str]:
        """Write what codes stand for: codes of another vocabulary, or a table's entries."""
        codes = self.code(step.arguments[0])
        return [f"{name} = take({self.table(step)}, {codes}, out={self.places.buffer(step)}, mode='clip')"]

    def offsets(self, level: str, below: str) -> str:
        """Return the offsets of the records of ``below`` by those of ``level``."""
        pair = (level, below)
        if pair not in self.source.offsets:
            self.source.offsets.append(pair)
        return f"o[{self.source.offsets.index(pair)}]"

    def table(self, step: Step) -> str:
        """Return a table or function that is made when the program runs."""
        self.source.tables.append((step, self.places.type_of(step)))
        return f"x[{len(self.source.tables) - 1}]"
