"""A sheet as data: a title, columns with their kinds, and rows. Nothing here knows a file format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

ColumnKind = Literal["text", "id", "money", "count", "share", "date", "month"]
"""``id``: digits that must stay text; ``money``: fen, shown in yuan with two decimals; ``share``: a Fraction of one."""

Value = str | int | Fraction | date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its heading, what its values are, and (where the kind's own does not fit) its width in characters."""

    title: str
    kind: ColumnKind = "text"
    width: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet. ``rows`` may be a generator: it is walked once. ``heading`` are lines above the column titles.

    ``marked`` are column titles whose cells stand out (the errors of a returned workbook).
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    heading: Sequence[str] = ()
    marked: frozenset[str] = frozenset()


def columns(*titles: str) -> tuple[Column, ...]:
    """Return columns from ``标题`` or ``标题:kind``.

    >>> columns("户主", "月保障金:money")[1].kind
    'money'
    """
    made = []
    for title in titles:
        name, _, kind = title.partition(":")
        made.append(Column(title=name, kind=kind or "text"))  # type: ignore[arg-type]
    return tuple(made)
