"""Filtering rows by where they are: a subtree is everything whose path begins with the root's."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, false, or_
from sqlalchemy.orm import InstrumentedAttribute

Column = InstrumentedAttribute[str]


def inside(column: Column, roots: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a path lies in one of the subtrees; none given, nothing is inside.

    A range, not LIKE: ``/`` has ``0`` right behind it. The root stands apart: of a table it has no statistics of yet,
    PostgreSQL takes a lone range for so few rows that it computes what is joined to them anew for each.
    """
    parts = [or_(column == root, (column >= f"{root}/") & (column < f"{root}0")) for root in roots]
    return or_(*parts) if parts else false()


def ranging(column: Column, roots: Iterable[str]) -> ColumnElement[bool]:
    """Return the same as one range a root, for lists and first rows that walk an index by path.

    Codes are letters and digits: the root and what lies below it are all there is from ``root`` to before ``root0``.
    """
    parts = [(column >= root) & (column < f"{root}0") for root in roots]
    return or_(*parts) if parts else false()


def upwards(path: str) -> list[str]:
    """Return the path of every place a place lies in, the highest first, itself last.

    >>> upwards("000000/430000/430900")
    ['000000', '000000/430000', '000000/430000/430900']
    """
    rungs = path.split("/")
    return ["/".join(rungs[: n + 1]) for n in range(len(rungs))]
