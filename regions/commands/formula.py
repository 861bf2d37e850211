"""``jiuzhu formula``: one formula, tried by itself, with a case, or with a place and a day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from regions.commands.printing import as_json, show_json
from regions.commands.session import Session, area_option, asked, command, day_option, programme_option

if TYPE_CHECKING:
    from core.example import Question

FILE = click.Path(path_type=Path)


@click.group()
def formula() -> None:
    """公式 / formulas."""


@formula.command("eval")
@click.argument("text")
@click.option("--case", "case_file", type=FILE, help="案例文件：地点、日期和事实 / case file: place, day and facts")
@click.option("--division", metavar="CODE", help="区划代码，代替案例文件 / division code, in place of a case file")
@area_option
@day_option
@programme_option
@click.option("--facts", "facts_file", type=FILE, help="事实文件（同案例的 facts）/ a file of facts alone")
@click.option("--trace", is_flag=True, help="列出途中各量及其依据 / list every quantity on the way and its provision")
@as_json
@command
def formula_eval(
    session: Session, text: str, *, case_file: Path | None, trace: bool, json_: bool, **place: Any
) -> None:
    """试算一个公式 / evaluate one formula."""
    from regions.playground import try_formula

    question = None if case_file is not None else _question(session, **place)
    found = try_formula(session.platform, text, case_file, question=question, trace=trace)
    if json_:
        show_json(found)
        return
    for step in found.get("trace", ()):
        record = f"[{step['record']}]" if step["record"] else ""
        click.echo(f"{step['name']}{record} = {_shown(session, step['value'], step['unit'])}  [{step['provision']}]")
        click.echo(f"    {step['formula'] or '—'}")
    click.echo(_shown(session, found["value"], found["unit"]))


def _question(
    session: Session,
    *,
    division: str | None,
    area: str,
    on: str | None,
    programmes: tuple[str, ...],
    facts_file: Path | None,
) -> Question | None:
    """The place and the day asked about, with the facts of a file where one is named."""
    from core.errors import JiuzhuError, Text
    from core.example import Question
    from core.source import read

    if division is None:
        if facts_file is not None:
            raise JiuzhuError("no_division", Text("有事实还须有 --division", "facts need a --division too"))
        return None
    place = asked(session, division, area, on, programmes, None)
    return Question(
        name=Text("", ""), article="", division=division, area=area, on=place.on, programmes=place.programmes,
        facts=read(facts_file) if facts_file is not None else None,
    )  # fmt: skip


def _shown(session: Session, value: Any, unit: str) -> str:
    from core.values import Unit

    if isinstance(value, dict):
        return f"{value['error']}: {value['name']}"
    said = Unit.parse(unit).label(session.language) if unit not in ("", "number") else ""
    return f"{value}{said}" if session.language == "zh" else f"{value} {said}".strip()
