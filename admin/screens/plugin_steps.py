"""What people decide of a plugin: proposing, accepting, switching; the consequences stand above every button."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin import ruled
from admin.form import Field, read, sorted_faults
from admin.language import language, say
from admin.problems import status_of
from admin.screens.standards import programme_name
from admin.work import platform, reading, working
from core.casework.desk import Desk
from core.errors import JiuzhuError, Text
from regions.amendment_report import impact_json
from regions.plugin_impact import Consequences, Step, caseload_impact, consequences
from regions.plugin_lifecycle import accept, disable, enable, propose, refuse, standing_of
from regions.plugin_reading import read_plugin
from regions.report_place import known_plugin, plugin

screen = Blueprint("plugin_steps", __name__, url_prefix="/plugins")

REASON = (Field("reason", Text("理由", "reason"), kind="text_long", required=True, wide=True),)
REMARK = (Field("reason", Text("说明", "remark"), kind="text_long", wide=True),)
AT_ONCE = 2000
"""Households whose amounts a page works out while somebody waits; more of them are for the command line."""


@screen.context_processor
def _words() -> dict[str, Any]:
    return {"kind_title": ruled.kind_title, "cited": ruled.cited, "said": ruled.line, "programme_name": programme_name}


@screen.post("/<name>/propose")
def do_propose(name: str) -> ResponseReturnValue:
    """Read the plugin in quarantine and put it up for acceptance by somebody else."""
    known_plugin(platform(), name)
    found = read_plugin(platform().settings, name, accepted=platform().registry.standings.accepted)
    with working() as desk:
        propose(desk, found)
    flash(say("已提请，待另一名有权人员接受。", "Proposed; another person accepts it."))
    return redirect(url_for("plugins.one", name=name), 303)


@screen.get("/<name>/accept")
def look(name: str) -> ResponseReturnValue:
    """Show what accepting the proposed version would do."""
    return _page(name, "accept")


@screen.post("/<name>/accept")
def do_accept(name: str) -> ResponseReturnValue:
    """Accept what was looked at: it rules in every process from now on."""
    return _take(name, "accept", say("已接受，各进程立即生效。", "Accepted; it rules at once everywhere."))


@screen.post("/<name>/refuse")
def do_refuse(name: str) -> ResponseReturnValue:
    """Turn the proposed version down."""
    return _take(name, "refuse", say("未接受，在用版本不变。", "Refused; what is in use stays."))


@screen.get("/<name>/switch")
def switch(name: str) -> ResponseReturnValue:
    """Show what disabling (or enabling) would do."""
    return _page(name, _switching(name))


@screen.post("/<name>/switch")
def do_switch(name: str) -> ResponseReturnValue:
    """Disable or enable the plugin, as the page said."""
    step = "enable" if request.form.get("step") == "enable" else "disable"
    said = say("已启用，各进程立即生效。", "Enabled at once everywhere.") if step == "enable" else say(
        "已停用，各进程立即生效。", "Disabled at once everywhere."
    )  # fmt: skip
    return _take(name, step, said)


def _switching(name: str) -> Step:
    with reading() as desk:
        return "enable" if standing_of(desk, name).off else "disable"


def _take(name: str, step: str, said: str) -> ResponseReturnValue:
    known_plugin(platform(), name)
    try:
        reason = read(_fields(step), request.form)["reason"]
        with working() as desk:
            _service(desk, name, step, reason)
    except JiuzhuError as error:
        return _page(name, cast("Step", "accept" if step == "refuse" else step), error), status_of(error)
    flash(said)
    return redirect(url_for("plugins.one", name=name), 303)


def _service(desk: Desk, name: str, step: str, reason: str) -> None:
    if step == "accept":
        accept(desk, name, digest=request.form.get("digest"), reason=reason)
    elif step == "enable":
        enable(desk, name, reason=reason)
    else:
        (refuse if step == "refuse" else disable)(desk, name, reason=reason)


def _fields(step: str) -> tuple[Field, ...]:
    return REMARK if step in ("accept", "enable") else REASON


def _page(name: str, step: Step, error: JiuzhuError | None = None) -> str:
    known_plugin(platform(), name)
    with reading() as desk:
        found = consequences(desk, name, step)
        impact = _impact(desk, found)
        mine = step == "accept" and standing_of(desk, name).proposal.proposed_by == desk.actor.id  # type: ignore[union-attr]
    fields = _fields(step)
    by_field, rest = sorted_faults(error, fields)
    return render_template(
        "plugins/step.html", step=step, plugin=plugin(platform(), name, language()), found=found.to_json(language()),
        impact=impact, mine=mine, fields=fields, refusing=REASON, values=request.form, problems=by_field, rest=rest,
        error=error,
    )  # fmt: skip


def _impact(desk: Desk, found: Consequences) -> dict[str, Any] | None:
    """What becomes of the households there, where they are few enough to wait for."""
    households = sum(one.paying for one in found.places)
    if found.step != "accept" or not 0 < households <= AT_ONCE:
        return None
    done = caseload_impact(desk, found)
    return impact_json(done, language()) if done is not None else None
