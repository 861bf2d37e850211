"""Somebody at a screen who opens pages, looks at them in every way and writes down what is wrong."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from walk_worlds import World

from regions.life.exhibit import PASSWORD
from tests.browser import Watched

PATIENCE = 180_000
"""In milliseconds: some pages compute, and other people work on the machine."""
SIZES = {"office": (1366, 768), "phone": (390, 844)}
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
    dialogs: set[str] = field(default_factory=set)
    charts: int = 0
    faults: int = 0
    wrong: list[str] = field(default_factory=list)


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
        if not seen.login or not seen.status:
            return seen
        page, watched = self.at(seen.login, "office")
        if not page.locator("html[lang]").count():
            watched.noted.clear()
            return seen  # a part of a page, which only its page asks for
        self.look(page, watched, seen, "office")
        self.open_dialogs(page, watched, seen)
        self.unfold(page, watched, seen)
        self.leave_empty(page, watched, seen, path)
        self.open_others(path, seen)
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
            if status in (HTTPStatus.OK, 0):
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
        """Open every dialog that was not yet; Esc closes it again."""
        for button in page.locator("main button[data-bs-toggle=modal]").all():
            name = button.get_attribute("data-bs-target") or ""
            if name in seen.dialogs or not button.is_visible():
                continue
            button.click()
            shown = page.locator(".modal.show")
            shown.wait_for()
            seen.dialogs.add(name)
            self.look(page, watched, seen, f"dialog-{len(seen.dialogs)}")
            page.keyboard.press("Escape")
            shown.wait_for(state="detached")

    def open_others(self, path: str, seen: Seen) -> None:
        """Open the dialogs that others have on the page: who decides has other ones than who proposes."""
        for login in self.world.officers[self.world.officers.index(seen.login) + 1 :]:
            page, watched = self.at(login, "office")
            if self.go(page, path) == HTTPStatus.OK:
                self.open_dialogs(page, watched, seen)
            watched.noted.clear()

    def unfold(self, page: Page, watched: Watched, seen: Seen) -> None:
        """Open everything folded."""
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
