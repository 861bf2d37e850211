"""Rounds of visits in the panel: two people at least, household by household, what was found kept encrypted."""

from __future__ import annotations

import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from core.store.tables import Attachment, Visit, VisitRound
from tests.admin.village import CLERK, DALI, ELSEWHERE, JPEG, Village, settled

NEW = f"/visits/new?division={DALI}&area=rural&on=2008-03-12&stage=survey"


@pytest.fixture
def village(make_panel: Any) -> Village:
    """The village before anybody visited."""
    return settled(make_panel, surveyed=False)


def filled(village: Village, **more: Any) -> dict[str, Any]:
    """Two people visit two of the three households."""
    both = [str(village.people["示例主任"]), str(village.people["示例代表一"])]
    return {
        "division": DALI, "area": "rural", "programme": "dibao", "on": "2008-03-12", "stage": "survey", "attend": both,
        "number": [*village.cases, ""], "at": ["09:00", "10:30", "", ""], "place": ["东村1组", "东村2组", "", ""],
        "finding": ["与申报一致", "土坯房三间", "", ""], "result": [""] * 4,
    } | more  # fmt: skip


def test_round_is_recorded_and_what_was_found_is_encrypted(village: Village) -> None:
    visitor = village.panel.visitor(CLERK)
    assert all(one in visitor.get(NEW).get_data(as_text=True) for one in village.cases)
    answer = visitor.post("/visits/new", filled(village))

    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert [village.kinds(one)[-1] for one in village.cases] == ["survey", "survey", "posting_ended"]
    (made,) = village.rows(VisitRound)
    assert sorted(made.visitors) == sorted([village.people["示例主任"], village.people["示例代表一"]])
    assert all("土坯房".encode() not in one.finding for one in village.rows(Visit))
    said = visitor.get(answer.location).get_data(as_text=True)
    book = CalamineWorkbook.from_filelike(io.BytesIO(visitor.get(f"{answer.location}/workbook").data))
    assert any("土坯房三间" in row for row in book.get_sheet_by_index(0).to_python())
    assert "土坯房三间" in said and "示例主任" in said and "村委会调查家庭经济状况" in said
    assert "2008年3月12日" in visitor.get("/visits/").get_data(as_text=True)


def test_one_visitor_alone_is_refused_and_faults_stand_at_their_cells(village: Village) -> None:
    visitor = village.panel.visitor(CLERK)
    alone = visitor.post("/visits/new", filled(village, attend=[str(village.people["示例主任"])]))
    form = filled(village, at=["9", "10:30", "", ""], finding=["与申报一致", "", "", ""])
    wrong = visitor.post("/visits/new", form)
    said = wrong.get_data(as_text=True)

    assert alone.status_code == 422 and "入户须有两名以上不同人员" in alone.get_data(as_text=True)
    assert wrong.status_code == 422 and 'id="fault-1-at"' in said and 'id="fault-2-finding"' in said
    assert 'value="9"' in said and village.rows(VisitRound) == []


def test_round_is_out_of_reach_outside_its_area(village: Village) -> None:
    village.panel.visitor(CLERK).post("/visits/new", filled(village))
    outsider = village.panel.visitor(ELSEWHERE)

    assert outsider.get("/visits/1").status_code == 404 and outsider.get(NEW).status_code == 403
    assert outsider.post("/visits/1/proofs", {"photo": (io.BytesIO(JPEG), "a.jpg")}).status_code == 404
    assert village.rows(Attachment) == []
