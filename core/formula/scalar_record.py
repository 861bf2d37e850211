"""Records in generated code: the variables facts are read into, the loops that bring records and their quantities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.formula.scalar_code import Block, Names, Operand, Scope, Scopes
from core.formula.schema import HOUSEHOLD, FactSchema
from core.formula.tree import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Where a computed quantity is.

    ``name`` is its variable. At the household: a numerator or another value, None after a failure, with ``below`` the
    denominator (a variable where it is not known now) and ``failure`` the variable of the failure, if it can fail.
    In a list: a (nested) Python list of values, pairs (where ``below`` is no int) and failures. ``constant`` is set
    instead where the value is known now, ``unavailable`` where it is always that failure; ``counts`` tells that the
    number counts records and is never negative.
    """

    level: str
    name: str = ""
    below: int | str = 1
    failure: str = ""
    constant: Operand | None = None
    unavailable: str = ""
    counts: bool = False


@dataclass(slots=True)
class RecordWriter:
    """Reads facts and walks lists.

    ``head`` are the lines at the top of the function: what is read once for the household. ``careful``: any declared
    fact may be missing, not only the optional ones.
    """

    schema: FactSchema
    names: Names
    careful: bool
    head: list[str] = field(default_factory=list)
    stored: dict[str, Stored] = field(default_factory=dict)
    _once: dict[tuple[str, str], str] = field(default_factory=dict)

    def once(self, kind: str, name: str, code: str) -> str:
        """Return the variable that holds ``code``, computed once at the top of the function."""
        if (kind, name) not in self._once:
            self._once[kind, name] = self.names.fresh(kind[0])
            self.head.append(f"{self._once[kind, name]} = {code}")
        return self._once[kind, name]

    # Facts

    def read(self, node: Fact, scopes: Scopes) -> tuple[str, bool]:
        """Return the variable a fact is read into, and whether it may be missing (None)."""
        field = self.schema.fields[node.name]
        optional = self.careful or not field.required
        if node.owner != HOUSEHOLD:
            scope = scope_of(node.owner, scopes)
            code = _item(scope.record, field.short, optional=optional)
            return scope.facts.setdefault(node.name, (self.names.fresh("x"), code))[0], optional
        namespace = node.name.rpartition(".")[0]
        if not namespace:
            return self.once("household", node.name, _item("h", field.short, optional=optional)), optional
        record = self.once("namespace", namespace, f"h.get({namespace!r}) or NOTHING")
        return self.once("household", node.name, _item(record, field.short, optional=True)), True

    # Lists

    def path(self, level: str, over: str) -> Sequence[str]:
        """Return the lists from below ``level`` down to ``over``."""
        up = [over, *self.schema.ancestors(over)]
        return tuple(reversed(up[: up.index(level)]))

    def enter(self, level: str) -> Scope:
        """Return a scope for the records of ``level``."""
        return Scope(level, self.names.fresh("r"))

    def list_code(self, level: str, scopes: Scopes) -> str:
        """Return the expression for the records of ``level`` in reach."""
        parent = self.schema.lists[level].parent
        if parent == HOUSEHOLD:
            return self.once("list", level, _records("h", level, careful=self.careful))
        return _records(scope_of(parent, scopes).record, level, careful=self.careful)

    def element(self, key: str, scopes: Scopes) -> str:
        """Return the variable of a record's quantity; the loop over the list brings it, those above hand it down."""
        level = self.stored[key].level
        scope = scope_of(level, scopes)
        if key not in scope.elements:
            scope.elements[key] = self.names.fresh("e")
            for above in self.schema.ancestors(level)[:-1]:
                scope_of(above, scopes).lists.setdefault(key, self.names.fresh("s"))
        return scope.elements[key]

    def loop(self, block: Block, body: Block, scope: Scope, scopes: Scopes) -> None:
        """Append the loop over the records of ``scope``, with the quantities that come with each record."""
        body.lines[:0] = [f"{name} = {code}" for name, code in scope.facts.values()]
        brought = [
            (key, name) for key, name in (*scope.elements.items(), *scope.lists.items()) if key not in scope.made
        ]
        targets = ", ".join((scope.record, *(name for _, name in brought)))
        sources = ", ".join(
            (self.list_code(scope.level, scopes), *(self._beside(key, scope.level, scopes) for key, _ in brought))
        )
        block.nest(f"for {targets} in zip({sources}):" if brought else f"for {targets} in {sources}:", body)

    def _beside(self, key: str, level: str, scopes: Scopes) -> str:
        """Return the list that runs beside the records of ``level`` and holds a quantity."""
        parent = self.schema.lists[level].parent
        return self.stored[key].name if parent == HOUSEHOLD else scope_of(parent, scopes).lists[key]


def scope_of(level: str, scopes: Scopes) -> Scope:
    """Return the record of ``level`` in reach."""
    return next(one for one in reversed(scopes) if one.level == level)


def _item(record: str, name: str, *, optional: bool) -> str:
    return f"{record}.get({name!r})" if optional else f"{record}[{name!r}]"


def _records(record: str, level: str, *, careful: bool) -> str:
    return f"({record}.get({level!r}) or ())" if careful else f"{record}[{level!r}]"
