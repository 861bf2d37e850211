"""A batch judges each month by the rules of the place the household lived in then."""

from __future__ import annotations

from datetime import date

from core.casework.deciding.place import Move, Place
from core.casework.uprating.redecision_case import CaseRows
from core.store.tables import AssistanceCase

HESHAN, ZIYANG = (f"000000/430000/430900/{code}" for code in ("430903", "430902"))


def test_months_before_a_move_are_those_of_the_place_that_was_left() -> None:
    moved = Move(on=date(2018, 6, 12), left=Place(division="430903", path=HESHAN))
    rows = CaseRows(case=AssistanceCase(division="430902", path=ZIYANG), moves=[moved])
    assert [rows.place_in(date(2018, month, 1)).division for month in (2, 6, 7)] == ["430903", "430903", "430902"]
