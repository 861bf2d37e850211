"""Household composition (家庭成员认定): who belongs to the household, who is entitled, whose income counts.

Facts always hold the whole household. Derived are ``member.in_household``, ``member.entitled`` and
``member.income_counted``, each from named conditions, so that a trace shows the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.errors import Text
from core.formula.schema import FormulaSource
from core.kinds.contribution import (
    PERSON,
    Line,
    Rules,
    by_core,
    claim,
    condition,
    conjunction,
    is_run,
    number,
    pays_member,
    quantity,
    unavailable,
)
from core.kinds.schema import array, formula, record, string, text, value
from core.provision import Kind, text_of

SIZE = Text("家庭人口数", "persons in the household")
ENTITLED_SIZE = Text("保障人口数", "persons entitled")
IN_HOUSEHOLD = Text("计入家庭人口", "belongs to the household")
ENTITLED = Text("纳入保障", "entitled")
INCOME_COUNTED = Text("收入计入家庭", "income counted")
SECTIONS = ("include", "exclude", "entitled", "income_not_counted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """Which of the three flags differ from person to person."""

    selects: bool = False
    entitles: bool = False
    leaves_out_income: bool = False

    @property
    def in_household(self) -> str:
        """``, WHEN(member.in_household)`` where somebody may be left out."""
        return ", WHEN(member.in_household)" if self.selects else ""

    @property
    def entitled(self) -> str:
        """``, WHEN(member.entitled)`` where not everybody is entitled."""
        return ", WHEN(member.entitled)" if self.selects or self.entitles else ""

    @property
    def income_counted(self) -> str:
        """``, WHEN(member.income_counted)`` where somebody's income is left out."""
        return ", WHEN(member.income_counted)" if self.selects or self.leaves_out_income else ""


def composition(policy: Rules, programme: str) -> Composition:
    """Return what the rule in force distinguishes."""
    line = policy.line("household_composition", programme)
    if line is None:
        return Composition()
    if line.is_gap:
        return Composition(selects=True)
    value = line.value
    return Composition(
        selects=bool(value.get("include") or value.get("exclude")),
        entitles=bool(value.get("entitled")),
        leaves_out_income=bool(value.get("income_not_counted")),
    )


def contribute(policy: Rules, programme: str) -> Iterator[FormulaSource]:
    """Write the three flags and the two sizes."""
    line = policy.line("household_composition", programme)
    if line is None:
        if is_run(policy, programme) and not pays_member(policy, programme):
            yield from _default(programme)
    elif line.is_gap:
        yield from _gap(line, programme)
    else:
        yield from _conditions(line, programme)
        yield from _flags(line, programme)
        yield from _sizes(line, programme, composition(policy, programme))


def _default(programme: str) -> Iterator[FormulaSource]:
    for name, label in (
        ("in_household", IN_HOUSEHOLD),
        ("entitled", ENTITLED),
        ("income_counted", INCOME_COUNTED),
    ):
        yield by_core("core/all_members", programme, f"member.{name}", "TRUE", claim(label))
    yield by_core("core/all_members", programme, "household_size", "COUNT(members)", number(PERSON, SIZE))
    yield by_core("core/all_members", programme, "entitled_size", "household_size", number(PERSON, ENTITLED_SIZE))


def _gap(line: Line, programme: str) -> Iterator[FormulaSource]:
    for name, label in (
        ("in_household", IN_HOUSEHOLD),
        ("entitled", ENTITLED),
        ("income_counted", INCOME_COUNTED),
    ):
        yield unavailable(line, programme, f"member.{name}", claim(label))
    for name, label in (("household_size", SIZE), ("entitled_size", ENTITLED_SIZE)):
        yield unavailable(line, programme, name, number(PERSON, label))


def _conditions(line: Line, programme: str) -> Iterator[FormulaSource]:
    for section in SECTIONS:
        for name, (place, rule) in zip(_named(line, section), enumerate(line.value.get(section, ())), strict=True):
            label = text_of(rule.get("label"))
            yield condition(line, programme, name, f"{section}.{place}.when", label=label)


def _flags(line: Line, programme: str) -> Iterator[FormulaSource]:
    included = conjunction(_named(line, "include"), "or", empty="TRUE")
    excluded = conjunction(_named(line, "exclude"), "or", empty="")
    inside = f"({included}) and not ({excluded})" if excluded else included
    yield quantity(line, programme, "member.in_household", inside, claim(IN_HOUSEHOLD))
    entitled = conjunction(_named(line, "entitled"), "or", empty="")
    text = f"member.in_household and ({entitled})" if entitled else "member.in_household"
    yield quantity(line, programme, "member.entitled", text, claim(ENTITLED))
    left_out = conjunction(_named(line, "income_not_counted"), "or", empty="")
    text = f"member.in_household and not ({left_out})" if left_out else "member.in_household"
    yield quantity(line, programme, "member.income_counted", text, claim(INCOME_COUNTED))


def _sizes(line: Line, programme: str, rule: Composition) -> Iterator[FormulaSource]:
    size = f"COUNT(members{rule.in_household})"
    yield quantity(line, programme, "household_size", size, number(PERSON, SIZE))
    entitled = f"COUNT(members{rule.entitled})" if rule.entitles else "household_size"
    yield quantity(line, programme, "entitled_size", entitled, number(PERSON, ENTITLED_SIZE))


def _named(line: Line, section: str) -> Sequence[str]:
    rules = line.value.get(section, ())
    return [f"member.household_{section}_{number + 1}" for number in range(len(rules))]


_RULE = record(
    {
        "when": formula("条件", "when"),
        "label": text(),
        "cite": string("出处", "cite"),
        "note": text("说明", "note"),
    },
    required=("when",),
)

KIND = Kind(
    name="household_composition",
    title=Text("家庭成员认定", "household composition"),
    schema=value(
        {
            "include": array(_RULE, "计入", "include"),
            "exclude": array(_RULE, "不计入", "exclude"),
            "entitled": array(_RULE, "可纳入保障", "entitled"),
            "income_not_counted": array(_RULE, "收入不计入", "income not counted"),
        }
    ),
    amendable=False,
    compile=contribute,
)
