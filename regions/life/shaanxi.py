"""Rural Shaanxi, 2008: three applications of one village, to the last payment of the first.

An objection, a relative who steps out, two reviews: one lowers the benefit, the next ends it on the line. Days of
posting, the inquirer and the dates of payment are demonstration provisions: the source leaves them open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from core.casework.deciding.facts import facts_on
from core.casework.desk import Desk
from core.casework.flow.acceptance import accept
from core.casework.flow.applicant import DeclaredRelation
from core.casework.flow.application import apply
from core.casework.flow.approval import CountyRuling, approve
from core.casework.flow.certificate import issue
from core.casework.flow.closing import close_case
from core.casework.flow.exit_proposal import propose_exit
from core.casework.flow.objection import answer, object_to
from core.casework.flow.stage import complete_stage
from core.casework.money import bank, payroll
from core.casework.money.payroll import PayPeriod, Scope
from core.casework.people.recusal_demand import decide_demand, demand
from core.casework.reviews.review_round import Result, decide_results, enter_results, open_round
from core.casework.rounds.meeting import MeetingSheet, Vote, record_meeting
from core.casework.rounds.posting import Notice, draw
from core.casework.rounds.posting_board import Hanging, post, take_down
from core.casework.rounds.visit import HouseholdVisit, RoundSheet, record_round
from regions.life.applicants import rural, with_income
from regions.life.bureau import Bureau, again, take_office

DALI = "610523"
MONDAY = date(2008, 3, 3)
PEOPLE = (
    ("村主任", "village_committee", DALI), ("村文书", "village_committee", DALI), ("村干部", "village_committee", DALI),
    ("乡干部甲", "township_staff", DALI), ("乡干部乙", "township_staff", DALI),
    *((f"村民代表{number}", "villager_representatives", DALI) for number in range(1, 7)),
)  # fmt: skip


def day(month: int, number: int) -> date:
    """Return a day of 2008."""
    return date(2008, month, number)


def live(bureau: Bureau) -> list[int]:
    """Lead the three cases through 2008; returns their ids."""
    cases = _apply(bureau)
    _hang(bureau, cases, "application", "village", on=day(3, 4), until=day(3, 8))
    third = cases[2]
    with bureau.desk("clerk", day(3, 8)) as desk:
        asked = demand(
            desk, again(desk, third), bureau.people["村干部"], by="applicant", reason="与申请人为兄弟（演示）"
        )
        asked_id = asked.id
    with bureau.desk("approver", day(3, 9)) as desk:
        decide_demand(desk, asked_id, granted=True, reason="近亲属，应当回避（演示）")
    _survey_and_appraise(bureau, cases)
    _review(bureau, cases)
    _decide(bureau, cases)
    _pay(bureau, 2)
    _half_year(bureau, cases[0], income="2600", on=day(9, 20), counts=day(10, 1))
    _post_change(bureau, cases[0])
    _pay(bureau, 3)
    _half_year(bureau, cases[0], income="2772", on=day(12, 10), counts=day(12, 1))
    with bureau.desk("clerk", day(12, 12)) as desk:
        proposed = propose_exit(desk, again(desk, cases[0]), reason="income_over", happened_on=day(12, 12)).sequence
    with bureau.desk("approver", day(12, 12)) as desk:
        close_case(desk, again(desk, cases[0]), proposed, happened_on=day(12, 12))
    _pay(bureau, 4)
    return cases


def _apply(bureau: Bureau) -> list[int]:
    with bureau.desk("clerk", MONDAY) as desk:
        take_office(bureau, desk, PEOPLE, since=date(2005, 1, 1))
        brother = DeclaredRelation(relation="sibling", holder=bureau.people["村干部"])
        given = [rural("甲", 4, "2000", day=MONDAY), rural("乙", 3, "2000", day=MONDAY),
                 rural("丙", 2, "1200", day=MONDAY, relatives=[brother])]  # fmt: skip
        cases = [apply(desk, one) for one in given]
        for case in cases:
            accept(desk, case, happened_on=MONDAY)
        return [case.id for case in cases]


def _hang(bureau: Bureau, cases: Sequence[int], event: str, by: str, *, on: date, until: date) -> None:
    """One sheet for the village, put up and taken down."""
    with bureau.desk("clerk", on) as desk:
        numbers = [again(desk, one).number for one in cases]
        notice = Notice(event=event, division=DALI, programme="dibao", area="rural", cases=numbers, phone="演示电话")
        sheets = [one.id for one in draw(desk, notice)]
        posters = [bureau.people["村文书"]]
        for one in sheets:
            post(desk, one, Hanging(posted_by=by, posters=posters, places=["village_notice_board"], happened_on=on))
    with bureau.desk("clerk", until) as desk:
        for one in sheets:
            take_down(desk, one, happened_on=until)


def _survey_and_appraise(bureau: Bureau, cases: Sequence[int]) -> None:
    people = bureau.people
    with bureau.desk("clerk", day(3, 10)) as desk:
        visits = {
            again(desk, one).number: HouseholdVisit(
                at=f"{9 + hour:02d}:00", place="演示村", finding="与申报一致（演示）"
            )
            for hour, one in enumerate(cases)
        }
        visitors = [people["村主任"], people["村文书"]]
        record_round(desk, RoundSheet(stage="survey", happened_on=day(3, 10), division=DALI, visitors=visitors,
                                      visits=visits))  # fmt: skip
    with bureau.desk("clerk", day(3, 12)) as desk:
        sitting = [number for name, number in people.items() if name.startswith("村")]
        votes = {again(desk, one).number: Vote(agree=len(sitting), result="agreed") for one in cases[:2]}
        votes[again(desk, cases[2]).number] = Vote(
            agree=len(sitting) - 1, result="agreed", stepped_out=[people["村干部"]]
        )
        record_meeting(
            desk,
            MeetingSheet(kind="appraisal", stage="appraisal", held_on=day(3, 12), division=DALI, chair=people["村主任"],
                         place="村委会（演示）", expected=len(sitting) + 1, attendees=sitting, signed=sitting,
                         votes=votes, announced_at="20:30"),
        )  # fmt: skip
    _hang(bureau, cases, "appraisal", "village", on=day(3, 12), until=day(3, 16))


def _review(bureau: Bureau, cases: Sequence[int]) -> None:
    """The village's opinion, the township's review inside its limit, a neighbour's objection and the inquiry."""
    _each(bureau, "clerk", day(3, 17), cases, lambda desk, one: complete_stage(
        desk, again(desk, one), "preliminary_opinion", happened_on=day(3, 17), result="recommended"))  # fmt: skip
    reviewers = [bureau.people["乡干部甲"]]
    _each(bureau, "reviewer", day(3, 28), cases, lambda desk, one: complete_stage(
        desk, again(desk, one), "review", happened_on=day(3, 28), by=reviewers, result="recommended"))  # fmt: skip
    with bureau.desk("clerk", day(3, 30)) as desk:
        object_to(
            desk, again(desk, cases[2]), "review", happened_on=day(3, 30), by="villager", reason="收入申报不实（演示）"
        )
    with bureau.desk("clerk", day(4, 3)) as desk:
        both = [bureau.people["乡干部甲"], bureau.people["乡干部乙"]]
        answer(desk, again(desk, cases[2]), happened_on=day(4, 3), by=both, result="upheld")
    _hang(bureau, cases, "review", "township", on=day(4, 3), until=day(4, 7))


def _each(bureau: Bureau, role: str, on: date, cases: Sequence[int], act: Callable[[Desk, int], object]) -> None:
    with bureau.desk(role, on) as desk:
        for one in cases:
            act(desk, one)


def _decide(bureau: Bureau, cases: Sequence[int]) -> None:
    with bureau.desk("approver", day(4, 15)) as desk:
        for number, one in enumerate(cases, 1):
            ruling = CountyRuling(happened_on=day(4, 15))
            approve(desk, again(desk, one), ruling)
            issue(desk, again(desk, one), f"演示-{number:04d}", happened_on=day(4, 15))
    _hang(bureau, cases, "approval", "county", on=day(4, 15), until=day(4, 19))


def _pay(bureau: Bureau, quarter: int) -> None:
    """Prepare a quarter's payroll, approve it as another person, send it to the bank, enter its answer."""
    on = date(2008, 3 * quarter, 30)
    scope = Scope(programme="dibao", division=DALI, period=PayPeriod.parse(f"2008Q{quarter}"))
    number = payroll.prepare(bureau.platform.database, partial(bureau.desk, "clerk", on), scope)
    with bureau.desk("approver", on) as desk:
        payroll.approve(desk, number)
    with bureau.desk("reviewer", on) as desk:
        bank.export(desk, number)
    with bureau.desk("clerk", on) as desk:
        bank.confirm(desk, number)


def _half_year(bureau: Bureau, case_id: int, *, income: str, on: date, counts: date) -> None:
    """A village campaign: the round's grid is entered by the clerk and decided by another person."""
    with bureau.desk("clerk", on) as desk:
        case = again(desk, case_id)
        known = facts_on(desk.session, case_id, on)
        assert known is not None
        made = open_round(desk, DALI, name="半年复核（演示）", programme="dibao", due_on=on, everybody=True)
        visited = [bureau.people["乡干部甲"], bureau.people["乡干部乙"]]
        result = Result(number=case.number, reviewed_on=on, from_month=counts,
                        facts=with_income(known.facts, income), visited_by=visited)  # fmt: skip
        enter_results(desk, made.id, [result])
        round_id, number = made.id, case.number
    with bureau.desk("approver", on) as desk:
        decide_results(desk, round_id, numbers=[number])


def _post_change(bureau: Bureau, case_id: int) -> None:
    """Every change hangs at least seven days (第十条(四))."""
    with bureau.desk("clerk", day(9, 21)) as desk:
        case = again(desk, case_id)
        notice = Notice(event="change", division=DALI, programme="dibao", area="rural", cases=[case.number],
                        phone="演示电话", values={case.number: {"change": "reduce"}})  # fmt: skip
        (sheet,) = draw(desk, notice)
        sheet_id = sheet.id
        post(desk, sheet_id, Hanging(posted_by="township", posters=[bureau.people["乡干部甲"]],
                                     places=["village_notice_board"], happened_on=day(9, 21)))  # fmt: skip
    with bureau.desk("clerk", day(9, 29)) as desk:
        take_down(desk, sheet_id, happened_on=day(9, 29))
