"""A review whose months differ shows them all to whoever decides, and is decided as it was shown."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from core.casework.desk import Desk
from core.casework.reviews.review_round import Result, decide_results, enter_results, items_of, open_round
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase
from tests.core.casework.flow.running import PHASE_OUT
from tests.core.casework.flow.taken_over import TakenOver

DALI = "610523"
GIVEN = Fraction(77200, 12)


@pytest.fixture
def reviewed(make_bureau: Any, tmp_path: Path) -> TakenOver:
    """Four persons of Dali under a made-up phase-out of three months, their income past the line since September."""
    (tmp_path / "phasing").mkdir()
    (tmp_path / "phasing" / "policy.yaml").write_text(PHASE_OUT, encoding="utf-8")
    bureau = make_bureau(DALI, plugin_dirs=(tmp_path / "phasing",))
    found = TakenOver(bureau, DALI, item="farming", each="year")
    found.enter("甲", "2000", since="2008-04", division=DALI, area="rural", persons=4)
    found.earns("3000", since="2008-09-10", on="2008-09-12")
    return found


def enter(running: TakenOver) -> int:
    def act(desk: Desk, case: AssistanceCase) -> int:
        made = open_round(desk, DALI, name="复核", programme="dibao", due_on=desk.today, everybody=True)
        month = date(2008, 10, 1)
        enter_results(desk, made.id, [Result(number=case.number, reviewed_on=desk.today, from_month=month)])
        return made.id

    number: int = running.do(act, on="2008-10-20")
    return number


def test_review_shows_every_stretch_of_months_it_comes_to(reviewed: TakenOver) -> None:
    number = enter(reviewed)
    shown = reviewed.do(lambda desk, case: items_of(desk, number)[0][0].months)
    assert [(one["kind"], one["from_month"], one["until_month"], one["monthly"]) for one in shown] == [
        ("phase_out", "2008-10-01", "2009-01-01", str(GIVEN)), ("stop", "2009-01-01", None, "0"),
    ]  # fmt: skip
    reviewed.do(lambda desk, case: decide_results(desk, number), login="approver")
    assert reviewed.months("2008-10", "2008-12", "2009-01") == [("phase_out", GIVEN), ("phase_out", GIVEN), ("stop", 0)]


def test_review_is_entered_again_when_a_later_month_has_changed_since(reviewed: TakenOver) -> None:
    number = enter(reviewed)
    reviewed.earns("1000", since="2008-12-01", on="2008-12-03")
    with pytest.raises(JiuzhuError) as refused:
        reviewed.do(lambda desk, case: decide_results(desk, number), login="approver")
    assert refused.value.code == "result_is_out_of_date"
