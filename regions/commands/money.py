"""``jiuzhu fund``, ``ledger``, ``recovery``: a division's fund and a household's account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from regions.commands.printing import answer, as_json, heads, show_json, table
from regions.commands.session import WHOLE, YEAR, Session, command, day, month, yuan

if TYPE_CHECKING:
    from core.casework.money.ledger import Ledger

programme_option = click.option("--programme", default="dibao", show_default=True, help="项目 / programme")
division_option = click.option("--division", required=True, metavar="CODE", help="区划代码 / division code")
year_option = click.option("--year", type=YEAR, required=True, help="年度 / year")
source_option = click.option(
    "--source",
    required=True,
    metavar="SOURCE",
    help="nation 中央 / province 省 / prefecture 市 / county 县 / donation 捐助",
)


@click.group()
def fund() -> None:
    """资金台账 / the fund ledger."""


@fund.command("show")
@division_option
@programme_option
@year_option
@as_json
@command
def fund_show(session: Session, division: str, programme: str, year: int, json_: bool) -> None:
    """预算、到位、支出、结余 / budget, received, spent, left."""
    from core.casework.money.fund import SOURCES, balances
    from core.values import yuan_text

    with session.platform.reading_desk(session.user) as desk:
        found = balances(desk, division, programme=programme, year=year)
    if json_:
        show_json([{"source": one.source, "budget_fen": one.budget, "received_fen": one.received,
                    "spent_fen": one.spent, "left_fen": one.left} for one in found])  # fmt: skip
        return
    rows = [
        [SOURCES[one.source].pick(session.language) if one.source in SOURCES else session.say("未落实", "uncovered"),
         yuan_text(one.budget), yuan_text(one.received), yuan_text(one.spent), yuan_text(one.left)]
        for one in found
    ]  # fmt: skip
    table(rows, heads(session, "来源 预算 到位 支出 结余", "source budget received spent left"))
    beyond = sum(-one.left for one in found if one.left < 0)
    if beyond:
        click.echo(
            session.say(f"! 超出到位资金 {yuan_text(beyond)} 元", f"! {yuan_text(beyond)} yuan beyond"), err=True
        )


def _enter(session: Session, kind: str, amount: str, *, division: str, json_: bool, **item: Any) -> None:
    from core.casework.money.fund import FundItem, enter

    on = day(item.pop("on"))
    with session.platform.desk(session.user) as desk:
        row = enter(desk, division, FundItem(kind=kind, amount=yuan(amount), happened_on=on, **item))
        made = {"entry": row.id, "kind": row.kind, "source": row.source, "year": row.year, "amount_fen": row.amount}
    answer(made, session.say("已登记", "entered"), json_=json_)


def entry_options(function: Any) -> Any:
    """Options of a fund entry."""
    for option in (
        division_option, programme_option, year_option, source_option,
        click.option("--document", help="文号 / document"), click.option("--on", metavar="DATE", help="日期 / day"),
        click.argument("amount", metavar="YUAN"),
    ):  # fmt: skip
        function = option(function)
    return function


@fund.command("budget")
@entry_options
@as_json
@command
def fund_budget(session: Session, amount: str, json_: bool, **item: Any) -> None:
    """登记预算 / enter a budget."""
    _enter(session, "budget", amount, json_=json_, **item)


@fund.command("receive")
@entry_options
@as_json
@command
def fund_receive(session: Session, amount: str, json_: bool, **item: Any) -> None:
    """登记到位资金 / enter money received."""
    _enter(session, "receipt", amount, json_=json_, **item)


@fund.command("order")
@division_option
@programme_option
@click.option("--reason", required=True, help="依据 / why")
@click.argument("sources", nargs=-1, required=True)
@as_json
@command
def fund_order(
    session: Session, division: str, *, programme: str, reason: str, sources: tuple[str, ...], json_: bool
) -> None:
    """规定列支顺序 / set the order in which sources are charged."""
    from core.casework.money.fund import set_order

    with session.platform.desk(session.user) as desk:
        set_order(desk, division, programme=programme, sources=sources, reason=reason)
    made = {"division": division, "programme": programme, "sources": list(sources)}
    answer(made, session.say("已登记", "entered"), json_=json_)


@click.command("ledger")
@click.argument("case")
@click.option("--through", metavar="YYYY-MM", help="至哪月，默认本月 / through which month")
@as_json
@command
def ledger(session: Session, case: str, through: str | None, json_: bool) -> None:
    """一户的应发、已发、补发和扣回 / a household's account, month by month."""
    from core.casework.flow.case_list import find_case
    from core.casework.money.ledger import ledger as ledger_of

    with session.platform.reading_desk(session.user) as desk:
        found = ledger_of(desk, find_case(desk, case), through=None if through is None else month(through))
        if json_:
            show_json(_ledger_json(found))
            return
        _print_ledger(session, found)


def _ledger_json(found: Ledger) -> dict[str, Any]:
    from core.values import fraction_text

    return {
        "months": [{"month": one.month.isoformat()[:7], "was": fraction_text(one.was), "now": fraction_text(one.now),
                    "difference": fraction_text(one.difference), "decision": one.decision, "payroll": one.payroll}
                   for one in found.months],
        "payments": [{"payroll": one.payroll, "period": str(one.period), "status": one.status, **one.columns,
                      "total": one.total} for one in found.payments],
        "recoveries": [{"kind": one.kind, "amount": one.amount, "on": one.happened_on.isoformat()}
                       for one in found.recoveries],
        "balance": found.balance,
        "assumed": [{"zh": one.zh, "en": one.en} for one in found.assumed],
    }  # fmt: skip


def _print_ledger(session: Session, found: Ledger) -> None:
    from core.casework.money.payroll_run import LINE_STATUS
    from core.casework.money.recovery import KINDS
    from core.values import yuan_text

    rows = [[one.month.isoformat()[:7], yuan_text(one.was), yuan_text(one.now), yuan_text(one.difference),
             one.decision, one.payroll] for one in found.months]  # fmt: skip
    table(rows, heads(session, "月份 已结 应发 差额 决定 发放表", "month settled entitled difference decision payroll"))
    lines = [
        [one.payroll, LINE_STATUS[one.status].pick(session.language),
         *(yuan_text(amount) for amount in one.columns.values()), yuan_text(one.total)]
        for one in found.payments
    ]  # fmt: skip
    if lines:
        click.echo()
        table(lines, heads(
            session, "发放表 状态 保障金 家庭分类施保 人员分类施保 物价补贴 渐退期 补发 扣回 实发",
            "payroll status benefit household_topup member_topup price_subsidy phase_out arrears recovery total",
        ))  # fmt: skip
    for one in found.recoveries:
        click.echo(f"{one.happened_on} {KINDS[one.kind].pick(session.language)} {yuan_text(one.amount)}")
    word = session.say("应补" if found.balance >= 0 else "应退", "due" if found.balance >= 0 else "owed")
    click.echo(f"{word} {yuan_text(abs(found.balance))}")
    for text in found.assumed:
        click.echo(f"! {session.say('假定：', 'assumed: ')}{text.pick(session.language)}")


@click.group()
def recovery() -> None:
    """多发的退款和扣回 / overpayments coming back."""


@recovery.command("repay")
@click.argument("case")
@click.argument("amount", metavar="YUAN")
@click.option("--on", metavar="DATE", help="退款日 / day")
@click.option("--note", help="收据号 / receipt")
@as_json
@command
def recovery_repay(session: Session, case: str, *, amount: str, on: str | None, note: str | None, json_: bool) -> None:
    """登记退款 / enter a repayment in cash."""
    from core.casework.flow.case_list import find_case
    from core.casework.money.recovery import owed, repay
    from core.values import yuan_text

    with session.platform.desk(session.user) as desk:
        one = find_case(desk, case)
        entry = repay(desk, one, yuan(amount), happened_on=day(on), note=note).id
        left = owed(desk, one)
    said = session.say(f"尚应退 {yuan_text(left)} 元", f"{yuan_text(left)} yuan still owed")
    answer({"case": case, "entry": entry, "owed_fen": left}, said, json_=json_)


@recovery.command("propose")
@click.argument("case")
@click.argument("amount", metavar="YUAN")
@click.option("--each", metavar="YUAN", help="每次至多 / at most each payment")
@click.option("--reason", required=True, help="理由 / why")
@as_json
@command
def recovery_propose(session: Session, case: str, *, amount: str, each: str | None, reason: str, json_: bool) -> None:
    """拟定从以后的保障金中扣回 / propose that it be taken off later payments."""
    from core.casework.flow.case_list import find_case
    from core.casework.money.recovery import propose_offset

    with session.platform.desk(session.user) as desk:
        number = propose_offset(
            desk, find_case(desk, case), yuan(amount), reason=reason, per_payment=None if each is None else yuan(each)
        ).sequence
    said = session.say(f"已拟定，事项 {number}，待他人决定", f"proposed as event {number}; another person decides it")
    answer({"case": case, "proposal": number}, said, json_=json_)


@recovery.command("offset")
@click.argument("case")
@click.argument("proposal", type=WHOLE)
@as_json
@command
def recovery_offset(session: Session, case: str, *, proposal: int, json_: bool) -> None:
    """决定他人拟定的扣回 / decide what another person proposed."""
    from core.casework.flow.case_list import find_case
    from core.casework.money.recovery import order_offset

    with session.platform.desk(session.user) as desk:
        order = order_offset(desk, find_case(desk, case), proposal).id
    answer({"case": case, "order": order}, session.say("已决定", "decided"), json_=json_)
