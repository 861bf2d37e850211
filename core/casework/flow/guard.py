"""What must hold before a stage of the procedure counts as done; every fault is told at once.

A part the source leaves open is not checked, but for who acts: without that the stage itself stops.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from core.casework.access import denied
from core.casework.desk import Desk
from core.casework.flow.particulars import Performance, particulars
from core.casework.flow.procedure import Course
from core.casework.flow.stage_rule import Stage
from core.casework.flow.state import REFUSING
from core.casework.people.recusal import require_actor_free, require_no_conflict
from core.errors import InvalidInput, JiuzhuError, Problem, Text
from core.store.tables import AssistanceCase

COUNTY_AND_ABOVE = ("county", "prefecture", "province", "nation")
ACTIONS: Mapping[str, str] = {"county": "case.stage_county"}
"""The action a stage's office needs; what household, village, panel and township do is entered at the township."""


def check_stage(desk: Desk, case: AssistanceCase, course: Course, stage: Stage, done: Performance) -> None:
    """Refuse a stage that is not done as the procedure rules it.

    Raises:
        JiuzhuError: ``gap``, ``not_permitted``, ``recusal_required``, ``not_in_office``.
        InvalidInput: everything else that is wrong, at once.
    """
    require_ruled(desk, case, stage)
    require_office(desk, case, stage)
    problems = [
        *_order(course, stage, done),
        *_publicity(course, stage, done),
        *particulars(course, stage, done),
    ]
    if problems:
        raise InvalidInput(problems)
    for holder in sorted(set(done.by)):
        require_no_conflict(desk, case, holder, stage.key, on=done.happened_on)
    require_actor_free(desk, case, stage.key)


def in_the_way(course: Course, stage: Stage, *, on: date) -> tuple[Problem, ...]:
    """Return what keeps a stage from being done on a day, whatever is entered of it: its order, what must have hung."""
    done = Performance(happened_on=on)
    return (*_order(course, stage, done), *_publicity(course, stage, done))


def require_ruled(desk: Desk, case: AssistanceCase, stage: Stage) -> None:
    """Refuse a stage of which the source does not say who acts, or nothing at all.

    Raises:
        JiuzhuError: ``gap``.
    """
    because = stage.gaps.get("stage") or stage.gaps.get("actor")
    if because is None:
        return
    part = Text("办理人", "who acts") if "actor" in stage.gaps else Text("规定", "the rule")
    message = Text(
        f"上级文件未规定“{stage.label.zh}”的{part.zh}：{because.zh}",
        f"not ruled: {part.en} of '{stage.label.en}': {because.en}",
    )
    place = desk.tree.name(case.division)
    hint = Text(
        f"由{place}及其上级有权机关规定后，以注明文号的修订登记即可继续",
        "once the authorities competent there rule it, an amendment that cites their document settles it",
    )
    raise JiuzhuError("gap", message, hint=hint, value=stage.address)


def require_office(desk: Desk, case: AssistanceCase, stage: Stage) -> None:
    """Refuse whoever has no right to enter what the stage's office does.

    A county's stage asks for a grant at the county or above: a township's reviewer does not speak for the county.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    actions = {ACTIONS.get(one, "case.stage") for one in stage.actors} or {"case.stage"}
    if any(_may(desk, case, action) for action in sorted(actions)):
        return
    raise denied(desk.actor, min(actions), case.path)


def _may(desk: Desk, case: AssistanceCase, action: str) -> bool:
    roots = [
        root for root in desk.actor.roots(action, desk.today) if case.path == root or case.path.startswith(f"{root}/")
    ]
    if action != ACTIONS["county"]:
        return bool(roots)
    return any(desk.tree.level(root.rpartition("/")[2]) in COUNTY_AND_ABOVE for root in roots)


def _order(course: Course, stage: Stage, done: Performance) -> Iterator[Problem]:
    state, procedure = course.state, course.procedure
    again = stage.key in procedure.after_decision or (stage.key in procedure.inquiries and state.objections)
    if stage.key in state.done and not again:
        message = Text(f"环节“{stage.label.zh}”已经办理", f"the stage is done already: {stage.label.en}")
        hint = Text("登记有误的，请“更正记录”", "a mistake is mended by a correction of the record")
        yield Problem(code="stage_done", message=message, hint=hint, value=stage.key)
    if course.conditions.get(stage.key) is False:
        message = Text(f"本案不需要“{stage.label.zh}”", f"this case does not need the stage: {stage.label.en}")
        yield Problem(code="stage_not_needed", message=message, value=stage.key)
    if stage.key in procedure.inquiries and not state.objections:
        message = Text(f"没有异议，不需要“{stage.label.zh}”", f"nobody objected: no need of {stage.label.en}")
        yield Problem(code="no_objection", message=message, value=stage.key)
    missing = procedure.waiting_for(stage.key, state, course.conditions)
    if missing:
        zh, en = "、".join(one.label.zh for one in missing), ", ".join(one.label.en for one in missing)
        message = Text(f"“{stage.label.zh}”之前须先办：{zh}", f"before '{stage.label.en}' comes: {en}")
        yield Problem(code="too_early", message=message, value=" ".join(one.key for one in missing))
    yield from _ended(course, stage)
    yield from _days(course, stage, done)


def _ended(course: Course, stage: Stage) -> Iterator[Problem]:
    """After a refusing result only the notice of it, an inquiry, and what follows a decision can come."""
    at = course.state.refused_at
    if at is None or stage.notice or stage.key in course.procedure.inquiries | course.procedure.after_decision:
        return
    label = course.procedure.by_key[at].label if at in course.procedure.by_key else Text(at, at)
    message = Text(
        f"“{label.zh}”的结果是不符合，只能不予批准或者复查",
        f"'{label.en}' found against it: only a refusal or an inquiry follows",
    )
    yield Problem(code="already_refused", message=message, value=at)


def _days(course: Course, stage: Stage, done: Performance) -> Iterator[Problem]:
    before = [course.state.done[one] for one in stage.waits if one in course.state.done]
    latest = max(before, key=lambda one: one.happened_on, default=None)
    if latest is not None and done.happened_on < latest.happened_on:
        message = Text(
            f"发生日期早于前一环节（{latest.happened_on}）", f"earlier than the stage before it ({latest.happened_on})"
        )
        yield Problem(code="before_predecessor", message=message, value=done.happened_on.isoformat())


def _publicity(course: Course, stage: Stage, done: Performance) -> Iterator[Problem]:
    """What a stage before it puts on the board must have hung its time."""
    posted = [stage] if stage.is_posting and "posting" not in done.body else []
    if not stage.notice:
        posted += [one for one in _done_before(course, stage) if one.publicity is not None and not one.is_posting]
    for one in dict.fromkeys(posted):
        ended = course.state.postings.get(str(one.publicity))
        since = course.state.done.get(one.key)
        again = ended is not None and since is not None and ended < since.happened_on
        if ended is None or again or ended > done.happened_on:
            yield _not_over(one, None if again else ended)


def _not_over(stage: Stage, ended: date | None) -> Problem:
    until = Text("尚未张贴", "not posted") if ended is None else Text(f"至{ended}", f"until {ended}")
    message = Text(
        f"“{stage.label.zh}”的公示没有期满（{until.zh}）", f"'{stage.label.en}' has not hung its time ({until.en})"
    )
    hint = Text("张贴并公示期满无异议后继续", "go on when it was posted and has hung its days")
    return Problem(code="posting_not_over", message=message, hint=hint, value=str(stage.publicity))


def _done_before(course: Course, stage: Stage) -> Iterator[Stage]:
    for name in stage.waits:
        before = course.procedure.by_key[name]
        if name in course.state.done:
            if course.state.done[name].body.get("result") not in REFUSING:
                yield before
        else:
            yield from _done_before(course, before)
