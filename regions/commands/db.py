"""``jiuzhu db``: the database itself: upgrading, checking, backing up, restoring."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from regions.commands.printing import answer, as_json, heads, show_json, table
from regions.commands.session import FOUND_WRONG, Session, command

if TYPE_CHECKING:
    from core.store.archive import Manifest
    from core.store.cipher import Cipher


@click.group()
def db() -> None:
    """数据库 / the database."""


@db.command("upgrade")
@as_json
@command
def db_upgrade(session: Session, json_: bool) -> None:
    """升级数据库结构，一次完成或不变 / bring the schema to this version, whole or not at all."""
    from core.store.migration import upgrade
    from regions.database import open_database

    before, after = upgrade(open_database(session.settings))
    if before == after:
        said = session.say(f"已是当前版本 {after}", f"is at {after} already")
    else:
        said = session.say(f"{before or '空库'} → {after}", f"{before or 'empty'} → {after}")
    answer({"before": before, "after": after}, said, json_=json_)


@db.command("check")
@as_json
@command
def db_check(session: Session, json_: bool) -> None:
    """检查结构、文件、引用、登记链、审计链和密钥 / check schema, file, references, chains and keys."""
    from regions.database import check_database, cipher_of, open_database
    from regions.platform import now

    found = list(check_database(open_database(session.settings), cipher_of(session.settings), clock=now))
    rows = [{"name": one.name, "passed": one.passed, "said": one.said.pick(session.language)} for one in found]
    if json_:
        show_json(rows)
    else:
        table(
            [["✓" if one["passed"] else "✗", one["name"], one["said"]] for one in rows],
            heads(session, "结果 项目 说明", "result what said"),
        )
    sys.exit(0 if all(one.passed for one in found) else FOUND_WRONG)


@db.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@as_json
@command
def db_backup(session: Session, file: Path, json_: bool) -> None:
    """备份到一个文件（全国管理员），办理不必停止 / back up into one file, by an administrator of the whole."""
    from core.casework.safekeeping import take_backup
    from regions.database import cipher_of, open_database
    from regions.platform import now, on_demonstration_date

    cipher = cipher_of(session.settings)
    manifest = take_backup(
        open_database(session.settings),
        file,
        login=session.login or session.settings.user,
        moment=on_demonstration_date(now, session.settings.today)().isoformat(timespec="seconds"),
        program=_program(),
        cipher=cipher,
        told=_progress,
    )
    _show(session, manifest, json_=json_)
    if manifest.keys and not json_:
        click.echo(
            session.say(
                "密钥不在备份中：请另行妥善保存密钥文件", "the keys are not in it: keep the key file safe elsewhere"
            ),
            err=True,
        )


@db.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--unproven", is_flag=True, help="不核对来历 / whatever its origin")
@as_json
@command
def db_restore(session: Session, file: Path, unproven: bool, json_: bool) -> None:
    """恢复到空库（SQLite 或 PostgreSQL）/ restore into an empty database (SQLite or PostgreSQL)."""
    from core.store.restore import restore
    from regions.database import cipher_of, open_database

    cipher = cipher_of(session.settings)
    manifest = restore(open_database(session.settings), file, told=_progress, cipher=None if unproven else cipher)
    _show(session, manifest, json_=json_)
    missing = lacking(manifest, cipher)
    for one in missing:
        click.echo(
            session.say(f"! 缺少密钥 {one}，请放回密钥文件", f"! key {one} is missing: put the key file back"), err=True
        )
    sys.exit(FOUND_WRONG if missing else 0)


def lacking(manifest: Manifest, cipher: Cipher | None) -> list[str]:
    """Return the ids of the keys a backup needs that are not at hand; ``index`` for that of the blind index."""
    from core.store.backup import fingerprint

    missing = sorted(set(manifest.keys) - (cipher.keys.keys() if cipher else set()))
    if manifest.keys and manifest.index_key and (cipher is None or fingerprint(cipher) != manifest.index_key):
        missing.append("index")
    return missing


def _program() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("jiuzhu")
    except PackageNotFoundError:
        return "unknown"  # run from a checkout that is not installed


def _progress(name: str, rows: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"{name}: {rows}", err=True)


def _show(session: Session, manifest: Manifest, *, json_: bool) -> None:
    if json_:
        show_json(asdict(manifest))
        return
    said = [
        (session.say("结构", "schema"), manifest.schema),
        (session.say("程序", "program"), manifest.program),
        (session.say("时间（UTC）", "taken at (UTC)"), manifest.taken_at),
        (session.say("数据库", "database"), manifest.dialect),
        (session.say("行数", "rows"), manifest.rows),
        (session.say("所需密钥", "keys needed"), " ".join(manifest.keys) or "—"),
        (session.say("锚点", "anchor"), f"{manifest.anchored_event} {manifest.anchor}"),
    ]
    table(said, heads(session, "项目 内容", "what value"))
