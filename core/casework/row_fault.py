"""A row that is not what it should be, as the checks of rows tell it: by table and key, never by content."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """Which table, which row (a case's number, a login, a person's token, an id) and which column of it, and how.

    ``what`` is ``altered`` (the row differs), ``removed`` (the trail knows it, the table does not), ``added`` (the
    other way round).
    """

    table: str
    row: str
    what: str
