"""Every page of the panel on the demonstration's data, as somebody sees it who may open it: what ``make walk`` runs.

At the size of an office screen and of a telephone; dialogs opened, required fields left empty, charts drawn; then in
English. Pictures go to a folder, to be looked at; what a machine can see of them is printed as a table.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page
from screenshots import EVENING, SHARE, Camera, applications, money, policy, proposals, village
from sqlalchemy import select

from admin.access import needs
from admin.app import create_app
from core.casework.money.fund import FundItem, enter
from core.casework.reporting.budget import open_plan
from core.casework.reporting.report_close import prepare_report
from core.casework.signin import hash_password, set_password
from core.store.sealed import open_in
from core.store.tables import Amendment, Person, StaffUser
from regions.life.bureau import again
from regions.life.exhibit import OFFICERS, PASSWORD, ROOT, exhibit_settings, open_exhibit
from regions.life.run import TALES, opened
from regions.platform import Platform
from regions.settings import Settings
from tests.admin.test_every_page_and_role import ROWS
from tests.browser import Watched, served, started

PATIENCE = 180_000
"""In milliseconds: some pages compute, and other people work on the machine."""
SIZES = {"office": (1366, 768), "phone": (390, 844)}
WORDS = {"code": "acceptance_notice", "step": "accept", "key": "object", "about": "", "name": "progress"}
OTHERWISE = {
    "regions": {"code": "430903"}, "plugins": {"name": "yiyang"},
    "plugin_steps": {"name": "yiyang", "step": "disable"}, "budgets": {"name": "uprating"},
}  # fmt: skip
"""Parts of an address that name no row of the database: everywhere, and on some pages otherwise."""
QUERIES = {
    "standards.": "division=430903&area=urban", "meetings.new": "stage=community_appraisal&area=urban",
    "visits.new": "stage=home_visit&area=urban", "postings.new": "stage=review&area=urban",
    "reports.one": "division=430900&month=2018-05", "regions.compare": "division=430903&on2=2017-06-01",
    "cases.new.page": "division=430903&area=urban&programme=dibao",
}  # fmt: skip
"""What a page is asked where it shows more when asked."""
FRAME = "h1, h2, h3, thead th, dt, label, legend, button, .form-text, .tile-label, .lead-text, .empty, .badge, .side a"
"""What stands around the data of a page."""
SAID = """written => {
    const copy = document.querySelector("main").cloneNode(true);
    copy.querySelectorAll(written).forEach(one => one.remove());
    return copy.textContent;
}"""
"""What a page says outside of what is written."""
CHINESE = re.compile(r"[一-鿿]")
QUOTED = re.compile(r"《[^》]*》(（[^）]*）)?[第条款项()一二三四五六七八九十百、]*|[\d〔〕]+号")
CODE = re.compile(r"\b(?!policy_)[a-z]+[_/#][a-z][a-z0-9_]*|\bjiuzhu [a-z]+|\{[a-z_]+\}")
WRITTEN = ".code, .mono, code, pre, input, textarea, [data-chart]"
"""What shows how something is written in a file, on purpose."""


@dataclass
class Seen:
    """What was seen of a page."""

    rule: str
    login: str = ""
    status: int = 0
    dialogs: int = 0
    charts: int = 0
    faults: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass
class World:
    """A database with its panel, and who may sign in."""

    name: str
    platform: Platform
    app: Flask
    officers: Sequence[str]

    def pages(self) -> Iterator[tuple[str, str]]:
        """Yield the rule and the address of every page that can be opened."""
        for rule in sorted(self.app.url_map.iter_rules(), key=lambda one: one.rule):
            if "GET" not in (rule.methods or ()) or rule.endpoint in ("static", "health"):
                continue
            held = self._row(needs()[rule.endpoint].get("of"))
            words = WORDS | OTHERWISE.get(rule.endpoint.partition(".")[0], {})
            given = {one: words[one] for one in rule.arguments if one in words}
            rest = rule.arguments - given.keys()
            if rest and held is None:
                continue
            values = {**given, **dict.fromkeys(rest, held)}
            asked = next((text for start, text in QUERIES.items() if rule.endpoint.startswith(start)), "")
            address = self.app.url_map.bind("localhost").build(rule.endpoint, values)
            yield rule.endpoint, address + (f"?{asked}" if asked else "")

    def names(self) -> list[str]:
        """Names of places, persons and documents, which no language changes; the longest first."""
        with self.platform.database.reading() as session:
            found = {one.name for one in session.scalars(select(StaffUser))}
            for one in session.scalars(select(Amendment)):
                found |= {one.title, one.number or "", one.issuer}
            cipher = self.platform.cipher
            found |= {open_in(one, "name", cipher=cipher) or "" for one in session.scalars(select(Person))}
        found |= {row.name for rows in self.platform.tree.rows.values() for row in rows}
        return sorted({*found, "中文"} - {""}, key=len, reverse=True)

    def _row(self, of: str | None) -> Any:
        if of == "division":
            return "430903"
        if of == "chain":
            return "case/1"
        if of == "user":
            return self.officers[0]
        if of not in ROWS:
            return None
        with self.platform.database.reading() as session:
            return session.scalar(select(ROWS[of]).order_by(ROWS[of].desc()).limit(1))


class Walker:
    """A person at a screen who opens pages and writes down what is wrong with them."""

    def __init__(self, browser: Browser, address: str, world: World, pictures: Path) -> None:
        self.browser, self.address, self.world, self.pictures = browser, address, world, pictures
        self.pages: dict[tuple[str, str], tuple[Page, Watched]] = {}

    def at(self, login: str, size: str) -> tuple[Page, Watched]:
        """Return the screen of an officer who has signed in."""
        if (login, size) not in self.pages:
            width, height = SIZES[size]
            seen: Any = {"width": width, "height": height}
            page = self.browser.new_context(viewport=seen, locale="zh-CN", reduced_motion="reduce").new_page()
            page.set_default_timeout(PATIENCE)
            page.goto(f"{self.address}/login")
            page.fill("#login", login)
            page.fill("#password", PASSWORD)
            page.press("#password", "Enter")
            page.wait_for_url(lambda url: "/login" not in url)
            self.pages[login, size] = page, Watched(page)
        return self.pages[login, size]

    def see(self, rule: str, path: str) -> Seen:
        """Look at a page in every way."""
        seen = Seen(rule=rule)
        seen.login, seen.status = self.opened_by(path)
        if not seen.login:
            return seen
        page, watched = self.at(seen.login, "office")
        if not page.locator("html[lang]").count():
            watched.noted.clear()
            return seen  # a part of a page, which only its page asks for
        self.look(page, watched, seen, "office")
        self.open_dialogs(page, watched, seen)
        self.leave_empty(page, watched, seen, path)
        phone, noted = self.at(seen.login, "phone")
        self.go(phone, path)
        self.look(phone, noted, seen, "phone")
        return seen

    def opened_by(self, path: str) -> tuple[str, int]:
        """Open a page as the first officer who may; nobody, and what the last one was told, where none may."""
        status = 0
        for login in self.world.officers:
            page, watched = self.at(login, "office")
            status = self.go(page, path)
            if status == HTTPStatus.OK:
                return login, status
            watched.noted.clear()
        return "", status

    def go(self, page: Page, path: str) -> int:
        """Open a page; 0 where it is no page but a file."""
        try:
            answer = page.goto(f"{self.address}{path}")
        except Exception as error:
            if "Download is starting" in str(error):
                return 0
            raise
        page.wait_for_load_state("networkidle")
        return answer.status if answer is not None else 0

    def look(self, page: Page, watched: Watched, seen: Seen, what: str) -> None:
        """Take the picture, and note what axe, console, width and charts say; a request is cut off by the next page."""
        name = f"{self.world.name}-{seen.rule}-{what}.png"
        page.screenshot(path=self.pictures / name, full_page=True, animations="disabled")
        found = Axe().run(page).response["violations"]
        seen.wrong += [f"{what}: axe {one['id']} {one['nodes'][0]['html'][:120]}" for one in found]
        seen.wrong += [f"{what}: {one}" for one in watched.noted if not one.startswith("failed:")]
        watched.noted.clear()
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            seen.wrong.append(f"{what}: {wide} px wider than the window")
        for chart in page.locator("[data-chart]").all():
            seen.charts += 1
            if chart.locator("svg path").count() < 3:
                seen.wrong.append(f"{what}: a chart is empty")
        if what in SIZES and (code := CODE.search(page.evaluate(SAID, WRITTEN))):
            seen.wrong.append(f"{what}: a code: {code[0]}")
        if page.locator('a[href*="//do/"], a[href=""]').count():
            seen.wrong.append(f"{what}: a link leads nowhere")

    def open_dialogs(self, page: Page, watched: Watched, seen: Seen) -> None:
        """Open every dialog and everything folded; Esc closes a dialog again."""
        for number, button in enumerate(page.locator("main button[data-bs-toggle=modal]").all()):
            if not button.is_visible():
                continue
            button.click()
            shown = page.locator(".modal.show")
            shown.wait_for()
            seen.dialogs += 1
            self.look(page, watched, seen, f"dialog-{number}")
            page.keyboard.press("Escape")
            shown.wait_for(state="detached")
        folded = page.locator("main details:not([open])")
        if folded.count():
            page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
            self.look(page, watched, seen, "unfolded")

    def leave_empty(self, page: Page, watched: Watched, seen: Seen, path: str) -> None:
        """Send every form that asks for something with its required fields empty: it is refused, and says where."""
        forms = "main form[method=post]:has(.star):not(.modal form)"
        for number in range(page.locator(forms).count()):
            form = page.locator(forms).nth(number)
            for one in form.locator("input[required], textarea[required]").all():
                if one.is_visible() and one.get_attribute("type") not in ("checkbox", "radio", "file"):
                    one.fill("")
            button = form.locator("button:not([type=button]):not([name=more]):not([name=fewer]):visible").last
            if not button.count():
                continue
            button.click()
            page.wait_for_load_state("networkidle")
            watched.noted[:] = [one for one in watched.noted if "422" not in one]
            if page.locator(".faults, .invalid-feedback:visible, .alert-danger").count():
                seen.faults += 1
            else:
                seen.wrong.append(f"empty-{number}: nothing is said")
            self.look(page, watched, seen, f"empty-{number}")
            self.go(page, path)

    def speak_english(self, done: Sequence[tuple[Seen, str]]) -> None:
        """Look for Chinese in the frame of the pages after the switch: what stands around data."""
        names = self.world.names()
        for login in dict.fromkeys(seen.login for seen, _ in done if seen.login):
            page, _ = self.at(login, "office")
            self.go(page, "/")
            page.locator("button[name=language]").click()
            page.wait_for_load_state("networkidle")
            for seen, path in done:
                if seen.login == login and not seen.rule.startswith("papers.") and self.go(page, path) == HTTPStatus.OK:
                    page.screenshot(path=self.pictures / f"{self.world.name}-{seen.rule}-en.png", full_page=True)
                    said = page.locator(FRAME)
                    texts = dict.fromkeys(one.strip() for one in said.all_inner_texts())
                    left = [f"en: {one[:80]}" for one in texts if CHINESE.search(_without(one, names))]
                    seen.wrong += left
                    sys.stdout.write("".join(f"{self.world.name:<9}{seen.rule:<24}{one}\n" for one in left))


def _without(text: str, names: Sequence[str]) -> str:
    """A text without names and quotations."""
    for name in names:
        text = text.replace(name, "")
    return QUOTED.sub("", text)


def exhibit(folder: Path, browser: Browser) -> World:
    """The bureau of the demonstration with a notice, a payroll, funds, a plan and a report."""
    platform = open_exhibit(exhibit_settings(Settings(data_dir=folder, lang="zh")), share=SHARE)
    proposals(platform)
    with platform.desk("city-clerk") as desk:
        for kind, amount in (("budget", 9_000_000), ("receipt", 1_000_000)):
            enter(desk, "430900", FundItem(programme="dibao", source="county", kind=kind, year=2018, amount=amount))
        open_plan(desk, "430900", programme="dibao", year=2019)
        prepare_report(desk, "progress", "430900", month=date(2018, 5, 1))
    app = create_app(platform, secure=False)
    app.config["LONG_WORK"] = "here"
    with served(app) as address:
        camera = Unseen(browser, address)
        policy(camera)
        money(camera)
        camera.page.context.close()
    return World("exhibit", platform, app, [*(one.login for one in OFFICERS), ROOT.login])


def tale(name: str, folder: Path, browser: Browser) -> World:
    """A tale led to its end; in the village three more households have applied."""
    told = next(one for one in TALES if one.name == name)
    bureau = opened(told, url=None, folder=folder)
    done = told.live(bureau)[0]
    new = applications(bureau) if name == "shaanxi" else ""
    logins = ["clerk", "reviewer", "approver", "policy_editor", "policy_approver", "auditor", "root"]
    with bureau.desk("root", EVENING if new else told.last) as desk:
        for one in logins:
            set_password(desk, one, hash_password(one, PASSWORD))
        number = again(desk, done).number
    app = create_app(bureau.platform, secure=False)
    app.config["LONG_WORK"] = "here"
    if new:
        with served(app) as address:
            camera = Unseen(browser, address)
            village(camera, number, new)
            camera.page.context.close()
    return World(name, bureau.platform, app, logins)


class Unseen(Camera):
    """A camera without a film: the pages are filled as for the handbook's pictures."""

    def take(self, name: str, *, at: str = "") -> None:
        """Take none."""


def walk(browser: Browser, world: World, pictures: Path) -> list[Seen]:
    """Look at every page of a world; returns what was seen."""
    with served(world.app) as address:
        walker = Walker(browser, address, world, pictures)
        done = []
        for rule, path in world.pages():
            seen = walker.see(rule, path)
            done.append((seen, path))
            counted = f"dialogs {seen.dialogs}  charts {seen.charts}  refused {seen.faults}"
            said = f"{world.name:<9}{rule:<24}{seen.login or '—':<16}{seen.status:>4}  {counted}"
            sys.stdout.write("\n    ".join([said, *seen.wrong]) + "\n")
            sys.stdout.flush()
        walker.speak_english(done)
    world.platform.database.close()
    return [seen for seen, _ in done]


def main(pictures: Path) -> int:
    """Walk through the worlds; 1 where something is wrong, 3 where there is no browser."""
    pictures.mkdir(parents=True, exist_ok=True)
    wrong = 0
    for browser in started():
        if browser is None:
            return 3
        for make in (exhibit, partial(tale, "shaanxi"), partial(tale, "yiyang")):
            with tempfile.TemporaryDirectory(prefix="jiuzhu-") as folder:
                for seen in walk(browser, make(Path(folder), browser), pictures):
                    wrong += len(seen.wrong)
    sys.stdout.write(f"{wrong} wrong\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "walk")))
