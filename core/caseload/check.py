"""Facts held against one policy, all rows at once: what single cases are refused for and columns can still hold.

Types, ranges and names were looked at when the snapshot was made; what remains depends on the rules of the place and
the day: a fact that is required or unknown there, an income item that is none there, a day that lies ahead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow.compute as pc

from core.caseload.arrays import Rows, coded, plain, validity
from core.caseload.layout import stored_fields
from core.caseload.manifest import Extents
from core.caseload.typed import stored_value
from core.facts import Catalogue
from core.formula.columns import Array
from core.formula.schema import HOUSEHOLD, FactSchema, Field
from core.provision import plain as as_plain

ITEMS = ("income.item", "shared_income.item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One kind of fault and where it is: ``records`` of ``level``, each in the household ``owners`` says."""

    code: str
    name: str
    level: str
    records: Array
    owners: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What must be looked at for one policy in one snapshot; nothing where the snapshot's extents settle it."""

    policy: Catalogue
    stored: Catalogue
    extents: Extents
    on: date

    def faults(self, rows: Rows) -> Iterator[Fault]:
        """Yield what is wrong with some rows; of nobody's household only where nothing else is wrong with it."""
        told = np.zeros(rows.size, np.bool_)
        for fault in self._of_facts(rows):
            told[fault.owners] = True
            yield fault
        if "member" in self.policy.schema.lists:
            listed = "member" in self.stored.schema.lists
            lacking = np.diff(rows.offsets("member")) == 0 if listed else np.ones(rows.size, np.bool_)
            yield from self._found(rows, "missing_fact", "member", HOUSEHOLD, lacking & ~told)

    def _of_facts(self, rows: Rows) -> Iterator[Fault]:
        for level in (HOUSEHOLD, *self.stored.schema.lists):
            for one in stored_fields(self.stored, level):
                yield from self._of_fact(rows, one)
        for level, kind in self.stored.schema.lists.items():
            if level not in self.policy.schema.lists and self.extents.records.get(level):
                given = np.diff(rows.offsets(level)) > 0
                yield from self._found(rows, "unknown_fact", level, kind.parent, given)

    def _of_fact(self, rows: Rows, one: Field) -> Iterator[Fault]:
        extent = self.extents.columns[one.name]
        known = self.policy.schema.fields.get(one.name)
        if known is None:
            if extent.nulls < self._records(one):
                yield from self._found(rows, "unknown_fact", one.name, one.level, self._given(rows.column(one), one))
            return
        if known.required and extent.nulls and "default" not in self.policy.declared[one.name]:
            yield from self._found(rows, "missing_fact", one.name, one.level, ~validity(rows.column(one)))
        if one.type == "text" and (known.choices != one.choices or (one.name in ITEMS and self.policy.gap_items)):
            yield from self._choices(rows, one, known)
        ahead = extent.high is not None and extent.high > self.on.toordinal()
        if one.type == "date" and ahead and str(self.policy.declared[one.name].get("past", "")).lower() == "true":
            days = rows.column(one)
            yield from self._found(rows, "in_the_future", one.name, one.level, plain(days) > self.on.toordinal())

    def _records(self, one: Field) -> int:
        return self.extents.rows if one.level == HOUSEHOLD else self.extents.records.get(one.level, 0)

    def _given(self, array: Any, one: Field) -> Array:
        """What differs from a default was given; a default may have been filled in."""
        given = validity(array)
        default = self.stored.declared[one.name].get("default")
        if default is None:
            return given
        same: Array = pc.equal(array, stored_value(str(default), one)).fill_null(False).to_numpy(zero_copy_only=False)  # noqa: FBT003
        return given & ~same

    def _choices(self, rows: Rows, one: Field, known: Field) -> Iterator[Fault]:
        """Rules that list no items allow any, but for those that are a gap."""
        array = rows.column(one)
        codes, words = coded(array, one)
        gaps = [at for at, text in enumerate(words) if one.name in ITEMS and text in self.policy.gap_items]
        allowed = [at for at, text in enumerate(words) if not known.choices or text in known.choices]
        there = validity(array)
        is_gap = np.isin(codes, gaps) & there
        yield from self._found(rows, "gap_item", one.name, one.level, is_gap)
        yield from self._found(rows, "not_allowed", one.name, one.level, there & ~is_gap & ~np.isin(codes, allowed))

    def _found(self, rows: Rows, code: str, name: str, level: str, wrong: Array) -> Iterator[Fault]:
        records = np.flatnonzero(wrong)
        if len(records):
            yield Fault(
                code=code,
                name=name,
                level=level,
                records=records,
                owners=owners(rows.all_offsets, rows.stored, level, records),
            )


def owners(offsets: Mapping[str, Array], schema: FactSchema, level: str, records: Array) -> Array:
    """Return the households some records of a level belong to."""
    while level != HOUSEHOLD:
        records = np.searchsorted(offsets[level], records, side="right") - 1
        level = schema.lists[level].parent
    return records


def differing(policy: Catalogue, stored: Catalogue) -> tuple[str, ...]:
    """Return the facts that a policy declares otherwise than the snapshot has them: it must be made anew for them."""
    both = [name for name in stored.declared if name in policy.declared]
    return tuple(name for name in both if _meaning(policy, name) != _meaning(stored, name))


def _meaning(facts: Catalogue, name: str) -> object:
    one, raw = facts.schema.fields[name], as_plain(facts.declared[name])
    choices = () if name in ITEMS else one.choices
    return (
        one.type,
        one.level,
        one.unit,
        one.scale,
        one.low,
        one.high,
        choices,
        raw.get("default"),
        name in facts.filled,
    )
