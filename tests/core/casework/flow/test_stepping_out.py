"""Who must step out of a case reviews, proposes, approves, decides and ends nothing in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from core.casework.desk import Desk
from core.casework.flow.acceptance import accept
from core.casework.flow.application import apply
from core.casework.flow.approval import CountyRuling, approve
from core.casework.flow.back_dated import propose_back_dated
from core.casework.flow.change import Settlement, decide_change, propose_change, report_change
from core.casework.flow.closing import close_case
from core.casework.flow.exit_proposal import propose_exit
from core.casework.flow.maker import propose_ruling
from core.casework.flow.stage import complete_stage
from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from core.casework.reviews.review_round import Result, decide_results, enter_results, open_round
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase, RecusalDemand
from tests.core.casework.clients import hung, rural
from tests.core.casework.flow.running import MONDAY, OCTOBER, PLACE, Running, to_the_county

Act = Callable[[Desk, AssistanceCase], Any]


def told_to_step_out(running: Running, *, on: str) -> None:
    """Grant a demand that clerk, reviewer and approver of the place step out of the case."""
    office = Post(role="county_civil_affairs", division=PLACE, unit="示例局", position="科员", since=date(2000, 1, 1))

    def demand(desk: Desk, case: AssistanceCase) -> None:
        for login in (f"{role}.{PLACE}" for role in ("clerk", "reviewer", "approver")):
            officer = add_holder(desk, Identity(name=login), posts=[office], login=login)
            desk.session.add(
                RecusalDemand(
                    case_id=case.id, holder_id=officer.id, demanded_by="applicant", demanded_on=desk.today, granted=True,
                    recorded_by=1, recorded_at=desk.moment, decided_on=desk.today, decided_by=desk.actor.id,
                )
            )  # fmt: skip

    running.do(demand, on=on)


def refused(running: Running, login: str, act: Act, *, on: str) -> None:
    with pytest.raises(JiuzhuError, match="recusal_required"):
        running.do(act, login=login, on=on)


@pytest.fixture
def accepted(township: Any) -> Running:
    """The first household, accepted."""
    with township.desk(f"clerk.{PLACE}") as desk:
        case = apply(desk, rural(4, "2000", day=MONDAY))
        accept(desk, case, happened_on=MONDAY)
    return Running(township, case)


def test_stage_is_not_done_by_who_must_step_out(accepted: Running) -> None:
    accepted.do(lambda desk, case: hung(desk, case, "application", date(2008, 3, 6)), on="2008-03-06")
    told_to_step_out(accepted, on="2008-03-07")
    refused(
        accepted, "reviewer",
        lambda desk, case: complete_stage(desk, case, "survey", happened_on=desk.today), on="2008-03-07",
    )  # fmt: skip


def test_ruling_is_neither_proposed_nor_made_by_who_must_step_out(accepted: Running) -> None:
    accepted.do(to_the_county, login="reviewer", on="2008-03-31")
    accepted.do(lambda desk, case: hung(desk, case, "review", date(2008, 4, 7)), on="2008-04-07")
    told_to_step_out(accepted, on="2008-04-08")
    refused(
        accepted, "clerk", lambda desk, case: propose_ruling(desk, case, "approved", happened_on=desk.today),
        on="2008-04-14",
    )  # fmt: skip
    refused(
        accepted, "approver",
        lambda desk, case: approve(desk, case, CountyRuling(happened_on=desk.today), from_month=date(2008, 4, 1)),
        on="2008-04-15",
    )  # fmt: skip


def test_case_in_payment_is_neither_changed_nor_ended_nor_reviewed_by_who_must_step_out(running: Running) -> None:
    day, told = date(2008, 9, 10), running.declared("2600")

    def prepare(desk: Desk, case: AssistanceCase) -> tuple[int, int, int]:
        report_change(desk, case, told, happened_on=day, effective_on=day, about=["income"])
        made = open_round(desk, PLACE, name="复核", programme="dibao", due_on=day, everybody=True)
        enter_results(desk, made.id, [Result(number=case.number, reviewed_on=day, from_month=OCTOBER)])
        change = propose_change(desk, case, from_month=OCTOBER, happened_on=day).sequence
        return change, propose_exit(desk, case, reason="given_up", happened_on=day).sequence, made.id

    change, leaving, made = running.do(prepare)
    told_to_step_out(running, on="2008-09-11")
    again = Result(number=running.case.number, reviewed_on=date(2008, 9, 11), from_month=OCTOBER)
    acts: tuple[tuple[str, Act], ...] = (
        ("clerk", lambda desk, case: propose_change(desk, case, from_month=OCTOBER, happened_on=desk.today)),
        ("clerk", lambda desk, case: propose_exit(desk, case, reason="given_up", happened_on=desk.today)),
        ("clerk", lambda desk, case: propose_back_dated(desk, case, since=OCTOBER, reason="补算")),
        ("approver", lambda desk, case: decide_change(desk, case, change, Settlement(happened_on=desk.today))),
        ("approver", lambda desk, case: close_case(desk, case, leaving, happened_on=desk.today)),
        ("clerk", lambda desk, _: enter_results(desk, made, [again])),
        ("approver", lambda desk, _: decide_results(desk, made)),
    )
    for login, act in acts:
        refused(running, login, act, on="2008-09-12")
