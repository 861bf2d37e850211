"""``jiuzhu caseload year``: what a year costs for the households of a snapshot, and what that does not reckon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.errors import Text
from regions.commands.caseload_asking import SVG, Asking, asking, drawn, in_yuan, place
from regions.commands.printing import area, heads, show_json, table
from regions.commands.session import Session, day

if TYPE_CHECKING:
    from regions.caseload_year import MonthlyCost


@click.command("year")
@click.option("--year", "wanted", required=True, type=click.IntRange(1990, 2100), help="年度 / year")
@click.option(
    "--standard", "standards", multiple=True, metavar="YYYY-MM=CODE:PROGRAMME:AREA=YUAN",
    help="计划提标，如 2019-07=430900:dibao:urban=450，可多次 / planned uprating, repeatable",
)  # fmt: skip
@SVG
@asking
def year(
    session: Session, given: Asking, *, wanted: int, standards: tuple[str, ...], chart: Path | None
) -> None:  # fmt: skip
    """下一年度逐月要多少钱 / what a year costs, month by month under each month's rules."""
    from regions.caseload_rules import read_standard
    from regions.caseload_year import NOT_RECKONED, year_cost

    planned = []
    for one in standards:
        since, _, rest = one.partition("=")
        planned.append((day(f"{since}-01") or date.min, read_standard(rest, with_amount=True)))
    with given.of(session.platform.registry, Text("测算", "computing")) as asked:
        months = year_cost(asked, wanted, planned)
    label = asked.snapshot.manifest.label
    if chart is not None:
        from regions.caseload_chart import draw_year

        title = Text(f"{wanted} 年逐月支出（{label.zh}）", f"{wanted} by month ({label.en})")
        draw_year(months, chart, title=title, language=session.language)
    left_out = [one.pick(session.language) for one in NOT_RECKONED]
    if given.json:
        show_json({"year": wanted, "label": label.pick(session.language), "not_reckoned": left_out, "months": [
            {"month": f"{one.month:%Y-%m}", "planned": one.planned, "groups": [
                {"programme": key[0], "division": key[1], "area": key[2], **change.to_json()}
                for key, change in one.of(0, 1, 2).items()
            ]} for one in months
        ]})  # fmt: skip
        return
    _show_year(session, months)
    whole = sum((one.changed.total.after for one in months), Fraction(0))
    zh, en = f"\n{wanted} 年合计 {in_yuan(whole)} 元；其中不计：", f"\n{wanted}: {in_yuan(whole)} yuan, without:"
    click.echo("\n".join([session.say(zh, en), *(f"  {one}" for one in left_out)]))
    zh, en = (
        "年度预算计划逐项加上这些假设：jiuzhu budget-plan",
        "a budget plan takes these as assumptions: jiuzhu budget-plan",
    )
    click.echo(session.say(zh, en))
    if chart is not None:
        drawn(session, chart)


def _show_year(session: Session, months: Sequence[MonthlyCost]) -> None:
    zh = "项目 区划 城乡 人数(一月) 人数(十二月) 一月(元) 十二月(元) 全年(元)"
    en = "programme division area persons(Jan) persons(Dec) Jan(yuan) Dec(yuan) year(yuan)"
    rows = []
    for key in months[0].of(0, 1, 2):
        own = [one.of(0, 1, 2)[key] for one in months]
        total = sum((one.after for one in own), Fraction(0))
        persons, costs = (own[0].receiving, own[-1].receiving), (own[0].after, own[-1].after, total)
        rows.append([key[0], place(session, key[1]), area(session, key[2]), *persons, *map(in_yuan, costs)])
    table(rows, heads(session, zh, en))
