"""The payment schedule (发放安排) of the policy in force on a period's first day: what it rules, what it leaves open.

Needed for money to move: the frequency always; ``in_advance`` for a payment of more than one month (a month accrues on
its first day, so nothing hangs on it there); ``first_month`` when a grant is decided; ``last_month`` when a stop is.
``pay_by`` and ``channel`` only inform. A gap stops the step that needs it, nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from core.calendar import WorkingCalendar
from core.casework.desk import Desk
from core.casework.money.accrual import DEFAULT_ROUNDING, PayPeriod, Rounding
from core.casework.month import add_months, last_day, month_of
from core.errors import InvalidInput, Problem, Text
from core.kinds.schema import is_gap
from core.policy import Line, Policy
from core.provision import text_of
from core.store.tables import AssistanceCase

NEEDED: dict[str, Text] = {
    "frequency": Text("发放周期", "frequency"),
    "in_advance": Text("预先发放还是期末发放", "payment in advance or in arrears"),
    "first_month": Text("首次计发月", "first month paid"),
    "last_month": Text("末次计发月", "last month paid"),
    "pay_by": Text("发放期限", "day to pay by"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSchedule:
    """A payment schedule as ruled; what a part is, where the source says it."""

    policy: Policy
    line: Line

    @property
    def frequency(self) -> str:
        """The rhythm ruled."""
        return str(self.line.value["frequency"])

    def allows(self, frequency: str) -> bool:
        """Tell whether a rhythm is the one ruled or one that is also allowed."""
        return frequency == self.frequency or frequency in self.line.value.get("also_allowed", ())

    def stated(self, part: str) -> Any:
        """Return a part, or None where the source is silent."""
        found = self.line.value.get(part)
        return None if found is None or is_gap(found) else found

    def needed(self, part: str) -> Any:
        """Return a part a step cannot do without.

        Raises:
            JiuzhuError: ``gap``, naming the part, the provision, who may rule and how it is settled.
        """
        found = self.stated(part)
        if found is None:
            raise InvalidInput([self.gap(part)])
        return found

    def gap(self, part: str) -> Problem:
        """Describe a missing part."""
        return missing_rule(self.policy, self.line, part)

    @property
    def by_bank(self) -> bool:
        """Whether money goes to an account; so it does unless another channel alone is ruled."""
        channel = self.stated("channel")
        return channel is None or "bank" in ([channel] if isinstance(channel, str) else channel)

    def first_month(self, *, applied_on: date, decided_on: date) -> date:
        """Return the first month a grant is paid for.

        Raises:
            JiuzhuError: ``gap`` when the source does not say.
        """
        rule = self.needed("first_month")
        if rule == "month_of_application":
            return month_of(applied_on)
        return add_months(month_of(decided_on), 1 if rule == "month_after_decision" else 0)

    def first_month_unpaid(self, *, decided_on: date, changed_on: date) -> date:
        """Return the first month no longer paid when a stop is decided because of a change.

        Raises:
            JiuzhuError: ``gap`` when the source does not say.
        """
        rule = self.needed("last_month")
        if rule == "month_of_change":
            return add_months(month_of(changed_on), 1)
        return add_months(month_of(decided_on), 1 if rule == "month_of_decision" else 0)

    def opens_on(self, period: PayPeriod) -> date:
        """Return the day from which a period may be paid: its first in advance, else the first of its last month.

        Raises:
            JiuzhuError: ``gap`` when the source does not say which, and the period is more than a month.
        """
        if period.frequency == "month":
            return period.start
        return period.start if self.needed("in_advance") else period.last_month

    def pay_by(self, period: PayPeriod, calendar: WorkingCalendar) -> date | None:
        """Return the day by which a period is to be paid, where the source says; for information."""
        rule = self.stated("pay_by")
        if rule is None:
            return None
        of = rule.get("of", "month")
        early = of == "first_month_of_quarter" or (of == "month" and self.stated("in_advance") is not False)
        month = period.start if early else period.last_month
        if rule.get("day_kind", "calendar") == "working":
            return calendar.add(month - timedelta(days=1), int(rule["day"]), "working").day
        return min(month + timedelta(days=int(rule["day"]) - 1), last_day(month))


def schedule_of(policy: Policy, programme: str) -> PaymentSchedule:
    """Return the schedule in force.

    Raises:
        JiuzhuError: ``nothing_in_force``; ``gap`` when all the source says is that there is none in hand.
    """
    line = policy.require("payment_schedule", programme)
    if line.is_gap:
        raise InvalidInput([missing_rule(policy, line, "frequency")])
    return PaymentSchedule(policy=policy, line=line)


def schedule_for(desk: Desk, case: AssistanceCase, *, on: date) -> PaymentSchedule:
    """Return the schedule a case is under on a day: what a grant asks for its first month, a stop for its last.

    Raises:
        JiuzhuError: as :func:`schedule_of`; what the rules of the place raise.
    """
    book = desk.policies.rulebook(case.division, on=on, area=case.area, programmes=(case.programme,))
    return schedule_of(book.policy, case.programme)


def missing_rule(policy: Policy, line: Line, part: str) -> Problem:
    """Describe a part of a payment schedule nobody ruled: where, why, and how a bureau settles it."""
    what = NEEDED[part]
    told = line.value.get(part)
    because = text_of(told.get("gap", told.get("because"))) if isinstance(told, dict) else line.provision.because
    reason = because or Text("来源未载", "the source does not say")
    place = policy.place.name
    message = Text(
        f"{place}{policy.on}的发放安排未定“{what.zh}”（{reason.zh}），不能据以发放",
        f"the payment schedule of {place} on {policy.on} leaves open: {what.en} ({reason.en}); nothing is paid by it",
    )
    hint = Text(
        "由有权制定发放办法的机关规定，并以注明文号的修订登记",
        "the authority that rules on payment settles it; enter its document as an amendment",
    )
    return Problem(code="gap", message=message, hint=hint, value=f"{line.provision.address} {part}")


def rounding_of(policy: Policy, programme: str) -> Rounding:
    """Return how a payment is rounded; where no rule is in force, the marked technical default."""
    lines = [one for one in policy.lines("rounding", programme) if not one.is_gap and one.value["at"] == "payment"]
    if not lines:
        return DEFAULT_ROUNDING
    line = lines[0]
    assumed = line.provision.basis == "technical_default"
    return Rounding(unit=str(line.value["unit"]), mode=str(line.value["mode"]), assumed=assumed)
