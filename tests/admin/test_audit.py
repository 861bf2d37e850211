from __future__ import annotations

import ast
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from admin.event_words import kind_words
from core.casework.audit_search import Sought, search
from core.casework.flow.application import apply
from core.casework.money.fund import set_order
from core.store.tables import Event, PluginStep
from regions.life.applicants import urban
from tests.admin.amending import registered
from tests.core.casework.purse import decided, household

PLACES = {"desk.record": 1, "record": 2, "moved": 3}
"""Who records → which of its arguments names the deed."""
PREFIX = {"": "", "amendment": "amendment_", "earlier": "amendment_", "batch": "redecision_"}
AUDITOR, OUTSIDE, ROOT = "auditor.430900", "auditor.610523", "root"


def body(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


@pytest.fixture
def case(panel: Any) -> tuple[int, str]:
    """An application in Ziyang district, by its id and number."""
    with panel.platform.desk("clerk.430900") as desk:
        made = apply(desk, urban("甲", 3, "900", day=date(2018, 6, 1)))
        return int(made.id), str(made.number)


def test_events_of_a_case_are_for_who_audits_its_place(panel: Any, case: tuple[int, str]) -> None:
    page = body(panel.visitor(AUDITOR).get("/audit/"))
    assert case[1] in page and "申请" in page and "<td>授予角色" not in page, "users' rights are the whole's to audit"
    assert case[1] not in body(panel.visitor(OUTSIDE).get("/audit/"))
    assert panel.visitor(OUTSIDE).get(f"/audit/chain/case/{case[0]}").status_code == 404
    assert panel.visitor(AUDITOR).get(f"/audit/chain/case/{case[0]}").status_code == 200
    assert panel.visitor(AUDITOR).get("/audit/chain/staff").status_code == 404
    assert panel.visitor("clerk.430900").get("/audit/").status_code == 403


def test_log_is_asked_by_subject_deed_officer_days_and_place(panel: Any, case: tuple[int, str]) -> None:
    visitor = panel.visitor(ROOT)
    assert case[1] not in body(visitor.get("/audit/?subject=staff"))
    assert case[1] in body(visitor.get("/audit/?subject=case&kind=application&login=clerk.430900"))
    assert case[1] in body(visitor.get("/audit/?division=430900&since=2018-06-01&until=2018-06-01"))
    for nothing in ("division=610523", "login=root&subject=case", "subject=case&until=2018-05-31"):
        assert case[1] not in body(visitor.get(f"/audit/?{nothing}"))
    answer = visitor.get("/audit/?since=yesterday")
    assert answer.status_code == 422 and "日期应为" in body(answer) and "yesterday" in body(answer)


def test_place_picks_what_is_of_it_whatever_the_event_is_about(panel: Any, case: tuple[int, str]) -> None:
    uuid = registered(panel)
    panel.app.config["LONG_WORK"] = "here"
    with panel.platform.desk("clerk.430900") as desk:
        decided(desk, household(desk, "A-1", division="430903", area="urban"), "2018-06", {"benefit": 390})
    june = {"division": "430900", "programme": "dibao", "area": "any", "period": "2018-06"}
    assert panel.visitor("clerk.430900").post("/payrolls/new", june).status_code == 303
    with panel.platform.desk("approver.430900") as desk:
        set_order(desk, "430900", programme="dibao", sources=["nation"], reason="示例")
    with panel.platform.desk(ROOT) as desk:
        told = {"divisions": ["430903"], "contents": []}
        desk.session.add(PluginStep(plugin="demo", step="proposed", version="1", digest="0" * 64, told=told,
                                    proposed_by=desk.actor.id, actor_id=desk.actor.id, recorded_at=desk.moment,
                                    reason=None))  # fmt: skip
        desk.record("plugin/demo", "plugin_proposed", {"version": "1"})
    subjects = {"amendment": uuid, "payroll": "payroll/", "fund": "fund/430900", "plugin": "plugin/demo",
                "staff": '"430900"', "person": "person/"}  # fmt: skip
    with panel.platform.reading_desk(ROOT) as desk:
        for place, is_there in (("430900", True), ("610523", False)):
            for subject, sign in subjects.items():
                found = search(desk, Sought(subject=subject, path=desk.path(place)))
                said = [f"{one.event.chain} {json.dumps(one.event.body)}" for one in found]
                assert any(sign in one for one in said) == is_there, (place, subject)
        (of_all,) = search(desk, Sought(kind="first_administrator"))
        assert of_all.event.id not in {one.event.id for one in search(desk, Sought(path=desk.path("430900")))}


def recorded() -> set[str]:
    """Every deed the source records by a name it spells out; an amendment's and a batch's with their subject before."""
    found = set()
    for file in (one for folder in ("core", "regions") for one in Path(folder).rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
            if isinstance(call, ast.Call) and name in PLACES and len(call.args) > PLACES[name]:
                whom = "" if name == "desk.record" else ast.unparse(call.args[1])
                spelt = call.args[PLACES[name]]
                if isinstance(spelt, ast.Constant) and isinstance(spelt.value, str) and whom in PREFIX:
                    found.add(PREFIX[whom] + spelt.value)
    return found


def test_every_deed_that_is_recorded_has_its_word(panel: Any) -> None:
    told = recorded()
    assert {"charged", "amendment_published", "redecision_signed", "opened"} <= told
    assert not [one for one in told if kind_words(one).zh.isascii()]
    assert kind_words("opened", "payroll/1").zh == "开始编制" and kind_words("opened", "case/1").zh == "存量转入"
    uuid = registered(panel)
    page = body(panel.visitor(ROOT).get(f"/audit/chain/amendment/{uuid}"))
    assert "登记" in page and "amendment_proposed" not in page


def test_log_comes_a_page_at_a_time_by_key(panel: Any) -> None:
    with panel.platform.desk(ROOT) as desk:
        for number in range(60):
            desk.record("calendar", "calendar_loaded", {"year": 2000 + number})
    visitor = panel.visitor(ROOT)
    first = body(visitor.get("/audit/?subject=calendar"))
    assert "before=" in first and "2059" in first and "2001" not in first
    following = first.split("before=")[1].split('"')[0]
    assert "2001" in body(visitor.get(f"/audit/?subject=calendar&before={following}"))


def test_verification_says_that_the_trail_is_whole_or_where_it_is_not(panel: Any, case: tuple[int, str]) -> None:
    visitor = panel.visitor(AUDITOR)
    assert "审计链完整" in body(visitor.post("/audit/verify"))
    with panel.platform.database.writing() as session:
        session.execute(update(Event).where(Event.chain == f"case/{case[0]}").values(reason="改过"))
    page = body(visitor.post("/audit/verify"))
    assert "审计链有问题" in page and "被改动" in page and f"case/{case[0]}" in page


def test_anchor_is_made_by_who_may_and_listed_with_its_digest(panel: Any) -> None:
    assert panel.visitor(AUDITOR).post("/audit/anchor").status_code == 403
    visitor = panel.visitor(ROOT)
    assert visitor.post("/audit/anchor").status_code == 303
    page = body(visitor.get("/audit/check"))
    assert "请把摘要抄存于系统之外" in page
    digest = page.split("抄存于系统之外：")[1][:64]
    assert "审计链完整" in body(visitor.post("/audit/verify", {"digest": digest}))
    assert "审计链有问题" in body(visitor.post("/audit/verify", {"digest": "0" * 64}))


def test_rows_are_held_against_the_trail_in_ones_own_places(panel: Any) -> None:
    visitor = panel.visitor(AUDITOR)
    page = body(visitor.post("/audit/rows", {"division": "430903"}))
    assert "与审计链一致" in page and "核对全国时才核对" in page, (
        "what is of no place is left to the whole country's check"
    )
    assert "核对全国时才核对" not in body(panel.visitor(ROOT).post("/audit/rows", {"division": "000000"}))
    assert visitor.post("/audit/rows", {"division": "610523"}).status_code == 403
    assert visitor.post("/audit/rows", {"division": "没有的地方"}).status_code == 422
