"""``jiuzhu formula``: one formula, tried by itself."""

from __future__ import annotations

from pathlib import Path

import click

from regions.commands.printing import as_json, show_json
from regions.commands.session import Session, command


@click.group()
def formula() -> None:
    """公式 / formulas."""


@formula.command("eval")
@click.argument("text")
@click.option(
    "--case",
    "case_file",
    type=click.Path(path_type=Path),
    help="案例文件，公式可引用其事实和规则 / case file whose facts and rules may be named",
)
@as_json
@command
def formula_eval(session: Session, text: str, case_file: Path | None, json_: bool) -> None:
    """试算一个公式 / evaluate one formula."""
    from core.values import Unit
    from regions.playground import try_formula

    found = try_formula(session.platform, text, case_file)
    if json_:
        show_json(found)
    else:
        unit = Unit.parse(found["unit"]).label(session.language) if found["unit"] else ""
        click.echo(f"{found['value']}{unit}" if session.language == "zh" else f"{found['value']} {unit}".strip())
