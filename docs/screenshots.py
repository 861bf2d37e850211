"""The pictures of docs/administrators.md, taken of the running panel: what ``make screenshots`` runs.

Nothing in them is real: the bureau of ``jiuzhu serve --demo`` on a small share of its households, and the village of
``jiuzhu life`` after its tale, with three new applications on the table.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize
from sqlalchemy import select

from admin.app import create_app
from core.casework.flow.acceptance import accept
from core.casework.flow.application import apply
from core.casework.flow.exit_proposal import propose_exit
from core.casework.rounds.posting import Notice, draw
from core.casework.rounds.posting_board import Hanging, post, take_down
from core.casework.rounds.visit import HouseholdVisit, RoundSheet, record_round
from core.casework.signin import hash_password, set_password
from core.store.tables import AssistanceCase
from regions.life.applicants import rural
from regions.life.bureau import Bureau, again
from regions.life.exhibit import PASSWORD, exhibit_settings, open_exhibit
from regions.life.run import TALES, opened
from regions.life.shaanxi import DALI
from regions.platform import Platform
from regions.settings import Settings
from tests.browser import served, started

PICTURES = Path(__file__).resolve().parent / "pictures"
SIZE: ViewportSize = {"width": 1366, "height": 768}
COLOURS = 160
"""As many look like all of them, in half the space."""
SHARE = 400
"""One household of so many: enough for every list and chart to show something."""
NOTICE = {
    "document.number": "示例〔2018〕1号",
    "document.issuer": "益阳市人民政府（示例）",
    "document.title": "关于调整城乡低保标准的通知（示例）",
    "document.issued": "2018-05-28",
    "document.effective": "2018-07-01",
    "document.first_payment_month": "2018-07",
    "rows[0].amount.yuan": "450",
    "rows[1].amount.yuan": "3400",
}
"""An example that no one issued: urban 430 → 450 a month, rural 3200 → 3400 a year."""
NEW_YEAR, EVENING = date(2009, 1, 5), date(2009, 1, 12)
"""After the tale's last payment: the day three more households apply, and the day of their meeting."""


class Camera:
    """A page of the browser: who is signed in changes, the pictures go to one folder."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address
        self.page: Page = browser.new_context(viewport=SIZE, locale="zh-CN", reduced_motion="reduce").new_page()

    def go(self, path: str) -> Page:
        """Open a page and wait until nothing loads any more."""
        self.page.goto(f"{self.address}{path}")
        self.page.wait_for_load_state("networkidle")
        return self.page

    def sign_in(self, login: str) -> None:
        """Sign in as an officer, as a person does."""
        self.page.context.clear_cookies()
        self.go("/login")
        self.page.fill("#login", login)
        self.page.fill("#password", PASSWORD)
        self.page.press("#password", "Enter")
        self.page.wait_for_url(lambda url: "/login" not in url)
        self.page.wait_for_load_state("networkidle")

    def take(self, name: str, *, at: str = "") -> None:
        """Take a picture of what the window shows, from ``at`` on where the page is longer."""
        if at:
            self.page.locator(at).first.evaluate("one => window.scrollBy(0, one.getBoundingClientRect().top - 80)")
        taken = self.page.screenshot(animations="disabled")
        Image.open(BytesIO(taken)).quantize(COLOURS).save(PICTURES / f"{name}.png", optimize=True)


def policy(camera: Camera) -> None:
    """The policy officer's pages: history, ladder, a notice and its impact; and who may sign in."""
    camera.go("/login")
    camera.take("sign-in")
    camera.sign_in("editor")
    camera.go("/standards/history?division=430903&area=urban")
    camera.take("history")
    camera.go("/standards/ladder?division=430903&area=urban")
    camera.take("ladder")
    page = camera.go("/amendments/new")
    for name, value in NOTICE.items():
        page.fill(f'[name="{name}"]', value)
    page.wait_for_selector("#rise-1:has-text('+20.00')")
    camera.take("amendment")
    page.click("text=登记为草稿")
    page.wait_for_url(lambda url: "/new" not in url)
    camera.go(f"/amendments/{page.url.rpartition('/')[2]}/impact")
    page.click("text=开始测算")
    page.wait_for_selector(".chart svg path", state="attached")
    page.wait_for_load_state("networkidle")
    camera.take("impact")
    camera.sign_in("root")
    camera.go("/users/")
    camera.take("users")


def money(camera: Camera) -> None:
    """The county's pages: its state, its cases, and what waits for the approver."""
    camera.sign_in("clerk")
    page = camera.go("/payrolls/new")
    page.select_option('[name="programme"]', "dibao")
    page.select_option('[name="area"]', "urban")
    page.fill('[name="period"]', "2018-06")
    page.click("main button.btn-primary")
    page.wait_for_url(lambda url: "/new" not in url)
    camera.go("/cases/")
    camera.take("cases")
    camera.sign_in("city-approver")
    page.wait_for_selector(".chart svg path", state="attached")
    camera.take("home")
    camera.go("/inbox/")
    camera.take("inbox")


def village(camera: Camera, done: str, new: str) -> None:
    """The township's pages: a case led to its end, one under way, the evening's meeting, a paper."""
    camera.sign_in("clerk")
    camera.go(f"/cases/{new}")
    camera.take("case")
    camera.go(f"/cases/{new}/do/object/")
    camera.take("step")
    page = camera.go(f"/meetings/new?division={DALI}&area=rural&on={EVENING}&stage=appraisal&kind=appraisal")
    page.click("text=全部参会")
    for row, agreed in enumerate(("9", "9", "8")):
        page.locator('input[data-cell="agree"]').nth(row).fill(agreed)
    camera.take("meeting", at="h2:has-text('参会人员')")
    camera.go(f"/papers/grant_notice/{done}")
    camera.take("paper")
    camera.go("/payrolls/")
    page.click("main table a >> nth=-1")
    page.wait_for_load_state("networkidle")
    camera.take("payroll")


def proposals(platform: Platform) -> None:
    """The clerk proposes that three households leave: they wait for another person."""
    with platform.desk("clerk") as desk:
        mine = select(AssistanceCase).where(AssistanceCase.division == "430903").order_by(AssistanceCase.number)
        reasons = ("moved_away", "given_up", "income_over")
        for case, reason in zip(desk.session.scalars(mine.limit(len(reasons))), reasons, strict=True):
            propose_exit(desk, case, reason=reason, happened_on=desk.today)


def applications(bureau: Bureau) -> str:
    """Three more households apply after the tale, are posted and visited; the first one's number."""
    people = bureau.people
    with bureau.desk("clerk", NEW_YEAR) as desk:
        cases = [
            apply(desk, rural(label, persons, income, day=NEW_YEAR))
            for label, persons, income in (("丁", 4, "2000"), ("戊", 3, "1800"), ("己", 2, "1200"))
        ]
        for one in cases:
            accept(desk, one, happened_on=NEW_YEAR)
        numbers = [one.number for one in cases]
        notice = Notice(
            event="application", division=DALI, programme="dibao", area="rural", cases=numbers, phone="演示电话"
        )
        sheets = [one.id for one in draw(desk, notice)]
        for sheet in sheets:
            post(desk, sheet, Hanging(posted_by="village", posters=[people["村文书"]], places=["village_notice_board"],
                                    happened_on=NEW_YEAR))  # fmt: skip
    with bureau.desk("clerk", EVENING) as desk:
        for sheet in sheets:
            take_down(desk, sheet, happened_on=EVENING)
        told = HouseholdVisit(at="10:00", place="演示村", finding="与申报一致（演示）")
        visitors = [people["村主任"], people["村文书"]]
        record_round(desk, RoundSheet(stage="survey", happened_on=EVENING, division=DALI, visitors=visitors,
                                      visits=dict.fromkeys(numbers, told)))  # fmt: skip
    return numbers[0]


@contextmanager
def camera_at(browser: Browser, platform: Platform) -> Iterator[Camera]:
    """Serve a platform on a free port; long work is done within the request, by the demonstration's clock."""
    app = create_app(platform, secure=False)
    app.config["LONG_WORK"] = "here"
    with served(app) as address:
        camera = Camera(browser, address)
        yield camera
        camera.page.context.close()
    platform.database.close()


def take_all(browser: Browser, folder: Path) -> None:
    """Make both demonstrations in a folder and take every picture."""
    platform = open_exhibit(exhibit_settings(Settings(data_dir=folder, lang="zh")), share=SHARE)
    proposals(platform)
    with camera_at(browser, platform) as camera:
        policy(camera)
        money(camera)
    tale = next(one for one in TALES if one.name == "shaanxi")
    bureau = opened(tale, url=None, folder=folder)
    done = tale.live(bureau)[0]
    new = applications(bureau)
    with bureau.desk("root", EVENING) as desk:
        set_password(desk, "clerk", hash_password("clerk", PASSWORD))
        old = again(desk, done).number
    with camera_at(browser, bureau.platform) as camera:
        village(camera, old, new)


def main() -> int:
    """Take the pictures; 3 where there is no browser."""
    os.environ.update(LANGUAGE="zh_CN", LC_ALL="zh_CN.UTF-8")  # the browser writes its calendars in it
    PICTURES.mkdir(exist_ok=True)
    for browser in started():
        if browser is None:
            return 3
        with tempfile.TemporaryDirectory(prefix="jiuzhu-") as folder:
            take_all(browser, Path(folder))
    for one in sorted(PICTURES.glob("*.png")):
        sys.stdout.write(f"{one.stat().st_size // 1024:>5} kB  {one.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
