"""A sweep as a picture: what a month costs more at each amount of the standard, as SVG."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from core.errors import Language, Text
from regions.caseload_whatif import Step, yuan_text

TEN_THOUSAND = 1_000_000
"""Fen in ten thousand yuan."""
FONT = "Noto Sans CJK SC, Noto Serif CJK SC, Microsoft YaHei, sans-serif"


def draw_sweep(steps: Sequence[Step], file: Path, *, title: Text, language: Language) -> None:
    """Write the chart of a sweep; no script in it, so that it may stand in any page or report."""
    pygal = _pygal()
    cost = Text("每月增支（万元）", "more a month (10,000 yuan)").pick(language)
    chart = pygal.Line(
        title=title.pick(language), x_title=Text("标准（元）", "standard (yuan)").pick(language), y_title=cost, js=(),
        style=pygal.style.Style(
            font_family=FONT, background="#ffffff", plot_background="#ffffff", colors=("#0b5cad",)
        ),
        show_legend=False, dots_size=4, width=960, height=520, value_formatter=lambda value: f"{value:,.2f}",
    )  # fmt: skip
    chart.x_labels = [yuan_text(one.yuan) for one in steps]
    chart.add(cost, [float(one.changed.total.monthly) / TEN_THOUSAND for one in steps])
    file.write_bytes(chart.render())


def _pygal() -> Any:
    """Import pygal without what it leaves on the import path.

    Its finder for chart plugins speaks a protocol Python has given up: every later import would be warned of.
    """
    found = import_module("pygal")
    sys.meta_path[:] = [one for one in sys.meta_path if type(one).__module__ != "pygal"]
    return found
