"""After the decision: changes with a second person, members, exits, certificates, appeals, corrections."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from core.casework.deciding.decision import Departure, decisions_of, entitled_in
from core.casework.deciding.effect import take_effect
from core.casework.desk import Desk
from core.casework.flow.acceptance import accept
from core.casework.flow.application import apply
from core.casework.flow.change import drop_change
from core.casework.flow.closing import exits, follow_up
from core.casework.flow.finding import Claim, confirm, find
from core.casework.flow.procedure import course_of
from core.casework.flow.transition import verify_case
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase
from tests.core.casework.clients import DEMONSTRATION, urban
from tests.core.casework.flow.running import (
    APRIL,
    OCTOBER,
    PHASE_OUT,
    PLACE,
    Running,
    decide,
    first_household,
    leave_by,
    propose,
    report,
)


def test_higher_income_reduces_by_a_second_person(running: Running) -> None:
    report(running, "2600")
    proposed = propose(running)
    assert proposed.body["kind"] == "reduce"
    made = decide(running, proposed.sequence)
    assert made.monthly * 12 == 17200 and made.monthly * 3 == 4300

    def check(desk: Desk, case: AssistanceCase) -> None:
        rows = decisions_of(desk.session, case.id)
        before, then = entitled_in(rows, date(2008, 9, 1)), entitled_in(rows, OCTOBER)
        assert before is not None and before.monthly == Fraction(77200, 12) and then == rows[-1]
        assert case.status == "in_payment" and verify_case(desk.session, case) == ()

    running.do(check)


def test_income_at_the_line_stops_and_the_case_is_closed_and_followed(running: Running) -> None:
    report(running, "2772")
    proposed = propose(running)
    assert proposed.body["kind"] == "stop" and "2,772.00" in proposed.body["reasons"][0]["zh"]
    with pytest.raises(JiuzhuError) as other:
        decide(running, proposed.sequence)
    assert other.value.code == "wrong_stop_month" and "应为 2008-09" in other.value.render("zh")
    decide(running, proposed.sequence, on=date(2008, 10, 8))

    with pytest.raises(JiuzhuError) as early:
        leave_by(running, reason="income_over", effective_month=APRIL, on="2008-10-10")
    assert early.value.code == "still_owed"
    leave_by(running, reason="income_over", effective_month=OCTOBER, on="2008-10-10")

    def closed(desk: Desk, case: AssistanceCase) -> None:
        assert (case.status, case.exit_reason) == ("closed", "income_over")
        assert verify_case(desk.session, case) == ()

    running.do(closed, on="2008-10-10")
    running.do(lambda desk, case: follow_up(desk, case, happened_on=date(2008, 12, 1), found="stable"), on="2008-12-01")

    def listed(desk: Desk, case: AssistanceCase) -> None:
        (one,) = exits(desk, case.path, since=OCTOBER, until=date(2008, 11, 1))
        assert (one.reason.group, one.persons, one.followed_up) == ("normal", 4, "stable")

    running.do(listed, on="2008-12-01")


def test_proposal_goes_stale_when_facts_move_on(running: Running) -> None:
    report(running, "2600")
    proposed = propose(running)
    report(running, "2400")
    with pytest.raises(JiuzhuError) as refused:
        decide(running, proposed.sequence)
    assert refused.value.code == "proposal_outdated"
    running.do(lambda desk, case: drop_change(desk, case, proposed.sequence, reason="重新申报"))
    with pytest.raises(JiuzhuError) as gone:
        decide(running, proposed.sequence)
    assert gone.value.code == "unknown_change"


def test_suspended_and_resumed_with_reasons(running: Running) -> None:
    with pytest.raises(JiuzhuError) as bare:
        propose(running, kind="suspend")
    assert bare.value.code == "reasons_missing"
    made = decide(running, propose(running, kind="suspend", reason="户主外出失联").sequence)
    assert (made.kind, made.monthly) == ("suspend", 0)
    with pytest.raises(JiuzhuError) as wrong:
        propose(running, kind="suspend", reason="再次")
    assert wrong.value.code == "wrong_status"
    back = decide(running, propose(running, kind="resume", reason="已返回").sequence)
    assert back.monthly * 12 == 77200


def test_finding_of_departure_needs_two_persons_and_lets_the_decision_depart(running: Running) -> None:
    report(running, "2600")
    proposed = propose(running)
    claim = Claim(finding="departure", value="yes", reason="突发火灾，收入实际未取得")
    noted = running.do(lambda desk, case: find(desk, case, claim, happened_on=date(2008, 9, 12)), on="2008-09-12")
    departure = Departure(parts={"benefit": Fraction(77200, 12)}, finding="departure", reason="突发火灾")
    with pytest.raises(JiuzhuError) as unconfirmed:
        decide(running, proposed.sequence, departure=departure)
    assert unconfirmed.value.code == "unknown_finding"
    with pytest.raises(JiuzhuError) as alone:
        running.do(lambda desk, case: confirm(desk, case, noted.sequence, happened_on=date(2008, 9, 13)))
    assert alone.value.code == "maker_is_checker"
    running.do(
        lambda desk, case: confirm(desk, case, noted.sequence, happened_on=date(2008, 9, 13)),
        login="reviewer", on="2008-09-13",
    )  # fmt: skip
    report(running, "2600")
    made = decide(running, propose(running).sequence, departure=departure)
    assert made.monthly * 12 == 77200 and made.basis["departure"]["reason"] == "突发火灾"


def test_case_from_a_roster_is_changed_without_the_stages_done_elsewhere(make_bureau: Any) -> None:
    bureau = make_bureau("430900", day="2018-06-01")
    with bureau.desk("clerk.430900") as desk:
        case = apply(desk, urban(3, "900", day=date(2018, 6, 1)))
        accept(desk, case, happened_on=date(2018, 6, 1))
        course = course_of(desk, case)
    course.state.taken_over = True
    standings = course.standings
    assert {standings[one] for one in ("home_visit", "review", "approval")} == {"skipped"}
    assert standings["periodic_verification"] == "ready"


@pytest.fixture
def phasing(make_bureau: Any, tmp_path: Any) -> Running:
    """The first household, where a phase-out of three months is ruled (made up)."""
    folder = tmp_path / "phasing"
    folder.mkdir()
    (folder / "policy.yaml").write_text(PHASE_OUT, encoding="utf-8")
    return first_household(make_bureau(PLACE, plugin_dirs=(DEMONSTRATION, folder)))


def test_phase_out_pays_the_former_amount_for_its_months_and_then_nothing(phasing: Running) -> None:
    report(phasing, "3000")
    proposed = propose(phasing)
    assert proposed.body["kind"] == "phase_out"
    decide(phasing, proposed.sequence)

    def check(desk: Desk, case: AssistanceCase) -> None:
        rows = decisions_of(desk.session, case.id)
        owed = [
            entitled_in(rows, date(year, month, 1)) for year, month in ((2008, 9), (2008, 10), (2008, 12), (2009, 1))
        ]
        assert [one.monthly * 12 if one is not None else None for one in owed] == [77200, 77200, 77200, 0]
        assert case.status == "in_payment"
        take_effect(desk, case)
        assert case.status == "phasing_out" and verify_case(desk.session, case) == ()

    phasing.do(check, on="2008-10-06")
