"""How commands print: JSON, tables, and the words for areas, kinds, values and bounds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from core.errors import Language
from regions.commands.session import Session

as_json = click.option("--json", "json_", is_flag=True, help="输出 JSON / print JSON")


def show_json(data: Any) -> None:
    """Print JSON the way every ``--json`` does: UTF-8, indented, keys in the order of the answer."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def answer(data: Any, said: str, *, json_: bool) -> None:
    """Print what a command did: as JSON where that is asked for, else as a sentence."""
    if json_:
        show_json(data)
    else:
        click.echo(said)


def written(session: Session, file: Path, *, json_: bool, **counts: int) -> None:
    """Say that a file was written; as JSON with what is in it."""
    rows = counts.get("rows")
    zh = f"已写出 {file}" if rows is None else f"已写出 {rows} 行：{file}"
    en = f"written: {file}" if rows is None else f"{rows} rows written: {file}"
    answer({"file": str(file), **counts}, session.say(zh, en), json_=json_)


def table(rows: Sequence[Sequence[Any]], headers: Sequence[str]) -> None:
    """Print a table; Chinese characters count two columns."""
    from tabulate import tabulate

    click.echo(
        tabulate(
            [[("" if cell is None else str(cell)) for cell in row] for row in rows],
            headers=headers,
            disable_numparse=True,
        )
    )


def heads(session: Session, zh: str, en: str) -> list[str]:
    """Return table headings."""
    return session.say(zh, en).split(" ")


def area(session: Session, code: str) -> str:
    """Return an area in words."""
    from core.policy import AREAS

    return AREAS[code].pick(session.language)


def kind_title(session: Session, name: str) -> str:
    """Return a kind by its title, with its code in Chinese tables: the code is what the commands take."""
    kind = session.platform.manager.kinds.get(name)
    if kind is None or session.language == "en":
        return name
    return f"{kind.title.zh} {name}"


def short(value: dict[str, Any], language: Language) -> str:
    """Return a raw value on one line: an amount as a person reads it, else its label, else compact JSON."""
    from core.narrative import value_line

    return value_line(value, language)


def cited(session: Session, cite: str | None) -> str:
    """Return a citation in few words: the document by its number, else by its title."""
    from core.wording import short_citation

    return "" if cite is None else short_citation(cite, session.platform.registry.documents, session.language)


def marks(session: Session, flags: Sequence[str]) -> str:
    """Return what a reader must know of a value, in words; a flag with a sentence of its own below stays a code."""
    from core.narrative import FLAGS

    known = (FLAGS[one].pick(session.language) if one in FLAGS else one for one in flags)
    return session.say("、", ", ").join(known)


def came_from(session: Session, rung: dict[str, Any]) -> str:
    """Return what ended a provision or keeps it out, or what keeps it beside higher law."""
    again = rung.get("reaffirmed")
    kept = "" if again is None else cited(session, again["cite"])
    said = session.say(f"{again['on']} 重申：{kept}", f"reaffirmed on {again['on']}: {kept}") if again else ""
    return str(rung["by"] or rung["inert"] or said)


def state(session: Session, rung: dict[str, Any]) -> str:
    """Return what became of a provision on the ladder; a gap says that it is one."""
    gap = session.say("（空缺）", " (gap)") if rung["status"] == "gap" else ""
    return f"{rung['state_text']}{gap}"


def bound(value: Any) -> str:
    """Return a bound: an assumed day is marked with an asterisk."""
    if isinstance(value, dict):
        return f"{value['assumed'] or '?'}*"
    return "—" if value == "open" else str(value)


def print_flags(flags: Sequence[dict[str, str]]) -> None:
    """Print what a reader must know."""
    for one in flags:
        click.echo(f"! {one['message']} ({one['provision']})")
