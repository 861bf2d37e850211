"""SPEC.md as jiuzhu formulas: the declared facts, the formulas, and a roll's arrays in the shapes the writers take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gen import COUNTED, DEDUCTED, EXEMPT, Array, Roll

from core.formula.schema import HOUSEHOLD, FactSchema, Field, FormulaSource, ListType
from core.values import NUMBER, Unit

OUTPUTS: Mapping[str, str] = {
    "counted": "dibao.counted",
    "eligible": "dibao.eligible",
    "benefit": "dibao.benefit",
    "review": "dibao.review",
    "care": "disability.member.care",
    "living": "disability.member.living",
}

_YUAN_A_YEAR = Unit.parse("yuan/year")
_FORMULAS = {
    "dibao": {
        "standard": 'IF(area = "urban", ANNUAL(YUAN(430) / 1 person / 1 month), YUAN(3200) / 1 person / 1 year)',
        "member.counted": " + ".join(f"member.{kind}" for kind in COUNTED)
        + "".join(f" - member.{kind}" for kind in DEDUCTED),
        "counted": "SUM(member.counted)",
        "line": "standard * COUNT(members)",
        "asset_ok": "vehicles = 0 and houses <= 1 and deposits <= 2 years * line",
        "eligible": "counted < line and asset_ok",
        "topup": "20% * standard"
        " * COUNT(members, WHEN(member.age >= 70 or member.age < 16 or member.grade = 1 or member.grade = 2))",
        "benefit": "IF(eligible, MAX(YUAN(10) / 1 month, ROUND(MONTHLY(line - counted + topup), 2)), 0)",
        "review": "IF(SUM(member.wage + member.migrant_work) = 0, 12 months, 6 months)",
    },
    "disability": {
        "member.care": "IF(member.grade = 1 or member.grade = 2, YUAN(55) / 1 month, 0)",
        "member.living": "IF(member.grade > 0 and dibao.eligible, YUAN(55) / 1 month, 0)",
    },
}


def sources() -> tuple[FormulaSource, ...]:
    """Return the formulas, unchecked."""
    return tuple(
        FormulaSource(programme=programme, name=name, text=text, provision="benchmarks/spec")
        for programme, formulas in _FORMULAS.items()
        for name, text in formulas.items()
    )


def schema(roll: Roll) -> FactSchema:
    """Declare the facts with the roll's own minima and maxima and its largest household."""
    members = int((roll.offsets[1:] - roll.offsets[:-1]).max(initial=0))
    person = ListType(name="member", plural="members", parent=HOUSEHOLD, counts=Unit.parse("person"), longest=members)
    fields = [_area()]
    fields += [_number(name, HOUSEHOLD, Unit.parse("count"), roll.household[name]) for name in ("vehicles", "houses")]
    fields.append(_number("deposits", HOUSEHOLD, Unit.parse("yuan"), roll.household["deposits"]))
    fields.append(_number("age", "member", Unit.parse("year"), roll.member["age"]))
    fields.append(_number("grade", "member", NUMBER, roll.member["grade"]))
    amounts = (*COUNTED, *EXEMPT, *DEDUCTED)
    fields += [_number(kind, "member", _YUAN_A_YEAR, roll.member[kind]) for kind in amounts]
    return FactSchema(fields={one.name: one for one in fields}, lists={person.name: person})


def bounds(declared: FactSchema) -> dict[str, tuple[int, int]]:
    """Return the declared ranges of the numbers, which are the roll's own, as bounds known beforehand."""
    return {name: (one.low, one.high) for name, one in declared.fields.items() if one.type == "number"}


def _area() -> Field:
    return Field(name="area", level=HOUSEHOLD, type="text", choices=("rural", "urban"))


def _number(name: str, level: str, unit: Unit, values: Array) -> Field:
    low, high = int(values.min(initial=0)), int(values.max(initial=0))
    qualified = name if level == HOUSEHOLD else f"{level}.{name}"
    return Field(name=qualified, level=level, type="number", unit=unit, low=low, high=high)


def arrays(roll: Roll) -> dict[str, Array]:
    """Return the roll's own arrays under fact names; nothing is copied (the area's code is the byte of ``urban``)."""
    household = {name: roll.household[name] for name in ("vehicles", "houses", "deposits")}
    plain = ("age", "grade", *COUNTED, *EXEMPT, *DEDUCTED)
    member = {f"member.{name}": roll.member[name] for name in plain}
    return {"area": roll.household["urban"].view("int8"), **household, **member}


def facts(case: Mapping[str, Any]) -> dict[str, Any]:
    """Return one case of ``ref_python.cases`` as the scalar writer's prepared facts."""
    household = {name: case[name] for name in ("area", "vehicles", "houses", "deposits")}
    return household | {"member": [_member(one) for one in case["members"]], "case": {}}


def _member(member: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: member[name] for name in ("age", "grade", *DEDUCTED)}
    return plain | dict(member["income"])
