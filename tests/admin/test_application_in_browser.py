"""One application carried by hand in a real browser: every page from the counter to the first payment, nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from tests.admin.test_cases import ID_NUMBER
from tests.admin.village import JPEG

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("bases", ["sqlite"], indirect=True)]

CLERK, REVIEWER, APPROVER = "clerk.430900", "reviewer.430900", "approver.430900"
DISTRICT = "430902 资阳区"
TOWNSHIP, COUNTY = ("示例街道甲", "示例街道乙"), ("示例区民政甲", "示例区民政乙")
VILLAGERS = tuple(f"示例代表{number}" for number in range(1, 7))
SEATS = (
    *((name, "township_staff") for name in TOWNSHIP), *((name, "county_civil_affairs") for name in COUNTY),
    ("示例居委会", "village_committee"), *((name, "villager_representatives") for name in VILLAGERS),
)  # fmt: skip
COPIED = "户主\t同意\t不同意\t弃权\t结果\n示例丁一\t8\t0\t0\t有效\n"
"""Two rows as Excel puts them on the clipboard."""


@pytest.fixture
def panel(make_panel: Callable[..., Any]) -> Any:
    """The panel on the day of the application; the office itself is set up: who sits in it."""
    made = make_panel("2018-03-01")
    made.app.config["LONG_WORK"] = "here"
    with made.platform.desk("root") as desk:
        for name, role in SEATS:
            seat = Post(role=role, division="430902", unit="示例单位", position="职务", since=date(2015, 1, 1))
            add_holder(desk, Identity(name=name), posts=[seat])
    return made


class Office:
    """A screen at which one officer after the other sits down, signs in, works and signs out."""

    def __init__(self, panel: Any, window: Any) -> None:
        self.panel, self.window, self.page = panel, window, window.page
        self.number = ""

    def sit(self, login: str, day: str) -> None:
        """Let it be a day, and an officer sit down."""
        if self.page.get_by_role("button", name="退出登录").count():
            self.click("button:has-text('退出登录')")
        self.panel.on(day)
        self.window.sign_in(login)

    def click(self, what: str) -> None:
        """Click, and wait for the page it leads to."""
        self.page.locator(what).last.click()
        self.page.wait_for_load_state("networkidle")

    def menu(self, entry: str) -> None:
        """Go where an entry of the menu leads."""
        self.click(f"nav a:text-is('{entry}')")

    def send(self) -> str:
        """Send the form of the page; it is taken, and the page that follows says what was done."""
        self.click("main form:not(.query) button.btn-primary, main form button.btn-danger")
        self.taken()
        return str(self.page.locator(".notice").inner_text())

    def taken(self) -> None:
        """Assert that nothing was refused."""
        refused = self.page.locator(".faults, .alert-warning[role=alert]")
        assert refused.count() == 0, refused.all_inner_texts()

    def next(self, stage: str) -> None:
        """Find the case in the list, and on its page take the stage that comes next."""
        self.menu("案件")
        self.click(f"a:text-is('{self.number}')")
        self.click(f".next-steps a:text-is('{stage}')")

    def tick(self, *names: str) -> None:
        """Tick people of the register."""
        for name in names:
            self.page.locator("tr, .form-check", has_text=name).locator("input[type=checkbox]").first.check()


def applied(office: Office) -> None:
    """A household of three is entered at the counter, its papers complete, and accepted."""
    page = office.page
    office.click("a:text-is('登记申请')")
    page.fill("#f-division", DISTRICT)
    page.select_option("#f-area", "urban")
    office.click("button:text-is('下一步')")
    for row, (name, relation) in enumerate((("示例丁一", "head"), ("示例丁二", "spouse"), ("示例丁三", "child"))):
        page.fill(f"#f-m{row}-name", name)
        page.select_option(f"#f-m{row}-relation", relation)
        page.select_option(f"#f-m{row}-kin", "no")
    page.fill("#f-m0-id_number", ID_NUMBER)
    page.fill("#f-m1-birth_date", "1972-07-08")
    page.fill("#f-m2-birth_date", "2004-09-10")
    page.locator("summary").first.click()
    for name, value in (("bank", "示例银行"), ("account", "6222000000000001"), ("account_name", "示例丁一")):
        page.fill(f"#f-m0-{name}", value)
    page.fill("#f-village", "示例社区")
    page.select_option("#f-h-assets_meet_local_rule", "true")
    page.select_option("#f-h-income_stability", "relatively_stable")
    office.click('#list-income button[name="more"]')
    page.select_option("#f-income-0-of", label="示例丁一")
    page.select_option("#f-income-0-item", "wage")
    page.select_option("#f-income-0-frequency", "month")
    page.fill("#f-income-0-amount", "900")
    office.click("main button.btn-primary:text-is('登记申请')")
    assert "缺少签字" in page.locator(".faults").inner_text() or "至少选择一项" in page.locator("main").inner_text()
    office.window.watched.noted.clear()  # the browser notes the refusal's status
    for one in page.locator('input[name="evidence"], input[name="signatures"]').all():
        one.check()
    office.window.sound()
    office.click("main button.btn-primary:text-is('登记申请')")
    office.number = page.url.rpartition("/")[2]
    assert page.locator(".next-steps a").all_inner_texts() == ["受理"]  # nothing lacks: no deficiency is to be told
    office.window.sound()
    office.click(".next-steps a:text-is('受理')")
    assert "受理" in office.send()


def visited(office: Office, stage: str, *people: str) -> None:
    """Two people go on a round, reached from the case; its page leads back to the case."""
    page = office.page
    office.next(stage)
    office.click("a:text-is('入户记录（多户一起走访）')")
    office.tick(*people)
    for name, value in (("at", "9:30"), ("place", "示例社区"), ("finding", "与申报一致（示例）")):
        page.locator(f"[data-cell={name}]").first.fill(value)
    assert "入户已记录" in office.send()
    office.click(f"td a:text-is('{office.number}')")


def appraised(office: Office) -> None:
    """The evening's meeting: people ticked, the results pasted as Excel has them."""
    page = office.page
    office.next("民主评议")
    office.click("a:text-is('会议记录（多户一起评议）')")
    for name, value in (("place", "社区活动室"), ("expected", "8"), ("announced_at", "20:30")):
        page.fill(f"#f-{name}", value)
    for name in (TOWNSHIP[0], "示例居委会", *VILLAGERS):
        page.get_by_label(f"参会 {name}").check()
    page.get_by_label(f"主持 {TOWNSHIP[0]}").check()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", COPIED)
    page.locator("[data-cell=agree]").first.focus()
    page.keyboard.press("Control+V")
    assert page.locator("#sheet-said").inner_text() == "已粘贴 1 行"
    office.window.sound()
    assert "会议已记录" in office.send()


def hung(office: Office, stage: str, by: str, photo: Path, *, until: tuple[str, str]) -> None:
    """A notice drawn from the case, put up with a photograph, taken down after its days, and the stage entered."""
    page = office.page
    office.next(stage)
    assert "现在不能办理" in page.locator("main").inner_text()
    office.click("a:text-is('制作公示单')")
    page.fill("#f-phone", "0737-0000000（示例）")
    office.click("button:text-is('制作公示单')")
    office.taken()
    office.tick(by)
    page.set_input_files("#f-photo", photo)
    office.window.sound()
    office.click("button:text-is('登记张贴')")
    assert "年" in page.locator(".notice").inner_text()  # until when it hangs, as days are written
    sheet = page.url.rpartition("/")[2]
    office.sit(*until)
    office.next(stage)
    office.click(f"a:text-is('公示单 {sheet}')")
    page.set_input_files("#f-photo", photo)
    office.click("button:text-is('登记撤下')")
    assert "1 户公示期满" in page.locator(".notice").inner_text()
    office.next(stage)
    office.send()


def paid(office: Office) -> None:
    """The month's payroll: one person prepares it, another approves it and takes the bank's file, the first enters the answer."""
    page = office.page
    office.sit(CLERK, "2018-04-08")
    office.menu("发放表")
    office.click("a.btn-primary")
    page.fill("#f-division", DISTRICT)
    page.select_option("#f-programme", "dibao")
    page.select_option("#f-area", "urban")
    assert page.input_value("#f-period") == "2018-04"
    office.click("main form button.btn-primary")
    assert "须由另一位审批员审批" in page.locator("main").inner_text()
    office.sit(APPROVER, "2018-04-08")
    office.menu("待办")
    office.click("td a.btn")
    page.locator("button[data-bs-toggle=modal]", has_text="审批").first.click()
    assert "360.00" in page.locator(".modal.show").inner_text()
    office.click(".modal.show button.btn-primary")
    with page.expect_download() as saved:
        page.click("button:has-text('下载银行文件 .xlsx')")
    assert saved.value.path().read_bytes()[:2] == b"PK"
    page.locator(".badge", has_text="已送银行").wait_for()
    office.sit(CLERK, "2018-04-09")
    office.menu("发放表")
    office.click("td a")
    office.click("button:text-is('登记')")
    assert "退回 0 户" in page.locator(".notice").inner_text()


def test_clerk_carries_an_application_through_the_pages_to_its_first_payment(
    panel: Any, open_window: Any, tmp_path: Path
) -> None:
    photo = tmp_path / "公示照片.jpg"
    photo.write_bytes(JPEG)
    office = Office(panel, open_window())
    page = office.page

    office.sit(CLERK, "2018-03-01")
    applied(office)
    office.sit(REVIEWER, "2018-03-02")
    office.next("家庭经济状况信息核对")
    page.select_option("#f-result", label="核对一致")
    office.tick("税务", "银行")
    office.send()
    office.sit(CLERK, "2018-03-03")
    visited(office, "邻里访问", *TOWNSHIP)
    visited(office, "入户调查", *TOWNSHIP)
    appraised(office)
    office.sit(REVIEWER, "2018-03-05")
    office.next("乡镇提出建议意见")
    office.tick(*TOWNSHIP)
    page.select_option("#f-result", label="同意上报")
    office.send()
    office.sit(CLERK, "2018-03-05")
    hung(office, "审核结果公示", TOWNSHIP[0], photo, until=(CLERK, "2018-03-13"))
    office.next("报送县级民政部门")
    office.tick(*page.locator("main .form-check-label").all_inner_texts()[-3:])
    office.send()
    assert "由他人办理：县级审查和入户抽查" in page.locator("main").inner_text().replace("\n", "")
    office.sit(REVIEWER, "2018-03-14")
    office.next("县级审查和入户抽查")
    office.tick(*COUNTY)
    office.send()
    office.next("县级提出审批意见、确定拟保障金额")
    office.tick(*COUNTY)
    page.select_option("#f-result", label="拟批准")
    office.send()
    hung(office, "拟批准公示", COUNTY[0], photo, until=(REVIEWER, "2018-03-22"))
    office.sit(APPROVER, "2018-03-23")
    office.next("审批决定")
    assert "每月 360.00 元" in page.locator("main").inner_text()
    office.tick(*COUNTY)
    office.window.sound()
    assert "批准" in office.send()
    paid(office)

    office.menu("案件")
    office.click(f"a:text-is('{office.number}')")
    office.click("main a:text-is('决定和发放')")
    shown = page.locator("main").inner_text()
    assert "批准" in shown and "2018年4月" in shown and "360.00" in shown and "已发放" in shown
    office.window.sound()
