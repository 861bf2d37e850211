"""``jiuzhu standard propose … rollback``: updating standards by a document, from draft to publication."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from regions.commands.printing import answer, as_json, heads, show_json, table
from regions.commands.session import WHOLE, Session, command, day

if TYPE_CHECKING:
    from core.casework.desk import Desk
    from core.store.tables import Amendment

FILE = click.Path(path_type=Path, dir_okay=False)

amendment_id = click.argument("uuid", metavar="ID")
reason_option = click.option("--reason", required=True, help="理由 / why")
version_option = click.option("--version", "seen", type=WHOLE, help="所见版本 / the version you have looked at")


@click.command("propose")
@click.argument("file", type=FILE)
@click.option("--revise", metavar="ID", help="改写这份草稿 / write this draft anew")
@click.option("--attachment", type=FILE, multiple=True, help="附件（PDF、JPEG、PNG） / a scan of the document")
@as_json
@command
def propose(session: Session, file: Path, revise: str | None, attachment: tuple[Path, ...], json_: bool) -> None:
    """登记文件和各行新标准 / register a document with the values it changes."""
    from core.casework.rounds.proof import Photo
    from core.source import content_of, read
    from regions.amendment import attach_paper
    from regions.amendment import propose as write

    with session.platform.desk(session.user) as desk:
        made = write(desk, read(file), revise=revise)
        for one in attachment:
            attach_paper(desk, made.uuid, Photo(name=one.name, content=content_of(one)))
        _print(session, made, json_=json_)


@click.command("show")
@click.argument("uuid", metavar="[ID]", required=False)
@as_json
@command
def show(session: Session, uuid: str | None, json_: bool) -> None:
    """查看一项修订，或列出全部 / one amendment, or all."""
    from regions.amendment_state import amendments, open_amendment

    with session.platform.reading_desk(session.user) as desk:
        if uuid is not None:
            _print(session, open_amendment(desk, uuid, "amendment.read", hold=False), json_=json_)
        else:
            _print_all(session, amendments(desk), json_=json_)


def _print_all(session: Session, found: Any, *, json_: bool) -> None:
    from regions.amendment_report import amendment_json

    listed = [amendment_json(one, session.language) for one in found]
    if json_:
        show_json(listed)
        return
    rows = [
        [one["id"][:12], one["status_text"], one["division"], one["number"], one["title"], one["effective"]]
        for one in listed
    ]
    table(rows, heads(session, "编号 状态 地区 文号 标题 执行日期", "id status division number title effective"))


def _print(session: Session, amendment: Amendment, *, json_: bool) -> None:
    from regions.amendment_report import amendment_json

    found = amendment_json(amendment, session.language)
    if json_:
        show_json(found)
        return
    click.echo(f"{found['id']}  {found['status_text']}  v{found['version']}")
    click.echo(f"{found['number'] or ''} {found['issuer']} {found['title']}".strip())
    words = {
        "issued": ("印发日期", "issued"), "filed_on": ("备案日期", "filed"), "announced": ("公布日期", "announced"),
        "effective": ("执行日期", "effective"), "first_payment_month": ("首次发放月", "first payment"),
        "arrears_from": ("补发起始月", "arrears from"),
    }  # fmt: skip
    click.echo("  ".join(f"{session.say(*said)} {found[name] or '—'}" for name, said in words.items()))
    rows = [
        [one["position"], one["label"] or one["kind"], one["division"], one["area_text"], one["before"] or "—",
         one["after"], one["rise"]]
        for one in found["rows"]
    ]  # fmt: skip
    zh, en = "行 对象 地区 城乡 原标准 新标准 增幅", "row subject division area before new rise"
    table(rows, heads(session, zh, en))
    for one in found["findings"]:
        click.echo(f"! {one['message']} ({one['where']})")


@click.command("impact")
@amendment_id
@click.option("--start", "starts", multiple=True, metavar="YYYY-MM", help="并列的起始月 / start months side by side")
@as_json
@command
def impact(session: Session, uuid: str, starts: tuple[str, ...], json_: bool) -> None:
    """测算对在册家庭的影响 / what the amendment does to the caseload."""
    from regions.amendment_impact import impact_of
    from regions.amendment_report import impact_json
    from regions.commands.progress import Bar

    with session.platform.reading_desk(session.user) as desk, Bar(session.say("测算", "computing"), 1000) as bar:
        found = impact_of(
            desk, uuid, starts=[_month(one) for one in starts],
            progress=lambda done, total: bar.to(1000 * done // max(total, 1)),
        )  # fmt: skip
    told = impact_json(found, session.language)
    if json_:
        show_json(told)
    else:
        _print_impact(session, told)


def _print_impact(session: Session, found: dict[str, Any]) -> None:
    click.echo(session.say(f"测算范围：{found['population']}", f"population: {found['population']}"))
    rows = [
        [one["programme"], one["standing_text"], f"{one['households']}/{one['persons']}",
         *(f"{each['households']}/{each['persons']}" for each in one["changes"]), one["monthly"]["yuan"]]
        for one in found["groups"]
    ]  # fmt: skip
    changes = session.say("新纳入 退出 增发 减发 不变 无法计算", "gained lost raised lowered same undecided")
    table(
        rows,
        heads(session, f"项目 人群 户/人 {changes} 每月增支", f"programme group households/persons {changes} monthly"),
    )
    starts = [
        [one["start"], len(one["months"]), one["total"]["yuan"], one["arrears"]["yuan"], one["control_total"]["yuan"]]
        for one in found["starts"]
    ]
    click.echo()
    table(starts, heads(session, "起始月 月数 年内增支 其中补发 全部补差控制数", "start months total arrears control"))
    averages = [
        [one["division"], one["area"], *(one[name]["yuan"] if one[name] else "—" for name in ("average", "target"))]
        for one in found["averages"]
    ]
    click.echo()
    table(averages, heads(session, "地区 城乡 月人均救助水平 目标", "division area average target"))
    if found["apart"]:
        left = [[one["text"], f"{one['households']}/{one['persons']}"] for one in found["apart"]]
        click.echo()
        table(left, heads(session, "须个案决定（不在增支内） 户/人", "decided_one_by_one households/persons"))
    for one in found["faults"]:
        click.echo(f"! {one['case']} {one['message']}")


def _month(text: str) -> date:
    found = day(f"{text}-01")
    assert found is not None
    return found


def _step(name: str, zh: str, en: str, act: Callable[..., Amendment], *options: Any) -> click.Command:
    """Make a command that moves an amendment on and says where it stands."""

    @click.command(name, help=f"{zh} / {en}")
    @amendment_id
    @version_option
    @as_json
    @command
    def run(session: Session, uuid: str, seen: int | None, json_: bool, **given: Any) -> None:
        with session.platform.desk(session.user) as desk:
            moved = act(desk, uuid, version=seen, **given)
            _print(session, moved, json_=json_)

    for option in options:
        run = option(run)
    return run


def _service(name: str) -> Callable[..., Amendment]:
    def act(desk: Desk, uuid: str, **given: Any) -> Amendment:
        from regions import amendment

        moved: Amendment = getattr(amendment, name)(desk, uuid, **given)
        return moved

    return act


submit = _step("submit", "提交审批", "hand it to those who decide", _service("submit"))
approve = _step("approve", "批准（须由另一人）", "approve; never one's own", _service("approve"))
reject = _step("reject", "驳回", "refuse it for good", _service("reject"), reason_option)
send_back = _step("send-back", "退回修改", "return it to its author", _service("send_back"), reason_option)
publish = _step("publish", "发布，全部行同时生效或到期生效", "publish all rows as one", _service("publish"))
withdraw = _step("withdraw", "生效前撤回", "take it back before it has effect", _service("withdraw"), reason_option)


@click.command("file")
@amendment_id
@click.option("--on", "filed_on", required=True, metavar="DATE", help="备案日期 / day")
@click.option("--with", "filed_with", required=True, help="受理备案的上级机关 / with whom")
@as_json
@command
def file(session: Session, uuid: str, filed_on: str, filed_with: str, json_: bool) -> None:
    """登记向上一级备案 / record the filing with the level above."""
    from regions.amendment import file_with_superior

    when = day(filed_on)
    assert when is not None
    with session.platform.desk(session.user) as desk:
        _print(session, file_with_superior(desk, uuid, filed_on=when, filed_with=filed_with), json_=json_)


@click.command("rollback")
@amendment_id
@click.argument("document", type=FILE)
@as_json
@command
def rollback(session: Session, uuid: str, document: Path, json_: bool) -> None:
    """以新文件恢复原值（生成草稿） / draft an amendment that re-issues what this one replaced."""
    from core.source import read
    from regions.amendment_rollback import rollback as draft

    with session.platform.desk(session.user) as desk:
        _print(session, draft(desk, uuid, read(document)), json_=json_)


@click.command("absorption")
@click.option("--all", "everything", is_flag=True, help="含已由修订发布的 / also what amendments had published already")
@as_json
@command
def absorption(session: Session, everything: bool, json_: bool) -> None:
    """插件升级与已发布修订的对照 / what plugin upgrades bring beside published amendments."""
    from regions.absorption import absorbed

    with session.platform.reading_desk(session.user) as desk:
        found = [one.to_json(session.language) for one in absorbed(desk) if everything or one.state == "waiting"]
    if json_:
        show_json(found)
        return
    rows = [
        [one["state_text"], one["division"], one["area"], one["published"], one["brought"], one["amendment"],
         one["provision"]]
        for one in found
    ]  # fmt: skip
    zh, en = "状态 地区 城乡 修订值 插件值 修订 插件条款", "state division area amended plugin amendment provision"
    table(rows, heads(session, zh, en))


@click.command("keep")
@click.argument("provision")
@reason_option
@as_json
@command
def keep(session: Session, provision: str, reason: str, json_: bool) -> None:
    """保留修订值，插件值不采用 / keep the amendment's value."""
    from regions.absorption import keep as decide

    with session.platform.desk(session.user) as desk:
        decide(desk, provision, reason=reason)
    kept = session.say("已保留修订值", "the amendment's value is kept")
    answer({"provision": provision, "kept": "amendment"}, kept, json_=json_)


@click.command("adopt")
@click.argument("provision")
@click.argument("document", type=FILE)
@as_json
@command
def adopt(session: Session, provision: str, document: Path, json_: bool) -> None:
    """采用插件值（生成修订草稿） / draft an amendment with the plugin's value."""
    from core.source import read
    from regions.absorption import adopt as draft

    with session.platform.desk(session.user) as desk:
        _print(session, draft(desk, provision, read(document)), json_=json_)
