"""The table of a budget plan: one line a place and area, with standard, ceiling and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from core.casework.access import within
from core.casework.desk import Desk
from core.casework.reporting.budget_assumption import KINDS, PAYERS
from core.casework.reporting.budget_caseload import caseload_of_year
from core.casework.reporting.budget_line import Caseload, Line, at_level, plan_line
from core.casework.reporting.statistics import place_of, row_label
from core.casework.words import in_both, read_both, series
from core.casework.workbook import Sheet, columns
from core.casework.workbook.sheet import Value
from core.errors import JiuzhuError, Text
from core.policy import AREAS, amount_text
from core.provision import Json
from core.store.tables import BudgetAssumption, BudgetPlan
from core.values import Rate, fraction_text, yuan_text

EVERYWHERE = "*"
EXACT = ("benefit", "topup", "price_subsidy", "arrears")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """A line of the plan as shown and kept; ``note`` is 测算说明, ``level`` last year's published average, if any."""

    key: str
    place: str
    area: str
    standard: Text
    line: Line
    note: Text
    level: Fraction | None = None
    paid_level: Fraction | None = None
    sources: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """Return the line as canonical JSON."""
        line = self.line
        return {
            "key": self.key, "place": self.place, "area": self.area, "standard": in_both(self.standard),
            "note": in_both(self.note),
            "households": line.households, "persons": line.persons, "months": line.months,
            **{name: fraction_text(getattr(line, name)) for name in EXACT},
            "payers": {name: fraction_text(value) for name, value in line.payers.items()},
            "ceiling": _text(line.ceiling), "level": _text(self.level), "paid_level": _text(self.paid_level),
            "sources": list(self.sources),
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PlanLine:
        """Read a line back."""
        line = Line(
            households=data["households"], persons=data["persons"], months=data["months"],
            **{name: Fraction(data[name]) for name in EXACT},
            payers={name: Fraction(value) for name, value in data["payers"].items()}, ceiling=_read(data["ceiling"]),
        )  # fmt: skip
        return cls(
            key=data["key"], place=data["place"], area=data["area"], standard=read_both(data["standard"]), line=line,
            note=read_both(data["note"]), level=_read(data["level"]), paid_level=_read(data["paid_level"]),
            sources=tuple(data["sources"]),
        )  # fmt: skip


def plan_table(
    desk: Desk,
    plan: BudgetPlan,
    assumed: Sequence[BudgetAssumption],
    *,
    caseload: Mapping[tuple[str, str], Caseload] | None = None,
) -> list[PlanLine]:
    """Compute the lines of a plan from the caseload (as it is now, or as given), the rules and the assumptions."""
    found = caseload
    if found is None:
        found = caseload_of_year(desk, plan.path, programme=plan.programme, year=plan.year)
    named = {line_key(one.line) for one in assumed if _breadth(one.line) == 0}
    keys = sorted({*found, *named})
    return [_line(desk, plan, key, found.get(key, Caseload()), assumed) for key in keys]


def line_key(line: str) -> tuple[str, str]:
    """Return the row and area of a line; a row may be a reporting unit.

    >>> line_key("430903:urban"), line_key("unit:双矿集团:urban")
    (('430903', 'urban'), ('unit:双矿集团', 'urban'))
    """
    place, _, area = line.rpartition(":")
    return place, area


def require_line(desk: Desk, plan: BudgetPlan, name: str, line: str) -> None:
    """Refuse an assumption of a line the plan cannot have, or of several lines where it is a number of one.

    Raises:
        JiuzhuError: ``unknown_line``, ``unknown_division``, ``line_needed``.
    """
    place, area = line_key(line)
    if line != EVERYWHERE and (not place or area not in ("urban", "rural")):
        text = Text("没有这样的行", "there is no such line")
        hint = Text("写作 430903:urban；*:rural 为各地农村，* 为全部", "430903:urban; *:rural, all rural; *, all")
        raise JiuzhuError("unknown_line", text, hint=hint, value=line)
    if EVERYWHERE in (place, line):
        _require_rate(name, line)
    elif not within(desk.path(place_of(place, plan.path)), plan.path):
        raise JiuzhuError("unknown_line", Text("该地不在本计划范围内", "the place is outside the plan"), value=line)


def _require_rate(name: str, line: str) -> None:
    """What holds for several lines must be a rate."""
    label = KINDS[name].label
    if KINDS[name].absolute:
        text = Text(f"“{label.zh}”是绝对数，须写明哪一行", f"'{label.en}' is a number of one line: name it")
        hint = Text("用于多行会逐行相加；写作 430903:urban", "for several lines it would add up; as 430903:urban")
        raise JiuzhuError("line_needed", text, hint=hint, value=f"{name} {line}")


def _breadth(line: str) -> int:
    """How much a line covers: itself (0), an area everywhere (1), everything (2)."""
    return 2 if line == EVERYWHERE else int(line.startswith(EVERYWHERE))


def _holding(assumed: Iterable[BudgetAssumption], code: str, area: str) -> dict[str, BudgetAssumption]:
    """The assumptions that hold for a line, by name: the narrowest, and of those of one line the latest."""
    reaching = [one for one in assumed if one.line in (EVERYWHERE, f"{EVERYWHERE}:{area}", code)]
    widest_first = sorted(reaching, key=lambda one: (-_breadth(one.line), one.id))
    return {one.name: one for one in widest_first}


def _line(
    desk: Desk, plan: BudgetPlan, key: tuple[str, str], caseload: Caseload, assumed: Iterable[BudgetAssumption]
) -> PlanLine:
    place, area = key
    code = f"{place}:{area}"
    mine = _holding(assumed, code, area)
    said, rate, unsettled = _standard(desk, plan, place, area)
    line = plan_line(caseload, {name: one.value for name, one in mine.items()}, standard=rate)
    level = _level(desk, plan, place, area)
    notes = [_on_the_roll(caseload)]
    notes += [Text(f"{KINDS[name].label.zh}：{one.because}", f"{KINDS[name].label.en}: {one.because}")
              for name, one in mine.items()]  # fmt: skip
    notes += [unsettled] if unsettled is not None else []
    notes += [_going_on(caseload.unpriced)] if caseload.unpriced else []
    notes += [_at_most(yuan_text(line.ceiling))] if line.ceiling is not None else []
    return PlanLine(
        key=code, place=row_label(desk, place, plan.path), area=area, standard=said, line=line, note=series(notes),
        level=level, paid_level=None if level is None else at_level(line.persons, level),
        sources=tuple(sorted(str(one.id) for one in mine.values())),
    )  # fmt: skip


def _standard(desk: Desk, plan: BudgetPlan, place: str, area: str) -> tuple[Text, Rate | None, Text | None]:
    """The standard of the year's first day, or today's with a remark where the year's is not settled."""
    division = place_of(place, plan.path)
    for on in (date(plan.year, 1, 1), desk.today):
        line = desk.policies.rulebook(division, on=on, area=area, programmes=(plan.programme,)).policy.line(
            "standard", plan.programme
        )
        rate = None if line is None or line.is_gap else _rate(line.value)
        if line is not None and rate is not None:
            said = Text(amount_text(line.value, "zh"), amount_text(line.value, "en"))
            return said, rate, None if on.year == plan.year else _unsettled(plan.year)
    return Text("", ""), None, Text("没有现行标准", "no standard is in force")


def _unsettled(year: int) -> Text:
    return Text(f"{year}年标准未定，按现行标准和发放额测算", f"the standard of {year} is not settled: today's is taken")


def _on_the_roll(caseload: Caseload) -> Text:
    households, persons = caseload.households, caseload.persons
    return Text(f"在册{households}户{persons}人", f"on the roll: {households} households, {persons} persons")


def _going_on(households: int) -> Text:
    return Text(f"{households}户按现行发放额延续", f"{households} households go on at what they are paid now")


def _at_most(amount: str) -> Text:
    return Text(f"上限{amount}元（标准×人数，仅供对照）", f"ceiling {amount} yuan (standard × persons, for comparison)")


def _rate(value: Mapping[str, Json]) -> Rate | None:
    amount = value.get("amount")
    return Rate.parse(amount["yuan"], amount.get("per")) if isinstance(amount, Mapping) and "yuan" in amount else None


def _level(desk: Desk, plan: BudgetPlan, place: str, area: str) -> Fraction | None:
    """The published average benefit of the place, fen a person and month: for comparison only."""
    book = desk.policies.rulebook(place_of(place, plan.path), on=desk.today, area=area, programmes=(plan.programme,))
    line = book.policy.line("indicator", plan.programme, "average_benefit")
    rate = None if line is None or line.is_gap else _rate(line.value)
    return rate.amount if rate is not None and rate.unit.month == -1 else None


def plan_sheet(
    desk: Desk,
    plan: BudgetPlan,
    lines: Iterable[PlanLine],
    *,
    people: Mapping[int, str],
    counted_on: date | None = None,
) -> Sheet:
    """Return 下一年度低保资金预算计划表 as a sheet; the last row is the total.

    ``counted_on`` is the day of the caseload a draft rests on: today where its lines are computed now.
    """
    shown = list(lines)
    titles = columns(
        "地区", "类别", "预计户数:count", "预计人数:count", "标准", "预计月人均补差:money", "月数:count",
        "保障金:money", "分类施保:money", "物价补贴:money", "补发:money", "合计:money",
        "中央:money", "省:money", "市:money", "县:money", "测算说明", "填报人", "审核人", "财政核定数:money",
    )  # fmt: skip
    signed = (people.get(plan.prepared_by, ""), people.get(plan.reviewed_by or 0, ""))
    answer: Mapping[str, int] = plan.answer or {}
    rows: list[Sequence[Value]] = [_cells(one, signed, answer.get(one.key)) for one in shown]
    rows.append(_total(shown, answer))
    heading = [
        f"{plan.year}年度低保资金预算计划表",
        f"{desk.tree.name(plan.division)}　报送期限 {plan.due_on or '未定'}",
        f"编制中　在册家庭截至 {counted_on or desk.today}" if plan.lines is None else f"报送日期 {plan.submitted_on}",
    ]
    return Sheet(title="资金预算计划表", columns=titles, rows=rows, heading=heading)


def _cells(one: PlanLine, signed: tuple[str, str], answer: int | None) -> list[Value]:
    line = one.line
    return [
        one.place, _category(one.area).zh, line.households, line.persons, one.standard.zh, line.average, line.months,
        line.benefit, line.topup, line.price_subsidy, line.arrears, line.total,
        *(line.payers.get(name) for name in PAYERS), one.note.zh, *signed, answer,
    ]  # fmt: skip


def _total(lines: Sequence[PlanLine], answer: Mapping[str, int]) -> list[Value]:
    whole = [one.line for one in lines]
    money = [sum((getattr(one, name) for one in whole), Fraction(0)) for name in (*EXACT, "total")]
    payers = [sum((one.payers.get(name, Fraction(0)) for one in whole), Fraction(0)) or None for name in PAYERS]
    counts = [sum(one.households for one in whole), sum(one.persons for one in whole)]
    return ["合计", "", *counts, "", None, None, *money, *payers, "", "", "", sum(answer.values()) or None]


def _category(area: str) -> Text:
    return Text(f"{AREAS[area].zh}低保", f"{AREAS[area].en} dibao")


def _text(value: Fraction | None) -> str | None:
    return None if value is None else fraction_text(value)


def _read(value: str | None) -> Fraction | None:
    return None if value is None else Fraction(value)
