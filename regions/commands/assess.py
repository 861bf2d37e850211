"""``jiuzhu assess``: one household, decided and explained."""

from __future__ import annotations

from pathlib import Path

import click

from regions.commands.printing import as_json, show_json
from regions.commands.session import Session, command


@click.command("assess")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", default="", help="cases.yaml 中名称含此文字的示例 / of a cases.yaml those named so")
@click.option("--trace", is_flag=True, help="显示计算过程 / show every step")
@as_json
@command
def assess(session: Session, file: Path, name: str, trace: bool, json_: bool) -> None:
    """按规则计算一户（或一份 cases.yaml）并说明理由 / assess one household, or those of a cases.yaml, and say why."""
    from core.assess import assess as assessed
    from core.assess import assess_source
    from core.example import read_question, read_questions
    from core.source import read
    from regions.example import rules_for

    source = read(file)
    many = isinstance(source.data, list)
    asked = read_questions(source) if many else (read_question(source),)
    asked = tuple(one for one in asked if name in one.name.zh or name in one.name.en)
    books = [rules_for(session.platform, one) for one in asked]
    found = [
        assessed(book, {}) if many and one.facts is None else assess_source(book, one.facts)
        for one, book in zip(asked, books, strict=True)
    ]
    if json_:
        told = [one.to_json(session.language) for one in found]
        show_json(told if many else told[0])
        return
    from core.narrative import narrate

    for question, one in zip(asked, found, strict=True):
        if many:
            click.echo(f"── {question.name.pick(session.language)} ──")
        click.echo(narrate(one, session.language, trace=trace))
