"""``jiuzhu audit``: verifying, anchoring and reading the audit trail."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from regions.commands.printing import as_json, heads, show_json, table
from regions.commands.session import FOUND_WRONG, Session, command

if TYPE_CHECKING:
    from core.casework.flow.transition import Difference


@click.group()
def audit() -> None:
    """审计 / the audit trail."""


@audit.command("verify")
@click.option("--chain", metavar="CHAIN", help="只验一条链（如 case/12）/ one chain only")
@click.option("--anchor", "digest", metavar="DIGEST", help="另行保存的锚点摘要 / digest of an anchor kept elsewhere")
@as_json
@command
def audit_verify(session: Session, chain: str | None, digest: str | None, json_: bool) -> None:
    """检查有无改动、缺失或错序 / find any altered, removed or reordered event."""
    from core.casework.audit import verify_chains

    with session.platform.reading_desk(session.user) as desk:
        found = verify_chains(desk, chain=chain, digest=digest)
    if json_:
        show_json(asdict(found) | {"sound": found.sound})
    else:
        _tell(session, found.events, found.chains)
        words = {"altered": "被改动", "removed": "缺失", "reordered": "错序", "lost": "末尾丢失", "rewritten": "被重写"}
        rows = [[one.chain, one.sequence or "", session.say(words[one.what], one.what)] for one in found.faults]
        if rows:
            table(rows, heads(session, "链 序号 问题", "chain sequence fault"))
        if found.anchored_at is None:
            click.echo(session.say("没有锚点：无法排除末尾丢失", "no anchor: a lost tail cannot be excluded"))
        else:
            click.echo(
                session.say(
                    f"至锚点 {found.anchored_at}（第 {found.anchored_event} 条）为止可排除末尾丢失",
                    f"a lost tail is excluded up to the anchor of {found.anchored_at} (event {found.anchored_event})",
                )
            )
    sys.exit(0 if found.sound else FOUND_WRONG)


def _tell(session: Session, events: int, chains: int) -> None:
    click.echo(session.say(f"已验 {events} 条记录，{chains} 条链", f"{events} events in {chains} chains read"))


@audit.command("cases")
@click.option("--division", default="000000", show_default=True, metavar="CODE", help="区划代码 / division code")
@as_json
@command
def audit_cases(session: Session, division: str, json_: bool) -> None:
    """逐案核对：登记状态是否等于事件推出的状态 / whether every case's row is what its events say."""
    from core.casework.flow.case_check import check_cases

    with session.platform.reading_desk(session.user) as desk:
        found = list(check_cases(desk, desk.path(division)))
    if json_:
        show_json([{"number": one.number, "impossible": one.impossible, "differences": _columns(one.differences)}
                   for one in found])  # fmt: skip
    elif found:
        rows = [[one.number, one.impossible or "", *_columns(one.differences)] for one in found]
        table(rows, heads(session, "案件 不可能的事件 不符", "case impossible differences"))
    else:
        click.echo(session.say("各案件的登记状态与事件一致", "every case is what its events say"))
    sys.exit(FOUND_WRONG if found else 0)


def _columns(found: Sequence[Difference]) -> list[str]:
    return ["；".join(f"{one.column}: {one.kept} ≠ {one.derived}" for one in found)]


@audit.command("rows")
@click.option("--division", default="000000", show_default=True, metavar="CODE", help="区划代码 / division code")
@as_json
@command
def audit_rows(session: Session, division: str, json_: bool) -> None:
    """决定、家庭情况、成员、权限是否等于审计链所述 / whether rows are what the trail says of them."""
    from core.casework.audit import LEFT_TO_THE_COUNTRY, check_rows
    from core.casework.staff import NATION

    with session.platform.reading_desk(session.user) as desk:
        found = list(check_rows(desk, desk.path(division)))
    if json_:
        show_json([asdict(one) for one in found])
    elif found:
        words = {"altered": "被改动", "removed": "缺失", "added": "凭空增加"}
        rows = [[one.table, one.row, session.say(words[one.what], one.what)] for one in found]
        table(rows, heads(session, "表 行 问题", "table row fault"))
    else:
        click.echo(session.say("各行与审计链一致", "every row is what the trail says"))
    if division != NATION:
        click.echo(LEFT_TO_THE_COUNTRY.pick(session.language), err=True)
    sys.exit(FOUND_WRONG if found else 0)


@audit.command("anchor")
@as_json
@command
def audit_anchor(session: Session, json_: bool) -> None:
    """锚定各链末端；请把摘要另行保存 / anchor all chains; keep the digest elsewhere."""
    from core.casework.audit import anchor_chains

    with session.platform.desk(session.user) as desk:
        made = anchor_chains(desk)
    if json_:
        show_json({"recorded_at": made.recorded_at, "last_event": made.last_event, "digest": made.digest})
    else:
        click.echo(f"{made.recorded_at} {made.last_event} {made.digest}")


@audit.command("show")
@click.argument("chain")
@as_json
@command
def audit_show(session: Session, chain: str, json_: bool) -> None:
    """一条链的全部记录 / every event of a chain."""
    from core.casework.audit import show_chain

    with session.platform.reading_desk(session.user) as desk:
        found = show_chain(desk, chain)
    if json_:
        show_json([asdict(one) | {"happened_on": one.happened_on.isoformat()} for one in found])
        return
    rows = [
        [one.sequence, one.happened_on, one.recorded_at, session.say("补录", "late") if one.late else "", one.actor,
         one.kind, one.reason, json.dumps(one.body, ensure_ascii=False)]
        for one in found
    ]  # fmt: skip
    table(
        rows,
        heads(session, "序号 发生 记录 补录 经手 事项 原因 内容", "no happened recorded late actor kind reason body"),
    )
