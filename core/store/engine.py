"""Opening the database and working in it: one write transaction or one read at a time, errors in the user's words.

SQLite runs in WAL mode; a write begins with BEGIN IMMEDIATE, so that two writers queue and never meet in a deadlock.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from core.errors import JiuzhuError, Text
from core.store.address import without_password
from core.store.text import check_texts, unfit
from core.store.written import follow

BUSY_SECONDS = 30
READING = "jiuzhu_reading"
"""Execution option of a connection that only reads: SQLite then takes no write lock."""
VIEW: Mapping[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""The same for PostgreSQL."""
RULES_BROKEN = ("23514", "23502")
"""SQLSTATEs of a failed CHECK and of a missing value."""
TOO_LONG = "22001"
"""SQLSTATE of a text that is longer than its column."""


@dataclass(frozen=True, slots=True)
class Store:
    """An open database."""

    engine: Engine

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session whose transaction is committed at the end, or rolled back whole.

        Raises:
            JiuzhuError: ``conflict`` (somebody else was first), ``refused_by_database`` (a CHECK failed: maker and
                checker, or our fault), ``too_long``, ``bad_text``, ``disk_full``, ``database_busy``, ``database_gone``.
        """
        with told(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            follow(session)
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session on one consistent view; nothing it does is kept.

        Raises:
            JiuzhuError: ``database_busy``, ``database_gone``.
        """
        view = {READING: True} if self.dialect == "sqlite" else VIEW
        with (
            told(),
            self.engine.connect().execution_options(**view) as plain,
            Session(plain, expire_on_commit=False, autoflush=False) as session,
        ):
            yield session
            session.expunge_all()  # what was read may be shown when the view is gone
            session.rollback()

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def open_store(url: str) -> Store:
    """Open the database of a URL: ``sqlite:///file`` or ``postgresql+psycopg://…``.

    Raises:
        JiuzhuError: ``bad_database_url``.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql" and "+" not in parsed.drivername:
            parsed = parsed.set(drivername="postgresql+psycopg")
        engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=parsed.get_backend_name() != "sqlite")
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise _bad_address("数据库地址写法有误", "not a database address", url) from error
    if parsed.database in (None, "", ":memory:"):
        raise _bad_address("数据库地址没有指明库", "the address names no database", url)
    _close_when_forgotten(engine)
    event.listen(engine, "before_execute", check_texts)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif engine.dialect.name != "postgresql":
        raise _bad_address("只支持 SQLite 和 PostgreSQL", "only SQLite and PostgreSQL are supported", url)
    return Store(engine)


def _close_when_forgotten(engine: Engine) -> None:
    """Let a store that was dropped, not closed, leave no connection open: Python 3.13 tells of each.

    Only the driver's connections are remembered; the pool would keep its engine alive, and all it has compiled.
    """
    held: list[Any] = []

    def opened(connection: Any, _record: Any) -> None:
        held.append(connection)

    def closed(connection: Any, _record: Any) -> None:
        held[:] = [one for one in held if one is not connection]

    event.listen(engine, "connect", opened)
    event.listen(engine, "close", closed)
    weakref.finalize(engine, _close_all, held)


def _close_all(connections: list[Any]) -> None:
    for one in connections:
        one.close()


def _bad_address(zh: str, en: str, url: str) -> JiuzhuError:
    hint = Text(
        "例如 sqlite:///jiuzhu.db 或 postgresql://用户@主机/库",
        "for instance sqlite:///jiuzhu.db or postgresql://user@host/base",
    )
    return JiuzhuError("bad_database_url", Text(zh, en), hint=hint, value=without_password(url))


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins no transaction of its own; _begin_sqlite does
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get(READING, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def told() -> Iterator[None]:
    """Turn what a driver raises into an error the user can act on."""
    try:
        yield
    except UnicodeEncodeError:
        raise unfit("bad_text") from None  # the driver's error holds the text itself
    except DataError as error:
        raise unfit("too_long" if getattr(error.orig, "sqlstate", None) == TOO_LONG else "bad_text") from None
    except IntegrityError as error:
        raise _refused(error) from None  # the driver's error shows the row
    except StaleDataError as error:
        raise _conflict("version") from error
    except OperationalError as error:
        raise _unavailable(error) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise _unavailable(error) from error
        if "not a database" in str(error.orig) or "malformed" in str(error.orig):
            text = Text("数据库文件已损坏，或者不是数据库", "the file is no database, or a damaged one")
            hint = Text("请由系统管理员从备份恢复", "have a backup restored")
            raise JiuzhuError("database_damaged", text, hint=hint) from error
        raise


def _refused(error: IntegrityError) -> JiuzhuError:
    """A key that is taken or gone is somebody else's doing; a row that breaks a rule of its table is ours."""
    named = _constraint(error)
    if not _breaks_a_rule(error):
        return _conflict(named)
    text = Text("数据不合数据库的约束，本次未保存", "the data break a rule of the database; nothing of this was saved")
    hint = Text(
        "经办人和审批人须为两人；如非此故，请将约束名称报告技术支持",
        "maker and checker are two persons; if it is not that, report the constraint's name",
    )
    return JiuzhuError("refused_by_database", text, hint=hint, value=named)


def _breaks_a_rule(error: IntegrityError) -> bool:
    """Tell a failed CHECK or NOT NULL from a key that is taken or missing."""
    state = getattr(error.orig, "sqlstate", None)
    return state in RULES_BROKEN if state else str(error.orig).startswith(("CHECK ", "NOT NULL "))


def _conflict(named: str) -> JiuzhuError:
    text = Text("其他人已先完成这一操作，本次未保存", "somebody else was first; nothing of this was saved")
    hint = Text("请刷新后查看最新状态", "look at the present state and try again")
    return JiuzhuError("conflict", text, hint=hint, value=named)


def _constraint(error: IntegrityError) -> str:
    """Name the constraint that was hit, never the values: they may be a person's."""
    named = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    return str(named or str(error.orig).partition("\n")[0].rpartition(": ")[2])


def _unavailable(error: DBAPIError) -> JiuzhuError:
    said = str(error.orig).lower()
    if "disk is full" in said or "no space" in said or "disk full" in said:
        text = Text("磁盘已满，本次未保存", "the disk is full; nothing of this was saved")
        return JiuzhuError("disk_full", text, hint=Text("请清理磁盘后重试", "free some space and try again"))
    if "locked" in said or "deadlock" in said or "timeout" in said or "serialize" in said:
        text = Text("数据库正忙，本次未保存", "the database is busy; nothing of this was saved")
        return JiuzhuError("database_busy", text, hint=Text("请稍后重试", "try again in a moment"))
    text = Text("数据库不可用，本次未保存", "the database cannot be used; nothing of this was saved")
    hint = Text(
        "请检查 JIUZHU_DATABASE_URL、磁盘和数据库服务", "check JIUZHU_DATABASE_URL, the disk and the database service"
    )
    return JiuzhuError("database_gone", text, hint=hint)
