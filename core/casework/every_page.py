"""All of a list that is asked for a page at a time: what goes out as a workbook, a page in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

Row = TypeVar("Row")
Key = TypeVar("Key")
Page = Callable[[Key | None], tuple[Sequence[Row], Key | None]]
"""The key the last page ended with, none for the first → a page and its own key, none where nothing follows."""


def every(page: Page[Key, Row]) -> Iterator[Row]:
    """Return the rows of all pages; the first is asked for at once, so that what is refused is refused here.

    >>> list(every(lambda after: ([1, 2], 2) if after is None else ([3], None)))
    [1, 2, 3]
    """
    rows, after = page(None)
    return chain(rows, _behind(page, after))


def _behind(page: Page[Key, Row], after: Key | None) -> Iterator[Row]:
    while after is not None:
        rows, after = page(after)
        yield from rows
