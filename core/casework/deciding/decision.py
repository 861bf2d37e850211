"""Decisions: a person with the right turns a proposal into what is owed, for ever as it was decided."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.deciding.proposal import Proposal, propose
from core.casework.deciding.standing import entitled_in, standing_for
from core.casework.deciding.stored_policy import store_policy
from core.casework.deciding.turn import note_turn
from core.casework.desk import Desk
from core.casework.flow.transition import moves
from core.casework.month import month_of, months_on
from core.errors import JiuzhuError, Text
from core.store.base import canonical
from core.store.tables import AssistanceCase, Decision
from core.values import fraction_text

__all__ = ["Departure", "Proposal", "Ruling", "decide", "decision_row", "decisions_of", "entitled_in", "propose"]

Kind = Literal["opening", "grant", "refuse", "increase", "reduce", "continue", "stop", "suspend", "resume", "phase_out"]
NOTHING_DUE = ("refuse", "stop", "suspend")
BEGINS = ("opening", "grant", "refuse")
"""Decisions that move a case whatever months they are on: what follows them is decided by the same act."""
DATED = ("opening", "grant")
"""Decisions that date the next review; a change does not, or whoever reports one would put his review off."""
FOLLOWS = "follows"
"""Part of the basis of a decision on months to come that follows, by the rules, from one on an earlier month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A decision that departs from the computed result: other parts, on a finding, with a reason.

    The second person is whoever decides: never the one who prepared.
    """

    parts: Mapping[str, Fraction]
    finding: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What is decided beside the amount: which kind, for which months, who prepared and who decides, on what basis."""

    kind: Kind
    from_month: date
    prepared_by: int
    decided_by: int
    basis: Mapping[str, Any]
    until_month: date | None = None
    batch: str | None = None
    departure: Departure | None = None


def decide(  # noqa: PLR0913 - a decision is all of these, each said by name
    desk: Desk,
    case: AssistanceCase,
    *,
    kind: Kind,
    proposal: Proposal,
    from_month: date,
    prepared_by: int,
    basis: Mapping[str, Any],
    until_month: date | None = None,
    batch: str | None = None,
    departure: Departure | None = None,
    present: date | None = None,
) -> Decision:
    """Decide what a household is owed from a month on (until ``until_month``), as proposed by another person.

    ``present`` is the first month of several that are decided together, where that is later than this one. A decision
    on other months leaves row and status as they are; one ahead takes effect when its month has come
    (``deciding.effect``). A grant, a refusal and a stop move the status by the act itself, whatever the month; the
    amount on the row is always that of the month it is.

    Raises:
        JiuzhuError: ``not_permitted``; ``maker_is_checker``; ``undecided`` when a needed quantity has no value and
            nobody departs from the result; ``not_eligible`` for a grant the rules do not give;
            ``departure_without_reason``.
    """
    desk.require("case.decide", case.path)
    refuse_own(desk, prepared_by)
    _check(proposal, kind, departure)
    ruling = Ruling(
        kind=kind, from_month=from_month, until_month=until_month, prepared_by=prepared_by, decided_by=desk.actor.id,
        basis=basis, batch=batch, departure=departure,
    )  # fmt: skip
    before = decisions_of(desk.session, case.id)
    number = before[-1].number + 1 if before else 1
    row = decision_row(proposal, ruling, number=number, on=desk.today, moment=desk.moment)
    store_policy(desk.session, proposal.rulebook, moment=desk.moment)
    desk.session.add(row)
    beside = _beside(case, row, today=month_of(desk.today), present=present)
    if not beside:
        note_on_case(case, row, proposal)
        note_amount(case, standing_for([*before, row], month_of(desk.today)) or row)
    elif row.from_month > month_of(desk.today) and FOLLOWS not in row.basis:
        date_review(case, row, proposal)
    desk.session.flush()
    note_turn(desk.session, case, [*before, row])
    desk.record(f"case/{case.id}", "decided", decision_event(row) | ({"beside": True} if beside else {}))
    return row


def _beside(case: AssistanceCase, row: Decision, *, today: date, present: date | None) -> bool:
    """Whether a decision is on other months than the one the case's row speaks of, or the case has left."""
    if row.kind in BEGINS or (row.kind == "resume" and row.from_month <= today):
        return False
    month = max(today, present or row.from_month) if row.kind == "stop" else today
    return entitled_in([row], month) is None or (case.status, f"decision.{row.kind}") not in moves()


def refuse_own(desk: Desk, prepared_by: int) -> None:
    """Refuse a decision on one's own proposal.

    Raises:
        JiuzhuError: ``maker_is_checker``.
    """
    if desk.actor.id == prepared_by:
        text = Text("不能审批本人拟定的事项", "nobody decides what he prepared himself")
        hint = Text("请由另一位有权限的人员办理", "another person with the right must do it")
        raise JiuzhuError("maker_is_checker", text, hint=hint, value=desk.actor.login)


def _check(proposal: Proposal, kind: Kind, departure: Departure | None) -> None:
    if departure is not None and not (departure.reason.strip() and departure.finding.strip()):
        text = Text("偏离计算结果须有认定和理由", "a departure from the result needs a finding and a reason")
        raise JiuzhuError("departure_without_reason", text)
    if departure is None and kind not in NOTHING_DUE:
        refuse_uncomputed(proposal, kind)


def refuse_uncomputed(proposal: Proposal, kind: Kind) -> None:
    """Refuse to pay what the rules do not give, or do not tell.

    Raises:
        JiuzhuError: ``undecided``, ``not_eligible``.
    """
    if proposal.status == "undecided":
        reasons = [text for _, text in proposal.assessment.failures]
        hint = Text("；".join(one.zh for one in reasons), "; ".join(one.en for one in reasons)) if reasons else None
        raise JiuzhuError("undecided", Text("规则或事实不全，不能决定", "rules or facts are missing"), hint=hint)
    if proposal.status == "not_eligible" and kind != "phase_out":
        failed = proposal.assessment.failed
        hint = Text("；".join(one.message("zh") for one in failed), "; ".join(one.message("en") for one in failed))
        raise JiuzhuError("not_eligible", Text("不符合条件", "the conditions are not met"), hint=hint)


def decision_row(proposal: Proposal, ruling: Ruling, *, number: int, on: date, moment: str) -> Decision:
    """Return the row of a decision on a proposal; asks the database nothing."""
    departed = ruling.departure.parts if ruling.departure is not None else proposal.parts
    parts: Mapping[str, Fraction] = {} if ruling.kind in NOTHING_DUE else departed
    row = Decision(
        case_id=proposal.case_id,
        number=number,
        kind=ruling.kind,
        decided_on=on,
        recorded_at=moment,
        from_month=month_of(ruling.from_month),
        until_month=month_of(ruling.until_month) if ruling.until_month else None,
        monthly=sum(parts.values(), Fraction(0)),
        parts={name: fraction_text(one) for name, one in parts.items() if one},
        method=proposal.method,
        policy_hash=proposal.rulebook.hash,
        facts_id=proposal.facts.id,
        trace=zlib.compress(canonical(proposal.assessment.canonical()), 6),
        basis=_basis(proposal, ruling),
        batch=ruling.batch,
        prepared_by=ruling.prepared_by,
        decided_by=ruling.decided_by,
    )
    row.digest = decision_digest(row)
    return row


def _basis(proposal: Proposal, ruling: Ruling) -> dict[str, Any]:
    """What the decision rests on beside facts and policy: conditions failed, lines without a value, a departure."""
    found: dict[str, Any] = {**ruling.basis, "case": dict(proposal.case_facts)}
    found["assessed_month"] = proposal.month.isoformat()
    departure = ruling.departure
    failed = [one.condition for one in proposal.assessment.failed]
    missing = {name: f"{one.code} {one.name}" for name, one in proposal.missing.items()}
    if departure is not None:
        computed = {name: fraction_text(one) for name, one in proposal.parts.items()}
        found["departure"] = {"finding": departure.finding, "reason": departure.reason, "computed": computed}
    return found | ({"failed": failed} if failed else {}) | ({"missing": missing} if missing else {})


def decision_digest(row: Decision) -> str:
    """Return SHA-256 over everything a decision says, its trace included."""
    said = {
        "case": row.case_id,
        "number": row.number,
        "kind": row.kind,
        "decided_on": row.decided_on.isoformat(),
        "recorded_at": row.recorded_at,
        "from_month": row.from_month.isoformat(),
        "until_month": row.until_month.isoformat() if row.until_month else None,
        "monthly": fraction_text(row.monthly),
        "parts": dict(row.parts),
        "method": row.method,
        "policy": row.policy_hash,
        "facts": row.facts_id,
        "trace": hashlib.sha256(row.trace).hexdigest() if row.trace is not None else None,
        "basis": row.basis,
        "batch": row.batch,
        "prepared_by": row.prepared_by,
        "decided_by": row.decided_by,
    }
    return hashlib.sha256(canonical(said)).hexdigest()


def decision_event(row: Decision) -> dict[str, Any]:
    """Return what the case's chain keeps of a decision."""
    return {
        "decision": row.number,
        "kind": row.kind,
        "from_month": row.from_month.isoformat(),
        "until_month": row.until_month.isoformat() if row.until_month else None,
        "monthly": fraction_text(row.monthly),
        "policy": row.policy_hash,
        "batch": row.batch,
        "prepared_by": row.prepared_by,
        "digest": row.digest,
    }


def note_on_case(case: AssistanceCase, row: Decision, proposal: Proposal) -> None:
    """Keep the status, the amount and, of a grant or a review, the next review date on the case's row, for lists.

    Services of the case flow refuse beforehand what the transition table does not allow (``transition.require``).
    """
    case.status = moves().get((case.status, f"decision.{row.kind}"), case.status)
    note_amount(case, row)
    date_review(case, row, proposal)


def date_review(case: AssistanceCase, row: Decision, proposal: Proposal) -> None:
    """Keep the review class, and the next review date of a grant or a review: from the day of the decision on."""
    if row.kind in NOTHING_DUE:
        return
    case.review_class = proposal.review_class
    if row.kind in DATED or "review" in row.basis:
        months = proposal.review_months
        case.review_due = months_on(row.decided_on, months) if months is not None else None


def note_amount(case: AssistanceCase, row: Decision) -> None:
    """Keep the amount of the decision that rules the month on the case's row."""
    case.monthly, case.method = whole_fen(row.monthly), row.method


def whole_fen(amount: Fraction) -> int:
    """Return an amount as whole fen, half away from zero: for lists only, never fed back.

    >>> whole_fen(Fraction(85000, 3))
    28333
    """
    doubled = 2 * abs(amount.numerator) + amount.denominator
    return (doubled // (2 * amount.denominator)) * (1 if amount >= 0 else -1)


def decisions_of(session: Session, case_id: int) -> list[Decision]:
    """Return a case's decisions in order."""
    return list(session.scalars(select(Decision).where(Decision.case_id == case_id).order_by(Decision.number)))
