"""The bank: an approved payroll goes out as a file, by right and never without a trace; what comes back is entered.

The only place where account numbers are decrypted. Whoever has died or left since approval is held back first.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from core.casework.desk import Desk
from core.casework.money.fund_charge import reverse_run
from core.casework.money.payroll_approval import changed_since
from core.casework.money.payroll_digest import require_unaltered, told
from core.casework.money.payroll_line import Rules, exception_rows, period_of, work_out
from core.casework.money.payroll_run import (
    chain,
    chunks,
    count_run,
    find_run,
    require_status,
    void_entries,
)
from core.casework.people.person import shown_name
from core.casework.workbook.sheet import Sheet, columns
from core.casework.workbook.writing import FORMULA_MARKS, as_bytes
from core.errors import InvalidInput, JiuzhuError, Problem, Text, did_you_mean
from core.store.sealed import open_in
from core.store.tables import AssistanceCase, PayrollException, PayrollLine, PayrollRun, Person
from core.values import yuan_text

HEADINGS = (
    "序号", "案件编号", "户主姓名", "账户名", "开户银行", "账号:id", "保障人口:count", "保障金:money",
    "家庭分类施保:money", "人员分类施保:money", "物价补贴:money", "渐退期保障金:money", "补发:money", "扣回:money",
    "实发金额:money",
)  # fmt: skip
FORMS = ("xlsx", "csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One row of the bank's file."""

    number: str
    name: str
    account_name: str
    bank: str
    account: str
    persons: int
    amounts: tuple[int, ...]


def export(desk: Desk, number: str, *, form: str = "xlsx") -> bytes:
    """Return the bank's file of an approved payroll; asked again, the same rows.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_payroll``, ``wrong_status``, ``unknown_form``; ``altered_payroll``
            when the lines are not those that were approved.
        InvalidInput: ``formula_text`` for names a spreadsheet would take for a formula, with their cases.
    """
    run = find_run(desk, number, action="payroll.export", lock=True)
    require_status(run, "approved", "exported")
    if form not in FORMS:
        text = Text("没有这种文件格式", "there is no such form")
        raise JiuzhuError("unknown_form", text, hint=did_you_mean(form, FORMS), value=form)
    require_unaltered(desk, run)
    held = _hold_back(desk, run) if run.status == "approved" else 0
    rows = list(_transfers(desk, run))
    _refuse_formulas(rows)
    run.status = "exported"
    said = {"form": form, "held": held, "accounts": len(rows)}
    desk.record(chain(run.id), "exported", told(desk.session, run) | said)
    return _workbook(run, rows) if form == "xlsx" else _csv(rows)


def _hold_back(desk: Desk, run: PayrollRun) -> int:
    """Hold back who is caught, or due less, since approval; what is due more comes with the next payment."""
    held: list[int] = []
    rows = desk.session.execute(select(PayrollLine.case_id, PayrollLine.total).where(PayrollLine.run_id == run.id))
    known = {row.case_id: row.total for row in rows}
    changed = changed_since(desk, run)
    for ids in chunks(changed):
        found = {one.household.case_id: one for one in
                 work_out(desk, run, ids, Rules(desk, run.programme, period_of(run)))}  # fmt: skip
        caught = [one for one in found.values() if one.caught]
        less = [i for i in ids if (i not in found) or (not found[i].caught and found[i].slip.total < known[i])]
        entered = [row for one in caught for row in exception_rows(desk, run, one)]
        entered += [
            {"run_id": run.id, "case_id": i, "reason": "due_less", "detail": {}, "amount": known[i],
             "found_at": desk.moment} for i in less
        ]  # fmt: skip
        if entered:
            desk.session.execute(insert(PayrollException), entered)
        held += [one.household.case_id for one in caught] + less
    release(desk, run, dict.fromkeys(held, "held"), status="held")
    return len(held)


def release(desk: Desk, run: PayrollRun, reasons: Mapping[int, str], *, status: str) -> None:
    """Put lines back to due: held before they left, or returned by the bank; the fund gets its money back."""
    if not reasons:
        return
    session = desk.session
    amounts: dict[str, int] = {}
    for case_id, reason in reasons.items():
        line = session.scalars(
            select(PayrollLine).where(PayrollLine.run_id == run.id, PayrollLine.case_id == case_id)
        ).one()
        line.status, line.status_reason = status, reason
        amounts[line.path] = amounts.get(line.path, 0) + line.total
    session.flush()
    void_entries(desk, run, list(reasons))
    reverse_run(desk, run, amounts=amounts)
    count_run(session, run)


def _transfers(desk: Desk, run: PayrollRun) -> Iterator[Transfer]:
    rows = desk.session.execute(
        select(PayrollLine, AssistanceCase.number, Person)
        .join(AssistanceCase, AssistanceCase.id == PayrollLine.case_id)
        .join(Person, Person.id == AssistanceCase.head_id)
        .where(PayrollLine.run_id == run.id, PayrollLine.status.in_(("due", "paid")), PayrollLine.total > 0)
        .order_by(PayrollLine.path, AssistanceCase.number)
        .execution_options(yield_per=1000)
    )
    for line, number, person in rows:
        name = shown_name(desk, person)
        yield Transfer(
            number=number,
            name=name,
            account_name=open_in(person, "account_name", cipher=desk.cipher) or name,
            bank=person.bank or "",
            account=open_in(person, "account", cipher=desk.cipher) or "",
            persons=line.persons,
            amounts=(line.benefit, line.household_topup, line.member_topup, line.price_subsidy, line.phase_out,
                     line.arrears, line.recovery, line.total),
        )  # fmt: skip


def _refuse_formulas(rows: Sequence[Transfer]) -> None:
    """Refuse what a spreadsheet at the bank would run; the text itself may be a person's and is not repeated."""
    problems = [
        Problem(code="formula_text", message=Text(f"“{zh}”以公式符号开头，不予导出", f"the {en} begins like a formula"),
                hint=Text("请先更正登记", "correct the record first"), value=row.number)
        for row in rows
        for text, zh, en in ((row.name, "户主姓名", "name"), (row.account_name, "账户名", "account name"),
                             (row.bank, "开户银行", "bank"), (row.account, "账号", "account"))
        if text.startswith(FORMULA_MARKS)
    ]  # fmt: skip
    if problems:
        raise InvalidInput(problems)


def _cells(index: int, row: Transfer) -> list[str | int]:
    return [str(index), row.number, row.name, row.account_name, row.bank, row.account, row.persons, *row.amounts]


def _workbook(run: PayrollRun, rows: Sequence[Transfer]) -> bytes:
    heading = (f"发放表 {run.number}", f"户数 {len(rows)}　合计 {yuan_text(run.total)} 元")
    cells = (_cells(index, row) for index, row in enumerate(rows, 1))
    return as_bytes(Sheet(title="发放表", columns=columns(*HEADINGS), rows=cells, heading=heading))


def _csv(rows: Sequence[Transfer]) -> bytes:
    """UTF-8 with a byte order mark, so that a Chinese spreadsheet reads it."""
    target = io.StringIO()
    out = csv.writer(target)
    out.writerow([one.partition(":")[0] for one in HEADINGS])
    for index, row in enumerate(rows, 1):
        cells = _cells(index, row)
        out.writerow([*cells[:7], *(yuan_text(amount) for amount in row.amounts)])
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def confirm(desk: Desk, number: str, *, failed: Mapping[str, str] | None = None) -> PayrollRun:
    """Enter the bank's answer: everything was paid but the transfers that failed (case number → why), due again.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_payroll``, ``wrong_status``, ``altered_payroll``.
        InvalidInput: ``not_in_payroll`` for case numbers that are not in it.
    """
    run = find_run(desk, number, action="payroll.confirm", lock=True)
    require_status(run, "exported")
    require_unaltered(desk, run)
    returned = _returned(desk, run, failed or {})
    release(desk, run, returned, status="returned")
    desk.session.execute(
        update(PayrollLine).where(PayrollLine.run_id == run.id, PayrollLine.status == "due").values(status="paid")
    )
    run.status, run.paid_on = "paid", desk.today
    count_run(desk.session, run)
    said = {"returned": {str(one): why for one, why in returned.items()}}
    desk.record(chain(run.id), "paid", told(desk.session, run) | said)
    return run


def _returned(desk: Desk, run: PayrollRun, failed: Mapping[str, str]) -> dict[int, str]:
    rows = desk.session.execute(
        select(AssistanceCase.number, AssistanceCase.id)
        .join(PayrollLine, PayrollLine.case_id == AssistanceCase.id)
        .where(PayrollLine.run_id == run.id, PayrollLine.status == "due")
    )
    known = {row.number: row.id for row in rows} if failed else {}
    problems = [
        Problem(code="not_in_payroll", message=Text("发放表中没有这个案件", "the case is not in this payroll"),
                hint=did_you_mean(one, known), value=one)
        for one in failed if one not in known
    ]  # fmt: skip
    if problems:
        raise InvalidInput(problems)
    return {known[one]: why[:200] for one, why in failed.items()}
