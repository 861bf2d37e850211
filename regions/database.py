"""Opening the database the settings name, and checking everything that can be checked in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.casework.row_check import row_faults
from core.casework.sealed_check import sealed_faults
from core.casework.trail import verify
from core.errors import JiuzhuError, Text
from core.store.base import Base
from core.store.cipher import Cipher, load_cipher
from core.store.engine import Store, open_store
from core.store.migration import refused, state_of
from core.store.sealed import keys_in_use, open_in
from core.store.tables import Person
from regions.log import Clock, Log
from regions.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at: ``name`` (schema, pages, references, registry, events, rows, keys) and what was found."""

    name: str
    passed: bool
    said: Text


def open_database(settings: Settings) -> Store:
    """Open the database whatever its schema, the data folder being there.

    Raises:
        JiuzhuError: ``data_dir``, ``bad_database_url``.
    """
    if not settings.database_url:
        make_folder(settings.data_dir)
    return open_store(settings.database)


def make_folder(folder: Path) -> None:
    """Make the data folder.

    Raises:
        JiuzhuError: ``data_dir`` when it cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        message = Text("无法写入数据目录", "cannot write to the data folder")
        hint = Text(
            "请改用可写的 data_dir（JIUZHU_DATA_DIR）", "set data_dir (JIUZHU_DATA_DIR) to a folder you may write"
        )
        raise JiuzhuError("data_dir", message, hint=hint, value=str(folder))


def cipher_of(settings: Settings) -> Cipher | None:
    """Return the keys, or None where there are none yet.

    Raises:
        JiuzhuError: ``bad_key_file``.
    """
    return load_cipher(settings.keys) if settings.keys.exists() else None


def check_database(store: Store, cipher: Cipher | None, *, clock: Clock) -> Iterator[Finding]:
    """Look at schema, pages, references, the registry's chain, the chains of events, what they say of rows, the keys.

    Raises:
        JiuzhuError: what the store raises when it does not answer at all.
    """
    state = state_of(store)
    if state != "current":
        yield Finding(name="schema", passed=False, said=refused(state).message)
        return
    yield Finding(name="schema", passed=True, said=Text("为当前版本", "is this version's"))
    yield _looked("pages", lambda: _pages(store))
    yield _looked("references", lambda: _references(store))
    yield _looked("registry", lambda: _registry(store, clock))
    yield _looked("events", lambda: _events(store))
    yield _looked("rows", lambda: _rows(store, cipher))
    yield _looked("keys", lambda: _keys(store, cipher))


def _looked(name: str, look: Callable[[], Text]) -> Finding:
    try:
        return Finding(name=name, passed=True, said=look())
    except JiuzhuError as error:
        value = f"：{error.value}" if error.value else ""
        said = Text(error.message.zh + value, error.message.en + value.replace("：", ": "))
        return Finding(name=name, passed=False, said=said)


def _pages(store: Store) -> Text:
    """SQLite reads every page of its file; on PostgreSQL every row is read once."""
    with store.reading() as session:
        if store.dialect == "sqlite":
            said = [str(row[0]) for row in session.execute(text("PRAGMA integrity_check(20)"))]
            if said != ["ok"]:
                raise JiuzhuError("database_damaged", Text("数据库文件已损坏", "the file is damaged"), value=said[0])
        rows = sum(
            session.scalar(select(func.count()).select_from(table)) or 0 for table in Base.metadata.sorted_tables
        )
    return Text(f"{rows} 行可读", f"{rows} rows can be read")


def _references(store: Store) -> Text:
    if store.dialect == "sqlite":
        with store.reading() as session:
            broken = sorted({str(row[0]) for row in session.execute(text("PRAGMA foreign_key_check"))})
        if broken:
            message = Text("有记录指向不存在的记录", "a row points to one that is not there")
            raise JiuzhuError("broken_reference", message, value="、".join(broken))
    return Text("无悬空引用", "none points nowhere")


def _registry(store: Store, clock: Clock) -> Text:
    log = Log(store=store, clock=clock)
    log.refresh()
    return Text(f"{len(log.entries)} 条登记，链完整", f"{len(log.entries)} entries, the chain holds")


def _events(store: Store) -> Text:
    with store.reading() as session:
        found = verify(session)
    if not found.sound:
        first = found.faults[0]
        message = Text(f"审计链有 {len(found.faults)} 处不符", f"{len(found.faults)} faults in the audit trail")
        raise JiuzhuError("trail_damaged", message, value=f"{first.chain} {first.sequence} {first.what}")
    return Text(f"{found.events} 条记录，{found.chains} 条链完整", f"{found.events} events, {found.chains} chains hold")


def _rows(store: Store, cipher: Cipher | None) -> Text:
    with store.reading() as session:
        sealed = sealed_faults(session, cipher) if cipher is not None else ()
        found = [*row_faults(session), *sealed]
    if found:
        first = found[0]
        message = Text(f"{len(found)} 行与审计链不符", f"{len(found)} rows are not what the audit trail says")
        raise JiuzhuError("rows_differ", message, value=f"{first.table} {first.row} {first.what}")
    return Text(
        "决定、家庭情况、成员、权限与审计链一致", "decisions, facts, members and rights are what the trail says"
    )


def _keys(store: Store, cipher: Cipher | None) -> Text:
    with store.reading() as session:
        used = keys_in_use(session)
        missing = sorted(used.keys() - (cipher.keys.keys() if cipher else set()))
        if missing:
            raise JiuzhuError("missing_key", Text("缺少密钥", "a key is missing"), value="、".join(missing))
        if cipher is not None:
            _index(session, cipher)
    return Text(f"{sum(used.values())} 项加密内容，密钥齐全", f"{sum(used.values())} sealed values, all keys are there")


def _index(session: Session, cipher: Cipher) -> None:
    """The blind index is searched by a key of its own: with another one nobody would be found."""
    person = session.scalars(select(Person).where(func.length(Person.name) > 0).order_by(Person.id).limit(1)).first()
    if person is None:
        return
    name = open_in(person, "name", cipher=cipher) or ""
    if cipher.index(name, "person.name") != person.name_index:
        message = Text("密钥文件中的检索密钥不是这个库的", "the index key of the key file is another database's")
        raise JiuzhuError("other_index_key", message)
