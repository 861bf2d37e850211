"""A part of a form with structure: a field, or a group, list or mapping of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

Sort = Literal["text", "long", "choice", "day", "month", "many", "group", "list", "map", "variant"]


@dataclass(slots=True, kw_only=True)
class Node:
    """A field, or a part with fields in it. ``gap``: the fields for why the source does not say it."""

    sort: Sort
    name: str
    label: str
    value: str = ""
    required: bool = False
    mono: bool = False
    options: Sequence[tuple[str, str]] = ()
    children: list[Node] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    gap: list[Node] = field(default_factory=list)

    @property
    def id(self) -> str:
        """How the page names it."""
        return "n-" + self.name.replace("[", "-").replace("]", "").replace(".", "-").replace("@", "")

    @property
    def filled(self) -> bool:
        """Whether something stands in it."""
        return bool(self.value or any(one.filled for one in (*self.children, *self.gap)))

    @property
    def faulty(self) -> bool:
        """Whether a fault stands in it."""
        return bool(self.faults or any(one.faulty for one in (*self.children, *self.gap)))

    def walk(self) -> Iterator[Node]:
        """Yield it and everything in it."""
        yield self
        for one in (*self.children, *self.gap):
            yield from one.walk()
