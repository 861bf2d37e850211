"""Corrections (更正): what was said stays, the day it happened moves, a decision is decided anew."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.flow.acceptance import accept
from core.casework.flow.application import apply
from core.casework.flow.correction import correct
from core.casework.flow.history import history
from core.casework.flow.member import Leaving, leave
from core.casework.flow.transition import verify_case
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase, Person
from tests.core.casework.clients import rural
from tests.core.casework.flow.running import MONDAY, PLACE, Running


def test_correction_changes_the_day_and_keeps_what_was_said(running: Running) -> None:
    def mend(desk: Desk, case: AssistanceCase) -> None:
        (stage,) = [one for one in history(desk.session, case.id) if one.body.get("stage") == "survey"]
        correct(desk, case, stage.sequence, happened_on=date(2008, 3, 8), reason="录入日期有误")
        again_read = {one.sequence: one for one in history(desk.session, case.id)}[stage.sequence]
        assert again_read.happened_on == date(2008, 3, 8) and len(again_read.corrections) == 1
        with pytest.raises(JiuzhuError) as late:
            correct(desk, case, stage.sequence, happened_on=date(2008, 3, 12), reason="试")
        assert late.value.code == "out_of_order"

    running.do(mend)


def test_acceptance_corrected_moves_the_clock_and_the_columns(township: Any) -> None:
    with township.desk(f"clerk.{PLACE}") as desk:
        case = apply(desk, rural(4, "2000", day=date(2008, 3, 1)))
        accepted = accept(desk, case, happened_on=MONDAY)
        correct(desk, case, accepted.sequence, happened_on=date(2008, 3, 2), reason="实际星期日收到")
        assert case.accepted_on == case.rules_on == date(2008, 3, 2)
        assert verify_case(desk.session, case) == ()


def test_decision_is_not_corrected_but_decided_anew(running: Running) -> None:
    def mend(desk: Desk, case: AssistanceCase) -> None:
        (made,) = [one for one in history(desk.session, case.id) if one.kind == "decided"]
        correct(desk, case, made.sequence, void=True, reason="试")

    with pytest.raises(JiuzhuError) as refused:
        running.do(mend)
    assert refused.value.code == "not_correctable"


def test_corrected_day_of_a_death_is_the_persons_too_and_a_death_that_was_none_is_taken_back(running: Running) -> None:
    *_, child = running.tokens()

    def die(desk: Desk, case: AssistanceCase) -> int:
        return leave(desk, case, Leaving(member=child, reason="death"), happened_on=date(2008, 9, 1)).sequence

    def died_on(desk: Desk, _: AssistanceCase) -> date | None:
        return desk.session.scalars(select(Person.died_on).where(Person.token == child)).one()

    told = running.do(die)
    running.do(lambda desk, case: correct(desk, case, told, happened_on=date(2008, 8, 28), reason="死亡证明所载之日"))
    assert running.do(died_on) == date(2008, 8, 28)
    running.do(lambda desk, case: correct(desk, case, told, void=True, reason="同名误记"))
    assert running.do(died_on) is None
