"""Database addresses as they may be shown."""

from __future__ import annotations


def without_password(url: str) -> str:
    """Return the address without what stands before the host.

    >>> without_password("postgresql://user:secret@host/base")
    'postgresql://…@host/base'
    """
    head, at, tail = url.rpartition("@")
    return f"{head.partition('//')[0]}//…@{tail}" if at else url
