"""``jiuzhu budget-plan``: next year's money, its assumptions, the second person, finance's answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from regions.commands.printing import answer, as_json, heads, show_json, table, written
from regions.commands.session import WHOLE, YEAR, Session, command, day

if TYPE_CHECKING:
    from core.casework.reporting.budget_table import PlanLine

NUMBER = click.argument("number", type=WHOLE)


@click.group("budget-plan")
def budget_plan() -> None:
    """下一年度低保资金预算计划 / the budget plan of next year."""


@budget_plan.command("open")
@click.option("--division", required=True, metavar="CODE", help="区划代码 / division code")
@click.option("--programme", default="dibao", show_default=True, help="项目 / programme")
@click.option("--year", type=YEAR, help="计划年度，默认明年 / year planned, default next year")
@as_json
@command
def plan_open(session: Session, division: str, programme: str, year: int | None, json_: bool) -> None:
    """建立计划 / begin a plan."""
    from core.casework.reporting.budget import open_plan

    with session.platform.desk(session.user) as desk:
        plan = open_plan(desk, division, programme=programme, year=year or desk.today.year + 1)
        number, due = plan.id, plan.due_on
    zh, en = f"计划 {number}，报送期限 {due or '规则未定'}", f"plan {number}, due {due or 'not ruled'}"
    made = {"plan": number, "due": f"{due}" if due else None}
    answer(made, session.say(zh, en), json_=json_)


@budget_plan.command("assume")
@NUMBER
@click.argument("name")
@click.argument("parts", nargs=-1, metavar="PART=VALUE…")
@click.option("--because", required=True, help="测算依据 / what it rests on")
@click.option("--line", default="*", show_default=True, help="哪一行：430903:urban、*:rural、* 全部 / which line")
@as_json
@command
def plan_assume(session: Session, number: int, name: str, parts: tuple[str, ...], json_: bool, **given: str) -> None:
    """写一项测算假设 / write an assumption.

    entries|exits households= persons= monthly= from_month= · uprating monthly= from_month= · topup amount= ·
    price_subsidy monthly= months= · arrears amount= · payers central= provincial= city= county=
    """
    from core.casework.reporting.budget import assume

    value = dict(part.partition("=")[::2] for part in parts)
    with session.platform.desk(session.user) as desk:
        made = assume(desk, number, name, value, because=given["because"], line=given["line"]).id
    answer({"plan": number, "assumption": made}, session.say("已写入", "written"), json_=json_)


@budget_plan.command("show")
@NUMBER
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="写出工作簿 / write a workbook")
@as_json
@command
def plan_show(session: Session, number: int, out: Path | None, json_: bool) -> None:
    """计划表：合计、上限和公布水平并列 / the table: totals, with ceiling and published level beside them."""
    from core.casework.reporting.budget import people_of, plan_lines, plan_of
    from core.casework.reporting.budget_table import plan_sheet
    from core.casework.workbook import write_sheet

    with session.platform.reading_desk(session.user) as desk:
        plan, lines = plan_of(desk, number), plan_lines(desk, number)
        count = 0 if out is None else write_sheet(out, plan_sheet(desk, plan, lines, people=people_of(desk, plan)))
        settled: dict[str, int] = plan.answer or {}
        said = {"status": plan.status, "due": plan.due_on and f"{plan.due_on}", "answer": settled}
    if out is not None:
        written(session, out, json_=json_, rows=count)
    elif json_:
        show_json({**said, "lines": [one.to_json() for one in lines]})
    else:
        _print(session, lines, settled)


def _print(session: Session, lines: list[PlanLine], settled: dict[str, int]) -> None:
    from core.values import yuan_text

    def yuan(value: Any) -> str:
        return "—" if value is None else yuan_text(value)

    rows = [
        [one.place, one.area, one.line.households, one.line.persons, one.standard.pick(session.language),
         yuan(one.line.average), yuan(one.line.benefit), yuan(one.line.topup), yuan(one.line.price_subsidy),
         yuan(one.line.arrears), yuan(one.line.total), yuan(one.line.ceiling),
         yuan(one.paid_level), yuan(settled.get(one.key))]
        for one in lines
    ]  # fmt: skip
    zh = "地区 类别 户数 人数 标准 月人均补差 保障金 分类施保 物价补贴 补发 合计 上限(对照) 公布水平(对照) 财政核定数"
    en = "place area households persons standard average benefit topup price arrears total ceiling level answer"
    table(rows, heads(session, zh, en))
    for one in lines:
        click.echo(f"{one.key}{session.say('：', ': ')}{one.note.pick(session.language)}")


@budget_plan.command("assumptions")
@NUMBER
@as_json
@command
def plan_assumptions(session: Session, number: int, json_: bool) -> None:
    """全部测算假设 / every assumption, with who and why."""
    from core.casework.reporting.budget import assumptions_of, plan_of, users_of

    with session.platform.reading_desk(session.user) as desk:
        desk.require("case.read", plan_of(desk, number).path)
        found = assumptions_of(desk, number)
        names = users_of(desk, [one.assumed_by for one in found])
        rows = [
            [one.id, one.line, one.name, one.value, one.because, names[one.assumed_by], one.recorded_at]
            for one in found
        ]
    if json_:
        keys = ("number", "line", "name", "value", "because", "by", "recorded_at")
        show_json([dict(zip(keys, row, strict=True)) for row in rows])
        return
    table(rows, heads(session, "编号 行 假设 数值 依据 何人 何时", "number line name value because who when"))


@budget_plan.command("submit")
@NUMBER
@as_json
@command
def plan_submit(session: Session, number: int, json_: bool) -> None:
    """报送，锁定各行 / submit: the lines are fixed."""
    from core.casework.reporting.budget import submit_plan

    with session.platform.desk(session.user) as desk:
        status = submit_plan(desk, number).status
    said = session.say(f"计划 {number} 已报送，待另一人审核", f"plan {number} submitted; another reviews it")
    answer({"plan": number, "status": status}, said, json_=json_)


@budget_plan.command("review")
@NUMBER
@click.option("--back", metavar="REASON", help="退回，写明理由 / send it back, with a reason")
@as_json
@command
def plan_review(session: Session, number: int, back: str | None, json_: bool) -> None:
    """审核 / review a plan another person prepared."""
    from core.casework.reporting.budget import review_plan

    with session.platform.desk(session.user) as desk:
        status = review_plan(desk, number, passed=back is None, reason=back).status
    done = session.say("已退回", "sent back") if back else session.say("已审核", "reviewed")
    answer({"plan": number, "status": status}, f"{number} {done}", json_=json_)


@budget_plan.command("answer")
@NUMBER
@click.argument("amounts", nargs=-1, metavar="LINE=YUAN…")
@click.option("--document", required=True, help="财政批复文号 / finance's document")
@click.option("--on", metavar="DATE", help="批复日期，默认今天 / day, default today")
@as_json
@command
def plan_answer(
    session: Session, number: int, *, amounts: tuple[str, ...], document: str, on: str | None, json_: bool
) -> None:
    """登记财政核定数 / record finance's answer by line."""
    from core.casework.reporting.budget import Answer, answer_plan

    given = dict(one.partition("=")[::2] for one in amounts)
    with session.platform.desk(session.user) as desk:
        told = Answer(document=document, answered_on=day(on) or desk.today, amounts=given)
        plan = answer_plan(desk, number, told)
        made = {"plan": number, "status": plan.status, "answer": plan.answer}
    said = session.say(f"计划 {number} 的财政核定数已登记", f"finance's answer to plan {number} is recorded")
    answer(made, said, json_=json_)


@budget_plan.command("published")
@click.option("--division", required=True, metavar="CODE", help="区划代码 / division code")
@click.option("--programme", required=True, help="项目 / programme")
@as_json
@command
def plan_published(session: Session, division: str, programme: str, json_: bool) -> None:
    """公布数，仅供对照 / published figures, beside the plan and never equated with a product of ours."""
    from core.casework.reporting.budget import published_figures

    with session.platform.reading_desk(session.user) as desk:
        rows = published_figures(desk, division, programme=programme)
    if json_:
        show_json([dict(zip(("label", "value", "as_of", "provision"), row, strict=True)) for row in rows])
        return
    table(rows, heads(session, "指标 数值 时点 依据", "indicator value as_of basis"))
    click.echo(
        session.say(
            "公布数为来源所载累计，不与 人数×标准×月数 作相等判断", "never equated with persons × rate × months"
        )
    )
