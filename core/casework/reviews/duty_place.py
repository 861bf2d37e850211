"""Duties of a place: pay-by days, rounds and draws to finish, the budget plan, coverage, problems, reports to close."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import func, select

from core.casework.desk import Desk
from core.casework.money.accrual import PayPeriod
from core.casework.money.schedule import PaymentSchedule
from core.casework.month import add_months, last_day, month_of
from core.casework.reporting.budget import plan_due
from core.casework.reporting.report_declaration import declaration, report_names
from core.casework.reviews.duty_kind import Duty, Window
from core.casework.reviews.sample_span import touches
from core.casework.scope import inside, ranging
from core.errors import Text
from core.kinds.schema import is_gap
from core.policy import AREAS as AREA_TEXT
from core.policy import Policy
from core.provision import text_of
from core.store.tables import (
    AssistanceCase,
    BudgetPlan,
    MonthlyReport,
    PayrollRun,
    ProblemEntry,
    ReviewItem,
    ReviewRound,
    SampleCheck,
    SampleDraw,
    SampleItem,
)  # fmt: skip

AREAS = ("urban", "rural")
SPENT = ("approved", "exported", "paid")


def place_duties(desk: Desk, window: Window) -> Iterator[Duty]:
    """Yield the duties a subtree's rules and records bring, apart from its single cases."""
    code = window.path.rpartition("/")[2]
    own = partial(Duty, path=window.path, owner=code)
    policies = {area: _policy(desk, code, area, window) for area in AREAS}
    yield from _payments(desk, window, policies, own)
    yield from _plan(desk, window, code, own)
    yield from _coverage(policies, window, own)
    yield from _rounds(desk, window)
    yield from _samples(desk, window)
    yield from _draws(desk, policies, window, own)
    yield from _problems(desk, window)
    yield from _reports(desk, window, code, own)


def _policy(desk: Desk, code: str, area: str, window: Window) -> Policy:
    return desk.policies.rulebook(code, on=desk.today, area=area, programmes=(window.programme,)).policy


def _payments(desk: Desk, window: Window, policies: dict[str, Policy], own: Any) -> Iterator[Duty]:
    """Pay-by days, where the rules name one and there is anybody to pay; done when a run of the period is approved."""
    for area, policy in policies.items():
        line = policy.line("payment_schedule", window.programme)
        if line is None or line.is_gap or not _anybody(desk, window, area):
            continue
        schedule = PaymentSchedule(policy=policy, line=line)
        period = PayPeriod.containing(schedule.frequency, window.since)
        while period.start <= window.until:
            due = schedule.pay_by(period, desk.calendar)
            if due is not None:
                label = Text(f"发放低保金（{AREA_TEXT[area].zh}）", f"pay the benefit ({area})")
                yield own(code="pay", label=label, due=due, subject=str(period), told=period.label,
                          basis=line.provision.address, done=_paid(desk, window, area, period))  # fmt: skip
            period = PayPeriod.containing(schedule.frequency, period.until)


def _anybody(desk: Desk, window: Window, area: str) -> bool:
    query = select(AssistanceCase.id).where(
        AssistanceCase.programme == window.programme, AssistanceCase.area == area,
        ranging(AssistanceCase.path, [window.path]), AssistanceCase.status.in_(("in_payment", "phasing_out")),
    )  # fmt: skip
    return desk.session.scalars(query.limit(1)).first() is not None


def _paid(desk: Desk, window: Window, area: str, period: PayPeriod) -> bool:
    query = select(PayrollRun.id).where(
        PayrollRun.programme == window.programme, PayrollRun.area.in_(("any", area)), PayrollRun.status.in_(SPENT),
        inside(PayrollRun.path, [window.path]), PayrollRun.from_month == period.start,
    )  # fmt: skip
    return desk.session.scalars(query.limit(1)).first() is not None


def _plan(desk: Desk, window: Window, code: str, own: Any) -> Iterator[Duty]:
    """The budget plan of next year, due on the day the rules name."""
    for year in range(window.since.year, window.until.year + 2):
        due = plan_due(desk, code, programme=window.programme, year=year)
        if due is None or due > window.until:
            continue
        query = select(BudgetPlan.status).where(
            BudgetPlan.division == code, BudgetPlan.programme == window.programme, BudgetPlan.year == year
        )
        status = desk.session.scalars(query).first()
        if due < window.since and status is None:
            continue  # a plan from before this system kept plans
        yield own(code="budget_plan", label=Text("报送下一年度资金预算计划", "budget plan for next year"), due=due,
                  subject=str(year), basis="funding.plan_due", done=status in ("reviewed", "answered"))  # fmt: skip


def _coverage(policies: dict[str, Policy], window: Window, own: Any) -> Iterator[Duty]:
    for area, policy in policies.items():
        stages = {one.key: one.provision.label for one in policy.stages(window.programme)}
        for line in policy.lines("coverage_requirement", window.programme):
            label = text_of(line.value.get("label")) or Text(line.key, line.key)
            for due in () if line.is_gap else _due(line.value, window):
                stage = line.value["stage"]
                yield own(code="coverage", label=label, due=due, subject=stage,
                          told=stages.get(stage, AREA_TEXT[area]), basis=line.provision.address)  # fmt: skip


def _due(value: Mapping[str, Any], window: Window) -> Iterator[date]:
    """The day a coverage requirement names, or its day in every year that is asked about."""
    if "due" in value and not is_gap(value["due"]):
        yield _day(value["due"])
    if "due_each_year" in value:
        month, number = (int(value["due_each_year"][part]) for part in ("month", "day"))
        days = (date(year, month, number) for year in range(window.since.year, window.until.year + 1))
        yield from (day for day in days if day >= window.since)


def _day(moment: str) -> date:
    """A day, or the last one of a month or year."""
    parts = [int(part) for part in moment.split("-")]
    if len(parts) == len(("year", "month", "day")):
        return date(*parts)
    return last_day(date(parts[0], parts[1] if len(parts) > 1 else 12, 1))


def _rounds(desk: Desk, window: Window) -> Iterator[Duty]:
    waiting = select(func.count()).where(ReviewItem.round_id == ReviewRound.id, ReviewItem.status != "decided")
    query = select(ReviewRound, waiting.scalar_subquery().label("waiting")).where(
        ReviewRound.programme == window.programme, inside(ReviewRound.path, [window.path]),
        ReviewRound.due_on <= window.until,
    )  # fmt: skip
    for one, count in desk.session.execute(query):
        label = Text(f"复核轮次：{one.name}", f"review round: {one.name}")
        yield Duty(code="review_round", label=label, due=one.due_on, subject=str(one.id),
                   path=one.path, owner=one.division, basis=f"review/{one.id}",
                   done=not count, count=int(count))  # fmt: skip


def _samples(desk: Desk, window: Window) -> Iterator[Duty]:
    checked = select(SampleCheck.item_id)
    waiting = select(func.count()).where(SampleItem.draw_id == SampleDraw.id, SampleItem.id.not_in(checked))
    query = select(SampleDraw, waiting.scalar_subquery().label("waiting")).where(
        SampleDraw.programme == window.programme, inside(SampleDraw.path, [window.path]),
        SampleDraw.due_on <= window.until,
    )  # fmt: skip
    for one, count in desk.session.execute(query):
        yield Duty(code="sample", label=Text("完成随机抽查", "finish the random check"), due=one.due_on,
                   subject=f"{one.id} {one.area}", path=one.path, owner=one.division, basis=one.rule,
                   done=not count, count=int(count),
                   told=Text(f"{one.id} {AREA_TEXT[one.area].zh}", f"{one.id} {AREA_TEXT[one.area].en}"))  # fmt: skip


def _draws(desk: Desk, policies: dict[str, Policy], window: Window, own: Any) -> Iterator[Duty]:
    """A yearly check whose sample is not drawn yet, here, above or below: due with the year it is for."""
    for area, policy in policies.items():
        yearly = [line for line in policy.lines("sampling", window.programme)
                  if not line.is_gap and line.value.get("per") == "year"]  # fmt: skip
        for year in range(window.since.year, window.until.year + 1) if yearly else ():
            query = select(SampleDraw.id).where(
                touches(window.path), SampleDraw.programme == window.programme,
                SampleDraw.area.in_((area, "any")), SampleDraw.since == date(year, 1, 1),
            )  # fmt: skip
            if desk.session.scalars(query.limit(1)).first() is None:
                label = Text(
                    f"年度随机抽查（{AREA_TEXT[area].zh}，尚未抽取）", f"yearly random check ({area}), not drawn"
                )
                yield own(code="sample_draw", label=label, due=date(year, 12, 31), subject=str(year),
                          basis=yearly[0].provision.address)  # fmt: skip


def _problems(desk: Desk, window: Window) -> Iterator[Duty]:
    query = select(ProblemEntry).where(
        inside(ProblemEntry.path, [window.path]), ProblemEntry.due_on <= window.until, ProblemEntry.status == "open"
    )
    for one in desk.session.scalars(query):
        yield Duty(code="problem", label=Text("整改问题", "set a problem right"), due=one.due_on, subject=str(one.id),
                   path=one.path, owner=one.division, basis=one.source, case_id=one.case_id)  # fmt: skip


def _reports(desk: Desk, window: Window, code: str, own: Any) -> Iterator[Duty]:
    """Reports a place closes every month: those it has closed before; the next is open from the month's end."""
    query = select(MonthlyReport.report, func.max(MonthlyReport.month).label("last")).where(
        MonthlyReport.division == code, MonthlyReport.status == "closed"
    )
    closed = {row.report: row.last for row in desk.session.execute(query.group_by(MonthlyReport.report))}
    for name in report_names():
        if name not in closed or declaration(name).programme != window.programme:
            continue
        month = add_months(closed[name], 1)
        while last_day(month) <= min(window.until, last_day(month_of(desk.today))):
            title, period = declaration(name).label, PayPeriod(frequency="month", start=month)
            label = Text(f"月报封账：{title.zh}", f"close the report: {title.en}")
            yield own(code="report", label=label, due=last_day(month), subject=str(period), told=period.label,
                      basis=f"report:{name}")  # fmt: skip
            month = add_months(month, 1)
