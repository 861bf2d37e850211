"""What officers do in a panel, each visit one or a few requests whose answers are looked at.

A visit raises ``WrongAnswerError`` when the page is empty, of another place, or does not show what was asked for.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from benchmarks.bulk.office import Officer
from benchmarks.load.browser import Answer, Browser, expect
from benchmarks.load.form import filled
from benchmarks.load.people import Household
from core.protocol import DivisionLadder

ROW = re.compile(r'<a[^>]*href="/cases/(\d{6}-[A-Za-z0-9]+-\d+)"')
NEXT = re.compile(r'href="[^"]*[?&;]after=([^"&]+)')
DAYS = ("2018-06-01", "2018-05-01", "2018-03-01", "2012-10-01", "2008-06-01", "2021-03-01")
TABS = ("family", "facts", "assessment", "money", "papers", "story")
TODAY = "2018-06-01"
Visit = Callable[["Visitor"], None]


@dataclass(slots=True, kw_only=True)
class Visitor:
    """An officer at work: his browser, his chance, the households of his area."""

    officer: Officer
    browser: Browser
    tree: DivisionLadder
    people: list[Household]
    rng: random.Random
    run: str
    """Told apart from other runs on the same database."""
    entered: int = 0
    places: list[str] = field(default_factory=list)

    def household(self) -> Household:
        """Somebody of his area."""
        return self.rng.choice(self.people)

    def query(self, one: Household) -> dict[str, str]:
        """Some filters that fit a household, so that there is something to find."""
        place, yuan = {"division": one.division}, f"{one.monthly // 100}.{one.monthly % 100:02}"
        return self.rng.choice((
            {}, place, {**place, "area": one.area}, {**place, "status": "recipient"}, {"status": "in_payment"},
            {**place, "village": one.village}, {**place, "programme": "dibao", "area": one.area},
            {**place, "monthly_from": yuan, "monthly_to": yuan}, {"monthly_from": yuan, "status": "in_payment"},
            {**place, "village": one.village, "area": one.area, "status": "recipient"},
        ))  # fmt: skip

    def once(self) -> str:
        """A number nobody has used."""
        self.entered += 1
        return f"{self.run}-{self.officer.login}-{self.entered}"


def listing(now: Visitor) -> None:
    """The list of cases with filters, then one or two pages further on."""
    one = now.household()
    asked = now.query(one)
    answer = _list(now, "case list", asked, one)
    for _ in range(now.rng.choice((0, 0, 1, 2))):
        found = NEXT.search(answer.text)
        if not found:
            return
        answer = _list(now, "case list, next page", {**asked, "after": found[1]}, one)


def deep(now: Visitor) -> None:
    """A page far down: behind a case anywhere in the area."""
    one = now.household()
    behind = any((other.division, other.number) > (one.division, one.number) for other in now.people)
    answer = now.browser.get("case list, deep page", f"/cases/?{urlencode({'after': one.number})}")
    _rows(now, answer, now.officer.division, least=1 if behind else 0)


def _list(now: Visitor, page: str, asked: Mapping[str, str], one: Household) -> Answer:
    answer = now.browser.get(page, f"/cases/?{urlencode(asked)}")
    rows = _rows(now, answer, asked.get("division") or now.officer.division, least=0 if "after" in asked else 1)
    if "monthly_to" in asked and len(rows) < 50 and "after" not in asked:
        expect(one.number in rows, f"{one.number} is not among those of its amount")
    if asked.get("village"):
        expect(answer.text.count(one.village) >= len(rows), f"rows of another village than {one.village}")
    return answer


def _rows(now: Visitor, answer: Answer, place: str, *, least: int) -> list[str]:
    rows = ROW.findall(answer.text)
    expect(answer.status == 200, f"the list answers {answer.status}")
    expect(len(set(rows)) >= least, f"an empty list in {place}")
    digits = place if now.tree.level(place) == "county" else place.rstrip("0")
    expect(all(number.startswith(digits) for number in rows), f"a case of another place than {place}")
    return rows


def case(now: Visitor) -> None:
    """The page of a case."""
    one = now.household()
    answer = now.browser.get("case page", f"/cases/{one.number}")
    _of_case(now, answer, one)


def tab(now: Visitor) -> None:
    """A further page of a case."""
    one, name = now.household(), now.rng.choice(TABS)
    _of_case(now, now.browser.get(f"case: {name}", f"/cases/{one.number}/{name}"), one)


def _of_case(now: Visitor, answer: Answer, one: Household) -> None:
    expect(answer.status == 200, f"{one.number} answers {answer.status}")
    for text in (one.number, one.head, now.tree.name(one.division)):
        expect(text in answer.text, f"{one.number}: {text} is missing")


def find_number(now: Visitor) -> None:
    """Search by ID number: one case, to which the search leads."""
    one = now.household()
    answer = now.browser.post("search by ID number", "/cases/find", {"by": "id_number", "who": one.id_number})
    expect(answer.status == 303, f"search answers {answer.status}")
    expect(answer.location.endswith(one.number), "search leads to another case")


def find_name(now: Visitor) -> None:
    """Search by whole name: some cases, among them that one."""
    one = now.household()
    answer = now.browser.post("search by name", "/cases/find", {"by": "name", "who": one.head})
    expect(answer.status in (200, 303), f"search answers {answer.status}")
    whole = len(ROW.findall(answer.text)) >= 50  # more are not shown
    expect(whole or one.number in (answer.location or answer.text), f"{one.number} is not found by its name")


def standards(now: Visitor) -> None:
    """The standards of a place on a day, or their history."""
    one = now.household() if now.people else None
    place = one.division if one else now.rng.choice(now.places)
    asked = {"division": place, "area": now.rng.choice(("urban", "rural", "any"))}
    if now.rng.random() < 0.25:
        answer = now.browser.get("standards: history", f"/standards/history?{urlencode(asked)}")
    else:
        answer = now.browser.get("standards page", f"/standards/?{urlencode({**asked, 'on': now.rng.choice(DAYS)})}")
    expect(answer.status == 200, f"standards answer {answer.status}")
    expect(now.tree.name(place) in answer.text, f"standards of another place than {place}")
    expect("<tr" in answer.text or "empty" in answer.text, "standards without anything")


def home(now: Visitor) -> None:
    """The first page."""
    answer = now.browser.get("home", "/")
    expect(answer.status == 200, f"home answers {answer.status}")
    expect(now.tree.name(now.officer.division) in answer.text, "home of another place")


def problem(now: Visitor) -> None:
    """Register what an inspection found about a case."""
    one = now.household()
    form = now.browser.get("form", f"/problems/new?{urlencode({'case': one.number, 'division': one.division})}")
    expect(form.status == 200, f"problems/new answers {form.status}")
    told = f"合成问题 {now.once()}"
    _written(now, "/problems/new", {
        "division": one.division, "source": "合成检查", "case": one.number, "found_on": TODAY, "due": TODAY,
        "finding": told,
    }, told)  # fmt: skip


def certificate(now: Visitor) -> None:
    """Issue a certificate of a household that has none."""
    one = now.household()
    address = f"/cases/{one.number}/do/certificate-issue/"
    form = now.browser.get("form", address)
    expect(form.status == 200, f"the step answers {form.status}")
    if 'name="number"' not in form.text:
        return  # it holds one by now
    _written(now, address, {"happened_on": TODAY, "number": f"HC-{now.once()}"}, one.number)


def circumstances(now: Visitor) -> None:
    """Report new circumstances: the facts as they are known, a wage changed."""
    one = now.household()
    form = now.browser.get("form", f"/cases/{one.number}/report")
    expect(form.status == 200, f"the report answers {form.status}")
    given = filled(form.text, "effective_on")
    changed = [name for name in given if name.endswith("amount")]
    given |= {"happened_on": TODAY, "about": "income", **dict.fromkeys(changed[:1], "120")}
    _written(now, f"/cases/{one.number}/report", given, one.number)


def reveal(now: Visitor) -> None:
    """Look at an ID number in full, for a reason and on record."""
    one = now.household()
    form = now.browser.get("case: family", f"/cases/{one.number}/family")
    given = filled(form.text, "member")
    answer = now.browser.post("write", f"/cases/{one.number}/reveal",
                              {"member": given["member"], "field": "id_number", "reason": "合成核对"})  # fmt: skip
    expect(answer.status == 200, f"reveal answers {answer.status}")
    expect(one.id_number in answer.text, f"{one.number}: the number is not shown")


def office(now: Visitor) -> None:
    """Enter somebody in office."""
    place = now.household().division
    form = now.browser.get("form", f"/offices/new?{urlencode({'division': place})}")
    expect(form.status == 200, f"offices/new answers {form.status}")
    name = f"合成官{now.once()}"
    _written(now, "/offices/new", {
        "division": place, "name": name, "role": "village_committee", "unit": "合成村村委会", "position": "主任",
        "since": "2017-01-01",
    }, name)  # fmt: skip


def draft(now: Visitor) -> None:
    """Type at a document: what was typed so far is kept."""
    form = now.browser.get("form", "/amendments/new")
    expect(form.status == 200, f"amendments/new answers {form.status}")
    given = filled(form.text, "document.number")
    answer = now.browser.post("write", "/amendments/draft", {**given, "document.title": f"合成文件 {now.once()}"})
    expect(answer.status == 200, f"draft answers {answer.status}")


def _written(now: Visitor, address: str, given: Mapping[str, str], told: str) -> None:
    answer = now.browser.post("write", address, given)
    expect(answer.status == 303, f"{address} answers {answer.status}: {_faults(answer.text)}")
    after = now.browser.get("page after a write", answer.location.removeprefix("https://jiuzhu.example.cn"))
    expect(after.status == 200, f"{answer.location} answers {after.status}")
    expect(told in after.text, f"{answer.location} does not show {told}")


def _faults(text: str) -> str:
    found = re.search(r'<div class="alert alert-danger.*?</div>', text, re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", " ", found[0])[:200] if found else ""


READS: tuple[tuple[Visit, int], ...] = (
    (listing, 22), (deep, 6), (case, 24), (tab, 14), (find_number, 8), (find_name, 4), (standards, 14), (home, 4),
)  # fmt: skip
WRITES: Mapping[str, tuple[Visit, ...]] = {
    "clerk": (problem, circumstances, reveal, office),
    "reviewer": (problem, certificate, circumstances, reveal),
    "approver": (problem, certificate, reveal, office), "auditor": (problem,), "policy_editor": (draft,),
    "policy_approver": (),
}  # fmt: skip
OF_RULES = ((standards, 1),)
"""What they read who read no cases."""


def reads_of(officer: Officer) -> tuple[tuple[Visit, int], ...]:
    """Return what an officer may look at."""
    return OF_RULES if officer.role.startswith("policy_") else READS
