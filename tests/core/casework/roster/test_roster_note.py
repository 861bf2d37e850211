"""Free words of a roster: sealed beside the case, and no place for numbers of persons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.roster.note import reveal_note
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase, Event

COUNTY = "610523"
TakeOver = Callable[..., str]


def test_free_words_are_sealed_and_read_by_right_and_on_record(
    shaanxi: Any, take_over: TakeOver, assert_no_personal_data: Callable[..., None]
) -> None:
    take_over(1, other_assets="李四名下轿车", reason="随李四因病", certificate="610523197001010011")
    with shaanxi.desk(f"clerk.{COUNTY}") as desk:
        assert_no_personal_data(desk.session, "李四", "610523197001010011")
        (event,) = desk.session.scalars(select(Event).where(Event.kind == "opened"))
        assert event.body["said"] == {}
        case = desk.session.scalars(select(AssistanceCase)).one()
        assert reveal_note(desk, case, reason="核对") == {
            "other_assets": "李四名下轿车", "reason": "随李四因病", "certificate": "610523197001010011",
            "house_area": "80",
        }  # fmt: skip
        (seen,) = desk.session.scalars(select(Event).where(Event.kind == "revealed"))
        said = (f"reveal/{COUNTY}", {"case": case.number, "field": "note"}, "核对")
        assert (seen.chain, seen.body, seen.reason) == said
        assert_no_personal_data(desk.session, "李四", "610523197001010011")


@pytest.mark.parametrize("login", ["root", f"auditor.{COUNTY}"])
def test_free_words_are_not_for_who_may_not_reveal(shaanxi: Any, take_over: TakeOver, login: str) -> None:
    take_over(1)
    with shaanxi.desk(login) as desk:
        with pytest.raises(JiuzhuError, match="not_permitted"):
            reveal_note(desk, desk.session.scalars(select(AssistanceCase)).one(), reason="核对")
        assert desk.session.scalars(select(Event).where(Event.kind == "revealed")).all() == []


@pytest.mark.parametrize("name", ["other_assets", "house_area", "tier", "reason"])
@pytest.mark.parametrize("text", ["李四 610523197001010011", "６２１７ 0000-0000 0000 001"])
def test_number_of_a_person_in_free_words_sends_the_row_back(
    shaanxi: Any, examined: Callable[..., list[str]], name: str, text: str
) -> None:
    assert examined(**{name: text}) == ["holds_a_number"]
