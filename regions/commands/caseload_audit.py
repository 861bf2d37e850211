"""``jiuzhu caseload audit``: decided beside computed with causes, who receives twice, who is left out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from regions.commands.printing import as_json, heads, show_json, table
from regions.commands.progress import Bar
from regions.commands.session import FOUND_WRONG, Session, command

if TYPE_CHECKING:
    from regions.caseload_audit import Difference, Twice

SHOWN = 20


@click.command("audit")
@click.argument("snapshot", type=click.Path(path_type=Path, file_okay=False))
@click.option("--division", default="000000", show_default=True, metavar="CODE", help="区划代码 / division code")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="清单写成 .xlsx / the list as a workbook")
@as_json
@command
def audit(session: Session, snapshot: Path, *, division: str, out: Path | None, json_: bool) -> None:
    """重算全部在册决定，逐户列出差异和原因 / recompute every decision in force and list what differs and why."""
    from core.caseload.audit import open_audit
    from core.caseload.snapshot import open_snapshot
    from regions.caseload import books
    from regions.caseload_audit import receiving_twice, with_causes
    from regions.caseload_audit_sheet import audit_sheet

    found = open_snapshot(snapshot)
    rules = books(session.platform.registry, found.manifest.day)
    run = open_audit(found, rules)
    with session.platform.reading_desk(session.user) as desk, Bar(session.say("重算", "recomputing"), 1) as bar:
        twice = list(receiving_twice(desk, desk.path(division)))
        differences = list(with_causes(desk, run.run(progress=bar.of), rules, found.manifest.day))
    counts = Counter((one.found.found, one.cause) for one in differences)
    if out is not None:
        audit_sheet(out, differences, session.language)
    if json_:
        show_json({
            "on": found.manifest.day.isoformat(), "looked_at": run.looked_at, "agree": run.agree,
            "differences": [_json(one) for one in differences],
            "twice": [{"person": one.token, "same_programme": one.same_programme, "cases": list(map(list, one.cases))}
                      for one in twice],
        })  # fmt: skip
    else:
        _show(session, run.looked_at, run.agree, counts, differences, twice)
        if out is not None:
            click.echo(session.say(f"已写出 {out}", f"written: {out}"))
    if differences or twice:
        raise SystemExit(FOUND_WRONG)


def _json(one: Difference) -> dict[str, Any]:
    from core.values import fraction_text

    own = one.found
    return {
        "household": own.household, "programme": own.programme, "division": own.division, "area": own.area,
        "found": own.found, "cause": one.cause, "decision": one.decision_id,
        "decided_fen": None if own.decided is None else fraction_text(own.decided),
        "computed_fen": None if own.computed is None else fraction_text(own.computed),
    }  # fmt: skip


def _show(
    session: Session, looked_at: int, agree: int, counts: Counter[tuple[str, str]], differences: list[Difference],
    twice: list[Twice],
) -> None:  # fmt: skip
    from core.caseload.audit import FOUND
    from regions.caseload_audit import CAUSES

    language = session.language
    zh, en = f"重算在发 {looked_at} 户，一致 {agree} 户\n", f"{looked_at} households paid, {agree} agree\n"
    click.echo(session.say(zh, en))
    rows = [
        [FOUND[name].pick(language), CAUSES[cause].pick(language), count]
        for (name, cause), count in sorted(counts.items())
    ]
    table(rows, heads(session, "情形 原因 户数", "found cause households"))
    if differences:
        zh, en = f"\n前 {SHOWN} 户（全部用 --out 或 --json）", f"\nthe first {SHOWN} (all: --out or --json)"
        click.echo(session.say(zh, en))
        shown = [
            [one.found.household, FOUND[one.found.found].pick(language), CAUSES[one.cause].pick(language),
             _yuan(one.found.decided), _yuan(one.found.computed)]
            for one in differences[:SHOWN]
        ]  # fmt: skip
        table(shown, heads(session, "案号 情形 原因 决定(元/月) 重算(元/月)", "case found cause decided computed"))
    zh, en = f"\n在多个案件中同时享受的 {len(twice)} 人", f"\n{len(twice)} persons entitled in several cases"
    click.echo(session.say(zh, en))
    for one in twice[:SHOWN]:
        same = session.say("同一项目", "same programme"), session.say("不同项目", "other programme")
        cases = "  ".join(" ".join(case) for case in one.cases)
        click.echo(f"  {one.token[:12]}  {same[0] if one.same_programme else same[1]}  {cases}")


def _yuan(fen: Any) -> str:
    return "" if fen is None else f"{float(fen) / 100:,.2f}"
