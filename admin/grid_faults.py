"""Faults of a grid at their cells: services tell them by row, readers of cells by line and column."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from admin.language import language
from core.errors import JiuzhuError, Problem

Faults = dict[int, dict[str, list[str]]]
"""Row (1-based, as shown) → column → what is wrong there."""
_ROW = re.compile(r"row (\d+)\b")


def cell_faults(
    error: JiuzhuError | None, filled: Sequence[int], cell_of: Mapping[str, str], *, known: Collection[str] = ()
) -> tuple[Faults, list[str]]:
    """Return the faults by cell, and those that belong to no row and to none of the ``known`` fields.

    ``filled`` are the rows that were handed on, so that a service's row 2 is the second of them; ``cell_of`` says by
    code in which column a fault shows, ``number`` where it says nothing.
    """
    found: Faults = {}
    rest: list[str] = []
    for one in error.problems if error is not None else ():
        row = _row_of(one, filled)
        if row is not None:
            column = one.where.path if one.where is not None and one.where.line else ""
            cell = column or cell_of.get(one.code, "number")
            found.setdefault(row, {}).setdefault(cell, []).append(told(one))
        elif not (one.where is not None and one.where.path.removeprefix("$.") in known):
            rest.append(told(one))
    return found, list(dict.fromkeys(rest))


def _row_of(one: Problem, filled: Sequence[int]) -> int | None:
    if one.where is None:
        return None
    if one.where.line:
        return one.where.line
    named = _ROW.search(one.where.path)
    at = int(named[1]) - 1 if named else -1
    return filled[at] if 0 <= at < len(filled) else None


def told(one: Problem) -> str:
    """Return a fault as a form shows it: what is wrong, and what to do."""
    text = one.message.pick(language())
    return f"{text}（{one.hint.pick(language())}）" if one.hint else text
