"""The processes at work on this database: each says by which program, plugins and rules it answers.

While they differ (workers restarted one after the other, an upgrade half done) no payroll is made: two of them could
give one household two amounts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.casework.desk import Desk
from core.errors import JiuzhuError, Text
from core.plugin import PluginManager
from core.store.tables import RunningProcess

LIVE_SECONDS = 180
"""A process that has said nothing for so long is taken for dead: it says something at least every minute."""
KEPT_DAYS = 7
"""How long a process that ended without saying so is remembered."""


def program_version() -> str:
    """Return the installed version of the platform, ``unknown`` where the code runs without being installed."""
    try:
        return version("jiuzhu")
    except PackageNotFoundError:
        return "unknown"


def plugin_versions(plugins: PluginManager) -> dict[str, str]:
    """Return the versions of the plugins a process has loaded."""
    return {one.name: one.header.version for one in plugins.active if one.header is not None}


def say(session: Session, row: Mapping[str, Any], *, moment: str) -> None:
    """Write down what a process answers by; the first time it is added, and long dead ones are forgotten."""
    known = session.get(RunningProcess, row["id"])
    if known is None:
        session.execute(delete(RunningProcess).where(RunningProcess.seen_at < _before(moment, days=KEPT_DAYS)))
        session.add(RunningProcess(**row, started_at=moment, seen_at=moment))
        return
    known.plugins, known.rules, known.failures, known.seen_at = row["plugins"], row["rules"], row["failures"], moment


def end(session: Session, id_: str) -> None:
    """Forget a process that ends in order."""
    session.execute(delete(RunningProcess).where(RunningProcess.id == id_))


def running(session: Session, moment: str) -> Sequence[RunningProcess]:
    """Return the processes alive at a moment, in the order they were started."""
    alive = RunningProcess.seen_at >= _before(moment, seconds=LIVE_SECONDS)
    return session.scalars(select(RunningProcess).where(alive).order_by(RunningProcess.started_at)).all()


def failures_of(session: Session, plugin: str, moment: str) -> tuple[Text, ...]:
    """Return how a plugin's hooks failed on cases in the processes alive at a moment, each failure once."""
    told = (one.failures.get(plugin) for one in running(session, moment))
    return tuple(dict.fromkeys(Text(*one) for one in told if one))


def _before(moment: str, **span: int) -> str:
    return (datetime.fromisoformat(moment).astimezone(UTC) - timedelta(**span)).isoformat(timespec="seconds")


def differ(processes: Sequence[RunningProcess]) -> bool:
    """Tell whether processes answer by different programs, plugins or rules."""
    return len({(one.program, json.dumps(one.plugins, sort_keys=True), one.rules) for one in processes}) > 1


def require_alike(desk: Desk) -> None:
    """Refuse what pays money while processes differ, this one among them.

    Raises:
        JiuzhuError: ``processes_differ``, naming them.
    """
    found = running(desk.session, desk.moment)
    mine = (program_version(), plugin_versions(desk.plugins))
    if differ(found) or any((one.program, one.plugins) != mine for one in found):
        named = "；".join(f"{one.host}:{one.pid} {one.program} {one.rules[:12]}" for one in found)
        text = Text(
            "各进程的程序或规则版本不一致，暂不办理发放", "processes differ in program or rules: no payroll now"
        )
        hint = Text("请等候一分钟；仍不一致的，由系统管理员重新启动各进程", "wait a minute, else have them restarted")
        raise JiuzhuError("processes_differ", text, hint=hint, value=named)
