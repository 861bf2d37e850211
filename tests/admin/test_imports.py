"""Rosters on the screen: examined in the background, faults back as a workbook, approved by another, recomputed."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core.casework.income_item import item_labels
from core.casework.roster.layout import EXAMPLE, HEADINGS, columns_of_roster
from core.casework.workbook import Heading, Sheet, as_bytes, read_table
from core.store.tables import AssistanceCase, Job

CITY = "430900"
CLERK, APPROVER, STRANGER = f"clerk.{CITY}", f"approver.{CITY}", "clerk.610523"
TERMS = {"division": CITY, "programme": "dibao", "area": "rural", "document": "花名册（虚构）", "since": "2018-01",
         "paid_through": "2018-05"}  # fmt: skip


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def roster(**given: Any) -> bytes:
    """A roster of the template's example household."""
    cells = [{**EXAMPLE, **given}[one.name] for one in HEADINGS]
    return as_bytes(Sheet(title="花名册", columns=columns_of_roster(), rows=[cells]))


def upload(visitor: Any, content: bytes, **more: Any) -> Any:
    return visitor.post("/imports/new", {**TERMS, "file": (BytesIO(content), "花名册.xlsx"), **more})


def count(panel: Any) -> int:
    with panel.platform.database.reading() as session:
        return session.scalar(select(func.count()).select_from(AssistanceCase)) or 0


@pytest.fixture
def office(panel: Any) -> Any:
    """The panel with long work done at once."""
    panel.app.config["LONG_WORK"] = "here"
    return panel


def test_roster_is_examined_approved_by_another_imported_and_recomputed(office: Any) -> None:
    clerk, approver = office.visitor(CLERK), office.visitor(APPROVER)
    examined = upload(clerk, roster()).location
    shown = text(clerk.get(examined))
    assert "已完成" in shown and "283.33" in shown
    found = "/imports/roster-" + shown.partition('href="/imports/roster-')[2].partition('"')[0]
    assert "待审批" in text(clerk.get("/imports/")) and "您是提交人" in text(clerk.get(found))
    assert clerk.post(f"{found}/approve").status_code == 403 and count(office) == 0

    assert approver.post(f"{found}/approve").status_code == 303 and count(office) == 1
    assert "首次复算" in text(clerk.get(found))
    checked = clerk.post(f"{found}/check").location
    shown = text(clerk.get(checked))
    assert "缺少收入事实" in shown and "不一致" in text(clerk.get(found))
    assert clerk.get(f"{checked}/list").get_data()[:2] == b"PK"
    assert approver.post(f"{found}/approve").status_code == 422


def test_roster_is_deleted_once_its_import_is_over_and_what_was_wrong_a_month_later(office: Any) -> None:
    clerk, folder = office.visitor(CLERK), office.platform.settings.data_dir / "rosters"
    shown = text(clerk.get(upload(clerk, roster()).location))
    found = "/imports/roster-" + shown.partition('href="/imports/roster-')[2].partition('"')[0]
    (kept,) = folder.iterdir()  # it waits for approval
    upload(clerk, roster(head_number="430903199001011111"))
    assert {one.name for one in folder.iterdir()} >= {kept.name} and len(list(folder.iterdir())) == 2
    office.visitor(APPROVER).post(f"{found}/approve")
    (faults,) = folder.iterdir()
    assert faults.name.endswith(".faults.xlsx")

    office.on("2018-07-05")
    upload(office.visitor(CLERK), roster(head_name="示例乙"))
    assert not faults.exists()


@pytest.mark.parametrize("typed", ["code", "zh", "en"])
def test_income_item_of_a_roster_is_given_by_its_code_or_its_name(office: Any, typed: str) -> None:
    with office.platform.reading_desk(CLERK) as desk:
        book = desk.policies.rulebook(CITY, on=desk.today, area="rural", programmes=("dibao",))
        code, label = next(iter(item_labels(book).items()))
    named = code if typed == "code" else label.pick("zh" if typed == "zh" else "en")
    assert upload(office.visitor(CLERK), roster(), income_item=named).status_code == 303
    with office.platform.database.reading() as session:
        assert session.scalars(select(Job)).first().arguments["income_item"] == code


def test_faulty_roster_saves_nothing_and_comes_back_with_what_is_wrong(office: Any) -> None:
    clerk = office.visitor(CLERK)
    page = upload(clerk, roster(head_number="430903199001011111")).location
    shown = text(clerk.get(page))
    assert "没有提交" in shown and "下载错误说明" in shown
    back = read_table(
        clerk.get(f"{page}/faults").get_data(), [Heading(name="fault", title="错误说明", required=True)], file="x"
    )
    assert all(row.cells["fault"] for row in back.rows()) and count(office) == 0


def test_what_is_no_workbook_and_terms_that_cannot_be_meant_are_told_at_their_fields(office: Any) -> None:
    clerk = office.visitor(CLERK)
    assert "请选择文件" in text(clerk.post("/imports/new", TERMS))
    for content, more, said in (
        (b"<html>", {}, "xlsx"), (roster(), {"since": "2018-13"}, "月份应为"), (roster(), {"document": " "}, "必填"),
        (roster(), {"since": "2018-09"}, "晚于本月"), (roster(), {"income_item": "nothing"}, "没有这个收入项目"),
    ):  # fmt: skip
        answer = upload(clerk, content, **more)
        assert answer.status_code == 422 and said in text(answer), said
    with office.platform.database.reading() as session:
        assert session.scalars(select(Job)).all() == []


def test_roster_without_its_headings_has_failed_and_says_why(office: Any) -> None:
    clerk = office.visitor(CLERK)
    empty = as_bytes(Sheet(title="花名册", columns=columns_of_roster()[:2], rows=[["a", "b"]]))
    shown = text(clerk.get(upload(clerk, empty).location))
    assert "已失败" in shown and "alert-danger" in shown


def test_uploaded_rosters_are_for_nobody_else_on_the_machine(office: Any) -> None:
    upload(office.visitor(CLERK), roster())
    files = list(Path(office.platform.settings.data_dir, "rosters").iterdir())
    assert files and all(one.stat().st_mode & 0o077 == 0 for one in files)


def test_import_of_another_area_is_neither_listed_nor_found_nor_touched(office: Any) -> None:
    clerk = office.visitor(CLERK)
    page = upload(clerk, roster()).location
    found = "/imports/roster-" + text(clerk.get(page)).partition('href="/imports/roster-')[2].partition('"')[0]
    stranger = office.visitor(STRANGER)
    assert found not in text(stranger.get("/imports/"))
    assert [stranger.get(one).status_code for one in (page, f"{page}/faults", found, f"{found}/list")] == [404] * 4
    assert office.visitor("approver.610523").post(f"{found}/approve").status_code in (403, 404, 422)
    assert upload(stranger, roster()).status_code in (403, 422) and count(office) == 0


def test_template_goes_out_with_every_column(office: Any) -> None:
    sent = office.visitor(CLERK).get("/imports/template").get_data()
    assert len(list(read_table(sent, HEADINGS, file="x", sheet="花名册").rows())) == 1


def test_lists_go_out_by_right_and_place(office: Any) -> None:
    clerk = office.visitor(CLERK)
    assert clerk.get(f"/exports/cases?division={CITY}").get_data()[:2] == b"PK"
    assert clerk.get(f"/exports/changes?place={CITY}&name=added&month=2018-05").get_data()[:2] == b"PK"
    answer = clerk.get("/exports/changes?place=&name=added&month=x")
    assert answer.status_code == 422 and "必填" in text(answer) and "月份应为" in text(answer)
    assert clerk.get("/exports/").status_code == 200
    assert office.visitor(STRANGER).get(f"/exports/cases?division={CITY}").status_code == 403
