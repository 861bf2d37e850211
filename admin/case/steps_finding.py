"""Findings: what people decide and no formula computes, confirmed by a second person where the rule asks for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from admin.case.situation import Options, Situation, worded
from admin.case.step import ON, REASON, RECORD, Step, Values, on_day
from admin.form import Field
from core.casework.flow import finding
from core.casework.flow.cite import cited
from core.errors import Text
from core.kinds.contribution import listed
from core.policy import Line
from core.provision import text_of

DEPARTURE = Text("决定偏离计算结果", "decide apart from the computed result")
YES_NO: Options = [("true", Text("是", "yes")), ("false", Text("否", "no"))]


def _lines(now: Situation) -> dict[str, Line]:
    return {one.key: one for one in now.book.policy.lines("finding", now.case.programme) if not one.is_gap}


def _findings(now: Situation) -> Options:
    ruled: Options = [(key, one.provision.label) for key, one in _lines(now).items()]
    return [*ruled, (finding.DEPARTURE, DEPARTURE)]


def _value(line: Line | None) -> Field:
    label = Text("认定结果", "Value")
    if line is None:
        return Field("value", label, required=True, default="departure")
    kind = line.value["type"]
    if kind == "integer":
        return Field("value", label, kind="number", required=True)
    options = YES_NO if kind == "boolean" else _choices(line)
    return Field("value", label, kind="choice", required=True, options=options)


def _choices(line: Line) -> Options:
    given = line.value["choices"]
    if isinstance(given, dict):
        return [(key, text_of(one) or Text(key, key)) for key, one in given.items()]
    return [(key, key) for key in given]


def _find_fields(now: Situation) -> list[Field]:
    line = _lines(now).get(now.about)
    fields = [ON, _value(line)]
    if line is not None and line.key.startswith("member."):
        options = now.member_options()
        fields.append(
            Field("member", Text("哪一名成员", "Which member"), kind="choice", required=True, options=options)
        )
    evidence = listed(line.value.get("evidence", ())) if line is not None else ()
    if evidence:
        options = worded("papers", evidence)
        fields.append(Field("evidence", Text("证明材料", "Evidence"), kind="several", options=options, wide=True))
    return [*fields, REASON]


def _find_notes(now: Situation) -> Iterator[Text]:
    line = _lines(now).get(now.about)
    if line is None or line.value.get("second_person"):
        yield Text("须由第二人复核后才成立", "it holds only when a second person has confirmed it")
    if line is not None and line.provision.citation is not None:
        rule = cited(str(line.provision.citation), now.desk.policies.documents)
        yield Text(f"依据：{rule}", f"Source: {rule}")


def _find(now: Situation, values: Values) -> Any:
    claim = finding.Claim(
        finding=now.about, value=str(values["value"]), reason=values["reason"], member=values.get("member"),
        evidence=values.get("evidence") or (),
    )  # fmt: skip
    return finding.find(now.desk, now.case, claim, **on_day(values))


def _proposed(now: Situation) -> Options:
    """The findings that wait for a second person."""
    happenings = now.course.state.happenings
    confirmed = {one.body.get("proposed") for one in happenings if one.kind == "finding"}
    labels = dict(_findings(now))
    found: Options = []
    for one in happenings:
        if one.kind == "finding_proposed" and one.sequence not in confirmed and not one.void:
            name = labels.get(one.body["finding"], one.body["finding"])
            zh, en = (name, name) if isinstance(name, str) else (name.zh, name.en)
            value, number = one.body["value"], one.sequence
            found.append((str(number), Text(f"{zh}：{value}（第{number}号）", f"{en}: {value} (no. {number})")))
    return found


def _why(now: Situation) -> Iterator[Text]:
    one = now.happening
    if one is not None and one.reason:
        yield Text(f"理由：{one.reason}", f"reason: {one.reason}")


def steps() -> Sequence[Step]:
    """Return the steps of findings."""
    return (
        Step(
            key="find", group=RECORD, label=Text("认定", "Make a finding"), event="finding", about=_findings,
            explain=Text("规则不能计算、由人认定的事项", "what people decide and no formula computes"),
            actions=("case.find", "case.stage_county"), fields=_find_fields, notes=_find_notes, do=_find,
        ),
        Step(
            key="confirm", group=RECORD, label=Text("复核认定", "Confirm a finding"), event="finding", about=_proposed,
            explain=Text("由第二人复核", "by a second person"), nothing=Text("没有待复核的认定", "no finding waits"),
            actions=("case.find", "case.stage_county"), fields=lambda _: [ON], notes=_why,
            do=lambda now, values: finding.confirm(now.desk, now.case, int(now.about), **on_day(values)),
        ),
    )  # fmt: skip
