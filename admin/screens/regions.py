"""Regions: the tree, a place, its effective policy on any day, its procedure, and what differs between two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from admin import procedure_chart, ruled
from admin.asking import AREAS, asked, division_in, own_place, programmes
from admin.formula_words import Names
from admin.language import language, pick, say
from admin.work import platform
from core.kinds.contribution import listed
from core.policy import Line
from regions import report
from regions.report_place import division, division_row

SIDES = ("left", "right")
screen = Blueprint("regions", __name__, url_prefix="/regions")

LEVELS = {
    "nation": ("国家", "nation"), "province": ("省级", "province"), "prefecture": ("地级", "prefecture"),
    "county": ("县级", "county"), "township": ("乡级", "township"), "village": ("村级", "village"),
    "unit": ("单位", "unit"),
}  # fmt: skip
SCHEMES = {
    "gbt2260": ("GB/T 2260 行政区划代码", "GB/T 2260"), "nbs_stat": ("统计用区划代码", "statistical code"),
    "custom": ("自编代码", "own code"),
}  # fmt: skip


@screen.context_processor
def _words() -> dict[str, Any]:
    return {
        "levels": LEVELS, "schemes": SCHEMES, "areas": AREAS, "kind_title": ruled.kind_title, "parts": ruled.parts,
        "cited": ruled.cited, "rule_line": ruled.line, "rule_label": ruled.label, "remarks": ruled.remarks,
    }  # fmt: skip


@screen.get("/")
def page() -> ResponseReturnValue:
    """Show the tree from the nation down, opened on the way to a place, and what the search finds."""
    typed = request.args.get("q", "").strip()
    on = platform().today
    found = [division_row(platform(), one.code, on) for one in platform().tree.find(typed, on, limit=50)]
    at = division_in(request.args.get("division", "")) or own_place()
    opened = platform().tree.ladder(at, on)
    return render_template("regions/tree.html", typed=typed, found=found, at=at, opened=opened, below=_below)


@screen.get("/<code>/below")
def below(code: str) -> ResponseReturnValue:
    """Answer the divisions right below one, for the tree."""
    return render_template("regions/branch.html", rows=_below(code), opened=(), at="", below=_below)


@screen.get("/<code>")
def place(code: str) -> ResponseReturnValue:
    """Show a place: its code, level, what is above and below it, and every row its code ever had."""
    on = _on()
    found = division(platform(), code, on=on)
    above = [platform().tree.get(one, on) for one in platform().tree.ladder(code, on)[:-1]]
    rows = platform().tree.rows[code]
    return render_template("regions/place.html", found=found, above=above, rows=rows, ask=replace(_ask(code), on=on))


@screen.get("/<code>/policy")
def policy(code: str) -> ResponseReturnValue:
    """Show every rule in force in a place on a day, by kind, in words."""
    ask = _ask(code)
    known = programmes(ask.division, ask.on)
    kinds = _in_force(ask)
    names = Names(report.rulebook(platform(), _one_area(ask)))
    return render_template("regions/policy.html", ask=ask, kinds=kinds, programmes=known, names=names)


@screen.get("/<code>/procedure")
def procedure(code: str) -> ResponseReturnValue:
    """Show the stages in their order with their limits, as steps and as a drawing."""
    ask = _one_area(_ask(code))
    book = report.rulebook(platform(), ask)
    stages, names = book.policy.stages(ask.programmes[0]), Names(book)
    labels = {one.key: pick(one.provision.label) for one in stages}
    whole = [one for one in _lines(ask, "procedure") if not one.key]
    return render_template(
        "regions/procedure.html", ask=ask, stages=[_stage(one, labels, names) for one in stages if one.key],
        whole=[_stage(one, labels, names) for one in whole], programmes=programmes(ask.division, ask.on),
        drawing=procedure_chart.drawn([one for one in stages if one.key], labels),
    )  # fmt: skip


@screen.get("/compare")
def compare() -> ResponseReturnValue:
    """Show side by side what differs between two places, or one place on two days."""
    left = asked(request.args)
    known = programmes(left.division, left.on)
    given = request.args.get("division2", "") or left.division
    right = asked({**request.args.to_dict(), "division": given, "on": request.args.get("on2", "") or str(left.on)})
    asked_for = (right.division, right.on) != (left.division, left.on)
    found = report.compare(platform(), left, right, language=language()) if asked_for else None
    names = [Names(report.rulebook(platform(), _one_area(side))) for side in (left, right)] if found else []
    rows = [_compared(row, dict(zip(SIDES, names, strict=True))) for row in found["differences"]] if found else []
    return render_template("regions/compare.html", left=left, right=right, found=found, rows=rows, programmes=known)


def _below(code: str) -> list[tuple[Any, bool]]:
    """The divisions right below, and whether each has some of its own."""
    on, tree = platform().today, platform().tree
    return [(one, bool(tree.children(one.code, on))) for one in tree.children(code, on)]


def _on() -> date:
    return asked({"on": request.args.get("on", ""), "division": "000000"}).on


def _ask(code: str) -> report.Ask:
    return asked({**request.args.to_dict(), "division": code})


def _one_area(ask: report.Ask) -> report.Ask:
    """Urban and rural rules differ; without an area the urban ones are shown and the page says so."""
    return replace(ask, area="urban") if ask.area == "any" else ask


def _lines(ask: report.Ask, kind: str) -> Sequence[Line]:
    return report.rulebook(platform(), ask).policy.lines(kind, ask.programmes[0])


def _in_force(ask: report.Ask) -> list[tuple[str, list[dict[str, Any]]]]:
    """The lines by kind; one that holds in both areas stands once."""
    kinds: dict[str, dict[str, dict[str, Any]]] = {}
    for one in report.by_area(ask):
        shown = report.show(platform(), one, kind=None, language=language())
        for kind, lines in shown["programmes"].get(one.programmes[0], {}).items():
            for row in lines:
                held = kinds.setdefault(kind, {}).setdefault(f"{row['key']} {row['origin']}", {**row, "areas": []})
                held["areas"].append(one.area)
    return [(kind, list(rows.values())) for kind, rows in sorted(kinds.items(), key=lambda pair: _order(pair[0]))]


FIRST = ("programme", "standard", "target", "benefit", "topup", "price_subsidy")


def _order(kind: str) -> tuple[int, str]:
    return (FIRST.index(kind) if kind in FIRST else len(FIRST), ruled.kind_title(kind))


def _stage(one: Line, labels: dict[str, str], names: Names) -> dict[str, Any]:
    said = ruled.parts("procedure", one.value, names)
    titles = ruled.properties("procedure")
    by_name = {
        name: next((part for part in said if part.title in (titles[name]["title"], titles[name]["x-title-en"])), None)
        for name in ("actor", "within", "total", "evidence", "result")
    }
    short = {part.title for part in by_name.values() if part} | {say("在其后", "after"), say("在其前", "before")}
    return {
        "key": one.key, "label": pick(one.provision.label), **by_name,
        "after": [labels[key] for key in listed(one.value.get("after", ())) if key in labels],
        "rest": [part for part in said if part.title not in short], "gap": one.is_gap,
        "because": pick(one.provision.because),
        "cite": [str(each.citation) for each in one.provisions if each.citation],
    }  # fmt: skip


def _compared(row: dict[str, Any], names: Mapping[str, Names]) -> dict[str, Any]:
    """A difference with each part side by side; changed parts are marked."""
    sides = {name: row[name] for name in SIDES}
    said = {name: {} if line is None else _said(row["kind"], line, names[name]) for name, line in sides.items()}
    titles = list(dict.fromkeys([*said["left"], *said["right"]]))
    cells = [(title, said["left"].get(title), said["right"].get(title)) for title in titles]
    label = next((text for line in sides.values() if line and (text := ruled.label(line["value"]))), row["key"])
    return {
        **row, "label": label, "cells": [(title, a, b, a != b) for title, a, b in cells],
        "cite_left": sides["left"]["cite"] if sides["left"] else [],
        "cite_right": sides["right"]["cite"] if sides["right"] else [],
    }  # fmt: skip


def _said(kind: str, line: dict[str, Any], names: Names) -> dict[str, str]:
    if line["status"] == "gap":
        return {say("空缺", "gap"): line["because"] or say("来源未载", "the source does not say")}
    return {part.title: part.text for part in ruled.parts(kind, line["value"], names)}
