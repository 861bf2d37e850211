"""SUM COUNT ANY ALL MAX MIN over a list: which list is gathered, and what WHEN and DEFAULT must be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from core.errors import Text
from core.formula.agreement import broken, is_broken
from core.formula.checker import CallRule, Checker
from core.formula.functions import CLAUSES, FUNCTIONS
from core.formula.names import Meaning
from core.formula.syntax_tree import Call, Expression, Name
from core.formula.tree import Aggregate, Extreme, Node
from core.values import Unit

_NAMES: Mapping[str, Literal["sum", "count", "any", "all", "max", "min"]] = MappingProxyType(
    {
        "SUM": "sum",
        "COUNT": "count",
        "ANY": "any",
        "ALL": "all",
        "MAX": "max",
        "MIN": "min",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The arguments of an aggregate, sorted out."""

    values: tuple[Expression, ...]
    when: Expression | None
    default: Expression | None


def _gather(checker: Checker, call: Call, level: str) -> Node:
    parts = _parts(checker, call)
    if parts is None:
        return broken(call.at)
    if call.function in ("MAX", "MIN") and len(parts.values) > 1 and not parts.when and not parts.default:
        return _extreme(checker, call, level)
    if len(parts.values) != 1:
        function = FUNCTIONS[call.function]
        hint = Text(
            f"写法：{function.signature}；几个数相加请用 +",
            f"it is written {function.signature}; add plain numbers by +",
        )
        message = Text(f"{call.function} 只合计一个名单的值", f"{call.function} gathers one value of one list")
        return checker.fault("wrong_arguments", call.at, message, hint=hint, value=str(len(parts.values)))
    if call.function == "COUNT":
        return _count(checker, call, parts, level)
    over = _list_of(checker, call, (parts.values[0], parts.when), level)
    return broken(call.at) if over is None else _aggregate(checker, call, parts, level, over)


def _parts(checker: Checker, call: Call) -> Parts | None:
    values = tuple(one for one in call.arguments if not _is_clause(one))
    clauses = [one for one in call.arguments if isinstance(one, Call) and one.function in CLAUSES]
    found: dict[str, Expression] = {}
    for one in clauses:
        if one.function in found or len(one.arguments) != 1:
            message = Text(f"{one.function} 只写一次，内含一个值", f"{one.function} stands once and holds one value")
            checker.fault("wrong_arguments", one.at, message, value=one.written)
            return None
        if one.function == "DEFAULT" and call.function not in ("MAX", "MIN"):
            message = Text("DEFAULT 只用于 MAX 和 MIN", "DEFAULT belongs to MAX and MIN")
            checker.fault("misplaced_clause", one.at, message, value=one.written)
            return None
        found[one.function] = one.arguments[0]
    return Parts(values=values, when=found.get("WHEN"), default=found.get("DEFAULT"))


def _is_clause(one: Expression) -> bool:
    return isinstance(one, Call) and one.function in CLAUSES


def _extreme(checker: Checker, call: Call, level: str) -> Node:
    operands = [checker.number(one, level) for one in call.arguments]
    if any(is_broken(one) for one in operands):
        return broken(call.at)
    same = checker.same_unit(operands, at=call.at)
    if same is None:
        return broken(call.at)
    return Extreme(
        type="number",
        unit=same[0].unit,
        level=level,
        at=call.at,
        operator="max" if call.function == "MAX" else "min",
        operands=tuple(same),
    )


def _count(checker: Checker, call: Call, parts: Parts, level: str) -> Node:
    one = parts.values[0]
    meaning = checker.names.find(one, checker.source.programme) if isinstance(one, Name) else None
    if not isinstance(meaning, Meaning) or meaning.list is None:
        known = [each.plural for each in checker.names.schema.lists.values()]
        message = Text("COUNT 内写名单的名称", "COUNT takes the name of a list")
        hint = Text("条件请写 WHEN(…)", "write a condition as WHEN(…)")
        value = one.written if isinstance(one, Name | Call) else None
        return checker.fault("list_needed", one.at, message, hint=hint, value=value, allowed=known)
    if not checker.names.schema.is_below(meaning.owner, level):
        message = Text(f"此处（{level}）读不到该名单", f"this list cannot be read here (at the level of {level})")
        return checker.fault("out_of_reach", one.at, message, value=one.written if isinstance(one, Name) else None)
    return _aggregate(checker, call, parts, level, meaning.owner)


def _aggregate(checker: Checker, call: Call, parts: Parts, level: str, over: str) -> Node:
    operator = _NAMES[call.function]
    value: Node | None = None
    if operator in ("any", "all"):
        value = checker.condition(parts.values[0], over)
    elif operator != "count":
        value = checker.number(parts.values[0], over)
    when = None if parts.when is None else checker.condition(parts.when, over)
    default = None if parts.default is None else checker.number(parts.default, level)
    if any(one is not None and is_broken(one) for one in (value, when, default)):
        return broken(call.at)
    if value is not None and default is not None:
        same = checker.same_unit([value, default], at=default.at)
        if same is None:
            return broken(call.at)
        value, default = same
    return Aggregate(
        type="boolean" if operator in ("any", "all") else "number",
        unit=_unit(checker, value, over),
        level=level,
        at=call.at,
        operator=operator,
        over=over,
        value=value,
        when=when,
        default=default,
    )


def _unit(checker: Checker, value: Node | None, over: str) -> Unit:
    return checker.names.schema.lists[over].counts if value is None else value.unit


def _list_of(checker: Checker, call: Call, parts: tuple[Expression | None, ...], level: str) -> str | None:
    """Return the deepest list mentioned outside nested aggregates; None (and a fault) for none, or for two branches."""
    schema = checker.names.schema
    names = [name for part in parts if part is not None for name in _mentioned(part)]
    faults = len(checker.problems)
    found: dict[str, Name] = {}
    for name in names:
        meaning = checker.names.find(name, checker.source.programme)
        if isinstance(meaning, Meaning) and schema.is_below(meaning.owner, level):
            found.setdefault(meaning.owner, name)
        elif not isinstance(meaning, Meaning):
            checker.expression(name, level)
    if len(checker.problems) > faults:
        return None
    if not found:
        hint = Text("如 SUM(income.amount)", "for instance SUM(income.amount)")
        message = Text(f"{call.function} 内没有下级名单", f"{call.function} names no list below {level}")
        checker.fault("no_list", call.at, message, hint=hint, value=call.written)
        return None
    deepest = max(found, key=lambda one: len(schema.ancestors(one)))
    for one, name in found.items():
        if one != deepest and not schema.is_below(deepest, one):
            message = Text("一次只能合计一个名单", "one aggregate gathers one list")
            checker.fault("lists_mixed", name.at, message, value=name.written)
            return None
    return deepest


def _mentioned(part: Expression) -> Iterator[Name]:
    """Yield the names read once for each record: not those inside nested aggregates, which gather on their own."""
    waiting = [part]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, Name):
            yield one
        elif not (isinstance(one, Call) and _is_aggregate(one)):
            waiting += one.parts


def _is_aggregate(one: Call) -> bool:
    """Tell an aggregate from the plain MAX(a, b)."""
    plain = [each for each in one.arguments if not _is_clause(each)]
    return one.function in _NAMES and not (one.function in ("MAX", "MIN") and len(plain) > 1)


AGGREGATE_RULES: Mapping[str, CallRule] = MappingProxyType(dict.fromkeys(_NAMES, _gather))
"""The rule of each aggregate; MAX and MIN of plain numbers included."""
