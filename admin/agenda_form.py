"""The question before a meeting or a round of visits: where, which area and stage, on which day; in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from admin.asking import asked, whole
from core.casework.desk import Desk
from core.casework.flow.case_list import find_case
from core.casework.flow.stage_rule import Stage
from core.casework.people.seats import Seat, seats, units
from core.casework.rounds.agenda import Agenda, stages_of, villages
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase

AREAS = {"rural": ("农村", "rural"), "urban": ("城市", "urban")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the query box of a sheet holds; without a stage there is no sheet yet."""

    division: str
    programme: str
    area: str
    on: date
    village: str
    unit: str
    stage: str

    @property
    def agenda(self) -> Agenda:
        """The same as services ask it."""
        return Agenda(division=self.division, programme=self.programme, area=self.area, stage=self.stage, on=self.on,
                      village=self.village or None)  # fmt: skip

    def query(self) -> dict[str, str]:
        """The same as an address holds it."""
        return {"division": self.division, "programme": self.programme, "area": self.area,
                "on": self.on.isoformat(), "village": self.village, "unit": self.unit, "stage": self.stage}  # fmt: skip


def clock_time(text: str) -> str:
    """Return a time of day as services take it: ``9:30`` and ``9：30`` are 09:30; what is none stays as it is."""
    hour, colon, minute = text.strip().replace("：", ":").partition(":")
    return f"{hour.zfill(2)}:{minute}" if colon else text


def question(given: Mapping[str, str]) -> Question:
    """Read the query box; without a place it is the officer's own, without a day today.

    Raises:
        JiuzhuError: ``unknown_division``, ``several_divisions``, ``bad_date``.
    """
    ask = asked(given)
    return Question(
        division=ask.division, programme=ask.programmes[0], area=ask.area if ask.area in AREAS else "rural",
        on=ask.on, village=given.get("village", "").strip(), unit=given.get("unit", "").strip(),
        stage=given.get("stage", ""),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the query box offers, and the people of the register that fit it."""

    stages: Sequence[Stage]
    villages: Sequence[str]
    units: Sequence[str]
    people: Sequence[Seat]


def choices(desk: Desk, asked_for: Question) -> Choices:
    """Return what may be chosen in a place on a day.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``; what the rules of the place raise.
    """
    where = asked_for.division
    return Choices(
        stages=stages_of(desk, where, programme=asked_for.programme, area=asked_for.area, on=asked_for.on),
        villages=villages(desk, where, programme=asked_for.programme, area=asked_for.area),
        units=units(desk, where, on=asked_for.on),
        people=seats(desk, where, on=asked_for.on, unit=asked_for.unit or None),
    )


def case_here(desk: Desk, number: str) -> AssistanceCase:
    """Return the case of a typed number; whether it exists elsewhere is nobody's business here.

    Raises:
        JiuzhuError: ``unknown_case``.
    """
    try:
        return find_case(desk, number.strip())
    except JiuzhuError as error:
        text = Text("管辖范围内没有这个案件", "there is no such case in your area")
        raise JiuzhuError("unknown_case", text, value=number) from error


def numbers(texts: Sequence[str]) -> list[int]:
    """Read keys that were ticked; what is none is left out."""
    return [found for one in texts if (found := whole(one)) is not None]
