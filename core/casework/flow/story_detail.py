"""What an event of a case says, in sentences: a row of the table of tellers for each part of a body."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from core.casework.assumed import ASSUMED, OPENING
from core.casework.flow.exit_reason import exit_reasons
from core.casework.flow.history import Happening
from core.casework.flow.referral import TARGETS
from core.casework.words import named, word
from core.errors import Text
from core.policy import Line
from core.provision import text_of
from core.store.tables import Decision
from core.values import fraction_text, yuan_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What stands for numbers and codes of a case's events: persons in office, findings, places."""

    officials: Mapping[int, Text]
    findings: Mapping[str, Line]
    place: Callable[[str], str]

    def finding(self, key: str) -> Text:
        """Return what is found, in words."""
        known = self.findings.get(key)
        return known.provision.label if known is not None else word("results", key)

    def found(self, key: str, value: Any) -> Text:
        """Return the outcome of a finding in words."""
        known = self.findings.get(key)
        choices = known.value.get("choices") if known is not None else None
        label = text_of(choices.get(value)) if isinstance(choices, Mapping) else None
        return label or word("results", str(value))


def details(one: Happening, made: Decision | None, names: Names) -> Iterator[Text]:
    """Yield what an event says beyond its name; ``made`` is the decision it is about."""
    if made is not None:
        yield from _decision(made, names)
        return
    tellers = {**_TELLERS, **_OF_ARRIVAL} if "joined" in one.body else _TELLERS
    for key, teller in tellers.items():
        if one.body.get(key) not in (None, [], {}):
            yield teller(one.body[key])
    yield from _named(one.body, names)
    yield from _by(one, names.officials)


def _named(body: Mapping[str, Any], names: Names) -> Iterator[Text]:
    """What only the case's own place and rules can name."""
    if finding := body.get("finding"):
        yield Text("认定事项：{one}", "finding: {one}").format(one=names.finding(finding))
    if (value := body.get("value")) is not None:
        yield Text("认定结果：{one}", "value: {one}").format(one=names.found(str(finding), value))
    if division := body.get("division"):
        yield Text("区划：{one}", "place: {one}").format(one=names.place(division))


def _by(one: Happening, officials: Mapping[int, Text]) -> Iterator[Text]:
    numbers = one.body.get("by", ())
    if not isinstance(numbers, list) or not numbers:
        return
    people = [officials.get(number, Text(f"名册第{number}号", f"no. {number}")) for number in numbers]
    yield Text(f"办理人：{'、'.join(text.zh for text in people)}", f"by: {', '.join(text.en for text in people)}")


def _decision(row: Decision, names: Names) -> Iterator[Text]:
    span = _month(row.from_month)
    rounded = row.monthly.denominator != 1
    fen_ = fraction_text(row.monthly)
    exact = Text(f"精确 {fen_} 分，", f"exactly {fen_} fen, ") if rounded else Text("", "")
    mark = "≈" if rounded else ""
    amount = f"{mark}{yuan_text(row.monthly)}"
    yearly = yuan_text(row.monthly * 12)
    until = Text("", "")
    if row.until_month:
        until = Text("至{ends}前", " until {ends}").format(ends=_month(row.until_month))
    yield Text(
        f"第{row.number}号决定：自{span.zh}起{until.zh}每月 {amount} 元（{exact.zh}全年 {yearly} 元）",
        f"decision no. {row.number}: from {span.en}{until.en} {amount} yuan a month ({exact.en}{yearly} yuan a year)",
    )
    if row.kind == "opening" and "paid_through" not in row.basis:
        yield ASSUMED[OPENING]
    if row.basis.get("unruled"):
        yield _unruled(row.basis["unruled"])
    for reason in row.basis.get("reasons", ()):
        yield Text(f"理由：{reason['zh']}", f"reason: {reason['en']}")
    departed = row.basis.get("departure")
    if departed:
        yield Text(
            "偏离计算结果：{reason}（认定：{finding}）",
            "departs from the computed result: {reason} (finding: {finding})",
        ).format(reason=departed["reason"], finding=names.finding(departed["finding"]))


def _month(month: date) -> Text:
    return Text(f"{month.year}年{month.month}月", f"{month:%Y-%m}")


def _result(value: Any) -> Text:
    text = word("results", value)
    return Text(f"结果：{text.zh}", f"result: {text.en}")


def _listed(zh: str, en: str, group: str) -> Callable[[Any], Text]:
    def tell(value: Any) -> Text:
        text = named(group, value)
        return Text(f"{zh}：{text.zh}", f"{en}: {text.en}")

    return tell


def _one(zh: str, en: str, group: str) -> Callable[[Any], Text]:
    def tell(value: Any) -> Text:
        text = word(group, value)
        return Text(f"{zh}：{text.zh}", f"{en}: {text.en}")

    return tell


def _plain(zh: str, en: str) -> Callable[[Any], Text]:
    return lambda value: Text(f"{zh}：{value}", f"{en}: {value}")


def _participants(value: Mapping[str, Any]) -> Text:
    words = (("expected", "应到", "expected"), ("present", "实到", "present"), ("for", "同意", "for"),
             ("against", "不同意", "against"), ("abstain", "弃权", "abstaining"))  # fmt: skip
    told = [(f"{zh}{value[key]}", f"{en} {value[key]}") for key, zh, en in words if key in value]
    return Text("，".join(zh for zh, _ in told), ", ".join(en for _, en in told))


def _relations(value: list[Mapping[str, Any]]) -> Text:
    return Text(f"申报与任职人员的亲属关系{len(value)}项", f"{len(value)} relations to persons in office declared")


def _reasons(value: Any) -> Text:
    if isinstance(value, str):
        return Text(f"理由：{value}", f"reason: {value}")
    told = [one if isinstance(one, Mapping) else {"zh": one, "en": one} for one in value]
    return Text("理由：" + "；".join(one["zh"] for one in told), "reason: " + "; ".join(one["en"] for one in told))


def _unruled(value: Any) -> Text:
    parts = {"within": ("时限", "time limit"), "participants": ("参加人数", "numbers"), "actor": ("办理人", "actor"),
             "signatures": ("签字", "signatures"), "last_month": ("末次计发月", "last month paid")}  # fmt: skip
    told = [parts.get(one, (one, one)) for one in value]
    return Text(
        "来源未载：" + "、".join(zh for zh, _ in told), "the source does not say: " + ", ".join(en for _, en in told)
    )


def _exit(value: Any) -> Text:
    known = exit_reasons().get(value)
    label = known.label if known is not None else Text(str(value), str(value))
    group = known.group_label if known is not None else Text("", "")
    return Text(f"原因：{label.zh}（{group.zh}）", f"reason: {label.en} ({group.en})")


def _died(value: Mapping[str, str]) -> Text:
    told = [(f"{token} {day}", f"{token} on {day}") for token, day in value.items()]
    return Text(f"死亡：{'；'.join(zh for zh, _ in told)}", f"died: {'; '.join(en for _, en in told)}")


def _target(value: Any) -> Text:
    label = TARGETS[value][0] if value in TARGETS else Text(str(value), str(value))
    return Text(f"转介至：{label.zh}", f"referred to: {label.en}")


def _amount(zh: str, en: str) -> Callable[[Any], Text]:
    return lambda value: Text(
        f"{zh} {yuan_text(Fraction(value))} 元/月", f"{en} {yuan_text(Fraction(value))} yuan a month"
    )


def _refused_conditions(value: Mapping[str, Any]) -> Text:
    failed = value.get("failed", [])
    return Text(
        "未达到：" + "；".join(one["zh"] for one in failed), "failed: " + "; ".join(one["en"] for one in failed)
    )


_TELLERS: Mapping[str, Callable[[Any], Text]] = {
    "received_by": _one("接收", "received by", "offices"),
    "submitted_by": _one("提出", "submitted by", "offices"),
    "category": _one("类别", "category", "categories"),
    "delegated_to": _one("委托", "delegated to", "offices"),
    "result": _result,
    "outcome": _result,
    "evidence": _listed("材料", "papers", "papers"),
    "missing": _listed("缺少材料", "papers missing", "papers"),
    "methods": _listed("来源和方式", "sources", "sources"),
    "signatures": _listed("签字", "signed by", "signatures"),
    "participants": _participants,
    "declared_relations": _relations,
    "reasons": _reasons,
    "remedies": _listed("救济途径", "remedies", "remedies"),
    "unruled": _unruled,
    "reason": _exit,
    "why": _exit,
    "target": _target,
    "conditions": _refused_conditions,
    "monthly": _amount("月额", "amount"),
    "was": _plain("原为", "was"),
    "died": _died,
    "effective_month": _plain("生效月", "effective month"),
    "corrects": _plain("更正第几号记录", "corrects event no."),
    "number": _plain("编号", "number"),
    "way": _one("途径", "way", "remedies"),
    "facts": _plain("家庭情况版本", "facts version"),
    "basis": _one("性质", "basis", "bases"),
    "event": _one("公示事项", "notice", "notices"),
    "days": _plain("公示天数", "days"),
    "about": _listed("涉及", "about", "matters"),
}
"""Part of a body → how it is told; in this order."""
_OF_ARRIVAL: Mapping[str, Callable[[Any], Text]] = {"why": _one("原因", "reason", "arrivals")}
"""What reads otherwise where somebody joins: marriage is a reason to come as well as one to leave."""
