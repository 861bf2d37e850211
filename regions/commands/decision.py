"""``jiuzhu decision``: what was decided, and whether recomputing it gives the same bytes."""

from __future__ import annotations

import sys

import click

from regions.commands.printing import as_json, show_json
from regions.commands.session import FOUND_WRONG, WHOLE, Session, command

id_argument = click.argument("decision_id", metavar="ID", type=WHOLE)


@click.group()
def decision() -> None:
    """决定：内容和重算 / decisions: what they say, and replaying them."""


@decision.command("show")
@id_argument
@as_json
@command
def decision_show(session: Session, decision_id: int, json_: bool) -> None:
    """一个决定 / one decision."""
    from core.casework.deciding.replay import find_decision
    from regions.case_view import decision_json

    with session.platform.reading_desk(session.user) as desk:
        found = decision_json(desk, find_decision(desk, decision_id))
    if json_:
        show_json(found)
        return
    for key, value in found.items():
        click.echo(f"{key}: {value}")


@decision.command("replay")
@id_argument
@as_json
@command
def decision_replay(session: Session, decision_id: int, json_: bool) -> None:
    """按存储的规则和事实重算，逐字节比对 / recompute from what was stored and compare the bytes.

    与现在装了哪些插件无关；不一致时退出码为 3。
    """
    from core.casework.deciding.replay import find_decision, replay

    with session.platform.reading_desk(session.user) as desk:
        row = find_decision(desk, decision_id)
        found = replay(desk.session, row.id)
        policy = row.policy_hash
    if json_:
        show_json({"decision": decision_id, "policy": policy, "same": found.same, "bytes": len(found.stored)})
    else:
        same = session.say("逐字节一致", "the same bytes") if found.same else session.say("不一致", "differs")
        click.echo(f"{decision_id}  {same}  {len(found.stored)} B  {policy}")
    sys.exit(0 if found.same else FOUND_WRONG)
