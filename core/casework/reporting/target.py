"""The targets beside a report: the amount the rules of a place set, and in words what it is measured by.

A target that leaves the price subsidy out is told but not set beside an average that has it in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from core.casework.desk import Desk
from core.casework.month import last_day
from core.casework.reporting.report_declaration import Declaration
from core.casework.words import series
from core.errors import Text
from core.policy import Line, amount_text
from core.provision import Document, Json, text_of
from core.values import Rate, Unit
from core.wording import citation_text

PER_MONTH = Unit.parse("yuan/person-month")
UNSAID = Text("来源未载", "the source does not say")
OPERATORS: Mapping[str, Text] = {
    "at_least": Text("不低于", "at least "), "at_most": Text("不高于", "at most "),
    "more_than": Text("高于", "more than "), "equal": Text("等于", ""),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A target: ``amount`` in exact fen a person-month where it can be compared, and what it says of itself."""

    amount: Fraction | None
    words: Text


def targets(desk: Desk, declared: Declaration, division: str, *, month: date) -> dict[str, Target]:
    """Return the targets the rules of a place set, as known on the month's last day; where none is, none is there."""
    found = {}
    for name, one in declared.targets.items():
        book = desk.policies.rulebook(division, on=last_day(month), area=one["area"], programmes=(declared.programme,))
        line = book.policy.line("target", declared.programme, one["target"])
        target = None if line is None or line.is_gap else target_of(line, desk.policies.documents)
        if target is not None:
            found[name] = target
    return found


def target_of(line: Line, documents: Mapping[str, Document]) -> Target | None:
    """Read a target set as an amount a person and month; None for any other."""
    amount = line.value.get("amount")
    if not isinstance(amount, Mapping) or "yuan" not in amount:
        return None
    rate = Rate.parse(amount["yuan"], amount.get("per"))
    apart = line.value.get("includes_price_subsidy") is False
    if rate.unit != PER_MONTH:
        return None
    return Target(amount=None if apart else rate.amount, words=_words(line, documents))


def _words(line: Line, documents: Mapping[str, Document]) -> Text:
    """What counts: the amount, numerator, denominator, price subsidy, month, and where it is said."""
    value, cite = line.value, line.provision.citation
    operator = OPERATORS.get(str(value.get("operator")), Text("", ""))
    month = value.get("month") or value.get("year")
    parts = [
        Text(f"{operator.zh}{amount_text(value, 'zh')}", f"{operator.en}{amount_text(value, 'en')}"),
        Text("分子：{one}", "numerator: {one}").format(one=text_of(value.get("numerator")) or UNSAID),
        Text("分母：{one}", "denominator: {one}").format(one=text_of(value.get("denominator")) or UNSAID),
        _subsidy(value), Text("考核月份：{one}", "month: {one}").format(one=str(month) if month else UNSAID),
    ]  # fmt: skip
    if cite is not None:
        said = Text(citation_text(cite, documents, "zh"), citation_text(cite, documents, "en"))
        parts.append(Text("依据{one}", "by {one}").format(one=said))
    return series(parts)


def _subsidy(value: Mapping[str, Json]) -> Text:
    included = value.get("includes_price_subsidy")
    if included is None:
        return Text("是否含物价补贴：{one}", "price subsidy included: {one}").format(one=UNSAID)
    if included:
        return Text("含物价补贴", "price subsidy included")
    return Text("不含物价补贴，与本表口径不同，不作比较", "price subsidy left out, unlike here: not compared")


def target_notes(declared: Declaration, rows: Iterable[tuple[str, Mapping[str, Text]]]) -> list[Text]:
    """Return what the targets of a report say, once each; ``rows`` are labels with the words of each target.

    Where places have targets of their own, each names its places.
    """
    labels = {one.key: one.label for one in declared.columns}
    found: dict[str, dict[Text, list[str]]] = {}
    for label, said in rows:
        for name, words in said.items():
            found.setdefault(name, {}).setdefault(words, []).append(label)
    return [
        _note(labels.get(name, Text(name, name)), words, places if len(by_words) > 1 else ())
        for name, by_words in found.items()
        for words, places in by_words.items()
    ]


def _note(label: Text, words: Text, places: Sequence[str]) -> Text:
    zh, en = (f"（{'、'.join(places)}）", f" ({', '.join(places)})") if places else ("", "")
    return Text(f"{label.zh}{zh}：{words.zh}", f"{label.en}{en}: {words.en}")
