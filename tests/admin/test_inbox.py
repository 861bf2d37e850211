"""The inbox: what waits for a second person, never one's own, each item leading to where it is decided."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.casework.flow.exit_proposal import propose_exit
from core.casework.people.contact import Account, confirm_account, propose_account
from core.casework.staff import grant_role
from core.store.tables import AssistanceCase, Person
from tests.admin.amending import (
    APPROVER,
    CHECKER,
    CLERK,
    EDITOR,
    granted,
    published,
    registered,
    stepped,
    text_of,
)

ACCOUNT = Account(bank="农业银行", account="6228480000000000000", account_name="示例")


def inbox(panel: Any, login: str, query: str = "") -> str:
    told = text_of(panel.visitor(login).get(f"/inbox/{query}"))
    return told.partition("须由您审批")[2]


def test_submitted_amendment_waits_for_another_person_and_then_for_publication(panel: Any) -> None:
    uuid = registered(panel)
    assert "没有待您办理的事项" in inbox(panel, CHECKER)
    stepped(panel, EDITOR, uuid, "submit")
    told = inbox(panel, CHECKER)
    assert "修订待审批 示例〔2018〕1号" in told and "2018年7月1日" in told and "policy_editor·430900" in told
    assert f'href="/amendments/{uuid}"' in panel.visitor(CHECKER).get("/inbox/").get_data(as_text=True)
    assert "没有待您办理" in inbox(panel, EDITOR) and "修订待审批 示例" in inbox(panel, EDITOR, "?show=others")
    stepped(panel, CHECKER, uuid, "approve")
    assert "修订待发布" in inbox(panel, CHECKER)
    stepped(panel, CHECKER, uuid, "publish")
    assert "没有待您办理" in inbox(panel, CHECKER)


def test_what_was_sent_back_waits_for_its_author(panel: Any) -> None:
    uuid = registered(panel)
    stepped(panel, EDITOR, uuid, "submit")
    stepped(panel, CHECKER, uuid, "send_back", reason="数额有误")
    assert "修订被退回 示例〔2018〕1号" in inbox(panel, EDITOR)


def test_nobody_finds_his_own_among_what_waits_for_him_whatever_his_roles(panel: Any) -> None:
    with panel.platform.desk("root") as desk:
        grant_role(desk, EDITOR, "policy_approver", "430900", since=date(2000, 1, 1))
    stepped(panel, EDITOR, registered(panel), "submit")
    assert "没有待您办理" in inbox(panel, EDITOR) and "待我办理 0" in inbox(panel, EDITOR)


def test_what_is_overdue_says_so_and_stands_first(panel: Any) -> None:
    late = registered(panel, document_number="示例〔2018〕2号", document_effective="2018-05-01", document_issued="2018-04-29",
                      document_first_payment_month="2018-06")  # fmt: skip
    for uuid in (registered(panel), late):
        stepped(panel, EDITOR, uuid, "submit")
    told = inbox(panel, CHECKER)
    assert "已逾期" in told and told.index("示例〔2018〕2号") < told.index("示例〔2018〕1号")


def test_batch_waits_for_who_signs(panel: Any) -> None:
    panel.app.config["LONG_WORK"] = "here"
    granted(panel, "A1")
    uuid = published(panel)
    panel.visitor(CLERK).post("/batches/new", {"amendment": uuid, "division": "430903"}, at="/batches/new")
    assert "批量调标待签批 示例〔2018〕1号 赫山区" in inbox(panel, APPROVER)
    assert "批量调标待签批" in inbox(panel, CLERK, "?show=others") and "没有待您办理" in inbox(panel, CLERK)


def test_proposals_in_cases_wait_until_they_are_answered_and_only_where_one_may_answer(panel: Any) -> None:
    case_id = granted(panel, "A1")
    with panel.platform.desk(CLERK) as desk:
        case = desk.session.get_one(AssistanceCase, case_id)
        propose_account(desk, desk.session.get_one(Person, case.head_id), ACCOUNT, reason="换卡")
        propose_exit(desk, case, reason="moved_away", happened_on=desk.today)
    told = inbox(panel, APPROVER)
    assert "拟退出待决定 A1" in told and "账户变更待复核 A1" in told
    assert "拟退出" not in inbox(panel, "approver.610523") and "拟退出" not in inbox(panel, CLERK)
    assert "拟退出待决定 A1" in inbox(panel, CLERK, "?show=others")
    assert "拟退出待决定 A1" not in inbox(panel, APPROVER, "?kind=account_proposed")
    with panel.platform.desk("reviewer.430900") as desk:
        case = desk.session.get_one(AssistanceCase, case_id)
        confirm_account(desk, desk.session.get_one(Person, case.head_id), ACCOUNT, reason="核对")
    assert "账户变更" not in inbox(panel, APPROVER)


def test_older_proposal_of_an_account_is_overtaken_by_a_newer(panel: Any) -> None:
    case_id = granted(panel, "A1")
    for _ in range(2):
        with panel.platform.desk(CLERK) as desk:
            case = desk.session.get_one(AssistanceCase, case_id)
            propose_account(desk, desk.session.get_one(Person, case.head_id), ACCOUNT, reason="换卡")
    assert inbox(panel, APPROVER).count("账户变更待复核 A1") == 1


def test_inbox_is_english_where_english_is_chosen(panel: Any) -> None:
    stepped(panel, EDITOR, registered(panel), "submit")
    visitor = panel.visitor(CHECKER)
    visitor.post("/language", {"language": "en", "back": "/"})
    told = text_of(visitor.get("/inbox/"))
    assert "an amendment to decide" in told and "Waiting for me 1" in told and "待审批" not in told
