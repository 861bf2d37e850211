"""Households granted before a notice, and the notice published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.deciding.decision import Departure, decide, propose
from core.casework.deciding.facts import write_facts
from core.store.tables import AssistanceCase, CaseMember, Person
from regions import amendment
from regions.life.roll import facts
from tests.core.casework.uprating.batches import APPROVER, DECIDER, EDITOR, Granted
from tests.notices import notice


@pytest.fixture
def granted(city: Any, make_case: Any) -> Granted:
    """Grant a household of Heshan from January 2018: urban with 900 a month, unless said otherwise."""

    def make(
        number: str,
        *,
        persons: int = 3,
        income: int = 900,
        area: str = "urban",
        since: str = "2018-01-01",
        programme: str = "dibao",
        village: str = "东村",
        disabled: bool = False,
    ) -> int:
        with city.desk("reviewer.430900") as desk:
            clerk = desk.actor.id
            names = [f"{number}{n}" for n in range(persons)]
            case = make_case(
                desk,
                number,
                *names,
                division="430903",
                area=area,
                programme=programme,
                village=village,
                opened_on=date(2018, 1, 1),
            )
            said = facts(persons, income, "month" if area == "urban" else "year")
            tokens = desk.session.scalars(
                select(Person.token).join(CaseMember, CaseMember.person_id == Person.id)
                .where(CaseMember.case_id == case.id).order_by(CaseMember.id)
            )  # fmt: skip
            for member, token in zip(said["members"], tokens, strict=True):
                member["id"] = token
            write_facts(desk, case, said, basis="verified", effective_on=date(2018, 1, 1))
            case_id: int = case.id
        with city.desk(APPROVER) as desk:
            case = desk.session.get_one(AssistanceCase, case_id)
            month = date.fromisoformat(since)
            ruled = Departure(parts={"benefit": Fraction(5_000)}, finding="认定", reason="来源未载数额")
            decide(desk, case, kind="grant", proposal=propose(desk, case, month=month), from_month=month,
                   prepared_by=clerk, basis={}, departure=None if programme == "dibao" else ruled)  # fmt: skip
        return case_id

    return make


@pytest.fixture
def publish(city: Any) -> Callable[..., str]:
    """Publish the notice with arrears from January, first paid in May."""

    def make(**values: str) -> str:
        with city.desk(EDITOR) as desk:
            uuid = amendment.submit(
                desk, amendment.propose(desk, notice(**({"arrears": "2018-01"} | values))).uuid
            ).uuid
        with city.desk(DECIDER) as desk:
            amendment.approve(desk, uuid)
            amendment.publish(desk, uuid)
        return uuid

    return make
