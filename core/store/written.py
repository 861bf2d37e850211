"""What a transaction writes: rows of the tables whose digest is kept by the event that tells of the write.

Every table is kept so, but for those that something else holds (:data:`HELD_OTHERWISE`) or that decide nothing
(:data:`PASSING`). Of bytes only that there are some is kept: what is sealed is bound to its row, and a file or a policy
has its own digest beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Boolean, ColumnElement, LargeBinary, event, inspect
from sqlalchemy.orm import Session, object_mapper

from core.store.base import Base, Exact, canonical
from core.store.tables import RecoveryEntry
from core.values import fraction_text

HELD_OTHERWISE: Mapping[str, str] = {
    "event": "its chain",
    "anchor": "its chain",
    "registry_entry": "the log's chain",
    "registry_content": "the log's chain, which names its hash",
    "person": "a keyed digest of every field in the person's chain",
    "decision": "the case's chain",
    "facts_version": "the case's chain",
    "case_member": "the versions of facts",
    "role_grant": "the chain of the staff",
    "payroll_line": "digests in the payroll's chain",
    "payroll_claim": "digests in the payroll's chain",
    "payroll_exception": "digests in the payroll's chain",
    "redecision_row": "the batch's digest, and the decisions of the cases",
    "sample_item": "the draw's digest",
    "job": "the import's chain: no other job's arguments are a person's to choose",
}
"""Tables whose rows are held against something else, and what."""
PASSING: Mapping[str, str] = {
    "form_draft": "typed and not handed in",
    "failed_attempt": "forgotten within the hour",
    "staff_session": "ends of itself",
    "running_process": "who is at work now",
    "payroll_turn": "a lock",
    "impact_preview": "computed anew by whoever asks",
    "impact_household": "computed anew by whoever asks",
}
"""Tables nothing rests on, and why."""
OF_EVENTS: Mapping[str, frozenset[str]] = {
    "assistance_case": frozenset(
        {"status", "stage", "division", "path", "opened_on", "accepted_on", "rules_on", "closed_on", "exit_reason",
         "head_id", "monthly", "method", "version"}
    ),
}  # fmt: skip
"""Columns that are the fold of a chain, and are held against it."""
LENGTH = 32
"""Characters of a digest."""
NAME = "written"


def is_kept(row: Base) -> bool:
    """Tell whether the event of a write keeps a digest of this row.

    What a payroll takes off is held by the payroll's digests, like its lines.
    """
    if isinstance(row, RecoveryEntry):
        return row.run_id is None
    return is_kept_table(row.__tablename__)


def is_kept_table(name: str) -> bool:
    """Tell whether the rows of a table are kept so."""
    return name not in HELD_OTHERWISE and name not in PASSING


def known_as(row: Base) -> str:
    """Return what a row is told by: its table and its key."""
    return f"{row.__tablename__} {'/'.join(str(one) for one in object_mapper(row).primary_key_from_instance(row))}"


def row_digest(row: Base) -> str:
    """Return SHA-256 over what a row says, the same on every database."""
    said = [plain(getattr(row, name)) for name, plain in _columns(type(row))]
    return hashlib.sha256(canonical(said)).hexdigest()[:LENGTH]


@cache
def _columns(table: type[Base]) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """The columns a digest covers, by attribute, with what makes their values JSON."""
    left_out = OF_EVENTS.get(table.__tablename__, frozenset())
    columns = (one for one in table.__table__.columns if one.key not in left_out)
    return tuple((inspect(table).get_property_by_column(one).key, _plain(one)) for one in columns)


def _plain(column: ColumnElement[Any]) -> Callable[[Any], Any]:
    if isinstance(column.type, Exact):
        return lambda value: None if value is None else fraction_text(value)
    if isinstance(column.type, LargeBinary):
        return bool
    if isinstance(column.type, Boolean):
        return lambda value: None if value is None else bool(value)
    return lambda value: value.isoformat() if isinstance(value, date) else value


def follow(session: Session) -> None:
    """Remember what a session writes until an event takes it."""
    event.listen(session, "after_flush", _note)


def _note(session: Session, _context: Any) -> None:
    pending: dict[str, Base | None] = session.info.setdefault(NAME, {})
    for row in session.new:
        if is_kept(row):
            pending[known_as(row)] = row
    for row in session.dirty:
        if is_kept(row) and _has_changed(row):
            pending[known_as(row)] = row
    for row in session.deleted:
        if is_kept(row):
            pending[known_as(row)] = None


def _has_changed(row: Base) -> bool:
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name, plain in _columns(type(row)) if plain is not bool)


def take_written(session: Session) -> dict[str, str | None] | None:
    """Return, once, the digests of what was written since the last event: by row, None for one that was removed.

    Everything pending is flushed before; None where nothing was written.
    """
    session.flush()
    pending: dict[str, Base | None] = session.info.pop(NAME, {})
    return told(pending) or None


def told(rows: Mapping[str, Base | None]) -> dict[str, str | None]:
    """Return the digests of rows by what they are known as."""
    return {name: None if row is None else row_digest(row) for name, row in rows.items()}


def told_new(*rows: Base | None) -> dict[str, str | None]:
    """Return the digests of rows put in past the session, by what they are known as; their keys are theirs already."""
    return {known_as(one): row_digest(one) for one in rows if one is not None}
