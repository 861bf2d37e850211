"""Tables joined into households: the records of each list below the row they belong to, all values still texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.caseload.layout import TAGS
from core.errors import Problem, Text, Where
from core.formula.columns import Array
from core.formula.schema import HOUSEHOLD, FactSchema
from regions.caseload_mapping import ImportMapping
from regions.caseload_table import Table

_STEP = re.compile(r"\.([a-z_0-9]+)\[(\d+)\]")


@dataclass(slots=True, kw_only=True)
class Nested:
    """Households in the order of a snapshot.

    ``texts`` are their facts as a struct array; ``rows`` of each level the row of its table each record was;
    ``offsets`` where the records of each parent start. ``faults`` are the rows that have no place.
    """

    mapping: ImportMapping
    tables: Mapping[str, Table]
    schema: FactSchema
    tags: dict[str, Any] = field(default_factory=dict)
    texts: Any = None
    rows: dict[str, Array] = field(default_factory=dict)
    offsets: dict[str, Array] = field(default_factory=dict)
    faults: list[Problem] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)

    def where(self, household: int, path: str) -> Where:
        """Return the file and line of a place in a household's facts (``$.members[0].income[2].amount``)."""
        level, record = HOUSEHOLD, household
        for name, number in _STEP.findall(path):
            below = self.schema.list_named(name)
            if below is None or below.name not in self.offsets:
                break
            level, record = below.name, int(self.offsets[below.name][record]) + int(number)
        place = self.tables[level].where(int(self.rows[level][record]))
        return Where(file=place.file, line=place.line, path=path)


def nest(mapping: ImportMapping, tables: Mapping[str, Table], schema: FactSchema) -> Nested:
    """Join the tables of a mapping."""
    found = Nested(mapping=mapping, tables=tables, schema=schema)
    own = tables[HOUSEHOLD]
    tags = {name: own.column(mapping.tags[name]).fill_null("") for name in TAGS}
    order = pc.sort_indices(pa.table(tags), sort_keys=[(name, "ascending") for name in (*TAGS[1:], TAGS[0])])
    found.tags = {name: array.take(order) for name, array in tags.items()}
    rows = order.to_numpy()
    _note_twice(found, rows)
    found.texts = _records(found, HOUSEHOLD, rows)
    return found


def _note_twice(found: Nested, rows: Array) -> None:
    """A household's number stands once; who comes second has no members."""
    names = found.tags["household"]
    first = pc.index_in(names, value_set=names).to_numpy(zero_copy_only=False)
    for at in np.flatnonzero(first != np.arange(len(rows))).tolist():
        text = Text("户号重复", "the household is there twice")
        where = found.tables[HOUSEHOLD].where(int(rows[at]))
        found.faults.append(Problem(code="duplicate_household", message=text, where=where, value=names[at].as_py()))


def _records(found: Nested, level: str, rows: Array) -> Any:
    """Return some rows of a level's table as records, with those of the lists below."""
    table, ruled = found.tables[level], found.mapping.tables[level]
    taken = pa.array(rows)
    found.rows[level] = rows
    columns = {name: table.column(origin).take(taken) for name, origin in ruled.facts.items()}
    for below in found.schema.lists.values():
        if below.parent == level and below.name in found.tables and ruled.key is not None:
            keys = table.texts[ruled.key].combine_chunks().take(taken)
            columns[below.plural] = _list(found, below.name, keys)
    if not columns:
        return pa.array([{}] * len(rows), pa.struct([]))
    arrays = [_plain(one) for one in columns.values()]
    return pa.StructArray.from_arrays(arrays, names=list(columns))


def _plain(array: Any) -> Any:
    if not isinstance(array, pa.ChunkedArray):
        return array
    return array.chunk(0) if array.num_chunks == 1 else pa.concat_arrays(array.chunks)


def _list(found: Nested, level: str, parents: Any) -> Any:
    """Put the records of a list below their parents, in the order of their rows; who has no parent is told."""
    table, ruled = found.tables[level], found.mapping.tables[level]
    assert ruled.of is not None
    named = _plain(table.texts[ruled.of])
    owner = pc.index_in(named, value_set=_plain(parents), skip_nulls=True)
    place = owner.fill_null(-1).to_numpy(zero_copy_only=False)
    for row in np.flatnonzero(place < 0).tolist():
        text = Text("没有对应的上级记录", "it belongs to no record")
        found.faults.append(
            Problem(code="stray_record", message=text, where=table.where(row), value=named[row].as_py())
        )
    order = np.argsort(place, kind="stable")[np.count_nonzero(place < 0) :]
    lengths = np.bincount(place[place >= 0], minlength=len(parents))
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    found.offsets[level] = offsets
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), _records(found, level, order))
