"""What the first page shows of a place, kept the longer the longer it took: a province is summed some times an hour.

Kept in the application, in each worker: a small place is always asked anew, and nobody sees a place he may not.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta

from flask import current_app
from flask.sansio.app import App

from core.casework.desk import Desk
from core.casework.reporting.dashboard import Overview, overview
from core.casework.reviews.duty import Tally, duties, tally
from core.errors import JiuzhuError

SLOW = 0.1
"""Seconds a sum may take before it is worth keeping."""
TIMES = 300.0
"""How many times as long as it took a sum is kept: a third of a percent of a processor goes into a place at most."""
LONGEST = 900.0
"""Seconds for which a sum is kept at most."""
MOST = 64
"""Overviews a worker keeps."""
AHEAD = timedelta(days=30)
"""What is due in these days is told; what is overdue always."""
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The state of a place's programme, what is due there (or why that cannot be told), and when both were summed."""

    overview: Overview
    due: list[Tally]
    not_told: JiuzhuError | None
    summed_at: str


@dataclass(slots=True)
class Overviews:
    """By division, programme and day: until when it is kept, and what came of it."""

    held: dict[Key, tuple[float, State]] = field(default_factory=dict)


def install(app: App) -> None:
    """Give the application somewhere to keep them."""
    app.extensions["overviews"] = Overviews()


def current(desk: Desk, division: str, *, programme: str) -> State:
    """Return the state of a place.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    desk.require("case.read", desk.path(division))
    kept: Overviews = current_app.extensions["overviews"]
    key, begun = (division, programme, desk.today.isoformat()), time.monotonic()
    if key in kept.held and begun < kept.held[key][0]:
        return kept.held[key][1]
    found = _summed(desk, division, programme)
    kept.held.pop(key, None)
    now = time.monotonic()
    if now - begun >= SLOW:
        while len(kept.held) >= MOST:
            kept.held.pop(next(iter(kept.held)), None)
        kept.held[key] = (now + min(TIMES * (now - begun), LONGEST), found)
    return found


def _summed(desk: Desk, division: str, programme: str) -> State:
    found, due, not_told = overview(desk, division, programme=programme), [], None
    try:
        due = duties(desk, division, programme=programme, since=desk.today, until=desk.today + AHEAD)
    except JiuzhuError as error:  # rules that are missing for one case hide no page
        not_told = error
    return State(overview=found, due=tally(due, desk.today), not_told=not_told, summed_at=desk.moment)
