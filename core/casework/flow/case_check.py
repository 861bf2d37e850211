"""Holding every case's row against its events: what the lists show must be what was done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.desk import Desk
from core.casework.flow.history import Happening, histories
from core.casework.flow.transition import Difference, differences, fold
from core.casework.scope import inside
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase

CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFault:
    """A case whose row is not what its events say; ``impossible`` names an event the table does not allow."""

    number: str
    differences: tuple[Difference, ...] = ()
    impossible: str | None = None


def check_cases(desk: Desk, path: str) -> Iterator[CaseFault]:
    """Yield the cases of a subtree whose columns are not the fold of their events.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    desk.require("audit.read", path)
    last = 0
    while cases := _chunk(desk.session, path, last):
        told = histories(desk.session, [one.id for one in cases])
        for case in cases:
            fault = _check(case, told[case.id])
            if fault is not None:
                yield fault
        last = cases[-1].id
        desk.session.expunge_all()


def _chunk(session: Session, path: str, after: int) -> Sequence[AssistanceCase]:
    query = select(AssistanceCase).where(inside(AssistanceCase.path, (path,)), AssistanceCase.id > after)
    return session.scalars(query.order_by(AssistanceCase.id).limit(CHUNK)).all()


def _check(case: AssistanceCase, happenings: Sequence[Happening]) -> CaseFault | None:
    try:
        found = differences(case, fold(happenings))
    except JiuzhuError as error:
        if error.code != "wrong_status":
            raise
        return CaseFault(number=case.number, impossible=error.value)
    return CaseFault(number=case.number, differences=found) if found else None
