"""Amendments in the panel: from the document to publication, every fault at its field, nothing typed is lost."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest

from core.casework.rounds.proof import attachments_of
from core.casework.staff import grant_role
from tests.admin.amending import (
    ABROAD,
    CHECKER,
    CLERK,
    EDITOR,
    count,
    notice,
    published,
    registered,
    stepped,
    stored,
    text_of,
)

NEW = "/amendments/new"


def test_form_begins_with_the_document_and_what_is_in_force(panel: Any) -> None:
    page = panel.visitor(EDITOR).get(NEW)
    told, source = text_of(page), page.get_data(as_text=True)
    for word in (
        "文号",
        "发文机关",
        "标题",
        "印发日期",
        "备案日期",
        "公布日期",
        "执行日期",
        "首次发放月",
        "补发起始月",
        "扫描件",
    ):
        assert word in told
    assert "430元/人·月" in told and "3200元/人·年" in told
    assert 'value="430900 益阳市"' in source


def test_rows_left_as_they_were_filled_in_are_no_part_of_it(panel: Any) -> None:
    given = notice() | {"rows[1].amount.yuan": ""}
    answer = panel.visitor(EDITOR).post(NEW, given, at=NEW)
    made = stored(panel, answer.location.rpartition("/")[2])
    assert [(row.raw["area"], row.raw["amount"]["yuan"], row.raw["cite"]) for row in made.rows] == [
        ("urban", "450", "正文")
    ]
    assert (made.rows[0].previous or {})[""]["value"]["amount"]["yuan"] == "430"
    assert made.status == "draft" and made.number == "示例〔2018〕1号"


def test_every_fault_stands_at_its_field_and_what_was_typed_is_kept(panel: Any) -> None:
    given = notice(document_issuer="", document_announced="2018-05-01") | {
        "rows[0].amount.yuan": "45x", "rows[1].amount.per": "",
    }  # fmt: skip
    answer = panel.visitor(EDITOR).post(NEW, given, at=NEW)
    told, source = text_of(answer), answer.get_data(as_text=True)
    assert answer.status_code == 422 and count(panel) == 0
    assert "有 3 处需要更正" in told
    assert 'value="45x"' in source and "应为元，至多两位小数" in told
    assert "必填" in told and 'id="n-document-issuer-fault-1"' in source
    assert "示例〔2018〕1号" in source


def test_amendment_without_a_row_is_refused_and_says_so(panel: Any) -> None:
    given = notice() | {"rows[0].amount.yuan": "", "rows[1].amount.yuan": ""}
    answer = panel.visitor(EDITOR).post(NEW, given, at=NEW)
    assert answer.status_code == 422 and "没有一行填写了新的内容" in text_of(answer) and count(panel) == 0


def test_other_unit_is_told_and_accepted_with_a_reason(panel: Any) -> None:
    visitor = panel.visitor(EDITOR)
    given = notice() | {"rows[1].amount.yuan": "290", "rows[1].amount.per": "person-month"}
    assert "计量单位与原标准不同" in text_of(visitor.post(NEW, given, at=NEW))
    assert visitor.post(NEW, given | {"rows[1].accepts.unit": "改按月制定"}, at=NEW).status_code == 303


def test_what_is_typed_is_kept_though_it_is_not_valid_and_is_nobody_elses(panel: Any) -> None:
    visitor = panel.visitor(EDITOR)
    given = notice() | {"rows[1].amount.yuan": "34", "document.effective": ""}
    saved = visitor.post("/amendments/draft", given, at=NEW)
    told = saved.get_data(as_text=True)
    assert "已自动保存 2018年6月1日" in told
    assert 'id="rise-1" hx-swap-oob="true">+20.00' in told and 'id="before-2" hx-swap-oob="true">3200元/人·年' in told

    again = text_of(visitor.get(NEW))
    assert "已恢复您" in again and 'value="34"' in visitor.get(NEW).get_data(as_text=True)
    assert "示例〔2018〕1号" not in panel.visitor(ABROAD).get(NEW).get_data(as_text=True)
    visitor.post("/amendments/draft/drop", at=NEW)
    assert "示例〔2018〕1号" not in visitor.get(NEW).get_data(as_text=True)
    assert count(panel) == 0


def test_registered_draft_is_typed_no_more(panel: Any) -> None:
    visitor = panel.visitor(EDITOR)
    visitor.post("/amendments/draft", notice(), at=NEW)
    assert visitor.post(NEW, notice(), at=NEW).status_code == 303
    assert "已恢复" not in text_of(visitor.get(NEW))


def test_what_the_title_names_without_a_figure_is_a_gap_by_one_click(panel: Any) -> None:
    visitor = panel.visitor(EDITOR)
    hardship = {"rows[2].kind": "standard", "rows[2].programme": "special_hardship", "rows[2].area": "any"}
    shown = visitor.post("/amendments/form", notice() | hardship | {"do": "gap:rows[2]"}, at=NEW)
    assert 'name="rows[2].status" value="gap"' in shown.get_data(as_text=True)
    given = (
        notice()
        | hardship
        | {"rows[2].status": "gap", "rows[2].because.zh": "标题提到，未载数额", "rows[2].label.zh": "特困供养"}
    )
    uuid = visitor.post(NEW, given, at=NEW).location.rpartition("/")[2]
    raw = stored(panel, uuid).rows[2].raw
    assert (raw["status"], raw["because"]) == ("gap", {"zh": "标题提到，未载数额"}) and "amount" not in raw
    assert "空缺" in text_of(visitor.get(f"/amendments/{uuid}"))


def test_a_row_of_every_kind_has_a_form_of_its_schema(panel: Any) -> None:
    visitor = panel.visitor(EDITOR)
    token = visitor.token(NEW)
    for name, kind in panel.platform.manager.kinds.items():
        if not kind.amendable or name == "standard":
            continue
        answer = visitor.client.post(
            "/amendments/form", data={"csrf_token": token, "division": "430900", "do": f"row:{name}"},
            headers={"HX-Request": "true"},
        )  # fmt: skip
        source = answer.get_data(as_text=True)
        assert answer.status_code == 200 and kind.title.zh in source, name
        for part in kind.schema.get("properties", {}).values():
            assert part.get("title", "") in source, (name, part)


def test_items_in_force_are_brought_in_changed_and_handed_in(panel: Any) -> None:
    visitor = panel.visitor(EDITOR)
    target = {"rows[2].kind": "target", "rows[2].programme": "dibao", "rows[2].area": "urban"}
    shown = visitor.post("/amendments/form", notice() | target | {"do": "fill:rows[2]"}, at=NEW).get_data(as_text=True)
    assert 'name="rows[2].items[0].@key"' in shown and 'value="320"' in shown
    changed = {
        "rows[2].items[0].@key": "average_benefit", "rows[2].items[0].@value.amount.yuan": "335",
        "rows[2].items[0].@value.amount.per": "person-month", "rows[2].items[0].@value.operator": "at_least",
        "rows[2].items[0].@value.label.zh": "月人均救助水平",
    }  # fmt: skip
    uuid = visitor.post(NEW, notice() | target | changed, at=NEW).location.rpartition("/")[2]
    item = stored(panel, uuid).rows[2].raw["items"]["average_benefit"]
    assert item["amount"] == {"yuan": "335", "per": "person-month"}
    told = text_of(visitor.get(f"/amendments/{uuid}"))
    assert "320元/人·月" in told and "335元/人·月" in told


def test_missing_part_of_an_item_is_told_at_that_part(panel: Any) -> None:
    target = {
        "rows[2].kind": "target", "rows[2].programme": "dibao", "rows[2].area": "urban",
        "rows[2].items[0].@key": "average_benefit", "rows[2].items[0].@value.amount.per": "person-month",
    }  # fmt: skip
    answer = panel.visitor(EDITOR).post(NEW, notice() | target, at=NEW)
    assert answer.status_code == 422
    assert 'id="n-rows-2-items-0-value-amount-yuan-fault-1"' in answer.get_data(as_text=True)


def test_old_and_new_stand_side_by_side_with_the_change_marked(panel: Any) -> None:
    page = panel.visitor(CLERK).get(f"/amendments/{registered(panel)}")
    told = text_of(page)
    assert "430元/人·月 450元/人·月 +20.00" in told and "3200元/人·年 3400元/人·年 +200.00" in told
    assert '<td class="num changed">450元/人·月' in page.get_data(as_text=True)


def test_scan_is_known_by_its_content_and_handed_out_as_a_download(panel: Any) -> None:
    uuid = registered(panel)
    visitor = panel.visitor(EDITOR)

    def upload(content: bytes, name: str) -> Any:
        return visitor.post(f"/amendments/{uuid}/attach", {"paper": (BytesIO(content), name)},
                            content_type="multipart/form-data")  # fmt: skip

    refused = upload(b"MZ\x90\x00 program", "notice.pdf")
    assert refused.status_code == 422 and "只收照片" in text_of(refused)
    assert upload(b"", "").status_code == 422
    assert upload(b"%PDF-1.4 scan", "通知.pdf").status_code == 303
    with panel.platform.database.reading() as session:
        kept = attachments_of(session, f"amendment/{uuid}")
    assert [one.media_type for one in kept] == ["application/pdf"]
    answer = visitor.get(f"/amendments/scans/{kept[0].id}")
    assert answer.data == b"%PDF-1.4 scan" and answer.headers["Content-Disposition"].startswith("attachment")
    assert panel.visitor(ABROAD).get(f"/amendments/scans/{kept[0].id}").status_code == 404
    assert visitor.get(f"/amendments/scans/{kept[0].id + 1}").status_code == 404


def test_another_person_approves_and_publishes_and_the_steps_not_open_are_explained(panel: Any) -> None:
    uuid = registered(panel)
    assert stepped(panel, EDITOR, uuid, "submit").status_code == 303
    mine = text_of(panel.visitor(EDITOR).get(f"/amendments/{uuid}"))
    assert "没有在该地“审批修订”的权限" in mine and "需要角色：政策审批" in mine
    assert stepped(panel, EDITOR, uuid, "approve").status_code == 403
    for step in ("approve", "publish"):
        assert stepped(panel, CHECKER, uuid, step).status_code == 303
    assert stored(panel, uuid).status == "published"
    told = text_of(panel.visitor(CLERK).get(f"/amendments/{uuid}"))
    for word in ("登记", "提交审批", "批准", "发布", "编制批量调标"):
        assert word in told


def test_who_wrote_it_is_told_why_he_cannot_approve_it(panel: Any) -> None:
    with panel.platform.desk("root") as desk:
        grant_role(desk, EDITOR, "policy_approver", "430900", since=date(2000, 1, 1))
    uuid = registered(panel)
    stepped(panel, EDITOR, uuid, "submit")
    assert "不能审批或发布自己拟定或提交的修订" in text_of(panel.visitor(EDITOR).get(f"/amendments/{uuid}"))
    answer = stepped(panel, EDITOR, uuid, "approve")
    assert answer.status_code == 422 and stored(panel, uuid).status == "submitted"


def test_refusal_and_sending_back_need_a_reason(panel: Any) -> None:
    uuid = registered(panel)
    stepped(panel, EDITOR, uuid, "submit")
    answer = stepped(panel, CHECKER, uuid, "send_back")
    assert answer.status_code == 422 and "必填" in text_of(answer)
    assert stepped(panel, CHECKER, uuid, "send_back", reason="数额有误").status_code == 303
    assert stored(panel, uuid).status == "draft"
    assert "理由：数额有误" in text_of(panel.visitor(EDITOR).get(f"/amendments/{uuid}"))


def test_whoever_looked_at_an_older_version_is_told_so(panel: Any) -> None:
    uuid = registered(panel)
    stepped(panel, EDITOR, uuid, "submit")
    answer = panel.visitor(CHECKER).post(f"/amendments/{uuid}/step/approve", {"version": "1"})
    assert answer.status_code == 409 and "已被他人更改" in text_of(answer) and "查看最新内容" in text_of(answer)
    assert stored(panel, uuid).status == "submitted"


def test_draft_changed_meanwhile_is_not_overwritten(panel: Any) -> None:
    uuid = registered(panel)
    visitor = panel.visitor(EDITOR)
    path = f"/amendments/{uuid}/edit"
    assert visitor.post(path, notice(document_title="第二稿") | {"version": "1"}, at=path).status_code == 303
    answer = visitor.post(path, notice(document_title="迟到的稿") | {"version": "1"}, at=path)
    assert answer.status_code == 409 and "迟到的稿" in answer.get_data(as_text=True)
    assert stored(panel, uuid).title == "第二稿"
    assert "在您上次录入之后已被他人更改" in text_of(visitor.get(path))


def test_stored_draft_comes_back_into_its_form_whole(panel: Any) -> None:
    uuid = registered(panel, document_arrears_from="2018-06")
    source = panel.visitor(EDITOR).get(f"/amendments/{uuid}/edit").get_data(as_text=True)
    for value in ("2018-05-28", "2018-06", "450", "3400", "示例〔2018〕1号"):
        assert f'value="{value}"' in source


def test_earlier_values_are_issued_again_under_a_new_document(panel: Any) -> None:
    uuid = published(panel, document_effective="2018-06-01", document_first_payment_month="2018-06")
    visitor = panel.visitor(EDITOR)
    path = f"/amendments/{uuid}/rollback"
    refused = visitor.post(path, {"issuer": "市政府（示例）"}, at=path)
    assert refused.status_code == 422 and text_of(refused).count("必填") >= 3
    given = {"issuer": "市政府（示例）", "title": "撤销（示例）", "issued": "2018-06-01", "effective": "2018-07-01"}
    made = stored(panel, visitor.post(path, given, at=path).location.rpartition("/")[2])
    assert made.rolls_back == uuid and [row.raw["amount"]["yuan"] for row in made.rows] == ["430", "3200"]


def test_list_is_asked_by_place_state_and_number(panel: Any) -> None:
    registered(panel)
    visitor = panel.visitor(CLERK)
    assert "示例〔2018〕1号" in text_of(visitor.get("/amendments/?number=示例&status=draft&division=430900"))
    for query in ("status=published", "number=别的", "division=430902"):
        assert "没有符合条件的修订" in text_of(visitor.get(f"/amendments/?{query}"))


@pytest.mark.parametrize("path", ["", "/edit", "/rollback", "/impact"])
def test_amendment_of_elsewhere_is_not_there(panel: Any, path: str) -> None:
    uuid = registered(panel)
    assert panel.visitor(ABROAD).get(f"/amendments/{uuid}{path}").status_code == 404
    assert "示例〔2018〕1号" not in text_of(panel.visitor(ABROAD).get("/amendments/"))
    assert stepped(panel, ABROAD, uuid, "submit").status_code == 404
    assert stored(panel, uuid).status == "draft"


def test_nobody_proposes_for_a_place_of_others(panel: Any) -> None:
    answer = panel.visitor(ABROAD).post(NEW, notice(), at=NEW)
    assert answer.status_code == 403 and count(panel) == 0
    assert panel.visitor(CLERK).get(NEW).status_code == 403


def test_page_is_english_where_english_is_chosen(panel: Any) -> None:
    uuid = registered(panel)
    visitor = panel.visitor(EDITOR)
    visitor.post("/language", {"language": "en", "back": "/"})
    for path in (NEW, f"/amendments/{uuid}", "/amendments/"):
        told = text_of(visitor.get(path))
        assert "Amendment" in told or "amendment" in told
        assert "草稿" not in told and "执行日期" not in told, path


def test_users_are_named_by_name(panel: Any) -> None:
    assert "policy_editor·430900" in text_of(panel.visitor(CLERK).get(f"/amendments/{registered(panel)}"))


def test_form_of_what_is_no_draft_any_more_leads_to_its_page_and_says_why(panel: Any) -> None:
    uuid = registered(panel)
    stepped(panel, EDITOR, uuid, "submit")
    visitor = panel.visitor(EDITOR)
    answer = visitor.get(f"/amendments/{uuid}/edit")
    assert answer.status_code == 303 and answer.location == f"/amendments/{uuid}"
    assert "修订待审批，不能改写；退回后可以改写。" in text_of(visitor.get(answer.location))
