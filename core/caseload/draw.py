"""Facts drawn at random for many households at once, in the shapes a snapshot has.

The facts every place shares are drawn to look like people (ages by relation, schooling by age, income about the line);
what a plugin declares beside them is drawn from what it allows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.caseload.layout import EPOCH, arrow_type, facts_type, in_namespace, stored_fields
from core.caseload.typed import stored_value
from core.facts import Catalogue
from core.formula.columns import Array
from core.formula.schema import HOUSEHOLD, Field

RECORDS: Mapping[str, float] = {"income": 2.3, "shared_income": 0.3, "asset": 0.8, "supporter": 0.1, "expense": 0.3}
"""Records of a list a parent has on average."""
OTHER_LISTS = 0.2
ANY_ITEM = "other"
"""What an income is called where the rules list no items."""
UNKNOWN = 0.02
"""The share of facts nobody is bound to give that are not given."""
MEDIAN_INCOME = 120_000
"""Fen a year, where the line is not known."""


@dataclass(slots=True, kw_only=True)
class Draw:
    """What is drawn from: the place's own facts, its line and a counted item, and the shares of the unusual."""

    random: np.random.Generator
    lot_facts: Catalogue
    stored: Catalogue
    on: date
    area: str
    line: int | None
    counted: str | None
    first: int
    errors: float
    on_line: float
    ages: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    relations: Array = field(default_factory=lambda: np.zeros(0, np.int64))

    def knows(self, one: Field) -> bool:
        """Tell whether the place declares a fact."""
        return one.name in self.lot_facts.schema.fields

    def chance(self, share: float | Array, size: int) -> Array:
        """Return which of ``size`` records are among a share."""
        found: Array = self.random.random(size) < share
        return found


def drawn_facts(draw: Draw, sizes: Array) -> tuple[Any, Any]:
    """Return the facts of households of some sizes as a struct array, and the texts of those that fit no column."""
    lines = _LineHouseholds(draw, sizes)
    facts = _records(draw, HOUSEHOLD, len(sizes), sizes=sizes, lines=lines)
    return _spoiled(draw, facts)


class _LineHouseholds:
    """The households put exactly on the line: the head has one counted income of line x persons, nobody any other."""

    def __init__(self, draw: Draw, sizes: Array) -> None:
        share = draw.on_line if draw.line is not None and draw.counted is not None else 0.0
        self.households = draw.chance(share, len(sizes))
        self.sizes = sizes
        self.members = np.repeat(self.households, sizes)
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)[:-1]])
        self.heads = starts[self.households]


def _records(draw: Draw, level: str, count: int, *, sizes: Array, lines: _LineHouseholds) -> Any:
    """Draw the records of a level with the lists below them."""
    if level == "member":
        _people(draw, sizes)
    arrays: dict[str, Any] = {}
    for one in stored_fields(draw.stored, level):
        if not in_namespace(one):
            arrays[one.short] = _column(draw, one, count)
    if level == HOUSEHOLD:
        arrays["case"] = _case(draw, count)
    for below in draw.stored.schema.lists.values():
        if below.parent == level:
            lengths = _lengths(draw, below.name, count, sizes=sizes, lines=lines)
            offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
            records = _records(draw, below.name, int(offsets[-1]), sizes=sizes, lines=lines)
            if below.name == "income":
                records = _on_the_line(draw, records, offsets, lines)
            arrays[below.name] = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), records)
    kind = facts_type(draw.stored)
    names = list(arrays)
    fields = [pa.field(name, arrays[name].type) for name in names]
    assert level != HOUSEHOLD or pa.struct(fields) == kind
    return pa.StructArray.from_arrays([arrays[name] for name in names], fields=fields)


def _lengths(draw: Draw, name: str, count: int, *, sizes: Array, lines: _LineHouseholds) -> Array:
    """How many records each parent has."""
    if name == "member":
        return sizes
    if name not in draw.lot_facts.schema.lists:
        return np.zeros(count, np.int64)
    longest = draw.stored.schema.lists[name].longest
    lengths = np.minimum(draw.random.poisson(RECORDS.get(name, OTHER_LISTS), count), longest)
    if name == "income":
        lengths = np.where(draw.ages < 16, 0, lengths)
        lengths[lines.members] = 0
        lengths[lines.heads] = 1
    if name == "shared_income":
        lengths[lines.households] = 0
    return lengths


def _on_the_line(draw: Draw, records: Any, offsets: Array, lines: _LineHouseholds) -> Any:
    """Give the heads of line households the one income that comes to the line."""
    at = offsets[lines.heads]
    if not len(at) or draw.line is None or draw.counted is None:
        return records
    put = {
        "item": _stored_word(draw, "income.item", draw.counted),
        "frequency": _stored_word(draw, "income.frequency", "year"),
        "amount": draw.line * lines.sizes[lines.households],
    }
    heads = np.zeros(len(records), np.bool_)
    heads[at] = True
    arrays = []
    for place in range(records.type.num_fields):
        array, name = records.field(place), records.type.field(place).name
        if name in put:
            values = np.broadcast_to(np.asarray(put[name]), at.shape)[np.argsort(at)]
            array = pc.replace_with_mask(array, heads, pa.array(values, array.type))
        arrays.append(array)
    return pa.StructArray.from_arrays(arrays, fields=list(records.type))


def _stored_word(draw: Draw, name: str, word: str) -> int | str:
    """Return a text as the snapshot has it: its code where the fact lists its choices."""
    choices = draw.stored.schema.fields[name].choices
    return choices.index(word) if choices else word


# People


def _people(draw: Draw, sizes: Array) -> None:
    """Draw relations and ages together: one head, at most one spouse, the others children and parents."""
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)[:-1]])
    total = int(sizes.sum())
    place = np.arange(total) - np.repeat(starts, sizes)
    words = draw.stored.schema.fields["member.relation"].choices
    head, spouse, child, parent = (words.index(one) for one in ("head", "spouse", "child", "parent"))
    younger = draw.chance(0.75, total)
    relations = np.where(place == 0, head, np.where(place == 1, spouse, np.where(younger, child, parent)))
    grown = draw.random.integers(25, 85, len(sizes))
    base = np.repeat(grown, sizes)
    gap = draw.random.integers(18, 38, total)
    ages = np.where(place < 2, base + draw.random.integers(-4, 5, total) * place,
                    np.where(younger, base - gap, base + gap))  # fmt: skip
    draw.ages, draw.relations = np.clip(ages, 0, 104), relations


def _birth(draw: Draw, one: Field, count: int) -> Any:
    days = draw.on.toordinal() - draw.ages * 365 - draw.ages // 4 - draw.random.integers(0, 365, count)
    return _maybe(draw, one, (np.minimum(days, draw.on.toordinal()) - EPOCH).astype(np.int32))


def _person(draw: Draw, _one: Field, count: int) -> Any:
    """Tokens that are nobody's: the number of the first household of the part, and a running number."""
    numbers = pa.array(np.arange(count)).cast(pa.string())
    return pc.binary_join_element_wise(pa.scalar(f"s{draw.first}"), numbers, "-")


def _disability(draw: Draw, one: Field, count: int) -> Any:
    share = 0.05 + 0.12 * (draw.ages >= 60)
    return pa.array(np.where(draw.chance(share, count), draw.random.integers(1, 5, count), 0), arrow_type(one))


def _study(draw: Draw, one: Field, count: int) -> Any:
    none, compulsory, secondary, higher = (one.choices.index(word) for word in
                                           ("none", "compulsory", "secondary", "undergraduate"))  # fmt: skip
    ages, goes = draw.ages, draw.chance(0.8, count)
    at_school = np.select([(ages >= 6) & (ages < 16), (ages >= 16) & (ages < 19), (ages >= 19) & (ages < 23)],
                          [compulsory, secondary, higher], none)  # fmt: skip
    return pa.array(np.where(goes, at_school, none), arrow_type(one))


def _work(draw: Draw, one: Field, count: int) -> Any:
    full, partial, none = (one.choices.index(word) for word in ("full", "partial", "none"))
    able = (draw.ages >= 16) & (draw.ages < 60) & draw.chance(0.8, count)
    codes = np.where(able, full, np.where(draw.chance(0.3, count), partial, none))
    return _maybe(draw, one, codes)


def _hukou(draw: Draw, one: Field, count: int) -> Any:
    farming, other = (one.choices.index(word) for word in ("agricultural", "non_agricultural"))
    rural = draw.chance(0.95 if draw.area == "rural" else 0.05, count)
    codes = np.where(rural, farming, other)
    return _maybe(draw, one, codes)


# Money


def _income(draw: Draw, one: Field, count: int) -> Any:
    """Yearly amounts about a third of the line a record, in whole yuan mostly; missing where errors are asked for."""
    median = draw.line / 3 if draw.line is not None else MEDIAN_INCOME
    amounts = draw.random.lognormal(np.log(median), 0.8, count)
    whole = draw.chance(0.8, count)
    fen = np.where(whole, np.round(amounts / 100) * 100, amounts).astype(np.int64)
    return pa.array(np.clip(fen, one.low, one.high), pa.int64(), mask=draw.chance(draw.errors / 10, count))


def _items(draw: Draw, one: Field, count: int) -> Any:
    """Items of the place, the first ones of its list more often; a place that lists none takes any."""
    known = draw.lot_facts.income_items or (ANY_ITEM,)
    weights = 1 / np.arange(1, len(known) + 1)
    picked = draw.random.choice(len(known), count, p=weights / weights.sum())
    found = pa.DictionaryArray.from_arrays(pa.array(picked, pa.int32()), pa.array(known, pa.string())).cast(pa.string())
    if not one.choices:
        return found
    return pc.index_in(found, value_set=pa.array(one.choices, pa.string())).cast(arrow_type(one))


def _frequency(draw: Draw, one: Field, count: int) -> Any:
    year, once = one.choices.index("year"), one.choices.index("once")
    return pa.array(np.where(draw.chance(0.9, count), year, once), arrow_type(one))


_DRAWN: Mapping[str, Callable[[Draw, Field, int], Any]] = {
    "member.id": _person,
    "member.relation": lambda draw, one, _count: pa.array(draw.relations, arrow_type(one)),
    "member.birth_date": _birth,
    "member.disability_level": _disability,
    "member.study": _study,
    "member.work_capacity": _work,
    "member.hukou": _hukou,
    "income.item": _items,
    "shared_income.item": _items,
    "income.amount": _income,
    "shared_income.amount": _income,
    "income.frequency": _frequency,
    "shared_income.frequency": _frequency,
}


def _column(draw: Draw, one: Field, count: int) -> Any:
    """Draw one fact for all records of its level."""
    if not draw.knows(one):
        return pa.nulls(count, arrow_type(one))
    if one.name in _DRAWN:
        return _DRAWN[one.name](draw, one, count)
    if one.type == "text" and not one.choices:
        return pa.nulls(count, arrow_type(one))
    default = draw.stored.declared[one.name].get("default")
    drawn = _any(draw, one, count)
    if default is None:
        return drawn
    usual = pa.array(np.zeros(count, np.bool_) | draw.chance(0.95, count))
    return pc.if_else(usual, stored_value(str(default), one), drawn)


def _any(draw: Draw, one: Field, count: int) -> Any:
    """Draw what a fact allows: conditions mostly true, numbers small."""
    if one.type == "boolean":
        return _maybe(draw, one, draw.chance(0.85, count))
    if one.type == "date":
        return _maybe(draw, one, (draw.on.toordinal() - EPOCH - draw.random.integers(0, 3650, count)).astype(np.int32))
    if one.type == "text":
        return _maybe(draw, one, draw.random.integers(0, len(one.choices), count))
    most = one.low + min(one.high - one.low, 2_000_000 if one.unit.is_money else 4)
    return _maybe(draw, one, draw.random.integers(one.low, most + 1, count))


def _maybe(draw: Draw, one: Field, values: Array) -> Any:
    """Leave a few out where nobody is bound to give them."""
    missing = draw.chance(0.0 if one.required else UNKNOWN, len(values))
    kept = np.where(missing, 0, values)
    if one.type == "date":
        return pa.array(kept.astype(np.int32), pa.int32(), mask=missing).cast(pa.date32())
    kind = arrow_type(one)
    return pa.array(kept.astype(kind.to_pandas_dtype()), kind, mask=missing)


def _case(draw: Draw, count: int) -> Any:
    """What casework knows of a household nobody has a case of: nothing happened yet."""
    named = [one for one in stored_fields(draw.stored, HOUSEHOLD) if in_namespace(one)]
    zero = ("months_in_phase_out", "disregard_months_used", "refusals")
    arrays = [
        pa.array(np.zeros(count, np.int64)).cast(arrow_type(one))
        if one.short in zero
        else pa.nulls(count, arrow_type(one))
        for one in named
    ]
    return pa.StructArray.from_arrays(arrays, fields=[pa.field(one.short, arrow_type(one)) for one in named])


# Errors


def _spoiled(draw: Draw, facts: Any) -> tuple[Any, Any]:
    """Spoil a share of the households: half keep a text that fits no column, half have nobody in them."""
    count = len(facts)
    if not draw.errors:
        return facts, pa.nulls(count, pa.string())
    wrong = np.flatnonzero(draw.chance(draw.errors, count))
    texts = {int(at): _WRONG[number % len(_WRONG)] for number, at in enumerate(wrong) if number % 2}
    nothing = pa.array([{}], facts.type)
    order = np.arange(count)
    order[wrong] = count
    kept = [None] * count
    for at, text in texts.items():
        kept[at] = text  # type: ignore[call-overload]
    return pa.concat_arrays([facts, nothing]).take(pa.array(order)), pa.array(kept, pa.string())


_WRONG = (
    '{"members":[{"id":"x","relation":"head","shoe_size":"43"}]}',
    '{"members":[{"id":"x","relation":"boss"}]}',
    '{"members":[{"birth_date":"2018-02-30","id":"x","relation":"head"}]}',
    '{"members":[{"id":"x","income":[{"amount":"-5","item":"wage"}],"relation":"head"}]}',
    '{"members":[{"id":"x","relation":"head"},{"id":"x","relation":"spouse"}]}',
)
