"""Overpayments (多发): what a household has had too much, paid back in cash, or taken off later payments by a decision.

An overpayment is never taken off by itself: a person with the right decides it, another than the one who prepared it.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from core.casework.deciding.decision import refuse_own
from core.casework.desk import Desk
from core.casework.money.accrual import Rounding
from core.casework.money.household import load_accounts
from core.casework.money.ledger import balance
from core.casework.money.payslip import Account
from core.casework.money.schedule import rounding_of
from core.casework.month import month_of
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, PayrollLine, PayrollRun, RecoveryEntry, RecoveryOrder
from core.values import yuan_text


def owed(desk: Desk, case: AssistanceCase) -> int:
    """Return what a household has had too much for the months paid so far, less what came back; in fen."""
    account = load_accounts(desk.session, [case.id])[case.id]
    return max(-balance(account, _paid_until(desk, case, account), _rounding(desk, case)), 0)


def _paid_until(desk: Desk, case: AssistanceCase, account: Account) -> date:
    """The month behind the last one that was paid, here or elsewhere."""
    ends = desk.session.scalars(
        select(PayrollRun.until_month)
        .join(PayrollLine, PayrollLine.run_id == PayrollRun.id)
        .where(PayrollLine.case_id == case.id, PayrollLine.status.in_(("due", "paid")))
    ).all()
    return max([*ends, *([account.opening.paid_until] if account.opening else [])], default=month_of(desk.today))


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
    desk.record(f"case/{case.id}", "repaid", {"amount": amount}, happened_on=day, reason=note)
    return row


def order_offset(
    desk: Desk,
    case: AssistanceCase,
    amount: int,
    *,
    prepared_by: int,
    reason: str,
    per_payment: int | None = None,
) -> RecoveryOrder:
    """Decide that an overpayment be taken off later payments, at most ``per_payment`` fen each time.

    Raises:
        JiuzhuError: ``not_permitted``; ``maker_is_checker``; ``more_than_owed``.
    """
    desk.require("recovery.order", case.path)
    refuse_own(desk, prepared_by)
    account = load_accounts(desk.session, [case.id])[case.id]
    _require_amount(amount, owed(desk, case) - account.offset_open)
    if per_payment is not None:
        _require_amount(per_payment, amount)
    row = RecoveryOrder(case_id=case.id, amount=amount, per_payment=per_payment, reason=reason, decided_on=desk.today,
                        prepared_by=prepared_by, decided_by=desk.actor.id)  # fmt: skip
    desk.session.add(row)
    desk.session.flush()
    body = {"amount": amount, "per_payment": per_payment, "prepared_by": prepared_by, "order": row.id}
    desk.record(f"case/{case.id}", "offset_ordered", body, reason=reason)
    return row


def _require_amount(amount: int, most: int) -> None:
    if not 0 < amount <= most:
        text = Text("金额须大于零且不超过应退金额", "the amount must be more than 0 and no more than is owed")
        hint = Text(f"至多 {yuan_text(most)} 元", f"at most {yuan_text(most)} yuan")
        raise JiuzhuError("more_than_owed", text, hint=hint, value=yuan_text(amount))
