"""Two at once: barrier-started, told apart by what became of each, on platforms with connections of their own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Barrier
from typing import Any

from core.errors import JiuzhuError
from core.store.engine import open_store
from regions.platform import Platform

ROUNDS = int(os.environ.get("JIUZHU_RACE_ROUNDS", "100"))
"""How often each race is run."""


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Start everything at one moment; return ``done`` or the code of each refusal, sorted."""
    barrier = Barrier(len(acts))

    def start(act: Callable[[], Any]) -> str:
        barrier.wait()
        try:
            act()
        except JiuzhuError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(start, acts))


@contextmanager
def two_platforms(bureau: Any) -> Iterator[tuple[Platform, Platform]]:
    """Give two platforms on the database of one, each with connections of its own."""
    one, two = (open_store(bureau.platform.settings.database_url) for _ in range(2))
    yield replace(bureau.platform, store=one), replace(bureau.platform, store=two)
    one.close()
    two.close()
