"""``jiuzhu division``: places, their ladder and their names."""

from __future__ import annotations

import click

from regions.commands.printing import as_json, heads, show_json, table
from regions.commands.session import Session, command, day, day_option


@click.group()
def division() -> None:
    """行政区划 / administrative divisions."""


@division.command("show")
@click.argument("code")
@day_option
@as_json
@command
def division_show(session: Session, code: str, on: str | None, json_: bool) -> None:
    """一个区划及其上下级 / a division with its ladder and children."""
    from regions import report_place

    found = report_place.division(session.platform, code, on=day(on) or session.platform.today)
    if json_:
        show_json(found)
        return
    words = heads(session, "代码 名称 全称 级别 上级 体系 来源 取得日期 起 止",
                  "code name path level parent scheme source retrieved from until")  # fmt: skip
    told = zip(words, (found | {"level": level(session, found["level"])}).values(), strict=False)
    click.echo("  ".join(f"{word}: {value}" for word, value in told if value not in (None, "")))
    if found["children"]:
        table(
            [[one["code"], one["name"], level(session, one["level"]), one["scheme"]] for one in found["children"]],
            heads(session, "代码 名称 级别 体系", "code name level scheme"),
        )


def level(session: Session, code: str) -> str:
    """Return a level of administration in words."""
    from core.policy import LEVELS

    return LEVELS[code].pick(session.language)


@division.command("find")
@click.argument("words", nargs=-1, required=True)
@as_json
@command
def division_find(session: Session, words: tuple[str, ...], json_: bool) -> None:
    """按代码或名称查找 / find by code or name."""
    from regions import report_place

    found = report_place.find_divisions(session.platform, " ".join(words))
    if json_:
        show_json(found)
    elif found:
        table(
            [[one["code"], one["path"], level(session, one["level"]), one["scheme"]] for one in found],
            heads(session, "代码 名称 级别 体系", "code name level scheme"),
        )
    else:
        click.echo(session.say("没有找到。", "Nothing found."))
