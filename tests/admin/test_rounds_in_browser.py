"""Meetings, visits, notices, the register, recusal and the calendar in a real browser, filled, wrong and opened up."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.people.recusal_demand import demand
from core.casework.rounds.meeting import MeetingSheet, Vote, record_meeting
from core.casework.rounds.posting import Notice, draw
from core.casework.rounds.proof import Photo
from core.casework.rounds.proof_file import add_proof
from core.store.tables import AssistanceCase
from tests.admin.village import APPROVER, CLERK, DALI, JPEG, Village, paid, settled

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("bases", ["sqlite"], indirect=True)]

SHEET = f"division={DALI}&area=rural&on=2008-03-12"
PAGES = (
    "/meetings/", "/meetings/1", f"/meetings/new?{SHEET}&stage=appraisal", f"/visits/new?{SHEET}&stage=survey",
    "/postings/", "/postings/1", "/postings/1/print", f"/postings/new?{SHEET}&stage=appraisal",
    "/offices/", "/offices/2", "/offices/2?case={case}", "/offices/new", "/recusals/", "/recusals/1",
    "/recusals/new?case={case}", "/filings/", "/reviews/", "/reviews/1", "/reviews/1/grid", "/samples/",
    "/duties/?month=2008-03", "/duties/?month=2008-03&view=month", "/duties/coverage", "/problems/", "/problems/1",
    "/problems/new", "/duties/years/",
)  # fmt: skip


@pytest.fixture
def village(make_panel: Any) -> Village:
    """The village in the middle of its work: a meeting held, a sheet drawn, a demand made, a round open."""
    village = settled(make_panel)
    people = [village.people[one] for one in ("示例主任", "示例代表一", "示例代表二")]
    with village.panel.platform.desk(CLERK) as desk:
        votes = {village.cases[0]: Vote(agree=3, result="agreed")}
        record_meeting(desk, MeetingSheet(
            kind="appraisal", stage="appraisal", held_on=date(2008, 3, 12), division=DALI, place="东村", chair=people[0],
            expected=4, attendees=people, signed=people, votes=votes, announced_at="20:30"))  # fmt: skip
        add_proof(desk, "meeting/1", Photo(name="记录.jpg", content=JPEG))
        draw(desk, Notice(event="application", division=DALI, programme="dibao", area="rural", cases=village.cases,
                          phone="0913-1234567"))  # fmt: skip
        case = desk.session.scalars(select(AssistanceCase).where(AssistanceCase.number == village.cases[2])).one()
        demand(desk, case, village.people["示例干部"], by="applicant", reason="是兄弟")
    paid(village, month=date(2008, 4, 1))
    visitor = village.panel.visitor(CLERK)
    visitor.post(
        "/reviews/", {"division": DALI, "programme": "dibao", "name": "复核", "due": "2008-10-31", "everybody": "1"}
    )
    visitor.post("/problems/new", {"division": DALI, "source": "检查", "finding": "缺照片", "found_on": "2008-03-12",
                                   "due": "2008-03-31"})  # fmt: skip
    return village


@pytest.fixture
def panel(village: Village) -> Any:
    """What the browser is shown."""
    return village.panel


@pytest.mark.parametrize(("login", "size"), [(CLERK, (1366, 768)), (APPROVER, (390, 844))])
def test_pages_are_sound_and_fit_the_window(
    village: Village, open_window: Any, login: str, size: tuple[int, int]
) -> None:
    window = open_window(login, size=size)
    seen = 0
    for page in PAGES:
        path = page.format(case=village.cases[2])
        if village.panel.visitor(login).get(path).status_code != 200:
            continue
        window.go(path)
        window.sound()
        assert window.page.evaluate("document.documentElement.scrollWidth") <= size[0], path
        seen += 1
    assert seen >= len(PAGES) - 2


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_review_of_one_household_is_entered_on_a_page_that_is_sound(
    village: Village, open_window: Any, size: tuple[int, int]
) -> None:
    window = open_window(CLERK, size=size)
    window.go("/reviews/1/grid")
    window.page.locator("td a", has_text="全部情况").first.click()
    window.page.click("#list-asset button[name=more]")
    window.page.wait_for_selector("[name=asset-0-kind]")
    window.page.locator("summary", has_text="示例户1").click()
    window.sound()
    assert window.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    window.page.fill("[name=from_month]", "2008-04")
    window.page.select_option("[name=asset-0-kind]", "vehicle")
    window.page.select_option("[name=asset-0-exempt]", "livelihood_vehicle")
    window.page.locator("main form button", has_text="录入").last.click()
    window.page.wait_for_url("**/reviews/1?state=entered")
    assert "继续发放" in window.page.inner_text("main")


def test_dialogs_say_what_follows_and_faults_stand_where_they_belong(village: Village, open_window: Any) -> None:
    window = open_window(CLERK)
    window.go("/offices/2")
    window.page.click("text=终止任职")
    window.page.wait_for_selector(".modal.show")
    assert "不能再以这一身份参加会议" in window.page.locator(".modal.show").inner_text()
    window.page.wait_for_timeout(400)
    window.sound()

    window.go(f"/visits/new?{SHEET}&stage=preliminary_opinion")
    window.page.locator("[data-cell=number] >> nth=0").evaluate("one => one.removeAttribute('readonly')")
    window.page.locator("[data-cell=at] >> nth=0").fill("9")
    window.page.click("text=记录入户")
    window.page.wait_for_selector("[data-focus]")
    assert "入户须有两名以上不同人员" in window.page.locator(".faults").inner_text()
    assert window.page.locator("[data-cell=at] >> nth=0").input_value() == "9"
    window.watched.noted.clear()  # the browser notes the answer's status 422
    window.sound()


def test_preview_of_a_sheet_is_shown_before_anything_is_kept(village: Village, open_window: Any) -> None:
    window = open_window(CLERK)
    window.go(f"/postings/new?{SHEET}&stage=appraisal")
    window.page.fill("#f-phone", "0913-1234567")
    window.page.click("text=预览")
    window.page.wait_for_selector("#preview")
    assert "民主评议意见" in window.page.locator("#preview").inner_text()
    window.sound()
