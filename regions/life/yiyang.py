"""Urban Yiyang, 2018: one application under 民发〔2012〕220号, then the notice that raises the standard back-dated.

The plugin stands as it did before the notice was known; the notice is entered as an amendment. Its days of effect and
the month arrears are paid from are demonstration assumptions: the source gives the day of issue alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from core.casework.flow.acceptance import accept
from core.casework.flow.application import apply
from core.casework.flow.approval import CountyRuling, approve
from core.casework.flow.certificate import issue
from core.casework.flow.stage import complete_stage
from core.casework.money import bank, payroll
from core.casework.money.payroll import PayPeriod, Scope
from core.casework.rounds.meeting import MeetingSheet, Vote, record_meeting
from core.casework.rounds.posting import Notice, draw
from core.casework.rounds.posting_board import Hanging, post, take_down
from core.casework.rounds.visit import HouseholdVisit, RoundSheet, record_round
from core.casework.uprating import redecision
from core.casework.uprating.redecision_work import run_batch
from core.source import read_text
from regions import amendment
from regions.discovery import folder_of
from regions.life.applicants import urban
from regions.life.bureau import Bureau, again, take_office

CITY, DISTRICT = "430900", "430902"
BROUGHT_BY_THE_NOTICE = (
    "urban-2018", "rural-2018", "special-hardship-urban", "special-hardship-rural", "urban-target-2018",
    "rural-target-2018",
)  # fmt: skip
PEOPLE = (
    ("街道干部甲", "township_staff", DISTRICT), ("街道干部乙", "township_staff", DISTRICT),
    ("区民政干部甲", "county_civil_affairs", DISTRICT), ("区民政干部乙", "county_civil_affairs", DISTRICT),
    ("居委会成员", "village_committee", DISTRICT),
    *((f"居民代表{number}", "villager_representatives", DISTRICT) for number in range(1, 7)),
)  # fmt: skip
NOTICE = """
division: "430900"
document:
  number: 益政办发[2018]11号
  issuer: 益阳市人民政府
  title: 关于调整全市城乡最低生活保障标准救助水平和城乡特困人员救助供养标准的通知
  issued: 2018-04-27
  effective: 2018-05-01
  first_payment_month: 2018-05
  arrears_from: 2018-01  # 演示假定
  assurance: seed
rows:
  - {kind: standard, programme: dibao, area: urban, amount: {yuan: 430, per: person-month}, cite: L189（城市标准）}
  - {kind: standard, programme: dibao, area: rural, amount: {yuan: 3200, per: person-year}, cite: L189（农村标准）}
"""
ARREARS = "  arrears_from: 2018-01  # 演示假定\n"
"""执行日期、首次发放月、补发起始月为演示假定，来源只有印发日期。"""

POSTED: Mapping[str, Mapping[str, Any]] = {
    "review": {"home_visit_result": "consistent", "appraisal_result": "valid", "review_result": "recommended"},
    "approval": {"amount": 36_000},
}
"""What each sheet says of the household, as its rule lists the fields."""


def day(month: int, number: int) -> date:
    """Return a day of 2018."""
    return date(2018, month, number)


def before_the_notice(folder: Path) -> Path:
    """Write the Yiyang plugin as it stood before the notice: the bundled one without what the notice brought."""
    head, *parts = re.split(r"(?m)^(?=  - id: )", (folder_of("yiyang") / "policy.yaml").read_text(encoding="utf-8"))
    kept = [one for one in parts if one.split()[2] not in BROUGHT_BY_THE_NOTICE]
    made = folder / "yiyang"
    made.mkdir()
    (made / "policy.yaml").write_text(head + "".join(kept), encoding="utf-8")
    return made


def live(bureau: Bureau) -> list[int]:
    """Lead one case through the first half of 2018; returns its id in a list."""
    with bureau.desk("clerk", day(2, 5)) as desk:
        take_office(bureau, desk, PEOPLE, since=date(2015, 1, 1))
        case = apply(desk, urban("丁", 3, "900", day=day(2, 5)))
        accept(desk, case, happened_on=day(2, 5))
        case_id = case.id
    _township(bureau, case_id)
    _county(bureau, case_id)
    _pay(bureau, 4)
    uuid = _publish(bureau)
    _redecide(bureau, uuid)
    _pay(bureau, 5)
    return [case_id]


def _stage(bureau: Bureau, case_id: int, stage: str, on: date, role: str = "reviewer", **more: Any) -> None:
    with bureau.desk(role, on) as desk:
        complete_stage(desk, again(desk, case_id), stage, happened_on=on, **more)


def _township(bureau: Bureau, case_id: int) -> None:
    people = bureau.people
    pair = [people["街道干部甲"], people["街道干部乙"]]
    _stage(bureau, case_id, "means_verification", day(2, 8), result="consistent",
           body={"methods": ["tax", "bank", "vehicle"]})  # fmt: skip
    for stage in ("home_visit", "neighbour_interview"):
        with bureau.desk("clerk", day(2, 11)) as desk:
            told = HouseholdVisit(at="10:30", place="演示社区", finding="与申报一致（演示）")
            record_round(desk, RoundSheet(stage=stage, happened_on=day(2, 11), division=DISTRICT, visitors=pair,
                                          visits={again(desk, case_id).number: told}))  # fmt: skip
    with bureau.desk("clerk", day(2, 13)) as desk:
        sitting = [people["街道干部甲"], people["居委会成员"], *(people[f"居民代表{n}"] for n in range(1, 7))]
        record_meeting(
            desk,
            MeetingSheet(kind="appraisal", stage="community_appraisal", held_on=day(2, 13), division=DISTRICT,
                         place="社区活动室（演示）", chair=people["街道干部甲"], expected=8, attendees=sitting,
                         signed=sitting, votes={again(desk, case_id).number: Vote(agree=8, result="valid")},
                         announced_at="16:00"),
        )  # fmt: skip
    _stage(bureau, case_id, "review", day(2, 14), by=pair, result="recommended")
    with _hung(bureau, case_id, "review", "township", "village_notice_board", on=day(2, 14), until=day(2, 22)):
        _stage(bureau, case_id, "review_posting", day(2, 22))
    papers = {"evidence": ["application_file", "survey_results", "appraisal_record"]}
    _stage(bureau, case_id, "submission", day(2, 23), body=papers)


def _county(bureau: Bureau, case_id: int) -> None:
    pair = [bureau.people["区民政干部甲"], bureau.people["区民政干部乙"]]
    with bureau.desk("reviewer", day(2, 26)) as desk:
        told = HouseholdVisit(at="09:30", place="演示社区", finding="抽中入户，与申报一致（演示）")
        record_round(desk, RoundSheet(stage="county_check", happened_on=day(2, 26), division=DISTRICT, visitors=pair,
                                      visits={again(desk, case_id).number: told}))  # fmt: skip
    _stage(bureau, case_id, "approval_opinion", day(2, 28), by=pair, result="to_be_approved")
    with _hung(bureau, case_id, "approval", "county", "village_notice_board", on=day(2, 28), until=day(3, 8)):
        _stage(bureau, case_id, "approval_posting", day(3, 8))
    with bureau.desk("approver", day(3, 9)) as desk:
        ruling = CountyRuling(happened_on=day(3, 9), by=pair)
        approve(desk, again(desk, case_id), ruling)
        issue(desk, again(desk, case_id), "演示-0001", happened_on=day(3, 9))


@contextmanager
def _hung(bureau: Bureau, case_id: int, event: str, by: str, place: str, *, on: date, until: date) -> Iterator[None]:
    """A sheet put up and taken down after its days; inside, the stage that is the posting itself is entered."""
    with bureau.desk("clerk", on) as desk:
        case = again(desk, case_id)
        notice = Notice(event=event, division=DISTRICT, programme="dibao", area="urban", cases=[case.number],
                        phone="演示电话", values={case.number: POSTED[event]})  # fmt: skip
        (sheet,) = draw(desk, notice)
        sheet_id = sheet.id
        poster = bureau.people["街道干部甲" if by == "township" else "区民政干部甲"]
        post(desk, sheet_id, Hanging(posted_by=by, posters=[poster], places=[place], happened_on=on))
    with bureau.desk("clerk", until) as desk:
        take_down(desk, sheet_id, happened_on=until)
    yield


def _publish(bureau: Bureau) -> str:
    """The policy officer enters the notice, another person approves and publishes it."""
    with bureau.desk("policy_editor", day(4, 27)) as desk:
        uuid = amendment.propose(desk, read_text(NOTICE, "益政办发[2018]11号")).uuid
        amendment.submit(desk, uuid)
    with bureau.desk("policy_approver", day(4, 28)) as desk:
        amendment.approve(desk, uuid)
        amendment.publish(desk, uuid)
    return uuid


def _redecide(bureau: Bureau, uuid: str) -> None:
    """One batch for the district: listed, signed by another person, then a decision for every household."""
    with bureau.desk("clerk", day(5, 2)) as desk:
        batch = redecision.prepare(desk, uuid, DISTRICT).id
    _run(bureau, batch, redecision.PREPARE)
    with bureau.desk("approver", day(5, 3)) as desk:
        seen = redecision.batch_of(desk, batch, "redecision.sign").digest
        assert seen is not None
        redecision.sign(desk, batch, digest=seen)
    _run(bureau, batch, redecision.DECIDE)


def _run(bureau: Bureau, batch: str, kind: str) -> None:
    with bureau.platform.reading_desk("clerk") as desk:
        pass
    for _ in run_batch(bureau.platform.database, desk, batch, kind):
        pass


def _pay(bureau: Bureau, month: int) -> None:
    """Prepare a month's payroll, approve it as another person, send it to the bank, enter its answer."""
    on = day(month, 8)
    scope = Scope(programme="dibao", division=DISTRICT, area="urban", period=PayPeriod.parse(f"2018-{month:02d}"))
    open_desk: Callable[[], Any] = partial(bureau.desk, "clerk", on)
    number = payroll.prepare(bureau.platform.database, open_desk, scope)
    with bureau.desk("approver", on) as desk:
        payroll.approve(desk, number)
    with bureau.desk("reviewer", on) as desk:
        bank.export(desk, number)
    with bureau.desk("clerk", on) as desk:
        bank.confirm(desk, number)
