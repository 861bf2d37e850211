"""Holding rows against the digests the trail keeps of them: a row altered, removed or added past it is found.

Which tables these are, and what holds the others, says ``core.store.written``. Files, policies, samples, review rounds
and prepared batches have a digest of their content; it is held against the content here.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Container, Iterator
from typing import Any, TypeVar

from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import Session

from core.casework.flow.history import chain_of
from core.casework.reviews.review_round import cases_digest
from core.casework.reviews.sampling import draw_digest
from core.casework.row_fault import RowFault
from core.casework.scope import inside
from core.casework.staff import NATION
from core.casework.uprating.redecision import digest_of
from core.store.base import Base
from core.store.tables import (
    AssistanceCase,
    Attachment,
    Event,
    RedecisionBatch,
    ReviewItem,
    ReviewRound,
    SampleDraw,
    SampleItem,
    StoredPolicy,
)
from core.store.written import is_kept, is_kept_table, known_as, row_digest

AT_ONCE = 500
Kept = TypeVar("Kept", bound=Base)


def written_faults(session: Session, path: str) -> Iterator[RowFault]:
    """Yield the rows of a subtree that are not what the trail keeps of them.

    What lies at no place (kinship, calendars, files, rows of an amendment) is looked at for the whole country alone.
    """
    kept: dict[str, str] = {}
    untouched: set[str] = set()
    for table in _tables():
        for row in _rows(session, table, path):
            kept[known_as(row)] = row_digest(row)
            if _is_untouched(row):
                untouched.add(known_as(row))
    told, gone = _told(session, kept, path)
    for name, digest in kept.items():
        if told.get(name) != digest and (name in told or name not in untouched):
            yield _fault(name, "altered" if name in told else "added")
    yield from (_fault(name, "removed") for name in gone)
    yield from _contents(session, path)


def _fault(name: str, what: str) -> RowFault:
    table, _, key = name.partition(" ")
    return RowFault(table=table, row=key, what=what)


def _tables() -> list[type[Base]]:
    found: list[type[Base]] = [one.class_ for one in Base.registry.mappers]
    return sorted((one for one in found if is_kept_table(one.__tablename__)), key=lambda one: one.__tablename__)


def _rows(session: Session, table: type[Kept], path: str) -> Iterator[Kept]:
    """The rows of a table in a subtree, one after the other; files one at a time."""
    query = _within(table, path)
    if query is None:
        return
    many = 1 if table is Attachment else AT_ONCE
    for row in session.scalars(query.execution_options(yield_per=many)):
        if is_kept(row):
            yield row
        session.expunge(row)


def _within(table: Any, path: str) -> Select[Any] | None:
    if path == NATION:
        return select(table)
    if hasattr(table, "path"):
        return select(table).where(inside(table.path, (path,)))
    if hasattr(table, "case_id"):
        return select(table).where(table.case_id.in_(_cases(path)))
    return None


def _cases(path: str) -> Select[Any]:
    return select(AssistanceCase.id).where(inside(AssistanceCase.path, (path,)))


def _is_untouched(row: Base) -> bool:
    """An item of a review nobody has entered anything of yet: the digest of its round tells that it is there."""
    return isinstance(row, ReviewItem) and row.status == "open" and row.entered_by is None and row.months is None


def _told(session: Session, kept: Container[str], path: str) -> tuple[dict[str, str], list[str]]:
    """What the trail says last of the rows there are, and those it tells of in vain, by the chains of the subtree."""
    chains = None if path == NATION else {chain_of(one) for one in session.scalars(_cases(path))}
    told: dict[str, str] = {}
    gone: dict[str, None] = {}
    query = select(Event.chain, Event.written).where(Event.written.is_not(None)).order_by(Event.id)
    for chain, written in session.execute(query.execution_options(yield_per=AT_ONCE)):
        for name, digest in written.items():
            if digest is None:
                told.pop(name, None)
                gone.pop(name, None)
            elif name in kept:
                told[name] = digest
            elif chains is None or chain in chains:
                gone[name] = None
    return told, [name for name in gone if chains is None or not _is_there(session, name)]


def _is_there(session: Session, name: str) -> bool:
    """Whether a row that a chain of the subtree tells of lies in another one."""
    table, _, key = name.partition(" ")
    found = inspect(next(one for one in _tables() if one.__tablename__ == table))
    parts = zip(found.primary_key, key.split("/"), strict=True)
    return session.get(found.class_, tuple(one.type.python_type(part) for one, part in parts)) is not None


def _contents(session: Session, path: str) -> Iterator[RowFault]:
    """Hold contents against the digest beside them: these are held by the trail."""
    yield from _rounds(session, path)
    yield from _draws(session, path)
    for batch in _rows(session, RedecisionBatch, path):
        if batch.status == "prepared" and digest_of(session, batch) != batch.digest:
            yield RowFault(table="redecision_row", row=batch.id, what="altered")
    if path == NATION:
        for file in _rows(session, Attachment, path):
            if hashlib.sha256(file.content).hexdigest() != file.digest:
                yield RowFault(table="attachment", row=str(file.id), what="altered")
        for policy in _rows(session, StoredPolicy, path):
            if not _has_its_hash(policy):
                yield RowFault(table="stored_policy", row=policy.hash, what="altered")


def _rounds(session: Session, path: str) -> Iterator[RowFault]:
    """The cases of a round are those it was opened with."""
    for one in _rows(session, ReviewRound, path):
        opened = select(Event.body).where(Event.chain == f"review/{one.id}", Event.kind == "round_opened")
        body = session.scalar(opened.limit(1)) or {}
        if body.get("digest") != cases_digest(session, one.id):
            yield RowFault(table="review_item", row=str(one.id), what="altered")


def _draws(session: Session, path: str) -> Iterator[RowFault]:
    for one in _rows(session, SampleDraw, path):
        query = select(SampleItem.stratum, AssistanceCase.number).join(AssistanceCase)
        drawn = session.execute(query.where(SampleItem.draw_id == one.id)).all()
        if draw_digest(one, [(stratum, number) for stratum, number in drawn]) != one.digest:
            yield RowFault(table="sample_item", row=str(one.id), what="altered")


def _has_its_hash(policy: StoredPolicy) -> bool:
    try:
        return hashlib.sha256(zlib.decompress(policy.body)).hexdigest() == policy.hash
    except zlib.error:
        return False
