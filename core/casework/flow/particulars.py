"""The particulars a rule asks of a stage: people, signatures, papers, sources, counts of an appraisal, a result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from core.casework.flow.procedure import Course
from core.casework.flow.stage_rule import Stage
from core.casework.words import named, word
from core.errors import Problem, Text

AUTHORISATION = "verification_authorisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """How a stage was done: on which day, by whom of the register of office, with what result and particulars."""

    happened_on: date
    by: Sequence[int] = ()
    result: str | None = None
    body: Mapping[str, Any] = field(default_factory=dict)


def particulars(course: Course, stage: Stage, done: Performance) -> Iterator[Problem]:
    """Yield what of the rule was not kept; a part the source leaves open asks for nothing."""
    yield from _people(stage, done)
    yield from _papers(course, stage, done)
    yield from _participants(stage, done)
    yield from _result(stage, done)


def _people(stage: Stage, done: Performance) -> Iterator[Problem]:
    if len(set(done.by)) < stage.minimum_people:
        message = Text(
            f"须至少{stage.minimum_people}名不同人员", f"at least {stage.minimum_people} different people are needed"
        )
        yield Problem(code="too_few_people", message=message, value=str(len(set(done.by))))
    given = done.body.get("signatures", ())
    if isinstance(stage.signatures, int):
        if len(set(given)) < stage.signatures:
            message = Text(f"须有{stage.signatures}人签字", f"{stage.signatures} signatures are needed")
            yield Problem(code="signature_missing", message=message, value=str(len(set(given))))
    elif lacking := [one for one in stage.signatures if one not in given]:
        who = named("signatures", lacking)
        message = Text(f"缺少签字：{who.zh}", f"not signed by: {who.en}")
        yield Problem(code="signature_missing", message=message, value=" ".join(lacking))
    office = done.body.get("delegated_to")
    if office is not None and office not in stage.delegable_to:
        who = word("offices", office)
        allowed = stage.delegable_to
        message = Text(
            f"“{stage.label.zh}”不得委托{who.zh}办理", f"'{stage.label.en}' may not be delegated to the {who.en}"
        )
        yield Problem(code="not_delegable", message=message, value=office, allowed=allowed)


def _papers(course: Course, stage: Stage, done: Performance) -> Iterator[Problem]:
    given = course.state.evidence | set(done.body.get("evidence", ()))
    own = set(done.body.get("evidence", ()))
    before = {paper for one in course.procedure.stages if one.key != stage.key for paper in one.evidence}
    lacking = [one for one in stage.evidence if one not in (given if one in before else own)]
    if lacking and stage.key not in ("application", "acceptance"):
        what = named("papers", lacking)
        code = "no_authorisation" if AUTHORISATION in lacking else "papers_missing"
        message = Text(f"缺少材料：{what.zh}", f"papers missing: {what.en}")
        yield Problem(code=code, message=message, value=" ".join(lacking))
    if stage.methods:
        unknown = [one for one in done.body.get("methods", ()) if one not in stage.methods]
        if unknown:
            message = Text("不是规定的方式或者来源", "not a way or source the rule names")
            yield Problem(code="unknown_method", message=message, value=" ".join(unknown), allowed=stage.methods)
    if stage.reasons and not done.body.get("reasons"):
        yield Problem(code="reasons_missing", message=Text("须说明理由", "reasons must be given"), value=stage.key)


def _participants(stage: Stage, done: Performance) -> Iterator[Problem]:
    """Counts of an appraisal: by role, expected and present, for and against."""
    rule = stage.participants
    if rule is None:
        return
    told: Mapping[str, Any] = done.body.get("participants", {})
    roles: Mapping[str, int] = told.get("roles", {})
    present = int(told.get("present", sum(roles.values())))
    if not present:
        yield Problem(
            code="participants_missing", message=Text("须记录参加人数", "say how many took part"), value=stage.key
        )
        return
    unknown = [one for one in roles if rule.get("roles") and one not in rule["roles"]]
    if unknown:
        message = Text("规定的参加人员中没有", "not among those who take part")
        yield Problem(code="unknown_role", message=message, value=" ".join(unknown), allowed=tuple(rule["roles"]))
    shares = {
        "villagers_share": (
            Text("村（居）民代表比例", "share of representatives"),
            roles.get("villager_representatives", 0),
            present,
        ),
        "attendance_share": (Text("到会比例", "attendance"), present, int(told.get("expected", present))),
        "pass_share": (Text("同意比例", "share in favour"), int(told.get("for", 0)), present),
    }
    for name, (label, part, whole) in shares.items():
        passing = name != "pass_share" or done.result in ("valid", "agreed", "recommended")
        if name in rule and passing and Fraction(part, whole or 1) < ratio(rule[name]):
            message = Text(f"{label.zh}不足{rule[name]}", f"{label.en} below {rule[name]}")
            yield Problem(code=name, message=message, value=f"{part}/{whole}")
    if not int(rule.get("min", 0)) <= present <= int(rule.get("max", present)):
        message = Text("参加人数不合规定", "not the number of people ruled")
        yield Problem(code="participants_number", message=message, value=str(present))


def ratio(text: str) -> Fraction:
    """Return a share as written in a rule, exactly.

    >>> ratio("2/3"), ratio("30%")
    (Fraction(2, 3), Fraction(3, 10))
    """
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


def _result(stage: Stage, done: Performance) -> Iterator[Problem]:
    if stage.results and done.result not in stage.results:
        message = Text(f"“{stage.label.zh}”的结果应为其一", f"'{stage.label.en}' ends with one of its results")
        yield Problem(code="bad_result", message=message, value=done.result, allowed=stage.results)
    elif not stage.results and done.result is not None:
        message = Text(f"“{stage.label.zh}”没有规定结果", f"no result is ruled for '{stage.label.en}'")
        yield Problem(code="bad_result", message=message, value=done.result)
