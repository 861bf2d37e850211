"""Synthetic caseloads (合成数据): as many households as counts say, the same for the same seed, in constant memory.

Nothing here is anybody's. Households and persons of each place are exactly those given; sizes, ages, incomes and all
other facts are drawn. Each part has a generator of its own, so that parts can be made in any order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.caseload.draw import Draw
from core.caseload.drawn_household import drawn_households
from core.caseload.in_order import worked
from core.caseload.layout import facts_type
from core.caseload.snapshot import PART_ROWS, Key, rows_of
from core.errors import Text
from core.facts import Catalogue

LABEL = Text(
    "合成数据：户数、人数按给定数，其余均为随机生成，不涉及任何真实家庭",
    "synthetic: households and persons as given, all else drawn at random; nobody's data",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """The households of one place: how many, with how many persons, and what its rules let one draw.

    ``facts`` are those its rules declare. ``line`` is the standard in fen a person and year and ``counted`` an income
    item that is counted whole: with them households are put exactly on the line.
    """

    key: Key
    households: int
    persons: int
    facts: Catalogue
    line: int | None = None
    counted: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to make: the lots in the order of a snapshot, and the shares of households with errors or on the line."""

    lots: tuple[Lot, ...]
    stored: Catalogue
    on: date
    seed: int
    errors: float = 0.0
    on_line: float = 0.01

    @property
    def households(self) -> int:
        """How many households in all."""
        return sum(one.households for one in self.lots)


@dataclass(frozen=True, slots=True)
class _Slice:
    """Some households of a lot, with their persons."""

    lot: Lot
    first: int
    households: int
    persons: int


def parts(plan: Plan, *, begin: int = 0, size: int = PART_ROWS) -> Iterator[Any]:
    """Yield the rows, ``size`` households a batch, from batch number ``begin`` on; made on all cores."""
    numbered = islice(enumerate(_sliced(plan.lots, size)), begin, None)
    for _, batch in worked(numbered, lambda one: _part(plan, one[0], one[1], first=one[0] * size)):
        yield batch


def _sliced(lots: Sequence[Lot], size: int) -> Iterator[list[_Slice]]:
    """Cut the lots where a part is full; persons are shared out so that a lot's parts come to its number."""
    waiting: list[_Slice] = []
    free = size
    for lot in lots:
        done = 0
        while done < lot.households:
            taken = min(free, lot.households - done)
            persons = _persons(lot, done + taken) - _persons(lot, done)
            waiting.append(_Slice(lot, done, taken, persons))
            done, free = done + taken, free - taken
            if not free:
                yield waiting
                waiting, free = [], size
    if waiting:
        yield waiting


def _persons(lot: Lot, households: int) -> int:
    """How many persons the first households of a lot have together, at least one each."""
    return households + (lot.persons - lot.households) * households // lot.households


def _part(plan: Plan, number: int, slices: Sequence[_Slice], *, first: int) -> Any:
    random = np.random.default_rng([plan.seed, number])
    facts, kept, sizes = [], [], []
    for one in slices:
        count = np.bincount(random.integers(0, one.households, one.persons - one.households), minlength=one.households)
        sizes.append(count + 1)
        draw = Draw(random=random, lot_facts=one.lot.facts, stored=plan.stored, on=plan.on, area=one.lot.key[2],
                    line=one.lot.line, counted=one.lot.counted, first=first, errors=plan.errors,
                    on_line=plan.on_line)  # fmt: skip
        found, written = drawn_households(draw, count + 1)
        facts.append(found)
        kept.append(written)
        first += one.households
    begin = first - sum(one.households for one in slices)
    households = _names(plan.seed, np.arange(begin, first))
    tags = {name: _repeated(slices, at) for at, name in enumerate(("programme", "division", "area"))}
    standing = pa.array(["synthetic"]).take(pa.array(np.zeros(first - begin, np.int32)))
    return rows_of(
        plan.stored, pa.concat_arrays(facts) if facts else pa.array([], facts_type(plan.stored)),
        household=households, kept=pa.concat_arrays(kept), standing=standing, status=standing,
        persons=pa.array(np.concatenate(sizes), pa.int32()), **tags,
    )  # fmt: skip


def _names(seed: int, numbers: Any) -> Any:
    """Case numbers nobody has: 合成, the seed, and ten digits, so that they sort as they are numbered."""
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), 10, "0")
    return pc.binary_join_element_wise(pa.scalar(f"合成{seed}"), digits, "-")


def _repeated(slices: Sequence[_Slice], at: int) -> Any:
    words = list(dict.fromkeys(one.lot.key[at] for one in slices))
    codes = np.repeat([words.index(one.lot.key[at]) for one in slices], [one.households for one in slices])
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(words))
