"""For which days, places and areas a sample may be drawn: whole periods of the rule, and nobody's cases twice.

Where spans, subtrees or areas could be shifted a little, somebody could draw until the sample suits him.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from core.casework.desk import Desk
from core.casework.month import add_months
from core.casework.reviews.sample_population import Span
from core.casework.scope import inside
from core.errors import JiuzhuError, Text
from core.store.tables import SampleDraw
from core.store.turn import take_turn

MONTHS: Mapping[str, tuple[int, Text]] = {
    "year": (12, Text("一个日历年", "a calendar year")),
    "half_year": (6, Text("上半年或下半年", "half a calendar year")),
    "quarter": (3, Text("一个季度", "a quarter")),
    "month": (1, Text("一个月", "a month")),
}
"""Periods of a sampling rule in months and in words; a batch (per: batch) is whatever days it is of."""


def require_period(span: Span, per: str | None) -> None:
    """Refuse a span that is not one period of the rule.

    Raises:
        JiuzhuError: ``not_the_period``, ``bad_span``.
    """
    said = f"{span.since}..{span.until}"
    if span.until <= span.since:
        raise JiuzhuError("bad_span", Text("止日须晚于起始日", "the span ends before it begins"), value=said)
    if per is None or per not in MONTHS:
        return
    months, words = MONTHS[per]
    start = span.since
    if start.day != 1 or (start.month - 1) % months or span.until != add_months(start, months):
        text = Text(f"现行规定按期抽查，须为{words.zh}", f"the rule in force draws for {words.en}")
        raise JiuzhuError("not_the_period", text, value=said)


def refuse_second_draw(desk: Desk, span: Span, labels: Mapping[str, str]) -> None:
    """Refuse a draw that shares days, places, area and a population with one drawn before.

    Whoever asks has the programme's turn to draw until his transaction ends: of two draws opened at once the second
    sees the first. ``labels`` are the populations to be drawn, in words.

    Raises:
        JiuzhuError: ``already_drawn``, naming that draw.
    """
    take_turn(desk.session, f"sample/{span.programme}")
    query = select(SampleDraw).where(
        SampleDraw.programme == span.programme,
        SampleDraw.since < span.until, SampleDraw.until > span.since,
        touches(desk.path(span.division)),
    )  # fmt: skip
    if span.area != "any":
        query = query.where(SampleDraw.area.in_((span.area, "any")))
    for one in desk.session.scalars(query.order_by(SampleDraw.id)):
        shared = [labels[name] for name in (row["population"] for row in one.strata) if name in labels]
        if shared:
            raise _drawn(desk, one, shared)


def touches(path: str) -> ColumnElement[bool]:
    """Return what picks the draws that share cases with a place: its own, those above it and those below."""
    above = ["/".join(path.split("/")[:depth]) for depth in range(1, path.count("/") + 2)]
    return or_(SampleDraw.path.in_(above), inside(SampleDraw.path, [path]))


def _drawn(desk: Desk, one: SampleDraw, shared: list[str]) -> JiuzhuError:
    days = f"{one.since}—{_last_day(one.until)}"
    text = Text(
        f"{desk.tree.name(one.division)} {days} 的“{'、'.join(shared)}”已经抽取，不能重抽",
        f"{days}: the sample is drawn already, and there is no second",
    )
    hint = Text(f"请查看第 {one.id} 号抽查", f"see random check no. {one.id}")
    return JiuzhuError("already_drawn", text, hint=hint, value=str(one.id))


def _last_day(until: date) -> date:
    return date.fromordinal(until.toordinal() - 1)
