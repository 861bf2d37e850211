"""A small country for both writers: its facts, random households, the same households as columns, and other places' lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

import numpy as np

from core.formula.columns import Array, Columns
from core.formula.schema import HOUSEHOLD, FactSchema, Field, ListType
from core.values import Unit

Household = dict[str, Any]
Record = dict[str, Any]

AREAS = ("rural", "urban")
RELATIONS = ("head", "spouse", "child")
ITEMS = ("farming", "wage", "pension")
DIVISIONS = ("430903", "430922", "610000", "999999")
DAYS = tuple(
    date.fromisoformat(one).toordinal()
    for one in (
        "0001-01-01", "1899-12-31", "1960-02-29", "1999-12-31", "2000-02-28", "2000-02-29", "2000-03-01", "2001-02-28",
        "2001-03-01", "2018-06-01", "2018-05-31", "2100-02-28", "2100-03-01", "9999-12-31",
    )
)  # fmt: skip


def _number(name: str, level: str, low: int, high: int, **more: Any) -> Field:
    return Field(name=name, level=level, type="number", low=low, high=high, **more)


def _day(name: str, level: str, **more: Any) -> Field:
    return Field(name=name, level=level, type="date", low=1, high=date.max.toordinal(), **more)


def _flag(name: str, level: str, **more: Any) -> Field:
    return Field(name=name, level=level, type="boolean", high=1, **more)


def _text(name: str, level: str, *choices: str) -> Field:
    return Field(name=name, level=level, type="text", high=1, choices=choices)


FIELDS = (
    _day("decision_date", HOUSEHOLD),
    _text("area", HOUSEHOLD, *AREAS),
    _text("division", HOUSEHOLD),
    _number("vehicles", HOUSEHOLD, 0, 3),
    _number("adjustment", HOUSEHOLD, -500, 500),
    _number("price_index", HOUSEHOLD, 0, 3000, scale=1000),
    _number("fortune", HOUSEHOLD, -(10**12), 10**12),
    _flag("urgent", HOUSEHOLD),
    _flag("local", HOUSEHOLD, required=False),
    _number("case.previous_amount", HOUSEHOLD, 0, 10**6, required=False),
    _day("case.last_review", HOUSEHOLD, required=False),
    _text("member.relation", "member", *RELATIONS),
    _text("member.origin", "member"),
    _day("member.birth_date", "member"),
    _number("member.level", "member", 0, 4),
    _flag("member.severe", "member"),
    _number("member.share", "member", -100, 100, scale=100),
    _text("income.item", "income", *ITEMS),
    _number("income.amount", "income", -(10**6), 10**6),
    _number("income.parts", "income", 0, 6, required=False),
    _flag("income.verified", "income", required=False),
    _text("asset.kind", "asset", *ITEMS),
    _number("asset.amount", "asset", 0, 10**12),
)

SCHEMA = FactSchema(
    fields={one.name: one for one in FIELDS},
    lists={
        one.name: one
        for one in (
            ListType(name="member", plural="members", parent=HOUSEHOLD, counts=Unit(person=1), longest=4),
            ListType(name="income", plural="income", parent="member", counts=Unit(count=1), longest=4),
            ListType(name="asset", plural="assets", parent=HOUSEHOLD, counts=Unit(count=1), longest=4),
        )
    },
)


def value(one: Field, random: Random) -> int | bool | str:
    """Return a value of a fact: small, equal, extreme and negative ones are frequent."""
    if one.type == "boolean":
        return random.random() < 0.5
    if one.type == "text":
        return random.choice(one.choices or DIVISIONS)
    if one.type == "date":
        return random.choice(DAYS) if random.random() < 0.6 else random.randint(680_000, 760_000)
    kind = random.random()
    if kind < 0.6:
        return max(one.low, min(one.high, random.randint(-3, 6)))
    return random.choice((one.low, one.high)) if kind < 0.7 else random.randint(one.low, one.high)


def record(level: str, random: Random, missing: float) -> Record:
    """Return a random record with its lists; each fact is left out with probability ``missing``."""
    found: Record = {}
    for one in SCHEMA.fields_of(level):
        if random.random() >= missing:
            holder = found.setdefault("case", {}) if one.name.startswith("case.") else found
            holder[one.short] = value(one, random)
    for below in SCHEMA.lists.values():
        if below.parent == level:
            found[below.name] = [record(below.name, random, missing) for _ in range(random.choice((0, 0, 1, 1, 2, 3)))]
    return found


def households(random: Random, count: int, missing: float) -> list[Household]:
    """Return random households; the first, one in the middle and the last are without members."""
    found = [record(HOUSEHOLD, random, missing) for _ in range(count)]
    if random.random() < 0.5:
        for place in (0, count // 2, count - 1):
            found[place] |= {"member": [], "asset": []}
    return found


def columns(
    roll: Sequence[Household], *, empty: bool = False, bounds: Mapping[str, tuple[int, int]] | None = None
) -> Columns:
    """Return households as columns. A fact that nobody has gets no array; ``empty`` leaves out lists nobody has too."""
    records = {HOUSEHOLD: list(roll)}
    offsets: dict[str, Array] = {}
    for one in SCHEMA.lists.values():
        parents = records[one.parent]
        lengths = [len(parent[one.name]) for parent in parents]
        records[one.name] = [each for parent in parents for each in parent[one.name]]
        if not empty or records[one.name]:
            offsets[one.name] = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)
    values, missing, vocabulary = _facts(records)
    return Columns(
        size=len(roll), values=values, missing=missing, offsets=offsets, vocabulary=vocabulary, bounds=bounds or {}
    )


def _facts(
    records: Mapping[str, Sequence[Record]],
) -> tuple[dict[str, Array], dict[str, Array], dict[str, tuple[str, ...]]]:
    values, missing, vocabulary = {}, {}, {}
    for one in FIELDS:
        given = [_given(each, one) for each in records[one.level]]
        if given and all(each is None for each in given):
            continue
        texts = one.choices or tuple(dict.fromkeys(each for each in given if isinstance(each, str)))
        if one.type == "text" and not one.choices:
            vocabulary[one.name] = texts or ("",)
        values[one.name] = _array(one, given, texts)
        if any(each is None for each in given):
            missing[one.name] = np.array([each is None for each in given], bool)
    return values, missing, vocabulary


def _given(each: Record, one: Field) -> Any:
    holder = each.get("case", {}) if one.name.startswith("case.") else each
    return holder.get(one.short)


def _array(one: Field, given: Iterable[Any], texts: Sequence[str]) -> Array:
    if one.type == "boolean":
        return np.array([bool(each) for each in given], bool)
    if one.type == "text":
        return np.array([-1 if each is None else texts.index(each) for each in given], np.int8)
    narrow = np.int16 if one.low > -30_000 and one.high < 30_000 else np.int64
    return np.array([each or 0 for each in given], narrow)


LINES: Mapping[tuple[str, str], tuple[int, int]] = {
    ("rural", "430903"): (320_000, 1),
    ("urban", "430903"): (516_000, 1),
    ("rural", "610000"): (138_600, 2),
    ("urban", "430922"): (0, 1),
}
ODD_LINES: Mapping[tuple[str, str], tuple[int, int]] = {**LINES, ("rural", "430922"): (1000, 3)}


def standards(programme: str, area: str, division: str) -> tuple[int, int] | None:
    """Answer for four places, all in whole fen."""
    return LINES.get((area, division)) if programme == "dibao" else None


def odd_standards(programme: str, area: str, division: str) -> tuple[int, int] | None:
    """Answer for one place more, in thirds of a fen."""
    return ODD_LINES.get((area, division)) if programme == "dibao" else None
