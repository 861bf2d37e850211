"""``jiuzhu caseload whatif | sweep | afford``: a snapshot under rules that are not (yet) in force."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.errors import Language, Text
from regions.commands.caseload_asking import SVG, Asking, asking, cells, drawn, in_yuan, place, steps
from regions.commands.printing import answer, area, heads, show_json, table
from regions.commands.session import Session, day_option, yuan

if TYPE_CHECKING:
    from core.caseload.change import Changed
    from regions.caseload_rules import StandardAt
    from regions.caseload_whatif import Asked, Step


@click.command("whatif")
@click.option("--amendment", "amendments", multiple=True, metavar="ID", help="修订，可多次 / amendment, repeatable")
@click.option(
    "--standard", "standards", multiple=True, metavar="CODE:PROGRAMME:AREA=YUAN",
    help="把某标准改为，如 430900:dibao:urban=450，可多次 / a standard at another amount, repeatable",
)  # fmt: skip
@SVG
@day_option
@asking
def whatif(
    session: Session, given: Asking, *, amendments: tuple[str, ...], standards: tuple[str, ...], chart: Path | None
) -> None:
    """改了规则会怎样：谁得谁失、增减多少钱 / what other rules would change: who gains and loses, and the money."""
    from regions.caseload_rules import read_standard, with_amendments, with_standards
    from regions.caseload_whatif import what_if

    if not amendments and not standards:
        zh, en = "请用 --amendment 或 --standard 说明改什么", "say what changes: --amendment or --standard"
        raise click.UsageError(session.say(zh, en))
    wanted = [read_standard(one, with_amount=True) for one in standards]
    before = after = session.platform.registry
    when = given.on
    if amendments:
        with session.platform.reading_desk(session.user) as desk:
            rules = with_amendments(desk, amendments)
        before, after, when = rules.before, rules.after, when or rules.on
    with given.of(before, Text("测算", "comparing"), on=when) as asked:
        found = what_if(asked, with_standards(after, wanted, asked.on))
    if chart is not None:
        from regions.caseload_chart import draw_changes

        title = _titled(asked, Text("每户每月增减", "what a household gets more or less"))
        draw_changes(found, chart, title=title, language=session.language)
    _show_changes(session, asked, found, json_=given.json)
    if chart is not None and not given.json:
        drawn(session, chart)


def _titled(asked: Asked, words: Text) -> Text:
    """A title says whose rows it is about: made-up ones never pass for real."""
    label = asked.snapshot.manifest.label
    return Text(f"{words.zh}（{label.zh}）", f"{words.en} ({label.en})")


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
        [key[0], place(session, key[1]), area(session, key[2]), _standing(key[3], session.language), *cells(one)]
        for key, one in sorted(found.groups.items())
    ]
    table([*rows, [session.say("合计", "all"), "", "", "", *cells(found.total)]], heads(session, zh, en))


def _standing(name: str, language: Language) -> str:
    from regions.impact_source import STANDING

    known: dict[str, Text] = dict(STANDING.items())
    known |= {"synthetic": Text("合成", "synthetic"), "": Text("未注明", "not said")}
    return known[name].pick(language) if name in known else name


@click.command("sweep")
@steps("10")
@SVG
@day_option
@asking
def sweep(
    session: Session, given: Asking, *, standard: str, low: str, high: str, step: str, chart: Path | None
) -> None:  # fmt: skip
    """一个标准逐档试算 / a standard in steps."""
    from regions.caseload_rules import read_standard
    from regions.caseload_whatif import steps_between, sweep

    at, amounts = read_standard(standard, with_amount=False), steps_between(low, high, step)
    with given.of(session.platform.registry, Text("逐档试算", "sweeping")) as asked:
        found = sweep(asked, at, amounts)
    if chart is not None:
        _draw_sweep(session, asked, at, found, chart=chart)
    if given.json:
        show_json({"standard": at.name, "on": asked.on.isoformat(), "steps": [one.to_json() for one in found]})
        return
    _show_steps(session, found)
    if chart is not None:
        drawn(session, chart)


def _draw_sweep(session: Session, asked: Asked, at: StandardAt, found: Sequence[Step], *, chart: Path) -> None:
    from core.policy import AREAS
    from regions.caseload_chart import draw_sweep

    name = session.platform.tree.name(at.division)
    words = Text(f"{name}{AREAS[at.area].zh}标准逐档试算", f"the {at.area} standard of {name} in steps")
    draw_sweep(found, chart, title=_titled(asked, words), language=session.language)


def _show_steps(session: Session, found: Sequence[Step]) -> None:
    from regions.caseload_whatif import yuan_text

    zh = "标准(元) 户数 新增 退出 提高 降低 不变 待定 有误 月支出(元) 增减(元)"
    en = "standard(yuan) households gained lost raised lowered same undecided errors month(yuan) more(yuan)"
    table([[yuan_text(one.yuan), *cells(one.changed.total)] for one in found], heads(session, zh, en))


@click.command("afford")
@steps("1")
@click.option("--budget", required=True, metavar="YUAN", help="每月预算 / budget a month")
@day_option
@asking
def afford(
    session: Session, given: Asking, *, standard: str, budget: str, low: str, high: str, step: str
) -> None:  # fmt: skip
    """给定的每月预算够多高的标准 / the highest standard a monthly budget affords."""
    from core.values import exact
    from regions.caseload_afford import affords
    from regions.caseload_rules import read_standard
    from regions.caseload_whatif import yuan_text

    at = read_standard(standard, with_amount=False)
    with given.of(session.platform.registry, Text("试算", "looking")) as asked:
        found = affords(
            asked, at, budget=Fraction(yuan(budget)), low=exact(low), high=exact(high), step=exact(step)
        )  # fmt: skip
    best = None if found.best is None else yuan_text(found.best.yuan)
    if not given.json:
        _show_steps(session, found.tried)
    if best is None:
        said = session.say(f"\n{low} 元也超出预算", f"\neven {low} yuan is beyond the budget")
    else:
        assert found.best is not None
        cost = in_yuan(found.best.changed.total.after)
        said = session.say(f"\n预算够 {best} 元，每月 {cost} 元", f"\nthe budget affords {best} yuan: {cost} a month")
    answer({"standard": at.name, "on": asked.on.isoformat(), "affords": best,
            "tried": [one.to_json() for one in found.tried]}, said, json_=given.json)  # fmt: skip
