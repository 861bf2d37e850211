"""Every step of a case, by its key in addresses; the groups they are shown in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from admin.case import (
    steps_change,
    steps_exit,
    steps_finding,
    steps_intake,
    steps_member,
    steps_person,
    steps_procedure,
    steps_record,
    steps_remedy,
    steps_ruling,
)
from admin.case.step import CHANGE, PROCEDURE, RECORD, Step
from core.errors import JiuzhuError, Text, did_you_mean

GROUPS: Sequence[tuple[str, Text]] = (
    (PROCEDURE, Text("申请办理", "Procedure")),
    (CHANGE, Text("变更", "Changes")),
    ("exit", Text("退出", "Exit")),
    (RECORD, Text("登记", "Records")),
    ("person", Text("人员", "Persons")),
)
STEPS: Mapping[str, Step] = {
    one.key: one
    for one in (
        *steps_intake.STEPS,
        *steps_procedure.STEPS,
        *steps_ruling.STEPS,
        *steps_change.steps(),
        *steps_member.steps(),
        *steps_exit.steps(),
        *steps_finding.steps(),
        *steps_record.steps(),
        *steps_remedy.steps(),
        *steps_person.steps(),
    )
}


def step(key: str) -> Step:
    """Return a step.

    Raises:
        JiuzhuError: ``unknown_step``.
    """
    found = STEPS.get(key)
    if found is None:
        text = Text("没有这个办理事项", "there is no such step")
        raise JiuzhuError("unknown_step", text, hint=did_you_mean(key, STEPS), value=key)
    return found
