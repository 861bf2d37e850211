"""``jiuzhu plugin propose … enable``: what people decide of a plugin, its consequences shown first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import click

from regions.commands.printing import answer, as_json, heads, kind_title, show_json, table
from regions.commands.session import Session, command

if TYPE_CHECKING:
    from core.casework.desk import Desk
    from core.store.tables import PluginStep
    from regions.plugin_impact import Consequences, Step

name_argument = click.argument("name")
yes_option = click.option("--yes", is_flag=True, help="不再询问 / do not ask")
reason_option = click.option("--reason", required=True, help="理由 / why")
remark_option = click.option("--reason", help="理由 / why")


@click.command("propose")
@name_argument
@remark_option
@as_json
@command
def propose(session: Session, name: str, reason: str | None, json_: bool) -> None:
    """提请接受一个插件：在隔离进程中读取后登记 / propose a plugin for acceptance, read in quarantine."""
    from regions.plugin_lifecycle import propose as put_up
    from regions.plugin_reading import read_plugin

    platform = session.platform
    reading = read_plugin(platform.settings, name, accepted=platform.registry.standings.accepted)
    with platform.desk(session.user) as desk:
        step = put_up(desk, reading, reason=reason)
    said = session.say(
        f"{name} {reading.version} 已提请，待另一名有权人员接受：jiuzhu plugin accept {name}",
        f"{name} {reading.version} is proposed; another person accepts it: jiuzhu plugin accept {name}",
    )
    _told(step, said, json_=json_)


@click.command("accept")
@name_argument
@remark_option
@yes_option
@as_json
@command
def accept(session: Session, name: str, reason: str | None, yes: bool, json_: bool) -> None:
    """接受提请的版本（第二人），先列出后果 / accept what was proposed, by a second person."""
    from regions.plugin_lifecycle import accept as take

    found = _consequences(session, name, "accept", quiet=json_)
    asked_to_go_on(
        session, session.say(f"接受 {name} {found.version}？", f"accept {name} {found.version}?"), yes=yes or json_
    )
    with session.platform.desk(session.user) as desk:
        step = take(desk, name, digest=found.digest, reason=reason)
    _told(step, session.say(f"{name} {step.version} 已接受", f"{name} {step.version} is accepted"), json_=json_)


@click.command("refuse")
@name_argument
@reason_option
@as_json
@command
def refuse(session: Session, name: str, reason: str, json_: bool) -> None:
    """不接受提请的版本 / turn a proposed version down."""
    from regions.plugin_lifecycle import refuse as turn_down

    with session.platform.desk(session.user) as desk:
        step = turn_down(desk, name, reason=reason)
    _told(step, session.say(f"{name} {step.version} 未接受", f"{name} {step.version} is refused"), json_=json_)


@click.command("disable")
@name_argument
@reason_option
@yes_option
@as_json
@command
def disable(session: Session, name: str, reason: str, yes: bool, json_: bool) -> None:
    """停用插件，先列出后果；所有进程立即生效 / take a plugin out of use, in every process at once."""
    from regions.plugin_lifecycle import disable as switch_off

    _switched(session, name, "disable", lambda desk: switch_off(desk, name, reason=reason), yes=yes, json_=json_)


@click.command("enable")
@name_argument
@remark_option
@yes_option
@as_json
@command
def enable(session: Session, name: str, reason: str | None, yes: bool, json_: bool) -> None:
    """重新启用插件，先列出后果 / put a plugin to use again."""
    from regions.plugin_lifecycle import enable as switch_on

    _switched(session, name, "enable", lambda desk: switch_on(desk, name, reason=reason), yes=yes, json_=json_)


@click.command("diff")
@name_argument
@click.option("--impact", "counted", is_flag=True, help="并测算在册家庭 / also compute the caseload")
@as_json
@command
def diff(session: Session, name: str, counted: bool, json_: bool) -> None:
    """提请的版本与在用版本之差及其影响 / how the proposed version differs, and what it does to the caseload."""
    from regions.amendment_report import impact_json
    from regions.commands.progress import Bar
    from regions.plugin_impact import caseload_impact, consequences

    with session.platform.reading_desk(session.user) as desk:
        found = consequences(desk, name, "accept")
        told = found.to_json(session.language)
        if counted:
            with Bar(session.say("测算", "computing"), 1000) as bar:
                done = caseload_impact(desk, found, progress=lambda at, of: bar.to(1000 * at // max(of, 1)))
            told["impact"] = impact_json(done, session.language) if done is not None else None
    if json_:
        show_json(told)
        return
    show_consequences(session, told)
    for one in (told.get("impact") or {}).get("groups", ()):
        counts = "  ".join(f"{change['text']} {change['households']}" for change in one["changes"])
        click.echo(f"{one['programme']}  {one['standing_text']}  {counts}")


def _switched(
    session: Session, name: str, step: Literal["disable", "enable"], switch: Callable[[Desk], PluginStep], *, yes: bool,
    json_: bool,
) -> None:  # fmt: skip
    """Show what switching a plugin would do, ask, and do it."""
    what = {"disable": session.say("停用", "disable"), "enable": session.say("启用", "enable")}[step]
    _consequences(session, name, step, quiet=json_)
    asked_to_go_on(session, f"{what} {name}{session.say('？', '?')}", yes=yes or json_)
    with session.platform.desk(session.user) as desk:
        made = switch(desk)
    _told(made, session.say(f"{name} 已{what}", f"{name} is {what}d"), json_=json_)


def _consequences(session: Session, name: str, step: Step, *, quiet: bool) -> Consequences:
    """Look at what a step would do and print it."""
    from regions.plugin_impact import consequences

    with session.platform.reading_desk(session.user) as desk:
        found = consequences(desk, name, step)
    if not quiet:
        show_consequences(session, found.to_json(session.language))
    return found


def show_consequences(session: Session, told: dict[str, Any]) -> None:
    """Print what a step of a plugin does: places, cases, every value that differs, lower values, what stands on it."""
    what = ("gained", "lost", "changed")
    rows = [
        [one["division"], *(_kinds(session, one[key]) for key in what), one["paying"], one["running"]]
        for one in told["places"]
    ]
    zh, en = "地区 增加 失去 改变 在保 在办", "place gained lost changed paying running"
    table(rows, heads(session, zh, en))
    for one in told["changes"]:
        if one["what"] == "changed":
            click.echo(f"~ {one['provision']}")
            for part in one["parts"]:
                click.echo(f"    {part['path']}: {part['before'] or '—'} → {part['after'] or '—'}")
        elif told["step"] == "accept":
            click.echo(f"{'+' if one['what'] == 'added' else '-'} {one['provision']} {one['amount'] or ''}".rstrip())
    marks = {"added": "+", "removed": "-", "changed": "~"}
    for one in told["papers"]:
        click.echo(f"{marks[one['what']]} papers/{one['file']}")
    for one in told["below_floor"]:
        until = one["until"] or session.say("以后", "on")
        click.echo(f"! {one['division']} {one['own']} < {one['floor']} {one['since']} – {until}: {one['finding']}")
    if told["required_by"]:
        click.echo(session.say("需要本插件的插件：", "plugins that require it: ") + " ".join(told["required_by"]))
    if told["amendments"]:
        click.echo(session.say("仍然有效的修订：", "amendments that go on ruling: ") + "；".join(told["amendments"]))
    if told["step"] in ("disable", "remove"):
        count = told["decisions"]
        said = session.say(f"已作出的 {count} 项决定仍按当时规则可复算", f"{count} decisions stay replayable as made")
        click.echo(said)


def _kinds(session: Session, counted: dict[str, int]) -> str:
    return "、".join(f"{kind_title(session, kind)} {count}" for kind, count in counted.items()) or "—"


def asked_to_go_on(session: Session, question: str, *, yes: bool) -> None:
    """Ask whether to go on, unless that was said; exit code 1 where nobody wants to."""
    if not yes and not click.confirm(question, default=False):
        click.echo(session.say("未作改变", "nothing was changed"))
        raise click.exceptions.Exit(1)


def _told(step: PluginStep, said: str, *, json_: bool) -> None:
    answer(
        {"plugin": step.plugin, "step": step.step, "version": step.version, "digest": step.digest}, said, json_=json_
    )
