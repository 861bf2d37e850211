"""The rows of a chunk as the import composes them, with keys known beforehand, as tuples a database takes in bulk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Dialect, LargeBinary, Table
from sqlalchemy.types import TypeEngine

from benchmarks.bulk.roll import FIRST_ROW, Chunk, entries
from core.casework.desk import Desk
from core.casework.roster.opening import Opening, Review, Row, Signed, new_person, open_cases
from core.casework.roster.place import Gazetteer
from core.store.tables import AssistanceCase, CaseMember, CaseNote, Decision, Event, FactsVersion, Person

TABLES: tuple[Table, ...] = tuple(
    one.__table__ for one in (Person, AssistanceCase, FactsVersion, Decision, CaseMember, CaseNote, Event)
)
"""What is written in bulk, parents first."""
OF_PERSONS = ("person", "case_member")
EVENTS = 3
"""Events an opened case begins with."""
Tuples = dict[str, list[tuple[Any, ...]]]


def keys_of(table: str, chunk: Chunk) -> int:
    """Return how many rows of a table a chunk brings."""
    if table in OF_PERSONS:
        return chunk.persons
    return chunk.households * (EVENTS if table == "event" else 1)


@dataclass
class Collector:
    """Stands for the session: gives rows their keys and keeps them as tuples in the order of the columns."""

    dialect: Dialect
    next_keys: dict[str, int]
    rows: Tuples = field(default_factory=dict)
    _columns: dict[str, list[tuple[str, Callable[[Any], Any] | None]]] = field(default_factory=dict)

    def __call__(self, rows: Sequence[Row]) -> None:
        """Take rows of one table."""
        if not rows:
            return
        name = rows[0].__tablename__
        columns, key = self._of(rows[0]), self.next_keys[name]
        taken = self.rows.setdefault(name, [])
        for at, row in enumerate(rows):
            row.id = key + at
            said = vars(row)  # what was never set is not there: None, as the session has it
            taken.append(tuple(said.get(name) if bind is None else bind(said.get(name)) for name, bind in columns))
        self.next_keys[name] = key + len(rows)

    def _of(self, row: Row) -> list[tuple[str, Callable[[Any], Any] | None]]:
        """The columns, each with what SQLAlchemy does to its values before the driver sees them."""
        table = row.__table__
        if table.name not in self._columns:
            self._columns[table.name] = [(one.key, self._bind(one.type)) for one in table.columns]
        return self._columns[table.name]

    def _bind(self, kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
        """Bytes go as they are: a view of them cannot be handed to another process."""
        if isinstance(kind, LargeBinary):
            return None
        return kind.dialect_impl(self.dialect).bind_processor(self.dialect)


def compose(
    desk: Desk, signed: Signed, chunk: Chunk, *, keys: Mapping[str, int], review: Review | None, dialect: Dialect,
    rich: bool,
) -> Tuples:  # fmt: skip
    """Return the rows of a chunk by table; everything in them is made by the services of the import."""
    places = Gazetteer(desk, chunk.lot.division)
    openings = [
        Opening(
            entry=entry, residence=places.residence(entry.place), review=review,
            persons=[new_person(desk, entry, one, None) for one in entry.members],
        )
        for entry in entries(chunk, desk.today, rich=rich)
    ]  # fmt: skip
    collector = Collector(dialect, dict(keys))
    open_cases(desk, signed, openings, enter=collector)
    return collector.rows


def span(chunk: Chunk) -> list[int]:
    """Return the first and the last row of a chunk in its roster."""
    return [chunk.at + FIRST_ROW, chunk.at + chunk.households + FIRST_ROW - 1]
