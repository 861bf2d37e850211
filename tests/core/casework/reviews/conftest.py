"""The first household of the three in Shaanxi, in payment since April 2008."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from core.casework.deciding.decision import decide
from core.casework.deciding.facts import add_facts
from core.casework.deciding.proposal import propose
from core.casework.desk import Desk
from core.store.tables import AssistanceCase, CaseMember, Person

PLACE = "610523"
APRIL = date(2008, 4, 1)


def _household(desk: Desk, case: AssistanceCase, income: str) -> dict[str, Any]:
    """The facts of a case's members with one yearly income of the head."""
    tokens = [
        token
        for (token,) in desk.session.query(Person.token)
        .join(CaseMember, CaseMember.person_id == Person.id)
        .filter(CaseMember.case_id == case.id)
        .order_by(CaseMember.id)
    ]
    members: list[dict[str, Any]] = [{"id": token, "relation": "other"} for token in tokens]
    members[0] |= {"relation": "head", "income": [{"item": "farming", "amount": income, "frequency": "year"}]}
    return {"members": members}


@pytest.fixture
def first(shaanxi: Any, make_case: Any) -> Callable[[str], dict[str, Any]]:
    """The first household: four persons with 2,000 a year, on the roll from April 2008; gives its facts for an income."""
    with shaanxi.desk("clerk.610523") as desk:
        case = make_case(desk, "陕-1", "甲", "乙", "丙", "丁", status="in_payment")
        desk.record(f"case/{case.id}", "opened", {"division": PLACE, "path": case.path})
        add_facts(desk, case, _household(desk, case, "2000"), basis="declared", effective_on=desk.today)
        case_id, clerk = case.id, desk.actor.id
    with shaanxi.desk("approver.610523") as desk:
        case = desk.session.get_one(AssistanceCase, case_id)
        proposal = propose(desk, case, month=APRIL)
        decide(desk, case, kind="opening", proposal=proposal, from_month=APRIL, prepared_by=clerk, basis={})

    def facts(income: str) -> dict[str, Any]:
        with shaanxi.desk("clerk.610523") as desk:
            return _household(desk, desk.session.get_one(AssistanceCase, case_id), income)

    return facts
