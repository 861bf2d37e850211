"""The month a grant begins and the month a stop takes hold: the payment schedule rules them, nobody chooses them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.casework.desk import Desk
from core.casework.flow.cite import cited
from core.casework.money.schedule import PaymentSchedule, schedule_for
from core.casework.month import month_of
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, Decision

OPEN = ("gap", "nothing_in_force")
"""Codes that say a schedule leaves something open, or that there is none."""
FIRST: Mapping[str, Text] = {
    "month_of_decision": Text("自批准当月起计发", "paid from the month of the decision"),
    "month_after_decision": Text("自批准次月起计发", "paid from the month after the decision"),
    "month_of_application": Text("自申请当月起计发", "paid from the month of the application"),
}
LAST: Mapping[str, Text] = {
    "month_of_decision": Text("发至决定停发当月", "paid to the month of the decision to stop"),
    "month_before_stop": Text("自决定停发当月起不发", "not paid from the month of the decision to stop"),
    "month_of_change": Text("发至情况变化当月", "paid to the month of the change"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StopMonth:
    """The first month no longer paid; ``unruled`` names what the source leaves open, so that a person said it."""

    month: date
    unruled: tuple[str, ...] = ()

    @property
    def mark(self) -> dict[str, list[str]]:
        """What an event or the basis of a decision keeps of it: nothing where the month is ruled."""
        return {"unruled": list(self.unruled)} if self.unruled else {}


def first_month(desk: Desk, case: AssistanceCase, *, decided_on: date, given: date | None = None) -> date:
    """Return the month from which a grant decided on a day is paid.

    Raises:
        JiuzhuError: ``gap`` where the source does not say; ``wrong_first_month`` when another is ``given``.
    """
    schedule = schedule_for(desk, case, on=decided_on)
    ruled = schedule.first_month(applied_on=case.opened_on, decided_on=decided_on)
    if given is not None and month_of(given) != ruled:
        rule = FIRST[schedule.needed("first_month")]
        raise _other_month(desk, "wrong_first_month", schedule, rule, ruled, given)
    return ruled


def stop_month(
    desk: Desk, case: AssistanceCase, *, decided_on: date, changed_on: date, given: date | None = None
) -> StopMonth:
    """Return the first month no longer paid when a stop is decided on a day because of a change.

    That nothing is due any more is the law's; where only the month is left open, the one ``given`` holds, marked.

    Raises:
        JiuzhuError: ``gap`` where the source does not say and none is given; ``wrong_stop_month`` when another is
            ``given`` than the one ruled.
    """
    try:
        schedule = schedule_for(desk, case, on=decided_on)
        ruled = schedule.first_month_unpaid(decided_on=decided_on, changed_on=changed_on)
    except JiuzhuError as error:
        if given is None or error.code not in OPEN:
            raise
        return StopMonth(month=month_of(given), unruled=("last_month",))
    if given is not None and month_of(given) != ruled:
        rule = LAST[schedule.needed("last_month")]
        raise _other_month(desk, "wrong_stop_month", schedule, rule, ruled, given)
    return StopMonth(month=ruled)


def owed_from(decisions: Sequence[Decision], month: date) -> bool:
    """Tell whether decisions owe anything in a month or later: if not, a stop needs no month ruled."""
    covering = [one for one in decisions if one.until_month is None or one.until_month > month]
    standing = next((one for one in reversed(covering) if one.from_month <= month), None)
    later = [one for one in covering if one.from_month > month]
    return any(one.monthly for one in ([standing] if standing is not None else []) + later)


def _other_month(desk: Desk, code: str, schedule: PaymentSchedule, rule: Text, ruled: date, given: date) -> JiuzhuError:
    where = cited(str(schedule.line.provision.citation or ""), desk.policies.documents)
    text = Text(
        f"{where}：{rule.zh}，应为 {ruled:%Y-%m}",
        f"{where}: {rule.en}, which is {ruled:%Y-%m}",
    )
    hint = Text("月份由发放安排确定，可不填", "the payment schedule fixes the month: leave it out")
    return JiuzhuError(code, text, hint=hint, value=f"{given:%Y-%m}")
