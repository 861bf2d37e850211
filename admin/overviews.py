"""What the first page shows, kept for a minute where it took long: a whole province is summed once, not by every look.

Kept in the application, in each worker: a small place is always asked anew, and nobody sees a place he may not.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from flask import current_app
from flask.sansio.app import App

from core.casework.desk import Desk
from core.casework.reporting.dashboard import Overview, overview

SLOW = 0.1
"""Seconds a sum may take before it is worth keeping."""
KEPT = 60.0
"""Seconds for which it is."""
MOST = 64
"""Overviews a worker keeps."""
Key = tuple[str, str, str]


@dataclass(slots=True)
class Overviews:
    """By division, programme and day: when it was summed, and what came of it."""

    held: dict[Key, tuple[float, str, Overview]] = field(default_factory=dict)


def install(app: App) -> None:
    """Give the application somewhere to keep them."""
    app.extensions["overviews"] = Overviews()


def current(desk: Desk, division: str, *, programme: str) -> tuple[Overview, str]:
    """Return the state of a place and the moment it was summed at.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    desk.require("case.read", desk.path(division))
    kept: Overviews = current_app.extensions["overviews"]
    key, begun = (division, programme, desk.today.isoformat()), time.monotonic()
    if key in kept.held and begun - kept.held[key][0] < KEPT:
        return kept.held[key][2], kept.held[key][1]
    found = overview(desk, division, programme=programme)
    kept.held.pop(key, None)
    if time.monotonic() - begun >= SLOW:
        while len(kept.held) >= MOST:
            kept.held.pop(next(iter(kept.held)), None)
        kept.held[key] = (time.monotonic(), desk.moment, found)
    return found, desk.moment
