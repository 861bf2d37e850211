"""What every page of a case shows: its header, its stages with standing and clock, and the steps that can be taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from admin.case.listing import AREAS, TONES
from admin.case.situation import Situation
from admin.case.step import Step
from admin.case.steps import GROUPS, STEPS
from admin.case.steps_procedure import stage_refusal, step_of_stage
from admin.language import language
from core.casework.deciding.shown import shown_in
from core.casework.flow.cite import cited
from core.casework.flow.clock import Deadline
from core.casework.flow.procedure import TOTAL
from core.casework.flow.stage_rule import Stage
from core.casework.flow.transition import status_label, table
from core.casework.month import month_of
from core.casework.people.assignment import assigned
from core.casework.words import named
from core.errors import JiuzhuError, Text

NEXT_ALL_THE_SAME = ("posting_not_over",)
"""What keeps a stage from being done and is itself what comes next: its page leads on."""
STANDINGS = {
    "done": (Text("已办", "done"), "good"), "ready": (Text("可办", "ready"), "info"),
    "waiting": (Text("未到", "not yet"), "secondary"), "skipped": (Text("略过", "left out"), "secondary"),
}  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """A step as a page offers it: taken at an address, or why it cannot be."""

    step: Step
    refusal: JiuzhuError | None
    about: Sequence[tuple[str, Text | str]] = ()


def header(now: Situation) -> dict[str, Any]:
    """Return what stands on top of every page of a case."""
    case = now.case
    shown = shown_in(now.desk.session, [case], month_of(now.desk.today))[case.id]
    head = next((one for one in now.all_members if one.person.id == case.head_id), None)
    return {
        "number": case.number, "head": head.name if head is not None else "", "case": case,
        "status": status_label(shown.status).pick(language()), "tone": TONES.get(shown.status, "secondary"),
        "stage": _standing_at(now),
        "area": AREAS[case.area].pick(language()), "programme": _programme(now),
        "monthly": shown.monthly,
        "next": next_limit(now), "objections": len(now.course.state.objections),
    }  # fmt: skip


def _standing_at(now: Situation) -> str | None:
    """The stages whose turn it is while the case is on its way to a decision; None where nothing is waited for."""
    ready = [one.label for one in now.course.procedure.stages if now.course.standings[one.key] == "ready"]
    return "、".join(one.pick(language()) for one in ready) if pending(now) else None


def _programme(now: Situation) -> str:
    line = now.book.policy.line("programme", now.case.programme)
    return line.provision.label.pick(language()) if line is not None else now.case.programme


def next_limit(now: Situation) -> Deadline | None:
    """Return the limit that is due first of those nothing has ended yet."""
    return next((one for one in now.limits if one.done_on is None), None)


def days_left(one: Deadline, today: date) -> Text:
    """Say how many days a running limit leaves, or by how many it is overdue."""
    days = (one.due.day - today).days
    if one.paused:
        return Text("中止计算", "stopped")
    if days < 0:
        return Text(f"已逾期{-days}日", f"{-days} days overdue")
    return Text(f"还剩{days}日", f"{days} days left") if days else Text("今天到期", "due today")


def stage_rows(now: Situation) -> list[dict[str, Any]]:
    """Return the stages in their order: where each stands, its limit, what is not ruled, and the step that does it."""
    limits = {one.stage: one for one in now.limits}
    standings = now.course.standings
    rows = []
    for one in now.course.procedure.stages:
        done = now.course.state.done.get(one.key)
        step, about = step_of_stage(now, one.key)
        ready = standings[one.key] == "ready"
        refusal = _refusal(now, one, step) if ready else None
        rows.append({
            "refusal": refusal, "next": ready and (refusal is None or refusal.code in NEXT_ALL_THE_SAME),
            "stage": one, "standing": STANDINGS[standings[one.key]], "is": standings[one.key], "done": done,
            "actors": named("offices", one.actors), "limit": limits.get(one.key), "step": step, "about": about,
            "cite": cited(one.citation, now.desk.policies.documents),
            "result": done.body.get("result") if done is not None else None,
        })  # fmt: skip
    return rows


def _refusal(now: Situation, stage: Stage, step: str) -> JiuzhuError | None:
    """Why whoever is at the desk cannot do a stage whose turn it is."""
    return stage_refusal(now, stage) if step == "stage" else STEPS[step].refusal(now)


def whole_limit(now: Situation) -> Deadline | None:
    """Return the limit of the whole procedure."""
    return next((one for one in now.limits if one.stage == TOTAL), None)


def offers(now: Situation) -> list[tuple[Text, list[Offer]]]:
    """Return every step by group, those that can be taken first; the others say why not."""
    found = []
    for key, title in GROUPS:
        group = [_offer(now, one) for one in STEPS.values() if one.group == key]
        found.append((title, sorted(group, key=lambda one: one.refusal is not None)))
    return found


def _offer(now: Situation, step: Step) -> Offer:
    refusal = step.refusal(now)
    about = () if refusal is not None or step.about is None else step.about(now)
    return Offer(step=step, refusal=refusal, about=about)


def handlers(now: Situation) -> list[str]:
    """Return who handles the case today, by post."""
    options = dict(now.officers)
    return [str(_text(options.get(str(one.holder_id), f"#{one.holder_id}"))) for one in
            assigned(now.desk.session, now.case.id, on=now.desk.today)]  # fmt: skip


def _text(text: Text | str) -> str:
    return text if isinstance(text, str) else text.pick(language())


def pending(now: Situation) -> bool:
    """Whether the case is still on its way to a decision."""
    return now.case.status in table()["groups"]["pending"]
