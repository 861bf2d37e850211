"""The peers' work (SPEC.md) as a snapshot and rules of our own: incomes as sparse records, some facts missing.

The rules are formulas over declared facts, checked as any place's; there is no shortcut a deployment would not take.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent)]

import work  # noqa: E402
from gen import COUNTED, DEDUCTED, EXEMPT, Array, Roll, generate  # noqa: E402

from core.cascade import Ladder  # noqa: E402
from core.caseload.layout import arrow_type  # noqa: E402
from core.caseload.manifest import Manifest  # noqa: E402
from core.caseload.snapshot import PART_ROWS, Key, Snapshot, begin, rows_of  # noqa: E402
from core.errors import Text  # noqa: E402
from core.facts import Catalogue, composed  # noqa: E402
from core.formula.check import check  # noqa: E402
from core.formula.schema import FormulaSource  # noqa: E402
from core.policy import Place  # noqa: E402
from core.resolve import resolve  # noqa: E402
from core.rulebook import Rulebook  # noqa: E402
from core.standards import StandardTable  # noqa: E402

ON = date(2024, 6, 1)
ITEMS = (*COUNTED, *EXEMPT, *DEDUCTED)
PROGRAMMES = ("dibao", "disability")
MISSING = 0.01
"""The share of households whose vehicles, and of members whose age, nobody knows."""

_AREAS = {"urban": {"zh": "城", "en": "urban"}, "rural": {"zh": "乡", "en": "rural"}}
_DECLARED: Mapping[str, Mapping[str, Any]] = {
    "area": {"level": "household", "type": "choice", "filled": "true", "choices": _AREAS},
    "vehicles": {"level": "household", "type": "integer", "unit": "count", "max": "100"},
    "houses": {"level": "household", "type": "integer", "unit": "count", "max": "100"},
    "deposits": {"level": "household", "type": "money", "max": "100000000"},
    "member.age": {"level": "member", "type": "integer", "unit": "year", "max": "150"},
    "member.grade": {"level": "member", "type": "integer", "max": "4"},
    "income.item": {"level": "income", "type": "text", "required": "true"},
    "income.amount": {"level": "income", "type": "money", "unit": "yuan/year", "max": "1000000", "required": "true"},
}
_LISTS: Mapping[str, Mapping[str, Any]] = {
    "member": {"plural": "members", "parent": "household", "counts": "person", "longest": 60},
    "income": {"plural": "income", "parent": "member", "counts": "count", "longest": 60},
}


def facts() -> Catalogue:
    """Return the declared facts."""
    return composed(_DECLARED, _LISTS, income_items=ITEMS, gap_items={})


def _sum(items: Sequence[str]) -> str:
    arms = "".join(f'"{one}", TRUE, ' for one in items)
    return f"SUM(income.amount, WHEN(SWITCH(income.item, {arms}FALSE)))"


def sources() -> tuple[FormulaSource, ...]:
    """Return SPEC.md's formulas, incomes being records."""
    own = {
        "dibao.member.counted": f"{_sum(COUNTED)} - {_sum(DEDUCTED)}",
        "dibao.review": f"IF({_sum(('wage', 'migrant_work'))} = 0, 12 months, 6 months)",
    }
    return tuple(
        FormulaSource(
            programme=one.programme, name=one.name, text=own.get(one.key, one.text), provision="benchmarks/spec"
        )
        for one in work.sources()
    )


def books() -> Any:
    """Return the rules of a row: one program for town and country, as SPEC.md has it."""
    catalogue = facts()
    program = check(catalogue.schema, sources())

    def book(key: Key) -> Rulebook:
        _, division, area = key
        place = Place(ladder=Ladder(codes=(division,), levels={division: "county"}), area=area, on=ON)
        policy = resolve((), place=place, programmes=PROGRAMMES)
        return Rulebook(policy=policy, facts=catalogue, program=program, standards=StandardTable({}), sources=sources())

    return book


def sorted_roll(roll: Roll) -> Roll:
    """Return a roll by region and area, as a snapshot's rows are."""
    order = np.lexsort((roll.household["urban"], roll.household["region"]))
    size = np.diff(roll.offsets)[order]
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(size)])
    members = np.arange(int(offsets[-1])) - np.repeat(offsets[:-1] - roll.offsets[:-1][order], size)
    member = {name: values[members] for name, values in roll.member.items()}
    member["household_id"] = np.repeat(np.arange(roll.households), size)
    household = {name: values[order] for name, values in roll.household.items()}
    return Roll(household=household, member=member, offsets=offsets)


@dataclass(frozen=True)
class Known:
    """Which facts of a roll are known."""

    vehicles: Array
    age: Array


def known(roll: Roll, seed: int, missing: float = MISSING) -> Known:
    """Draw what nobody knows."""
    random = np.random.default_rng([seed, 1])
    return Known(random.random(roll.households) >= missing, random.random(roll.members) >= missing)


def batches(roll: Roll, told: Known, *, first: int = 0) -> Iterator[Any]:
    """Yield a sorted roll's households as rows of a snapshot."""
    for start in range(0, roll.households, PART_ROWS):
        yield _batch(roll, told, slice(start, min(start + PART_ROWS, roll.households)), first=first)


def _batch(roll: Roll, told: Known, rows: slice, *, first: int) -> Any:
    schema = facts().schema.fields
    bounds = roll.offsets[rows.start : rows.stop + 1]
    members = slice(int(bounds[0]), int(bounds[-1]))
    amounts = np.stack([roll.member[kind][members] for kind in ITEMS], axis=1)
    owner, item = np.nonzero(amounts)
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(owner, minlength=len(amounts)))])

    def column(name: str, values: Array, there: Array | None = None) -> Any:
        kind = arrow_type(schema[name])
        plain = np.where(there, values, 0) if there is not None else values
        return pa.array(plain.astype(kind.to_pandas_dtype()), kind, mask=None if there is None else ~there)

    income = {"item": column("income.item", item), "amount": column("income.amount", amounts[owner, item])}
    person = {
        "age": column("member.age", roll.member["age"][members], told.age[members]),
        "grade": column("member.grade", roll.member["grade"][members]),
        "income": _list(starts, income),
    }
    own = {
        "vehicles": column("vehicles", roll.household["vehicles"][rows], told.vehicles[rows]),
        "houses": column("houses", roll.household["houses"][rows]),
        "deposits": column("deposits", roll.household["deposits"][rows]),
        "member": _list(bounds - bounds[0], person),
    }
    numbers = np.arange(rows.start, rows.stop) + first
    region = roll.household["region"][rows]
    area = pa.array(["rural", "urban"]).take(pa.array(roll.household["urban"][rows].astype(np.int8)))
    return rows_of(
        facts(), _struct(own), household=pa.array([f"{one:09}" for one in numbers]), area=area,
        programme=pa.array(["dibao"] * len(numbers)), division=pa.array([f"{one:06}" for one in region]),
    )  # fmt: skip


def _struct(columns: Mapping[str, Any]) -> Any:
    return pa.StructArray.from_arrays(list(columns.values()), names=list(columns))


def _list(offsets: Array, columns: Mapping[str, Any]) -> Any:
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), _struct(columns))


def snapshot(folder: Path, households: int, *, seed: int = 20240601, missing: float = MISSING) -> Snapshot:
    """Write a snapshot, a million households drawn at a time: memory stays constant."""
    manifest = Manifest(
        day=ON, label=Text("合成数据", "synthetic"), source={}, facts=facts().canonical(), synthetic=True
    )
    writer = begin(folder, manifest)
    for turn, first in enumerate(range(0, households, 1_000_000)):
        roll = sorted_roll(generate(min(1_000_000, households - first), seed=seed + turn))
        for batch in batches(roll, known(roll, seed + turn, missing), first=first):
            writer.add(batch)
    return writer.finish()
