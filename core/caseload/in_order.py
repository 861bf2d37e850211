"""Work on one piece after the other, on all cores: results come in the order of the pieces, few of them waiting."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from core.caseload.manifest import Part

Piece = TypeVar("Piece")
Result = TypeVar("Result")
Progress = Callable[[int, int], None]
"""Told how many rows are done, of how many."""


def in_order(
    parts: Sequence[Part],
    work: Callable[[Part], Result],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Iterator[Result]:
    """Yield what ``work`` makes of each part of a snapshot. ``workers``: how many at a time, one a core for None."""
    total, done = sum(one.extents.rows for one in parts), 0
    for part, result in worked(parts, work, workers=workers):
        done += part.extents.rows
        if progress is not None:
            progress(done, total)
        yield result


def worked(
    pieces: Iterable[Piece], work: Callable[[Piece], Result], *, workers: int | None = None
) -> Iterator[tuple[Piece, Result]]:
    """Yield each piece with what ``work`` makes of it. Threads do, as NumPy and Arrow let go of the interpreter.

    ``pieces`` are asked for as they are needed, by the thread that consumes.
    """
    count = workers or os.cpu_count() or 1
    waiting: deque[tuple[Piece, Future[Result]]] = deque()
    left = iter(pieces)
    with ThreadPoolExecutor(count) as pool:
        for piece in left:
            waiting.append((piece, pool.submit(work, piece)))
            if len(waiting) > count:
                first, future = waiting.popleft()
                yield first, future.result()
        for first, future in waiting:
            yield first, future.result()
