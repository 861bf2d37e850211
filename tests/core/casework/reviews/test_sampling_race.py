"""Two draws at once that share cases: exactly one is made, the other is told which it is, and nothing half drawn stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from core.casework.reviews.sample_population import Span
from core.casework.reviews.sampling import draw_sample
from core.store.tables import Event, SampleDraw, SampleItem
from regions.platform import Platform
from tests.core.casework.race import ROUNDS, at_once, two_platforms

pytestmark = pytest.mark.slow

YIYANG, HESHAN = "430900", "430903"
YEAR = Span(division=YIYANG, programme="dibao", area="urban", since=date(2012, 1, 1), until=date(2013, 1, 1))


def test_of_two_draws_over_the_same_households_exactly_one_is_made(make_bureau: Any, add_roll: Any) -> None:
    bureau = make_bureau(YIYANG, day="2011-12-01")
    with bureau.desk("root") as desk:
        add_roll(desk, [{"monthly": 36000}] * 10, division=HESHAN, since=date(2010, 1, 1))
    with two_platforms(bureau) as (one, two):
        for turn in range(ROUNDS):
            span = replace(YEAR, since=date(2012 + turn, 1, 1), until=date(2013 + turn, 1, 1))

            def make(platform: Platform, division: str, span: Span = span) -> None:
                with platform.desk(f"reviewer.{YIYANG}") as desk:
                    draw_sample(desk, replace(span, division=division))

            ends = at_once(lambda: make(one, YIYANG), lambda: make(two, HESHAN))
            assert ends == ["already_drawn", "done"], (turn, ends)
    with bureau.platform.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SampleDraw)) == ROUNDS
        assert session.scalar(select(func.count()).select_from(SampleItem)) == 2 * ROUNDS
        assert session.scalar(select(func.count()).where(Event.kind == "sample_drawn")) == ROUNDS
