"""Texts as columns take them, the same on every database: SQLite would keep what PostgreSQL does not restore."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Insert, String, Table, Update

from core.errors import JiuzhuError, Text


def check_texts(_connection: Any, statement: Any, many: Any, one: Any, _options: Any) -> None:
    """Refuse a row whose text is too long or holds what no database keeps, before it is sent.

    Raises:
        JiuzhuError: ``too_long``, ``bad_text``, naming the column and never the text.
    """
    if isinstance(statement, Insert | Update) and isinstance(statement.table, Table):
        lengths = _lengths(statement.table)
        for row in (*many, one) if many else (one,):
            _check(statement.table.name, lengths, row)


def _check(table: str, lengths: Mapping[str, int | None], row: Mapping[str, Any]) -> None:
    for name, value in row.items():
        if type(value) is str and name in lengths:
            longest = lengths[name]
            if longest is not None and len(value) > longest:
                raise unfit("too_long", f"{table}.{name} > {longest}")
            if not value.isascii() and _is_torn(value):
                raise unfit("bad_text", f"{table}.{name}")
            if "\0" in value:
                raise unfit("bad_text", f"{table}.{name}")


def _is_torn(value: str) -> bool:
    return any("\ud800" <= one <= "\udfff" for one in value)


@cache
def _lengths(table: Table) -> dict[str, int | None]:
    """The longest text of each column that keeps texts; None where there is no limit."""
    return {one.name: one.type.length for one in table.columns if isinstance(one.type, String)}


def unfit(code: str, column: str | None = None) -> JiuzhuError:
    """Build the refusal of a text no column takes."""
    texts = {
        "too_long": Text("文字过长，本次未保存", "a text is too long; nothing of this was saved"),
        "bad_text": Text("文字中有无法保存的字符，本次未保存", "a text holds what cannot be kept; nothing was saved"),
    }
    return JiuzhuError(code, texts[code], value=column)
