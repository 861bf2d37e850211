"""The command ``jiuzhu``: parse, ask one service, print. No rules and no queries live here.

Exit codes: 0 done; 1 an error the user can mend (bad input, nothing in force, a broken plugin); 2 wrong usage of the
command line; 3 ``doctor``, ``plugin check`` or ``demo`` found something wrong.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

import click

from core.errors import JiuzhuError, Language, Text
from core.origin import check_single_root
from core.values import Unit
from regions.platform import Platform, open_platform
from regions.settings import Settings, load_settings

FOUND_WRONG = 3


@dataclass
class Session:
    """What every command shares: settings, language, and the platform opened when first needed."""

    settings: Settings
    language: Language
    _platform: Platform | None = None

    @property
    def platform(self) -> Platform:
        """The open platform."""
        if self._platform is None:
            self._platform = open_platform(self.settings)
        return self._platform

    def say(self, zh: str, en: str) -> str:
        """Pick a sentence."""
        return Text(zh, en).pick(self.language)


@contextmanager
def told(language: Language) -> Iterator[None]:
    """Turn a user's error into one message and exit code 1; anything else is our bug and keeps its traceback."""
    try:
        yield
    except JiuzhuError as error:
        click.echo(error.render(language), err=True)
        sys.exit(1)


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Hand a command its session and report its errors."""

    @click.pass_obj
    @wraps(function)
    def run(session: Session, /, *args: Any, **options: Any) -> None:
        with told(session.language):
            function(session, *args, **options)

    return run


def show_json(data: Any) -> None:
    """Print JSON the way every ``--json`` does: UTF-8, indented, keys in the order of the answer."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def table(rows: Sequence[Sequence[Any]], headers: Sequence[str]) -> None:
    """Print a table; Chinese characters count two columns."""
    from tabulate import tabulate

    click.echo(
        tabulate(
            [[("" if cell is None else str(cell)) for cell in row] for row in rows],
            headers=headers,
            disable_numparse=True,
        )
    )


as_json = click.option("--json", "json_", is_flag=True, help="输出 JSON / print JSON")


def place_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say where, when and for which programme."""
    for option in (
        click.option("--division", required=True, metavar="CODE", help="区划代码 / division code"),
        click.option(
            "--area",
            type=click.Choice(["urban", "rural", "any"]),
            default="any",
            show_default=True,
            help="城乡 / area",
        ),
        click.option("--on", "on", metavar="DATE", help="日期，默认今天 / day, default today"),
        click.option(
            "--programme",
            "programmes",
            multiple=True,
            default=("dibao",),
            show_default=True,
            help="项目 / programme",
        ),
        click.option("--known-at", metavar="TIME", help="当时所知（UTC）/ as known at (UTC)"),
    ):
        function = option(function)
    return function


def asked(
    session: Session,
    division: str,
    area: str,
    on: str | None,
    programmes: Sequence[str],
    known_at: str | None,
) -> Any:
    """Build the question; the day defaults to today's."""
    from regions.report import Ask

    return Ask(
        division=division,
        area=area,
        on=day(on) or session.platform.today,
        programmes=tuple(programmes),
        known_at=known_at,
    )


def day(text: str | None) -> date | None:
    """Read a day given on the command line."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise JiuzhuError(
            "bad_date", Text("日期应为 2018-06-01 的形式", "a day looks like 2018-06-01"), value=text
        ) from error


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--lang", type=click.Choice(["zh", "en"]), help="语言，默认随系统 / language, default by locale")
@click.version_option(package_name="jiuzhu", prog_name="jiuzhu")
@click.pass_context
def cli(context: click.Context, lang: Language | None) -> None:
    """救助：社会救助规则与办理平台 / rules and casework of Chinese social assistance.

    退出码 / exit codes: 0 完成 done · 1 可改正的错误 an error you can mend ·
    2 用法错误 wrong usage · 3 检查发现问题 something found wrong
    """
    with told(lang or "zh"):
        check_single_root()
        settings = load_settings(os.environ, Path.cwd())
    language: Language = lang or ("en" if settings.lang == "en" else "zh")
    context.obj = Session(settings=settings, language=language)
    if settings.today is not None:
        click.echo(context.obj.say(f"演示日期 {settings.today}", f"demonstration date {settings.today}"), err=True)


# assess ---------------------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--trace", is_flag=True, help="显示计算过程 / show every step")
@as_json
@command
def assess(session: Session, file: Path, trace: bool, json_: bool) -> None:
    """按规则计算一户并说明理由 / assess one household and say why."""
    from core.assess import assess_source
    from core.example import read_question
    from core.source import read
    from regions.example import rules_for

    question = read_question(read(file))
    found = assess_source(rules_for(session.platform, question), question.facts)
    if json_:
        show_json(found.to_json(session.language))
        return
    from core.narrative import narrate

    click.echo(narrate(found, session.language, trace=trace))


# policy ---------------------------------------------------------------------------------------------------------------


@cli.group()
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

    ask = asked(session, **where)
    if graph:
        drawn = report.procedure_graph(session.platform, ask, language=session.language)
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
                "、".join(line["cite"]),
                "、".join(line["flags"]),
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
            one["state_text"],
            one["division_name"],
            one["provision"],
            short(one["value"], session.language),
            bound(one["from"]),
            bound(one["until"]),
            one["cite"],
            one["by"] or one["inert"] or "",
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
@click.option(
    "--area", type=click.Choice(["urban", "rural", "any"]), default="any", show_default=True, help="城乡 / area"
)
@click.option(
    "--programme", "programmes", multiple=True, default=("dibao",), show_default=True, help="项目 / programme"
)
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
@click.option(
    "--area", type=click.Choice(["urban", "rural", "any"]), default="any", show_default=True, help="城乡 / area"
)
@click.option("--on", metavar="DATE", help="日期，默认今天 / day, default today")
@click.option(
    "--programme", "programmes", multiple=True, default=("dibao",), show_default=True, help="项目 / programme"
)
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
    rows = [[one["sort"], one["provision"], one["label"], one["because"], one["cite"]] for one in found]
    table(rows, heads(session, "类别 条款 名称 原因 依据", "sort provision label because basis"))


# plugin ---------------------------------------------------------------------------------------------------------------


@cli.group()
def plugin() -> None:
    """插件 / plugins."""


@plugin.command("list")
@as_json
@command
def plugin_list(session: Session, json_: bool) -> None:
    """已装插件 / installed plugins."""
    from regions import report_place

    found = report_place.plugins(session.platform, session.language)
    if json_:
        show_json(found)
        return
    rows = [
        [
            one["name"],
            one["title"],
            one["version"],
            one["state"],
            one["provisions"],
            one["gaps"],
            one["origin"],
        ]
        for one in found
    ]
    table(
        rows,
        heads(session, "名称 标题 版本 状态 条款 空缺 来源", "name title version state provisions gaps origin"),
    )
    for one in found:
        if one["error"]:
            click.echo(f"\n{one['name']}: {one['error']}", err=True)


@plugin.command("show")
@click.argument("name")
@as_json
@command
def plugin_show(session: Session, name: str, json_: bool) -> None:
    """一个插件的条款 / the provisions of a plugin."""
    from regions import report_place

    found = report_place.plugin(session.platform, name, session.language)
    if json_:
        show_json(found)
        return
    click.echo(
        f"{found['name']} {found['version']}  {found['title']}  [{found['state']}]\n{'、'.join(found['hooks'])}\n"
    )
    rows = [[one["provision"], one["kind"], one["status"], one["label"], one["cite"]] for one in found["listed"]]
    table(rows, heads(session, "条款 种类 状态 名称 依据", "provision kind status label basis"))
    if found["error"]:
        click.echo(found["error"], err=True)


@plugin.command("check")
@click.argument("target")
@as_json
@command
def plugin_check(session: Session, target: str, json_: bool) -> None:
    """检查插件（名称或目录）并运行其示例 / check a plugin (name or folder) and run its worked examples."""
    from regions.check import check_plugin

    found = check_plugin(session.settings, target)
    if json_:
        show_json(found.to_json(session.language))
    else:
        for line in found.lines(session.language):
            click.echo(line)
    sys.exit(0 if found.passed else FOUND_WRONG)


# standard -------------------------------------------------------------------------------------------------------------


@cli.group()
def standard() -> None:
    """标准 / standards."""


@standard.command("list")
@place_options
@as_json
@command
def standard_list(session: Session, json_: bool, **where: Any) -> None:
    """某地现行标准 / the standards in force in a place."""
    from regions import report

    ask = asked(session, **where)
    areas = ("urban", "rural") if ask.area == "any" else (ask.area,)
    found = report.standards(session.platform, ask, programmes=ask.programmes, areas=areas, language=session.language)
    if json_:
        show_json(found)
        return
    if not found:
        click.echo(
            session.say(
                "没有现行标准。用 standard history 查看历年标准。",
                "No standard is in force; see 'standard history'.",
            )
        )
        return
    rows = [
        [
            one["programme"],
            one["area"],
            short(one["value"], session.language),
            "、".join(one["origin"]),
            "、".join(one["flags"]),
        ]
        for one in found
    ]
    table(rows, heads(session, "项目 城乡 标准 条款 标记", "programme area standard provision flags"))


@standard.command("history")
@place_options
@as_json
@command
def standard_history(session: Session, json_: bool, **where: Any) -> None:
    """历年标准 / every standard recorded for a place."""
    from regions import report

    found = report.history(session.platform, asked(session, **where), language=session.language)
    if json_:
        show_json(found)
        return
    rows = [
        [
            bound(one["from"]),
            bound(one["until"]),
            one["area"],
            short(one["value"], session.language),
            one["state_text"],
            one["provision"],
            one["cite"],
        ]
        for one in found
    ]
    table(
        rows,
        heads(session, "起 止 城乡 标准 状态 条款 依据", "from until area standard state provision basis"),
    )


# division -------------------------------------------------------------------------------------------------------------


@cli.group()
def division() -> None:
    """行政区划 / administrative divisions."""


@division.command("show")
@click.argument("code")
@click.option("--on", metavar="DATE", help="日期，默认今天 / day, default today")
@as_json
@command
def division_show(session: Session, code: str, on: str | None, json_: bool) -> None:
    """一个区划及其上下级 / a division with its ladder and children."""
    from regions import report_place

    found = report_place.division(session.platform, code, on=day(on) or session.platform.today)
    if json_:
        show_json(found)
        return
    click.echo("  ".join(f"{key}: {value}" for key, value in found.items() if key != "children"))
    table(
        [[one["code"], one["name"], one["level"], one["scheme"]] for one in found["children"]],
        heads(session, "代码 名称 级别 体系", "code name level scheme"),
    )


@division.command("find")
@click.argument("words", nargs=-1, required=True)
@as_json
@command
def division_find(session: Session, words: tuple[str, ...], json_: bool) -> None:
    """按代码或名称查找 / find by code or name."""
    from regions import report_place

    found = report_place.find_divisions(session.platform, " ".join(words))
    if json_:
        show_json(found)
    elif found:
        table(
            [[one["code"], one["path"], one["level"], one["scheme"]] for one in found],
            heads(session, "代码 名称 级别 体系", "code name level scheme"),
        )
    else:
        click.echo(session.say("没有找到。", "Nothing found."))


# formula --------------------------------------------------------------------------------------------------------------


@cli.group()
def formula() -> None:
    """公式 / formulas."""


@formula.command("eval")
@click.argument("text")
@click.option(
    "--case",
    "case_file",
    type=click.Path(path_type=Path),
    help="案例文件，公式可引用其事实和规则 / case file whose facts and rules may be named",
)
@as_json
@command
def formula_eval(session: Session, text: str, case_file: Path | None, json_: bool) -> None:
    """试算一个公式 / evaluate one formula."""
    from regions.playground import try_formula

    found = try_formula(session.platform, text, case_file)
    if json_:
        show_json(found)
    else:
        unit = Unit.parse(found["unit"]).label(session.language) if found["unit"] else ""
        click.echo(f"{found['value']}{unit}" if session.language == "zh" else f"{found['value']} {unit}".strip())


# doctor, config, demo -------------------------------------------------------------------------------------------------


@cli.command()
@click.option("--division", metavar="CODE", help="列出会使该地办理停住的空缺 / also what will stop a case in a place")
@click.option(
    "--area", type=click.Choice(["urban", "rural", "any"]), default="any", show_default=True, help="城乡 / area"
)
@click.option("--on", metavar="DATE", help="日期，默认今天 / day, default today")
@click.option(
    "--programme", "programmes", multiple=True, default=("dibao",), show_default=True, help="项目 / programme"
)
@as_json
@command
def doctor(session: Session, division: str | None, json_: bool, **where: Any) -> None:
    """自检 / what is wrong or missing."""
    from regions import report_gaps

    ask = asked(session, division=division, known_at=None, **where) if division else None
    found = report_gaps.doctor(session.platform, ask=ask, language=session.language)
    broken = [one for one in found["plugins"] if one["state"] == "broken"]
    if json_:
        show_json(found)
    else:
        table([[one["name"], one["version"], one["state"], one["provisions"], one["gaps"]] for one in found["plugins"]],
              heads(session, "插件 版本 状态 条款 空缺", "plugin version state provisions gaps"))  # fmt: skip
        for one in broken:
            click.echo(f"{one['name']}: {one['error']}")
        for one in found["inert"]:
            click.echo(f"{one['provision']}: {one['reason']}")
        if ask is not None:
            click.echo(f"\n{found['place']['name']} {ask.on} {ask.area}")
            table(
                [
                    ["✗", area(session, one["area"]), one["quantity"], one["code"], one["name"]]
                    for one in found["stops"]
                ],
                heads(session, "停 城乡 数量 原因 条款", "stop area quantity code provision"),
            )
            click.echo()
            table(
                [
                    [
                        area(session, one["area"]),
                        kind_title(session, one["kind"]),
                        one["label"],
                        one["because"],
                        one["provision"],
                    ]
                    for one in found["gaps"]
                ],
                heads(session, "城乡 种类 空缺 原因 条款", "area kind gap because provision"),
            )
            print_flags(found["flags"])
    sys.exit(FOUND_WRONG if broken else 0)


@cli.group()
def config() -> None:
    """设置 / settings."""


@config.command("show")
@as_json
@command
def config_show(session: Session, json_: bool) -> None:
    """各项设置及其来源 / every setting and where it came from."""
    rows = session.settings.shown()
    if json_:
        show_json([{"key": key, "value": value, "origin": origin} for key, value, origin in rows])
    else:
        table(rows, heads(session, "设置 值 来源", "setting value origin"))


@cli.command()
@as_json
@command
def demo(session: Session, json_: bool) -> None:
    """演示：按四地真实规则计算并说明 / decide and explain real cases under the real rules of four places."""
    from regions.demo import run_demo

    found = run_demo(session.settings, session.language)
    if json_:
        show_json(found.to_json(session.language))
    else:
        for line in found.lines(session.language):
            click.echo(line)
    sys.exit(0 if found.passed else FOUND_WRONG)


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """打印补全脚本 / print the completion script: eval "$(jiuzhu completion bash)"."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(cli, {}, "jiuzhu", "_JIUZHU_COMPLETE").source())


# printing -------------------------------------------------------------------------------------------------------------


def heads(session: Session, zh: str, en: str) -> list[str]:
    """Return table headings."""
    return session.say(zh, en).split(" ")


def area(session: Session, code: str) -> str:
    """Return an area in words."""
    from core.policy import AREAS

    return AREAS[code].pick(session.language)


def kind_title(session: Session, name: str) -> str:
    """Return a kind by its title, with its code in Chinese tables: the code is what the commands take."""
    kind = session.platform.manager.kinds.get(name)
    if kind is None or session.language == "en":
        return name
    return f"{kind.title.zh} {name}"


def short(value: dict[str, Any], language: Language) -> str:
    """Return a raw value on one line: an amount as a person reads it, else its label, else compact JSON."""
    from core.narrative import value_line

    return value_line(value, language)


def bound(value: Any) -> str:
    """Return a bound: an assumed day is marked with an asterisk."""
    if isinstance(value, dict):
        return f"{value['assumed'] or '?'}*"
    return "—" if value == "open" else str(value)


def print_flags(flags: Sequence[dict[str, str]]) -> None:
    """Print what a reader must know."""
    for one in flags:
        click.echo(f"! {one['message']} ({one['provision']})")


def main() -> None:
    """Entry point of the ``jiuzhu`` command."""
    cli(prog_name="jiuzhu")


if __name__ == "__main__":
    main()
