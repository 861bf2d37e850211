"""A budget plan as its page shows it: its lines added up, its assumptions in words, a field of finance for a line."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from admin.form import Field
from admin.language import pick, say
from core.casework.reporting import budget
from core.casework.reporting.budget_assumption import KINDS, PAYERS
from core.casework.reporting.budget_table import EVERYWHERE, PlanLine
from core.errors import Text
from core.policy import AREAS
from core.store.tables import BudgetAssumption
from core.values import yuan_text


def plan_totals(lines: list[PlanLine]) -> dict[str, Any]:
    """Add up the lines: the table's last row."""
    whole = [one.line for one in lines]
    names = ("households", "persons", "benefit", "topup", "price_subsidy", "arrears", "total")
    found: dict[str, Any] = {name: sum(getattr(one, name) for one in whole) for name in names}
    found |= {name: sum(one.payers.get(name, Fraction(0)) for one in whole) or None for name in PAYERS}
    return found | {"ceiling": sum(one.ceiling for one in whole if one.ceiling is not None) or None}


def assumption_view(one: BudgetAssumption, lines: list[PlanLine]) -> dict[str, Any]:
    """An assumption in words: what it is, for which line, and its numbers."""
    kind = KINDS[one.name]
    parts = [f"{pick(kind.parts[part][0])} {part_text(one.name, part, one.value[part])}"
             for part in kind.parts if part in one.value]  # fmt: skip
    return {
        "row": one, "label": pick(kind.label), "line": dict(line_options(lines)).get(one.line, one.line),
        "said": say("；", "; ").join(parts),
    }  # fmt: skip


def part_text(name: str, part: str, value: Any) -> str:
    """A number of an assumption as people write it, and as its form takes it."""
    if name == "payers":
        share = Fraction(value) * 100
        return f"{share.numerator if share.denominator == 1 else float(share):g}%"
    return yuan_text(Fraction(value)) if part in ("monthly", "amount") else str(value)


def line_options(lines: list[PlanLine]) -> list[tuple[str, str]]:
    """Which lines an assumption may be for: all, an area everywhere, or one."""
    wide = [(EVERYWHERE, say("全部各行", "every line"))]
    wide += [(f"{EVERYWHERE}:{area}", say(f"全部{AREAS[area].zh}", f"all {AREAS[area].en}")) for area in budget.AREAS]
    return [*wide, *((one.key, f"{one.place} {pick(AREAS[one.area])}") for one in lines)]


def answer_fields(lines: list[PlanLine]) -> tuple[Field, ...]:
    """One amount for each line; the field's name is the line's key."""
    named = [(one.key, f"{one.place} {AREAS[one.area].zh}", f"{one.place} {AREAS[one.area].en}") for one in lines]
    return tuple(Field(key, Text(f"{zh}（元）", f"{en} (yuan)"), kind="money") for key, zh, en in named)
