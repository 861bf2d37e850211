"""The form of an amendment as it is shown: the place, the document, and the rows with their fields and faults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from admin.amendment_tree import ROWS, STANDARD
from admin.form_node import Node


@dataclass(slots=True, kw_only=True)
class RowView:
    """A row as shown. ``fields`` are by short name; ``rest`` is by the kind's schema; ``more`` is rarely used."""

    name: str
    kind: str
    title: str
    is_gap: bool
    fields: dict[str, Node]
    rest: list[Node]
    more: Node
    before: str = ""
    rise: str = ""
    faults: list[str] = field(default_factory=list)

    @property
    def number(self) -> str:
        """Its number, from 1."""
        return str(int(self.name[len(ROWS) + 1 : -1]) + 1)

    def nodes(self) -> Iterator[Node]:
        """Yield every field."""
        for one in (*self.fields.values(), *self.rest, self.more):
            yield from one.walk()


@dataclass(slots=True, kw_only=True)
class View:
    """The whole form as shown."""

    division: Node
    document: list[Node]
    rows: list[RowView]
    kinds: list[tuple[str, str]]
    faults: list[str] = field(default_factory=list)

    @property
    def standards(self) -> list[RowView]:
        """The rows of the grid."""
        return [one for one in self.rows if one.kind == STANDARD]

    @property
    def others(self) -> list[RowView]:
        """The rows with a form of their own."""
        return [one for one in self.rows if one.kind != STANDARD]
