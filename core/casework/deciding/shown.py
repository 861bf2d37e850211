"""What a case's row is to show in a month, status and amount, of all that was decided for it: for lists.

A decision ahead shows when its month has come, whether or not somebody has had the rows moved since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import takewhile
from typing import Any, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.deciding.decision import whole_fen
from core.casework.deciding.standing import Covers, is_ahead, standing_for, stretches
from core.casework.flow.history import chain_of
from core.casework.flow.transition import moves
from core.casework.month import add_months
from core.store.tables import AssistanceCase, Decision, Event

SHOWN = ("in_payment", "phasing_out", "suspended", "stopped", "closed")
"""Statuses whose rows show an amount; a case that was stopped ahead is paid until its month."""
CHUNK = 500
OWN = {"suspended": "suspend", "stopped": "stop", "closed": "stop"}
"""The one kind of decision that speaks for a case in a status: what was decided beside its row does not."""


class Decided(Covers, Protocol):
    """What is asked of a decision here beside its months."""

    @property
    def number(self) -> int:
        """Its place among the decisions of its case."""
        ...


Ahead = TypeVar("Ahead", bound=Decided)


def speaks(status: str, one: Any) -> bool:
    """Tell whether a decision's amount is that of a case in a status."""
    return OWN.get(status, str(one.kind)) == str(one.kind)


def moved(status: str, one: Any) -> str:
    """Return the status a decision made ahead leads to when its month has come."""
    return moves().get((status, f"decision.{one.kind}"), status) if is_ahead(one) else status


def decided_for(session: Session, ids: Sequence[int]) -> Mapping[int, Sequence[Any]]:
    """Return, by case, what is asked of decisions here, in the order of their numbers; one query, no rows kept."""
    rows = session.execute(
        select(Decision.case_id, Decision.number, Decision.kind, Decision.decided_on, Decision.from_month,
               Decision.until_month, Decision.monthly, Decision.method)
        .where(Decision.case_id.in_(ids)).order_by(Decision.case_id, Decision.number)
    )  # fmt: skip
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found


def unseen(session: Session, decided: Mapping[int, Sequence[Ahead]], until: date) -> dict[int, list[Ahead]]:
    """Return, by case, what was decided ahead for the months before one and was not seen to take effect, in order."""
    tails = {case_id: tail for case_id, one in decided.items() if (tail := _tail(one, until))}
    chains = {chain_of(case_id): case_id for case_id in tails}
    query = select(Event.chain, Event.body).where(Event.chain.in_(chains), Event.kind == "took_effect")
    rows = session.execute(query).all() if chains else ()
    taken = {(chains[chain], int(body["decision"])) for chain, body in rows}
    return {case_id: [one for one in tail if (case_id, one.number) not in taken] for case_id, tail in tails.items()}


def _tail(decisions: Sequence[Ahead], until: date) -> list[Ahead]:
    ruling = (one for _, _, one in reversed(stretches(decisions, until)))
    return list(takewhile(is_ahead, ruling))[::-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a case's row is to show: its status and the whole fen a month."""

    status: str
    monthly: int | None


def shown_in(session: Session, cases: Sequence[AssistanceCase], month: date) -> dict[int, Shown]:
    """Return what each case is to show in a month, by id."""
    found: dict[int, Shown] = {}
    for start in range(0, len(cases), CHUNK):
        found |= _shown(session, cases[start : start + CHUNK], month)
    return found


def _shown(session: Session, cases: Sequence[AssistanceCase], month: date) -> dict[int, Shown]:
    decided = decided_for(session, [one.id for one in cases if one.status in SHOWN])
    ahead = unseen(session, decided, add_months(month, 1))
    found: dict[int, Shown] = {}
    for case in cases:
        status = reduce(moved, ahead.get(case.id, ()), case.status)
        one = standing_for(decided.get(case.id, ()), month)
        shows = one is not None and speaks(moved(status, one), one)
        found[case.id] = Shown(status=status, monthly=whole_fen(one.monthly) if one and shows else case.monthly)
    return found
