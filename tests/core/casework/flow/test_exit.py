"""Leaving for good (退出): proposed by one and decided by another, for a reason the facts bear out, with its class."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.casework.deciding.decision import decisions_of
from core.casework.desk import Desk
from core.casework.flow.closing import close_case
from core.casework.flow.exit_proposal import drop_exit, propose_exit
from core.casework.flow.exit_reason import exit_reason
from core.casework.flow.story import story_of
from core.casework.flow.transition import verify_case
from core.casework.staff import grant_role
from core.errors import InvalidInput, JiuzhuError
from core.store.tables import AssistanceCase, Person
from tests.core.casework.clients import user
from tests.core.casework.flow.running import OCTOBER, PLACE, Running, decide, leave_by, propose, report


def test_income_over_is_no_reason_where_the_rules_say_otherwise(running: Running) -> None:
    with pytest.raises(JiuzhuError) as refused:
        leave_by(running, reason="income_over")
    assert refused.value.code == "eligible"


def test_unknown_reason_of_leaving_is_refused_with_those_there_are(running: Running) -> None:
    with pytest.raises(JiuzhuError) as refused:
        leave_by(running, reason="因故", effective_month=OCTOBER)
    assert refused.value.code == "unknown_exit_reason" and "虚报骗取（清退）" in refused.value.render("zh")


def test_exit_is_decided_by_another_than_who_proposed_it(running: Running) -> None:
    with running.bureau.desk("root") as desk:
        grant_role(desk, f"approver.{PLACE}", "clerk", PLACE, since=date(2000, 1, 1))
    day = date(2008, 9, 10)

    def ask(desk: Desk, case: AssistanceCase) -> int:
        return propose_exit(desk, case, reason="given_up", happened_on=day).sequence

    def refused(sequence: int, login: str) -> str:
        with pytest.raises(JiuzhuError) as found:
            running.do(lambda desk, case: close_case(desk, case, sequence), login=login)
        return found.value.code

    own = running.do(ask, login="approver")
    assert refused(own, "approver") == "maker_is_checker"
    assert refused(own, "clerk") == "not_permitted"
    of_clerk = running.do(ask)
    assert refused(own, "approver") == "unknown_exit"
    made = running.do(lambda desk, case: close_case(desk, case, of_clerk), login="approver")
    assert made.body["exit"] == of_clerk

    def signed(desk: Desk, case: AssistanceCase) -> None:
        last = decisions_of(desk.session, case.id)[-1]
        assert last.prepared_by == user(desk, f"clerk.{PLACE}") and last.basis["proposed"] == of_clerk
        assert verify_case(desk.session, case) == ()

    running.do(signed)


def refused_exit(running: Running, **said: Any) -> list[str]:
    """The codes an exit is refused with."""
    with pytest.raises((JiuzhuError, InvalidInput)) as found:
        leave_by(running, **said)
    return (
        sorted(one.code for one in found.value.problems)
        if isinstance(found.value, InvalidInput)
        else [found.value.code]
    )


def test_exit_by_death_names_who_died_on_which_day(running: Running) -> None:
    day = date(2008, 9, 9)
    head, *others = running.tokens()
    assert refused_exit(running, reason="death") == ["death_unnamed"]
    assert refused_exit(running, reason="death", died={head: day}) == ["member_alive"] * 3
    assert refused_exit(running, reason="death", died={"nobody": day}) == ["member_alive"] * 4 + ["unknown_member"]
    assert refused_exit(running, reason="given_up", died={head: day}) == ["not_a_death"]
    late = dict.fromkeys([head, *others], date(2008, 9, 11))
    assert refused_exit(running, reason="death", died=late) == ["in_the_future"] * 4


def test_exit_by_death_records_the_death_so_that_nothing_else_is_paid_to_the_dead(running: Running) -> None:
    died = dict(zip(running.tokens(), (date(2008, 9, day) for day in (1, 2, 2, 9)), strict=True))
    asked = running.do(
        lambda desk, case: propose_exit(desk, case, reason="death", happened_on=date(2008, 9, 10), died=died)
    )
    assert asked.body["changed_on"] == "2008-09-09"

    def recorded(desk: Desk, case: AssistanceCase) -> dict[str, date | None]:
        return {one.token: one.died_on for one in desk.session.query(Person).filter(Person.token.in_(died))}

    assert running.do(recorded) == dict.fromkeys(died)
    made = running.do(lambda desk, case: close_case(desk, case, asked.sequence), login="approver")
    assert running.do(recorded) == died and made.body["died"] == {key: day.isoformat() for key, day in died.items()}


def test_exit_for_assets_is_refused_where_only_the_income_is_over(running: Running) -> None:
    report(running, "2772")
    with pytest.raises(JiuzhuError) as refused:
        leave_by(running, reason="assets_over")
    assert refused.value.code == "other_reason" and "2,772.00" in refused.value.render("zh")
    decide(running, propose(running).sequence, on=date(2008, 10, 8))
    assert refused_exit(running, reason="assets_over", on="2008-10-10") == ["other_reason"]
    assert leave_by(running, reason="income_over", on="2008-10-10").body["reason"] == "income_over"


@pytest.mark.parametrize(("reason", "label"), [
    ("moved_away", "自然减员（平台假定）"), ("special_hardship", "正常退出（平台假定）"), ("death", "自然减员"),
    ("given_up", "正常退出"), ("fraud", "清退"),
])  # fmt: skip
def test_class_of_an_exit_that_no_source_gives_is_marked_as_assumed(reason: str, label: str) -> None:
    assert exit_reason(reason, "household").group_label.zh == label


def test_exit_event_and_the_story_say_that_the_class_is_assumed(running: Running) -> None:
    made = leave_by(running, reason="moved_away")
    assert made.body["class"] == "natural" and made.body["assumed"] == ["class"]
    told = running.do(lambda desk, case: story_of(desk, case).text("zh"))
    assert "原因：迁出（自然减员（平台假定））" in told


def test_proposed_exit_is_taken_back_or_sent_back(running: Running) -> None:
    def ask(desk: Desk, case: AssistanceCase) -> int:
        return propose_exit(desk, case, reason="given_up", happened_on=date(2008, 9, 10)).sequence

    def back_by(login: str) -> str:
        asked = running.do(ask)
        dropped = running.do(lambda desk, case: drop_exit(desk, case, asked, reason="本人仍需救助"), login=login)
        assert dropped.body == {"exit": asked}
        with pytest.raises(JiuzhuError) as gone:
            running.do(lambda desk, case: close_case(desk, case, asked), login="approver")
        return gone.value.code

    assert [back_by(login) for login in ("clerk", "approver")] == ["unknown_exit"] * 2
