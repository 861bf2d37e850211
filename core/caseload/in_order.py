"""Work on the parts of a snapshot, on all cores, results in the order of the parts and few of them waiting."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from core.caseload.manifest import Part

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
    """Yield what ``work`` makes of each part. Threads do, as NumPy and Arrow let go of the interpreter meanwhile.

    ``workers``: how many at a time, one a core for None.
    """
    count = workers or os.cpu_count() or 1
    total, done = sum(one.extents.rows for one in parts), 0
    waiting: deque[tuple[Part, Future[Result]]] = deque()
    left = iter(parts)
    with ThreadPoolExecutor(count) as pool:
        while True:
            while len(waiting) <= count and (part := next(left, None)) is not None:
                waiting.append((part, pool.submit(work, part)))
            if not waiting:
                return
            finished, future = waiting.popleft()
            result = future.result()
            done += finished.extents.rows
            if progress is not None:
                progress(done, total)
            yield result
