"""Re-decision batches as lists ask for them, a page at a time by key; totals are no names, households are by right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from core.casework.access import within
from core.casework.desk import Desk
from core.casework.people.person import shown_name
from core.casework.scope import inside, upwards
from core.casework.uprating.redecision import IN_FORCE
from core.store.tables import Amendment, AssistanceCase, Person, RedecisionBatch, RedecisionRow
from regions.amendment_state import registry_of

MOST = 200
"""Amendments offered at once."""
SEEN_BY = "amendment.read"
"""Whoever may read amendments of a place may see its batches' totals; the households need ``case.read``."""


def find_batches(
    desk: Desk, *, root: str | None = None, status: str | None = None, after: str | None = None, limit: int = 50
) -> tuple[Sequence[RedecisionBatch], str | None]:
    """Return the batches of the places the actor may see, the newest first, and where the next page begins."""
    roots = desk.actor.roots(SEEN_BY, desk.today)
    if root is not None:
        roots = tuple(root if within(root, one) else one for one in roots if within(root, one) or within(one, root))
    query = select(RedecisionBatch).where(inside(RedecisionBatch.path, roots))
    if status:
        query = query.where(RedecisionBatch.status == status)
    if after and "~" in after:
        moment, _, key = after.partition("~")
        earlier = (RedecisionBatch.prepared_at < moment) | (
            (RedecisionBatch.prepared_at == moment) & (RedecisionBatch.id > key)
        )
        query = query.where(earlier)
    ordered = query.order_by(RedecisionBatch.prepared_at.desc(), RedecisionBatch.id).limit(limit + 1)
    found = desk.session.scalars(ordered).all()
    further = f"{found[limit - 1].prepared_at}~{found[limit - 1].id}" if len(found) > limit else None
    return found[:limit], further


def batches_of(desk: Desk, amendment: str) -> Sequence[RedecisionBatch]:
    """Return the batches of an amendment in the places the actor may see."""
    seen = inside(RedecisionBatch.path, desk.actor.roots(SEEN_BY, desk.today))
    query = select(RedecisionBatch).where(RedecisionBatch.amendment == amendment, seen)
    return desk.session.scalars(query.order_by(RedecisionBatch.division, RedecisionBatch.attempt)).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """A household of a batch: its row, its case, the head as staff see him."""

    row: RedecisionRow
    case: AssistanceCase
    head: str


def batch_rows(
    desk: Desk, batch: RedecisionBatch, *, exceptions: bool, after: int = 0, limit: int = 50
) -> tuple[list[BatchRow], int | None]:
    """Return households of a batch, those to be decided or the exceptions, and where the next page begins.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    desk.require("case.read", batch.path)
    excepted = RedecisionRow.exception
    query = (
        select(RedecisionRow, AssistanceCase, Person)
        .join(AssistanceCase, AssistanceCase.id == RedecisionRow.case_id)
        .join(Person, Person.id == AssistanceCase.head_id)
        .where(RedecisionRow.batch == batch.id, RedecisionRow.id > after)
        .where(excepted.is_not(None) if exceptions else excepted.is_(None))
        .order_by(RedecisionRow.id)
        .limit(limit + 1)
    )
    rows = desk.session.execute(query).all()
    found = [BatchRow(row=row, case=case, head=shown_name(desk, head)) for row, case, head in rows[:limit]]
    return found, rows[limit - 1][0].id if len(rows) > limit else None


def to_follow(desk: Desk) -> Sequence[Amendment]:
    """Return the amendments in force that rule where the actor may prepare batches, the newest first.

    What is in force is public law: who works in a county follows the city's without the right to read its drafts.
    """
    roots = desk.actor.roots("redecision.prepare", desk.today)
    above = {one for root in roots for one in upwards(root)}
    query = select(Amendment).where(
        Amendment.status.in_(IN_FORCE), or_(Amendment.path.in_(above), inside(Amendment.path, roots))
    )
    return desk.session.scalars(query.order_by(Amendment.proposed_at.desc(), Amendment.uuid).limit(MOST)).all()


def counties_of(desk: Desk, amendment: Amendment) -> list[str]:
    """Return the counties an amendment rules in and where the actor may prepare its batch: one batch for each."""
    tree, code = registry_of(desk).tree, amendment.division
    counties = [one for one in (code, *tree.descendants(code, desk.today)) if tree.level(one) == "county"]
    return [one for one in counties or [code] if desk.actor.may("redecision.prepare", desk.path(one), desk.today)]
