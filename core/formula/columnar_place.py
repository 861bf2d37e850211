"""Where the steps of columnar code put their results: in the narrowest type, in buffers that are used again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.formula.columnar_step import Step, span_of
from core.formula.span import INT32

INT8_FAILURES = 127
"""Most failures whose ids fit a byte."""


@dataclass(frozen=True, slots=True)
class Buffer:
    """An array for one level's records of a chunk; ``extra`` 1 for running sums, which are one longer."""

    type: str
    level: str
    extra: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the result of a step goes in the end."""

    step: Step
    type: str


@dataclass(slots=True)
class Places:
    """Gives each step a place. ``targets`` are the numbers of the targets still to be written, by step.

    ``last`` is the last reader of each step; ``failures`` the type of failure ids.
    """

    failures: str
    targets: dict[Step, list[int]]
    last: dict[Step, Step]
    buffers: list[Buffer] = field(default_factory=list)
    _free: dict[Buffer, list[str]] = field(default_factory=dict)
    _held: dict[Step, tuple[Buffer, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, order: Sequence[Step], targets: Sequence[Target], failures: str) -> Places:
        """Return the places for steps in their order."""
        last = {argument: step for step in order for argument in step.arguments if isinstance(argument, Step)}
        waiting: dict[Step, list[int]] = {}
        for number, target in enumerate(targets):
            waiting.setdefault(target.step, []).append(number)
        return cls(failures, waiting, last)

    def type_of(self, step: Step) -> str:
        """Return the type a step's array has: of int32 and int64 the narrower one that its span allows."""
        if step.kind != "integer":
            return {"boolean": "?", "error": self.failures}.get(step.kind, "")
        return "i8" if step.operation == "lengths" or not step.span.fits(INT32) else "i4"

    def working_type(self, step: Step) -> str:
        """Return the type in which a step is computed: it holds the arguments as well as the result."""
        if step.kind == "error":
            return self.failures
        spans = [step.span, *(span_of(one) for one in step.arguments)]
        return "i4" if all(one.fits(INT32) for one in spans) else "i8"

    def target(self, step: Step) -> str | None:
        """Return a target of the step that is still to be written, or None."""
        waiting = self.targets.get(step)
        return f"w[{waiting.pop(0)}]" if waiting else None

    def buffer(self, step: Step) -> str:
        """Return a free buffer for the step's result."""
        wanted = Buffer(self.type_of(step), step.level, 1 if step.operation == "prefix" else 0)
        free = self._free.setdefault(wanted, [])
        if not free:
            free.append(f"b[{len(self.buffers)}]")
            self.buffers.append(wanted)
        self._held[step] = (wanted, free.pop())
        return self._held[step][1]

    def release(self, step: Step) -> None:
        """Take back the buffers that ``step`` is the last to read."""
        for argument in dict.fromkeys(step.arguments):
            if isinstance(argument, Step) and self.last[argument] is step and argument in self._held:
                buffer, name = self._held.pop(argument)
                self._free[buffer].append(name)
