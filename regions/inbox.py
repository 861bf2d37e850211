"""The inbox: what waits for a second person, across every subject, with its due day; one's own stands apart.

An item only points to its subject: it is decided there, by that subject's own rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from core.casework.desk import Desk
from core.casework.flow.waiting import ACTIONS, waiting_in_cases
from core.casework.scope import inside
from core.casework.staff import NATION
from core.errors import Text
from core.store.tables import (
    Amendment,
    AssistanceCase,
    BudgetPlan,
    Event,
    Job,
    MonthlyReport,
    PayrollRun,
    ProblemEntry,
    RecusalDemand,
    RedecisionBatch,
    ReviewItem,
    ReviewRound,
)
from regions.absorption import absorbed
from regions.amendment_state import WRITING
from regions.jobs import path_of
from regions.plugin_lifecycle import proposed, ruled_paths
from regions.plugin_state import standings

CHOOSING = ("amendment.propose", "amendment.decide")
MOST = 500
"""Items of one subject: who has more before him sees the first ones and works them off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that waits. ``key`` finds its page; its ``makers`` may not decide it; ``is_back`` came back to one."""

    kind: str
    about: str
    division: str
    since: str
    key: str
    action: str
    path: str
    makers: frozenset[int]
    due: date | None = None
    is_back: bool = False


KINDS: Mapping[str, Text] = {
    "amendment_decide": Text("修订待审批", "an amendment to decide"),
    "amendment_publish": Text("修订待发布", "an amendment to publish"),
    "amendment_back": Text("修订被退回", "an amendment came back"),
    "upgrade": Text("插件升级值待选择", "a plugin's value to choose about"),
    "plugin": Text("插件待接受", "a plugin to accept"),
    "batch": Text("批量调标待签批", "a re-decision batch to sign"),
    "payroll": Text("发放表待审批", "a payroll to approve"),
    "review": Text("复核结果待决定", "review results to decide"),
    "roster": Text("花名册导入待审批", "a roster import to approve"),
    "budget": Text("预算计划待审核", "a budget plan to review"),
    "report": Text("月报待封账", "a report to close"),
    "recusal": Text("回避申请待决定", "a demand for recusal"),
    "problem": Text("整改待核验", "something set right to verify"),
    "change_proposed": Text("拟变更待决定", "a proposed change"),
    "exit_proposed": Text("拟退出待决定", "a proposed exit"),
    "ruling_proposed": Text("拟审批结果待决定", "a proposed ruling"),
    "finding_proposed": Text("拟认定待复核", "a proposed finding"),
    "offset_proposed": Text("拟扣回待决定", "a proposed offset"),
    "account_proposed": Text("账户变更待复核", "another account to confirm"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """What waits for the actor, and what of his waits for others; the most urgent first."""

    mine: Sequence[Item]
    others: Sequence[Item]


def inbox(desk: Desk) -> Inbox:
    """Return what waits, as far as the actor may decide it or has made it."""
    mine: list[Item] = []
    others: list[Item] = []
    for one in (item for source in _SOURCES for item in source(desk)):
        if one.is_back or (desk.actor.id not in one.makers and desk.actor.may(one.action, one.path, desk.today)):
            mine.append(one)
        elif desk.actor.id in one.makers:
            others.append(one)
    return Inbox(mine=sorted(mine, key=_urgency), others=sorted(others, key=_urgency))


def _urgency(one: Item) -> tuple[date, str]:
    return one.due or date.max, one.since


def _people(*ids: int | None) -> frozenset[int]:
    return frozenset(one for one in ids if one is not None)


def _seen(desk: Desk, path: Any, action: str, maker: Any) -> Any:
    """What the actor may decide, or has made himself."""
    return or_(inside(path, desk.actor.roots(action, desk.today)), maker == desk.actor.id)


def _amendments(desk: Desk) -> Iterator[Item]:
    me = desk.actor.id
    query = select(Amendment).where(Amendment.status.in_(("draft", "submitted", "approved")))
    authors = select(func.distinct(Event.chain)).where(Event.actor_id == me, Event.kind.in_(WRITING))
    own = Amendment.uuid.in_([chain.partition("/")[2] for chain in desk.session.scalars(authors)])
    roots = {*desk.actor.roots("amendment.decide", desk.today), *desk.actor.roots("amendment.publish", desk.today)}
    found = desk.session.scalars(query.where(or_(inside(Amendment.path, roots), own)).limit(MOST)).all()
    events = _events(desk, [one.uuid for one in found])
    kinds = {
        "submitted": ("amendment_decide", "amendment.decide"),
        "approved": ("amendment_publish", "amendment.publish"),
    }
    for one in found:
        told = events.get(one.uuid, [])
        makers = _people(one.proposed_by, *(each.actor_id for each in told if each.kind in WRITING))
        about, since = f"{one.number or ''} {one.title}".strip(), told[-1].recorded_at if told else one.proposed_at
        if one.status == "draft":
            if me == one.proposed_by and any(each.kind == "amendment_sent_back" for each in told):
                yield Item(
                    kind="amendment_back", about=about, division=one.division, since=since, key=one.uuid,
                    action="amendment.propose", path=one.path, makers=makers, due=one.effective, is_back=True,
                )  # fmt: skip
            continue
        kind, action = kinds[one.status]
        yield Item(kind=kind, about=about, division=one.division, since=since, key=one.uuid, action=action,
                   path=one.path, makers=makers, due=one.effective)  # fmt: skip


def _events(desk: Desk, uuids: Sequence[str]) -> dict[str, list[Event]]:
    """The steps of amendments, in order."""
    chains = [f"amendment/{one}" for one in uuids]
    found: dict[str, list[Event]] = {}
    for event in desk.session.scalars(select(Event).where(Event.chain.in_(chains)).order_by(Event.id)):
        found.setdefault(event.chain.partition("/")[2], []).append(event)
    return found


def _upgrades(desk: Desk) -> Iterator[Item]:
    """Values of upgrades that differ from an amendment: adopted by who writes amendments, kept off by who decides."""
    for one in absorbed(desk):
        if one.state == "waiting":
            division = one.published.scope.division
            path = desk.path(division)
            action = next((two for two in CHOOSING if desk.actor.may(two, path, desk.today)), CHOOSING[0])
            yield Item(kind="upgrade", about=one.published.label.zh or one.brought.address, division=division,
                       since=one.brought_at, key=one.brought.address, action=action, path=path,
                       makers=frozenset())  # fmt: skip


def _plugins(desk: Desk) -> Iterator[Item]:
    """Plugins put up for acceptance; who accepts has the right in every place one rules for."""
    if not desk.actor.roots("plugin.accept", desk.today) and not desk.actor.roots("plugin.propose", desk.today):
        return
    for name, standing in sorted(standings(desk.session).by_name.items()):
        step = standing.proposal
        if step is None:
            continue
        reading = proposed(desk, step)
        paths = ruled_paths(desk, reading.provisions, reading.divisions)
        barred = (one for one in paths if not desk.actor.may("plugin.accept", one, desk.today))
        path = next(barred, paths[0])
        yield Item(kind="plugin", about=f"{reading.title('zh')} {step.version}", division=path.rpartition("/")[2],
                   since=step.recorded_at, key=name, action="plugin.accept", path=path,
                   makers=_people(step.proposed_by))  # fmt: skip


def _batches(desk: Desk) -> Iterator[Item]:
    seen = _seen(desk, RedecisionBatch.path, "redecision.sign", RedecisionBatch.prepared_by)
    query = select(RedecisionBatch, Amendment).join(Amendment, Amendment.uuid == RedecisionBatch.amendment)
    for one, paper in desk.session.execute(query.where(RedecisionBatch.status == "prepared", seen).limit(MOST)):
        yield Item(kind="batch", about=paper.number or paper.title, division=one.division, since=one.prepared_at,
                   key=one.id, action="redecision.sign", path=one.path, makers=frozenset({one.prepared_by}),
                   due=one.first_payment_month)  # fmt: skip


def _payrolls(desk: Desk) -> Iterator[Item]:
    seen = _seen(desk, PayrollRun.path, "payroll.approve", PayrollRun.prepared_by)
    for one in desk.session.scalars(select(PayrollRun).where(PayrollRun.status == "prepared", seen).limit(MOST)):
        yield Item(kind="payroll", about=one.number, division=one.division, since=one.prepared_on.isoformat(),
                   key=one.number, action="payroll.approve", path=one.path,
                   makers=frozenset({one.prepared_by}))  # fmt: skip


def _reviews(desk: Desk) -> Iterator[Item]:
    seen = _seen(desk, ReviewRound.path, "review.decide", ReviewItem.entered_by)
    query = (
        select(ReviewRound, ReviewItem.entered_by, func.count())
        .join(ReviewItem, ReviewItem.round_id == ReviewRound.id)
        .where(ReviewItem.status == "entered", seen)
        .group_by(ReviewRound.id, ReviewItem.entered_by)
        .limit(MOST)
    )
    for one, by, count in desk.session.execute(query):
        yield Item(kind="review", about=f"{one.name} · {count}", division=one.division,
                   since=one.opened_on.isoformat(), key=str(one.id), action="review.decide", path=one.path,
                   makers=_people(by), due=one.due_on)  # fmt: skip


def _rosters(desk: Desk) -> Iterator[Item]:
    if not (desk.actor.roots("roster.approve", desk.today) or desk.actor.roots("roster.prepare", desk.today)):
        return
    jobs = desk.session.scalars(select(Job).where(Job.kind == "roster_import", Job.status == "running")).all()
    chains = [f"import/{one.id}" for one in jobs]
    approved = set(desk.session.scalars(select(Event.chain).where(Event.chain.in_(chains), Event.kind == "approved")))
    for one in jobs:
        if f"import/{one.id}" not in approved:
            division = str(one.arguments["division"])
            yield Item(kind="roster", about=str(one.arguments.get("document", one.id)), division=division,
                       since=one.started_at, key=one.id, action="roster.approve", path=path_of(desk, one) or NATION,
                       makers=frozenset({int(one.arguments["prepared_by"])}))  # fmt: skip


def _budgets(desk: Desk) -> Iterator[Item]:
    seen = _seen(desk, BudgetPlan.path, "budget.review", BudgetPlan.prepared_by)
    for one in desk.session.scalars(select(BudgetPlan).where(BudgetPlan.status == "submitted", seen).limit(MOST)):
        since = one.submitted_on.isoformat() if one.submitted_on else one.recorded_at
        yield Item(kind="budget", about=str(one.year), division=one.division, since=since, key=str(one.id),
                   action="budget.review", path=one.path, due=one.due_on,
                   makers=frozenset({one.prepared_by}))  # fmt: skip


def _reports(desk: Desk) -> Iterator[Item]:
    seen = _seen(desk, MonthlyReport.path, "report.close", MonthlyReport.prepared_by)
    for one in desk.session.scalars(select(MonthlyReport).where(MonthlyReport.status == "prepared", seen).limit(MOST)):
        yield Item(kind="report", about=f"{one.month:%Y-%m}", division=one.division, since=one.prepared_at,
                   key=f"{one.report}/{one.division}/{one.month:%Y-%m}", action="report.close", path=one.path,
                   makers=frozenset({one.prepared_by}))  # fmt: skip


def _recusals(desk: Desk) -> Iterator[Item]:
    seen = _seen(desk, AssistanceCase.path, "recusal.decide", RecusalDemand.recorded_by)
    query = select(RecusalDemand, AssistanceCase).join(AssistanceCase, AssistanceCase.id == RecusalDemand.case_id)
    for one, case in desk.session.execute(query.where(RecusalDemand.granted.is_(None), seen).limit(MOST)):
        yield Item(kind="recusal", about=case.number, division=case.division, since=one.recorded_at, key=str(one.id),
                   action="recusal.decide", path=case.path, makers=frozenset({one.recorded_by}))  # fmt: skip


def _problems(desk: Desk) -> Iterator[Item]:
    seen = _seen(desk, ProblemEntry.path, "problem.verify", ProblemEntry.rectified_by)
    for one in desk.session.scalars(select(ProblemEntry).where(ProblemEntry.status == "rectified", seen).limit(MOST)):
        yield Item(kind="problem", about=f"{one.source} #{one.id}", division=one.division, since=one.recorded_at,
                   key=str(one.id), action="problem.verify", path=one.path, due=one.due_on,
                   makers=_people(one.rectified_by))  # fmt: skip


def _in_cases(desk: Desk) -> Iterator[Item]:
    for one in waiting_in_cases(desk):
        yield Item(kind=one.kind, about=one.case.number, division=one.case.division,
                   since=one.one.recorded_on.isoformat(), key=one.case.number, action=ACTIONS[one.kind],
                   path=one.case.path, makers=_people(one.one.actor_id))  # fmt: skip


_SOURCES: tuple[Callable[[Desk], Iterator[Item]], ...] = (
    _amendments, _upgrades, _plugins, _batches, _payrolls, _reviews, _rosters, _budgets, _reports, _recusals, _problems,
    _in_cases,
)  # fmt: skip
