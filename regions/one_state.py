"""One state of the rules for a page: each log is read once while it is made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_READ: ContextVar[set[int] | None] = ContextVar("read", default=None)
"""The logs that were read where one state is asked for."""


@contextmanager
def one_state() -> Iterator[None]:
    """Answer from one state of the rules until it ends: a log is read once, at its first use, in this thread alone.

    For what only shows. Within it nobody sees what others append meanwhile, nor his own.
    """
    _READ.set(set())
    try:
        yield
    finally:
        _READ.set(None)


def is_read(log: object) -> bool:
    """Tell whether a log was read where one state is asked for; from now on it was."""
    read = _READ.get()
    if read is None:
        return False
    known = id(log) in read
    read.add(id(log))
    return known
