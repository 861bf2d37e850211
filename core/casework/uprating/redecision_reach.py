"""Whom a re-decision batch reaches, from which month on, and against which old rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Select, exists, func, or_, select

from core.casework.access import within
from core.casework.deciding.horizon import first_month
from core.casework.deciding.place import moved_away
from core.casework.desk import Desk
from core.casework.scope import inside
from core.casework.uprating.redecision_case import Terms
from core.errors import JiuzhuError
from core.provision import ANY
from core.provision_reader import day_of
from core.store.tables import Amendment, AmendmentRow, AssistanceCase, Decision, RedecisionBatch, RegistryEntry

LOOKED_AT = ("in_payment", "suspended", "phasing_out", "stopped", "closed")


def from_month(amendment: Amendment) -> date:
    """Return the first month whose rules an amendment changes: a month's rules are those of its first day."""
    return first_month(min(amendment.effective, amendment.arrears_from or amendment.effective))


def first_payment(amendment: Amendment) -> date:
    """Return the month in which the new amount is first paid; earlier ones are arrears."""
    return amendment.first_payment_month or from_month(amendment)


def terms_of(desk: Desk, batch: RedecisionBatch) -> Terms:
    """Return what a batch is about; the old rules are those the log knew just before it took the amendment in.

    By its sequence and not by a clock: a publication may have waited for another, and clocks run backwards.
    """
    entries = select(func.min(RegistryEntry.sequence)).where(RegistryEntry.source == f"amendment/{batch.amendment}")
    moved = _moved(desk, batch)
    return Terms(
        from_month=batch.from_month, first_payment=batch.first_payment_month,
        known_before=f"#{desk.session.scalars(entries).one() - 1}", programmes=_programmes(desk, batch, moved),
        path=batch.path, moved=moved, ends=_ends(desk, batch),
    )  # fmt: skip


def _ends(desk: Desk, batch: RedecisionBatch) -> tuple[date, ...]:
    """The months from which values of the amendment hold no more, as its rows say."""
    raws = desk.session.scalars(select(AmendmentRow.raw).where(AmendmentRow.amendment == batch.amendment))
    said = (one.get("until") for raw in raws for one in (raw, *raw.get("items", {}).values()))
    days = (day_of(str(one.get("assume") if isinstance(one, Mapping) else one)) for one in said if one)
    return tuple(sorted({first_month(day) for day in days if day is not None}))


def _moved(desk: Desk, batch: RedecisionBatch) -> frozenset[int]:
    """Who lived there in a changed month and is kept today where the amendment does not rule.

    Where it rules there too, the batch of that place judges every month, each by the place lived in then.
    """
    amendment = desk.session.get_one(Amendment, batch.amendment)
    left = moved_away(desk.session, batch.path, since=batch.from_month)
    now = select(AssistanceCase.id, AssistanceCase.path).where(AssistanceCase.id.in_(left))
    return frozenset(case_id for case_id, path in desk.session.execute(now) if not within(path, amendment.path))


def _programmes(desk: Desk, batch: RedecisionBatch, moved: frozenset[int]) -> frozenset[str] | None:
    """The programmes amended and those of the place that read their values; None: every one."""
    raws = desk.session.scalars(select(AmendmentRow.raw).where(AmendmentRow.amendment == batch.amendment))
    amended = frozenset(str(raw.get("programme", ANY)) for raw in raws)
    if ANY in amended:
        return None
    other = select(AssistanceCase.programme, AssistanceCase.division, AssistanceCase.area).where(
        AssistanceCase.status.in_(LOOKED_AT), AssistanceCase.programme.not_in(sorted(amended))
    )
    there = desk.session.execute(other.where(inside(AssistanceCase.path, [batch.path])).distinct())
    gone = desk.session.execute(other.where(AssistanceCase.id.in_(sorted(moved))).distinct())
    asked = {*map(tuple, there), *((programme, batch.division, area) for programme, _, area in gone)}
    linked: set[str] = set()
    for programme, division, area in sorted(asked):
        if programme not in linked and _reads(desk, programme, division, area, on=batch.from_month) & amended:
            linked.add(programme)
    return amended | linked


def _reads(desk: Desk, programme: str, division: str, area: str, *, on: date) -> frozenset[str]:
    try:
        book = desk.policies.rulebook(division, on=on, area=area, programmes=(programme,))
    except JiuzhuError:
        return frozenset()  # rules that are broken there read nothing
    return frozenset(book.policy.programmes)


def case_ids(batch: RedecisionBatch, terms: Terms, *, after: int = 0) -> Select[int]:
    """Select the ids of the cases a batch looks at, those behind ``after``, in order."""
    stopped_later = exists().where(
        Decision.case_id == AssistanceCase.id, Decision.kind == "stop", Decision.from_month > batch.from_month
    )
    left = AssistanceCase.closed_on
    reached = or_(inside(AssistanceCase.path, [batch.path]), AssistanceCase.id.in_(sorted(terms.moved)))
    query = select(AssistanceCase.id).where(
        reached, AssistanceCase.status.in_(LOOKED_AT), AssistanceCase.id > after,
        or_(left.is_(None), left >= batch.from_month, stopped_later),  # an exit may be entered before its last month
    )  # fmt: skip
    if terms.programmes is not None:
        query = query.where(AssistanceCase.programme.in_(sorted(terms.programmes)))
    return query.order_by(AssistanceCase.id)
