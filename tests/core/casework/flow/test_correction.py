"""Corrections (更正): what was said stays, the day it happened moves, a decision is decided anew."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.casework.desk import Desk
from core.casework.flow.acceptance import accept
from core.casework.flow.application import apply
from core.casework.flow.correction import correct
from core.casework.flow.history import history
from core.casework.flow.transition import verify_case
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase
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
