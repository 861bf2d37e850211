"""Searching cases as a list shows them: filters, a page at a time by key, and who belongs to which case.

A page begins behind a case (keyset), so the thousandth is as fast as the first. The order is that of the places, in
each by number: the index of a status, or of all, is walked from the key on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, union_all

from core.casework.deciding.status_filter import settled, turned
from core.casework.desk import Desk
from core.casework.flow.case_list import find_case, readable, statuses_of
from core.casework.people.person import find_person
from core.casework.scope import inside, ranging
from core.store.tables import AssistanceCase, CaseMember, Person

MOST_OF_A_PERSON = 50
"""Cases shown of one person or name: more is no answer to a question about somebody."""
ORDER = (AssistanceCase.path, AssistanceCase.number)
"""The order of a list, and the key its pages go on by."""
Row = tuple[AssistanceCase, Person]
"""A case with its head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSearch:
    """What is asked of a list; an empty filter asks nothing. ``status`` may be a group; amounts are fen a month.

    The status is that of the day, by what was decided ahead too; the amount is the recorded one. A ``stage`` is the one
    a case under way has done last: without a status it asks for pending cases.
    """

    division: str | None = None
    programme: str | None = None
    area: str | None = None
    status: str | None = None
    stage: str | None = None
    village: str | None = None
    review_by: date | None = None
    monthly_from: int | None = None
    monthly_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page: the cases with their heads, and the number to go on behind, None on the last page."""

    rows: tuple[Row, ...]
    after: str | None = None


def search_cases(desk: Desk, search: CaseSearch, *, after: str | None = None, limit: int = 50) -> Found:
    """Return a page of the cases an officer may read.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``, ``unknown_status``; ``unknown_case`` for ``after``.
    """
    roots = readable(desk, search.division)
    behind = find_case(desk, after) if after else None
    asked = [*conditions(search, roots), *([_behind(behind)] if behind is not None else [])]
    rows = [(case, head) for case, head in desk.session.execute(_page(desk, search, asked, limit + 1))]
    return Found(rows=tuple(rows[:limit]), after=rows[limit - 1][0].number if len(rows) > limit else None)


def conditions(search: CaseSearch, roots: Sequence[str]) -> list[ColumnElement[bool]]:
    """Return what a case must be, but for its status."""
    said: tuple[tuple[Any, Callable[[Any], ColumnElement[bool]]], ...] = (
        (search.programme, lambda said: AssistanceCase.programme == said),
        (search.area, lambda said: AssistanceCase.area == said),
        (search.stage, lambda said: AssistanceCase.stage == said),
        (search.village, lambda said: AssistanceCase.village == said),
        (search.review_by, lambda said: AssistanceCase.review_due <= said),
        (search.monthly_from, lambda said: AssistanceCase.monthly >= said),
        (search.monthly_to, lambda said: AssistanceCase.monthly <= said),
    )
    return [
        *_between(roots),
        ranging(AssistanceCase.path, roots),
        *(condition(asked) for asked, condition in said if asked is not None),
    ]


def _between(roots: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    """The stretch of paths the subtrees lie in: where a walk of the index begins and ends.

    Without it PostgreSQL, told to order by path, walks to the first subtree from the beginning of the country.
    """
    if not roots:
        return ()
    return AssistanceCase.path >= min(roots), AssistanceCase.path < f"{max(roots)}0"


def statuses_asked(search: CaseSearch) -> list[str]:
    """Return the statuses a search is about; none means any.

    Raises:
        JiuzhuError: ``unknown_status``.
    """
    asked = search.status or ("pending" if search.stage else "recipient" if search.review_by else None)
    return statuses_of(asked) if asked else []


def _behind(case: AssistanceCase) -> ColumnElement[bool]:
    """In two steps, so that the first walks the index on both databases."""
    same = and_(AssistanceCase.path == case.path, AssistanceCase.number > case.number)
    return and_(AssistanceCase.path >= case.path, or_(AssistanceCase.path > case.path, same))


def _page(
    desk: Desk, search: CaseSearch, asked: Sequence[ColumnElement[bool]], limit: int
) -> Select[AssistanceCase, Person]:
    """The first of each status, then the first of all of them: every part walks its own index.

    The few whose status has turned without their row are a part of their own.
    """
    statuses = statuses_asked(search)
    kept = [*asked, settled(desk.today)] if statuses else asked
    parts = [ids_in_order(search, kept, status=one, limit=limit).subquery() for one in statuses or (None,)]
    if statuses and (others := turned(desk, asked, statuses)):
        parts.append(select(AssistanceCase.id).where(AssistanceCase.id.in_(others)).subquery())
    selected = [select(one.c.id) for one in parts]
    ids = (union_all(*selected) if len(selected) > 1 else selected[0]).subquery()
    return (
        select(AssistanceCase, Person)
        .join(ids, ids.c.id == AssistanceCase.id)
        .join(Person, Person.id == AssistanceCase.head_id)
        .order_by(*ORDER)
        .limit(limit)
    )


def ids_in_order(
    search: CaseSearch, asked: Sequence[ColumnElement[bool]], *, status: str | None, limit: int
) -> Select[int]:
    """Return the query of the first cases of one status (None: of any) in the order of the list.

    SQLite is told which index to walk: by itself it would gather every case of a place and sort them.
    """
    index = "village" if search.village else "status" if status else "programme" if search.programme else ""
    query = select(AssistanceCase.id).where(*asked, *([AssistanceCase.status == status] if status else []))
    hint = f"INDEXED BY ix_assistance_case_{index + '_' if index else ''}path_number"
    return query.order_by(*ORDER).limit(limit).with_hint(AssistanceCase, hint, "sqlite")


def cases_by_id_number(desk: Desk, id_number: str) -> tuple[Row, ...]:
    """Return the cases, readable for the officer, that a person of this ID number belongs or belonged to.

    The number is looked up by its blind index; nothing is opened.

    Raises:
        InvalidInput: faults of the number.
        JiuzhuError: ``not_permitted``.
    """
    person = find_person(desk, id_number)
    return () if person is None else _cases_of(desk, Person.id == person.id)


def cases_by_name(desk: Desk, name: str) -> tuple[Row, ...]:
    """Return the cases, readable for the officer, with a member of exactly this name, by its blind index.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    return _cases_of(desk, Person.name_index == desk.cipher.index(name.strip(), "person.name"))


def _cases_of(desk: Desk, who: ColumnElement[bool]) -> tuple[Row, ...]:
    held = select(CaseMember.case_id).join(Person, Person.id == CaseMember.person_id).where(who)
    query = (
        select(AssistanceCase, Person)
        .join(Person, Person.id == AssistanceCase.head_id)
        .where(AssistanceCase.id.in_(held), inside(AssistanceCase.path, readable(desk)))
        .order_by(*ORDER)
        .limit(MOST_OF_A_PERSON)
    )
    return tuple((case, head) for case, head in desk.session.execute(query))
