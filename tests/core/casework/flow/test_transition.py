"""The transition table as a truth table, every status × every event; and a case's state as the fold of its events."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from core.casework.flow.application import apply
from core.casework.flow.case_check import check_cases
from core.casework.flow.transition import after, event_kinds, state_of, statuses, verify_case
from core.errors import JiuzhuError
from tests.core.casework.clients import again, rural

RECEIVING = (
    "facts_recorded reviewed work_refused finding finding_proposed evidence stage objection objection_answered "
    "posting_ended referral referral_answered change_report member_change move change_proposed change_decided "
    "change_dropped decision_beside exit_proposed exit_dropped appeal appeal_answered correction"
)
PENDING = (
    "facts_recorded finding finding_proposed evidence stage objection objection_answered posting_ended referral "
    "referral_answered change_report member_change move correction"
)
STAYS = {
    "none": "",
    "applying": f"{PENDING} deficiency_notice",
    "in_procedure": f"{PENDING} ruling_proposed extension appeal appeal_answered",
    "in_payment": f"{RECEIVING} certificate decision.opening decision.increase decision.reduce decision.continue",
    "suspended": f"{RECEIVING} certificate",
    "phasing_out": f"{RECEIVING} certificate decision.phase_out",
    "stopped": f"{RECEIVING} certificate",
    "refused": "stage objection objection_answered posting_ended referral referral_answered appeal appeal_answered correction",
    "withdrawn": "referral referral_answered correction",
    "closed": (
        "stage referral referral_answered certificate follow_up appeal appeal_answered correction "
        "change_proposed change_decided change_dropped decision_beside"
    ),
}
MOVES = {
    ("none", "application"): "applying",
    ("none", "opened"): "in_payment",
    ("none", "decision.opening"): "in_payment",
    ("applying", "acceptance"): "in_procedure",
    ("applying", "acceptance_refused"): "refused",
    ("applying", "withdrawal"): "withdrawn",
    ("in_procedure", "withdrawal"): "withdrawn",
    ("in_procedure", "decision.grant"): "in_payment",
    ("in_procedure", "decision.refuse"): "refused",
    ("in_payment", "decision.stop"): "stopped",
    ("in_payment", "decision.phase_out"): "phasing_out",
    ("in_payment", "decision.suspend"): "suspended",
    ("stopped", "decision.phase_out"): "phasing_out",
    ("suspended", "decision.resume"): "in_payment",
    ("suspended", "decision.stop"): "stopped",
    ("phasing_out", "decision.suspend"): "suspended",
    ("phasing_out", "decision.continue"): "in_payment",
    ("phasing_out", "decision.increase"): "in_payment",
    ("phasing_out", "decision.reduce"): "in_payment",
    ("phasing_out", "decision.stop"): "stopped",
    ("stopped", "decision.resume"): "in_payment",
    ("stopped", "closing"): "closed",
    ("stopped", "reopening"): "in_procedure",
    ("refused", "reopening"): "in_procedure",
    ("closed", "reopening"): "in_procedure",
}


def expected(status: str, event: str) -> str | None:
    """What the truth table says: the status an event leads to, None where it cannot happen."""
    return MOVES.get((status, event), status if event in STAYS[status].split() else None)


@pytest.mark.parametrize("status", statuses())
def test_every_event_in_every_status_moves_or_is_refused(status: str) -> None:
    for event in event_kinds():
        to = expected(status, event)
        if to is not None:
            assert after(status, event) == to, event
            continue
        with pytest.raises(JiuzhuError) as refused:
            after(status, event)
        assert refused.value.code == "wrong_status", event


def test_truth_table_names_every_status_and_only_known_events() -> None:
    named = {one for row in STAYS.values() for one in row.split()} | {event for _, event in MOVES}
    assert set(STAYS) == set(statuses()) and named == set(event_kinds())


def test_refusal_names_what_is_possible() -> None:
    with pytest.raises(JiuzhuError) as refused:
        after("stopped", "acceptance")
    assert "退出" in refused.value.render("zh") and "已停发" in refused.value.render("zh")


def test_columns_of_a_case_are_the_fold_of_its_events(shaanxi: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        case = apply(desk, rural(4, "2000", day=date(2008, 3, 3)))
        assert verify_case(desk.session, case) == ()
        assert state_of(desk.session, case).status == case.status == "applying"


def test_column_changed_behind_the_events_is_named(shaanxi: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        case = apply(desk, rural(4, "2000", day=date(2008, 3, 3)))
    with shaanxi.platform.database.writing() as session:
        session.execute(text("UPDATE assistance_case SET status = 'in_payment', division = '610524'"))
    with shaanxi.desk("clerk.610523") as desk:
        found = verify_case(desk.session, again(desk, case))
    assert {(one.column, one.kept, one.derived) for one in found} == {
        ("status", "in_payment", "applying"), ("division", "610524", "610523"),
    }  # fmt: skip


def test_every_case_of_a_place_is_held_against_its_events(shaanxi: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        _, spoiled, impossible = (apply(desk, rural(2, "1200", day=date(2008, 3, 3))) for _ in range(3))
        desk.record(f"case/{impossible.id}", "certificate", {"act": "issued", "number": "1"})
    with shaanxi.platform.database.writing() as session:
        session.execute(text("UPDATE assistance_case SET stage = 'review' WHERE id = :id"), {"id": spoiled.id})
    with shaanxi.desk("auditor.610523") as desk:
        found = {one.number: one for one in check_cases(desk, desk.path("610523"))}
    assert set(found) == {spoiled.number, impossible.number}
    assert found[spoiled.number].differences[0].column == "stage"
    assert found[impossible.number].impossible == "applying certificate"
