"""What the plain functions do to types and units. The aggregates are in ``aggregates.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Literal

from core.errors import Text
from core.formula.agreement import broken, is_broken
from core.formula.checker import CallRule, Checker, constant
from core.formula.names import Meaning
from core.formula.schema import HOUSEHOLD
from core.formula.syntax_tree import BooleanLiteral, Call, Expression, Minus, Name, NumberLiteral
from core.formula.tree import (
    Age,
    Choose,
    Constant,
    Lookup,
    MonthsBetween,
    Negate,
    Node,
    Round,
    Scale,
    StandardOf,
    Switch,
)
from core.values import MONEY, Unit

DECISION_DATE = "decision_date"
STANDARD_UNIT = Unit(money=1, person=-1, year=-1)
_YEAR = Unit(year=1)
_MONTH = Unit(month=1)
_MONTHS_OF = {"year": 12, "quarter": 3, "month": 1}


def _if(checker: Checker, call: Call, level: str) -> Node:
    condition = checker.condition(call.arguments[0], level)
    values = [checker.expression(one, level) for one in call.arguments[1:]]
    return _choose(checker, call, level, [condition], values)


def _ifs(checker: Checker, call: Call, level: str) -> Node:
    if len(call.arguments) % 2:
        return _odd(checker, call, Text("条件与取值要成对", "conditions and values come in pairs"))
    conditions = [checker.condition(one, level) for one in call.arguments[::2]]
    values = [checker.expression(one, level) for one in call.arguments[1::2]]
    last = call.arguments[-2]
    if isinstance(last, BooleanLiteral) and last.value:
        conditions.pop()
    return _choose(checker, call, level, conditions, values)


def _choose(checker: Checker, call: Call, level: str, conditions: Sequence[Node], values: Sequence[Node]) -> Node:
    """Build the choice; one value more than conditions is the last resort."""
    results = _alike(checker, values, call.at)
    if results is None or any(is_broken(one) for one in conditions):
        return broken(call.at)
    arms = tuple(zip(conditions, results, strict=False))
    otherwise = results[-1] if len(results) > len(conditions) else None
    return Choose(type=results[0].type, unit=results[0].unit, level=level, at=call.at, arms=arms, otherwise=otherwise)


def _alike(checker: Checker, values: Sequence[Node], at: int) -> list[Node] | None:
    """Return the branches in one type and one unit, or None where they differ."""
    same = checker.same_type(values)
    if any(is_broken(one) for one in same):
        return None
    return checker.same_unit(same, at=at) if same[0].type == "number" else same


def _odd(checker: Checker, call: Call, message: Text) -> Node:
    return checker.fault("wrong_arguments", call.at, message, value=str(len(call.arguments)))


def _switch(checker: Checker, call: Call, level: str) -> Node:
    subject = checker.expression(call.arguments[0], level)
    rest = call.arguments[1:]
    pairs = len(rest) // 2 * 2
    cases = [_case(checker, one, subject, level) for one in rest[:pairs:2]]
    values = [checker.expression(one, level) for one in (*rest[1:pairs:2], *rest[pairs:])]
    results = _alike(checker, values, call.at)
    if is_broken(subject) or results is None or any(one is None for one in cases):
        return broken(call.at)
    heads = [one for one in cases if one is not None]
    if not _distinct(checker, heads):
        return broken(call.at)
    arms = tuple(zip(heads, results, strict=False))
    otherwise = results[-1] if len(rest) > pairs else None
    return Switch(
        type=results[0].type,
        unit=results[0].unit,
        level=level,
        at=call.at,
        subject=subject,
        arms=arms,
        otherwise=otherwise,
    )


def _case(checker: Checker, one: Expression, subject: Node, level: str) -> Constant | None:
    """Check one constant of SWITCH or LOOKUP against its subject; None after a fault."""
    node = _literal(checker, one, level)
    if node is None or is_broken(subject):
        return node
    typed = checker.typed(node, subject.type)
    if is_broken(typed):
        return None
    if subject.type == "text" and not checker.texts_meet(typed, subject):
        return None
    both = checker.same_unit([subject, typed], at=one.at) if subject.type == "number" else [subject, typed]
    return both[1] if both is not None and isinstance(both[1], Constant) else None


def _literal(checker: Checker, one: Expression, level: str) -> Constant | None:
    """Return a written constant, a minus sign folded in; None (and a fault) for anything else."""
    node = checker.expression(one, level)
    if isinstance(node, Negate) and isinstance(node.operand, Constant):
        node = replace(node.operand, value=-int(node.operand.value), at=node.at)
    if isinstance(node, Constant):
        return node
    if not is_broken(node):
        checker.fault("literal_needed", one.at, Text("此处只能写常量", "only a written constant may stand here"))
    return None


def _distinct(checker: Checker, heads: Sequence[Constant]) -> bool:
    seen: set[tuple[object, int]] = set()
    for one in heads:
        if (one.value, one.denominator) in seen:
            checker.fault(
                "duplicate_case",
                one.at,
                Text("同一常量写了两次", "the same constant is written twice"),
                value=str(one.value),
            )
            return False
        seen.add((one.value, one.denominator))
    return True


def _lookup(checker: Checker, call: Call, level: str) -> Node:
    if not len(call.arguments) % 2:
        return _odd(checker, call, Text("起点与取值要成对", "starts and values come in pairs"))
    subject = checker.number(call.arguments[0], level)
    starts = [_case(checker, one, subject, level) for one in call.arguments[1::2]]
    results = _alike(checker, [checker.expression(one, level) for one in call.arguments[2::2]], call.at)
    if is_broken(subject) or results is None or any(one is None for one in starts):
        return broken(call.at)
    heads = [one for one in starts if one is not None]
    for before, after in pairwise(heads):
        if _fraction(before) >= _fraction(after):
            message = Text("分档起点须从小到大", "the starts of the bands must ascend")
            return checker.fault("not_ascending", after.at, message, value=str(_fraction(after)))
    bands = tuple(zip(heads, results, strict=True))
    return Lookup(type=results[0].type, unit=results[0].unit, level=level, at=call.at, subject=subject, bands=bands)


def _fraction(one: Constant) -> Fraction:
    return Fraction(int(one.value), one.denominator)


def _yuan(checker: Checker, call: Call, level: str) -> Node:
    one = call.arguments[0]
    sign = 1
    if isinstance(one, Minus):
        one, sign = one.operand, -1
    if not isinstance(one, NumberLiteral) or one.unit or one.percent:
        return checker.fault("literal_needed", call.at, Text("YUAN 内只能写数字", "YUAN takes a plain written number"))
    amount = Fraction(one.digits) * 100 * sign
    if amount.denominator != 1:
        return checker.fault(
            "too_fine", one.at, Text("最多两位小数（精确到分）", "at most two decimals (to the fen)"), value=one.digits
        )
    return constant(amount, MONEY, level=level, at=call.at)


def _round(checker: Checker, call: Call, level: str) -> Node:
    operand = checker.number(call.arguments[0], level)
    digits = _literal(checker, call.arguments[1], level)
    if is_broken(operand) or digits is None:
        return broken(call.at)
    if digits.type != "number" or digits.denominator != 1 or not -6 <= int(digits.value) <= 6:
        message = Text("位数应为 -6 至 6 的整数", "the digits must be a whole number from -6 to 6")
        return checker.fault("bad_digits", digits.at, message, value=str(digits.value))
    if operand.unit.money not in (0, 1):
        return checker.fault(
            "unit_mismatch",
            call.at,
            Text("此单位无法取整", "a number of this unit cannot be rounded"),
            value=str(operand.unit),
        )
    parts = Fraction(10) ** -int(digits.value) * (100 if operand.unit.is_money else 1)
    return Round(
        type="number",
        unit=operand.unit,
        level=level,
        at=call.at,
        mode=_MODES[call.function],
        operand=operand,
        quantum=parts.numerator,
        parts=parts.denominator,
    )


_MODES: Mapping[str, Literal["half", "up", "down"]] = MappingProxyType(
    {"ROUND": "half", "ROUNDUP": "up", "ROUNDDOWN": "down"}
)


def _conversion(period: Literal["year", "quarter", "month"]) -> CallRule:
    def rule(checker: Checker, call: Call, level: str) -> Node:
        operand = checker.number(call.arguments[0], level)
        if is_broken(operand):
            return operand
        found = [name for name in _MONTHS_OF if getattr(operand.unit, name) == -1]
        if len(found) != 1:
            message = Text("只能换算“每年、每季、每月”的数", "only a rate per year, quarter or month can be converted")
            return checker.fault("no_period", call.at, message, value=str(operand.unit))
        if found[0] == period:
            return operand
        unit = operand.unit * Unit(**{found[0]: 1}) / Unit(**{period: 1})
        factor = Fraction(_MONTHS_OF[period], _MONTHS_OF[found[0]])
        return Scale(
            type="number",
            unit=unit,
            level=level,
            at=call.at,
            operand=operand,
            numerator=factor.numerator,
            denominator=factor.denominator,
        )

    return rule


def _age(checker: Checker, call: Call, level: str) -> Node:
    operand = checker.typed(checker.expression(call.arguments[0], level), "date")
    meaning = checker.names.find(Name(at=call.at, before="", name=DECISION_DATE), checker.source.programme)
    if not isinstance(meaning, Meaning) or meaning.owner != HOUSEHOLD:
        return checker.fault("unknown_name", call.at, Text("缺少事实", "the fact is not declared"), value=DECISION_DATE)
    on = checker.typed(checker.read(meaning, level, call.at), "date")
    if is_broken(operand) or is_broken(on):
        return broken(call.at)
    return Age(type="number", unit=_YEAR, level=level, at=call.at, operand=operand, on=on)


def _months_between(checker: Checker, call: Call, level: str) -> Node:
    start, end = (checker.typed(checker.expression(one, level), "date") for one in call.arguments)
    if is_broken(start) or is_broken(end):
        return broken(call.at)
    return MonthsBetween(type="number", unit=_MONTH, level=level, at=call.at, start=start, end=end)


def _standard(checker: Checker, call: Call, level: str) -> Node:
    programme = _literal(checker, call.arguments[0], level)
    area, division = (checker.typed(checker.expression(one, level), "text") for one in call.arguments[1:])
    if programme is None or is_broken(area) or is_broken(division):
        return broken(call.at)
    if is_broken(checker.typed(programme, "text")):
        return broken(call.at)
    areas = checker.names.schema.fields.get("area")
    known = areas.choices if areas is not None else ()
    written = checker.texts(area)
    if known and written is not None and not set(written) & set(known):
        message = Text("取值不在允许范围内", "not one of the allowed values")
        return checker.fault("not_allowed", area.at, message, value="、".join(written), allowed=known)
    return StandardOf(
        type="number",
        unit=STANDARD_UNIT,
        level=level,
        at=call.at,
        programme=str(programme.value),
        area=area,
        division=division,
    )


PLAIN_RULES: Mapping[str, CallRule] = MappingProxyType(
    {
        "IF": _if,
        "IFS": _ifs,
        "SWITCH": _switch,
        "LOOKUP": _lookup,
        "YUAN": _yuan,
        "ROUND": _round,
        "ROUNDUP": _round,
        "ROUNDDOWN": _round,
        "ANNUAL": _conversion("year"),
        "QUARTERLY": _conversion("quarter"),
        "MONTHLY": _conversion("month"),
        "AGE": _age,
        "MONTHS_BETWEEN": _months_between,
        "STANDARD": _standard,
    }
)
"""The rule of each plain function."""
