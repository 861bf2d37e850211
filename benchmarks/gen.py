"""The synthetic roll every engine is given: households and their members, incomes in fen, from one fixed seed.

``python gen.py 100000`` writes it to ``$JIUZHU_BENCH_DATA/100000`` (default: jiuzhu-bench/data in the temp folder).
What the columns mean is in SPEC.md.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

COUNTED = ("farming", "migrant_work", "wage", "property_rent", "support_payment", "inheritance_gift", "county_other")
EXEMPT = ("merit_award", "veteran_pension", "scholarship", "one_child_fee", "medical_reimbursement")
DEDUCTED = ("tax", "social_insurance")
SEED = 20240601
URBAN_ANNUAL_FEN = 43_000 * 12
RURAL_ANNUAL_FEN = 320_000
LARGEST_INCOME_FEN = 50_000_000
LARGEST_DEPOSIT_FEN = 2_000_000_000

# exp(mean) fen is the median amount, where the member has that income at all.
_LOG_MEAN = {
    "farming": 12.6, "migrant_work": 13.8, "wage": 14.2, "property_rent": 12.5, "support_payment": 12.2,
    "inheritance_gift": 13.5, "county_other": 11.5, "merit_award": 11.5, "veteran_pension": 13.0,
    "scholarship": 12.6, "one_child_fee": 9.4, "medical_reimbursement": 12.8,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """Households and members; the members of household ``i`` are rows ``offsets[i]:offsets[i + 1]``."""

    household: Mapping[str, Array]
    member: Mapping[str, Array]
    offsets: NDArray[np.int64]

    @property
    def households(self) -> int:
        """How many households."""
        return len(self.offsets) - 1

    @property
    def members(self) -> int:
        """How many members in all."""
        return int(self.offsets[-1])


def generate(households: int, *, seed: int = SEED, empty: bool = False) -> Roll:
    """Draw a roll. ``empty`` puts households without members at the front, the back and in between (for self-tests)."""
    random = np.random.default_rng(seed)
    size = random.choice(np.arange(1, 6), households, p=[0.32, 0.36, 0.17, 0.10, 0.05])
    if empty:
        size[random.random(households) < 0.2] = 0
        size[:2] = size[-2:] = 0
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(size, dtype=np.int64)])
    owner = np.repeat(np.arange(households, dtype=np.int64), size)
    household = _households(random, size)
    member = _members(random, household["urban"][owner])
    member["household_id"] = owner
    _put_on_the_lines(random, household, member, offsets)
    return Roll(household=household, member=member, offsets=offsets)


def _households(random: np.random.Generator, size: Array) -> dict[str, Array]:
    n = len(size)
    table: dict[str, Array] = {
        "household_id": np.arange(n, dtype=np.int64),
        "region": random.integers(0, 100, n, dtype=np.int16),
        "urban": random.random(n) < 0.4,
        "vehicles": random.choice(np.arange(3, dtype=np.int8), n, p=[0.92, 0.07, 0.01]),
        "houses": random.choice(np.arange(3, dtype=np.int8), n, p=[0.15, 0.77, 0.08]),
    }
    deposits = np.where(random.random(n) < 0.3, 0, random.lognormal(12.4, 1.1, n)) * size
    table["deposits"] = np.minimum(deposits, LARGEST_DEPOSIT_FEN).astype(np.int32)
    return table


def _members(random: np.random.Generator, urban: Array) -> dict[str, Array]:
    n = len(urban)
    age = random.integers(0, 95, n, dtype=np.int16)
    grade = random.choice(np.arange(5, dtype=np.int8), n, p=[0.84, 0.03, 0.05, 0.04, 0.04])
    is_student = (age >= 6) & (age <= 22) & (random.random(n) < 0.85)
    table: dict[str, Array] = {"age": age, "grade": grade, "is_student": is_student}
    for kind, share in _shares(urban, age, is_student).items():
        has = random.random(n) < share
        amount = np.zeros(n, np.int32)
        drawn = random.lognormal(_LOG_MEAN[kind], 0.6, int(has.sum()))
        amount[has] = np.minimum(drawn, LARGEST_INCOME_FEN).astype(np.int32)
        table[kind] = amount
    wage = table["wage"].astype(np.int64)
    table["social_insurance"] = (wage * 105 // 1000).astype(np.int32)
    table["tax"] = (np.maximum(wage - 6_000_000, 0) * 3 // 100).astype(np.int32)
    return table


def _shares(urban: Array, age: Array, is_student: Array) -> dict[str, Any]:
    """The share of members with each kind of income, in the order of drawing."""
    working, old = (age >= 16) & (age < 65), age >= 60
    return {
        "farming": np.where(urban, 0.02, 0.40),
        "migrant_work": 0.16 * working,
        "wage": np.where(urban, 0.25, 0.08) * working,
        "property_rent": 0.03,
        "support_payment": 0.12 * old,
        "inheritance_gift": 0.01,
        "county_other": 0.05,
        "merit_award": 0.02,
        "veteran_pension": 0.04 * old,
        "scholarship": 0.10 * is_student,
        "one_child_fee": 0.05,
        "medical_reimbursement": 0.08,
    }


def _put_on_the_lines(
    random: np.random.Generator, household: dict[str, Array], member: dict[str, Array], offsets: Array
) -> None:
    """Put 1 % of the households exactly on the income line and 1 % on the deposit line, so that < is not <=."""
    size = np.diff(offsets)
    line = np.where(household["urban"], URBAN_ANNUAL_FEN, RURAL_ANNUAL_FEN) * size
    drawn = random.random(len(size))
    on_income = np.flatnonzero((drawn < 0.01) & (size > 0))
    chosen = np.zeros(len(size), bool)
    chosen[on_income] = True
    for kind in (*COUNTED, *EXEMPT, *DEDUCTED):
        member[kind][chosen[member["household_id"]]] = 0
    member["county_other"][offsets[on_income]] = line[on_income]
    on_deposit = np.flatnonzero((drawn >= 0.01) & (drawn < 0.02))
    household["deposits"][on_deposit] = 2 * line[on_deposit]


def folder(households: int) -> Path:
    """Return where the roll of this size is kept."""
    root = os.environ.get("JIUZHU_BENCH_DATA")
    return (Path(root) if root else Path(tempfile.gettempdir()) / "jiuzhu-bench" / "data") / str(households)


def load(households: int) -> Roll:
    """Read the roll of this size into memory, drawing it first if it is not there."""
    place = folder(households)
    if not (place / "offsets.npy").exists():
        _save(generate(households), place)
    tables: dict[str, dict[str, Array]] = {"household": {}, "member": {}}
    for file in sorted(place.glob("*.*.npy")):
        table, column, _ = file.name.split(".")
        tables[table][column] = np.load(file)
    return Roll(household=tables["household"], member=tables["member"], offsets=np.load(place / "offsets.npy"))


def _save(roll: Roll, place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    for table, columns in (("household", roll.household), ("member", roll.member)):
        for name, values in columns.items():
            np.save(place / f"{table}.{name}.npy", values)
    np.save(place / "offsets.npy", roll.offsets)  # last: its presence says the roll is complete


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Draw the roll and keep it.")
    parser.add_argument("households", type=int)
    load(parser.parse_args().households)
