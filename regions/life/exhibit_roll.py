"""A synthetic caseload (合成数据) calibrated to published counts: Yiyang's of November 2018 and Ruian's report.

Published are, for Yiyang, households and persons of the city and the average benefit of each district; for Ruian,
households and persons. Made up are the split by district, every person, income and village, and Ruian's amounts: its
source gives no standard. ID numbers are of place codes beginning with 99, which do not exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from core.casework.people.identity import check_character
from core.casework.roster.entry import Entry, Member
from core.errors import Text

LABEL = Text(
    "合成数据：总户数、总人数和益阳各区县月人均救助水平按公布数，区县户数为合成；人员、收入、村名和瑞安的金额均为合成",
    "synthetic: totals and Yiyang's averages by district as published; the split by district, persons, incomes, "
    "villages and Ruian's amounts are made up",
)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
RELATIONS = ("head", "spouse", "child", "child", "parent", "parent")
FIRST = date(2017, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """The households of one district and area. ``average`` is the published benefit a person and month, in yuan."""

    division: str
    area: str
    households: int
    persons: int
    average: int
    line: Fraction
    """The standard, fen a person and month; the income makes up the difference."""
    number: int
    """Where the ID numbers of this lot begin."""


DISTRICTS = (
    ("430902", "资阳区", 120, 323, 175), ("430903", "赫山区", 175, 320, 176), ("430922", "桃江县", 150, 321, 175),
    ("430921", "南县", 155, 359, 174), ("430923", "安化县", 170, 326, 202), ("430981", "沅江市", 130, 327, 171),
    ("430972", "大通湖区", 40, 320, 177), ("430971", "高新区", 60, 346, 216),
)  # fmt: skip
"""Code, name, the made-up share in thousandths, and the published averages of city and country (益阳 2018 L189)."""
URBAN, RURAL = (48_613, 61_289), (31_428, 65_814)
RUIAN = (5_930, 8_968)
URBAN_LINE, RURAL_LINE = Fraction(430_00), Fraction(3200_00, 12)


def lots(share: int = 1) -> list[Lot]:
    """Return the lots, or of every ``share`` households one."""
    found: list[Lot] = []
    for area, totals, line in (("urban", URBAN, URBAN_LINE), ("rural", RURAL, RURAL_LINE)):
        households, persons = (_split(one // share, [row[2] for row in DISTRICTS]) for one in totals)
        for at, (code, _, _, urban, rural) in enumerate(DISTRICTS):
            found.append(Lot(
                division=code, area=area, households=households[at], persons=persons[at],
                average=urban if area == "urban" else rural, line=line, number=sum(one.persons for one in found),
            ))  # fmt: skip
    found.append(Lot(
        division="330381", area="rural", households=RUIAN[0] // share, persons=RUIAN[1] // share,
        average=400, line=Fraction(400_00), number=sum(one.persons for one in found),
    ))  # fmt: skip
    return [one for one in found if one.households]


def _split(total: int, shares: Sequence[int]) -> list[int]:
    """Deal a total by shares, the rounded-off rest to the largest remainders; the parts come to the total."""
    exact = [Fraction(total * one, sum(shares)) for one in shares]
    parts = [int(one) for one in exact]
    order = sorted(range(len(parts)), key=lambda at: parts[at] - exact[at])
    for at in order[: total - sum(parts)]:
        parts[at] += 1
    return parts


def entries(lot: Lot) -> Iterator[Entry]:
    """Yield the households of a lot: one size or two, benefits in pairs above and below the average."""
    small, larger = divmod(lot.persons, lot.households)
    sequence = lot.number
    for row in range(lot.households):
        size = small + (row < larger)
        yield _entry(lot, row, size, sequence)
        sequence += size


def _entry(lot: Lot, row: int, size: int, sequence: int) -> Entry:
    step = 5 * (1 + row // 2 % 4)
    paired = row ^ 1 < lot.households and not _alone(lot, row)
    per_head = lot.average + (step if row % 2 else -step) * paired
    members = tuple(_member(sequence + at, at, row) for at in range(size))
    benefit = per_head * 100 * size
    income = 12 * (lot.line * size - benefit)
    started = 1 + row % 12
    return Entry(
        row=row + 2, members=members, parts={"benefit": benefit, "household_topup": 0, "member_topup": 0},
        income=max(0, int(income)) if lot.division != "330381" else None, houses=None,
        first_month=FIRST.replace(month=started), method="gap",
        place=("", "", f"合成{'社区' if lot.area == 'urban' else '村'}{1 + row % 40}"),
        contact={"bank": "合成银行", "account": f"9900{sequence:012}", "account_name": members[0].name},
        said={}, texts={},
        facts={"assets_meet_local_rule": "true", "income_stability": "relatively_stable"},
    )  # fmt: skip


def _alone(lot: Lot, row: int) -> bool:
    """Whether a row's partner has another size: then both get the average itself."""
    larger = lot.persons % lot.households
    return (row < larger) != (row ^ 1 < larger)


def _member(sequence: int, at: int, row: int) -> Member:
    born = (1945 + (sequence * 7 + at * 23) % 60, 1 + sequence % 12, 1 + sequence % 28)
    digits = f"99{sequence // 1000:04}{born[0]}{born[1]:02}{born[2]:02}{sequence % 1000:03}"
    return Member(
        name=f"{SURNAMES[row % len(SURNAMES)]}合成{sequence}", number=digits + check_character(digits),
        birth_date=date(*born), sex="male" if sequence % 1000 % 2 else "female", relation=RELATIONS[at % 6],
        entitled=True,
    )  # fmt: skip
