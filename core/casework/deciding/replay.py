"""Replay: recompute a decision from the policy and facts it stored, and compare the bytes."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from core.assess import assess
from core.casework.deciding.decision import decision_digest
from core.casework.deciding.facts import facts_digest, prepare_facts
from core.casework.deciding.stored_policy import load_policy
from core.casework.desk import Desk
from core.errors import JiuzhuError, Text
from core.store.base import canonical
from core.store.tables import AssistanceCase, Decision, FactsVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What recomputing gave. ``same``: byte for byte what was decided."""

    decision: Decision
    stored: bytes
    recomputed: bytes

    @property
    def same(self) -> bool:
        """Whether the recomputed assessment has the very bytes of the stored one."""
        return self.stored == self.recomputed


def find_decision(desk: Desk, decision_id: int) -> Decision:
    """Return a decision the actor may read.

    Raises:
        JiuzhuError: ``unknown_decision``, ``not_permitted``.
    """
    row = desk.session.get(Decision, decision_id)
    if row is None:
        raise _unknown(decision_id)
    case = desk.found(desk.session.get(AssistanceCase, row.case_id), _unknown(decision_id))
    desk.require("case.read", case.path)
    return row


def replay(session: Session, decision_id: int) -> Replay:
    """Recompute a decision from what it stored; installed plugins play no part.

    Raises:
        JiuzhuError: ``unknown_decision``; ``nothing_to_replay`` for an opening decision; ``decision_altered``,
            ``facts_altered``, ``policy_altered`` naming what does not fit its digest.
    """
    row = session.get(Decision, decision_id)
    if row is None:
        raise _unknown(decision_id)
    if row.trace is None or row.policy_hash is None or row.facts_id is None:
        text = Text("存量转入的决定没有计算过程", "an opening decision has no trace")
        raise JiuzhuError("nothing_to_replay", text, value=str(decision_id))
    if decision_digest(row) != row.digest:
        raise _altered("decision", "决定", str(decision_id))
    facts = session.get_one(FactsVersion, row.facts_id)
    if facts_digest(facts.facts) != facts.digest:
        raise _altered("facts", "家庭情况记录", f"{facts.case_id}/{facts.number}")
    book = load_policy(session, row.policy_hash)
    day = max(date.fromisoformat(row.basis["assessed_month"]), facts.effective_on)
    prepared = prepare_facts(book, facts.facts, on=day, case_facts=row.basis["case"])
    again = canonical(assess(book, prepared).canonical())
    return Replay(decision=row, stored=zlib.decompress(row.trace), recomputed=again)


def _unknown(decision_id: int) -> JiuzhuError:
    return JiuzhuError("unknown_decision", Text("没有这个决定", "there is no such decision"), value=str(decision_id))


def _altered(what: str, zh: str, value: str) -> JiuzhuError:
    text = Text(f"{zh}被改动，与其校验值不符", f"the stored {what} was altered: it does not have its digest")
    return JiuzhuError(f"{what}_altered", text, value=value)
