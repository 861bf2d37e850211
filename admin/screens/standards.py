"""Standards: in force, to come, over time, of several places, the ladder that explains a value, and what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from admin import coming, place_chart, ruled, step_chart
from admin.asking import AREAS, asked, division_in, programmes
from admin.language import language, say
from admin.work import platform
from core.errors import JiuzhuError
from regions import report
from regions.report_gaps import gaps

screen = Blueprint("standards", __name__, url_prefix="/standards")
MOST = 40
"""Places compared at once."""
PAGE = 50

SORTS = {
    "gap": ("空缺", "gap", "bad"),
    "assumed_date": ("日期推定", "day assumed", "wait"),
    "technical_default": ("技术性推定", "technical default", "wait"),
    "excerpt": ("摘录，未核全文", "excerpt", "wait"),
    "undatable": ("日期不明，不生效", "no day, never in force", "bad"),
    "error": ("错误", "error", "bad"),
}


@screen.context_processor
def _words() -> dict[str, Any]:
    return {"areas": AREAS, "cited": ruled.cited, "kind_title": ruled.kind_title, "rule_line": ruled.line,
            "remarks": ruled.remarks, "rule_label": ruled.label, "programme_name": programme_name}  # fmt: skip


def programme_name(code: str) -> str:
    """Name a programme as its newest rule does."""
    if code == "any":
        return say("各项目", "any programme")
    own = [
        one for one in platform().registry.provisions(None) if one.kind == "programme" and one.scope.programme == code
    ]
    return max(own, key=lambda one: one.period.start.day or date.min).label.pick(language()) if own else code


@screen.get("/")
def page() -> ResponseReturnValue:
    """Show a place's standards of every programme, with what is to come and what was."""
    ask = asked(request.args)
    known = programmes(ask.division, ask.on)
    shown = report.standards(
        platform(), ask, programmes=tuple(known),
        areas=("urban", "rural") if ask.area == "any" else (ask.area,), language=language(),
    )  # fmt: skip
    return render_template(
        "standards/page.html", ask=ask, rows=shown, programmes=known, coming=coming.changes(ask)
    )  # fmt: skip


@screen.get("/history")
def history() -> ResponseReturnValue:
    """Show every standard recorded for a place and programme, as steps and as a table."""
    ask = asked(request.args)
    rows = report.history(platform(), ask, language=language())
    until = max(ask.on, platform().today)
    charts = [(say(zh, en), step_chart.steps(rows, area, until=until)) for area, (zh, en) in AREAS.items()]
    return render_template(
        "standards/history.html", ask=ask, rows=rows, charts=[(title, one) for title, one in charts if one],
        programmes=programmes(ask.division, ask.on),
    )  # fmt: skip


@screen.get("/places")
def places() -> ResponseReturnValue:
    """Show one programme's standard on one day in a place, in those right below it, and in one more."""
    ask = asked(request.args)
    other = division_in(request.args.get("other", ""))
    below = [one.code for one in platform().tree.children(ask.division, ask.on)]
    codes = list(dict.fromkeys([ask.division, *below[:MOST], *([other] if other else [])]))
    rows = place_chart.rows(ask, codes)
    names = {code: platform().tree.name(code) for code in codes}
    return render_template(
        "standards/places.html", ask=ask, rows=rows, other=other, names=names,
        chart=place_chart.bars(rows, names), programmes=programmes(ask.division, ask.on), left_out=len(below) - MOST,
    )  # fmt: skip


@screen.get("/ladder")
def ladder() -> ResponseReturnValue:
    """Explain one value: which candidates there are, which one holds, and why not the others."""
    ask = asked(request.args)
    kind, key = request.args.get("kind", "standard"), request.args.get("key", "")
    found = report.explain(platform(), ask, kind=kind, key=key, language=language())
    return render_template("standards/ladder.html", ask=ask, found=found)


@screen.get("/gaps")
def missing() -> ResponseReturnValue:
    """List what the sources leave open in a place, and what is assumed instead; by sort, a page at a time."""
    ask = asked(request.args)
    sort, after = request.args.get("sort", ""), request.args.get("after", "")
    whole = sorted(_gaps(ask), key=_place_in_list)
    counts = {one: sum(row["sort"] == one for row in whole) for one in SORTS}
    rows = [row for row in whole if sort in ("", row["sort"]) and _place_in_list(row) > after]
    return render_template(
        "standards/gaps.html", ask=ask, rows=rows[:PAGE], sort=sort, sorts=SORTS, counts=counts,
        following=_place_in_list(rows[PAGE - 1]) if len(rows) > PAGE else "", amendable=_amendable,
    )  # fmt: skip


def _place_in_list(row: dict[str, Any]) -> str:
    """Gaps stand first, then what is assumed; within a sort by provision."""
    rank = list(SORTS).index(row["sort"]) if row["sort"] in SORTS else len(SORTS)
    return f"{rank} {row['provision']}"


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


def _amendable(row: dict[str, Any]) -> bool:
    """Whether an amendment may settle it: structure is for plugins."""
    kind = platform().manager.kinds.get(row["kind"])
    return row["sort"] not in ("error", "excerpt") and kind is not None and kind.amendable
