"""Facts kept as they were written: held against the rules as a single case is, and laid into columns where right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from core.caseload.layout import facts_type, in_namespace, stored_fields
from core.errors import InvalidInput
from core.fact_check import Prepared
from core.facts import Catalogue
from core.formula.schema import HOUSEHOLD, Field
from core.source import located

Told = tuple[str, str, str | None]
"""Code, place in the facts, and what was found there."""


def prepared_kept(facts: Catalogue, written: Any, on: date) -> Prepared | list[Told]:
    """Return facts checked and typed, or all that is wrong with them."""
    try:
        return facts.prepare(located(written, "facts"), on)
    except InvalidInput as error:
        return [(one.code, one.where.path if one.where else "", one.value) for one in error.problems]


def row_of(stored: Catalogue, prepared: Prepared) -> Any | None:
    """Return prepared facts as one row of a snapshot's facts; None where the snapshot has no place for them."""
    try:
        return pa.array([_record(stored, prepared, HOUSEHOLD)], facts_type(stored))
    except (KeyError, ValueError, OverflowError, pa.ArrowInvalid):
        return None


def _record(stored: Catalogue, prepared: Mapping[str, Any], level: str) -> dict[str, Any]:
    left = {name: value for name, value in prepared.items() if name != "case" or level != HOUSEHOLD}
    found: dict[str, Any] = {}
    for one in stored_fields(stored, level):
        if not in_namespace(one):
            found[one.short] = _value(one, left.pop(one.short, None))
    if level == HOUSEHOLD:
        named = {one.short: one for one in stored_fields(stored, level) if in_namespace(one)}
        found["case"] = {name: _value(named[name], value) for name, value in prepared.get("case", {}).items()}
    for below in stored.schema.lists.values():
        if below.parent == level:
            found[below.name] = [_record(stored, one, below.name) for one in left.pop(below.name, [])]
    if any(value not in (None, []) for value in left.values()):
        raise KeyError(next(iter(left)))
    return found


def _value(one: Field, value: Any) -> Any:
    if value is None:
        return None
    if one.type == "text" and one.choices:
        return one.choices.index(value)
    return date.fromordinal(value) if one.type == "date" else value
