"""Back-dated changes: each month under its own rules, spans for a second person, and the money follows."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from core.casework.deciding.arrears import decide_spans, recompute
from core.casework.deciding.facts import add_facts, facts_on
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase
from tests.core.casework.purse import decided, household, lines, pay, person, refused, send, user

YIYANG, HESHAN = "430900", "430903"
CLERK, APPROVER = f"clerk.{YIYANG}", f"approver.{YIYANG}"


WAGE = {"item": "wage", "amount": "900", "frequency": "month"}
HARVEST = {"item": "net_business", "amount": "3000", "frequency": "year"}
BORN = ("1975-03-02", "1977-08-15", "2006-05-20")


def entered(bureau: Any, income: dict[str, str], *, yuan: str, since: str = "2018-01", **more: Any) -> int:
    """Enter a household of Heshan with facts and a decision of so many yuan a month."""
    persons, area = more.get("persons", 3), more.get("area", "urban")
    with bureau.desk(CLERK) as desk:
        people = [person(desk, f"示例{number}") for number in range(persons)]
        case = household(desk, "A", division=HESHAN, area=area, head=people[0])
        members = [
            {"id": one.token, "relation": relation, "birth_date": born}
            for one, relation, born in zip(people, ("head", "spouse", "child"), BORN, strict=False)
        ]
        facts = {"assets_meet_local_rule": "true", "members": members, "shared_income": [income]}
        add_facts(desk, case, facts, basis="import", effective_on=date(2018, 1, 1))
        decided(desk, case, since, {"benefit": yuan})
        return case.id


def test_months_are_recomputed_only_for_who_may_read_the_case(yiyang: Any) -> None:
    case_id = entered(yiyang, WAGE, yuan="360", area="urban", persons=3)
    with yiyang.desk("root") as desk, pytest.raises(JiuzhuError, match="not_permitted"):
        recompute(desk, desk.session.get_one(AssistanceCase, case_id), since=date(2018, 3, 1))


@pytest.mark.parametrize(
    ("area", "persons", "income", "before", "after"),
    [
        ("urban", 3, WAGE, "360", Fraction(39000)),
        ("rural", 2, HARVEST, "256", Fraction(85000, 3)),
    ],
)
def test_household_of_yiyang_is_raised_from_the_first_month_of_the_new_standard(
    yiyang: Any, area: str, persons: int, income: dict[str, str], before: str, after: Fraction
) -> None:
    case_id = entered(yiyang, income, yuan=before, area=area, persons=persons)
    with yiyang.desk(CLERK) as desk:
        found = recompute(desk, desk.session.get_one(AssistanceCase, case_id), since=date(2018, 3, 1))
    assert [(one.from_month.month, one.until_month, one.proposal.monthly) for one in found.changed] == [
        (5, None, after)
    ]
    assert found.changed[0].difference == after - Fraction(before) * 100


def test_arrears_of_the_rise_are_paid_with_the_next_payroll(yiyang: Any) -> None:
    case_id = entered(yiyang, WAGE, yuan="360", since="2018-04")
    for period in ("2018-04", "2018-05", "2018-06"):
        send(yiyang, pay(yiyang, YIYANG, period))
    yiyang.on("2018-07-02")
    with yiyang.desk(APPROVER) as desk:
        case = desk.session.get_one(AssistanceCase, case_id)
        spans = recompute(desk, case, since=date(2018, 4, 1)).changed
        made = decide_spans(desk, case, spans, prepared_by=user(desk, CLERK), basis={"document": "益政办发[2018]11号"})
    assert [(one.kind, one.from_month.month) for one in made] == [("increase", 5)]
    line = lines(yiyang, pay(yiyang, YIYANG, "2018-07"))["A"]
    assert (line.benefit, line.arrears, line.total) == (39000, 2 * 3000, 45000)


def test_who_prepared_the_recomputation_does_not_decide_it(yiyang: Any) -> None:
    case_id = entered(yiyang, WAGE, yuan="360")
    with yiyang.desk(APPROVER) as desk:
        case = desk.session.get_one(AssistanceCase, case_id)
        spans = recompute(desk, case, since=date(2018, 4, 1)).changed
        own = desk.actor.id
        assert refused(lambda: decide_spans(desk, case, spans, prepared_by=own, basis={})) == "maker_is_checker"


def test_months_a_decision_closed_stay_closed_and_a_later_decision_keeps_its_months(yiyang: Any) -> None:
    case_id = entered(yiyang, WAGE, yuan="360")
    with yiyang.desk(CLERK) as desk:
        case = desk.session.get_one(AssistanceCase, case_id)
        decided(desk, case, "2018-06", {}, kind="suspend", until="2018-07")
        decided(desk, case, "2018-09", {}, kind="stop")
        found = recompute(desk, case, since=date(2018, 5, 1), through=date(2018, 7, 1))
    assert [(one.month.month, one.reason) for one in found.left] == [(6, "suspend")]
    assert [(one.from_month.month, one.until_month) for one in found.changed] == [
        (5, date(2018, 6, 1)), (7, date(2018, 9, 1)),
    ]  # fmt: skip


def test_back_dated_fact_changes_its_own_months_only(yiyang: Any) -> None:
    case_id = entered(yiyang, WAGE, yuan="390", since="2018-05")
    with yiyang.desk(CLERK) as desk:
        case = desk.session.get_one(AssistanceCase, case_id)
        known = facts_on(desk.session, case_id, date(2018, 5, 31))
        assert known is not None
        facts = {**known.facts, "shared_income": [{"item": "wage", "amount": "990", "frequency": "month"}]}
        add_facts(desk, case, facts, basis="correction", effective_on=date(2018, 6, 1))
        found = recompute(desk, case, since=date(2018, 5, 1))
    assert [(one.from_month.month, one.changes, one.proposal.monthly) for one in found.spans] == [
        (5, False, Fraction(39000)), (6, True, Fraction(30000)),
    ]  # fmt: skip


@pytest.mark.parametrize(("kind", "reason"), [("suspend", "suspend"), ("phase_out", "phase_out")])
def test_months_that_are_not_recomputed_are_listed_with_why(yiyang: Any, kind: str, reason: str) -> None:
    case_id = entered(yiyang, WAGE, yuan="360", since="2018-03")
    with yiyang.desk(CLERK) as desk:
        case = desk.session.get_one(AssistanceCase, case_id)
        decided(desk, case, "2018-05", {} if kind == "suspend" else {"phase_out": "360"}, kind=kind)
        found = recompute(desk, case, since=date(2018, 2, 1), through=date(2018, 5, 1))
    assert [(one.month.month, one.reason) for one in found.left] == [(2, "no_decision"), (5, reason)]


def test_past_month_that_cannot_be_computed_is_refused_with_what_is_missing(yiyang: Any) -> None:
    case_id = entered(yiyang, WAGE, yuan="360")
    with yiyang.desk(CLERK) as desk:
        case = desk.session.get_one(AssistanceCase, case_id)
        known = facts_on(desk.session, case_id, desk.today)
        assert known is not None
        told = {key: value for key, value in known.facts.items() if key != "assets_meet_local_rule"}
        add_facts(desk, case, told, basis="review", effective_on=date(2018, 4, 1))
        with pytest.raises(JiuzhuError) as undecided:
            recompute(desk, case, since=date(2018, 3, 1), through=date(2018, 5, 1))
    assert undecided.value.code == "undecided" and "财产" in undecided.value.render("zh")
