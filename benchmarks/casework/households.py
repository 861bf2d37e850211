"""Synthetic households (合成数据) as a roster: the same by seed, ID numbers of a place code that does not exist.

Nothing here is anybody's: names are 合成甲1, 合成乙1 …, place codes begin with 99. The county is real; its households,
their number, townships and villages are made up.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from core.casework.people.identity import check_character
from core.casework.roster.layout import HEADINGS, TITLE, columns_of_roster
from core.casework.workbook import Sheet, write_sheet

LINE = 693_00
"""Fen a person and year: Shaanxi 2007–2008."""
SIZES = (1, 1, 1, 2, 2, 2, 3, 3, 4)
LETTERS = "甲乙丙丁"
RELATIONS = ("配偶", "子女", "父母")
REASONS = ("因病", "因残", "缺乏劳动力", "因学", "因灾", "其他")


@dataclass(frozen=True)
class Lot:
    """So many households, the same for the same seed."""

    households: int
    seed: int = 20080303


def number(sequence: int, birth: str) -> str:
    """A sound ID number in the fictitious range 99xxxx; unique by sequence."""
    digits = f"99{sequence // 1000:04}{birth}{sequence % 1000:03}"
    return digits + check_character(digits)


def rows(lot: Lot) -> Iterator[list[object]]:
    """Yield the roster's rows, one household each."""
    rng = random.Random(lot.seed)
    for index in range(lot.households):
        one = household(index, rng)
        yield [one[heading.name] for heading in HEADINGS]


def household(index: int, rng: random.Random) -> dict[str, object]:
    """Make one household: four sequence numbers belong to it, income below the line, the gap as benefit."""
    size = rng.choice(SIZES)
    births = [f"{rng.randint(1928, 2005)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}" for _ in range(size)]
    numbers = [number(4 * index + at, birth) for at, birth in enumerate(births)]
    line = LINE * size
    income = line * rng.randint(10, 95) // 10_000 * 100
    monthly = whole(Fraction(line - income, 12))
    return {
        "head": f"合成甲{index}", "head_number": numbers[0], "persons": size, "entitled": size, "income": income,
        "income_per_head": None, "benefit": monthly, "household_topup": 0, "member_topup": 0, "total": monthly,
        "phone": f"1990{index:07}", "address": f"合成村{index % 997}组", "province": "陕西省", "prefecture": "渭南市",
        "county": "大荔县", "township": f"合成镇{index % 23}", "village": f"合成村{index % 211}",
        "certificate": f"HC{index:07}",
        "first_month": f"{rng.randint(2005, 2007)}-{rng.randint(1, 12):02}",
        "reason": rng.choice(REASONS), "method": "补差", "tier": "", "bank": "合成银行",
        "account_name": f"合成甲{index}",
        "account": f"9900{index:012}", "card": "", "houses": None,
        "house_area": "", "financial_assets": None, "other_assets": "",
        "member_names": ";".join(f"合成{LETTERS[at]}{index}" for at in range(1, size)),
        "member_numbers": ";".join(numbers[1:]), "relations": ";".join(RELATIONS[: size - 1]), "entitlements": "",
    }  # fmt: skip


def whole(amount: Fraction) -> int:
    """Round half up to the fen."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def write_roster(path: Path, lot: Lot) -> None:
    """Write a roster that says what it is."""
    write_sheet(path, Sheet(title=TITLE, columns=columns_of_roster(), rows=rows(lot), heading=("合成数据，仅供测试",)))  # type: ignore[arg-type]
