"""What a round or a meeting is about before it is held: the stages there are, who waits for one, who must step out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from core.casework.desk import Desk
from core.casework.flow.case_list import READ
from core.casework.flow.docket import pending_courses
from core.casework.flow.procedure import procedure_of
from core.casework.flow.stage_rule import Stage, stage_of
from core.casework.flow.transition import table
from core.casework.people.person import shown_name
from core.casework.people.recusal import ENFORCED, conflicts, suspects
from core.casework.people.seats import name_of
from core.casework.scope import inside
from core.errors import Text
from core.store.tables import AssistanceCase, Person

MOST = 200
"""Households of one sheet."""
LOOKED_AT = 2000
"""Pending cases looked at for one sheet: in a whole city whoever draws it names a place below or a village."""
VILLAGES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What is asked for: a stage of a programme in a place and area, on a day; of one village where it is named."""

    division: str
    programme: str
    area: str
    stage: str
    on: date
    village: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The cases a sheet offers; ``is_cut`` where there are, or may be, more than it holds."""

    cases: list[AssistanceCase]
    is_cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Why somebody steps out of a case, or is advised to: ``reason`` names the relation and the article."""

    number: str
    holder: int
    name: str
    enforced: bool
    reason: Text


def stages_of(desk: Desk, division: str, *, programme: str, area: str, on: date) -> list[Stage]:
    """Return the stages of the procedure in force in a place, in their order.

    Raises:
        JiuzhuError: ``unknown_division``; what the rules of the place raise.
    """
    policy = desk.policies.rulebook(division, on=on, area=area, programmes=(programme,)).policy
    return [stage_of(line, ()) for line in policy.stages(programme)]


def waiting(desk: Desk, agenda: Agenda) -> Listed:
    """Return the cases for which the stage is next, by their order of entry, as many as one sheet holds.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    path, where = desk.path(agenda.division), fits(agenda.area, agenda.village)
    pending = pending_courses(desk, [path], programme=agenda.programme, where=where)
    return listed((case, course.standings.get(agenda.stage) == "ready") for case, course in pending)


def listed(pending: Iterable[tuple[AssistanceCase, bool]]) -> Listed:
    """Return the cases that belong on a sheet, of those looked at with whether they do, up to what it holds."""
    found: list[AssistanceCase] = []
    for looked_at, (case, belongs) in enumerate(pending):
        if looked_at == LOOKED_AT or (belongs and len(found) == MOST):
            return Listed(cases=found, is_cut=True)
        if belongs:
            found.append(case)
    return Listed(cases=found)


def fits(area: str, village: str | None) -> list[ColumnElement[bool]]:
    """Return what picks the cases of an area, and of a village where one is named."""
    named = [] if village is None else [func.coalesce(AssistanceCase.village, "") == village]
    return [AssistanceCase.area == area, *named]


def villages(desk: Desk, division: str, *, programme: str, area: str) -> list[str]:
    """Return the villages of a place that have pending cases, to narrow a sheet by.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    path = desk.path(division)
    desk.require(READ, path)
    query = select(AssistanceCase.village).where(
        AssistanceCase.status.in_(table()["groups"]["pending"]), inside(AssistanceCase.path, [path]),
        AssistanceCase.programme == programme, AssistanceCase.area == area, AssistanceCase.village.is_not(None),
    )  # fmt: skip
    found = desk.session.scalars(query.distinct().order_by(AssistanceCase.village).limit(VILLAGES))
    return [one for one in found if one]


def stage_text(desk: Desk, case_id: int | None, stage: str) -> Text:
    """Return a stage by the name the procedure of a case gives it; its code where it has none."""
    case = desk.session.get(AssistanceCase, case_id) if case_id is not None else None
    found = procedure_of(desk, case).by_key.get(stage) if case is not None else None
    return found.label if found is not None else Text(stage, stage)


def heads(desk: Desk, cases: Iterable[AssistanceCase]) -> dict[str, str]:
    """Return the names of the heads of households by case number; for whoever may read the cases."""
    return {one.number: shown_name(desk, desk.session.get_one(Person, one.head_id)) for one in cases}


def bars(desk: Desk, cases: Sequence[AssistanceCase], holders: Iterable[int], *, stage: str, on: date) -> list[Bar]:
    """Return who of some people steps out of which of some cases at a stage, or is advised to, and why."""
    watched = sorted(suspects(desk.session, holders))
    return [bar for case in cases for one in watched for bar in _bars(desk, case, one, stage=stage, on=on)]


def _bars(desk: Desk, case: AssistanceCase, holder_id: int, *, stage: str, on: date) -> Iterator[Bar]:
    for one in conflicts(desk, case, holder_id, stage=stage, on=on):
        yield Bar(
            number=case.number, holder=holder_id, name=name_of(desk, holder_id), enforced=one.effect == ENFORCED,
            reason=one.reason,
        )  # fmt: skip
