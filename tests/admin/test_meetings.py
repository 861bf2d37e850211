"""Meetings in the panel: the record is filled as its paper is, faults stand at their cells, nothing is half done."""

from __future__ import annotations

import io
from typing import Any

import pytest

from core.casework.people.office import Post, add_post
from core.casework.rounds import agenda
from core.store.tables import Attachment, Meeting
from tests.admin.village import AUDITOR, CLERK, DALI, ELSEWHERE, JPEG, Village, settled

NEW = f"/meetings/new?division={DALI}&area=rural&on=2008-03-12&stage=appraisal&kind=appraisal"
VILLAGERS = ("示例主任", "示例干部", "示例代表一", "示例代表二")


@pytest.fixture
def village(make_panel: Any) -> Village:
    """The village on the evening of the meeting."""
    return settled(make_panel)


@pytest.fixture
def panel(village: Village) -> Any:
    """What the browser is shown."""
    return village.panel


def filled(village: Village, **more: Any) -> dict[str, Any]:
    """The record as a clerk fills it: four take part, three cases, the cadre steps out of his brother's."""
    there = [str(village.people[name]) for name in VILLAGERS]
    return {
        "division": DALI, "area": "rural", "programme": "dibao", "on": "2008-03-12", "stage": "appraisal",
        "kind": "appraisal", "place": "东村村委会", "expected": "6", "announced_at": "20:30", "attend": there,
        "signed": there, "chair": there[0], "number": [*village.cases, ""], "subject": ["低保申请"] * 4,
        "agree": ["3", "4", "3", ""], "disagree": ["1", "", "", ""], "abstain": ["", "0", "", ""],
        "result": ["同意", "同意", "同意", ""], "out": [f"{village.cases[2]}:{village.people['示例干部']}"],
    } | more  # fmt: skip


def test_sheet_lists_who_waits_who_is_in_office_and_who_is_related_to_whom(village: Village) -> None:
    said = village.panel.visitor(CLERK).get(NEW).get_data(as_text=True)

    assert all(number in said for number in village.cases)
    assert all(name in said for name in VILLAGERS) and "示例1" in said
    assert "示例干部</strong>" in said and "家庭成员为其兄弟姐妹" in said and "建议回避" in said


def test_sheet_is_narrowed_to_a_unit_and_a_village(village: Village) -> None:
    said = village.panel.visitor(CLERK).get(f"{NEW}&unit=东村村委会&village=别村").get_data(as_text=True)

    assert "示例乡干部" not in said and "示例主任" in said
    assert village.cases[0] not in said and "没有等待该环节的户" in said


@pytest.mark.parametrize("bound", ["MOST", "LOOKED_AT"])
def test_sheet_that_cannot_list_all_who_wait_says_so_and_offers_the_villages(
    village: Village, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    visitor = village.panel.visitor(CLERK)
    whole = visitor.get(NEW).get_data(as_text=True)
    assert "户数较多" not in whole and '<option value="示例村">' in whole
    monkeypatch.setattr(agenda, bound, 2)
    cut = visitor.get(NEW).get_data(as_text=True)
    assert "只列出最早受理的 2 户" in cut and "下级地区或村（社区）" in cut
    assert village.cases[1] in cut and village.cases[2] not in cut
    assert "户数较多" not in visitor.get(f"{NEW}&village=别村").get_data(as_text=True)


def test_record_completes_the_stage_of_every_case_and_blank_rows_are_passed_over(village: Village) -> None:
    form = filled(village)
    form["agree"] = ["3", "4", "", ""]
    form["result"] = ["同意", "同意", "", ""]
    visitor = village.panel.visitor(CLERK)
    answer = visitor.post("/meetings/new", form)

    assert answer.status_code == 303, answer.get_data(as_text=True)
    (meeting,) = village.rows(Meeting)
    assert (meeting.expected, meeting.present, meeting.representatives) == (6, 4, 2)
    assert [(one.agree, one.disagree, one.result) for one in meeting.results] == [(3, 1, "agreed"), (4, 0, "agreed")]
    assert [village.kinds(one)[-1] for one in village.cases] == ["appraisal", "appraisal", "survey"]
    said = visitor.get(answer.location).get_data(as_text=True)
    assert "民主评议记录表" in said and "示例主任" in said and "20:30" in said and "2008年3月12日" in said
    assert visitor.get(f"{answer.location}/workbook").data.startswith(b"PK")
    assert "2008年3月12日" in visitor.get("/meetings/").get_data(as_text=True)


def test_who_steps_out_does_not_vote_on_that_case(village: Village) -> None:
    assert village.panel.visitor(CLERK).post("/meetings/new", filled(village)).status_code == 303
    (meeting,) = village.rows(Meeting)
    assert [one.excluded for one in meeting.results] == [[], [], [village.people["示例干部"]]]


def test_votes_that_do_not_add_up_are_told_at_their_cell_and_nothing_is_kept(village: Village) -> None:
    form = filled(village, agree=["3", "9", "3", ""])
    answer = village.panel.visitor(CLERK).post("/meetings/new", form)
    said = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert 'id="fault-2-agree"' in said and "不等于本户表决人数" in said and 'id="fault-1-agree"' not in said
    assert 'value="9"' in said and 'value="东村村委会"' in said
    assert village.rows(Meeting) == [] and village.kinds(village.cases[0])[-1] == "survey"


def test_faults_of_fields_and_cells_are_told_together(village: Village) -> None:
    form = filled(village, agree=["three", "4", "3", ""], place="", expected="viele")
    said = village.panel.visitor(CLERK).post("/meetings/new", form).get_data(as_text=True)

    assert 'id="fault-1-agree"' in said and "“同意”应为票数" in said and 'value="three"' in said
    assert 'id="f-place-fault-1"' in said and 'id="f-expected-fault-1"' in said


@pytest.mark.parametrize(
    ("change", "told"),
    [({"expected": "3"}, "应到人数少于实到人数"), ({"chair": ""}, "请选定主持人"),
     ({"announced_at": "half past"}, "时间应为 20:30 的形式"), ({"result": ["", "同意", "同意", ""]}, "须填写会议结果"),
     ({"agree": [""] * 4, "disagree": [""] * 4, "abstain": [""] * 4, "result": [""] * 4}, "没有填写任何一户")],
)  # fmt: skip
def test_what_is_wrong_with_the_record_is_told(village: Village, change: dict[str, Any], told: str) -> None:
    answer = village.panel.visitor(CLERK).post("/meetings/new", filled(village, **change))
    assert answer.status_code == 422 and told in answer.get_data(as_text=True)


def test_meeting_is_out_of_reach_outside_its_area_and_without_the_right(village: Village) -> None:
    assert village.panel.visitor(CLERK).post("/meetings/new", filled(village)).status_code == 303
    outsider, auditor = village.panel.visitor(ELSEWHERE), village.panel.visitor(AUDITOR)

    assert [outsider.get(path).status_code for path in ("/meetings/1", "/meetings/1/workbook")] == [404, 404]
    assert outsider.get(NEW).status_code == 403 and "2008年3月12日" not in outsider.get("/meetings/").get_data(
        as_text=True
    )
    assert outsider.post("/meetings/new", filled(village)).status_code == 403
    assert auditor.get("/meetings/1").status_code == 200 and auditor.get(NEW).status_code == 403
    assert len(village.rows(Meeting)) == 1


def test_proof_is_checked_by_content_and_sent_by_right_as_an_attachment(village: Village) -> None:
    visitor = village.panel.visitor(CLERK)
    visitor.post("/meetings/new", filled(village))

    def sent(content: bytes, name: str = "记录.jpg") -> int:
        return int(visitor.post("/meetings/1/proofs", {"photo": (io.BytesIO(content), name)}).status_code)

    assert sent(b"<script>alert(1)</script>", "photo.jpg") == 422 and sent(b"") == 422
    assert sent(JPEG, "photo.html") == 303
    (kept,) = village.rows(Attachment)
    answer = visitor.get(f"/proofs/{kept.id}")
    assert answer.data == JPEG and answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert village.panel.visitor(ELSEWHERE).get(f"/proofs/{kept.id}").status_code == 404
    assert village.panel.visitor(AUDITOR).post("/meetings/1/proofs").status_code == 403


def test_people_above_the_place_are_offered_only_to_who_may_read_their_register(village: Village) -> None:
    with village.panel.platform.desk("root") as desk:
        one = village.people["示例乡干部"]
        post = Post(role="county_civil_affairs", division="610500", unit="市民政局", position="科员",
                    since=village.panel.platform.today.replace(year=2005))  # fmt: skip
        add_post(desk, one, post)
    assert "市民政局" not in village.panel.visitor(CLERK).get(NEW).get_data(as_text=True)


@pytest.mark.slow
@pytest.mark.parametrize("bases", ["sqlite"], indirect=True)
def test_grid_is_filled_by_keyboard_and_from_a_spreadsheet(village: Village, open_window: Any) -> None:
    window = open_window(CLERK)
    window.go(NEW)
    window.sound()
    page = window.page
    for name in VILLAGERS:
        page.check(f"input[name=attend][aria-label$='{name}']")
    page.check("input[name=chair] >> nth=1")
    assert page.locator("[data-count='']").inner_text() == "4"
    assert page.locator("[data-count=villager_representatives]").inner_text() == "2"

    first = page.locator("tr[data-row] >> nth=0").locator("[data-cell=agree]")
    first.click()
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    page.keyboard.type("4")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("0")
    assert [one.input_value() for one in page.locator("[data-cell=agree]").all()[:2]] == ["4", "4"]
    assert page.locator("tr[data-row] >> nth=1").locator("[data-cell=disagree]").input_value() == "0"

    rows = f"案件编号\t同意\t弃权\t结果\n{village.cases[2]}\t2\t1\t同意\n{village.cases[0]}\t3\t1\t同意\n"
    first.evaluate(
        """(cell, text) => { const data = new DataTransfer(); data.setData("text/plain", text);
        cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }""",
        rows,
    )
    values = {
        name: [one.input_value() for one in page.locator(f"[data-cell={name}]").all()[:3]]
        for name in ("agree", "abstain", "result")
    }
    assert values == {"agree": ["3", "4", "2"], "abstain": ["1", "", "1"], "result": ["同意", "", "同意"]}
    assert "已粘贴 2 行" in page.locator("#sheet-said").inner_text()

    page.fill("#f-place", "东村村委会")
    page.fill("#f-expected", "6")
    page.check("input[name=out]")
    page.locator("tr[data-row] >> nth=1").locator("[data-cell=result]").fill("同意")
    page.click("text=记录会议")
    page.wait_for_url("**/meetings/1")
    window.sound()
    (meeting,) = village.rows(Meeting)
    assert [(one.agree, one.abstain) for one in meeting.results] == [(3, 1), (4, 0), (2, 1)]
