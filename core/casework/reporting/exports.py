"""Lists that go out as workbooks: the caseload of a subtree, and a payroll line by line.

Names are in them, for those who may read the cases; ID numbers and accounts are masked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from core.casework.access import denied
from core.casework.deciding.shown import shown_in
from core.casework.deciding.status_filter import of_status
from core.casework.desk import Desk
from core.casework.flow.case_search import CaseSearch, conditions, statuses_asked
from core.casework.flow.history import CHINA
from core.casework.flow.transition import status_label
from core.casework.money.payroll_run import find_run
from core.casework.month import month_of
from core.casework.people.person import masked, shown_name
from core.casework.scope import inside
from core.casework.workbook import Sheet, columns
from core.casework.workbook.sheet import Value
from core.errors import JiuzhuError
from core.store.sealed import open_in
from core.store.tables import AssistanceCase, PayrollLine, Person

BATCH = 500
METHODS = {"gap": "补差", "tiered": "分档", "flat": "定额"}
AREAS = {"urban": "城市", "rural": "农村", "any": "不分城乡"}
LINE_STATUSES = {"due": "", "paid": "已发放", "held": "暂缓", "returned": "退回", "cancelled": "取消"}


@dataclass(frozen=True, slots=True)
class Words:
    """What rows say in words: divisions by name, persons opened or masked; each division is looked up once."""

    desk: Desk
    _names: dict[str, str] = field(default_factory=dict)

    def place(self, case: AssistanceCase) -> str:
        """Return division and village."""
        if case.division not in self._names:
            self._names[case.division] = self.desk.tree.name(case.division)
        return f"{self._names[case.division]}{case.village or ''}"

    def category(self, case: AssistanceCase) -> str:
        """Return area and programme."""
        return f"{AREAS.get(case.area, case.area)} {case.programme}"

    def name(self, person: Person) -> str:
        """Return a person's name."""
        return shown_name(self.desk, person)

    def id_number(self, person: Person) -> str | None:
        """Return a person's ID number, masked."""
        return self._masked(person, "id_number", head=6)

    def account(self, person: Person) -> str | None:
        """Return a person's account, masked."""
        return self._masked(person, "account", head=4)

    def address(self, person: Person) -> str | None:
        """Return a person's address."""
        return open_in(person, "address", cipher=self.desk.cipher)

    def _masked(self, person: Person, name: str, *, head: int) -> str | None:
        text = open_in(person, name, cipher=self.desk.cipher)
        return masked(text, head=head, tail=4) if text is not None else None


def roots_of(desk: Desk, division: str) -> tuple[str, ...]:
    """Return the subtree of a division, for who may have lists of it.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    path = desk.path(division)
    desk.require("export.lists", path)
    return (path,)


def title_lines(desk: Desk, division: str, title: str, *, month: date | None = None) -> tuple[str, str]:
    """Return what stands above a list: place and title, period and day."""
    period = f"　{month:%Y年%m月}" if month is not None else ""
    return f"{desk.tree.name(division)}{title}{period}", f"导出日期 {desk.today}"


CASES = columns(
    "案件号:id", "户主姓名", "身份证号:id", "家庭人口数:count", "保障人口数:count", "类别", "地址", "状态",
    "救助金计算方式", "月保障金额:money", "最初享受日期:date", "复核到期:date", "近亲属备案",
)  # fmt: skip


def case_list(desk: Desk, division: str, *, statuses: Sequence[str] = ()) -> Sheet:
    """Return the caseload of a subtree (of some statuses), by place and number.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    asked = [inside(AssistanceCase.path, roots_of(desk, division))]
    query = (
        select(AssistanceCase, Person)
        .join(Person, Person.id == AssistanceCase.head_id)
        .where(*asked)
        .order_by(AssistanceCase.path, AssistanceCase.id)
    )
    if statuses:
        query = query.where(of_status(desk, asked, statuses))
    return Sheet(
        title="案件清单",
        columns=CASES,
        rows=_cases(desk, query),
        heading=title_lines(desk, division, "案件清单"),
    )


def found_cases(desk: Desk, search: CaseSearch) -> Sheet:
    """Return the cases a search finds, every page of it, by place and number.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``, ``unknown_status``.
    """
    roots = roots_of(desk, search.division) if search.division else desk.actor.roots("export.lists", desk.today)
    if not roots:
        raise denied(desk.actor, "export.lists", "")
    asked = conditions(search, roots)
    query = (
        select(AssistanceCase, Person)
        .join(Person, Person.id == AssistanceCase.head_id)
        .where(*asked)
        .order_by(AssistanceCase.path, AssistanceCase.number)
    )
    if statuses := statuses_asked(search):
        query = query.where(of_status(desk, asked, statuses))
    place = search.division or roots[0].rpartition("/")[2]
    heading = title_lines(desk, place, "案件清单")
    return Sheet(title="案件清单", columns=CASES, rows=_cases(desk, query), heading=heading)


def _cases(desk: Desk, query: Any) -> Iterator[list[Value]]:
    words, month = Words(desk), month_of(desk.today)
    for part in desk.session.execute(query.execution_options(yield_per=BATCH)).partitions():
        shown = shown_in(desk.session, [case for case, _ in part], month)
        for case, head in part:
            yield [
                case.number, words.name(head), words.id_number(head), case.persons, case.entitled,
                words.category(case), words.place(case), status_label(shown[case.id].status).zh,
                METHODS.get(case.method or "", case.method), shown[case.id].monthly, case.opened_on, case.review_due,
                "是" if case.filed else None,
            ]  # fmt: skip


def place_name(desk: Desk, division: str) -> str:
    """Name a division, or give its code where the rules of the day know it no more (its plugin is switched off)."""
    try:
        return desk.tree.name(division)
    except JiuzhuError:
        return division


def china_time(moment: str | None) -> str | None:
    """Write a moment by the Chinese clock.

    >>> china_time("2018-04-27T01:02:03+00:00")
    '2018-04-27 09:02:03'
    """
    return datetime.fromisoformat(moment).astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S") if moment else None


def walk(desk: Desk, query: Any) -> Iterator[Any]:
    """Yield the rows of a query as they come, a batch in memory; the session keeps no row nobody holds."""
    for part in desk.session.execute(query.execution_options(yield_per=BATCH)).partitions():
        yield from part


PAYMENTS = columns(
    "序号:count", "户主姓名", "身份证号:id", "地址", "类别", "人口:count", "保障金:money", "家庭分类施保:money",
    "人员分类施保:money", "物价补贴:money", "渐退期保障金:money", "补发:money", "扣回:money", "合计:money", "开户银行",
    "账号:id", "备注",
)  # fmt: skip
AMOUNTS = (
    "benefit", "household_topup", "member_topup", "price_subsidy", "phase_out", "arrears", "recovery", "total",
)  # fmt: skip


def payment_list(desk: Desk, number: str) -> Sheet:
    """Return a payroll (发放表) line by line, every kind of money in a column of its own, and the totals.

    Raises:
        JiuzhuError: ``unknown_payroll``, ``not_permitted``.
    """
    run = find_run(desk, number, action="export.lists")
    query = (
        select(PayrollLine, AssistanceCase, Person)
        .join(AssistanceCase, AssistanceCase.id == PayrollLine.case_id)
        .join(Person, Person.id == AssistanceCase.head_id)
        .where(PayrollLine.run_id == run.id)
        .order_by(PayrollLine.path, AssistanceCase.id)
    )
    return Sheet(
        title="发放表",
        columns=PAYMENTS,
        rows=_payments(desk, query),
        heading=title_lines(desk, run.division, f"发放表 {run.number}", month=run.from_month),
    )


def _payments(desk: Desk, query: Any) -> Iterator[list[Value]]:
    words, sums, persons = Words(desk), dict.fromkeys(AMOUNTS, 0), 0
    for index, (line, case, head) in enumerate(walk(desk, query), 1):
        amounts = {name: getattr(line, name) for name in AMOUNTS}
        if line.status in ("due", "paid"):
            sums = {name: sums[name] + amounts[name] for name in AMOUNTS}
            persons += line.persons
        yield [
            index, words.name(head), words.id_number(head), words.place(case), words.category(case), line.persons,
            *amounts.values(), head.bank, words.account(head),
            line.status_reason or LINE_STATUSES.get(line.status, line.status),
        ]  # fmt: skip
    yield [None, "合计", None, None, None, persons, *sums.values(), None, None, "不含暂缓、退回和取消"]
