"""Every page × every role × inside and outside the officer's area, from the application's own map of addresses."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select
from werkzeug.routing import IntegerConverter, Rule

from admin.access import OPEN, needs
from admin.app import create_app
from core.casework.access import roles_of
from core.casework.roster.layout import template
from core.casework.roster.takeover import Takeover
from core.casework.roster.upload import faulty_rows, receive
from core.casework.signin import hash_password, set_password
from core.casework.staff import add_user, grant_role
from core.casework.workbook import as_bytes
from core.store.base import Base
from core.store.tables import (
    Amendment,
    AssistanceCase,
    Attachment,
    BudgetPlan,
    Job,
    Meeting,
    MonthlyReport,
    OfficeHolder,
    PayrollRun,
    Posting,
    ProblemEntry,
    RecusalDemand,
    RedecisionBatch,
    ReviewRound,
    SampleDraw,
    VisitRound,
)
from regions.life.run import TALES, opened

pytestmark = pytest.mark.slow
ROLES = ("clerk", "reviewer", "approver", "policy_editor", "policy_approver", "auditor", "administrator")
ELSEWHERE = "330381"
PASSWORD = "long-enough-1"
CHEAP = "/account/"
"""A page of everybody's, to ask whether he is still signed in."""
MINE = ("staff_session", "form_draft", "impact_preview", "impact_household")
"""What signing in, typing and computing leave behind: nobody else's."""

ROWS: dict[str, Any] = {
    "case": AssistanceCase.number,
    "amendment": Amendment.uuid,
    "batch": RedecisionBatch.id,
    "demand": RecusalDemand.id,
    "holder": OfficeHolder.id,
    "job": Job.id,
    "meeting": Meeting.id,
    "payroll": PayrollRun.number,
    "plan": BudgetPlan.id,
    "posting": Posting.id,
    "problem": ProblemEntry.id,
    "proof": Attachment.id,
    "report": MonthlyReport.id,
    "review": ReviewRound.id,
    "sample": SampleDraw.id,
    "visit": VisitRound.id,
}
"""What ``of`` names, and the column an address holds."""


PUBLIC = ("division",)
"""What everybody may read: rules of any place."""
EXTRA = {"code": "acceptance_notice", "step": "accept", "key": "accept", "about": "1"}
"""Further parts of an address; every other is a number."""


CODE = re.compile(r"\b(?!policy_)[a-z]+[_/#][a-z][a-z0-9_]*|\bjiuzhu [a-z]+|\{[a-z_]+\}")
"""A code, a command or an unfilled place: nothing people read. Numbers of papers and jobs hold digits."""
WIDE = re.compile(r"[A-Za-z0-9][：；，、（）。][ A-Za-z0-9]|[：；，（]\s*[a-z]+\s*$", re.MULTILINE)
"""Marks of Chinese between words that are not."""
ENDED = ("amending.edit",)
"""Forms of what the tales led to its end: they lead back to the page that says so."""
ABSENT = object()
"""Stands for a number or a name that is nobody's, in the form the address wants."""


def _address(app: Any, rule: Rule, found: Any) -> str:
    """Build the address of a page about an object."""
    converters = rule._converters
    names = [name for varies, name in rule._trace if varies]
    whole = {name: isinstance(converters[name], IntegerConverter) for name in names}
    given = {name: EXTRA.get(name, 1 if whole[name] else "1") for name in names}
    first = next(name for name in names if name not in EXTRA)
    nobodys = 987654321 if whole[first] else "case/987654321" if first == "chain" else "nobodys"
    given[first] = nobodys if found is ABSENT else found
    method = "POST" if "POST" in (rule.methods or ()) else "GET"
    address: str = app.url_map.bind("localhost").build(rule.endpoint, given, method=method)
    return address


def _told(visitor: Any, rule: Rule, address: str, *, token: str) -> tuple[int, str]:
    """Return status and page of an answer, without what differs at every asking: token and the address itself."""
    if "GET" in (rule.methods or ()):
        answer = visitor.get(address)
    else:
        answer = visitor.client.post(address, data={"csrf_token": token})
    page = re.sub(r'(csrf[-_]token" (?:value|content)=)"[^"]+"', r"\1", answer.get_data(as_text=True))
    return answer.status_code, page.replace(address, "").replace(quote(address, safe=""), "")


@dataclass
class World:
    """A tale that was led to its end, officers of every role where it plays and elsewhere, and the pages."""

    platform: Any
    app: Any
    home: str
    roster: str
    visit: Any
    visitors: dict[str, Any]

    def pages(self) -> Iterator[tuple[Rule, str]]:
        """Yield the pages about something of the tale with their addresses."""
        for rule in self.app.url_map.iter_rules():
            of = needs()[rule.endpoint].get("of")
            found = self.example(of) if of else None
            if found is not None:
                yield rule, _address(self.app, rule, found)

    def lists(self) -> Iterator[tuple[Rule, str]]:
        """Yield the pages that stand for themselves."""
        for rule in self.app.url_map.iter_rules():
            if not rule.arguments:
                yield rule, rule.rule

    def example(self, of: str) -> Any:
        """Return what the address of something of a kind holds; None where the tale has nothing of the kind."""
        if of == "division":
            return self.home
        if of == "chain":
            return "case/1"
        if of == "import":
            return self.roster
        if of == "user":
            return f"clerk.{self.home}"
        with self.platform.database.reading() as session:
            return session.scalar(select(ROWS[of]).limit(1))

    def visitor(self, login: str) -> Any:
        """Return a browser of an officer who is signed in."""
        known = self.visitors.get(login)
        if known is None or known.get(CHEAP).status_code == 303:  # the tale's clock moves on at every look
            self.visitors[login] = self.visit(self.app, login)
        return self.visitors[login]

    def digest(self) -> str:
        """What the database holds, but for sessions and drafts."""
        with self.platform.database.reading() as session:
            held = [
                repr([tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))])
                for table in Base.metadata.sorted_tables
                if table.name not in MINE
            ]
        return hashlib.sha256("\n".join(held).encode()).hexdigest()


@pytest.fixture(scope="module", params=[one.name for one in TALES])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, visit: Any) -> Iterator[World]:
    """The tales, led once."""
    tale = next(one for one in TALES if one.name == request.param)
    folder = tmp_path_factory.mktemp(tale.name)
    bureau = opened(tale, url=None, folder=folder)
    tale.live(bureau)
    with bureau.platform.desk("root") as desk:
        set_password(desk, "root", hash_password("root", PASSWORD))
        for place in (tale.division, ELSEWHERE):
            for role in ROLES:
                add_user(desk, f"{role}.{place}", role)
                grant_role(desk, f"{role}.{place}", role, place, since=date(2000, 1, 1))
                set_password(desk, f"{role}.{place}", hash_password(f"{role}.{place}", PASSWORD))
    terms = Takeover(division=tale.division, programme="dibao", area="rural", document="花名册（虚构）",
                     since=date(2008, 1, 1),
                     paid_through=date(2008, 1, 1))  # fmt: skip
    with bureau.platform.desk(f"clerk.{tale.division}") as desk:
        put_up = receive(desk, terms, as_bytes(*template()), folder=folder / "rosters")
        faulty_rows(Path(put_up.arguments["file"])).write_bytes(as_bytes(*template()))
        roster = put_up.id
    app = create_app(bureau.platform, secure=False)
    yield World(platform=bureau.platform, app=app, home=tale.division, roster=roster, visit=visit, visitors={})
    bureau.platform.database.close()


def test_pages_about_something_are_of_a_kind_this_test_knows() -> None:
    assert {one["of"] for one in needs().values() if "of" in one} <= {*ROWS, "division", "chain", "user", "import"}


def test_without_signing_in_only_the_open_pages_answer(world: World) -> None:
    visitor = world.visit(world.app)
    token = visitor.token("/login")
    for rule in world.app.url_map.iter_rules():
        address = "/".join("1" if "<" in part else part for part in rule.rule.split("/"))
        if needs()[rule.endpoint]["needs"] == OPEN:
            continue
        if "GET" in (rule.methods or ()):
            assert visitor.get(address).status_code in (303, 404), rule
        else:
            assert visitor.client.post(address, data={"csrf_token": token}).status_code in (303, 404), rule


@pytest.mark.parametrize("role", ROLES)
def test_what_lies_elsewhere_reads_like_what_does_not_exist_and_stays_as_it_is(world: World, role: str) -> None:
    before, apart, seen = world.digest(), [], 0
    for rule, address in world.pages():
        if needs()[rule.endpoint]["of"] in PUBLIC:
            continue
        visitor = world.visitor(f"{role}.{ELSEWHERE}")
        absent, token = _address(world.app, rule, ABSENT), visitor.token(CHEAP)
        outside, nowhere = (_told(visitor, rule, one, token=token) for one in (address, absent))
        assert outside[0] in (403, 404, 422), (rule, address, outside[0])
        if outside != nowhere:
            apart.append((rule.rule, outside[0], nowhere[0]))
        seen += 1
    assert apart == []
    assert seen > 40
    assert world.digest() == before


@pytest.mark.parametrize("role", ROLES)
def test_officer_of_the_place_opens_what_his_role_may_and_nothing_else(world: World, role: str) -> None:
    visitor = world.visitor(f"{role}.{world.home}")
    for rule, address in world.pages():
        if "GET" not in (rule.methods or ()):
            continue
        needed = needs()[rule.endpoint]["needs"].split()
        answer = visitor.get(address)
        assert "/login" not in answer.headers.get("Location", ""), (rule, address)
        if any(role in roles_of(one) for one in needed) or needed == ["signed_in"]:
            assert answer.status_code in (200, 303, 404, 422), (rule, address, answer.status_code)
        else:
            assert answer.status_code in (403, 404), (rule, address, answer.status_code)


def test_every_page_about_something_is_opened_by_somebody(world: World) -> None:
    shut = []
    for rule, address in world.pages():
        if "GET" not in (rule.methods or ()):
            continue
        answers = {role: world.visitor(f"{role}.{world.home}").get(address).status_code for role in ROLES}
        if (303 if rule.endpoint in ENDED else 200) not in answers.values():
            shut.append((rule.rule, address, answers))
    assert shut == []


def _words(page: str) -> str:
    """What a page says in its middle; what shows how something is written in a file is left out."""
    main = re.sub(r"(?s).*<main[^>]*>|</main>.*|<(script|style|pre|code|textarea)\b.*?</\1>", " ", page)
    main = re.sub(r'(?s)<(\w+)[^>]*class="[^"]*\b(?:code|mono)\b[^"]*"[^>]*>.*?</\1>', " ", main)
    return html.unescape(re.sub(r"<[^>]+>", "\n", main))


@pytest.mark.parametrize(("language", "wrong"), [("zh", CODE), ("en", WIDE)], ids=["zh", "en"])
def test_pages_say_words_of_their_language_and_no_codes(world: World, language: str, wrong: re.Pattern[str]) -> None:
    said, found = 0, []
    visitors = [world.visit(world.app, f"{role}.{world.home}") for role in ("clerk", "policy_editor", "auditor")]
    for one in visitors:
        one.post("/language", {"language": language})
    for rule, address in (*world.pages(), *world.lists()):
        if "GET" not in (rule.methods or ()) or rule.endpoint.startswith("papers."):
            continue
        answers = (one.get(address) for one in visitors)
        page = next(
            (one.get_data(as_text=True) for one in answers if one.status_code == 200 and "html" in one.mimetype), ""
        )
        said += bool(page)
        found += [(rule.endpoint, one[0]) for one in wrong.finditer(_words(page))]
    assert found == []
    assert said > 60


def test_what_does_not_exist_is_told_as_such_to_who_could_open_it(world: World) -> None:
    for rule, address in world.pages():
        if "GET" not in (rule.methods or ()) or needs()[rule.endpoint]["of"] in PUBLIC:
            continue
        visitor = world.visitor(f"administrator.{world.home}")
        if visitor.get(address).status_code == 200:
            assert visitor.get(_address(world.app, rule, ABSENT)).status_code == 404, rule
