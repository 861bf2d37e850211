"""The fund ledger on the screen: budget, receipts, spending and what is left, by place and source."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from core.store.tables import FundEntry, FundOrder

CITY, HESHAN = "430900", "430903"
CLERK, APPROVER, STRANGER = f"clerk.{CITY}", f"approver.{CITY}", "clerk.610523"
ENTRY = {"division": CITY, "programme": "dibao", "year": "2018", "kind": "receipt", "source": "nation",
         "amount": "12,000.50", "document": "财社〔2018〕1号", "happened_on": "2018-05-30"}  # fmt: skip


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def entries(panel: Any) -> int:
    with panel.platform.database.reading() as session:
        return session.scalar(select(func.count()).select_from(FundEntry)) or 0


def test_entries_are_summed_by_source_and_place_with_totals(panel: Any) -> None:
    clerk = panel.visitor(CLERK)
    assert "还没有登记" in text(clerk.get("/funds/?year=2018"))
    for more in ({}, {"kind": "budget", "amount": "20000"}, {"division": HESHAN, "source": "county", "amount": "500"}):
        assert clerk.post("/funds/entries/new", {**ENTRY, **more}).status_code == 303
    shown = text(clerk.get(f"/funds/?division={CITY}&year=2018"))
    for one in ("12,000.50", "20,000.00", "12,500.50", "赫山区", "财社〔2018〕1号", "2018年5月30日"):
        assert one in shown
    assert "20,000.00" not in text(clerk.get(f"/funds/?division={HESHAN}&year=2018"))
    book = CalamineWorkbook.from_filelike(BytesIO(clerk.get(f"/funds/workbook?division={CITY}&year=2018").data))
    rows = book.get_sheet_by_index(0).to_python()
    assert ["赫山区", "县", 0.0, 500.0, 0.0, 500.0] in rows and rows[-1] == [
        "合计",
        "",
        20000.0,
        12500.5,
        0.0,
        12500.5,
    ]


def test_faults_stand_at_their_fields_and_nothing_is_entered(panel: Any) -> None:
    clerk = panel.visitor(CLERK)
    answer = clerk.post("/funds/entries/new", {**ENTRY, "amount": "1.234", "source": "", "year": "3018"})
    said = text(answer)
    assert answer.status_code == 422 and "至多两位小数" in said and "必填" in said and 'value="1.234"' in said
    assert "年度有误" in text(clerk.post("/funds/entries/new", {**ENTRY, "year": "3018"}))
    assert "晚于今天" in text(clerk.post("/funds/entries/new", {**ENTRY, "happened_on": "2018-12-30"}))
    assert "金额不为零" in text(clerk.post("/funds/entries/new", {**ENTRY, "amount": "0"}))
    assert "金额过大" in text(clerk.post("/funds/entries/new", {**ENTRY, "amount": "9" * 30}))
    assert entries(panel) == 0


def test_order_of_sources_is_set_by_who_may_with_a_reason(panel: Any) -> None:
    assert panel.visitor(CLERK).get(f"/funds/{CITY}/order").status_code == 404
    approver = panel.visitor(APPROVER)
    assert "必填" in text(approver.post(f"/funds/{CITY}/order", {"source_1": "county"}))
    form = {"source_1": "county", "source_2": "nation", "reason": "县财政通知"}
    assert approver.post(f"/funds/{CITY}/order?programme=dibao", form).status_code == 303
    with panel.platform.database.reading() as session:
        assert session.scalars(select(FundOrder.sources)).one() == ["county", "nation"]


def test_ledger_of_another_area_is_neither_shown_nor_written(panel: Any) -> None:
    stranger = panel.visitor(STRANGER)
    assert stranger.get(f"/funds/?division={CITY}").status_code == 403
    assert stranger.post("/funds/entries/new", ENTRY).status_code in (403, 422)
    assert panel.visitor("approver.610523").get(f"/funds/{CITY}/order").status_code == 404
    assert entries(panel) == 0
