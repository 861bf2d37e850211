"""Households (合成数据) of many real counties: the same by number, ID numbers of a place code that does not exist.

The counties are real: the eight of Yiyang, those of Shaanxi, those of Wenzhou with Ruian. Everybody in them, how many
they are, their incomes and villages are made up. One standard stands for all places, so that amounts are alike.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from core.casework.people.identity import check_character
from core.casework.roster.entry import Entry, read_entry
from core.casework.roster.layout import HEADINGS, MONEY
from core.casework.workbook import Row
from core.protocol import DivisionLadder
from core.values import yuan_text

SIZES = (1, 1, 2, 2, 2, 2, 3, 3, 3, 3)
"""Persons of ten households in turn: 2.2 each."""
PERSONS = sum(SIZES)
CHUNK = 500
"""Households a transaction, as the import has it; a multiple of ten, so that a chunk's persons can be counted ahead."""
RECORDS = 5
"""Income records a household."""
ITEMS = ("wage", "net_business", "property_income", "transfer_income", "pension")
LINES = {"urban": 430_00 * 12, "rural": 3200_00}
"""Fen a person and year."""
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
NAMES = 60_000
"""So many different numbers stand in names: a name is that of some forty persons in a million households."""
RELATIONS = ("配偶", "子女")
REASONS = ("因病", "因残", "缺乏劳动力", "因学", "因灾", "其他")
VILLAGES = 60
"""Villages of a county and area."""
FIRST_ROW = 2
"""Where a roster's rows begin in its workbook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """The households of one county and area, a multiple of ten; ``first`` is how many come before them."""

    division: str
    county: str
    area: str
    households: int
    first: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some households of a lot, from its row ``at`` on (from 0)."""

    lot: Lot
    at: int
    households: int

    @property
    def persons(self) -> int:
        """How many persons they are."""
        return self.households // len(SIZES) * PERSONS


def lots(tree: DivisionLadder, counties: Sequence[tuple[str, int]], households: int) -> list[Lot]:
    """Deal households to counties by weight, in each half to towns and half to the country."""
    total = sum(weight for _, weight in counties)
    found: list[Lot] = []
    first = 0
    for code, weight in counties:
        for area in LINES:
            tens = max(1, round(households * weight / total / 2 / 10))
            found.append(Lot(division=code, county=tree.name(code), area=area, households=10 * tens, first=first))
            first += 10 * tens
    return found


def chunks(lot: Lot) -> Iterator[Chunk]:
    """Yield a lot in the chunks an import takes it in; the last is the one that is not full, or empty."""
    for at in range(0, lot.households + 1, CHUNK):
        yield Chunk(lot=lot, at=at, households=min(CHUNK, lot.households - at))


def values(chunk: Chunk) -> Iterator[dict[str, Any]]:
    """Yield what the roster says of each household, by column; money in fen."""
    rng = random.Random(chunk.lot.first + chunk.at)
    for row in range(chunk.at, chunk.at + chunk.households):
        yield _household(chunk.lot, row, rng)


def _household(lot: Lot, row: int, rng: random.Random) -> dict[str, Any]:
    index = lot.first + row
    size = SIZES[index % len(SIZES)]
    births = [f"{rng.randint(1928, 2005)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}" for _ in range(size)]
    numbers = [_number(4 * index + at, birth) for at, birth in enumerate(births)]
    names = [f"{SURNAMES[index % len(SURNAMES)]}合成{(index * 3 + at * 7) % NAMES}" for at in range(size)]
    line = LINES[lot.area] * size
    income = line * rng.randint(10, 95) // 100 // 100 * 100
    monthly = _whole(Fraction(line - income, 12))
    return {
        **dict.fromkeys((one.name for one in HEADINGS), ""),
        "head": names[0], "head_number": numbers[0], "persons": size, "entitled": size, "income": income,
        "benefit": monthly, "household_topup": 0, "member_topup": 0, "total": monthly, "phone": f"1990{index:07}",
        "address": f"合成村{index % 997}组", "county": lot.county,
        "village": f"合成{'社区' if lot.area == 'urban' else '村'}{1 + index * 7 % VILLAGES}",
        "certificate": f"HC{index:07}", "first_month": f"{rng.randint(2015, 2017)}-{rng.randint(1, 12):02}",
        "reason": rng.choice(REASONS), "method": "补差", "bank": "合成银行", "account_name": names[0],
        "account": f"9900{index:012}", "member_names": ";".join(names[1:]), "member_numbers": ";".join(numbers[1:]),
        "relations": ";".join(RELATIONS[: size - 1]),
    }  # fmt: skip


def _number(sequence: int, birth: str) -> str:
    digits = f"99{sequence // 1000:04}{birth}{sequence % 1000:03}"
    return digits + check_character(digits)


def _whole(amount: Fraction) -> int:
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def entries(chunk: Chunk, today: Any, *, rich: bool) -> Iterator[Entry]:
    """Yield the households as the import reads them; ``rich`` ones with five income records and what rules ask for."""
    for row, said in enumerate(values(chunk), chunk.at + FIRST_ROW):
        read = read_entry(Row(number=row, cells=_cells(said), raw=()), file="", today=today)
        if not isinstance(read, Entry):
            raise SystemExit(f"a household that cannot be read: {read}")
        yield _rich(read) if rich else read


def _cells(said: dict[str, Any]) -> dict[str, str]:
    return {name: yuan_text(value) if name in MONEY and value != "" else str(value) for name, value in said.items()}


def _rich(entry: Entry) -> Entry:
    """The yearly income in five records of the members in turn, the last one taking the rest."""
    each = (entry.income or 0) // RECORDS // 100 * 100
    amounts = [each] * (RECORDS - 1) + [(entry.income or 0) - each * (RECORDS - 1)]
    records = [
        {"item": item, "amount": yuan_text(amount), "frequency": "year", "basis": "verified"}
        for item, amount in zip(ITEMS, amounts, strict=True)
    ]
    size = len(entry.members)
    members = tuple(replace(one, facts={"income": records[at::size]}) for at, one in enumerate(entry.members))
    known = {"assets_meet_local_rule": "true", "income_stability": "relatively_stable"}
    return replace(entry, members=members, facts=known)
