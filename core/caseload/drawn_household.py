"""Whole households drawn at random, in the shapes a snapshot has: their lists, those on the line, and wrong ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.caseload.draw import Draw
from core.caseload.drawn_fact import draw_people, drawn_fact
from core.caseload.layout import arrow_type, facts_type, in_namespace, stored_fields
from core.formula.columns import Array
from core.formula.schema import HOUSEHOLD

RECORDS: Mapping[str, float] = {"income": 2.3, "shared_income": 0.3, "asset": 0.8, "supporter": 0.1, "expense": 0.3}
"""Records of a list a parent has on average."""
OTHER_LISTS = 0.2


def drawn_households(draw: Draw, sizes: Array) -> tuple[Any, Any]:
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
        draw_people(draw, sizes)
    arrays: dict[str, Any] = {}
    for one in stored_fields(draw.stored, level):
        if not in_namespace(one):
            arrays[one.short] = drawn_fact(draw, one, count)
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


# Errors ---------------------------------------------------------------------------------------------------------------


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
