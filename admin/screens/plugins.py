"""Plugins: what is installed, in which state, what each rules and whether its examples hold."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from admin import ruled
from admin.language import language, pick
from admin.screens.standards import programme_name
from admin.work import platform
from core.casework.process import failures_of
from core.errors import Text
from regions.check import check_plugin
from regions.report_place import STATES, known_plugin, plugin, plugins

screen = Blueprint("plugins", __name__, url_prefix="/plugins")

TONES = {
    "accepted": "good", "trial": "secondary", "draft": "secondary", "proposed": "wait", "waiting": "wait",
    "disabled": "secondary", "broken": "bad",
}  # fmt: skip
HOOKS = {
    "jiuzhu_header": Text("插件资料", "header"), "jiuzhu_income_definitions": Text("收入项目", "income definitions"),
    "jiuzhu_standards": Text("保障标准", "standards"), "jiuzhu_review_intervals": Text("复核间隔", "review intervals"),
    "jiuzhu_publicity_rules": Text("公示规则", "publicity rules"), "jiuzhu_provisions": Text("其他条款", "other rules"),
    "jiuzhu_divisions": Text("区划", "divisions"), "jiuzhu_facts": Text("事实和认定", "facts and findings"),
    "jiuzhu_kinds": Text("条款种类", "kinds"), "jiuzhu_check_case": Text("案件提示", "warnings on a case"),
    "jiuzhu_find_conflicts": Text("回避情形", "conflicts of interest"),
    "jiuzhu_fill_notice": Text("文书内容", "fields of notices"),
}  # fmt: skip


@screen.context_processor
def _words() -> dict[str, Any]:
    states = {name: (text, TONES[name]) for name, text in STATES.items()}
    return {"states": states, "kind_title": ruled.kind_title, "cited": ruled.cited, "programme_name": programme_name}


@screen.get("/")
def page() -> ResponseReturnValue:
    """List the installed plugins with their state."""
    return render_template("plugins/list.html", rows=[_named(row) for row in plugins(platform(), language())])


@screen.get("/<name>")
def one(name: str) -> ResponseReturnValue:
    """Show a plugin: its hooks, its provisions by kind, its gaps, what it requires and what requires it."""
    found = _named(plugin(platform(), name, language()))
    kinds: dict[str, list[dict[str, Any]]] = {}
    for row in found["listed"]:
        kinds.setdefault(row["kind"], []).append(row)
    known = platform().manager.plugins
    header = known[name].header
    return render_template(
        "plugins/one.html", found=found, kinds=sorted(kinds.items(), key=lambda pair: ruled.kind_title(pair[0])),
        requires=dict(header.requires.plugins) if header else {}, core=header.requires.core if header else "",
        standing=_standing_on(name), divisions=sorted(known[name].divisions), documents=known[name].documents.values(),
        detail=known[name].detail, failures=[pick(one) for one in _failures(name)],
    )  # fmt: skip


@screen.post("/<name>/check")
def check(name: str) -> ResponseReturnValue:
    """Load the plugin anew, aside, and run its worked examples: its code runs, so a link alone does not do it."""
    known_plugin(platform(), name)
    report = check_plugin(platform().settings, name).to_json(language())
    part = "plugins/checked.html" if request.headers.get("HX-Request") else "plugins/check.html"
    return render_template(part, report=report, name=name)


def _failures(name: str) -> tuple[Text, ...]:
    moment = platform().clock().astimezone(UTC).isoformat(timespec="seconds")
    with platform().database.reading() as session:
        return failures_of(session, name, moment)


def _named(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "hook_names": [pick(HOOKS.get(one, Text(one, one))) for one in row["hooks"]]}


def _standing_on(name: str) -> list[str]:
    """The plugins that require one."""
    known = platform().manager.plugins.values()
    return [one.name for one in known if one.header is not None and name in one.header.requires.plugins]
