"""The targets beside a report: the amount the rules of a place set, and in words what it is measured by.

A target that leaves the price subsidy out is told but not set beside an average that has it in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from core.casework.desk import Desk
from core.casework.month import last_day
from core.casework.reporting.report_declaration import Declaration
from core.policy import Line, amount_text
from core.provision import Json, text_of
from core.values import Rate, Unit

PER_MONTH = Unit.parse("yuan/person-month")
UNSAID = "来源未载"
OPERATORS = {"at_least": "不低于", "at_most": "不高于", "more_than": "高于", "equal": "等于"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A target: ``amount`` in exact fen a person-month where it can be compared, and what it says of itself."""

    amount: Fraction | None
    words: str


def targets(desk: Desk, declared: Declaration, division: str, *, month: date) -> dict[str, Target]:
    """Return the targets the rules of a place set, as known on the month's last day; where none is, none is there."""
    found = {}
    for name, one in declared.targets.items():
        book = desk.policies.rulebook(division, on=last_day(month), area=one["area"], programmes=(declared.programme,))
        line = book.policy.line("target", declared.programme, one["target"])
        target = None if line is None or line.is_gap else target_of(line)
        if target is not None:
            found[name] = target
    return found


def target_of(line: Line) -> Target | None:
    """Read a target set as an amount a person and month; None for any other."""
    amount = line.value.get("amount")
    if not isinstance(amount, Mapping) or "yuan" not in amount:
        return None
    rate = Rate.parse(amount["yuan"], amount.get("per"))
    apart = line.value.get("includes_price_subsidy") is False
    return Target(amount=None if apart else rate.amount, words=_words(line)) if rate.unit == PER_MONTH else None


def _words(line: Line) -> str:
    """What counts: the amount, numerator, denominator, price subsidy, month, and where it is said."""
    value = line.value
    amount = f"{OPERATORS.get(str(value.get('operator')), '')}{amount_text(value, 'zh')}"
    return "；".join([
        amount, f"分子：{_said(value, 'numerator')}", f"分母：{_said(value, 'denominator')}", _subsidy(value),
        f"考核月份：{value.get('month') or value.get('year') or UNSAID}", f"依据 {line.provision.address}",
    ])  # fmt: skip


def _said(value: Mapping[str, Json], name: str) -> str:
    text = text_of(value.get(name))
    return text.zh if text is not None else UNSAID


def _subsidy(value: Mapping[str, Json]) -> str:
    included = value.get("includes_price_subsidy")
    if included is None:
        return f"是否含物价补贴：{UNSAID}"
    return "含物价补贴" if included else "不含物价补贴，与本表口径不同，不作比较"


def target_notes(declared: Declaration, rows: Iterable[tuple[str, Mapping[str, str]]]) -> list[str]:
    """Return what the targets of a report say, once each; ``rows`` are labels with the words of each target.

    Where places have targets of their own, each names its places.
    """
    labels = {one.key: one.label.zh for one in declared.columns}
    found: dict[str, dict[str, list[str]]] = {}
    for label, said in rows:
        for name, words in said.items():
            found.setdefault(name, {}).setdefault(words, []).append(label)
    return [
        f"{labels.get(name, name)}{_where(places) if len(by_words) > 1 else ''}：{words}"
        for name, by_words in found.items()
        for words, places in by_words.items()
    ]


def _where(places: Iterable[str]) -> str:
    return f"（{'、'.join(places)}）"
