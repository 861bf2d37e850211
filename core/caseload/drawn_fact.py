"""One fact drawn at random for all records of its level.

The facts every place shares are drawn to look like people (ages by relation, schooling by age, income about the line);
what a plugin declares beside them is drawn from what it allows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.caseload.draw import Draw
from core.caseload.layout import EPOCH, arrow_type
from core.caseload.typed import stored_value
from core.formula.columns import Array
from core.formula.schema import Field

ANY_ITEM = "other"
"""What an income is called where the rules list no items."""
UNKNOWN = 0.02
"""The share of facts nobody is bound to give that are not given."""
MEDIAN_INCOME = 120_000
"""Fen a year, where the line is not known."""


def drawn_fact(draw: Draw, one: Field, count: int) -> Any:
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


def draw_people(draw: Draw, sizes: Array) -> None:
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


# People ---------------------------------------------------------------------------------------------------------------


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


# Money ----------------------------------------------------------------------------------------------------------------


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


# Whatever else is declared --------------------------------------------------------------------------------------------


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
