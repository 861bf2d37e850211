"""What every table shares: names of constraints, and columns for exact amounts, days, moments and canonical JSON.

Money is BIGINT fen, an exact amount the text ``n`` or ``n/d``, a moment ISO 8601 text in UTC: the same bytes on SQLite
and PostgreSQL, so that what was hashed on one is the same on the other.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import rfc8785
from sqlalchemy import BigInteger, Dialect, Integer, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from core.values import fraction_text

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Root of all tables."""

    metadata = MetaData(naming_convention=NAMING)


Key = BigInteger().with_variant(Integer, "sqlite")
"""An automatic key; SQLite numbers rows only in a plain INTEGER column."""

Fen = BigInteger
"""Whole fen."""

Code = String(40)
"""A division code, a role, a kind: a short word of our own."""

Path = String(200).with_variant(String(200, collation="C"), "postgresql")
"""A subtree path of divisions, ``000000/430000/430900/430903``; compared byte by byte, so that a subtree is a range."""

Moment = String(32)
"""ISO 8601 in UTC, to the second: ``2018-04-27T01:02:03+00:00``."""

Digest = String(64)
"""SHA-256 in hexadecimal."""


class CanonicalJson(TypeDecorator[Any]):
    """JSON kept as its canonical text (RFC 8785): integers, text, booleans, lists, mappings; no floats."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Write the canonical text."""
        return None if value is None else canonical(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any | None:  # noqa: ARG002
        """Read it back."""
        return None if value is None else json.loads(value)


class Exact(TypeDecorator[Fraction]):
    """An exact amount (fen, or fen a month) as the text ``772`` or ``850/3``."""

    impl = String(80)
    cache_ok = True

    def process_bind_param(self, value: Fraction | int | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write ``n`` or ``n/d``."""
        return None if value is None else fraction_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Fraction | None:  # noqa: ARG002
        """Read it back."""
        return None if value is None else Fraction(value)


def canonical(value: Any) -> bytes:
    """Return the canonical JSON (RFC 8785) of a value without floats.

    Raises:
        TypeError: a float is inside: what is hashed is exact.
    """
    if _is_plain(value):
        return _PLAIN.encode(value).encode()
    _refuse_floats(value)
    return rfc8785.dumps(value)


_PLAIN = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False)
"""Writes plain values byte for byte as RFC 8785 does, many times faster; a test holds the two against each other."""
_LARGEST = 2**53 - 1
"""The largest integer RFC 8785 writes."""


def _is_plain(value: Any) -> bool:
    """Whether this is JSON without floats whose keys are ASCII: only those sort alike in UTF-8 and in UTF-16."""
    kind: Any = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-_LARGEST <= value <= _LARGEST)
    if kind is dict:
        for key in value:
            if type(key) is not str or not key.isascii():
                return False
        return all(map(_is_plain, value.values()))
    return (kind is list or kind is tuple) and all(map(_is_plain, value))


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError(f"a float in exact JSON: {value}")
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        _refuse_floats(part)
