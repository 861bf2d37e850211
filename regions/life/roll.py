"""A synthetic roll of Yiyang: the published households and persons of 2018, all pure gap; made up, and says so.

The seed has counts for the city only; the split by district and every household's income are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from core.errors import Text
from regions.impact_source import CaseFacts, GivenCaseload

DISTRICTS = ("430902", "430903", "430921", "430922", "430923", "430981", "430971", "430972")
URBAN = (48_613, 61_289)
RURAL = (31_428, 65_814)
LABEL = Text(
    "合成数据：益阳市2018年公布的户数、人数，全部按补差；区县户数和收入为合成",
    "synthetic: Yiyang's published households and persons of 2018, all pure gap; districts and incomes are made up",
)


def facts(persons: int, income: int, frequency: str) -> dict[str, Any]:
    """A household with one income; ``income`` yuan a ``frequency``."""
    relations = ("head", "spouse", "child", "child", "child")
    members: list[dict[str, Any]] = [
        {"id": str(number), "relation": relations[number], "birth_date": f"{1950 + 5 * number}-03-02"}
        for number in range(persons)
    ]
    members[0]["income"] = [{"item": "wage", "amount": str(income), "frequency": frequency}]
    return {"assets_meet_local_rule": "true", "members": members}


def households(share: int = 1) -> Iterator[CaseFacts]:
    """Yield the households, district by district; of every ``share`` one, the totals divided alike."""
    for district, code in enumerate(DISTRICTS):
        yield from _area(code, district, "urban", sizes(*(one // share for one in URBAN)))
        yield from _area(code, district, "rural", sizes(*(one // share for one in RURAL)))


def sizes(households_: int, persons: int) -> list[int]:
    """Deal persons to households: one or two sizes that come to exactly both totals."""
    small, larger = divmod(persons, households_)
    return [small + (number < larger) for number in range(households_)]


def _area(code: str, district: int, area: str, dealt: list[int]) -> Iterator[CaseFacts]:
    line = Fraction(42_000) if area == "urban" else Fraction(303_600, 12)
    for number in range(district, len(dealt), len(DISTRICTS)):
        persons, income = dealt[number], 20 * (number % 15)
        yearly = area == "rural"
        yield CaseFacts(
            reference=f"{code}-{area}-{number}", programme="dibao", division=code, area=area, persons=persons,
            facts=facts(persons, income, "year" if yearly else "month"),
            current=persons * line - Fraction(income * 100, 12 if yearly else 1),
        )  # fmt: skip


def roll(share: int = 1) -> GivenCaseload:
    """The whole roll, or one household of every ``share``."""
    return GivenCaseload(label=LABEL, size=(URBAN[0] // share + RURAL[0] // share), make=lambda: households(share))
