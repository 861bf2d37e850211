"""The whole generated function: formulas of one list share a loop, and a failed quantity stops no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.formula.scalar_code import Block, Names, Operand, Scope, Scopes
from core.formula.scalar_expression import ExpressionWriter
from core.formula.scalar_number import reduced
from core.formula.scalar_record import Stored
from core.formula.schema import HOUSEHOLD
from core.formula.tree import CheckedFormula, Failure, Program, Quantity, Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Generated source of ``run(h, standards)``, its constants, and the denominator of every output (0: pairs)."""

    source: str
    constants: dict[str, object]
    denominators: tuple[int, ...]


@dataclass(slots=True)
class _Loop:
    """A loop still open for formulas of the same list."""

    level: str
    scopes: Scopes
    body: Block
    lists: list[str] = field(default_factory=list)


def write_function(
    program: Program, formulas: Sequence[CheckedFormula], outputs: Sequence[str], *, careful: bool
) -> Written:
    """Write the function that computes ``formulas`` and returns ``outputs`` (keys) as a tuple."""
    writer = _FunctionWriter(program, outputs, careful=careful)
    for formula in arranged(formulas):
        writer.formula(formula)
    return writer.finish()


def arranged(formulas: Sequence[CheckedFormula]) -> list[CheckedFormula]:
    """Reorder formulas, each still after those it reads, so that those of one list follow each other."""
    waiting = list(formulas)
    missing = {one.key for one in formulas}
    ordered: list[CheckedFormula] = []
    while waiting:
        ready = [one for one in waiting if missing.isdisjoint(one.reads)]
        level = ordered[-1].level if ordered else HOUSEHOLD
        following = next((one for one in ready if one.level == level), ready[0])
        waiting.remove(following)
        missing.discard(following.key)
        ordered.append(following)
    return ordered


class _FunctionWriter:
    """Writes formula after formula into one function."""

    def __init__(self, program: Program, outputs: Sequence[str], *, careful: bool) -> None:
        self.outputs = outputs
        self.names = Names()
        self.main = Block(self.names)
        self.expressions = ExpressionWriter(schema=program.schema, names=self.names, careful=careful)
        self.loop: _Loop | None = None

    def formula(self, formula: CheckedFormula) -> None:
        """Write one formula."""
        self.expressions.key = formula.key
        if self.loop is not None and self.loop.level != formula.level:
            self._close()
        if isinstance(formula.tree, Unavailable):
            failure = self.expressions.failure(Failure(formula.tree.code, formula.tree.name))
            self.expressions.stored[formula.key] = Stored(level=formula.level, unavailable=failure)
        elif isinstance(formula.tree, Quantity) and formula.tree.owner == formula.level:
            self._same(formula.key, formula.tree.key)
        elif formula.level == HOUSEHOLD:
            self._household(formula)
        else:
            self._record(formula)

    def _same(self, key: str, other: str) -> None:
        """Let a quantity that only repeats another be that one."""
        self.expressions.stored[key] = self.expressions.stored[other]
        scope = self.loop.scopes[-1] if self.loop is not None else None
        if scope is not None and other in scope.made:
            scope.elements[key] = scope.elements[other]
            scope.made.add(key)

    # The household's quantities

    def _household(self, formula: CheckedFormula) -> None:
        body = self.main.child()
        operand = self.expressions.lower(formula.tree, body, ())
        if operand.constant is not None and not body.raises:
            self.main.splice(body)
            self.expressions.stored[formula.key] = Stored(level=HOUSEHOLD, constant=operand)
            return
        name = self.names.fresh("q")
        under = self._assign(name, operand, body)
        if not body.raises:
            self.main.splice(body)
            self._store(formula, name, under)
            return
        failure = self.names.fresh("f")
        self.main.nest("try:", body)
        self.main.add(f"except Failed as e: {name} = None; {failure} = e.failure")
        self.main.raises = False
        self._store(formula, name, under, failure=failure)

    def _assign(self, name: str, operand: Operand, body: Block) -> int | str:
        body.add(f"{name} = {operand.code}")
        if isinstance(operand.below, int):
            return operand.below
        under = self.names.fresh("q")
        body.add(f"{under} = {operand.below}")
        reduced(name, under, body)
        return under

    def _store(self, formula: CheckedFormula, name: str, below: int | str, *, failure: str = "") -> None:
        counts = self.expressions.is_count(formula.tree)
        self.expressions.stored[formula.key] = Stored(
            level=formula.level, name=name, below=below, failure=failure, counts=counts
        )

    # The records' quantities

    def _record(self, formula: CheckedFormula) -> None:
        loop = self.loop or self._open(formula.level)
        self.loop = loop
        body = loop.body.child()
        operand = self.expressions.lower(formula.tree, body, loop.scopes)
        if operand.constant is not None and not body.raises:
            loop.body.splice(body)
            self.expressions.stored[formula.key] = Stored(level=formula.level, constant=operand)
            return
        element, name = self.names.fresh("e"), self.names.fresh("q")
        if isinstance(operand.below, int):
            body.add(f"{element} = {operand.code}")
            below: int | str = operand.below
        else:
            above, under = self.names.fresh("t"), self.names.fresh("t")
            body.add(f"{above}, {under} = {operand.code}, {operand.below}")
            reduced(above, under, body)
            body.add(f"{element} = {above}, {under}")
            below = "pair"
        raises = body.raises
        if raises:
            loop.body.nest("try:", body)
            loop.body.add(f"except Failed as e: {element} = e.failure")
            loop.body.raises = False
        else:
            loop.body.splice(body)
        self._made(formula, loop, element, name)
        self._store(formula, name, below, failure="in place" if raises else "")

    def _made(self, formula: CheckedFormula, loop: _Loop, element: str, name: str) -> None:
        scope = loop.scopes[-1]
        scope.elements[formula.key] = element
        scope.made.add(formula.key)
        loop.lists.append(name)
        inner = name if len(loop.scopes) == 1 else f"i{name}"
        loop.body.add(f"{inner}.append({element})")

    def _open(self, level: str) -> _Loop:
        scopes: Scopes = ()
        for one in self.expressions.path(HOUSEHOLD, level):
            scopes = (*scopes, self.expressions.enter(one))
        return _Loop(level, scopes, Block(self.names, self.main))

    def _close(self) -> None:
        """Append the open loop, now that it is known what it must bring."""
        loop, self.loop = self.loop, None
        if loop is None or not (loop.lists or any(scope.facts for scope in loop.scopes)):
            return
        for name in loop.lists:
            self.main.add(f"{name} = []")
        if len(loop.scopes) == 1:
            self.expressions.loop(self.main, loop.body, loop.scopes[0], ())
            return
        outer = Block(self.names, self.main)
        for name in loop.lists:
            outer.add(f"i{name} = []; {name}.append(i{name})")
        self.expressions.loop(outer, loop.body, loop.scopes[1], loop.scopes[:1])
        self.expressions.loop(self.main, outer, loop.scopes[0], ())

    # The end

    def finish(self) -> Written:
        """Return the function."""
        self._close()
        results = [self._result(self.expressions.stored[key]) for key in self.outputs]
        self.main.add(f"return ({', '.join(results)}{',' if results else ''})")
        lines = ["def run(h, standards):", *(f" {line}" for line in (*self.expressions.head, *self.main.lines))]
        denominators = tuple(_denominator(self.expressions.stored[key]) for key in self.outputs)
        return Written(source="\n".join(lines), constants=self.expressions.constants, denominators=denominators)

    def _result(self, stored: Stored) -> str:
        if stored.level != HOUSEHOLD:
            fixed = stored.unavailable or (stored.constant.code if stored.constant is not None else "")
            return self._repeated(fixed, stored.level) if fixed else stored.name
        if stored.unavailable:
            return stored.unavailable
        if stored.constant is not None:
            return stored.constant.code
        value = stored.name if isinstance(stored.below, int) else f"({stored.name}, {stored.below})"
        return f"({stored.failure} if {stored.name} is None else {value})" if stored.failure else value

    def _repeated(self, code: str, level: str) -> str:
        """Return a list with one value for every record of ``level``."""
        first, *below = self.expressions.path(HOUSEHOLD, level)
        records = self.expressions.list_code(first, ())
        if not below:
            return f"[{code}] * len({records})"
        inner = self.expressions.list_code(below[0], (Scope(first, "r"),))
        return f"[[{code}] * len({inner}) for r in {records}]"


def _denominator(stored: Stored) -> int:
    below = stored.constant.below if stored.constant is not None else stored.below
    return below if isinstance(below, int) else 0
