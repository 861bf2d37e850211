"""``jiuzhu caseload whatif | sweep | afford | year``: a snapshot under rules that are not (yet) in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core.errors import Language
from regions.commands.printing import answer, area, as_json, heads, show_json, table
from regions.commands.progress import Bar
from regions.commands.session import Session, command, day, day_option, yuan

if TYPE_CHECKING:
    from core.caseload.change import Change, Changed
    from regions.caseload_whatif import Asked, Step
    from regions.registry import Registry

FOLDER = click.Path(path_type=Path, file_okay=False)
PROGRAMMES = click.option("--programme", "programmes", multiple=True, help="项目，可多次 / programme, repeatable")
STANDARD = click.option(
    "--standard",
    "standard",
    required=True,
    metavar="CODE:PROGRAMME:AREA",
    help="标准，如 430900:dibao:urban / which",
)
WORKERS = click.option("--workers", type=click.IntRange(1, 256), help="并行数 / how many at a time")


def _asked(
    folder: Path, registry: Registry, on: date | None, programmes: Sequence[str], *, bar: Bar,
    workers: int | None,
) -> Asked:  # fmt: skip
    from core.caseload.snapshot import open_snapshot
    from regions.caseload_whatif import Asked

    found = open_snapshot(folder)
    return Asked(
        snapshot=found, registry=registry, on=on or found.manifest.day, programmes=tuple(programmes), workers=workers,
        progress=bar.of,
    )  # fmt: skip


@click.command("whatif")
@click.argument("snapshot", type=FOLDER)
@click.option("--amendment", "amendments", multiple=True, metavar="ID", help="修订，可多次 / amendment, repeatable")
@click.option(
    "--standard", "standards", multiple=True, metavar="CODE:PROGRAMME:AREA=YUAN",
    help="把某标准改为，如 430900:dibao:urban=450，可多次 / a standard at another amount, repeatable",
)  # fmt: skip
@day_option
@PROGRAMMES
@WORKERS
@as_json
@command
def whatif(  # noqa: PLR0913 - one argument an option
    session: Session, snapshot: Path, *, amendments: tuple[str, ...], standards: tuple[str, ...], on: str | None,
    programmes: tuple[str, ...], workers: int | None, json_: bool,
) -> None:  # fmt: skip
    """改了规则会怎样：谁得谁失、增减多少钱 / what other rules would change: who gains and loses, and the money."""
    from regions.caseload_rules import read_standard, with_amendments, with_standards
    from regions.caseload_whatif import what_if

    if not amendments and not standards:
        zh, en = "请用 --amendment 或 --standard 说明改什么", "say what changes: --amendment or --standard"
        raise click.UsageError(session.say(zh, en))
    wanted = [read_standard(one, with_amount=True) for one in standards]
    before = after = session.platform.registry
    when = day(on)
    if amendments:
        with session.platform.reading_desk(session.user) as desk:
            rules = with_amendments(desk, amendments)
        before, after, when = rules.before, rules.after, when or rules.on
    with Bar(session.say("测算", "comparing"), 1) as bar:
        asked = _asked(snapshot, before, when, programmes, bar=bar, workers=workers)
        found = what_if(asked, with_standards(after, wanted, asked.on))
    _show_changes(session, asked, found, json_=json_)


def _show_changes(session: Session, asked: Asked, found: Changed, *, json_: bool) -> None:
    from regions.impact_source import NOT_COUNTED

    label = asked.snapshot.manifest.label
    if json_:
        names = ("programme", "division", "area", "standing")
        groups = [
            dict(zip(names, key, strict=True)) | one.to_json() for key, one in sorted(found.groups.items())
        ]  # fmt: skip
        show_json({"on": asked.on.isoformat(), "label": label.pick(session.language), "total": found.total.to_json(),
                   "groups": groups})  # fmt: skip
        return
    click.echo(f"{label.pick(session.language)}　{asked.on}　{NOT_COUNTED.pick(session.language)}\n")
    zh = "项目 区划 城乡 情形 户数 新增 退出 提高 降低 不变 待定 有误 月支出(元) 增减(元)"
    en = "programme division area standing households gained lost raised lowered same undecided errors month more"
    rows = [
        [key[0], _place(session, key[1]), area(session, key[2]), _standing(key[3], session.language), *_cells(one)]
        for key, one in sorted(found.groups.items())
    ]
    table([*rows, [session.say("合计", "all"), "", "", "", *_cells(found.total)]], heads(session, zh, en))


def _place(session: Session, code: str) -> str:
    from core.errors import JiuzhuError

    try:
        return f"{session.platform.tree.name(code)} {code}"
    except JiuzhuError:
        return code  # a snapshot made elsewhere may name places this deployment does not know


def _standing(name: str, language: Language) -> str:
    from core.errors import Text
    from regions.impact_source import STANDING

    known: dict[str, Text] = dict(STANDING.items())
    known |= {"synthetic": Text("合成", "synthetic"), "": Text("未注明", "not said")}
    return known[name].pick(language) if name in known else name


def _cells(one: Change) -> list[Any]:
    counts = one.households
    named = [counts[name] for name in ("gained", "lost", "raised", "lowered", "same", "undecided")]
    return [sum(counts.values()) + one.errors, *named, one.errors, _yuan(one.after), _yuan(one.monthly)]


def _yuan(fen: Fraction) -> str:
    return f"{float(fen) / 100:,.2f}"


@click.command("sweep")
@click.argument("snapshot", type=FOLDER)
@STANDARD
@click.option("--from", "low", required=True, metavar="YUAN", help="从 / from")
@click.option("--to", "high", required=True, metavar="YUAN", help="到 / to")
@click.option("--step", default="10", show_default=True, metavar="YUAN", help="步长 / step")
@click.option("--chart", type=click.Path(path_type=Path, dir_okay=False), help="画成 SVG / draw it as SVG")
@day_option
@PROGRAMMES
@WORKERS
@as_json
@command
def sweep(  # noqa: PLR0913 - one argument an option
    session: Session, snapshot: Path, *, standard: str, low: str, high: str, step: str, chart: Path | None,
    on: str | None, programmes: tuple[str, ...], workers: int | None, json_: bool,
) -> None:  # fmt: skip
    """一个标准逐档试算 / a standard in steps."""
    from core.errors import Text
    from core.policy import AREAS
    from regions.caseload_chart import draw_sweep
    from regions.caseload_rules import read_standard
    from regions.caseload_whatif import steps_between, sweep

    at, amounts = read_standard(standard, with_amount=False), steps_between(low, high, step)
    with Bar(session.say("逐档试算", "sweeping"), 1) as bar:
        asked = _asked(snapshot, session.platform.registry, day(on), programmes, bar=bar, workers=workers)
        found = sweep(asked, at, amounts)
    if chart is not None:
        place, label = session.platform.tree.name(at.division), asked.snapshot.manifest.label
        words = Text(f"{place}{AREAS[at.area].zh}标准逐档试算", f"the {at.area} standard of {place} in steps")
        title = Text(f"{words.zh}（{label.zh}）", f"{words.en} ({label.en})")
        draw_sweep(found, chart, title=title, language=session.language)
    if json_:
        show_json({"standard": at.name, "on": asked.on.isoformat(), "steps": [one.to_json() for one in found]})
        return
    _show_steps(session, found)
    if chart is not None:
        click.echo(session.say(f"已画出 {chart}", f"drawn: {chart}"))


def _show_steps(session: Session, found: Sequence[Step]) -> None:
    from regions.caseload_whatif import yuan_text

    zh = "标准(元) 户数 新增 退出 提高 降低 不变 待定 有误 月支出(元) 增减(元)"
    en = "standard(yuan) households gained lost raised lowered same undecided errors month(yuan) more(yuan)"
    table([[yuan_text(one.yuan), *_cells(one.changed.total)] for one in found], heads(session, zh, en))


@click.command("afford")
@click.argument("snapshot", type=FOLDER)
@STANDARD
@click.option("--budget", required=True, metavar="YUAN", help="每月预算 / budget a month")
@click.option("--from", "low", required=True, metavar="YUAN", help="从 / from")
@click.option("--to", "high", required=True, metavar="YUAN", help="到 / to")
@click.option("--step", default="1", show_default=True, metavar="YUAN", help="步长 / step")
@day_option
@PROGRAMMES
@WORKERS
@as_json
@command
def afford(  # noqa: PLR0913 - one argument an option
    session: Session, snapshot: Path, *, standard: str, budget: str, low: str, high: str, step: str, on: str | None,
    programmes: tuple[str, ...], workers: int | None, json_: bool,
) -> None:  # fmt: skip
    """给定的每月预算够多高的标准 / the highest standard a monthly budget affords."""
    from core.values import exact
    from regions.caseload_afford import affords
    from regions.caseload_rules import read_standard
    from regions.caseload_whatif import yuan_text

    at = read_standard(standard, with_amount=False)
    with Bar(session.say("试算", "looking"), 1) as bar:
        asked = _asked(snapshot, session.platform.registry, day(on), programmes, bar=bar, workers=workers)
        found = affords(
            asked, at, budget=Fraction(yuan(budget)), low=exact(low), high=exact(high), step=exact(step)
        )  # fmt: skip
    best = None if found.best is None else yuan_text(found.best.yuan)
    if not json_:
        _show_steps(session, found.tried)
    if best is None:
        said = session.say(f"\n{low} 元也超出预算", f"\neven {low} yuan is beyond the budget")
    else:
        assert found.best is not None
        cost = _yuan(found.best.changed.total.after)
        said = session.say(f"\n预算够 {best} 元，每月 {cost} 元", f"\nthe budget affords {best} yuan: {cost} a month")
    answer({"standard": at.name, "on": asked.on.isoformat(), "affords": best,
            "tried": [one.to_json() for one in found.tried]}, said, json_=json_)  # fmt: skip


@click.command("year")
@click.argument("snapshot", type=FOLDER)
@click.option("--year", "wanted", required=True, type=click.IntRange(1990, 2100), help="年度 / year")
@click.option(
    "--standard", "standards", multiple=True, metavar="YYYY-MM=CODE:PROGRAMME:AREA=YUAN",
    help="计划提标，如 2019-07=430900:dibao:urban=450，可多次 / planned uprating, repeatable",
)  # fmt: skip
@PROGRAMMES
@WORKERS
@as_json
@command
def year(
    session: Session, snapshot: Path, *, wanted: int, standards: tuple[str, ...], programmes: tuple[str, ...],
    workers: int | None, json_: bool,
) -> None:  # fmt: skip
    """下一年度逐月要多少钱 / what a year costs, month by month under each month's rules."""
    from regions.caseload_rules import read_standard
    from regions.caseload_year import year_cost

    planned = []
    for one in standards:
        since, _, rest = one.partition("=")
        planned.append((day(f"{since}-01") or date.min, read_standard(rest, with_amount=True)))
    with Bar(session.say("测算", "computing"), 1) as bar:
        asked = _asked(snapshot, session.platform.registry, None, programmes, bar=bar, workers=workers)
        months = year_cost(asked, wanted, planned)
    if json_:
        show_json({"year": wanted, "label": asked.snapshot.manifest.label.pick(session.language), "months": [
            {"month": f"{one.month:%Y-%m}", "planned": one.planned, "groups": [
                {"programme": key[0], "division": key[1], "area": key[2], **change.to_json()}
                for key, change in one.of(0, 1, 2).items()
            ]} for one in months
        ]})  # fmt: skip
        return
    zh, en = (
        "项目 区划 城乡 人数(一月) 人数(十二月) 一月(元) 十二月(元) 全年(元)",
        ("programme division area persons(Jan) persons(Dec) Jan(yuan) Dec(yuan) year(yuan)"),
    )
    rows = []
    for key in months[0].of(0, 1, 2):
        own = [one.of(0, 1, 2)[key] for one in months]
        total = sum((one.after for one in own), Fraction(0))
        persons, costs = (own[0].receiving, own[-1].receiving), (own[0].after, own[-1].after, total)
        rows.append([key[0], _place(session, key[1]), area(session, key[2]), *persons, *map(_yuan, costs)])
    table(rows, heads(session, zh, en))
    whole = sum((one.changed.total.after for one in months), Fraction(0))
    zh = f"\n{wanted} 年合计 {_yuan(whole)} 元；不含新增和退出的家庭，物价补贴按当月规则"
    click.echo(session.say(zh, f"\n{wanted}: {_yuan(whole)} yuan; without households that will enter or leave"))
