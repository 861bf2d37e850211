"""What a budget plan assumes beside the caseload: each an editable row with who assumed it and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from core.errors import InvalidInput, Problem, Text, did_you_mean
from core.values import exact, fraction_text, proportion

MONTHS = 12
PAYERS = ("central", "provincial", "city", "county")
"""中央、省、市、县: the columns of who pays."""

Reader = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of assumption: its words, and how each of its parts is read."""

    label: Text
    parts: Mapping[str, tuple[Text, Reader]]
    optional: frozenset[str] = frozenset()
    absolute: bool = False
    """Whether it is a number of its own (households, yuan), which belongs to one line and adds up over several."""


def _whole(value: Any) -> int:
    number = exact(str(value))
    if number.denominator != 1 or number < 0:
        raise ValueError(value)
    return int(number)


def _month(value: Any) -> int:
    number = _whole(value)
    if not 1 <= number <= MONTHS:
        raise ValueError(value)
    return number


def _yuan(value: Any) -> str:
    """An amount in yuan, kept as exact fen."""
    return fraction_text(exact(str(value)) * 100)


def _share(value: Any) -> str:
    part = proportion(str(value))
    if not 0 <= part <= 1:
        raise ValueError(value)
    return fraction_text(part)


_HOUSEHOLDS = (Text("户数", "households"), _whole)
_PERSONS = (Text("人数", "persons"), _whole)
_A_HEAD = (Text("月人均（元）", "yuan a person and month"), _yuan)
_SINCE = (Text("起始月", "first month"), _month)
_AMOUNT = (Text("全年金额（元）", "yuan in the year"), _yuan)

KINDS: Mapping[str, Kind] = {
    "entries": Kind(
        label=Text("预计新增", "expected entries"),
        parts={"households": _HOUSEHOLDS, "persons": _PERSONS, "monthly": _A_HEAD, "from_month": _SINCE},
        absolute=True,
    ),
    "exits": Kind(
        label=Text("预计退出", "expected exits"),
        parts={"households": _HOUSEHOLDS, "persons": _PERSONS, "monthly": _A_HEAD, "from_month": _SINCE},
        absolute=True,
    ),
    "uprating": Kind(
        label=Text("拟提标（全部按补差计）", "planned uprating, every case a gap"),
        parts={"monthly": _A_HEAD, "from_month": _SINCE},
    ),
    "topup": Kind(label=Text("分类施保增加", "further top-ups"), parts={"amount": _AMOUNT}, absolute=True),
    "price_subsidy": Kind(
        label=Text("物价补贴", "price subsidy"),
        parts={"monthly": _A_HEAD, "months": (Text("月数", "months"), _month)},
    ),
    "arrears": Kind(label=Text("补发", "arrears"), parts={"amount": _AMOUNT}, absolute=True),
    "payers": Kind(
        label=Text("资金分担", "who pays"),
        parts={name: (Text(label, name), _share) for name, label in zip(PAYERS, "中省市县", strict=True)},
        optional=frozenset(PAYERS),
    ),
}
"""Every kind of assumption."""


def read_assumption(name: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return an assumption's parts as they are kept: whole numbers, exact fen and shares as text.

    >>> read_assumption("uprating", {"monthly": "10", "from_month": "5"})
    {'monthly': '1000', 'from_month': 5}

    Raises:
        InvalidInput: ``unknown_assumption``, ``unknown_part``, ``missing_part``, ``bad_value``, ``bad_shares``.
    """
    kind = KINDS.get(name)
    if kind is None:
        text = Text("没有这种测算假设", "there is no such assumption")
        hint = did_you_mean(name, KINDS)
        raise InvalidInput(
            [Problem(code="unknown_assumption", message=text, hint=hint, value=name, allowed=tuple(KINDS))]
        )
    problems = list(_faults(kind, value))
    if problems:
        raise InvalidInput(problems)
    return {part: kind.parts[part][1](value[part]) for part in kind.parts if part in value}


def _faults(kind: Kind, value: Mapping[str, Any]) -> Iterator[Problem]:
    for part in value.keys() - kind.parts.keys():
        text = Text("这种假设没有这一项", "the assumption has no such part")
        yield Problem(code="unknown_part", message=text, value=part, allowed=tuple(kind.parts))
    shares = Fraction(0)
    for part, (label, reader) in kind.parts.items():
        if part not in value:
            if part not in kind.optional:
                yield Problem(code="missing_part", message=Text(f"缺少{label.zh}", f"missing: {label.en}"), value=part)
            continue
        try:
            read = reader(value[part])
        except ValueError:
            text = Text(f"{label.zh}的数值有误", f"not a value: {label.en}")
            yield Problem(code="bad_value", message=text, value=str(value[part]))
        else:
            shares += Fraction(read) if reader is _share else 0
    if shares > 1:
        text = Text("分担比例合计超过100%", "the shares add up to more than 100 %")
        yield Problem(code="bad_shares", message=text, value=fraction_text(shares))
