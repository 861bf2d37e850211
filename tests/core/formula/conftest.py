"""A small country to write formulas in: members with income and supporters, assets, a few facts of every type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from core.errors import InvalidInput, Text, Where
from core.formula.check import check
from core.formula.scalar import write
from core.formula.schema import HOUSEHOLD, FactSchema, Field, FormulaSource, ListType, ValueType
from core.formula.tree import Program
from core.values import MONEY, NUMBER, Unit

PERSON = Unit(person=1)
YEARLY = Unit(money=1, year=-1)
MONTH = Unit(month=1)
ITEMS = ("farming", "wage", "pension", "student_aid")
FREQUENCIES = ("year", "quarter", "month", "once")


def number(name: str, level: str, unit: Unit = NUMBER, *, low: int = 0, high: int = 10**9, **more: Any) -> Field:
    return Field(name=name, level=level, type="number", unit=unit, low=low, high=high, **more)


def boolean(name: str, level: str, **more: Any) -> Field:
    return Field(name=name, level=level, type="boolean", high=1, **more)


def text(name: str, level: str, *choices: str, **more: Any) -> Field:
    return Field(name=name, level=level, type="text", high=1, choices=choices, **more)


def day(name: str, level: str, **more: Any) -> Field:
    return Field(name=name, level=level, type="date", low=1, high=date.max.toordinal(), **more)


def household_facts() -> tuple[Field, ...]:
    at = HOUSEHOLD
    return (
        day("decision_date", at),
        text("area", at, "urban", "rural"),
        text("division", at),
        number("vehicles", at, Unit(count=1), high=100, aliases=("车辆数",)),
        number("adjustment", at, MONEY, low=-(10**10), high=10**10),
        number("price_index", at, scale=1000, high=10**6),
        boolean("urgent", at),
        boolean("local", at, required=False),
        number("previous_households", at, required=False, high=1000),
        number("case.previous_amount", at, Unit(money=1, month=-1), high=10**10, required=False),
        number("case.months_in_phase_out", at, MONTH, high=1200, required=False),
        day("case.last_review", at, required=False),
    )


def member_facts() -> tuple[Field, ...]:
    at = "member"
    return (
        text("member.id", at),
        text("member.relation", at, "head", "spouse", "child", "parent"),
        day("member.birth_date", at, aliases=("出生日期",)),
        text("member.sex", at, "male", "female", required=False),
        number("member.disability_level", at, high=4, aliases=("残疾等级",)),
        boolean("member.severe_illness", at),
        boolean("member.imprisoned", at),
    )


def other_facts() -> tuple[Field, ...]:
    return (
        text("income.item", "income", *ITEMS),
        number("income.amount", "income", MONEY, low=-(10**10), high=10**10),
        text("income.frequency", "income", *FREQUENCIES),
        boolean("income.verified", "income", required=False),
        text("shared_income.item", "shared_income", *ITEMS),
        number("shared_income.amount", "shared_income", MONEY, high=10**10),
        text("shared_income.frequency", "shared_income", *FREQUENCIES),
        text("asset.kind", "asset", "deposit", "vehicle", "house", "other"),
        number("asset.amount", "asset", MONEY, high=10**12),
        number("asset.quantity", "asset", Unit(count=1), high=1000),
        text("asset.exempt", "asset", "none", "mobility_vehicle"),
        text("supporter.division", "supporter"),
        text("supporter.area", "supporter", "urban", "rural"),
        number("supporter.household_size", "supporter", PERSON, high=60),
        number("supporter.income", "supporter", YEARLY, high=10**12),
        number("supporter.supported", "supporter", PERSON, high=60),
        number("supporter.judgment", "supporter", YEARLY, high=10**12, required=False),
        number("supporter.actual", "supporter", YEARLY, high=10**12),
    )


def make_schema() -> FactSchema:
    """Return the schema every formula test shares."""
    count = Unit(count=1)
    lists = (
        ListType(
            name="member",
            plural="members",
            parent=HOUSEHOLD,
            counts=PERSON,
            longest=60,
            label=Text("家庭成员", "member"),
        ),
        ListType(name="income", plural="income", parent="member", counts=count, longest=60),
        ListType(name="shared_income", plural="shared_income", parent=HOUSEHOLD, counts=count, longest=60),
        ListType(name="asset", plural="assets", parent=HOUSEHOLD, counts=count, longest=60),
        ListType(name="supporter", plural="supporters", parent="member", counts=count, longest=30),
    )
    fields = household_facts() + member_facts() + other_facts()
    return FactSchema(fields={one.name: one for one in fields}, lists={one.name: one for one in lists})


@pytest.fixture(scope="session")
def schema() -> FactSchema:
    return make_schema()


def make_source(
    name: str,
    text: str,
    *,
    programme: str = "dibao",
    unit: str | None = None,
    type: ValueType | None = None,  # noqa: A002 - the field's name
    overrides: str | None = None,
    where: Where | None = None,
    flags: tuple[str, ...] = (),
) -> FormulaSource:
    """Write a formula as a provision would."""
    return FormulaSource(
        programme=programme,
        name=name,
        text=text,
        provision=f"test/{name}",
        type=type,
        overrides=overrides,
        unit=None if unit is None else Unit.parse(unit),
        where=where,
        flags=flags,
    )


@pytest.fixture(scope="session")
def source() -> Callable[..., FormulaSource]:
    return make_source


def make_sources(formulas: dict[str, str]) -> tuple[FormulaSource, ...]:
    """Turn ``{"benefit": "line - income"}`` into sources; ``{"other:name": …}`` names another programme."""
    found = []
    for name, written in formulas.items():
        programme, colon, short = name.rpartition(":")
        found.append(make_source(short, written, programme=programme if colon else "dibao"))
    return tuple(found)


Household = dict[str, Any]


def make_household(**given: Any) -> Household:
    """Return prepared facts: a rural household of one member without income; every part can be given otherwise."""
    facts: Household = {
        "decision_date": date(2018, 6, 1).toordinal(),
        "area": "rural",
        "division": "430903",
        "vehicles": 0,
        "adjustment": 0,
        "price_index": 1000,
        "urgent": False,
        "member": [make_member()],
        "shared_income": [],
        "asset": [],
        "case": {},
    }
    facts.update(given)
    return {name: value for name, value in facts.items() if value is not None}


def make_member(*, born: date = date(1960, 1, 1), **given: Any) -> Household:
    """Return one prepared member; None leaves a fact out."""
    facts: Household = {
        "id": "a",
        "relation": "head",
        "birth_date": born.toordinal(),
        "disability_level": 0,
        "severe_illness": False,
        "imprisoned": False,
        "income": [],
        "supporter": [],
    }
    facts.update(given)
    return {name: value for name, value in facts.items() if value is not None}


def make_income(yuan: int, frequency: str = "year", item: str = "farming", **given: Any) -> Household:
    """Return one prepared income record of whole yuan."""
    return {"item": item, "amount": yuan * 100, "frequency": frequency, **given}


@pytest.fixture(scope="session")
def household() -> Callable[..., Household]:
    return make_household


@pytest.fixture(scope="session")
def member() -> Callable[..., Household]:
    return make_member


@pytest.fixture(scope="session")
def income() -> Callable[..., Household]:
    return make_income


@pytest.fixture(scope="session")
def program(schema: FactSchema) -> Callable[..., Program]:
    """Check formulas given as ``{name: text}``."""
    return lambda formulas: check(schema, make_sources(formulas))


@pytest.fixture(scope="session")
def problems(schema: FactSchema) -> Callable[..., list[tuple[str, str]]]:
    """Return (code, offending text) of every problem of ``{name: text}``, or of one formula's text."""

    def found(formulas: dict[str, str] | str | Sequence[FormulaSource]) -> list[tuple[str, str]]:
        if isinstance(formulas, str):
            formulas = {"tested": formulas}
        sources = make_sources(formulas) if isinstance(formulas, dict) else formulas
        try:
            check(schema, sources)
        except InvalidInput as error:
            return [(one.code, one.value or "") for one in error.problems]
        return []

    return found


def no_standards(programme: str, area: str, division: str) -> None:
    """Know no other place's line."""


@pytest.fixture(scope="session")
def value(schema: FactSchema) -> Callable[..., Any]:
    """Compute one formula (and, by keyword ``given``, others it reads) for a household."""

    def computed(
        written: str,
        facts: Household | None = None,
        *,
        given: dict[str, str] | None = None,
        name: str = "tested",
        standards: Any = no_standards,
    ) -> Any:
        checked = check(schema, make_sources({**(given or {}), name: written}))
        key = f"dibao.{name}"
        return write(checked, (key,)).run(facts or make_household(), standards).get(key)

    return computed
