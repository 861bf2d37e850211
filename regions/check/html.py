"""The report as one HTML file: nothing loaded from elsewhere, printable on A4."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

from jinja2 import Environment, StrictUndefined

from core.errors import Language, Text
from regions.check.report import STATUSES, Report


def page(report: Report, language: Language) -> str:
    """Return the report as an HTML document in ``language``."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    text = resources.files("regions.check").joinpath("report.html").read_text(encoding="utf-8")

    def say(zh: str, en: str) -> str:
        return Text(zh, en).pick(language)

    def count(check: str, fault: bool) -> int:  # noqa: FBT001 - called by the template
        return sum(one.check == check and one.fault == fault for one in report.findings)

    def names(texts: Sequence[Text]) -> str:
        return say("；", "; ").join(one.pick(language) for one in texts)

    return environment.from_string(text).render(
        report=report, language=language, zh=language == "zh", statuses=STATUSES, say=say, count=count, names=names
    )
