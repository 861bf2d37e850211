"""The register of office in the panel: posts with their terms, kin named only where one may read them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.casework.people.office import Post, add_post
from core.casework.staff import grant_role
from core.store.tables import KinshipLink, OfficePost
from tests.admin.village import AUDITOR, CLERK, DALI, ELSEWHERE, Village, settled

PERSON = {
    "division": DALI, "name": "示例会计", "role": "village_committee", "unit": "西村村委会", "position": "会计",
    "since": "2006-01-01",
}  # fmt: skip


@pytest.fixture
def village(make_panel: Any) -> Village:
    """The village with its people in office."""
    return settled(make_panel, surveyed=False)


def test_somebody_is_entered_and_listed_by_unit(village: Village) -> None:
    visitor = village.panel.visitor(CLERK)
    made = visitor.post("/offices/new", PERSON | {"is_head": "1"})

    assert made.status_code == 303, made.get_data(as_text=True)
    assert village.rows(OfficePost, OfficePost.unit == "西村村委会")[0].is_head
    said = visitor.get("/offices/?unit=西村村委会").get_data(as_text=True)
    assert "示例会计" in said and "示例主任" not in said and "负责人" in said


def test_faults_stand_at_their_fields_and_what_was_typed_stays(village: Village) -> None:
    wrong = PERSON | {"name": "", "since": "2006", "until": "2005-01-01", "division": "999999", "position": "会计员"}
    answer = village.panel.visitor(CLERK).post("/offices/new", wrong)
    said = answer.get_data(as_text=True)

    assert answer.status_code == 422 and 'id="f-name-fault-1"' in said and 'id="f-since-fault-1"' in said
    assert 'value="会计员"' in said
    ends = village.panel.visitor(CLERK).post("/offices/new", PERSON | {"until": "2005-01-01"})
    assert ends.status_code == 422 and 'id="f-until-fault-1"' in ends.get_data(as_text=True)
    assert village.rows(OfficePost, OfficePost.unit == "西村村委会") == []


def test_post_is_added_and_ended_with_a_reason(village: Village) -> None:
    visitor, holder = village.panel.visitor(CLERK), village.people["示例代表一"]
    assert visitor.post(f"/offices/{holder}/posts", PERSON).status_code == 303
    post = village.rows(OfficePost, OfficePost.unit == "西村村委会")[0]

    nothing = visitor.post(f"/offices/{holder}/posts/{post.id}/end", {"until": "2008-03-12"})
    assert nothing.status_code == 422 and "必填" in nothing.get_data(as_text=True)
    ended = {"until": "2008-03-12", "reason": "换届"}
    assert visitor.post(f"/offices/{holder}/posts/{post.id}/end", ended).status_code == 303
    assert village.rows(OfficePost, OfficePost.id == post.id)[0].until == date(2008, 3, 12)
    other = village.people["示例代表二"]
    assert visitor.post(f"/offices/{other}/posts/{post.id}/end", ended).status_code == 422


def test_relation_to_a_household_is_recorded_and_ended(village: Village) -> None:
    visitor, holder, case = village.panel.visitor(CLERK), village.people["示例代表一"], village.cases[0]
    listed = visitor.get(f"/offices/{holder}?case={case}").get_data(as_text=True)
    assert "示例1" in listed and "示例4" in listed

    form = {"case": case, "member": "2", "relation": "sibling", "basis": "officer"}
    assert visitor.post(f"/offices/{holder}/kin", form | {"member": "9"}).status_code == 422
    assert visitor.post(f"/offices/{holder}/kin", form).status_code == 303
    link = village.rows(KinshipLink)[-1]
    said = visitor.get(f"/offices/{holder}").get_data(as_text=True)
    assert "示例2 是此人的兄弟姐妹" in said and case in said and "本人申报" in said

    ended = {"until": "2008-03-12", "reason": "登记有误"}
    assert visitor.post(f"/offices/{holder}/kin/{link.id}/end", ended).status_code == 303
    assert village.rows(KinshipLink, KinshipLink.id == link.id)[0].ended_on == date(2008, 3, 12)


def test_register_is_out_of_reach_outside_its_area_and_without_the_right(village: Village) -> None:
    holder = village.people["示例干部"]
    outsider, auditor = village.panel.visitor(ELSEWHERE), village.panel.visitor(AUDITOR)

    assert outsider.get(f"/offices/{holder}").status_code == 404
    assert outsider.get(f"/offices/?division={DALI}").status_code == 403
    assert outsider.post("/offices/new", PERSON).status_code == 422
    assert outsider.post(f"/offices/{holder}/posts", PERSON).status_code in (403, 404)
    assert auditor.get(f"/offices/{holder}").status_code == 200 and auditor.get("/offices/new").status_code == 403
    assert len(village.rows(OfficePost)) == 5


def test_kin_outside_ones_area_is_not_named(village: Village) -> None:
    with village.panel.platform.desk("root") as desk:
        post = Post(role="township_staff", division="610524", unit="邻县", position="员", since=date(2005, 1, 1))
        add_post(desk, village.people["示例干部"], post)
        grant_role(desk, ELSEWHERE, "clerk", "610524", since=date(2000, 1, 1))
    said = village.panel.visitor(ELSEWHERE).get(f"/offices/{village.people['示例干部']}").get_data(as_text=True)

    assert "示例干部" in said and "（管辖外人员）" in said
    assert village.cases[2] not in said and "示例1" not in said
