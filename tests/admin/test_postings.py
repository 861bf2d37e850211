"""Posting sheets in the panel: what is due, a preview that keeps nothing, proof, taking down, who may."""

from __future__ import annotations

import io
from typing import Any

import pytest

from core.casework.rounds import agenda
from core.store.tables import Attachment, Event, Posting
from tests.admin.village import AUDITOR, CLERK, DALI, ELSEWHERE, JPEG, Village, settled

NEW = f"/postings/new?division={DALI}&area=rural&stage=application"


@pytest.fixture
def village(make_panel: Any) -> Village:
    """The village, whose applications are accepted and not posted on a sheet of this system."""
    return settled(make_panel, surveyed=False)


def notice(village: Village, **more: Any) -> dict[str, Any]:
    """The form of a sheet with the first two cases."""
    return {
        "division": DALI, "area": "rural", "programme": "dibao", "stage": "application", "number": village.cases,
        "take": village.cases[:2], "v-household_size": [""] * 3, "v-application": [""] * 3, "phone": "0913-1234567",
    } | more  # fmt: skip


def hanging(village: Village, **more: Any) -> dict[str, Any]:
    """The form that puts a sheet up."""
    poster = str(village.people["示例主任"])
    return {"on": "2008-03-12", "posted_by": "village", "places": "village_notice_board", "attend": poster} | more


def test_cases_whose_notice_is_due_are_offered_with_the_rule(village: Village) -> None:
    said = village.panel.visitor(CLERK).get(NEW).get_data(as_text=True)

    assert all(one in said for one in village.cases) and "申请低保" in said and "4人" in said
    assert "3 日" in said and "村（居）委会" in said


def test_more_cases_than_a_sheet_holds_are_cut_and_the_page_says_so(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agenda, "MOST", 2)
    said = village.panel.visitor(CLERK).get(NEW).get_data(as_text=True)
    assert "只列出最早受理的 2 户" in said and village.cases[2] not in said


def test_preview_shows_the_sheet_and_keeps_nothing(village: Village) -> None:
    answer = village.panel.visitor(CLERK).post("/postings/new", notice(village, preview="1"))
    said = answer.get_data(as_text=True)

    assert answer.status_code == 200 and "预览（尚未保存）" in said and "0913-1234567" in said
    assert village.rows(Posting) == [] and village.rows(Event, Event.kind == "posting_drawn") == []


def test_sheet_is_drawn_put_up_with_its_photograph_and_taken_down(village: Village) -> None:
    visitor = village.panel.visitor(CLERK)
    drawn = visitor.post("/postings/new", notice(village))
    assert drawn.status_code == 303 and drawn.location == "/postings/1"
    assert village.cases[0] not in visitor.get(NEW).get_data(as_text=True)

    up = visitor.post("/postings/1/post", hanging(village, photo=(io.BytesIO(JPEG), "a.jpg")))
    assert up.status_code == 303, up.get_data(as_text=True)
    said = visitor.get("/postings/1").get_data(as_text=True)
    assert "公示中" in said and "2008年3月15日" in said and "示例主任" in said
    (kept,) = village.rows(Attachment)
    assert visitor.get(f"/proofs/{kept.id}").data == JPEG

    village.panel.on("2008-03-17")
    visitor = village.panel.visitor(CLERK)
    assert "期满未撤下" in visitor.get("/postings/?state=overdue").get_data(as_text=True)
    down = visitor.post("/postings/1/down", {"on": "2008-03-16"})
    assert down.status_code == 303
    (sheet,) = village.rows(Posting)
    assert sheet.status == "taken_down" and all(one.ended_on is not None for one in sheet.lines)
    assert "公示期满" in visitor.get("/postings/1").get_data(as_text=True)


def test_faults_stand_at_their_fields_and_what_was_typed_stays(village: Village) -> None:
    visitor = village.panel.visitor(CLERK)
    no_phone = visitor.post("/postings/new", notice(village, phone="", more="610523-2008-99999"))
    none = visitor.post("/postings/new", notice(village, take=[]))
    assert no_phone.status_code == none.status_code == 422
    said = no_phone.get_data(as_text=True)
    assert 'id="f-phone-fault-1"' in said and "该地没有这个案件" in said and "610523-2008-99999" in said
    assert "请至少勾选一户" in none.get_data(as_text=True) and village.rows(Posting) == []

    visitor.post("/postings/new", notice(village))
    wrong = visitor.post("/postings/1/post", hanging(village, posted_by="county", places="internet", days="1"))
    said = wrong.get_data(as_text=True)
    assert wrong.status_code == 422 and 'id="f-posted_by-fault-1"' in said and "互联网" in said
    assert 'id="f-days-fault-1"' in said and 'value="1"' in said
    assert village.rows(Posting)[0].status == "drawn"


def test_photograph_that_is_none_is_refused(village: Village) -> None:
    visitor = village.panel.visitor(CLERK)
    visitor.post("/postings/new", notice(village))
    answer = visitor.post("/postings/1/post", hanging(village, photo=(io.BytesIO(b"<svg onload=x>"), "a.png")))

    assert answer.status_code == 422 and 'id="f-photo-fault-1"' in answer.get_data(as_text=True)
    assert village.rows(Posting)[0].status == "drawn" and village.rows(Attachment) == []


def test_taking_down_early_needs_a_reason_and_counts_for_nothing(village: Village) -> None:
    visitor = village.panel.visitor(CLERK)
    visitor.post("/postings/new", notice(village))
    visitor.post("/postings/1/post", hanging(village))
    village.panel.on("2008-03-13")
    visitor = village.panel.visitor(CLERK)
    refused = visitor.post("/postings/1/down", {"on": "2008-03-13"})
    assert refused.status_code == 422 and 'id="f-reason-fault-1"' in refused.get_data(as_text=True)

    assert visitor.post("/postings/1/down", {"on": "2008-03-13", "reason": "被雨淋坏"}).status_code == 303
    assert [one.ended_on for one in village.rows(Posting)[0].lines] == [None, None]


def test_printed_sheet_holds_the_listed_fields_and_nothing_else(village: Village) -> None:
    visitor = village.panel.visitor(CLERK)
    visitor.post("/postings/new", notice(village))
    said = visitor.get("/postings/1/print").get_data(as_text=True)
    paper = said[said.index("paper-sheet") : said.index("</article>")]

    assert "户主姓名" in paper and "家庭人口数" in paper and "异议电话：0913-1234567" in paper
    assert village.cases[0] not in paper and "收入" not in paper
    assert visitor.get("/postings/1/workbook").data.startswith(b"PK")


def test_page_says_that_220_does_not_name_the_household_on_the_notice_of_the_review(panel: Any) -> None:
    said = panel.visitor(ELSEWHERE).get("/postings/new?division=430900&area=urban&stage=review").get_data(as_text=True)

    assert "入户调查结果、民主评议结果、审核结果" in said
    assert "来源未载" in said and "第二十五条只列入户调查、民主评议和审核结果" in said


def test_event_no_rule_has_posted_says_so(village: Village) -> None:
    answer = village.panel.visitor(CLERK).get(NEW.replace("stage=application", "stage=lottery"))
    assert answer.status_code == 200 and "没有“lottery”的公示" in answer.get_data(as_text=True)


def test_sheet_is_out_of_reach_outside_its_area_and_without_the_right(village: Village) -> None:
    village.panel.visitor(CLERK).post("/postings/new", notice(village))
    outsider, auditor = village.panel.visitor(ELSEWHERE), village.panel.visitor(AUDITOR)

    assert [outsider.get(f"/postings/1{end}").status_code for end in ("", "/print", "/workbook")] == [404] * 3
    assert outsider.post("/postings/1/post", hanging(village)).status_code in (403, 404)
    assert auditor.get("/postings/1").status_code == 200
    assert auditor.post("/postings/1/post", hanging(village)).status_code == 403
    assert village.rows(Posting)[0].status == "drawn"
