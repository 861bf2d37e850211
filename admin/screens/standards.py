"""Standards: what is in force in a place, since when and by which document; its history, its ladder, its gaps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from admin import step_chart
from admin.asking import AREAS, asked, programmes
from admin.language import language, say
from admin.work import platform
from core.errors import JiuzhuError
from regions import report
from regions.report_gaps import gaps

screen = Blueprint("standards", __name__, url_prefix="/standards")


@screen.get("/")
def page() -> ResponseReturnValue:
    """Show a place's standards of every programme, with what is to come and what was."""
    ask = asked(request.args)
    known = programmes(ask.division, ask.on)
    shown = report.standards(
        platform(), ask, programmes=tuple(known),
        areas=("urban", "rural") if ask.area == "any" else (ask.area,), language=language(),
    )  # fmt: skip
    return render_template("standards/page.html", ask=ask, rows=shown, programmes=known, areas=AREAS)


@screen.get("/history")
def history() -> ResponseReturnValue:
    """Show every standard recorded for a place and programme, as steps and as a table."""
    ask = asked(request.args)
    rows = report.history(platform(), ask, language=language())
    charts = [(say(zh, en), step_chart.steps(rows, area)) for area, (zh, en) in AREAS.items()]
    return render_template(
        "standards/history.html", ask=ask, rows=rows, charts=[(title, one) for title, one in charts if one],
        programmes=programmes(ask.division, ask.on), areas=AREAS,
    )  # fmt: skip


@screen.get("/ladder")
def ladder() -> ResponseReturnValue:
    """Explain one value: which candidates there are, which one holds, and why not the others."""
    ask = asked(request.args)
    kind, key = request.args.get("kind", "standard"), request.args.get("key", "")
    found = report.explain(platform(), ask, kind=kind, key=key, language=language())
    return render_template("standards/ladder.html", ask=ask, found=found, areas=AREAS)


@screen.get("/gaps")
def missing() -> ResponseReturnValue:
    """List what the sources leave open in a place, and what is assumed instead."""
    ask = asked(request.args)
    return render_template("standards/gaps.html", ask=ask, rows=_gaps(ask), areas=AREAS)


def _gaps(ask: report.Ask) -> list[dict[str, Any]]:
    """The gaps of every programme there; each provision once."""
    found: dict[str, dict[str, Any]] = {}
    for programme in programmes(ask.division, ask.on):
        try:
            rows = gaps(platform(), ask=replace(ask, programmes=(programme,)), plugin=None, language=language())
        except JiuzhuError as error:
            rows = [{"sort": "error", "provision": programme, "kind": "", "label": error.message.pick(language()),
                     "because": "", "cite": None, "programme": programme, "area": "any", "division": None}]  # fmt: skip
        found |= {one["provision"]: one for one in rows}
    return list(found.values())
