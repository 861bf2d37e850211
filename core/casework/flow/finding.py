"""Findings (认定): what people decide and no formula computes: by a named role, from allowed values, with a reason.

A finding becomes a fact of the household from its day on. Where the rule asks for a second person, it is proposed by
one and confirmed by another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.casework.deciding.facts import change_facts
from core.casework.desk import Desk
from core.casework.flow.history import Happening, chain_of
from core.casework.flow.procedure import Course, course_of
from core.casework.flow.transition import move, require
from core.casework.people.recusal import require_actor_free
from core.errors import InvalidInput, JiuzhuError, Problem, Text, did_you_mean
from core.kinds.contribution import listed
from core.policy import Line, Policy
from core.store.tables import AssistanceCase, Event

COUNTY_ROLES = ("county", "county_civil_affairs")
"""Who finds at the county: the body, or its staff. Whoever works below it does not."""
STAGE = "finding"
DEPARTURE = "departure"
"""The finding that lets a decision depart from the computed result; ruled by no document, always by two persons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What is found: a code of the rules (``member.…`` about one person's token), a value, why, on what evidence."""

    finding: str
    value: str
    reason: str
    member: str | None = None
    evidence: Sequence[str] = ()


def find(desk: Desk, case: AssistanceCase, claim: Claim, *, happened_on: date) -> Event:
    """Make a finding that needs no second person, or propose one that does.

    Raises:
        JiuzhuError: ``unknown_finding``, ``not_permitted``, ``wrong_status``, ``recusal_required``.
        InvalidInput: a value that is not allowed, a reason or evidence that is missing.
    """
    line = None if claim.finding == DEPARTURE else _line(desk, case, claim.finding)
    _require_role(desk, case, line)
    require_actor_free(desk, case, STAGE)
    _check(claim, line)
    second = line is None or bool(line.value.get("second_person"))
    kind = "finding_proposed" if second else "finding"
    require(case, kind)
    event = desk.record(chain_of(case.id), kind, _told(claim, line), happened_on=happened_on, reason=claim.reason)
    if not second:
        _into_facts(desk, case, event.body, on=happened_on)
    return event


def confirm(desk: Desk, case: AssistanceCase, proposed: int, *, happened_on: date) -> Event:
    """Confirm a finding another person proposed (``proposed``: the number of his event in the case).

    Raises:
        JiuzhuError: ``unknown_finding``, ``maker_is_checker``, ``not_permitted``, ``wrong_status``,
            ``recusal_required``.
    """
    course = course_of(desk, case)
    one = _proposed(course, proposed)
    line = None if one.body["finding"] == DEPARTURE else _line(desk, case, one.body["finding"])
    _require_role(desk, case, line)
    require_actor_free(desk, case, STAGE)
    if one.actor_id == desk.actor.id:
        text = Text("认定须由第二人复核", "a second person must confirm a finding")
        raise JiuzhuError("maker_is_checker", text, value=desk.actor.login)
    move(case, "finding")
    body = {**one.body, "proposed": proposed}
    event = desk.record(chain_of(case.id), "finding", body, happened_on=happened_on, reason=one.reason)
    if line is not None:
        _into_facts(desk, case, one.body, on=happened_on)
    return event


def require_finding(course: Course, finding: str) -> None:
    """Refuse a departure whose finding nobody made and confirmed in this case.

    Raises:
        JiuzhuError: ``unknown_finding``.
    """
    if finding not in course.state.findings:
        text = Text("本案没有这项认定，不能据以偏离计算结果", "this case has no such finding to depart upon")
        hint = Text("请先由一人认定、另一人复核认定", "one person makes the finding first, another confirms it")
        raise JiuzhuError("unknown_finding", text, hint=hint, value=finding)


def _proposed(course: Course, sequence: int) -> Happening:
    for one in course.state.happenings:
        if one.sequence == sequence and one.kind == "finding_proposed":
            return one
    raise JiuzhuError("unknown_finding", Text("没有这项拟认定", "nobody proposed that finding"), value=str(sequence))


def _line(desk: Desk, case: AssistanceCase, finding: str) -> Line:
    policy = _policy(desk, case)
    lines = {line.key: line for line in policy.lines("finding", case.programme) if not line.is_gap}
    if finding not in lines:
        text = Text("规定中没有这项认定", "the rules know no such finding")
        raise JiuzhuError("unknown_finding", text, hint=did_you_mean(finding, lines), value=finding)
    return lines[finding]


def _policy(desk: Desk, case: AssistanceCase) -> Policy:
    book = desk.policies.rulebook(case.division, on=desk.today, area=case.area, programmes=(case.programme,))
    return book.policy


def _require_role(desk: Desk, case: AssistanceCase, line: Line | None) -> None:
    roles = () if line is None else listed(line.value.get("role", ()))
    county = bool(roles) and all(one in COUNTY_ROLES for one in roles)
    desk.require("case.stage_county" if county else "case.find", case.path)


def _check(claim: Claim, line: Line | None) -> None:
    problems = []
    allowed = _allowed(line)
    if allowed is not None and claim.value not in allowed:
        message = Text("不是允许的认定结果", "not an allowed value of the finding")
        problems.append(Problem(code="bad_value", message=message, value=claim.value, allowed=allowed))
    if not claim.reason.strip():
        problems.append(Problem(code="reasons_missing", message=Text("认定须说明理由", "a finding needs a reason")))
    needed = () if line is None else listed(line.value.get("evidence", ()))
    lacking = [one for one in needed if one not in claim.evidence]
    if lacking:
        message = Text("缺少证明材料", "evidence is missing")
        problems.append(Problem(code="papers_missing", message=message, value=" ".join(lacking)))
    if line is not None and line.key.startswith("member.") and claim.member is None:
        message = Text("须指明是哪一名成员", "say which member it is about")
        problems.append(Problem(code="member_missing", message=message, value=line.key))
    if problems:
        raise InvalidInput(problems)


def _allowed(line: Line | None) -> tuple[str, ...] | None:
    if line is None or line.value["type"] == "integer":
        return None
    return ("true", "false") if line.value["type"] == "boolean" else tuple(line.value["choices"])


def _told(claim: Claim, line: Line | None) -> dict[str, Any]:
    return {
        "finding": claim.finding,
        "value": claim.value,
        "member": claim.member,
        "evidence": list(claim.evidence),
        "provision": line.provision.address if line is not None else "",
        "cite": str(line.provision.citation or "") if line is not None else "",
    }


def _into_facts(desk: Desk, case: AssistanceCase, told: Mapping[str, Any], *, on: date) -> None:
    """The finding is a fact of the household from its day on, in the facts recorded for later days too."""
    name = str(told["finding"]).removeprefix("member.")

    def found(known: Mapping[str, Any]) -> dict[str, Any]:
        if told["member"] is None:
            return {**known, name: told["value"]}
        listed = known.get("members", ())
        return {
            **known,
            "members": [{**one, name: told["value"]} if one["id"] == told["member"] else one for one in listed],
        }

    change_facts(desk, case, found, basis="verified", effective_on=on)
