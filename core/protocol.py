"""What the core asks of the layers above it, as protocols: it never imports them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol

from core.provision import Document
from core.rulebook import Rulebook


class DivisionLadder(Protocol):
    """A table of divisions (区划), as the core needs it. Codes are opaque; ancestry is dated."""

    def ladder(self, code: str, on: date) -> tuple[str, ...]:
        """Return the codes nation → … → ``code`` on a day.

        Raises:
            JiuzhuError: ``unknown_division``, with the nearest one.
        """
        ...

    def level(self, code: str) -> str:
        """Return the level: nation, province, prefecture, county, township, village or unit.

        Raises:
            JiuzhuError: ``unknown_division``.
        """
        ...

    def name(self, code: str) -> str:
        """Return the (latest) name in Chinese.

        Raises:
            JiuzhuError: ``unknown_division``.
        """
        ...

    def descendants(self, code: str, on: date) -> Iterable[str]:
        """Yield the codes of everything below ``code`` on a day, ``code`` itself not among them.

        Raises:
            JiuzhuError: ``unknown_division``.
        """
        ...

    def path(self, code: str, on: date) -> str:
        """Return the ladder as a path, ``000000/430000/430900``: a subtree is everything with its prefix.

        Raises:
            JiuzhuError: ``unknown_division``, ``division_out_of_period``.
        """
        ...


class PolicySource(Protocol):
    """Where casework asks for the rules of a place on a day."""

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents rules are cited to, by id."""
        ...

    def rulebook(
        self,
        division: str,
        *,
        on: date,
        area: str,
        programmes: Sequence[str] = ("dibao",),
        known_at: str | None = None,
    ) -> Rulebook:
        """Return the rules of a place on a day, executable.

        Raises:
            JiuzhuError: ``unknown_division``; ``broken_rules``; ``tie``.
        """
        ...
