"""Duties that cases bring: limits of the procedure, reviews, phase-outs that end, postings to take down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import case as when
from sqlalchemy import func, not_, null, select

from core.casework.desk import Desk
from core.casework.flow.docket import pending_limits
from core.casework.reviews.duty_kind import Duty, Window
from core.casework.reviews.review import RECIPIENTS
from core.casework.reviews.review_mode import PlaceMode, campaigns, in_groups, modes_where
from core.casework.scope import inside
from core.casework.words import word
from core.errors import Text
from core.store.tables import AssistanceCase, Decision, Posting

PHASE_OUT_WARNING = 30
"""Days before a phase-out ends that it is a duty: no document rules it, the platform's default (平台默认)."""
DEFAULT = Text(
    f"提前{PHASE_OUT_WARNING}日提醒为平台默认", f"{PHASE_OUT_WARNING} days' notice is the platform's default"
)


def case_duties(desk: Desk, window: Window) -> Iterator[Duty]:
    """Yield the duties of the cases of a subtree."""
    yield from _limits(desk, window)
    yield from _reviews(desk, window)
    yield from _phase_outs(desk, window)
    yield from _take_downs(desk, window)


def _limits(desk: Desk, window: Window) -> Iterator[Duty]:
    """The limits that run in the cases under procedure."""
    for case, one in pending_limits(desk, [window.path], programme=window.programme):
        if not one.paused:
            yield Duty(
                code=one.stage, label=one.label, due=one.due.day, subject=case.number, path=case.path,
                owner=case.division, basis=one.citation, case_id=case.id, flag=one.due.flag,
            )  # fmt: skip


def _reviews(desk: Desk, window: Window) -> Iterator[Duty]:
    """Reviews due: one duty a division and day, those overdue together; where a place reviews together, one in all.

    What is overdue is dated by the first of it, so that a place with a long backlog has one line and not hundreds.
    """
    due = AssistanceCase.review_due
    here = (AssistanceCase.programme == window.programme, inside(AssistanceCase.path, [window.path]),
            AssistanceCase.status.in_(RECIPIENTS))  # fmt: skip
    together = campaigns(modes_where(desk, here, programme=window.programme))
    day = when((due < desk.today, null()), else_=due)
    query = (
        select(AssistanceCase.path, AssistanceCase.division, func.min(due).label("first"), func.count().label("cases"))
        .where(*here, due <= window.until, not_(in_groups(together)))
        .group_by(AssistanceCase.path, AssistanceCase.division, day)
    )
    for row in desk.session.execute(query):
        yield Duty(
            code="review", label=Text("定期复核", "periodic review"), due=row.first, path=row.path,
            subject=desk.tree.name(row.division), owner=row.division, basis="review_interval", count=int(row.cases),
        )  # fmt: skip
    for division, groups in groupby(together, key=lambda one: one.division):
        yield from _campaign(desk, division, list(groups), until=window.until)


def _campaign(desk: Desk, division: str, groups: Sequence[PlaceMode], *, until: date) -> Iterator[Duty]:
    first = min((one.first_due for one in groups if one.first_due is not None), default=None)
    if first is not None and first <= until:
        yield Duty(
            code="review", label=Text("集中复核", "review campaign"), due=first, path=desk.path(division),
            subject=desk.tree.name(division), owner=division, basis=groups[0].provision,
            count=sum(one.households for one in groups), flag=groups[0].assumed,
        )  # fmt: skip


def _phase_outs(desk: Desk, window: Window) -> Iterator[Duty]:
    """Phase-outs whose last month is over soon: the decision before the one that then stands must be ready."""
    ends = Decision.until_month
    query = (
        select(AssistanceCase.id, AssistanceCase.number, AssistanceCase.path, AssistanceCase.division, ends)
        .join(Decision, Decision.case_id == AssistanceCase.id)
        .where(AssistanceCase.programme == window.programme, inside(AssistanceCase.path, [window.path]))
        .where(AssistanceCase.status == "phasing_out", Decision.kind == "phase_out")
        .where(ends.is_not(None), ends <= window.until + timedelta(days=PHASE_OUT_WARNING))
    )
    for row in desk.session.execute(query):
        yield Duty(
            code="phase_out_ends", label=Text("渐退期届满", "phase-out ends"), due=row.until_month - timedelta(days=1),
            subject=row.number, path=row.path, owner=row.division, basis="phase_out", case_id=row.id, flag=DEFAULT,
        )  # fmt: skip


def _take_downs(desk: Desk, window: Window) -> Iterator[Duty]:
    """Sheets that hang: each comes down when its days are over."""
    query = select(Posting).where(
        Posting.programme == window.programme,
        inside(Posting.path, [window.path]),
        Posting.status == "posted",
        Posting.ends_on <= window.until,
    )
    for one in desk.session.scalars(query):
        assert one.ends_on is not None  # the query asks for it
        flag = Text("期限跨入未载放假安排的年份，暂定", "provisional: the calendar of that year is not loaded")
        where, sheet = one.village or desk.tree.name(one.division), word("notices", one.event)
        yield Duty(
            code="take_down", label=Text("公示到期撤下", "take the posting down"), due=one.ends_on + timedelta(days=1),
            subject=f"{one.event} {where}", path=one.path, owner=one.division, basis=one.provision,
            count=len(one.lines), flag=flag if one.provisional else None,
            told=Text(f"{sheet.zh} {where}", f"{sheet.en}, {where}"),
        )  # fmt: skip
