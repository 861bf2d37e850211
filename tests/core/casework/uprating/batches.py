"""Preparing, signing and running a re-decision batch in Yiyang, and reading what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from core.casework.deciding.decision import Departure, decide, propose
from core.casework.uprating import redecision
from core.casework.uprating.redecision_work import run_batch
from core.store.tables import AssistanceCase, RedecisionBatch, RedecisionRow

EDITOR, DECIDER = "policy_editor.430900", "policy_approver.430900"
CLERK, APPROVER, OTHER = "clerk.430900", "approver.430900", "approver2.430900"
HESHAN = "430903"

Granted = Callable[..., int]
Publish = Callable[..., str]


def run(city: Any, batch_id: str, kind: str, login: str = CLERK, chunk: int = 500) -> None:
    with city.platform.reading_desk(login) as desk:
        pass
    for _ in run_batch(city.platform.database, desk, batch_id, kind, chunk=chunk):
        pass


def prepared(city: Any, uuid: str, chunk: int = 500) -> str:
    with city.desk(CLERK) as desk:
        batch_id = redecision.prepare(desk, uuid, "430903").id
    run(city, batch_id, redecision.PREPARE, chunk=chunk)
    return batch_id


def sign(city: Any, batch_id: str, login: str = OTHER) -> None:
    with city.desk(login) as desk:
        seen = redecision.batch_of(desk, batch_id, "redecision.sign").digest
        assert seen is not None
        redecision.sign(desk, batch_id, digest=seen)


def rows(city: Any, batch_id: str) -> dict[int, RedecisionRow]:
    with city.platform.database.reading() as session:
        found = session.scalars(select(RedecisionRow).where(RedecisionRow.batch == batch_id)).all()
        session.expunge_all()
        return {one.case_id: one for one in found}


def batch(city: Any, batch_id: str) -> RedecisionBatch:
    with city.platform.database.reading() as session:
        found: RedecisionBatch = session.get_one(RedecisionBatch, batch_id)
        session.expunge_all()
        return found


def exactly(*amounts: int | str) -> tuple[Fraction, ...]:
    """Exact fen."""
    return tuple(Fraction(one) for one in amounts)


def decided(city: Any, case_id: int, kind: Any, start: date, until: date | None = None, **given: Any) -> None:
    """Decide on a household outside any batch, prepared by the clerk."""
    with city.platform.reading_desk(CLERK) as desk:
        clerk = desk.actor.id
    with city.desk(APPROVER) as desk:
        case = desk.session.get_one(AssistanceCase, case_id)
        proposal = propose(desk, case, month=start)
        decide(desk, case, kind=kind, proposal=proposal, from_month=start, until_month=until, prepared_by=clerk,
               basis={}, **given)  # fmt: skip


def departed(city: Any, case_id: int, start: date, until: date | None, fen: int) -> None:
    ruled = Departure(parts={"benefit": Fraction(fen)}, finding="认定", reason="查实另有收入")
    decided(city, case_id, "reduce", start, until, departure=ruled)


def carried_out(city: Any, uuid: str) -> str:
    """Prepare, sign and run the batch of an amendment for Heshan."""
    batch_id = prepared(city, uuid)
    sign(city, batch_id)
    run(city, batch_id, redecision.DECIDE)
    return batch_id
