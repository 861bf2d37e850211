"""Changes of a running case: new facts, what the rules make of them, and a second person's decision.

Whoever prepares proposes; the amounts and the kind (increase, reduce, stop, continue, phase-out) are computed. The
decision recomputes: if rules or facts have moved in between, it is refused and proposed anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast

from core.casework.deciding.decision import Departure, decisions_of, entitled_in, propose
from core.casework.deciding.effect import status_in, take_effect
from core.casework.deciding.facts import add_facts
from core.casework.deciding.months import judged_months, kinds
from core.casework.deciding.months import settle as settle_months
from core.casework.deciding.proposal import Proposal
from core.casework.deciding.span import kind_of as kind_beside
from core.casework.desk import Desk
from core.casework.flow.finding import require_finding
from core.casework.flow.guard import check_stage
from core.casework.flow.history import Happening, chain_of
from core.casework.flow.particulars import Performance
from core.casework.flow.payable_month import stop_month
from core.casework.flow.procedure import Course, course_of
from core.casework.flow.stage import note_stage
from core.casework.flow.transition import after, move, require
from core.casework.month import month_of
from core.casework.people.recusal import require_actor_free
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, Decision, Event
from core.values import fraction_text

Kind = Literal["increase", "reduce", "stop", "continue", "suspend", "resume", "phase_out"]
RECOMPUTE = "recompute"
"""A proposal on months that a back-dated standard, fact or decision changes (``flow.back_dated``)."""
PROPOSED = "change_proposed"
STAGE = "change_decision"
"""The stage by which procedures name the decision on a change, where they have one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How a change was decided: on which day, by whom of the register, on what departure if any."""

    happened_on: date
    by: Sequence[int] = ()
    departure: Departure | None = None


def report_change(
    desk: Desk,
    case: AssistanceCase,
    facts: Mapping[str, Any],
    *,
    happened_on: date,
    effective_on: date,
    about: Sequence[str],
) -> Event:
    """Record a household's report (or an officer's discovery) of new circumstances: a new version of its facts.

    ``about``: codes of what changed (income, assets, members …).

    Raises:
        JiuzhuError: ``wrong_status``, ``not_permitted``.
        InvalidInput: every fault of the facts.
    """
    desk.require("case.change", case.path)
    move(case, "change_report")
    version = add_facts(desk, case, facts, basis="declared", effective_on=effective_on)
    body = {
        "about": list(about),
        "facts": version.number,
        "effective_on": effective_on.isoformat(),
        "stage": "change_report",
    }
    return desk.record(chain_of(case.id), "change_report", body, happened_on=happened_on)


def kind_of(proposal: Proposal, standing: Decision | None) -> Kind:
    """Return what a proposal means beside the decision that stands."""
    return cast("Kind", kind_beside(proposal, standing.monthly if standing is not None else None))


def propose_change(
    desk: Desk, case: AssistanceCase, *, from_month: date, happened_on: date, kind: Kind | None = None, reason: str = ""
) -> Event:
    """Propose what follows from the newest facts from a month on, for a second person to decide.

    ``kind`` is given only for what is not computed: ``suspend`` and ``resume``, with a reason.

    Raises:
        JiuzhuError: ``undecided`` where rules or facts are missing; ``reasons_missing``, ``wrong_status``,
            ``not_permitted``, ``recusal_required``.
    """
    desk.require("case.change", case.path)
    require_actor_free(desk, case, PROPOSED)
    take_effect(desk, case)
    month = month_of(from_month)
    proposal = propose(desk, case, month=month)
    standing = entitled_in(decisions_of(desk.session, case.id), month)
    said = kind or kind_of(proposal, standing)
    if kind in ("suspend", "resume") and not reason.strip():
        text = Text("暂停或恢复发放须说明理由", "to suspend or resume needs a reason")
        raise JiuzhuError("reasons_missing", text)
    if proposal.status == "undecided" and said not in ("suspend", "stop"):
        raise _undecided(proposal)
    after(status_in(desk.session, case, month), f"decision.{said}")
    require(case, PROPOSED)
    body = {
        "kind": said,
        "from_month": month.isoformat(),
        "monthly": fraction_text(0 if said in ("stop", "suspend") else proposal.monthly),
        "was": fraction_text(standing.monthly if standing is not None else 0),
        "facts": proposal.facts.number,
        "reasons": [{"zh": one.message("zh"), "en": one.message("en")} for one in proposal.assessment.failed],
        "months": planned_months(desk, case, proposal, said),
    }
    return desk.record(chain_of(case.id), PROPOSED, body, happened_on=happened_on, reason=reason or None)


def planned_months(desk: Desk, case: AssistanceCase, proposal: Proposal, kind: Kind) -> list[dict[str, Any]]:
    """Return what the months from the first on come to, as whoever decides will decide them.

    Raises:
        JiuzhuError: as :func:`core.casework.deciding.months.judged_months`.
    """
    if kind in ("suspend", "stop"):
        return []
    spans = judged_months(desk, case, proposal)
    return [
        {"kind": kind, "from_month": one.from_month.isoformat(), "monthly": fraction_text(one.proposal.monthly),
         "until_month": one.until_month.isoformat() if one.until_month else None}
        for one, kind in zip(spans, kinds(spans, kind), strict=True)
    ]  # fmt: skip


def _undecided(proposal: Proposal) -> JiuzhuError:
    reasons = [text for _, text in proposal.assessment.failures]
    hint = Text("；".join(one.zh for one in reasons), "; ".join(one.en for one in reasons))
    return JiuzhuError("undecided", Text("规则或事实不全，不能拟定", "rules or facts are missing"), hint=hint)


def decide_change(desk: Desk, case: AssistanceCase, change: int, settlement: Settlement) -> Decision:
    """Decide a change another person proposed (``change``: the number of his event in the case).

    Raises:
        JiuzhuError: ``unknown_change``, ``proposal_outdated``, ``wrong_stop_month``, ``objection_open``,
            ``maker_is_checker``, ``too_early``, ``wrong_status``, ``not_permitted``, ``recusal_required``.
        InvalidInput: what the stage of the procedure asks for and was not done.
    """
    desk.require("case.decide", case.path)
    take_effect(desk, case)
    course = course_of(desk, case)
    proposed = proposed_change(course, change)
    kind: Kind = proposed.body["kind"]
    if proposed.body["kind"] == RECOMPUTE:
        text = Text("这是逐月重算，另行决定", "this is a recomputation of months: it is decided by its own command")
        hint = Text("请按“逐月重算”作出决定", "decide it as months worked out anew")
        raise JiuzhuError("recomputed_months", text, hint=hint, value=str(change))
    month = date.fromisoformat(proposed.body["from_month"])
    after(status_in(desk.session, case, month), f"decision.{kind}")
    if course.state.objections:
        raise JiuzhuError("objection_open", Text("有异议尚未核实答复", "an objection is open"), value=case.number)
    if settlement.departure is not None:
        require_finding(course, settlement.departure.finding)
    proposal = propose(desk, case, month=month)
    _refuse_outdated(desk, case, proposal, proposed, settlement.departure)
    do_stage(desk, case, course, kind, settlement)
    made = settle(
        desk, case, kind=kind, proposal=proposal, from_month=month, prepared_by=int(proposed.actor_id or 0),
        decided_on=settlement.happened_on, basis=_basis(proposed, change), departure=settlement.departure,
    )  # fmt: skip
    move(case, "change_decided")
    told = {"change": change, "decision": made.number, **unruled(made)}
    desk.record(chain_of(case.id), "change_decided", told, happened_on=settlement.happened_on)
    return made


def settle(  # noqa: PLR0913 - what a decision is, each said by name
    desk: Desk,
    case: AssistanceCase,
    *,
    kind: Kind,
    proposal: Proposal,
    from_month: date,
    prepared_by: int,
    basis: Mapping[str, Any],
    decided_on: date,
    departure: Departure | None = None,
) -> Decision:
    """Decide a change, month by month under each month's own rules through the last published change.

    A stop takes hold in the month the payment schedule rules for the day of the decision; where that is left open, the
    proposed month holds and the decision's basis says ``unruled: last_month``.

    Raises:
        JiuzhuError: ``wrong_stop_month`` when a stop was proposed for another month than the one ruled; as
            ``deciding.months.settle``.
    """
    if kind == "stop":
        changed = proposal.facts.effective_on
        stop = stop_month(desk, case, decided_on=decided_on, changed_on=changed, given=from_month)
        basis = {**basis, **stop.mark}
    return settle_months(
        desk, case, kind=kind, proposal=proposal, from_month=from_month, prepared_by=prepared_by, basis=basis,
        departure=departure,
    )  # fmt: skip


def unruled(made: Decision) -> dict[str, Any]:
    """Return what a decision's event keeps of what its source leaves open."""
    return {name: found for name, found in made.basis.items() if name == "unruled"}


def drop_change(desk: Desk, case: AssistanceCase, change: int, *, reason: str) -> Event:
    """Take a proposed change back, or send it back, with a reason.

    Raises:
        JiuzhuError: ``unknown_change``, ``wrong_status``, ``not_permitted``.
    """
    if not desk.actor.may("case.decide", case.path, desk.today):
        desk.require("case.change", case.path)
    proposed_change(course_of(desk, case), change)
    move(case, "change_dropped")
    return desk.record(chain_of(case.id), "change_dropped", {"change": change}, reason=reason)


def proposed_change(course: Course, change: int) -> Happening:
    """Return a change that waits for a decision, by the number of its event.

    Raises:
        JiuzhuError: ``unknown_change``.
    """
    found = course.state.changes.get(change)
    if found is None:
        text = Text("没有这项待决定的变更", "no such change waits for a decision")
        waiting = "、".join(map(str, course.state.changes)) or "—"
        hint = Text(f"待决定：{waiting}", f"waiting: {waiting}")
        raise JiuzhuError("unknown_change", text, hint=hint, value=str(change))
    return found


def _refuse_outdated(
    desk: Desk, case: AssistanceCase, proposal: Proposal, proposed: Happening, departure: Departure | None
) -> None:
    kind = proposed.body["kind"]
    now = fraction_text(0 if kind in ("stop", "suspend") else proposal.monthly)
    stopping = kind != "stop" or proposal.status == "not_eligible" or departure is not None
    same = now == proposed.body["monthly"] and proposal.facts.number == proposed.body["facts"]
    if same and departure is None:
        same = planned_months(desk, case, proposal, kind) == proposed.body.get("months", [])
    if not same or not stopping:
        text = Text("拟定之后规则或事实已变，应重新拟定", "rules or facts moved after the proposal: propose it anew")
        raise JiuzhuError("proposal_outdated", text, value=str(proposed.sequence))


def do_stage(desk: Desk, case: AssistanceCase, course: Course, kind: Kind, settlement: Settlement) -> None:
    """Do the procedure's stage of a change, where there is one and the kind is among its results.

    Raises:
        JiuzhuError: ``recusal_required``, ``too_early``.
        InvalidInput: what the stage asks for and was not done.
    """
    rule = course.procedure.by_key.get(STAGE)
    if rule is None or (rule.results and kind not in rule.results):
        require_actor_free(desk, case, STAGE)
        return
    done = Performance(happened_on=settlement.happened_on, by=settlement.by, result=kind if rule.results else None)
    check_stage(desk, case, course, rule, done)
    note_stage(desk, case, course, STAGE, done)


def _basis(proposed: Happening, change: int) -> dict[str, Any]:
    found: dict[str, Any] = {"change": change}
    if proposed.reason:
        found["reason"] = proposed.reason
    if proposed.body["reasons"]:
        found["reasons"] = proposed.body["reasons"]
    return found
