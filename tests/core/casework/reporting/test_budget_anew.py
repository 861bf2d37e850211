"""Households of a budget plan whose next year cannot be told by next year's rules go on with what they have, counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.deciding.decision import decide
from core.casework.deciding.facts import add_facts
from core.casework.deciding.proposal import propose
from core.casework.reporting import budget_caseload
from core.casework.reporting.budget import open_plan, plan_lines
from core.casework.reporting.budget_table import PlanLine
from core.store.tables import AssistanceCase, CaseMember, Decision, FactsVersion, Person

CITY, HESHAN = "430900", "430903"
JANUARY = date(2018, 1, 1)
Household = Callable[..., int]


@pytest.fixture
def bureau(make_bureau: Any) -> Any:
    """Yiyang on 2018-02-01: the rural standard rises within the year."""
    return make_bureau(CITY, day="2018-02-01")


@pytest.fixture
def household(bureau: Any, make_case: Any) -> Household:
    """Put a rural household of two on the roll from January by what the rules give it; return its id."""

    def make(number: str) -> int:
        with bureau.desk(f"clerk.{CITY}") as desk:
            case = make_case(desk, number, "甲", "乙", division=HESHAN, status="in_payment")
            query = select(Person.token).join(CaseMember, CaseMember.person_id == Person.id)
            tokens = desk.session.scalars(query.where(CaseMember.case_id == case.id).order_by(CaseMember.id)).all()
            income = [{"item": "net_business", "amount": "3000", "frequency": "year"}]
            members = [{"id": tokens[0], "relation": "head", "income": income}, {"id": tokens[1], "relation": "spouse"}]
            facts = {"members": members, "assets_meet_local_rule": "true", "income_stability": "unchanged"}
            add_facts(desk, case, facts, basis="declared", effective_on=JANUARY)
            made, clerk = int(case.id), desk.actor.id
        with bureau.desk(f"approver.{CITY}") as desk:
            case = desk.session.get_one(AssistanceCase, made)
            proposal = propose(desk, case, month=date(2018, 2, 1))
            decide(desk, case, kind="opening", proposal=proposal, from_month=JANUARY, prepared_by=clerk, basis={})
        return made

    return make


def line(bureau: Any) -> PlanLine:
    with bureau.desk(f"clerk.{CITY}") as desk:
        (found,) = plan_lines(desk, open_plan(desk, CITY, programme="dibao", year=2018).id)
        return found


def unknown(bureau: Any, case_id: int) -> None:
    """Its facts name an income no rule knows."""
    with bureau.desk("root") as desk:
        facts = desk.session.scalars(select(FactsVersion).where(FactsVersion.case_id == case_id)).one()
        head, *others = facts.facts["members"]
        head = {**head, "income": [{"item": "no_such_item", "amount": "1", "frequency": "year"}]}
        facts.facts = {**facts.facts, "members": [head, *others]}


def dearer(bureau: Any, case_id: int) -> None:
    """It was granted more than today's rules give: what they would give later says nothing of it."""
    with bureau.desk("root") as desk:
        row = desk.session.scalars(select(Decision).where(Decision.case_id == case_id)).one()
        row.monthly, row.parts = Fraction(30000), {"benefit": "30000"}


def in_phase_out(bureau: Any, case_id: int) -> None:
    with bureau.desk("root") as desk:
        row = desk.session.scalars(select(Decision).where(Decision.case_id == case_id)).one()
        row.kind, row.parts = "phase_out", {"phase_out": "25600"}


@pytest.mark.parametrize(
    ("made", "monthly"), [(unknown, 25600), (dearer, 30000), (in_phase_out, 25600)],
)  # fmt: skip
def test_household_the_rules_of_the_year_cannot_tell_goes_on_and_is_counted(
    bureau: Any, household: Household, *, made: Callable[[Any, int], None], monthly: int
) -> None:
    made(bureau, household("益-1"))
    found = line(bureau)
    assert found.line.benefit == 12 * monthly
    assert "1户按现行发放额延续" in found.note.zh


def test_household_without_facts_goes_on_and_one_whose_benefit_is_nothing_is_no_household(
    bureau: Any, add_roll: Any
) -> None:
    with bureau.desk("root") as desk:
        rows = [{"area": "rural", "monthly": 20000}, {"area": "rural", "monthly": 0}]
        add_roll(desk, rows, division=HESHAN, since=JANUARY)
    found = line(bureau)
    assert found.line.households == 1 and found.line.benefit == 12 * 20000
    assert "1户按现行发放额延续" in found.note.zh


def test_household_that_begins_within_the_year_is_no_household_of_january_and_is_paid_from_its_month(
    bureau: Any, add_roll: Any
) -> None:
    with bureau.desk("root") as desk:
        add_roll(desk, [{"area": "rural", "monthly": 20000}], division=HESHAN, since=date(2018, 4, 1))
    found = line(bureau)
    assert found.line.households == 0 and found.line.benefit == 9 * 20000


def test_plan_is_the_same_in_steps_of_any_size(
    bureau: Any, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in ("益-1", "益-2", "益-3"):
        household(number)
    with bureau.desk(f"clerk.{CITY}") as desk:
        plan = open_plan(desk, CITY, programme="dibao", year=2018).id
        (whole,) = plan_lines(desk, plan)
        monkeypatch.setattr(budget_caseload, "STEP", 1)
        (stepped,) = plan_lines(desk, plan)
    assert stepped == whole and whole.line.households == 3
