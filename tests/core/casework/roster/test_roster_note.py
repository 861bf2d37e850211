"""Free words of a roster: sealed beside the case, and no place for numbers of persons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.roster.note import note_of
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase, Event

COUNTY = "610523"
TakeOver = Callable[..., str]


def test_free_words_are_sealed_and_read_with_the_case(
    shaanxi: Any, take_over: TakeOver, assert_no_personal_data: Callable[..., None]
) -> None:
    take_over(1, other_assets="李四名下轿车", reason="随李四因病", certificate="610523197001010011")
    with shaanxi.platform.reading_desk(f"clerk.{COUNTY}") as desk:
        assert_no_personal_data(desk.session, "李四", "610523197001010011")
        (event,) = desk.session.scalars(select(Event).where(Event.kind == "opened"))
        assert event.body["said"] == {}
        case = desk.session.scalars(select(AssistanceCase)).one()
        assert note_of(desk, case) == {
            "other_assets": "李四名下轿车", "reason": "随李四因病", "certificate": "610523197001010011",
            "house_area": "80",
        }  # fmt: skip


def test_free_words_are_not_for_who_reads_no_cases(shaanxi: Any, take_over: TakeOver) -> None:
    take_over(1)
    with shaanxi.platform.reading_desk("root") as desk, pytest.raises(JiuzhuError, match="not_permitted"):
        note_of(desk, desk.session.scalars(select(AssistanceCase)).one())


@pytest.mark.parametrize("name", ["other_assets", "house_area", "tier", "reason"])
@pytest.mark.parametrize("text", ["李四 610523197001010011", "６２１７ 0000-0000 0000 001"])
def test_number_of_a_person_in_free_words_sends_the_row_back(
    shaanxi: Any, examined: Callable[..., list[str]], name: str, text: str
) -> None:
    assert examined(**{name: text}) == ["holds_a_number"]
