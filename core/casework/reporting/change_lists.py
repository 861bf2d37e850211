"""A month's movements as lists: 新增, 停发, 增发, 减发, 自然减员, 退出跟踪."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from core.casework.desk import Desk
from core.casework.flow.closing import exits
from core.casework.flow.exit_reason import exit_reasons
from core.casework.month import add_months, month_of
from core.casework.reporting.exports import METHODS, Words, roots_of, title_lines, walk
from core.casework.scope import inside
from core.casework.workbook import Column, Sheet, columns
from core.casework.workbook.sheet import Value
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, CaseMember, Decision, FactsVersion, Person

ADDED = columns(
    "决定日期:date", "户主姓名", "身份证号:id", "年龄:count", "性别", "家庭住址", "家庭人口数:count",
    "保障人口数:count", "类别", "健康状况", "救助金计算方式", "月保障金额:money",
    "享受起始月份:month", "开户银行", "账号:id", "来源",
)  # fmt: skip
STOPPED = columns(
    "户主姓名", "身份证号:id", "家庭人口数:count", "家庭住址", "类别", "救助金计算方式", "原月保障金额:money",
    "停发原因", "停发月份:month", "种类",
)  # fmt: skip
CHANGED = columns(
    "户主姓名", "出生日期:date", "原人口:count", "现人口:count", "家庭住址", "类别", "最初享受日期:date",
    "原月保障金额:money", "现月保障金额:money", "差额:money", "救助金计算方式", "执行月份:month", "原因",
)  # fmt: skip
DIED = columns(
    "户主姓名", "户主身份证号:id", "家庭住址", "亡故人员", "亡故日期:date", "类别", "最初享受日期:date",
)  # fmt: skip
LEFT = columns(
    "户主姓名", "家庭人口数:count", "家庭住址", "类别", "退出日期:date", "退出原因", "退出类别", "跟踪结果",
)  # fmt: skip
SEXES = {"male": "男", "female": "女"}
FOLLOWED = {
    "stable": "生活稳定", "returned": "重新纳入", "referred": "已转介", "moved": "已迁走", "dead": "已亡故",
    "unreachable": "未联系上",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A kind of list: its title, its columns and the function that yields its rows."""

    title: str
    columns: Sequence[Column]
    rows: Callable[[Desk, str, date], Iterator[list[Value]]]


def change_list(desk: Desk, name: str, division: str, month: date) -> Sheet:
    """Return a list of a subtree and month: ``added``, ``stopped``, ``increased``, ``reduced``, ``died``, ``left``.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_list``.
    """
    if name not in LISTS:
        raise JiuzhuError("unknown_list", Text("没有这种名单", "there is no such list"), value=name)
    (root,) = roots_of(desk, division)
    one, first = LISTS[name], month_of(month)
    return Sheet(
        title=one.title,
        columns=one.columns,
        rows=one.rows(desk, root, first),
        heading=title_lines(desk, division, one.title, month=first),
    )


def _decided(
    root: str, month: date, *kinds: str
) -> tuple[Select[Decision, AssistanceCase, Person, Decision], type[Decision]]:
    """Select the decisions of some kinds that begin in a month, with case, head, and the decision before.

    The second is the table of the decision before, for who wants more of it.
    """
    before, previous = aliased(Decision), aliased(Decision)
    last = (
        select(func.max(before.number))
        .where(before.case_id == Decision.case_id, before.number < Decision.number)
        .correlate(Decision)
        .scalar_subquery()
    )
    query = (
        select(Decision, AssistanceCase, Person, previous)
        .join(AssistanceCase, AssistanceCase.id == Decision.case_id)
        .join(Person, Person.id == AssistanceCase.head_id)
        .outerjoin(previous, (previous.case_id == Decision.case_id) & (previous.number == last))
        .where(Decision.kind.in_(kinds), Decision.from_month == month, inside(AssistanceCase.path, (root,)))
        .order_by(AssistanceCase.path, Decision.id)
    )
    return query, previous


def _added(desk: Desk, root: str, month: date) -> Iterator[list[Value]]:
    words = Words(desk)
    query, _ = _decided(root, month, "grant", "opening")
    query = query.add_columns(FactsVersion.facts).outerjoin(FactsVersion, FactsVersion.id == Decision.facts_id)
    for row, case, head, _, facts in walk(desk, query):
        yield [
            row.decided_on, words.name(head), words.id_number(head), _age(head, month), SEXES.get(head.sex or ""),
            words.address(head) or words.place(case), case.persons, case.entitled, words.category(case),
            _health(facts, head.token), METHODS.get(row.method, row.method), row.monthly, row.from_month, head.bank,
            words.account(head), "存量转入" if row.kind == "opening" else "新批准",
        ]  # fmt: skip


def _age(person: Person, on: date) -> int | None:
    born = person.birth_date
    return None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _health(facts: Mapping[str, Any] | None, token: str) -> str | None:
    """The head's disability and illness as the facts have them; nothing where they say nothing."""
    members = (facts or {}).get("members", ())
    one: Mapping[str, Any] = next((member for member in members if member["id"] == token), {})
    level = str(one.get("disability_level", "0"))
    said = [f"残疾{level}级"] if level != "0" else []
    said += ["重病"] if str(one.get("severe_illness", "")).lower() == "true" else []
    return "、".join(said) or None


def _stopped(desk: Desk, root: str, month: date) -> Iterator[list[Value]]:
    words, reasons = Words(desk), exit_reasons()
    query, _ = _decided(root, month, "stop", "suspend")
    for row, case, head, previous in walk(desk, query):
        reason = reasons.get(str(row.basis.get("exit", "")))
        yield [
            words.name(head), words.id_number(head), case.persons, words.address(head) or words.place(case),
            words.category(case), METHODS.get(row.method, row.method), previous.monthly if previous else None,
            reason.label.zh if reason else str(row.basis.get("reason", "")), row.from_month,
            "停发" if row.kind == "stop" else "暂停",
        ]  # fmt: skip
    yield from _members_left(desk, root, month, words)


def _members_left(desk: Desk, root: str, month: date, words: Words) -> Iterator[list[Value]]:
    reasons = exit_reasons()
    query = _membership(root, month).where(CaseMember.end_reason.is_not(None))
    for member, case, person, _ in walk(desk, query):
        reason = reasons.get(member.end_reason or "")
        yield [
            words.name(person), words.id_number(person), 1, words.place(case), words.category(case), None, None,
            reason.label.zh if reason else member.end_reason, month_of(member.until), "成员退出",
        ]  # fmt: skip


def _membership(root: str, month: date) -> Select[CaseMember, AssistanceCase, Person, Person]:
    """Select who ceased to be a member in a month, with case, the person and the head."""
    head = aliased(Person)
    return (
        select(CaseMember, AssistanceCase, Person, head)
        .join(AssistanceCase, AssistanceCase.id == CaseMember.case_id)
        .join(Person, Person.id == CaseMember.person_id)
        .join(head, head.id == AssistanceCase.head_id)
        .where(inside(AssistanceCase.path, (root,)), CaseMember.until >= month, CaseMember.until < add_months(month, 1))
        .order_by(AssistanceCase.path, CaseMember.id)
    )


def _changed(kind: str) -> Callable[[Desk, str, date], Iterator[list[Value]]]:
    def rows(desk: Desk, root: str, month: date) -> Iterator[list[Value]]:
        words, was = Words(desk), aliased(FactsVersion)
        query, previous = _decided(root, month, kind)
        query = (
            query.add_columns(was.facts, FactsVersion.facts)
            .outerjoin(FactsVersion, FactsVersion.id == Decision.facts_id)
            .outerjoin(was, was.id == previous.facts_id)
        )
        for row, case, head, before, old, new in walk(desk, query):
            yield [
                words.name(head), head.birth_date, _size(old), _size(new), words.address(head) or words.place(case),
                words.category(case), case.opened_on, before.monthly if before else None, row.monthly,
                row.monthly - before.monthly if before else None, METHODS.get(row.method, row.method), row.from_month,
                _reason(row),
            ]  # fmt: skip

    return rows


def _size(facts: Mapping[str, Any] | None) -> int | None:
    return None if facts is None else len(facts.get("members", ()))


def _reason(row: Decision) -> str:
    """Why an amount changed: the batch (批量调标), or what the proposal said."""
    if row.batch:
        return f"批量调标 {row.batch}"
    return str(row.basis.get("reason", row.basis.get("why", "")))


def _died(desk: Desk, root: str, month: date) -> Iterator[list[Value]]:
    words, head = Words(desk), aliased(Person)
    query = (
        select(Person, AssistanceCase, head)
        .join(CaseMember, CaseMember.person_id == Person.id)
        .join(AssistanceCase, AssistanceCase.id == CaseMember.case_id)
        .join(head, head.id == AssistanceCase.head_id)
        .where(Person.died_on >= month, Person.died_on < add_months(month, 1))
        .where(inside(AssistanceCase.path, (root,)))
        .order_by(AssistanceCase.path, Person.id)
    )
    for person, case, at_the_head in walk(desk, query):
        yield [
            words.name(at_the_head), words.id_number(at_the_head), words.address(at_the_head) or words.place(case),
            words.name(person), person.died_on, words.category(case), case.opened_on,
        ]  # fmt: skip


def _left(desk: Desk, root: str, month: date) -> Iterator[list[Value]]:
    words = Words(desk)
    for one in exits(desk, root, since=month, until=add_months(month, 1)):
        if one.member is not None:
            continue
        query = select(AssistanceCase, Person).join(Person, Person.id == AssistanceCase.head_id)
        case, head = desk.session.execute(query.where(AssistanceCase.number == one.number)).one()
        yield [
            words.name(head), one.persons, words.address(head) or words.place(case), words.category(case), one.left_on,
            one.reason.label.zh, one.reason.group_label.zh, FOLLOWED.get(one.followed_up or "", "未跟踪"),
        ]  # fmt: skip


LISTS: Mapping[str, Listing] = {
    "added": Listing(title="新增名单", columns=ADDED, rows=_added),
    "stopped": Listing(title="停发名单", columns=STOPPED, rows=_stopped),
    "increased": Listing(title="增发名单", columns=CHANGED, rows=_changed("increase")),
    "reduced": Listing(title="减发名单", columns=CHANGED, rows=_changed("reduce")),
    "died": Listing(title="自然减员名单", columns=DIED, rows=_died),
    "left": Listing(title="退出对象跟踪", columns=LEFT, rows=_left),
}
"""Every list of a month by name."""
