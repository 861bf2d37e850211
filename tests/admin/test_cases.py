"""Cases in the panel: the list and its filters, searching for a person, the page of a case and its steps."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from core.casework.deciding.facts import facts_on
from core.casework.flow.acceptance import accept
from core.casework.flow.application import apply
from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from core.store.tables import AssistanceCase, Event, Person
from regions.life.applicants import PAPERS, urban

CLERK, REVIEWER, APPROVER = "clerk.430900", "reviewer.430900", "approver.430900"
TODAY = date(2018, 6, 1)
ID_NUMBER = "430902197005060015"


def applied(panel: Any, label: str = "甲", persons: int = 3, *, accepted: bool = False) -> str:
    """Enter an application in Ziyang district; returns its number."""
    with panel.platform.desk(CLERK) as desk:
        case = apply(desk, urban(label, persons, "900", day=TODAY))
        if accepted:
            accept(desk, case, happened_on=TODAY)
        return str(case.number)


def officers(panel: Any, count: int = 2) -> list[int]:
    """Enter people of the township's office; returns their numbers."""
    with panel.platform.desk("root") as desk:
        return [
            add_holder(desk, Identity(name=f"演示干部{n}"), posts=[
                Post(role="township_staff", division="430902", unit="演示街道", position="干部", since=date(2015, 1, 1))]).id
            for n in range(count)
        ]  # fmt: skip


def kept(panel: Any, number: str) -> AssistanceCase:
    """The case as the database holds it."""
    with panel.platform.database.reading() as session:
        found: AssistanceCase = session.scalars(select(AssistanceCase).where(AssistanceCase.number == number)).one()
        return found


def events(panel: Any, number: str) -> Sequence[Event]:
    """The events of a case."""
    with panel.platform.database.reading() as session:
        of = Event.chain == f"case/{kept(panel, number).id}"
        found: Sequence[Event] = session.scalars(select(Event).where(of).order_by(Event.sequence)).all()
        return found


NEW = {
    "division": "430902", "programme": "dibao", "area": "urban", "submitted_by": "household",
    "received_by": "township", "happened_on": "2018-06-01", "village": "金花湖社区", "evidence": list(PAPERS),
    "signatures": ["applicant"], "members": "2", "m0-name": "示例甲", "m0-id_number": ID_NUMBER, "m0-relation": "head",
    "m0-kin": "no", "m1-name": "示例乙", "m1-relation": "child", "m1-birth_date": "2004-09-10", "m1-kin": "no",
    "h-assets_meet_local_rule": "true", "h-income_stability": "relatively_stable", "income-rows": "1",
    "income-0-of": "0", "income-0-item": "wage", "income-0-amount": "1,200", "income-0-frequency": "month",
}  # fmt: skip


def test_list_is_filtered_and_an_empty_one_says_what_to_do(panel: Any) -> None:
    first, second = applied(panel, "甲"), applied(panel, "乙", accepted=True)
    visitor = panel.visitor(CLERK)

    def shown(query: str) -> str:
        answer = visitor.get(f"/cases/?{query}")
        assert answer.status_code == 200, query
        return str(answer.get_data(as_text=True))

    assert first in shown("") and second in shown("") and "演示甲1" in shown("")
    assert first in shown("status=applying") and second not in shown("status=applying")
    assert second in shown("stage=acceptance") and first not in shown("stage=acceptance")
    assert first in shown("division=430902&area=urban&programme=dibao&village=演示社区")
    assert "没有符合条件的案件" in shown("area=rural") and "没有符合条件的案件" in shown("monthly_from=100")
    assert "没有符合条件的案件" in shown("division=430903") and "没有符合条件的案件" in shown("review_by=2018-07-01")
    assert visitor.get("/cases/?monthly_from=abc").status_code == 422


def test_pages_of_the_list_follow_each_other_by_key(panel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [applied(panel, label, 1) for label in "甲乙丙丁戊"]
    monkeypatch.setattr("admin.screens.cases.PAGE", 2)
    visitor, seen, path = panel.visitor(CLERK), [], "/cases/?status=pending"
    for _ in range(3):
        text = visitor.get(path).get_data(as_text=True)
        seen += [one for one in numbers if f">{one}</a>" in text]
        path = f"/cases/?status=pending&after={seen[-1]}"
    assert seen == sorted(numbers)


def test_list_and_case_of_another_place_are_not_shown(panel: Any) -> None:
    number = applied(panel)
    other = panel.visitor("clerk.610523")

    assert number not in other.get("/cases/").get_data(as_text=True)
    assert other.get(f"/cases/{number}").status_code == 404
    assert other.get("/cases/?division=430902").status_code == 403
    assert other.get(f"/cases/{number}/do/accept/").status_code == 404
    assert other.post(f"/cases/{number}/do/accept/", {"happened_on": "2018-06-01"}).status_code in (403, 404)
    assert kept(panel, number).status == "applying"
    assert panel.visitor("policy_editor.430900").get("/cases/").status_code == 403


def test_case_is_found_by_its_number_and_a_person_by_name_in_no_address(panel: Any) -> None:
    number = applied(panel)
    visitor = panel.visitor(CLERK)

    assert visitor.get(f"/cases/?number={number}").location == f"/cases/{number}"
    assert visitor.get("/cases/?number=430902-2018-99999").status_code == 404
    assert visitor.post("/cases/find", {"by": "name", "who": "演示甲1"}, at="/cases/").location == f"/cases/{number}"
    assert "没有此人的案件" in visitor.post("/cases/find", {"by": "name", "who": "演示"}).get_data(as_text=True)
    wrong = visitor.post("/cases/find", {"by": "id_number", "who": "4309021970"})
    assert wrong.status_code == 422 and "身份证号应为 18 位" in wrong.get_data(as_text=True)
    elsewhere = panel.visitor("clerk.610523").post("/cases/find", {"by": "name", "who": "演示甲1"})
    assert "没有此人的案件" in elsewhere.get_data(as_text=True)


def test_workbook_holds_what_the_query_box_finds(panel: Any) -> None:
    first, second = applied(panel, "甲"), applied(panel, "乙", accepted=True)
    answer = panel.visitor(CLERK).get("/cases/export.xlsx?status=in_procedure")

    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    cells = [cell for row in rows for cell in row]
    assert second in cells and first not in cells
    assert panel.visitor("policy_editor.430900").get("/cases/export.xlsx").status_code == 403


def test_case_page_shows_stages_clocks_and_every_step_with_the_reason_it_cannot_be_taken(panel: Any) -> None:
    number = applied(panel, accepted=True)
    text = panel.visitor(CLERK).get(f"/cases/{number}").get_data(as_text=True)

    assert "演示甲1" in text and "办理中" in text and "入户调查" in text and "还剩" in text
    assert "没有在该地“审批决定”的权限" in text
    assert "案件“办理中”，不能办理“受理”" in text
    assert "所处环节" in text
    assert "最近办结环节" in panel.visitor(CLERK).get("/cases/").get_data(as_text=True)


def test_step_that_cannot_be_taken_shows_why_in_the_words_of_the_service(panel: Any) -> None:
    number = applied(panel, accepted=True)
    text = panel.visitor(REVIEWER).get(f"/cases/{number}/do/stage/review").get_data(as_text=True)
    assert "现在不能办理" in text and "之前须先办" in text and 'name="result"' not in text


def test_acceptance_is_recorded_on_its_day(panel: Any) -> None:
    number = applied(panel)
    form = {"happened_on": "2018-06-01"}
    answer = panel.visitor(CLERK).post(f"/cases/{number}/do/accept/", form)
    assert answer.status_code == 303 and answer.location == f"/cases/{number}"
    assert kept(panel, number).accepted_on == TODAY


def test_refused_step_keeps_what_was_typed_and_says_at_which_field(panel: Any) -> None:
    number, (one, two) = applied(panel, accepted=True), officers(panel)
    visitor = panel.visitor(REVIEWER)
    path = f"/cases/{number}/do/stage/neighbour_interview"

    wrong = visitor.post(path, {"happened_on": "2018-06-01", "by": str(one)})
    text = wrong.get_data(as_text=True)
    assert wrong.status_code == 422 and "须至少2名不同人员" in text and 'id="f-by-fault-1"' in text
    assert f'value="{one}" checked' in text
    late = visitor.post(path, {"happened_on": "", "by": [str(one), str(two)]})
    assert late.status_code == 422 and "必填" in late.get_data(as_text=True)
    future = visitor.post(path, {"happened_on": "2018-06-02", "by": [str(one), str(two)]})
    assert future.status_code == 422 and "发生日期晚于今天" in future.get_data(as_text=True)
    assert visitor.post(path, {"happened_on": "2018-06-01", "by": [str(one), str(two)]}).status_code == 303
    last = events(panel, number)[-1]
    assert last.body["stage"] == "neighbour_interview" and last.body["by"] == [one, two]


def test_papers_that_are_missing_are_told_once_and_handed_in_later(panel: Any) -> None:
    with panel.platform.desk(CLERK) as desk:
        told = urban("己", 2, "500", day=TODAY)
        lacking = apply(
            desk, type(told)(**{name: getattr(told, name) for name in told.__slots__} | {"evidence": PAPERS[:3]})
        )
        number = lacking.number
    visitor = panel.visitor(CLERK)

    assert "申请材料不齐" in visitor.get(f"/cases/{number}/do/accept/").get_data(as_text=True)
    assert "诚信承诺书" in visitor.get(f"/cases/{number}/do/deficiency/").get_data(as_text=True)
    day = {"happened_on": "2018-06-01"}
    assert visitor.post(f"/cases/{number}/do/deficiency/", day).status_code == 303
    assert "不得再次要求补正" in visitor.get(f"/cases/{number}/do/deficiency/").get_data(as_text=True)
    assert visitor.post(f"/cases/{number}/do/supplement/", {**day, "evidence": list(PAPERS[3:])}).status_code == 303
    assert visitor.post(f"/cases/{number}/do/accept/", day).status_code == 303


def test_form_of_application_is_made_of_the_rules_of_the_place(panel: Any) -> None:
    visitor = panel.visitor(CLERK)
    first = visitor.get("/cases/new/").get_data(as_text=True)
    assert "按哪里的规定申请" in first and 'name="m0-name"' not in first

    urban_form = visitor.get("/cases/new/?division=430902&area=urban&programme=dibao").get_data(as_text=True)
    assert "家庭收入变动情况" in urban_form and "是否与经办人员或村（居）委会成员有近亲属关系" in urban_form
    assert "诚信承诺书" in urban_form
    more = visitor.post("/cases/new/", {**NEW, "more": "income"}).get_data(as_text=True)
    assert "收入项目" in more and "金额（元）" in more and 'name="income-1-item"' in more and 'value="1,200"' in more
    fewer = visitor.post("/cases/new/", {**NEW, "fewer": "members:0"}).get_data(as_text=True)
    assert "示例乙" in fewer and "示例甲" not in fewer and 'name="income-0-item"' not in fewer


def test_application_is_entered_with_its_facts_and_accepted_by_the_township_s_day(panel: Any) -> None:
    answer = panel.visitor(CLERK).post("/cases/new/", {**NEW, "township_on": "2018-06-01"})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    number = answer.location.rpartition("/")[2]
    case = kept(panel, number)

    assert case.status == "in_procedure" and case.persons == 2 and case.village == "金花湖社区"
    with panel.platform.reading_desk(CLERK) as desk:
        known = facts_on(desk.session, case.id, TODAY)
        assert known is not None
        head, child = known.facts["members"]
        assert head["birth_date"] == "1970-05-06" and head["sex"] == "male" and child["birth_date"] == "2004-09-10"
        assert head["income"] == [{"item": "wage", "amount": "1200", "frequency": "month"}]
    found = panel.visitor(CLERK).post("/cases/find", {"by": "id_number", "who": ID_NUMBER}, at="/cases/")
    assert found.location == f"/cases/{number}"


def test_faults_of_an_application_stand_at_their_fields_and_nothing_typed_is_lost(panel: Any) -> None:
    visitor = panel.visitor(CLERK)

    def refused(**changed: Any) -> str:
        answer = visitor.post("/cases/new/", {**NEW, **changed})
        assert answer.status_code == 422
        text = str(answer.get_data(as_text=True))
        assert ("示例甲" in text and "金花湖社区" in text and 'value="1,200"' in text) or "income-0-amount" in changed
        return text

    def at(name: str, text: str) -> bool:
        return f'id="f-{name}-fault-1"' in text

    text = refused(**{"m0-id_number": "430902197005060018"})
    assert at("m0-id_number", text) and "校验码不符" in text and 'value="430902197005060018"' in text
    assert at("m1-kin", refused(**{"m1-kin": ""}))
    assert at("m0-relation", refused(**{"m0-relation": "spouse"}))
    assert at("m1-kin_relation", refused(**{"m1-kin": "yes"}))
    assert at("income-0-amount", refused(**{"income-0-amount": "a lot"}))
    assert at("income-0-amount", refused(**{"income-0-amount": ""}))
    assert at("income-0-of", refused(**{"income-0-of": ""}))
    assert at("happened_on", refused(happened_on=""))
    assert at("signatures", refused(signatures=[]))
    assert at("evidence", refused(evidence=list(PAPERS[:2]), township_on="2018-06-01"))
    with panel.platform.database.reading() as session:
        assert session.scalars(select(AssistanceCase)).first() is None


def test_id_number_is_checked_at_the_field_and_stands_in_no_address(panel: Any) -> None:
    visitor = panel.visitor(CLERK)
    assert "1970年5月6日" in visitor.post("/cases/new/check", {"m0-id_number": ID_NUMBER}).get_data(as_text=True)
    wrong = visitor.post("/cases/new/check", {"m3-id_number": "430902197005060018"}).get_data(as_text=True)
    assert "校验码不符" in wrong
    assert visitor.get("/cases/new/check").status_code == 405


def test_application_for_a_place_outside_the_area_is_refused(panel: Any) -> None:
    answer = panel.visitor("clerk.610523").post("/cases/new/", dict(NEW))
    assert answer.status_code == 403
    assert panel.visitor("auditor.430900").get("/cases/new/").status_code == 403


def test_number_in_full_is_shown_for_a_reason_and_leaves_an_event(panel: Any) -> None:
    visitor = panel.visitor(CLERK)
    number = visitor.post("/cases/new/", dict(NEW)).location.rpartition("/")[2]
    path = f"/cases/{number}/family"
    page = visitor.get(path).get_data(as_text=True)
    assert ID_NUMBER not in page and "430902********0015" in page
    token = kept(panel, number).head_id
    with panel.platform.database.reading() as session:
        member = session.get_one(Person, token).token

    asked = {"member": member, "field": "id_number"}
    silent = visitor.post(f"/cases/{number}/reveal", {**asked, "reason": " "})
    assert silent.status_code == 422 and ID_NUMBER not in silent.get_data(as_text=True)
    assert 'id="f-reason-fault-1"' in silent.get_data(as_text=True)
    shown = visitor.post(f"/cases/{number}/reveal", {**asked, "reason": "核对银行退回"})
    assert ID_NUMBER in shown.get_data(as_text=True)
    assert ID_NUMBER not in visitor.get(path).get_data(as_text=True)
    with panel.platform.database.reading() as session:
        events_ = session.scalars(select(Event).where(Event.kind == "revealed")).all()
        assert [(one.body["person"], one.reason) for one in events_] == [(member, "核对银行退回")]
    assert panel.visitor("auditor.430900").post(f"/cases/{number}/reveal", {**asked, "reason": "x"}).status_code == 403
    assert panel.visitor("clerk.610523").post(f"/cases/{number}/reveal", {**asked, "reason": "x"}).status_code in (
        403,
        404,
    )


def test_every_page_of_a_case_opens_in_both_languages(panel: Any) -> None:
    visitor = panel.visitor(CLERK)
    number = visitor.post("/cases/new/", dict(NEW)).location.rpartition("/")[2]
    for language in ("en", "zh"):
        visitor.post("/language", {"language": language, "back": "/"})
        for tab in ("", "/family", "/facts", "/assessment", "/money", "/papers", "/story", "/do/find/departure"):
            answer = visitor.get(f"/cases/{number}{tab}")
            assert answer.status_code == 200, tab
    assert "示例甲" in visitor.get(f"/cases/{number}/assessment").get_data(as_text=True)
    assert "算式" in visitor.get(f"/cases/{number}/assessment").get_data(as_text=True)


def test_scan_is_kept_with_the_case_by_what_it_is_and_sent_as_an_attachment(panel: Any) -> None:
    number = applied(panel)
    visitor = panel.visitor(CLERK)
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 32
    path = f"/cases/{number}/papers"

    assert visitor.post(path, {"file": (io.BytesIO(png), "户口本.png")}).status_code == 303
    assert "户口本.png" in visitor.get(path).get_data(as_text=True)
    sent = visitor.get("/proofs/1")
    assert sent.data == png and sent.headers["Content-Disposition"].startswith("attachment")
    assert panel.visitor("clerk.610523").get("/proofs/1").status_code == 404
    wrong = visitor.post(path, {"file": (io.BytesIO(b"<script>"), "a.png")})
    assert wrong.status_code == 422 and "只收照片" in wrong.get_data(as_text=True)


def test_account_is_changed_by_two_officers(panel: Any) -> None:
    number = applied(panel)
    with panel.platform.database.reading() as session:
        member = session.get_one(Person, kept(panel, number).head_id).token
    form = {"bank": "示例银行", "account": "6222000011112222", "account_name": "演示甲1", "reason": "换卡"}

    propose, confirm = (f"/cases/{number}/do/account-{act}/{member}" for act in ("propose", "confirm"))
    assert panel.visitor(CLERK).post(propose, form).status_code == 303
    reviewer = panel.visitor(REVIEWER)
    other = reviewer.post(confirm, {**form, "account": "6222000011112223"})
    assert other.status_code == 422 and "6222000011112223" in other.get_data(as_text=True)
    assert reviewer.post(confirm, form).status_code == 303
    assert "6222********2222" in reviewer.get(f"/cases/{number}/family").get_data(as_text=True)


def test_particulars_entered_wrongly_are_corrected_and_a_contradiction_stands_at_its_field(panel: Any) -> None:
    number, clerk = applied(panel), panel.visitor(CLERK)
    with panel.platform.database.reading() as session:
        member = session.get_one(Person, kept(panel, number).head_id).token
    form = f"/cases/{number}/do/particulars/{member}"
    assert form.rpartition("/")[0] in clerk.get(f"/cases/{number}/family").get_data(as_text=True)
    assert clerk.post(form, {"birth_date": "1969-03-02", "reason": "核对户口簿"}).status_code == 303
    assert "1969年3月2日" in clerk.get(f"/cases/{number}/family").get_data(as_text=True)
    told = {"id_number": ID_NUMBER, "birth_date": "1969-03-02", "reason": "核对身份证"}
    refused = clerk.post(form, told)
    assert refused.status_code == 422 and "出生日期与身份证号不符" in refused.get_data(as_text=True)
    assert clerk.post(form, {**told, "birth_date": ""}).status_code == 303
    assert "1970年5月6日" in clerk.get(f"/cases/{number}/family").get_data(as_text=True)


def test_step_about_something_that_is_not_there_is_refused(panel: Any) -> None:
    number = applied(panel, accepted=True)
    visitor = panel.visitor(CLERK)
    for path in ("account-propose/nobody", "contact/1", "stage/nothing", "no-such-step/", "extend/abc"):
        assert visitor.get(f"/cases/{number}/do/{path}").status_code in (200, 404, 422), path
        assert visitor.post(f"/cases/{number}/do/{path}", {"reason": "x"}).status_code in (404, 422), path


def test_objection_keeps_a_case_from_being_decided_until_it_is_answered(panel: Any) -> None:
    number = applied(panel, accepted=True)
    visitor = panel.visitor(REVIEWER)
    day = {"happened_on": "2018-06-01"}
    form = {**day, "stage": "application", "by": "anonymous", "reason": "隐瞒车辆"}
    assert visitor.post(f"/cases/{number}/do/object/", form).status_code == 303
    page = panel.visitor(APPROVER).get(f"/cases/{number}/do/approve/").get_data(as_text=True)
    assert "有异议尚未核实答复" in page
    assert "有1项异议待核实答复" in visitor.get(f"/cases/{number}").get_data(as_text=True)
    assert visitor.post(f"/cases/{number}/do/answer/", {**day, "result": "upheld"}).status_code == 303
    assert "有1项异议" not in visitor.get(f"/cases/{number}").get_data(as_text=True)


def test_correction_stands_beside_what_it_corrects(panel: Any) -> None:
    number = applied(panel, accepted=True)
    visitor = panel.visitor(CLERK)
    sequence = next(one.sequence for one in events(panel, number) if one.kind == "acceptance")
    form = {"happened_on": "2018-06-01", "reason": "日期写错"}
    assert visitor.post(f"/cases/{number}/do/correct/{sequence}", {**form, "reason": ""}).status_code == 422
    assert visitor.post(f"/cases/{number}/do/correct/{sequence}", form).status_code == 303
    story = visitor.get(f"/cases/{number}/story").get_data(as_text=True)
    assert "已更正" in story and "日期写错" in story
    assert "自2018年6月1日起" in story, "a limit names its days as a page writes them"


def test_report_of_a_change_is_a_new_version_beside_the_old_one(panel: Any) -> None:
    number = applied(panel, accepted=True)
    visitor = panel.visitor(CLERK)
    path = f"/cases/{number}/report"
    form = visitor.get(path).get_data(as_text=True)
    assert 'value="900"' in form
    told = {
        "happened_on": "2018-06-01", "about": ["income"], "h-assets_meet_local_rule": "true",
        "h-income_stability": "relatively_stable", "shared_income-rows": "1", "shared_income-0-item": "wage",
        "shared_income-0-amount": "1500", "shared_income-0-frequency": "month",
    }  # fmt: skip
    assert visitor.post(path, {**told, "about": []}).status_code == 422
    wrong = visitor.post(path, {**told, "shared_income-0-amount": "viel"})
    assert wrong.status_code == 422 and 'id="f-shared_income-0-amount-fault-1"' in wrong.get_data(as_text=True)
    assert visitor.post(path, told).status_code == 303
    shown = visitor.get(f"/cases/{number}/facts").get_data(as_text=True)
    assert "900元" in shown and "1500元" in shown and 'class="changed"' in shown
    assert "1970年5月6日" in shown and "1970-05-06" not in shown
