"""``jiuzhu case`` for a household in payment: changes by two persons, members, moving, exit, findings, corrections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.casework.flow.case_list import find_case
from core.casework.staff import grant_role
from tests.cli.township import DAY, PLACE, PROVISIONS, granted

SEPTEMBER = "2008-09-10"


@pytest.fixture
def office(make_office: Callable[..., Any]) -> Any:
    """The office of Dali county on 2008-03-03."""
    return make_office(PLACE, day=DAY, plugin_dirs=PROVISIONS)


def members(office: Any, number: str) -> list[str]:
    """The household's tokens, its head first, as ``case show`` tells them."""
    return [one["person"] for one in office("clerk", "case", "show", number, on=SEPTEMBER)["members"]]


def reported(office: Any, number: str, income: str) -> Any:
    """Report another yearly income in September 2008."""
    head, *others = members(office, number)
    facts = {
        "members": [{"id": head, "relation": "head"}, *({"id": one, "relation": "other"} for one in others)],
        "shared_income": [{"item": "farming", "amount": income, "frequency": "year"}],
    }
    Path("facts.yaml").write_text(yaml.safe_dump(facts), encoding="utf-8")
    return office("clerk", "case", "change", "report", number, "facts.yaml", "--about", "income", on=SEPTEMBER)


def proposed(office: Any, number: str, *more: str) -> str:
    """Propose what follows from October, and return the proposal's number."""
    words = ["case", "change", "propose", number, "--from-month", "2008-10", *more]
    return str(office("clerk", *words, on="2008-09-12")["event"]["sequence"])


def test_higher_income_is_reported_proposed_and_decided_by_another(office: Any) -> None:
    number = granted(office)
    assert reported(office, number, "2600")["event"]["body"]["about"] == ["income"]
    made = office("clerk", "case", "change", "propose", number, "--from-month", "2008-10", on="2008-09-12")
    proposal = made["event"]
    assert (proposal["body"]["kind"], proposal["body"]["monthly"]) == ("reduce", "4300/3")
    words = ["case", "change", "decide", number, str(proposal["sequence"])]
    assert "[not_permitted]" in office("clerk", *words, on="2008-09-20", code=1)
    decision = office("approver", "case", "change", "decide", number, str(proposal["sequence"]), on="2008-09-20")
    assert (decision["decision"]["kind"], decision["decision"]["monthly"]) == ("reduce", "4300/3")


def test_proposal_is_taken_back(office: Any) -> None:
    number = granted(office)
    reported(office, number, "2600")
    words = [number, proposed(office, number), "--reason", "重新申报"]
    assert office("clerk", "case", "change", "drop", *words, on="2008-09-13")["event"]["kind"] == "change_dropped"


def test_suspension_needs_a_reason_and_is_told_in_words(office: Any) -> None:
    number = granted(office)
    proposal = proposed(office, number, "--kind", "suspend", "--reason", "户主外出失联")
    said = office.said("approver", "case", "change", "decide", number, proposal, on="2008-09-20")
    assert "暂停" in said and "每月 0.00 元" in said


def test_child_is_born_and_another_dies(office: Any) -> None:
    number = granted(office)
    words = ["--name", "示例新生儿", "--relation", "child", "--why", "birth", "--birth-date", "2008-09-02"]
    joined = office("clerk", "case", "member", "join", number, *words, "--on", "2008-09-02", on=SEPTEMBER)
    assert joined["event"]["body"]["why"] == "birth"
    token = members(office, number)[-1]
    left = office("clerk", "case", "member", "leave", number, token, "--reason", "death", on=SEPTEMBER)
    assert left["event"]["body"]["left"] == token and len(members(office, number)) == 4


def test_case_moves_to_a_place_where_its_officer_may_act_too(office: Any) -> None:
    number = granted(office)
    assert "[not_permitted]" in office("clerk", "case", "move", number, "610524", on=SEPTEMBER, code=1)
    with office.desk("root") as desk:
        grant_role(desk, office.login("clerk"), "clerk", "610500", since=date(2000, 1, 1))
    office("clerk", "case", "move", number, "610524", "--village", "西村", on=SEPTEMBER)
    shown = office("clerk", "case", "show", number, on=SEPTEMBER)
    assert (shown["division"], shown["village"]) == ("610524", "西村")


def test_household_over_the_line_is_closed_and_followed_up(office: Any) -> None:
    number = granted(office)
    reported(office, number, "2772")
    asked = office("clerk", "case", "close", "propose", number, "--reason", "income_over", on="2008-10-10")["event"]
    closed = office("approver", "case", "close", "decide", number, str(asked["sequence"]), on="2008-10-10")
    assert (closed["status"], closed["event"]["body"]["effective_month"]) == ("closed", "2008-10-01")
    followed = office("clerk", "case", "follow-up", number, "stable", "--note", "生活稳定", on="2008-12-01")
    assert followed["event"]["body"]["found"] == "stable"


def test_event_of_the_wrong_day_is_corrected(office: Any) -> None:
    number = granted(office)
    events = office("auditor", "audit", "show", chain(office, number))
    survey = next(one["sequence"] for one in events if one["body"].get("stage") == "survey")
    words = [number, str(survey), "--reason", "录入日期有误", "--on", "2008-03-08"]
    mended = office("clerk", "case", "correct", *words, on=SEPTEMBER)
    assert mended["event"]["body"] == {"corrects": survey, "was": "2008-03-07", "happened_on": "2008-03-08"}


def chain(office: Any, number: str) -> str:
    """The name of a case's chain of events."""
    with office.desk("clerk") as desk:
        return f"case/{find_case(desk, number).id}"


def test_departure_is_found_by_one_and_confirmed_by_another(office: Any) -> None:
    number = granted(office)
    words = [number, "departure", "yes", "--reason", "突发火灾，收入实际未取得"]
    noted = office("clerk", "case", "find", *words, on="2008-09-12")
    assert noted["event"]["kind"] == "finding_proposed"
    sequence = str(noted["event"]["sequence"])
    assert "[maker_is_checker]" in office("clerk", "case", "confirm", number, sequence, on="2008-09-13", code=1)
    assert office("reviewer", "case", "confirm", number, sequence, on="2008-09-13")["event"]["kind"] == "finding"
