"""Visit rounds (入户调查、邻里访问、县级核查): the same people on one day, household by household.

At least two different people go: one investigator alone is what audits find first, whatever a rule says of numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.casework.access import within
from core.casework.desk import Desk
from core.casework.flow.procedure import course_of
from core.casework.flow.stage import complete_stage
from core.casework.people.filing import note_county_visit
from core.casework.people.office import holder, require_in_office
from core.casework.people.recusal import require_no_conflict
from core.casework.rounds.batch import CaseRows, cases_named, problem_at
from core.errors import InvalidInput, JiuzhuError, Problem, Text
from core.store.sealed import open_in, seal_in
from core.store.tables import AssistanceCase, Visit, VisitRound

FEWEST_VISITORS = 2
COUNTY_VISIT = "county_visit"
"""A visit of the county outside a stage of its own: to a filed relative, or drawn by lot."""
COUNTY_ROLE = "county_civil_affairs"
RECORDS = ("visit_record", "means_survey_form", "survey_results")
"""The papers a visit itself is."""
BOTH_SIDES = ("investigator", "respondent")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdVisit:
    """One household: when (``10:30``), where, what was found, who signed, further papers, the stage's result."""

    at: str
    place: str = field(repr=False)
    finding: str = field(repr=False)
    signatures: Sequence[str] = BOTH_SIDES
    evidence: Sequence[str] = ()
    result: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundSheet:
    """A round as its papers say it. ``stage``: the stage it settles, or ``county_visit``."""

    stage: str
    happened_on: date
    division: str
    visitors: Sequence[int]
    visits: Mapping[str, HouseholdVisit]
    methods: Sequence[str] = ()


def record_round(desk: Desk, sheet: RoundSheet) -> VisitRound:
    """Record a round of visits and complete its stage in every case visited, or nothing at all.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_holder``, ``not_in_office``.
        InvalidInput: everything wrong with the round and its lines, each with its row.
    """
    path = desk.path(sheet.division)
    desk.require("visit.record", path)
    if sheet.stage == COUNTY_VISIT:
        desk.require("case.stage_county", path)
    for one in sheet.visitors:
        require_in_office(holder(desk, one), sheet.happened_on)
    rows = cases_named(desk, sheet.visits, path=path)
    problems = [*_round_problems(sheet), *rows.problems]
    if problems:
        raise InvalidInput(problems)
    made = VisitRound(
        kind=sheet.stage, stage=None if sheet.stage == COUNTY_VISIT else sheet.stage, happened_on=sheet.happened_on,
        division=sheet.division, path=path, visitors=sorted(set(sheet.visitors)), recorded_by=desk.actor.id,
        recorded_at=desk.moment,
    )  # fmt: skip
    desk.session.add(made)
    desk.session.flush()
    problems = list(_lines(desk, made, sheet, rows))
    if problems:
        raise InvalidInput(problems)
    body = {"round": made.id, "stage": sheet.stage, "cases": len(rows.cases), "by": made.visitors}
    desk.record(f"visit/{made.id}", "round_made", body, happened_on=sheet.happened_on)
    return made


def _round_problems(sheet: RoundSheet) -> Iterator[Problem]:
    if len(set(sheet.visitors)) < FEWEST_VISITORS:
        text = Text("入户须有两名以上不同人员", "at least two different people visit")
        yield problem_at("visitors", "too_few_people", text, str(len(set(sheet.visitors))))
    if not sheet.visits:
        yield problem_at("visits", "no_cases", Text("没有填写任何一户", "no household is listed"), None)
    for row, (number, one) in enumerate(sheet.visits.items(), start=1):
        if not _CLOCK.fullmatch(one.at):
            text = Text("时间应为 10:30 的形式", "a time looks like 10:30")
            yield problem_at(f"row {row}", "bad_time", text, f"{number} {one.at}")
        for name, label in (("place", Text("地点", "where")), ("finding", Text("所见情况", "what was found"))):
            if not getattr(one, name).strip():
                text = Text(f"须填写{label.zh}", f"say {label.en}")
                yield problem_at(f"row {row}", f"{name}_missing", text, number)


def _lines(desk: Desk, made: VisitRound, sheet: RoundSheet, rows: CaseRows) -> Iterator[Problem]:
    for row, (number, case) in enumerate(rows.cases.items(), start=1):
        try:
            _line(desk, made, sheet, case)
        except JiuzhuError as error:
            yield from rows.placed(error, row, number)


def _line(desk: Desk, made: VisitRound, sheet: RoundSheet, case: AssistanceCase) -> None:
    told = sheet.visits[case.number]
    visit = Visit(round_id=made.id, case_id=case.id, at=told.at, signatures=list(told.signatures))
    seal_in(visit, "place", told.place, cipher=desk.cipher)
    seal_in(visit, "finding", told.finding, cipher=desk.cipher)
    made.visits.append(visit)
    desk.session.flush()
    body = {"visit": visit.id, "round": made.id, "at": told.at, "signatures": list(told.signatures)}
    if made.stage is None:
        _county_visit(desk, made, case, body)
        return
    stage = course_of(desk, case).procedure.stage(sheet.stage)
    papers = [one for one in stage.evidence if one in RECORDS]
    body |= {"evidence": [*papers, *told.evidence], "methods": list(sheet.methods)}
    complete_stage(
        desk, case, sheet.stage, happened_on=made.happened_on, by=made.visitors, result=told.result, body=body
    )  # fmt: skip
    _note_county(desk, made, case)


def _county_visit(desk: Desk, made: VisitRound, case: AssistanceCase, body: dict[str, Any]) -> None:
    """A visit outside a stage: by the county, free of conflicts, an event of the case all the same."""
    if not _county_people(desk, made, case):
        text = Text("县级入户须有县级民政部门人员参加", "somebody of the county's department must go")
        raise JiuzhuError("not_the_county", text, value=case.number)
    for one in made.visitors:
        require_no_conflict(desk, case, one, COUNTY_VISIT, on=made.happened_on)
    desk.record(f"case/{case.id}", COUNTY_VISIT, body | {"by": made.visitors}, happened_on=made.happened_on)
    _note_county(desk, made, case)


def _note_county(desk: Desk, made: VisitRound, case: AssistanceCase) -> None:
    people = _county_people(desk, made, case)
    if people:
        note_county_visit(desk, case, by=people, on=made.happened_on)


def _county_people(desk: Desk, made: VisitRound, case: AssistanceCase) -> list[int]:
    """The visitors who hold a post in the county's department that the case belongs to."""
    return [
        one
        for one in made.visitors
        if any(
            post.role == COUNTY_ROLE and within(case.path, post.path)
            for post in require_in_office(holder(desk, one), made.happened_on)
        )
    ]


def read_visit(desk: Desk, visit_id: int) -> tuple[str, str]:
    """Return where a visit was and what was found, in clear; a paper of the file, read by whoever may read the case.

    Raises:
        JiuzhuError: ``unknown_visit``, ``not_permitted``.
    """
    visit = desk.session.get(Visit, visit_id)
    absent = JiuzhuError("unknown_visit", Text("没有这次入户", "there is no such visit"), value=str(visit_id))
    if visit is None:
        raise absent
    case = desk.found(desk.session.get(AssistanceCase, visit.case_id), absent)
    desk.require("case.read", case.path)
    place, finding = (open_in(visit, name, cipher=desk.cipher) or "" for name in ("place", "finding"))
    return place, finding
