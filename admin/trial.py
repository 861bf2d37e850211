"""Doing something only to see what would come of it: the work is taken back at the end, whatever it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from admin.work import working
from core.casework.desk import Desk


class _TakenBack(Exception):  # noqa: N818 - nothing went wrong: the transaction is to end without a trace
    pass


@contextmanager
def trying() -> Iterator[Desk]:
    """A desk on which nothing stays."""
    try:
        with working() as desk:
            yield desk
            _take_back()
    except _TakenBack:
        return


def _take_back() -> None:
    raise _TakenBack
