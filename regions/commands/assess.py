"""``jiuzhu assess``: one household, decided and explained."""

from __future__ import annotations

from pathlib import Path

import click

from regions.commands.printing import as_json, show_json
from regions.commands.session import Session, command


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--trace", is_flag=True, help="显示计算过程 / show every step")
@as_json
@command
def assess(session: Session, file: Path, trace: bool, json_: bool) -> None:
    """按规则计算一户并说明理由 / assess one household and say why."""
    from core.assess import assess_source
    from core.example import read_question
    from core.source import read
    from regions.example import rules_for

    question = read_question(read(file))
    found = assess_source(rules_for(session.platform, question), question.facts)
    if json_:
        show_json(found.to_json(session.language))
        return
    from core.narrative import narrate

    click.echo(narrate(found, session.language, trace=trace))
