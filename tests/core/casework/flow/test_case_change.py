"""After the decision: changes with a second person, members, exits, certificates, appeals, corrections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from core.casework.deciding.decision import Departure, decisions_of, entitled_in
from core.casework.deciding.facts import facts_on
from core.casework.desk import Desk
from core.casework.flow.acceptance import accept, refuse_acceptance
from core.casework.flow.appeal import answer_appeal, appeal
from core.casework.flow.application import Application, apply, withdraw
from core.casework.flow.approval import CountyRuling, approve, refuse
from core.casework.flow.certificate import current, issue, register, renew, take_back
from core.casework.flow.change import Settlement, decide_change, drop_change, propose_change, report_change
from core.casework.flow.closing import close_case, exits, follow_up
from core.casework.flow.correction import correct
from core.casework.flow.exit_proposal import drop_exit, propose_exit
from core.casework.flow.exit_reason import exit_reason
from core.casework.flow.finding import Claim, confirm, find
from core.casework.flow.history import history
from core.casework.flow.maker import propose_ruling
from core.casework.flow.member import Arrival, Leaving, join, leave, relocate
from core.casework.flow.procedure import course_of
from core.casework.flow.stage import complete_stage
from core.casework.flow.story import story_of
from core.casework.flow.transition import verify_case
from core.casework.people.person import Identity
from core.casework.staff import grant_role
from core.errors import InvalidInput, JiuzhuError
from core.store.tables import AssistanceCase, Person
from tests.core.casework.clients import DEMONSTRATION, again, facts, hung, rural, urban, user

MONDAY = date(2008, 3, 3)
PLACE = "610523"
APRIL, OCTOBER = date(2008, 4, 1), date(2008, 10, 1)
Act = Callable[[Desk, AssistanceCase], Any]


class Running:
    """A case in payment since April 2008, and desks for it."""

    def __init__(self, bureau: Any, case: AssistanceCase) -> None:
        self.bureau, self.case = bureau, case

    def do(self, act: Act, *, login: str = "clerk", on: str = "2008-09-10") -> Any:
        self.bureau.on(on)
        with self.bureau.desk(f"{login}.{PLACE}") as desk:
            return act(desk, again(desk, self.case))

    def tokens(self) -> list[str]:
        def act(desk: Desk, case: AssistanceCase) -> list[str]:
            known = facts_on(desk.session, case.id, desk.today)
            assert known is not None
            return [one["id"] for one in known.facts["members"]]

        found: list[str] = self.do(act)
        return found

    def declared(self, income: str) -> dict[str, Any]:
        told = facts(4, income)
        keys = dict(zip(("1", "2", "3", "4"), self.tokens(), strict=True))
        return {**told, "members": [{**one, "id": keys[one["id"]]} for one in told["members"]]}


@pytest.fixture
def township(make_bureau: Any) -> Any:
    return make_bureau(PLACE, plugin_dirs=(DEMONSTRATION,))


@pytest.fixture
def running(township: Any) -> Running:
    """The first household of the township: four persons with 2,000, 772.00 a year."""
    with township.desk(f"clerk.{PLACE}") as desk:
        case = apply(desk, rural(4, "2000", day=MONDAY))
        accept(desk, case, happened_on=MONDAY)
    found = Running(township, case)
    found.do(_to_the_county, login="reviewer", on="2008-03-31")
    found.do(_grant, login="approver", on="2008-04-15")
    return found


def _to_the_county(desk: Desk, case: AssistanceCase) -> None:
    hung(desk, case, "application", date(2008, 3, 6))
    complete_stage(desk, case, "survey", happened_on=date(2008, 3, 7))
    complete_stage(desk, case, "appraisal", happened_on=date(2008, 3, 10))
    hung(desk, case, "appraisal", date(2008, 3, 13))
    complete_stage(desk, case, "preliminary_opinion", happened_on=date(2008, 3, 14), result="recommended")
    complete_stage(desk, case, "review", happened_on=date(2008, 3, 31), result="recommended")


def _grant(desk: Desk, case: AssistanceCase) -> None:
    hung(desk, case, "review", date(2008, 4, 7))
    ruling = CountyRuling(happened_on=date(2008, 4, 15))
    approve(desk, case, ruling, from_month=APRIL)


def test_county_decides_on_what_another_recorded_never_on_a_name_given_by_the_approver(township: Any) -> None:
    with township.desk(f"clerk.{PLACE}") as desk:
        case = apply(desk, rural(4, "2000", day=MONDAY))
        accept(desk, case, happened_on=MONDAY)
    with township.desk("root") as desk:
        grant_role(desk, f"approver.{PLACE}", "clerk", PLACE, since=date(2000, 1, 1))
    found = Running(township, case)
    found.do(_to_the_county, login="reviewer", on="2008-03-31")

    def ask(desk: Desk, one: AssistanceCase) -> int:
        return propose_ruling(desk, one, "approved", happened_on=date(2008, 4, 14)).sequence

    found.do(ask, login="approver", on="2008-04-14")
    with pytest.raises(JiuzhuError) as own:
        found.do(_grant, login="approver", on="2008-04-15")
    assert own.value.code == "maker_is_checker"
    asked = found.do(ask, login="clerk2", on="2008-04-15")
    found.do(_grant, login="approver", on="2008-04-15")

    def signed(desk: Desk, one: AssistanceCase) -> None:
        (made,) = decisions_of(desk.session, one.id)
        assert made.prepared_by == user(desk, f"clerk2.{PLACE}") and made.basis["prepared"] == asked

    found.do(signed)


def test_maker_of_a_grant_is_who_gave_the_opinion_of_the_township(running: Running) -> None:
    def signed(desk: Desk, case: AssistanceCase) -> None:
        (made,) = decisions_of(desk.session, case.id)
        (review,) = [one for one in history(desk.session, case.id) if one.body.get("stage") == "review"]
        assert made.prepared_by == review.actor_id == user(desk, f"reviewer.{PLACE}")
        assert made.basis["prepared"] == review.sequence

    running.do(signed)


def report(running: Running, income: str) -> None:
    told = running.declared(income)
    running.do(
        lambda desk, case: report_change(
            desk, case, told, happened_on=date(2008, 9, 10), effective_on=date(2008, 9, 10), about=["income"]
        )
    )


def propose(running: Running, **more: Any) -> Any:
    return running.do(
        lambda desk, case: propose_change(desk, case, from_month=OCTOBER, happened_on=date(2008, 9, 12), **more),
        on="2008-09-12",
    )


def decide(running: Running, proposed: int, *, on: date = date(2008, 9, 20), **more: Any) -> Any:
    settlement = Settlement(happened_on=on, **more)
    return running.do(
        lambda desk, case: decide_change(desk, case, proposed, settlement), login="approver", on=on.isoformat()
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


def leave_by(running: Running, *, on: str = "2008-09-10", departure: Departure | None = None, **said: Any) -> Any:
    """Have the clerk propose an exit and the approver decide it on the same day."""
    day = date.fromisoformat(on)
    asked = running.do(lambda desk, case: propose_exit(desk, case, happened_on=day, **said), on=on)
    return running.do(
        lambda desk, case: close_case(desk, case, asked.sequence, happened_on=day, departure=departure),
        login="approver", on=on,
    )  # fmt: skip


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


def test_death_of_a_member_is_noted_with_person_class_and_new_facts(running: Running) -> None:
    *_, child = running.tokens()

    def die(desk: Desk, case: AssistanceCase) -> None:
        leave(desk, case, Leaving(member=child, reason="death"), happened_on=date(2008, 9, 1))
        assert case.persons == 3
        person = desk.session.query(Person).filter(Person.token == child).one()
        assert person.died_on == date(2008, 9, 1)
        (one,) = exits(desk, case.path, since=date(2008, 9, 1), until=OCTOBER)
        assert (one.reason.code, one.reason.group, one.member) == ("death", "natural", str(person.id))

    running.do(die)
    assert propose(running).body["kind"] == "reduce"


def test_head_who_leaves_needs_a_successor_and_the_last_one_closes_the_case(running: Running) -> None:
    head, spouse, *children = running.tokens()

    def go(member: str, new_head: str | None = None) -> None:
        gone = Leaving(member=member, reason="moved_away", new_head=new_head)
        running.do(lambda desk, case: leave(desk, case, gone, happened_on=date(2008, 9, 1)))

    with pytest.raises(JiuzhuError) as refused:
        go(head)
    assert refused.value.code == "head_missing"
    for one in children:
        go(one)
    go(head, new_head=spouse)
    with pytest.raises(JiuzhuError) as last:
        go(spouse)
    assert last.value.code == "last_member"


def test_birth_raises_the_gap_by_one_line(running: Running) -> None:
    born = Arrival(why="birth", identity=Identity(name="示例新生儿", birth_date=date(2008, 9, 2)), relation="child")
    running.do(lambda desk, case: join(desk, case, born, happened_on=date(2008, 9, 2)))
    proposed = propose(running)
    assert proposed.body["kind"] == "increase"
    assert Fraction(proposed.body["monthly"]) * 12 == 77200 + 69300


def test_case_moves_with_its_path_where_the_officer_may_act_in_both(running: Running) -> None:
    with pytest.raises(JiuzhuError) as refused:
        running.do(lambda desk, case: relocate(desk, case, "610524", happened_on=date(2008, 9, 1)))
    assert refused.value.code == "not_permitted"
    with running.bureau.desk("root") as desk:
        grant_role(desk, f"clerk.{PLACE}", "clerk", "610500", since=date(2000, 1, 1))

    def go(desk: Desk, case: AssistanceCase) -> None:
        relocate(desk, case, "610524", happened_on=date(2008, 9, 1))
        assert case.path.endswith("/610524") and verify_case(desk.session, case) == ()

    running.do(go)


def test_certificate_is_issued_once_renewed_and_taken_back(running: Running) -> None:
    def issued(desk: Desk, case: AssistanceCase) -> None:
        hung(desk, case, "approval", date(2008, 4, 23))
        issue(desk, case, "陕低-1", happened_on=date(2008, 4, 25))
        with pytest.raises(JiuzhuError) as twice:
            issue(desk, case, "陕低-2", happened_on=date(2008, 4, 25))
        assert twice.value.code == "certificate_out"
        renew(desk, case, "陕低-2", happened_on=date(2008, 5, 1))
        take_back(desk, case, happened_on=date(2008, 6, 1))
        assert current(desk, case) is None
        ends = [(one.number, one.end_reason) for one, _ in register(desk, case.path)]
        assert ends == [("陕低-1", "renewed"), ("陕低-2", "taken_back")]

    running.do(issued, login="approver")


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


def test_correction_changes_the_day_and_keeps_what_was_said(running: Running) -> None:
    def mend(desk: Desk, case: AssistanceCase) -> None:
        (stage,) = [one for one in history(desk.session, case.id) if one.body.get("stage") == "survey"]
        correct(desk, case, stage.sequence, happened_on=date(2008, 3, 8), reason="录入日期有误")
        again_read = {one.sequence: one for one in history(desk.session, case.id)}[stage.sequence]
        assert again_read.happened_on == date(2008, 3, 8) and len(again_read.corrections) == 1
        with pytest.raises(JiuzhuError) as late:
            correct(desk, case, stage.sequence, happened_on=date(2008, 3, 12), reason="试")
        assert late.value.code == "out_of_order"

    running.do(mend)


def test_acceptance_corrected_moves_the_clock_and_the_columns(township: Any) -> None:
    with township.desk(f"clerk.{PLACE}") as desk:
        case = apply(desk, rural(4, "2000", day=date(2008, 3, 1)))
        accepted = accept(desk, case, happened_on=MONDAY)
        correct(desk, case, accepted.sequence, happened_on=date(2008, 3, 2), reason="实际星期日收到")
        assert case.accepted_on == case.rules_on == date(2008, 3, 2)
        assert verify_case(desk.session, case) == ()


def test_decision_is_not_corrected_but_decided_anew(running: Running) -> None:
    def mend(desk: Desk, case: AssistanceCase) -> None:
        (made,) = [one for one in history(desk.session, case.id) if one.kind == "decided"]
        correct(desk, case, made.sequence, void=True, reason="试")

    with pytest.raises(JiuzhuError) as refused:
        running.do(mend)
    assert refused.value.code == "not_correctable"


def test_appeal_that_wins_takes_the_refused_case_up_again(township: Any) -> None:
    with township.desk(f"clerk.{PLACE}") as desk:
        case = apply(desk, rural(4, "2772", day=MONDAY))
        accept(desk, case, happened_on=MONDAY)
    found = Running(township, case)
    found.do(_to_the_county, login="reviewer", on="2008-03-31")

    def turn_down(desk: Desk, one: AssistanceCase) -> None:
        hung(desk, one, "review", date(2008, 4, 7))
        refuse(desk, one, CountyRuling(happened_on=date(2008, 4, 15)))

    found.do(turn_down, login="approver", on="2008-04-15")

    def win(desk: Desk, one: AssistanceCase) -> None:
        with pytest.raises(InvalidInput):
            appeal(desk, one, "petition", happened_on=date(2008, 5, 1), against=1)
        made = appeal(desk, one, "reconsideration", happened_on=date(2008, 5, 1), against=1)
        answer_appeal(desk, one, made.sequence, happened_on=date(2008, 6, 1), outcome="revoked", reason="收入认定有误")
        assert one.status == "in_procedure" and verify_case(desk.session, one) == ()

    found.do(win, on="2008-06-02")


def protected(day: date) -> Application:
    return urban(3, "900", day=day, category="laid_off_bankrupt")


def test_protected_applicant_is_not_turned_away(make_bureau: Any) -> None:
    bureau = make_bureau("430900", day="2018-06-01")
    with bureau.desk("clerk.430900") as desk:
        case = apply(desk, protected(date(2018, 6, 1)))
        with pytest.raises(JiuzhuError) as refused:
            refuse_acceptance(desk, case, happened_on=date(2018, 6, 1), reason="不符合")
        assert refused.value.code == "may_not_refuse"
        assert "破产改制企业下岗职工" in refused.value.render("zh") and "二(四)" in refused.value.render("zh")


def test_village_may_not_refuse_but_the_township_may(make_bureau: Any) -> None:
    bureau = make_bureau("430900", day="2011-06-01")
    papers = ("written_application", "supporting_documents", "approval_form")
    with bureau.desk("clerk.430900") as desk:
        case = apply(desk, urban(3, "900", day=date(2011, 6, 1), evidence=papers, received_by="village"))
        with pytest.raises(JiuzhuError) as refused:
            refuse_acceptance(desk, case, happened_on=date(2011, 6, 1), reason="不符合", decided_by="village")
        assert refused.value.code == "may_not_refuse" and "三(一)" in refused.value.render("zh")
        refuse_acceptance(desk, case, happened_on=date(2011, 6, 1), reason="不在本市户籍")
        assert case.status == "refused"


def test_household_takes_its_application_back(township: Any) -> None:
    with township.desk(f"clerk.{PLACE}") as desk:
        case = apply(desk, rural(4, "2000", day=MONDAY))
        withdraw(desk, case, happened_on=MONDAY, reason="本人要求")
        assert case.status == "withdrawn" and verify_case(desk.session, case) == ()
        with pytest.raises(JiuzhuError) as refused:
            accept(desk, case, happened_on=MONDAY)
    assert refused.value.code == "wrong_status"


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


PHASE_OUT = """
plugin: {name: phasing, title: {zh: 渐退期（虚构示例）, en: Phase-out (made up)}, version: 0.1.0,
         requires: {core: ">=0.1,<0.2", plugins: {shaanxi_rural: ">=0.1"}}}
documents: {rules: {title: 渐退期的通知（虚构示例）, issuer: 大荔县民政局, number: 示民发〔2008〕4号, issued: 2008-01-10}}
defaults: {division: "610523", programme: dibao, area: rural, document: rules, from: 2008-02-01}
provisions:
  - id: phase-out
    kind: phase_out
    label: {zh: 渐退期（示例）, en: Phase-out (made up)}
    when: counted_income >= line * household_size
    months: 3
    amount: previous
    cite: 第一条
"""


@pytest.fixture
def phasing(make_bureau: Any, tmp_path: Any) -> Running:
    """The first household, where a phase-out of three months is ruled (made up)."""
    folder = tmp_path / "phasing"
    folder.mkdir()
    (folder / "policy.yaml").write_text(PHASE_OUT, encoding="utf-8")
    bureau = make_bureau(PLACE, plugin_dirs=(DEMONSTRATION, folder))
    with bureau.desk(f"clerk.{PLACE}") as desk:
        case = apply(desk, rural(4, "2000", day=MONDAY))
        accept(desk, case, happened_on=MONDAY)
    found = Running(bureau, case)
    found.do(_to_the_county, login="reviewer", on="2008-03-31")
    found.do(_grant, login="approver", on="2008-04-15")
    return found


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
        assert [one.monthly * 12 if one is not None else None for one in owed] == [77200, 77196, 77196, 0]
        assert case.status == "phasing_out" and verify_case(desk.session, case) == ()

    phasing.do(check)
