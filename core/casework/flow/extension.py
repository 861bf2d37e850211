"""Lengthening a time limit: only in a special case the rule itself names, with a reason."""

from __future__ import annotations

from datetime import date

from core.casework.desk import Desk
from core.casework.flow.guard import require_office
from core.casework.flow.history import chain_of
from core.casework.flow.procedure import course_of
from core.casework.flow.transition import move
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, Event


def extend(desk: Desk, case: AssistanceCase, stage: str, special: int, *, happened_on: date, reason: str) -> Event:
    """Invoke a special case (its place in the rule, from 0) of a stage's limit, or of the whole's (``total``).

    Raises:
        JiuzhuError: ``no_extension`` where the rule names none; ``extended_already``; ``unknown_stage``,
            ``reasons_missing``, ``wrong_status``, ``not_permitted``.
    """
    course = course_of(desk, case)
    rule = course.procedure.limited(stage)
    require_office(desk, case, rule)
    cases = rule.within.extended if rule.within is not None else ()
    if not 0 <= special < len(cases):
        text = Text(f"规定没有允许延长“{rule.label.zh}”的时限", f"no rule lengthens the limit of '{rule.label.en}'")
        raise JiuzhuError("no_extension", text, value=stage)
    if any(one.body["stage"] == stage for one in course.state.extensions):
        raise JiuzhuError("extended_already", Text("时限已延长过", "the limit is extended already"), value=stage)
    if not reason.strip():
        raise JiuzhuError("reasons_missing", Text("延长时限须说明理由", "an extension needs a reason"))
    move(case, "extension")
    body = {"stage": stage, "case": special, "cite": rule.citation}
    return desk.record(chain_of(case.id), "extension", body, happened_on=happened_on, reason=reason)
