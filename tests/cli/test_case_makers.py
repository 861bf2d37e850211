"""``jiuzhu case``: what is decided was recorded by another; nobody who decides names the maker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.casework.staff import grant_role
from tests.cli.township import DAY, PLACE, PROVISIONS, at_the_county

DECIDED, CLOSED = "2008-04-15", "2008-10-10"


@pytest.fixture
def office(make_office: Callable[..., Any]) -> Any:
    """The office of Dali county on 2008-03-03."""
    return make_office(PLACE, day=DAY, plugin_dirs=PROVISIONS)


def test_household_is_granted_on_a_proposal_and_closed_on_another(office: Any) -> None:
    number = at_the_county(office)
    office("clerk", "case", "propose", number, "approved", on=DECIDED)
    assert office("approver", "case", "decide", number, "approve", on=DECIDED)["status"] == "in_payment"
    head = office("clerk", "case", "show", number, on=CLOSED)["members"][0]["person"]
    words = ["case", "close", "propose", number, "--reason"]
    assert "[member_alive]" in office("clerk", *words, "death", "--died", f"{head}=2008-10-01", on=CLOSED, code=1)
    assert "[bad_death]" in office("clerk", *words, "death", "--died", head, on=CLOSED, code=1)
    asked = str(office("clerk", *words, "given_up", on=CLOSED)["event"]["sequence"])
    office("clerk", "case", "close", "drop", number, asked, "--reason", "本人仍需救助", on=CLOSED)
    assert "[unknown_exit]" in office("approver", "case", "close", "decide", number, asked, on=CLOSED, code=1)
    asked = str(office("clerk", *words, "given_up", on=CLOSED)["event"]["sequence"])
    closed = office("approver", "case", "close", "decide", number, asked, on=CLOSED)
    assert (closed["status"], closed["event"]["body"]["effective_month"]) == ("closed", "2008-10-01")
    assert office("clerk", "case", "follow-up", number, "stable", on=CLOSED)["event"]["body"]["found"] == "stable"


def test_approver_does_not_decide_on_his_own_proposal(office: Any) -> None:
    number = at_the_county(office)
    with office.desk("root") as desk:
        grant_role(desk, office.login("approver"), "clerk", PLACE, since=desk.today)
    office("approver", "case", "propose", number, "approved", on=DECIDED)
    assert "[maker_is_checker]" in office("approver", "case", "decide", number, "approve", on=DECIDED, code=1)
