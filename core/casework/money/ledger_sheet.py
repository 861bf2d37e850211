"""What households have coming and have had, as sheets: 补发和扣回 of a month, and the account of one (逐月台账)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from core.casework.desk import Desk
from core.casework.every_page import every
from core.casework.money import recovery
from core.casework.money.ledger import Ledger, Payment, ledger
from core.casework.money.payroll_page import COLUMNS, BackShown, back_page
from core.casework.money.payroll_run import LINE_STATUS
from core.casework.people.person import member_of
from core.casework.reporting.exports import BATCH, Words, roots_of, title_lines
from core.casework.workbook import Sheet, columns
from core.casework.workbook.sheet import Value
from core.store.tables import AssistanceCase
from core.values import yuan_text

BACK = columns("案件编号:id", "户主姓名", "补发:money", "扣回:money", "实发:money", "状态", "发放表:id")
MONTHS = columns("月份:month", "已结:money", "现应发:money", "差额:money", "决定:count", "发放表:id")
PAYMENTS = columns(
    "发放表:id", "状态", "保障金:money", "家庭分类施保:money", "人员分类施保:money", "物价补贴:money", "渐退期:money",
    "补发:money", "扣回:money", "实发:money",
)  # fmt: skip
CAME_BACK = columns("日期:date", "方式", "金额:money")


def back_sheet(desk: Desk, division: str, *, month: date) -> Sheet:
    """Return the households with arrears or recovery in the payrolls that cover a month.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    roots_of(desk, division)
    found = every(lambda after: back_page(desk, division=division, month=month, after=after or 0, limit=BATCH))
    heading = title_lines(desk, division, "补发和扣回", month=month)
    return Sheet(title="补发和扣回", columns=BACK, rows=_back(found), heading=heading)


def _back(found: Iterable[BackShown]) -> Iterator[Sequence[Value]]:
    for one in found:
        line = one.line
        status = LINE_STATUS[line.status].zh
        yield one.number, one.name, line.arrears, line.recovery, line.total, status, one.payroll


def ledger_sheets(desk: Desk, case: AssistanceCase) -> tuple[Sheet, ...]:
    """Return a household's account: its months, its payments, and what came back.

    Raises:
        JiuzhuError: ``not_permitted``; what the rules of the place raise.
    """
    desk.require("export.lists", case.path)
    found = ledger(desk, case)
    heading = _heading(desk, case, found)
    months = [
        (one.month, one.was, one.now, one.difference, one.decision, one.payroll) for one in reversed(found.months)
    ]
    sums = [sum(getattr(one, name) for one in found.months) for name in ("was", "now", "difference")]
    back = [(one.happened_on, recovery.KINDS[one.kind].zh, one.amount) for one in found.recoveries]
    return (
        Sheet(title="逐月台账", columns=MONTHS, rows=[*months, ("合计", *sums, None, None)], heading=heading),
        Sheet(title="各期发放", columns=PAYMENTS, rows=[_payment(one) for one in reversed(found.payments)]),
        Sheet(title="退款和扣回", columns=CAME_BACK, rows=back),
    )


def _heading(desk: Desk, case: AssistanceCase, found: Ledger) -> list[str]:
    words, head = Words(desk), member_of(desk, case)
    who = f"户主 {words.name(head)}　身份证号 {words.id_number(head) or '未登记'}　{words.place(case)}"
    balance = f"{'应补' if found.balance >= 0 else '多发'} {yuan_text(abs(found.balance))} 元（至本月）"
    owed = f"应退 {yuan_text(recovery.owed(desk, case))} 元（银行已确认的多发）"
    assumed = [f"推定：{one.zh}" for one in found.assumed]
    return [*title_lines(desk, case.division, f"逐月台账 {case.number}"), who, f"{balance}　{owed}", *assumed]


def _payment(one: Payment) -> Sequence[Value]:
    amounts = {**one.columns, "total": one.total}
    return one.payroll, LINE_STATUS[one.status].zh, *(amounts[name] for name in COLUMNS)
