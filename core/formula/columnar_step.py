"""What columnar code computes, before it is written: steps over whole arrays, each with its level and its span.

Equal steps are one step, whichever formula asked first. No step may leave int64: one that could raises
:class:`OutOfRange`, so the steps that stand are themselves the proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from core.formula.schema import HOUSEHOLD, FactSchema
from core.formula.span import FLAG, INT64, Span

Kind = Literal["integer", "boolean", "error", "pair"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Step:
    """One array of the computation. ``arguments`` are steps and constants, ``parameters`` what is no value."""

    number: int
    operation: str
    arguments: tuple[Atom, ...]
    parameters: tuple[str | int | tuple[int, ...], ...] = ()
    level: str
    kind: Kind
    span: Span


Atom = Step | int | bool
"""A step or a value known now: an int (or an error's id, 0 for none), or a condition."""


class OutOfRange(Exception):  # noqa: N818 - caught where the formula is known
    """A value may leave int64."""

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self.span = span


def span_of(atom: Atom) -> Span:
    """Return the span of a step or a constant."""
    return atom.span if isinstance(atom, Step) else Span(int(atom), int(atom))


def held(span: Span) -> None:
    """Make sure that int64 holds a span.

    Raises:
        OutOfRange: it does not.
    """
    if not span.fits(INT64):
        raise OutOfRange(span)


@dataclass(slots=True)
class Steps:
    """Makes steps. Arguments of one step are brought to the deepest level among them."""

    schema: FactSchema
    steps: list[Step] = field(default_factory=list)
    _known: dict[object, Step] = field(default_factory=dict)

    def make(
        self,
        operation: str,
        *arguments: Atom,
        span: Span = FLAG,
        level: str | None = None,
        kind: Kind = "integer",
        parameters: tuple[str | int | tuple[int, ...], ...] = (),
    ) -> Step:
        """Return the step, an equal earlier one if there is one.

        Raises:
            OutOfRange: ``span`` or a constant does not fit int64.
        """
        held(span)
        for one in arguments:
            held(span_of(one))
        at = level or self.deepest(arguments)
        key = (operation, kind, parameters, at, tuple(a if isinstance(a, Step) else (type(a), a) for a in arguments))
        if key not in self._known:
            step = Step(
                number=len(self.steps),
                operation=operation,
                arguments=arguments,
                parameters=parameters,
                level=at,
                kind=kind,
                span=span,
            )
            self.steps.append(step)
            self._known[key] = step
        return self._known[key]

    def each(self, operation: str, *arguments: Atom, span: Span = FLAG, kind: Kind = "integer") -> Step:
        """Return an element-wise step, its arguments brought to one level first."""
        at = self.deepest(arguments)
        return self.make(operation, *(self.at(one, at) for one in arguments), span=span, level=at, kind=kind)

    def uses(self, operation: str) -> bool:
        """Tell whether any step is of this operation."""
        return any(step.operation == operation for step in self.steps)

    def order(self, roots: Sequence[Step]) -> list[Step]:
        """Return the steps the roots stand on, each after its arguments."""
        found: set[Step] = set()
        waiting = list(roots)
        while waiting:
            step = waiting.pop()
            if step not in found:
                found.add(step)
                waiting += [one for one in step.arguments if isinstance(one, Step)]
        return sorted(found, key=lambda one: one.number)

    # Levels

    def deepest(self, atoms: Sequence[Atom]) -> str:
        """Return the deepest level among the steps; the household for constants."""
        levels = [one.level for one in atoms if isinstance(one, Step)]
        return max(levels, key=lambda level: len(self.schema.ancestors(level)), default=HOUSEHOLD)

    def is_below(self, atom: Atom, level: str) -> bool:
        """Tell whether a step belongs to records strictly below ``level``."""
        return isinstance(atom, Step) and self.schema.is_below(atom.level, level)

    def at(self, atom: Atom, level: str) -> Atom:
        """Give each record of ``level`` its ancestor's value."""
        if not isinstance(atom, Step) or atom.level == level:
            return atom
        owner = self.make("owner", span=Span(0, INT64), level=level, parameters=(atom.level,))
        return self.make("spread", atom, owner, span=atom.span, level=level, kind=atom.kind)

    def filled(self, atom: Atom, level: str, *, kind: Kind = "integer") -> Step:
        """Return an array for every record of ``level``, also for a constant."""
        found = self.at(atom, level)
        if isinstance(found, Step):
            return found
        return self.make(
            "fill", found, span=span_of(found), level=level, kind="boolean" if isinstance(found, bool) else kind
        )
