"""What a caseload's questions answer, as pictures: a sweep, the distribution of a what-if, a year by month; as SVG.

pygal draws them: small, no script, texts stay texts. Of what is better kept, matplotlib makes a cache of all fonts in
the user's folder when first used (ten seconds) and warns of each it does not find, and vl-convert brings a browser's
engine of 33 MB; for three pictures neither is the better bargain.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from core.caseload.change import STEP, Changed
from core.errors import Language, Text
from regions.caseload_whatif import Step, yuan_text
from regions.caseload_year import MonthlyCost

TEN_THOUSAND = 1_000_000
"""Fen in ten thousand yuan."""
FONT = "Noto Sans CJK SC, Noto Serif CJK SC, Microsoft YaHei, sans-serif"
MOST_BARS = 40
WIDER = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
"""Steps that one bar holds, where single ones would be too many."""


def draw_sweep(steps: Sequence[Step], file: Path, *, title: Text, language: Language) -> None:
    """Write what a month costs more at each amount of a standard."""
    cost = Text("每月增支（万元）", "more a month (10,000 yuan)")
    chart = _chart("Line", language, title=title, x=Text("标准（元）", "standard (yuan)"), y=cost)
    chart.x_labels = [yuan_text(one.yuan) for one in steps]
    chart.add(cost.pick(language), [float(one.changed.total.monthly) / TEN_THOUSAND for one in steps])
    file.write_bytes(chart.render())


def draw_changes(changed: Changed, file: Path, *, title: Text, language: Language) -> None:
    """Write how many households get how much more or less a month; those for whom nothing changes are in no bar."""
    count = Text("户数", "households")
    chart = _chart("Bar", language, title=title, x=Text("每月增减（元）", "more or less a month (yuan)"), y=count)
    bars = list(bars_of(changed.total.steps))
    chart.x_labels = [name for name, _ in bars]
    chart.add(count.pick(language), [households for _, households in bars])
    file.write_bytes(chart.render())


def draw_year(months: Sequence[MonthlyCost], file: Path, *, title: Text, language: Language) -> None:
    """Write what each month of a year costs."""
    cost = Text("当月（万元）", "the month (10,000 yuan)")
    chart = _chart("Bar", language, title=title, x=Text("月份", "month"), y=cost)
    chart.x_labels = [f"{one.month:%Y-%m}" for one in months]
    chart.add(cost.pick(language), [float(one.changed.total.after) / TEN_THOUSAND for one in months])
    file.write_bytes(chart.render())


def bars_of(steps: Mapping[int, int]) -> Iterator[tuple[str, int]]:
    """Yield the bars of a distribution from the least to the greatest, empty ones too, each by the yuan it holds.

    >>> list(bars_of({-1: 2, 1: 5}))
    [('-10–0', 2), ('0–10', 0), ('10–20', 5)]
    """
    if not steps:
        return
    low, high = min(steps), max(steps)
    wide = next((one for one in WIDER if (high // one) - (low // one) < MOST_BARS), WIDER[-1])
    held: dict[int, int] = {}
    for step, households in steps.items():
        held[step // wide] = held.get(step // wide, 0) + households
    yuan = wide * STEP // 100
    for bar in range(min(held), max(held) + 1):
        yield f"{bar * yuan}–{(bar + 1) * yuan}", held.get(bar, 0)


def _chart(kind: str, language: Language, *, title: Text, x: Text, y: Text) -> Any:
    pygal = _pygal()
    style = pygal.style.Style(font_family=FONT, background="#ffffff", plot_background="#ffffff", colors=("#0b5cad",))
    return getattr(pygal, kind)(
        title=title.pick(language), x_title=x.pick(language), y_title=y.pick(language), js=(), style=style,
        show_legend=False, dots_size=4, width=960, height=520, x_label_rotation=30,
        value_formatter=lambda value: f"{value:,.2f}".removesuffix(".00"),
    )  # fmt: skip


def _pygal() -> Any:
    """Import pygal without what it leaves on the import path.

    Its finder for chart plugins speaks a protocol Python has given up: every later import would be warned of.
    """
    found = import_module("pygal")
    sys.meta_path[:] = [one for one in sys.meta_path if type(one).__module__ != "pygal"]
    return found
