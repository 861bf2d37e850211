"""``jiuzhu policy``: the rules of a place on a day, where they come from, and what is missing."""

from __future__ import annotations

from typing import Any

import click

from regions.commands.printing import (
    area,
    as_json,
    bound,
    came_from,
    cited,
    heads,
    kind_title,
    marks,
    print_flags,
    short,
    show_json,
    state,
    table,
)
from regions.commands.session import Session, area_option, asked, command, day_option, place_options, programme_option


@click.group()
def policy() -> None:
    """某地某日的规则 / the rules of a place on a day."""


@policy.command("show")
@click.argument("kind", required=False)
@click.option("--graph", is_flag=True, help="办理程序图 / the stages as a graph (procedure)")
@place_options
@as_json
@command
def policy_show(session: Session, kind: str | None, graph: bool, json_: bool, **where: Any) -> None:
    """现行规定 / what is in force."""
    from regions import report
    from regions.procedure_graph import procedure_graph

    ask = asked(session, **where)
    if graph:
        drawn = procedure_graph(session.platform, ask, language=session.language)
        if json_:
            show_json({"mermaid": drawn})
        else:
            click.echo(drawn)
        return
    found = report.show(session.platform, ask, kind=kind, language=session.language)
    if json_:
        show_json(found)
        return
    click.echo(f"{found['place']['name']}  {ask.on}  {area(session, found['place']['area'])}")
    for programme, kinds in found["programmes"].items():
        rows = [
            [
                name,
                line["key"],
                short(line["value"], session.language),
                "、".join(cited(session, cite) for cite in line["cite"]),
                marks(session, line["flags"]),
            ]
            for name, lines in kinds.items()
            for line in lines
        ]
        click.echo(f"\n{programme}")
        table(rows, heads(session, "种类 编码 内容 依据 标记", "kind key value basis flags"))
    print_flags(found["flags"])


@policy.command("explain")
@click.argument("kind")
@click.option("--key", default="", help="编码 / key within the kind")
@place_options
@as_json
@command
def policy_explain(session: Session, kind: str, key: str, json_: bool, **where: Any) -> None:
    """说明一项规定从何而来 / where a value comes from, and what it shadowed."""
    from regions import report

    found = report.explain(session.platform, asked(session, **where), kind=kind, key=key, language=session.language)
    if json_:
        show_json(found)
        return
    click.echo(
        f"{found['place']['name']}  {found['on']}  {area(session, found['place']['area'])}  "
        f"{found['programme']} · {kind_title(session, kind)} {key}".rstrip()
    )
    if found.get("areas"):
        said = session.say(
            "城乡有各自的规定，请用 --area 指定：", "the areas have rules of their own; name one with --area: "
        )
        click.echo(said + "、".join(found["areas"]))
    if found.get("keys"):
        click.echo(
            session.say("请用 --key 指定其中一项：", "name one of these with --key: ") + "、".join(found["keys"])
        )
        return
    print_explanation(session, found)


def print_explanation(session: Session, found: dict[str, Any]) -> None:
    """Print the value in force, its bound, the ladder and the assumptions."""
    line = found["in_force"]
    if line is None:
        click.echo(f"{found['error']['message']}\n{found['error']['hint'] or ''}")
    else:
        click.echo(f"= {short(line['value'], session.language)}   {'、'.join(line['origin'])}")
        if line["status"] == "gap":
            click.echo(session.say(f"  空缺：{line['because']}", f"  gap: {line['because']}"))
        if line["governed_by"] is not None:
            governs = line["governed_by"]["governs"]
            by = line["governed_by"]["provision"]
            click.echo(
                session.say(
                    f"  {'由上下限决定' if governs else '已与上下限比较'}：{by}",
                    f"  {'governed by' if governs else 'held against'} {by}",
                )
            )
    rows = [
        [
            state(session, one),
            one["division_name"],
            one["provision"],
            short(one["value"], session.language),
            bound(one["from"]),
            bound(one["until"]),
            cited(session, one["cite"]),
            came_from(session, one),
        ]
        for one in found["ladder"]
    ]
    table(
        rows,
        heads(session, "状态 区划 条款 内容 起 止 依据 因", "state division provision value from until basis by"),
    )
    for because in line["assumptions"] if line is not None else ():
        click.echo(f"* {because}")
    print_flags(found["flags"])


@policy.command("compare")
@click.option(
    "--division",
    "divisions",
    required=True,
    multiple=True,
    metavar="CODE",
    help="一个或两个区划 / one or two divisions",
)
@click.option("--on", "days", multiple=True, metavar="DATE", help="一个或两个日期 / one or two days")
@area_option
@programme_option
@as_json
@command
def policy_compare(
    session: Session, divisions: tuple[str, ...], days: tuple[str, ...], json_: bool, **where: Any
) -> None:
    """比较两地或两日 / compare two places or two days."""
    from regions import report

    if len(divisions) > 2 or len(days) > 2:
        raise click.UsageError("最多比较两地、两日 / at most two places and two days are compared")
    first, last = days[:1], days[-1:]
    left = asked(session, division=divisions[0], on=first[0] if first else None, known_at=None, **where)
    right = asked(session, division=divisions[-1], on=last[0] if last else None, known_at=None, **where)
    found = report.compare(session.platform, left, right, language=session.language)
    if json_:
        show_json(found)
        return
    sides = [f"{found[side]['name']} {found[side]['on']}" for side in ("left", "right")]

    def value(side: dict[str, Any] | None) -> str:
        return short(side["value"], session.language) if side else "—"

    rows = [
        [
            area(session, one["area"]),
            one["programme"],
            kind_title(session, one["kind"]),
            one["key"],
            value(one["left"]),
            value(one["right"]),
        ]
        for one in found["differences"]
    ]
    if rows:
        table(rows, [*heads(session, "城乡 项目 种类 编码", "area programme kind key"), *sides])
    else:
        click.echo(session.say("没有不同。", "No difference."))


@policy.command("gaps")
@click.option("--division", metavar="CODE", help="只看某地现行 / only what is in force in a place")
@area_option
@day_option
@programme_option
@click.option("--plugin", help="只看某插件 / only one plugin")
@as_json
@command
def policy_gaps(session: Session, division: str | None, plugin: str | None, json_: bool, **where: Any) -> None:
    """空缺、技术性默认和日期假定 / gaps, technical defaults and assumed dates."""
    from regions import report_gaps

    ask = asked(session, division=division, known_at=None, **where) if division else None
    found = report_gaps.gaps(session.platform, ask=ask, plugin=plugin, language=session.language)
    if json_:
        show_json(found)
        return
    rows = [
        [marks(session, [one["sort"]]), one["provision"], one["label"], one["because"], cited(session, one["cite"])]
        for one in found
    ]
    table(rows, heads(session, "类别 条款 名称 原因 依据", "sort provision label because basis"))
