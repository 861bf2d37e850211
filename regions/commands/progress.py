"""A progress bar on the terminal, for work that takes minutes; silent where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

import click

if TYPE_CHECKING:
    from core.store.tables import Job


class Bar:
    """A bar over a known number of steps, on stderr, drawn only on a terminal."""

    def __init__(self, label: str, total: int) -> None:
        self._bar = click.progressbar(length=max(total, 1), label=label, file=sys.stderr, width=30, show_pos=True)
        self._done = 0

    def __enter__(self) -> Self:
        self._bar.__enter__()
        return self

    def __exit__(self, *said: object) -> None:
        self._bar.render_finish()

    def of(self, done: int, total: int) -> None:
        """Move to a number of steps out of as many as are known by now."""
        self._bar.length = max(total, 1)
        self.to(done)

    def to(self, done: int) -> None:
        """Move to a number of steps."""
        self._bar.update(done - self._done)
        self._done = done


def follow(jobs: Iterable[Job], label: str) -> Job | None:
    """Draw the progress of a job while it runs; return its last state."""
    bar: Bar | None = None
    last: Job | None = None
    for job in jobs:
        last = job
        if bar is None:
            bar = Bar(label, job.total).__enter__()
        bar.to(job.done)
    if bar is not None:
        bar.__exit__()
    return last
