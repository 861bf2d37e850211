"""How declared facts lie in Arrow: one row a household, its lists nested, every value in the unit the engine stores.

Numbers are whole stored units (fen for money) in the narrowest type that holds their declared range, choices are codes
into what is declared, days are ``date32``, texts without choices are text. A fact that was not given is null. This is
the layout ``core.formula.columns`` computes on, so that a run reads the file's own bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import rfc8785

from core.facts import Catalogue, composed
from core.formula.schema import HOUSEHOLD, Field
from core.provision import Json

FACTS = "facts"
"""The column that holds a household's facts."""
KEPT = "kept"
"""The column that holds facts that fit no column, as they were written: canonical JSON, else null."""
EPOCH = 719_163
"""The ordinal of 1970-01-01, from which Arrow counts days."""

TAGS = ("household", "programme", "division", "area")
"""What says whose row it is; rows are sorted by programme, division, area and household."""
WORD = pa.dictionary(pa.int32(), pa.string())
ROW: tuple[tuple[str, Any], ...] = (
    ("household", pa.string()),
    ("programme", WORD),
    ("division", WORD),
    ("area", WORD),
    ("standing", WORD),
    ("status", WORD),
    ("decision", WORD),
    ("persons", pa.int32()),
    ("current", pa.struct([("numerator", pa.int64()), ("denominator", pa.int64())])),
    ("since", pa.date32()),
    ("facts_digest", pa.string()),
    (KEPT, pa.string()),
)
"""The columns beside the facts. ``current`` is the exact fen a month decided; null where nothing is known."""


def facts_type(facts: Catalogue) -> Any:
    """Return the Arrow type of one household's facts."""
    return pa.struct(list(_members(facts, HOUSEHOLD)))


def row_schema(facts: Catalogue) -> Any:
    """Return the Arrow schema of a snapshot's rows."""
    return pa.schema([*(pa.field(name, kind) for name, kind in ROW), pa.field(FACTS, facts_type(facts))])


def _members(facts: Catalogue, level: str) -> Iterator[tuple[str, Any]]:
    own = stored_fields(facts, level)
    yield from ((one.short, arrow_type(one)) for one in own if not in_namespace(one))
    named = [one for one in own if in_namespace(one)]
    if named:
        yield "case", pa.struct([(one.short, arrow_type(one)) for one in named])
    for below in facts.schema.lists.values():
        if below.parent == level:
            yield below.name, pa.list_(pa.struct(list(_members(facts, below.name))))


def stored_fields(facts: Catalogue, level: str) -> tuple[Field, ...]:
    """Return the facts of a level that a household is asked; not what the question itself tells."""
    return tuple(one for one in facts.schema.fields_of(level) if one.name not in facts.filled)


def in_namespace(one: Field) -> bool:
    """Tell whether a household's fact is casework's own (``case.refusals``)."""
    return one.level == HOUSEHOLD and "." in one.name


def arrow_type(one: Field) -> Any:
    """Return the Arrow type of a fact."""
    if one.type == "boolean":
        return pa.bool_()
    if one.type == "date":
        return pa.date32()
    if one.type == "text" and not one.choices:
        return pa.string()
    low, high = (0, len(one.choices)) if one.type == "text" else (one.low, one.high)
    return pa.from_numpy_dtype(narrowest(low, high))


def narrowest(low: int, high: int) -> Any:
    """Return the narrowest signed integer that holds a range.

    >>> narrowest(0, 127), narrowest(-1, 10**10)
    (dtype('int8'), dtype('int64'))
    """
    return next(
        np.dtype(kind)
        for kind in (np.int8, np.int16, np.int32, np.int64)
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max
    )


def facts_hash(facts: Catalogue) -> str:
    """Return SHA-256 over the canonical declarations of the facts."""
    return hashlib.sha256(rfc8785.dumps(facts.canonical())).hexdigest()


def facts_of(declared: Json) -> Catalogue:
    """Rebuild a catalogue from its canonical declarations."""
    return composed(declared["declared"], declared["lists"], income_items=tuple(declared["income_items"]), gap_items={})
