"""Re-decision batches in the panel: prepared for a county, signed as seen by another person, carried out, taken back."""

from __future__ import annotations

import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from core.casework.staff import grant_role
from core.store.tables import AssistanceCase, Decision, RedecisionBatch
from tests.admin.amending import APPROVER, CLERK, EDITOR, granted, published, registered, text_of

HESHAN = "430903"


@pytest.fixture
def here(panel: Any) -> Any:
    """The panel, its long work done within the request."""
    panel.app.config["LONG_WORK"] = "here"
    return panel


def prepared(panel: Any, uuid: str, login: str = CLERK) -> str:
    visitor = panel.visitor(login)
    answer = visitor.post("/batches/new", {"amendment": uuid, "division": HESHAN}, at=f"/batches/new?amendment={uuid}")
    assert answer.status_code == 303, text_of(answer)
    return str(answer.location.rpartition("/")[2])


def batch(panel: Any, batch_id: str) -> RedecisionBatch:
    with panel.platform.database.reading() as session:
        found: RedecisionBatch = session.get_one(RedecisionBatch, batch_id)
        return found


def signed(panel: Any, batch_id: str, login: str = APPROVER, digest: str | None = None) -> Any:
    seen = batch(panel, batch_id).digest if digest is None else digest
    return panel.visitor(login).post(f"/batches/{batch_id}/sign", {"digest": seen})


def test_batch_shows_totals_households_before_and_after_and_exceptions(here: Any) -> None:
    granted(here, "A1", name="王示例")
    case_id = granted(here, "A2", name="李示例")
    with here.platform.desk(CLERK) as desk:
        desk.session.get_one(AssistanceCase, case_id).status = "suspended"
    batch_id = prepared(here, published(here, document_arrears_from="2018-06"))
    told = text_of(here.visitor(CLERK).get(f"/batches/{batch_id}"))
    for word in ("待签批", "户数 1", "人数 3", "每月增支 60.00", "全部补差控制数 60.00", "补发合计 60.00", "名单校验值",
                 "户主", "人口", "原月额", "新月额", "差额", "补发月数", "补发金额", "原因", "王示例 3 390.00 450.00 60.00 1 60.00",
                 "示例〔2018〕1号提标", "暂停发放"):  # fmt: skip
        assert word in told, word
    assert "李示例" not in told
    assert "李示例 3 390.00 暂停发放" in text_of(here.visitor(CLERK).get(f"/batches/{batch_id}?show=exceptions"))
    assert str(batch(here, batch_id).digest) in told


def test_another_person_signs_the_list_as_seen_and_every_household_is_decided(here: Any) -> None:
    case_id = granted(here, "A1")
    batch_id = prepared(here, published(here))
    assert "没有在该地“签批批量调标”的权限" in text_of(here.visitor(CLERK).get(f"/batches/{batch_id}"))
    assert signed(here, batch_id, CLERK).status_code == 403
    refused = signed(here, batch_id, digest="0" * 64)
    assert refused.status_code == 422 and "名单与所见不同" in text_of(refused)
    assert batch(here, batch_id).status == "prepared"
    assert signed(here, batch_id).status_code == 303
    assert batch(here, batch_id).status == "decided"
    with here.platform.database.reading() as session:
        made = session.scalars(select(Decision).where(Decision.case_id == case_id).order_by(Decision.number)).all()
    assert [(one.kind, one.monthly) for one in made] == [("grant", 39_000), ("increase", 45_000)]
    assert made[-1].batch == batch_id


def test_batch_is_taken_back_with_a_reason(here: Any) -> None:
    case_id = granted(here, "A1")
    batch_id = prepared(here, published(here))
    signed(here, batch_id)
    visitor = here.visitor("approver2.430900")
    assert visitor.post(f"/batches/{batch_id}/withdraw").status_code == 422
    assert visitor.post(f"/batches/{batch_id}/withdraw", {"reason": "文件有误"}).status_code == 303
    assert batch(here, batch_id).status == "withdrawn"
    with here.platform.database.reading() as session:
        last = session.scalars(
            select(Decision).where(Decision.case_id == case_id).order_by(Decision.number.desc())
        ).first()
    assert last is not None and last.monthly == 39_000
    assert "理由：文件有误" in text_of(visitor.get(f"/batches/{batch_id}"))


def test_county_prepares_the_batch_of_an_amendment_of_its_city(here: Any) -> None:
    granted(here, "A1")
    uuid = published(here)
    with here.platform.desk("root") as desk:
        grant_role(desk, "clerk.610523", "clerk", HESHAN)
    county = here.visitor("clerk.610523")
    offered = text_of(county.get(f"/batches/new?amendment={uuid}"))
    assert "赫山区" in offered and "资阳区" not in offered
    page = county.get(f"/batches/{prepared(here, uuid, 'clerk.610523')}").get_data(as_text=True)
    assert "示例〔2018〕1号" in page and f"/amendments/{uuid}" not in page, "the city's drafts are not the county's"


def test_one_batch_for_each_amendment_and_county(here: Any) -> None:
    granted(here, "A1")
    uuid = published(here)
    prepared(here, uuid)
    page = text_of(here.visitor(CLERK).get(f"/batches/new?amendment={uuid}"))
    assert "赫山区" in page and "资阳区" in page and "已有批次" in page
    again = here.visitor(CLERK).post("/batches/new", {"amendment": uuid, "division": HESHAN}, at="/batches/new")
    assert again.status_code == 422 and "已有批次" in text_of(again)


def test_what_is_not_published_has_no_batch(here: Any) -> None:
    answer = here.visitor(CLERK).post(
        "/batches/new", {"amendment": registered(here), "division": HESHAN}, at="/batches/new"
    )
    assert answer.status_code == 422 and "尚未发布" in text_of(answer)


def test_both_lists_go_out_as_a_workbook(here: Any) -> None:
    granted(here, "A1", name="王示例")
    batch_id = prepared(here, published(here))
    answer = here.visitor(CLERK).get(f"/batches/{batch_id}/lists.xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    assert book.sheet_names[:2] == ["调整前后对照表", "例外清单"]
    assert any("王示例" in map(str, row) for row in book.get_sheet_by_index(0).to_python())


def test_totals_are_seen_without_right_to_cases_and_households_are_not(here: Any) -> None:
    granted(here, "A1", name="王示例")
    batch_id = prepared(here, published(here))
    told = text_of(here.visitor(EDITOR).get(f"/batches/{batch_id}"))
    assert "每月增支 60.00" in told and "王示例" not in told and "须有查看案件的权限" in told
    assert here.visitor(EDITOR).get(f"/batches/{batch_id}/lists.xlsx").status_code in (403, 404)


def test_batch_of_elsewhere_is_not_there(here: Any) -> None:
    granted(here, "A1")
    batch_id = prepared(here, published(here))
    for login in ("clerk.610523", "approver.610523"):
        assert here.visitor(login).get(f"/batches/{batch_id}").status_code == 404
        assert "示例〔2018〕1号" not in text_of(here.visitor(login).get("/batches/"))
    assert signed(here, batch_id, "approver.610523").status_code == 404
    assert "示例〔2018〕1号" in text_of(here.visitor(CLERK).get("/batches/"))


def test_notices_need_a_telephone_and_say_where_no_rule_demands_them(here: Any) -> None:
    granted(here, "A1")
    batch_id = prepared(here, published(here))
    visitor = here.visitor(CLERK)
    assert "必填" in text_of(visitor.post(f"/batches/{batch_id}/notices"))
    answer = visitor.post(f"/batches/{batch_id}/notices", {"phone": "0737-0000000"})
    assert answer.status_code == 422 and "的公示，不得张贴" in text_of(answer)
