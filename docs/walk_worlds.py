"""The databases the walk opens every page of: the demonstration and two tales led to their ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser
from screenshots import EVENING, SHARE, Camera, applications, money, policy, proposals, village
from sqlalchemy import select

from admin.access import needs
from admin.app import create_app
from core.casework.money.fund import FundItem, enter
from core.casework.reporting.budget import open_plan
from core.casework.reporting.report_close import prepare_report
from core.casework.signin import hash_password, set_password
from core.store.sealed import open_in
from core.store.tables import Amendment, AssistanceCase, OfficePost, Person, ReviewRound, StaffUser
from regions.budget_reckoning import ask
from regions.jobs import resume
from regions.life.bureau import again
from regions.life.exhibit import OFFICERS, PASSWORD, ROOT, exhibit_settings, open_exhibit
from regions.life.run import TALES, opened
from regions.platform import Platform
from regions.settings import Settings
from tests.admin.test_every_page_and_role import ROWS
from tests.browser import served

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
        """Names of places, persons, posts, rounds and documents, which no language changes; the longest first."""
        with self.platform.database.reading() as session:
            found = {one.name for one in session.scalars(select(StaffUser))}
            for one in session.scalars(select(Amendment)):
                found |= {one.title, one.number or "", one.issuer}
            for column in (OfficePost.unit, OfficePost.position, AssistanceCase.village, ReviewRound.name):
                found |= {one or "" for one in session.scalars(select(column).distinct())}
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


def exhibit(folder: Path, browser: Browser) -> World:
    """The bureau of the demonstration with a notice, a payroll, funds, a plan and a report."""
    platform = open_exhibit(exhibit_settings(Settings(data_dir=folder, lang="zh")), share=SHARE)
    proposals(platform)
    with platform.desk("city-clerk") as desk:
        for kind, amount in (("budget", 9_000_000), ("receipt", 1_000_000)):
            enter(desk, "430900", FundItem(programme="dibao", source="county", kind=kind, year=2018, amount=amount))
        counting = ask(desk, open_plan(desk, "430900", programme="dibao", year=2019).id).id
        prepare_report(desk, "progress", "430900", month=date(2018, 5, 1))
    for _ in resume(platform, "city-clerk", counting):
        pass
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


WORLDS: Mapping[str, Callable[[Path, Browser], World]] = {
    "exhibit": exhibit, "shaanxi": partial(tale, "shaanxi"), "yiyang": partial(tale, "yiyang"),
}  # fmt: skip
