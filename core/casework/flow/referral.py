"""Referrals (转介): who is refused or leaves is told what else there is, with the conditions met and failed; tracked.

Which programmes there are is data of the rules; the platform only knows where a household may be sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from core.assess import assess
from core.casework.deciding.facts import prepare_facts
from core.casework.deciding.proposal import Proposal
from core.casework.desk import Desk
from core.casework.flow.history import chain_of
from core.casework.flow.transition import move
from core.casework.scope import inside
from core.errors import InvalidInput, JiuzhuError, Problem, Text, did_you_mean
from core.rulebook import Rulebook
from core.store.tables import AssistanceCase, Event, Referral

TARGETS: Mapping[str, tuple[Text, tuple[str, ...]]] = {
    "temporary_assistance": (Text("临时救助", "temporary assistance"), ("temporary_assistance",)),
    "margin_household": (Text("低保边缘家庭", "margin household"), ("margin_household",)),
    "special_hardship": (Text("特困人员救助供养", "special hardship support"), ("special_hardship",)),
    "disability_subsidies": (Text("残疾人两项补贴", "disability subsidies"), ("living_subsidy", "care_subsidy")),
}
"""Where a household may be sent, and the programmes whose rules say whether it has a chance there."""
OUTCOMES = ("granted", "refused", "not_reached")
CHECKED = ("asset_ok", "income_ok", "eligible")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A way on: ``status`` by that programme's rules, or ``unruled`` where none is in hand."""

    target: str
    label: Text
    status: str
    met: tuple[str, ...] = ()
    failed: tuple[Text, ...] = ()


def offers(desk: Desk, case: AssistanceCase, proposal: Proposal) -> list[Offer]:
    """Return where a refused household may be sent, with what it met and failed of this programme and of that."""
    return [_offer(desk, case, proposal, target) for target in TARGETS]


def _offer(desk: Desk, case: AssistanceCase, proposal: Proposal, target: str) -> Offer:
    label, programmes = TARGETS[target]
    found: dict[str, str] = {}
    failed: list[Text] = []
    for programme in programmes:
        book = _book(desk, case, programme, proposal.month)
        if book is None or book.policy.line("programme", programme) is None:
            continue
        try:
            facts = prepare_facts(book, proposal.facts.facts, on=max(proposal.month, proposal.facts.effective_on))
        except InvalidInput:  # facts of one programme that the other does not declare: it has to ask for its own
            found[programme] = "undecided"
            continue
        answer = assess(book, facts)
        found[programme] = answer.statuses.get(programme, "undecided")
        failed += [Text(one.message("zh"), one.message("en")) for one in answer.failed]
    order = ("eligible", "undecided", "not_eligible")
    status = next((one for one in order if one in found.values()), "unruled")
    return Offer(target=target, label=label, status=status, failed=tuple(failed))


def _book(desk: Desk, case: AssistanceCase, programme: str, on: date) -> Rulebook | None:
    """The rules of another programme there; None where no plugin in use knows it."""
    try:
        return desk.policies.rulebook(case.division, on=on, area=case.area, programmes=(programme,))
    except JiuzhuError as error:
        if error.code != "unknown_programme":
            raise
        return None


def conditions_of(proposal: Proposal) -> dict[str, Any]:
    """Return the conditions of the refused programme a household met (codes) and failed (in words)."""
    programme = proposal.assessment.rulebook.policy.programmes[0]
    outputs = proposal.assessment.outputs
    met = [name for name in CHECKED if outputs.get(f"{programme}.{name}") is True]
    failed = [{"zh": one.message("zh"), "en": one.message("en")} for one in proposal.assessment.failed]
    return {"met": met, "failed": failed}


def refer(desk: Desk, case: AssistanceCase, target: str, *, happened_on: date, proposal: Proposal) -> Referral:
    """Send a household on, and keep track of it.

    Raises:
        JiuzhuError: ``unknown_target``, ``already_referred``, ``wrong_status``, ``not_permitted``.
    """
    desk.require("case.refer", case.path)
    if target not in TARGETS:
        text = Text("没有这种转介去向", "there is no such place to refer to")
        raise JiuzhuError("unknown_target", text, hint=did_you_mean(target, TARGETS), value=target)
    if any(one.target == target and one.outcome is None for one in referrals_of(desk, case)):
        text = Text("已经转介，尚无结果", "it is referred there already and not answered")
        raise JiuzhuError("already_referred", text, value=target)
    row = Referral(case_id=case.id, target=target, referred_on=happened_on, referred_by=desk.actor.id,
                   conditions=conditions_of(proposal))  # fmt: skip
    desk.session.add(row)
    desk.session.flush()
    move(case, "referral")
    body = {"referral": row.id, "target": target, "conditions": row.conditions}
    desk.record(chain_of(case.id), "referral", body, happened_on=happened_on)
    return row


def answer_referral(desk: Desk, referral_id: int, *, happened_on: date, outcome: str) -> Event:
    """Record what became of a referral: granted, refused, not reached.

    Raises:
        JiuzhuError: ``unknown_referral``, ``answered``, ``wrong_status``, ``not_permitted``.
        InvalidInput: ``bad_value``.
    """
    row = desk.session.get(Referral, referral_id)
    absent = JiuzhuError("unknown_referral", Text("没有这项转介", "there is no such referral"), value=str(referral_id))
    if row is None:
        raise absent
    case = desk.found(desk.session.get(AssistanceCase, row.case_id), absent)
    desk.require("case.refer", case.path)
    if outcome not in OUTCOMES:
        text = Text("转介结果有误", "not an outcome of a referral")
        raise InvalidInput([Problem(code="bad_value", message=text, value=outcome, allowed=OUTCOMES)])
    if row.outcome is not None:
        raise JiuzhuError("answered", Text("该转介已有结果", "the referral is answered"), value=row.outcome)
    row.answered_on, row.outcome = happened_on, outcome
    move(case, "referral_answered")
    body = {"referral": row.id, "target": row.target, "outcome": outcome}
    return desk.record(chain_of(case.id), "referral_answered", body, happened_on=happened_on)


def referrals_of(desk: Desk, case: AssistanceCase) -> list[Referral]:
    """Return a case's referrals in order."""
    return list(desk.session.scalars(select(Referral).where(Referral.case_id == case.id).order_by(Referral.id)))


def open_referrals(desk: Desk, path: str) -> list[tuple[Referral, str]]:
    """Return the referrals of a subtree that nobody has answered, with their cases' numbers.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    desk.require("case.read", path)
    query = (
        select(Referral, AssistanceCase.number)
        .join(AssistanceCase, AssistanceCase.id == Referral.case_id)
        .where(inside(AssistanceCase.path, (path,)), Referral.outcome.is_(None))
        .order_by(Referral.referred_on, Referral.id)
    )
    return [(one, number) for one, number in desk.session.execute(query)]
