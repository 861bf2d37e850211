"""``jiuzhu schema``: JSON Schemas of a plugin's files, for editors."""

from __future__ import annotations

import json
from pathlib import Path

import click

from regions.commands.printing import as_json, show_json
from regions.commands.session import Session, command


@click.group()
def schema() -> None:
    """编辑器用的 JSON Schema / JSON Schemas for editors."""


@schema.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@as_json
@command
def schema_export(session: Session, folder: Path, json_: bool) -> None:
    """写出 policy、cases、articles 三种文件的 JSON Schema / write the schemas of a plugin's three files."""
    from regions.schemas import SCHEMAS

    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, make in SCHEMAS.items():
        path = folder / name
        path.write_text(json.dumps(make(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        files.append(str(path))
    if json_:
        show_json(files)
        return
    for one in files:
        click.echo(session.say(f"已写出 {one}", f"written: {one}"))
