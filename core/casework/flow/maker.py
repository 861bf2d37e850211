"""Who prepared what the county decides: whoever recorded the township's opinion, or a proposal of the county's own.

The maker is read from the record, never named by whoever decides.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from core.casework.desk import Desk
from core.casework.flow.history import Happening, chain_of
from core.casework.flow.procedure import Course
from core.casework.flow.transition import move
from core.casework.people.recusal import require_actor_free
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, Event

PROPOSED = "ruling_proposed"
SETTLED = ("decided", "reopening")
"""Events behind which an older proposal counts no more."""


def propose_ruling(
    desk: Desk, case: AssistanceCase, result: Literal["approved", "refused"], *, happened_on: date, reason: str = ""
) -> Event:
    """Record what an officer of the county proposes, for another to decide.

    Raises:
        JiuzhuError: ``wrong_status``, ``not_permitted``, ``recusal_required``.
    """
    desk.require("case.prepare", case.path)
    require_actor_free(desk, case, PROPOSED)
    move(case, PROPOSED)
    return desk.record(chain_of(case.id), PROPOSED, {"result": result}, happened_on=happened_on, reason=reason or None)


def prepared(course: Course) -> Happening:
    """Return the act the county decides on: the newest proposal of its own, else the township's last opinion.

    Raises:
        JiuzhuError: ``nothing_prepared`` where nobody recorded either.
    """
    found = _own(course) or _opinion(course)
    if found is None or found.actor_id is None:
        text = Text("没有乡镇意见或者县级拟定，无可审批", "neither an opinion nor a proposal is recorded")
        hint = Text("请先由经办人“县级拟定”", "somebody proposes the ruling first")
        raise JiuzhuError("nothing_prepared", text, hint=hint)
    return found


def _own(course: Course) -> Happening | None:
    for one in reversed(course.state.happenings):
        if one.kind == PROPOSED:
            return one
        if one.kind in SETTLED:
            return None
    return None


def _opinion(course: Course) -> Happening | None:
    """The last stage of the township before the decision, one that gives a result before one that does not."""
    procedure = course.procedure
    later = {*procedure.after_decision, procedure.decision.key if procedure.decision is not None else ""}
    rules = {key: procedure.by_key.get(key) for key in course.state.done if key not in later}
    opinions = [
        (bool(rule.results), course.state.done[key].sequence, course.state.done[key])
        for key, rule in rules.items()
        if rule is not None and "township" in rule.actors
    ]
    return max(opinions, key=lambda one: one[:2])[2] if opinions else None
