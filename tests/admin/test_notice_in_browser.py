"""A fictitious notice from its typing to the money: 450 and 3400, by two policy officers, a clerk and an approver."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest

from core.casework.deciding.decision import decide, propose
from core.casework.deciding.facts import add_facts
from core.casework.money import bank, payroll
from core.casework.money.payroll import PayPeriod, Scope
from core.casework.people.person import Identity, register_person
from core.store.tables import AssistanceCase, CaseMember
from regions.life.roll import facts
from tests.admin.amending import APPROVER, CHECKER, CLERK, EDITOR

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("bases", ["sqlite"], indirect=True)]

HESHAN = "430903"
FORM = {
    "document.number": "示例〔2018〕1号", "document.issuer": "益阳市人民政府（示例）",
    "document.title": "关于调整城乡低保标准的通知（示例）", "document.issued": "2018-05-28",
    "document.effective": "2018-07-01", "document.first_payment_month": "2018-07", "document.arrears_from": "2018-06",
    "rows[0].amount.yuan": "450", "rows[1].amount.yuan": "3400",
}  # fmt: skip


def on_the_roll(panel: Any, number: str, name: str, *, persons: int, income: int, area: str) -> None:
    """Put a household on the roll from June on, as a roster does, with an account to be paid to."""
    with panel.platform.desk(CLERK) as desk:
        account = Identity(name=name, account=f"6222{number[-5:]}", bank="示例银行", account_name=name)
        people = [
            register_person(desk, account),
            *(register_person(desk, Identity(name=f"{name}{n}")) for n in range(1, persons)),
        ]
        case = AssistanceCase(
            number=number, division=HESHAN, path=desk.path(HESHAN), head_id=people[0].id, persons=persons,
            entitled=persons, programme="dibao", area=area, status="in_payment", opened_on=desk.today,
            rules_on=desk.today, village="示例社区", monthly=None,
        )  # fmt: skip
        desk.session.add(case)
        desk.session.flush()
        for one in people:
            relation = "head" if one is people[0] else "other"
            desk.session.add(CaseMember(case_id=case.id, person_id=one.id, relation=relation, since=desk.today))
        desk.record(f"case/{case.id}", "opened", {"division": HESHAN, "path": case.path})
        said = facts(persons, income, "month" if area == "urban" else "year")
        for member, one in zip(said["members"], people, strict=True):
            member["id"] = one.token
        add_facts(desk, case, said, basis="declared", effective_on=desk.today)
        key, clerk = case.id, desk.actor.id
    with panel.platform.desk(APPROVER) as desk:
        case = desk.session.get_one(AssistanceCase, key)
        month = date(2018, 6, 1)
        decide(desk, case, kind="opening", proposal=propose(desk, case, month=month), from_month=month,
               prepared_by=clerk, basis={})  # fmt: skip


def shown_on(panel: Any, day: str) -> None:
    """Let it be a demonstration date, which every page names."""
    panel.on(day)
    platform = panel.platform
    dated = replace(platform.settings, today=date.fromisoformat(day))
    panel.app.extensions["platform"] = replace(platform, settings=dated)


def paid_for_june(panel: Any) -> None:
    """Both households have had June's money, at the standards in force."""
    for area in ("urban", "rural"):
        scope = Scope(programme="dibao", division=HESHAN, area=area, period=PayPeriod.parse("2018-06"))
        number = payroll.prepare(panel.platform.database, partial(panel.platform.desk, CLERK), scope)
        with panel.platform.desk(APPROVER) as desk:
            payroll.approve(desk, number)
            bank.export(desk, number)
        with panel.platform.desk(CLERK) as desk:
            bank.confirm(desk, number)


class Desk:
    """A screen at which officers take turns."""

    def __init__(self, panel: Any, window: Any) -> None:
        self.panel, self.window, self.page = panel, window, window.page

    def sit(self, login: str) -> None:
        """Let another officer sign in."""
        self.page.context.clear_cookies()
        self.window.sign_in(login)
        assert "演示日期" in self.page.locator(".ribbon").inner_text()

    def click(self, what: str) -> None:
        """Click, and wait for the page it leads to."""
        self.page.locator(what).last.click()
        self.page.wait_for_load_state("networkidle")

    def confirm(self, label: str) -> str:
        """Press a button that asks first; returns what it says will happen."""
        self.page.locator("main button[data-bs-toggle=modal]", has_text=label).first.click()
        self.page.locator(".modal.show .modal-footer").wait_for()
        said = str(self.page.locator(".modal.show").inner_text())
        self.click(".modal.show .modal-footer button:not([data-bs-dismiss])")
        return said


def entered(desk: Desk) -> None:
    """The notice is typed, its impact seen, and handed in."""
    page = desk.page
    desk.click("a:text-is('登记文件、调整标准')")
    for name, value in FORM.items():
        page.fill(f'[name="{name}"]', value)
    page.wait_for_selector("#rise-1:has-text('+20.00')")
    page.wait_for_selector("#rise-2:has-text('+200.00')")
    page.wait_for_load_state("networkidle")
    desk.click("text=登记为草稿")
    assert "示例" in page.locator("h1").inner_text()
    desk.click("main a:text-is('影响测算')")
    desk.click("text=开始测算")
    page.wait_for_selector(".chart svg path", state="attached")
    seen = page.locator("main").inner_text()
    assert "93.33" in seen  # a month: 60.00 in the town, 33.33 in the country
    desk.window.sound()
    desk.click("main a:has-text('返回')")
    assert "不能再改" in desk.confirm("提交审批")


def test_fictitious_notice_raises_a_benefit_with_its_arrears(panel: Any, open_window: Any) -> None:
    panel.app.config["LONG_WORK"] = "here"
    on_the_roll(panel, "430903-2018-00001", "王示例", persons=3, income=900, area="urban")
    on_the_roll(panel, "430903-2018-00002", "李示例", persons=2, income=3000, area="rural")
    paid_for_june(panel)
    shown_on(panel, "2018-06-04")
    desk = Desk(panel, open_window())
    page = desk.page

    desk.sit(EDITOR)
    entered(desk)
    desk.sit(CHECKER)
    desk.click("nav a:text-is('待办')")
    desk.click("td a.btn")
    assert "420" not in page.locator("main").inner_text() and "450" in page.locator("main").inner_text()
    desk.confirm("批准")
    assert "自执行日期 2018年7月1日" in desk.confirm("发布")

    shown_on(panel, "2018-07-01")
    desk.sit(CLERK)
    desk.click("nav a:text-is('批量调标')")
    desk.click("main a.btn-primary")
    page.locator("#f-amendment").select_option(index=1)
    desk.click("main button:text-is('查询')")
    desk.click("button[aria-label='编制赫山区']")
    desk.sit(APPROVER)
    desk.click("nav a:text-is('待办')")
    desk.click("td a.btn")
    assert "2 户" in desk.confirm("签批")
    desk.window.sound()

    desk.sit(CLERK)
    for number, before, after, arrears in (
        ("430903-2018-00001", "390.00", "450.00", "60.00"), ("430903-2018-00002", "283.33", "316.67", "33.33"),
    ):  # fmt: skip
        desk.click("nav a:text-is('案件')")
        desk.click(f"a:text-is('{number}')")
        assert after in page.locator(".case-tiles").inner_text()
        desk.click("main a:text-is('决定和发放')")
        june = page.locator("tr", has_text="2018年6月").last.inner_text()
        assert before in page.locator("main").inner_text() and after in june and arrears in june, june
        desk.window.sound()
