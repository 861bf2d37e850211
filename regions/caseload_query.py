"""The query behind a snapshot: every case of a subtree with its newest facts, its decisions and what happened.

One statement, so that all of it is of one moment. What a case has several of is joined into one text by separators that
JSON never holds unescaped.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, literal, select, tuple_, type_coerce
from sqlalchemy.orm import aliased
from sqlalchemy.types import Text

from core.casework.deciding.case_facts import READ
from core.casework.scope import inside
from core.store.arrow import Query
from core.store.tables import AssistanceCase, Decision, Event, FactsVersion

UNIT, RECORD = "\x1f", "\x1e"
KEY = (AssistanceCase.programme, AssistanceCase.division, AssistanceCase.area, AssistanceCase.number)
"""The order of a snapshot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases: of the subtree below ``path`` (or that lived there, by id), of some programmes (none named: all)."""

    on: date
    path: str
    also: Collection[int] = ()
    programmes: Sequence[str] = ()


def facts_query(ids: Sequence[int]) -> Query:
    """Return the query for the texts of some versions of facts, by id."""
    return select(FactsVersion.id, type_coerce(FactsVersion.facts, Text)).where(FactsVersion.id.in_(ids))


def case_query(wanted: Wanted, after: Sequence[str] | None = None, *, light: bool = False) -> Query:
    """Return the query; ``after`` is the key behind which to go on; ``light``: without the facts themselves."""
    newest = aliased(FactsVersion)
    newest_id = (
        select(newest.id)
        .where(newest.case_id == AssistanceCase.id, newest.effective_on <= wanted.on)
        .order_by(newest.effective_on.desc(), newest.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    query: Query = (
        select(
            AssistanceCase.id.label("id"), AssistanceCase.number.label("household"), AssistanceCase.programme,
            AssistanceCase.division, AssistanceCase.area, AssistanceCase.path, AssistanceCase.status,
            AssistanceCase.entitled.label("persons"),
            func.coalesce(FactsVersion.digest, "").label("digest"),
            func.coalesce(FactsVersion.id, 0).label("facts_id"),
            (literal("") if light else func.coalesce(type_coerce(FactsVersion.facts, Text), "")).label("facts"),
            func.coalesce(_decisions(), "").label("decisions"),
            func.coalesce(_amounts(), "").label("amounts"),
            func.coalesce(_events(), "").label("events"),
        )
        .outerjoin(FactsVersion, FactsVersion.id == newest_id)
        .where(AssistanceCase.opened_on <= wanted.on, _inside(wanted))
        .order_by(*KEY)
    )  # fmt: skip
    if wanted.programmes:
        query = query.where(AssistanceCase.programme.in_(wanted.programmes))
    return query if after is None else query.where(tuple_(*KEY) > tuple_(*(literal(one) for one in after)))


def count_query(wanted: Wanted) -> Query:
    """Return the query for how many there are."""
    query: Query = select(func.count()).select_from(AssistanceCase)
    query = query.where(AssistanceCase.opened_on <= wanted.on, _inside(wanted))
    return query.where(AssistanceCase.programme.in_(wanted.programmes)) if wanted.programmes else query


def places_query(wanted: Wanted) -> Query:
    """Return the query for the programmes, divisions and areas there are cases of."""
    query: Query = select(AssistanceCase.programme, AssistanceCase.division, AssistanceCase.area).distinct()
    query = query.where(AssistanceCase.opened_on <= wanted.on, _inside(wanted))
    return query.where(AssistanceCase.programme.in_(wanted.programmes)) if wanted.programmes else query


def _inside(wanted: Wanted) -> ColumnElement[bool]:
    here = inside(AssistanceCase.path, [wanted.path])
    return here | AssistanceCase.id.in_(sorted(wanted.also)) if wanted.also else here


def _decisions() -> Any:
    """Number, kind, first month, month after the last; the basis where it says something that is read."""
    basis = func.coalesce(type_coerce(Decision.basis, Text), "")
    said = _joined(
        cast(Decision.number, String), Decision.kind, cast(Decision.from_month, String),
        func.coalesce(cast(Decision.until_month, String), ""),
        func.substr(basis, 1, _where(basis.contains('"disregard"'))),
    )  # fmt: skip
    return _all(said).where(Decision.case_id == AssistanceCase.id).scalar_subquery()


def _amounts() -> Any:
    """Number and exact amount: apart, so that what else is decided is the same text for many cases."""
    said = _joined(cast(Decision.number, String), type_coerce(Decision.monthly, String))
    return _all(said).where(Decision.case_id == AssistanceCase.id).scalar_subquery()


def _where(condition: ColumnElement[bool]) -> Any:
    return case((condition, 1_000_000), else_=0)


def _events() -> Any:
    said = _joined(Event.kind, cast(Event.happened_on, String))
    chain = literal("case/") + cast(AssistanceCase.id, String)
    return _all(said).where(Event.chain == chain, Event.kind.in_(READ)).scalar_subquery()


def _joined(*parts: Any) -> Any:
    whole = parts[0]
    for one in parts[1:]:
        whole = whole + literal(UNIT) + one
    return whole


def _all(said: Any) -> Query:
    return select(func.aggregate_strings(said, RECORD))
