"""What the core asks of the layers above it, as protocols: it never imports them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol


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
