"""Overpayments (多发): what a household has had too much, paid back in cash, or taken off later payments by a decision.

An overpayment is never taken off by itself: somebody proposes it, another person with the right decides it. Too much is
what the bank has confirmed beyond what was due: a transfer under way may still be held back or come back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import func, select

from core.casework.deciding.decision import refuse_own
from core.casework.deciding.proposal import PARTS
from core.casework.desk import Desk
from core.casework.flow.history import Happening, chain_of, history
from core.casework.money.accrual import Rounding
from core.casework.money.household import load_accounts
from core.casework.money.ledger import account_of, balance
from core.casework.money.payslip import Account
from core.casework.money.schedule import rounding_of
from core.casework.month import month_of
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, Event, PayrollLine, PayrollRun, RecoveryEntry, RecoveryOrder
from core.values import yuan_text

KINDS: Mapping[str, Text] = {
    "repayment": Text("退款", "repaid"),
    "offset": Text("从保障金中扣回", "taken off a payment"),
    "refund": Text("退还多收回的款", "given back"),
}


def owed(desk: Desk, case: AssistanceCase) -> int:
    """Return what a household has had too much for the months paid so far, less what came back; in fen."""
    settled, until = _confirmed(desk, case, load_accounts(desk.session, [case.id])[case.id])
    account = account_of(desk, case.id, until=until)
    return max(-balance(replace(account, settled=settled), until, _rounding(desk, case)), 0)


def _confirmed(desk: Desk, case: AssistanceCase, account: Account) -> tuple[dict[str, int], date]:
    """What the bank has confirmed of each part, and the month behind the last one paid, here or elsewhere."""
    sums = [func.coalesce(func.sum(getattr(PayrollLine, f"settled_{part}")), 0) for part in PARTS]
    row = desk.session.execute(
        select(func.max(PayrollRun.until_month), *sums)
        .join(PayrollLine, PayrollLine.run_id == PayrollRun.id)
        .where(PayrollLine.case_id == case.id, PayrollLine.status == "paid")
    ).one()
    ends = [*([row[0]] if row[0] else []), *([account.opening.paid_until] if account.opening else [])]
    return dict(zip(PARTS, map(int, row[1:]), strict=True)), max(ends, default=month_of(desk.today))


def _rounding(desk: Desk, case: AssistanceCase) -> Rounding:
    on = month_of(desk.today)
    policy = desk.policies.rulebook(case.division, on=on, area=case.area, programmes=(case.programme,)).policy
    return rounding_of(policy, case.programme)


def repay(
    desk: Desk, case: AssistanceCase, amount: int, *, happened_on: date | None = None, note: str | None = None
) -> RecoveryEntry:
    """Enter what a household paid back in cash (退款), in fen.

    Raises:
        JiuzhuError: ``not_permitted``; ``more_than_owed``.
    """
    desk.require("recovery.repay", case.path)
    _require_amount(amount, owed(desk, case))
    day = happened_on or desk.today
    row = RecoveryEntry(case_id=case.id, kind="repayment", amount=amount, happened_on=day, note=note)
    desk.session.add(row)
    desk.session.flush()
    desk.record(chain_of(case.id), "repaid", {"amount": amount}, happened_on=day, reason=note)
    return row


def propose_offset(
    desk: Desk, case: AssistanceCase, amount: int, *, reason: str, per_payment: int | None = None
) -> Event:
    """Propose that an overpayment be taken off later payments, at most ``per_payment`` fen each time.

    Raises:
        JiuzhuError: ``not_permitted``; ``more_than_owed``.
    """
    desk.require("recovery.propose", case.path)
    _require_open(desk, case, amount)
    if per_payment is not None:
        _require_amount(per_payment, amount)
    body = {"amount": amount, "per_payment": per_payment}
    return desk.record(chain_of(case.id), "offset_proposed", body, reason=reason)


def order_offset(desk: Desk, case: AssistanceCase, proposal: int) -> RecoveryOrder:
    """Decide what another person proposed (``proposal``: the number of his event in the case).

    Raises:
        JiuzhuError: ``not_permitted``; ``unknown_proposal``, naming those that wait; ``maker_is_checker``;
            ``more_than_owed`` when less is owed by now.
    """
    desk.require("recovery.order", case.path)
    proposed = _proposed(desk, case, proposal)
    prepared_by = int(proposed.actor_id or 0)
    refuse_own(desk, prepared_by)
    amount, per_payment = proposed.body["amount"], proposed.body["per_payment"]
    _require_open(desk, case, amount)
    row = RecoveryOrder(case_id=case.id, amount=amount, per_payment=per_payment, reason=proposed.reason or "",
                        decided_on=desk.today, prepared_by=prepared_by, decided_by=desk.actor.id)  # fmt: skip
    desk.session.add(row)
    desk.session.flush()
    body = {"amount": amount, "per_payment": per_payment, "prepared_by": prepared_by, "order": row.id}
    desk.record(chain_of(case.id), "offset_ordered", {**body, "proposal": proposal}, reason=row.reason)
    return row


def waiting_offsets(desk: Desk, case: AssistanceCase) -> dict[int, Happening]:
    """Return the offsets that were proposed and that nobody has decided yet, by the number of their event."""
    events = [one for one in history(desk.session, case.id) if not one.void]
    done = {one.body.get("proposal") for one in events if one.kind == "offset_ordered"}
    return {one.sequence: one for one in events if one.kind == "offset_proposed" and one.sequence not in done}


def _proposed(desk: Desk, case: AssistanceCase, proposal: int) -> Happening:
    waiting = waiting_offsets(desk, case)
    if proposal not in waiting:
        text = Text("没有这项待决定的扣回", "no such offset waits for a decision")
        named = "、".join(map(str, waiting)) or "—"
        raise JiuzhuError("unknown_proposal", text, hint=Text(f"待决定：{named}", f"waiting: {named}"),
                          value=str(proposal))  # fmt: skip
    return waiting[proposal]


def _require_open(desk: Desk, case: AssistanceCase, amount: int) -> None:
    """Refuse more than is owed and not ordered yet."""
    account = load_accounts(desk.session, [case.id])[case.id]
    _require_amount(amount, max(owed(desk, case) - account.offset_open, 0))


def _require_amount(amount: int, most: int) -> None:
    if not 0 < amount <= most:
        text = Text("金额须大于零且不超过应退金额", "the amount must be more than 0 and no more than is owed")
        hint = Text(f"至多 {yuan_text(most)} 元", f"at most {yuan_text(most)} yuan")
        raise JiuzhuError("more_than_owed", text, hint=hint, value=yuan_text(amount))
