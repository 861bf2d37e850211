"""The scalar writer: one household through one generated function over ints; every quantity kept, failures as values.

The function is plain Python made from the checked tree and compiled in a namespace without builtins. Numbers are a
numerator and a denominator; the denominator is a constant of the program wherever it can be known beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import Any

from core.formula.scalar_function import Written, write_function
from core.formula.scalar_runtime import Failed, day_key, months_between
from core.formula.schema import HOUSEHOLD, ValueType
from core.formula.tree import CheckedFormula, Failure, Program

Facts = Mapping[str, Any]
Standards = Callable[[str, str, str], tuple[int, int] | None]
Value = Fraction | bool | str | int | Failure
Raw = Any
"""A number's numerator (or a pair, where ``denominators`` has 0), a condition, a text, a date's ordinal, or a failure;
for a list's quantity a list of these, for a list below a list a list of lists."""


def no_standards(programme: str, area: str, division: str) -> None:
    """Know no other place's standard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What a result slot holds. ``denominator`` belongs to every raw number in it; 0: the raw numbers are pairs."""

    key: str
    position: int
    level: str
    type: ValueType
    denominator: int


class ScalarProgram:
    """A compiled program. ``outputs`` describes the slots of a result, by key, in order."""

    def __init__(self, program: Program, formulas: tuple[CheckedFormula, ...], keys: tuple[str, ...]) -> None:
        self.program = program
        self._formulas = formulas
        self._keys = keys
        written = write_function(program, formulas, keys, careful=False)
        self.source = written.source
        self._run = _compiled(written)
        self._careful: Callable[[Facts, Standards], tuple[Raw, ...]] | None = None
        self.outputs = _outputs(formulas, keys, written.denominators)

    def run(self, facts: Facts, standards: Standards = no_standards) -> ScalarResult:
        """Compute one household.

        ``facts`` are prepared facts (see ``core.facts``); a fact that is absent fails what reads it, nothing else.
        ``standards`` answers ``STANDARD(programme, area, division)``: numerator and denominator of fen a person-year.
        """
        try:
            values = self._run(facts, standards)
        except KeyError:
            values = self._run_carefully(facts, standards)
        return ScalarResult(self, values)

    def _run_carefully(self, facts: Facts, standards: Standards) -> tuple[Raw, ...]:
        """Compute a household that lacks a required fact: the slower function that expects any fact to be missing."""
        if self._careful is None:
            self._careful = _compiled(write_function(self.program, self._formulas, self._keys, careful=True))
        return self._careful(facts, standards)


class ScalarResult:
    """The quantities of one household.

    ``values`` is the raw tuple in the order of ``program.outputs``; ``get`` gives exact, typed values.
    """

    __slots__ = ("program", "values")

    def __init__(self, program: ScalarProgram, values: tuple[Raw, ...]) -> None:
        self.program = program
        self.values = values

    def raw(self, key: str) -> Raw:
        """Return a quantity as the function left it; its numbers are over ``program.outputs[key].denominator``."""
        return self.values[self.program.outputs[key].position]

    def get(self, key: str) -> Any:
        """Return a quantity: Fraction (money in fen), bool, text, ordinal or Failure; a list of these for a list's.

        The quantities of a list below a list come in the order of the records, member after member.

        Raises:
            KeyError: no such output.
        """
        output = self.program.outputs[key]
        raw = self.values[output.position]
        if output.level == HOUSEHOLD:
            return _value(raw, output)
        if self.program.program.schema.lists[output.level].parent != HOUSEHOLD:
            raw = [one for part in raw for one in part]
        return [_value(one, output) for one in raw]


def _value(raw: Raw, output: Output) -> Value:
    if output.type != "number" or isinstance(raw, Failure):
        return raw  # type: ignore[no-any-return]
    return Fraction(raw, output.denominator) if output.denominator else Fraction(*raw)


def write(program: Program, outputs: tuple[str, ...] | None = None) -> ScalarProgram:
    """Compile a program for one household at a time.

    ``outputs`` are the keys wanted (all for None); only what they stand on is computed.

    Raises:
        KeyError: an output that is no formula of the program.
    """
    formulas = program.needed(outputs)
    keys = tuple(one.key for one in formulas) if outputs is None else outputs
    unknown = set(keys) - {one.key for one in formulas}
    if unknown:
        raise KeyError(min(unknown))
    return ScalarProgram(program, formulas, keys)


def _outputs(
    formulas: tuple[CheckedFormula, ...], keys: tuple[str, ...], denominators: tuple[int, ...]
) -> Mapping[str, Output]:
    by_key = {one.key: one for one in formulas}
    return {
        key: Output(key=key, position=position, level=by_key[key].level, type=by_key[key].type, denominator=below)
        for position, (key, below) in enumerate(zip(keys, denominators, strict=True))
    }


def _compiled(written: Written) -> Callable[[Facts, Standards], tuple[Raw, ...]]:
    """Compile generated source where no builtin can be reached."""
    namespace: dict[str, Any] = {
        "__builtins__": {},
        "Failed": Failed,
        "Failure": Failure,
        "NOTHING": {},
        "day_key": day_key,
        "gcd": gcd,
        "len": len,
        "months_between": months_between,
        "zip": zip,
        **written.constants,
    }
    exec(compile(written.source, "<jiuzhu formulas>", "exec"), namespace)  # noqa: S102 - made by us from a checked tree
    run: Callable[[Facts, Standards], tuple[Raw, ...]] = namespace["run"]
    return run
