"""``jiuzhu redecide``: 批量调标, from the list of households to their decisions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from regions.commands.printing import as_json, heads, show_json, table
from regions.commands.session import Session, command

if TYPE_CHECKING:
    from core.store.tables import RedecisionBatch

FILE = click.Path(path_type=Path, dir_okay=False)
batch_argument = click.argument("batch_id", metavar="BATCH")


@click.group()
def redecide() -> None:
    """批量调标 / re-decision after a new standard."""


@redecide.command("prepare")
@click.argument("amendment", metavar="AMENDMENT")
@click.option("--division", required=True, metavar="CODE", help="区划代码（县） / county")
@as_json
@command
def redecide_prepare(session: Session, amendment: str, division: str, json_: bool) -> None:
    """列出应调整的家庭和例外清单 / list the households to be re-decided, and the exceptions."""
    from core.casework.uprating import redecision

    with session.platform.desk(session.user) as desk:
        batch_id = redecision.prepare(desk, amendment, division).id
    _run(session, batch_id, redecision.PREPARE)
    _show(session, batch_id, json_=json_)


@redecide.command("show")
@batch_argument
@click.option("--xlsx", type=FILE, help="写出调整前后对照表和例外清单 / write both lists as a workbook")
@as_json
@command
def redecide_show(session: Session, batch_id: str, xlsx: Path | None, json_: bool) -> None:
    """查看名单、合计和校验值 / list, totals and the digest to be signed."""
    from core.casework.uprating import redecision
    from core.casework.uprating.redecision_sheet import comparison, exceptions
    from core.casework.workbook import write_sheet

    if xlsx is not None:
        with session.platform.reading_desk(session.user) as desk:
            batch = redecision.batch_of(desk, batch_id, "case.read", hold=False)
            write_sheet(xlsx, comparison(desk, batch), exceptions(desk, batch))
        click.echo(session.say(f"已写出 {xlsx}", f"written: {xlsx}"), err=True)
    _show(session, batch_id, json_=json_)


@redecide.command("sign")
@batch_argument
@click.option("--digest", required=True, help="所见名单的校验值 / digest of the list you have seen")
@as_json
@command
def redecide_sign(session: Session, batch_id: str, digest: str, json_: bool) -> None:
    """签批名单（须由另一人） / sign the list; never one's own."""
    from core.casework.uprating import redecision

    with session.platform.desk(session.user) as desk:
        redecision.sign(desk, batch_id, digest=digest)
    _show(session, batch_id, json_=json_)


@redecide.command("run")
@batch_argument
@as_json
@command
def redecide_run(session: Session, batch_id: str, json_: bool) -> None:
    """逐户作出决定，可中断后继续 / write the decisions; can be taken up again."""
    from core.casework.uprating import redecision

    _run(session, batch_id, redecision.DECIDE)
    _show(session, batch_id, json_=json_)


@redecide.command("withdraw")
@batch_argument
@click.option("--reason", required=True, help="理由 / why")
@as_json
@command
def redecide_withdraw(session: Session, batch_id: str, reason: str, json_: bool) -> None:
    """发放前撤回整批 / take the batch back before any payroll has used it."""
    from core.casework.uprating import redecision

    with session.platform.desk(session.user) as desk:
        written = redecision.withdraw(desk, batch_id, reason=reason).status == "withdrawing"
    if written:
        _run(session, batch_id, redecision.WITHDRAW)
    _show(session, batch_id, json_=json_)


@redecide.command("notice")
@batch_argument
@click.option("--phone", required=True, help="异议电话 / telephone for objections")
@click.option("--spare", multiple=True, metavar="CASE", help="属于例外的户 / cases an exception spares")
@as_json
@command
def redecide_notice(session: Session, batch_id: str, phone: str, spare: tuple[str, ...], json_: bool) -> None:
    """制作批量公示单，每村一张 / draw the sheets of a batch, one a village, where the rule demands posting."""
    from core.casework.uprating.redecision_notice import BatchNotice, draw_notices

    with session.platform.desk(session.user) as desk:
        given = BatchNotice(phone=phone, excepted=dict.fromkeys(spare, True))
        made = [(one.id, one.village, len(one.lines), one.batch) for one in draw_notices(desk, batch_id, given)]
    if json_:
        show_json([dict(zip(("sheet", "village", "cases", "batch"), one, strict=True)) for one in made])
        return
    for number, village, lines, _ in made:
        click.echo(session.say(f"公示单 {number}  {village or ''}  {lines} 户", f"sheet {number}  {lines} cases"))


def _run(session: Session, batch_id: str, kind: str) -> None:
    from core.casework.uprating.redecision_work import run_batch
    from regions.commands.progress import follow

    with session.platform.reading_desk(session.user) as desk:
        work = run_batch(session.platform.database, desk, batch_id, kind)
    follow(work, batch_id)


def _show(session: Session, batch_id: str, *, json_: bool) -> None:
    from core.casework.uprating import redecision

    with session.platform.reading_desk(session.user) as desk:
        batch = redecision.batch_of(desk, batch_id, "case.read", hold=False)
        found = _plain(batch) | {"left_to_a_person": redecision.left_to_a_person(desk, batch_id)}
    if json_:
        show_json(found)
        return
    click.echo(f"{found['id']}  {session.say(*_words(found['status']))}")
    rows = [[session.say(*label), value] for label, value in _lines(found["totals"], found["left_to_a_person"])]
    table(rows, heads(session, "合计 数", "totals value"))
    click.echo(session.say(f"校验值 {found['digest'] or '—'}", f"digest {found['digest'] or '—'}"))


def _plain(batch: RedecisionBatch) -> dict[str, Any]:
    return {
        "id": batch.id, "amendment": batch.amendment, "division": batch.division, "status": batch.status,
        "from_month": f"{batch.from_month:%Y-%m}", "first_payment_month": f"{batch.first_payment_month:%Y-%m}",
        "totals": batch.totals, "digest": batch.digest,
    }  # fmt: skip


def _words(status: str) -> tuple[str, str]:
    from core.casework.uprating.redecision import STATUS

    return STATUS[status].zh, STATUS[status].en


def _lines(totals: dict[str, Any], left: dict[str, int]) -> list[tuple[tuple[str, str], Any]]:
    from core.casework.uprating.redecision_judge import EXCEPTIONS
    from core.values import exact, yuan_text

    if not totals:
        return []
    counts = {"households": ("户数", "households"), "persons": ("人数", "persons"), "same": ("不变户数", "unchanged")}
    money = {
        "before": ("原月额合计", "before, a month"), "after": ("新月额合计", "after, a month"),
        "rise": ("每月增支", "rise a month"), "control": ("全部补差控制数", "control total"),
    }  # fmt: skip
    lines = [(label, totals[name]) for name, label in counts.items()]
    lines += [(label, yuan_text(exact(totals[name]))) for name, label in money.items()]
    lines.append((("补发合计", "arrears"), yuan_text(totals["arrears"])))
    for reason, count in left.items():
        said = EXCEPTIONS[reason]
        lines.append(((f"例外：{said.zh}", f"exception: {said.en}"), count))
    return lines
