"""The caseload a draft budget plan rests on, as long work: counted once, kept with the plan, counted anew when asked.

Assumptions are put on top whenever the plan is shown, so that writing one needs no counting. The work writes nothing
but its result, so that a killed one begins with the first household.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from core.casework.desk import Desk
from core.casework.flow.history import CHINA
from core.casework.job import start_job
from core.casework.reporting.budget import assumptions_of, draft_of, plan_lines
from core.casework.reporting.budget_caseload import Key, counted
from core.casework.reporting.budget_line import Caseload
from core.casework.reporting.budget_table import PlanLine, plan_table
from core.errors import JiuzhuError, Text
from core.store.engine import Store
from core.store.tables import BudgetPlan, Job
from core.values import exact, fraction_text
from regions.caseload_standing import caseload_standing, moved

KIND = "budget_caseload"
COUNTS, AMOUNTS = ("households", "persons", "unpriced"), ("benefit", "topup", "price_subsidy")


def ask(desk: Desk, plan_id: int) -> Job:
    """Have the caseload of a draft counted as it stands now; the job there is where it is being counted.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_plan``, ``plan_is_fixed``.
    """
    plan = draft_of(desk, plan_id)
    total = caseload_standing(desk, plan.path)["cases"]
    job = job_of(desk, plan)
    if job is None:
        arguments = {"plan": plan_id, "division": plan.division}
        return start_job(desk.session, _id(plan), KIND, arguments=arguments, total=total, actor_id=desk.actor.id,
                         moment=desk.moment)  # fmt: skip
    if job.status != "running":
        job.status, job.done, job.total, job.message, job.finished_at = "running", 0, total, None, None
        job.started_by, job.started_at = desk.actor.id, desk.moment
    return job


def job_of(desk: Desk, plan: BudgetPlan) -> Job | None:
    """Return the job that counted, or counts, the caseload of a plan."""
    return desk.session.get(Job, _id(plan))


def shown_lines(desk: Desk, plan: BudgetPlan) -> list[PlanLine] | None:
    """Return the lines of a plan: submitted ones as they are fixed, of a draft by the caseload last counted, if any.

    Raises:
        JiuzhuError: ``not_permitted``, ``plan_altered``.
    """
    if plan.lines is not None:
        return plan_lines(desk, plan.id)
    desk.require("case.read", plan.path)
    if plan.reckoned is None:
        return None
    return plan_table(desk, plan, assumptions_of(desk, plan.id), caseload=_read(plan.reckoned["caseload"]))


def reckoned_lines(desk: Desk, plan: BudgetPlan) -> list[PlanLine]:
    """Return the lines of a plan that is to be handed on.

    Raises:
        JiuzhuError: ``not_permitted``, ``plan_altered``, ``not_reckoned``.
    """
    lines = shown_lines(desk, plan)
    if lines is None:
        text = Text("计划还没有测算", "the plan is not reckoned yet")
        raise JiuzhuError("not_reckoned", text, hint=Text("请先测算", "have it reckoned first"), value=str(plan.id))
    return lines


def counted_on(plan: BudgetPlan) -> date | None:
    """Return the day on which the caseload of a plan was counted, if it was."""
    return None if plan.reckoned is None else datetime.fromisoformat(plan.reckoned["at"]).astimezone(CHINA).date()


def moved_on(desk: Desk, plan: BudgetPlan) -> list[Text]:
    """Return what has moved on since the caseload of a draft was counted."""
    if plan.reckoned is None or plan.lines is not None:
        return []
    return moved(plan.reckoned["standing"], caseload_standing(desk, plan.path))


def run(store: Store, desk: Desk, job: Job) -> Iterator[Job]:
    """Count the caseload of a plan from its first household on (see ``regions.jobs``)."""
    with store.reading() as session:
        here = replace(desk, session=session)
        plan = session.get_one(BudgetPlan, job.arguments["plan"])
        standing, done = caseload_standing(here, plan.path), 0
        found: Mapping[Key, Caseload] = {}
        for done, so_far in counted(here, plan.path, programme=plan.programme, year=plan.year):
            found = so_far
            now = _note(store, job.id, done)
            yield now
            if now.status != "running":
                return
    kept = {"at": desk.moment, "standing": standing, "caseload": _written(found)}
    yield _finish(store, job, kept, done=done)


def _note(store: Store, job_id: str, done: int) -> Job:
    with store.writing() as session:
        job = session.get_one(Job, job_id, with_for_update=True)
        if job.status == "running":
            job.done = done
    return job


def _finish(store: Store, begun: Job, kept: Mapping[str, Any], *, done: int) -> Job:
    with store.writing() as session:
        job = session.get_one(Job, begun.id, with_for_update=True)
        if job.status == "running":
            session.get_one(BudgetPlan, begun.arguments["plan"]).reckoned = dict(kept)
            job.done = job.total = done
            job.status, job.finished_at = "done", kept["at"]
    return job


def _id(plan: BudgetPlan) -> str:
    return f"budget/{plan.id}"


def _written(found: Mapping[Key, Caseload]) -> list[dict[str, Any]]:
    return [
        {
            "row": row, "area": area, **{name: getattr(one, name) for name in COUNTS},
            **{name: fraction_text(getattr(one, name)) for name in AMOUNTS},
        }
        for (row, area), one in sorted(found.items())
    ]  # fmt: skip


def _read(kept: list[Mapping[str, Any]]) -> dict[Key, Caseload]:
    return {(one["row"], one["area"]): Caseload(**_numbers(one)) for one in kept}


def _numbers(one: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: one[name] for name in COUNTS}, **{name: exact(one[name]) for name in AMOUNTS}}
