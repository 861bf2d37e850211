"""Looking through the trail: each question narrows it, a place picks what is of it, and nobody sees past his right."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from core.casework.audit import anchor_chains
from core.casework.audit_search import Found, Sought, anchors, search
from core.casework.desk import Desk
from core.casework.job import start_job
from core.casework.money.fund import set_order
from core.casework.people.person import reveal
from core.casework.reviews.problem import Finding, register_problem
from core.casework.staff import NATION
from core.errors import JiuzhuError
from core.store.tables import Person, PluginStep

COUNTY, ELSEWHERE = "610523", "430900"
CLERK, AUDITOR = f"clerk.{COUNTY}", f"auditor.{COUNTY}"


@pytest.fixture
def trail(shaanxi: Any, make_case: Any) -> dict[str, str]:
    """A case in Dali with two events, one of February, and a case in Yiyang with one: their chains by place."""
    chains: dict[str, str] = {}
    for place, number in ((COUNTY, "示例-1"), (ELSEWHERE, "示例-2")):
        with shaanxi.desk(CLERK) as desk:
            chains[place] = f"case/{make_case(desk, number, f'户主{place}', division=place).id}"
            desk.record(chains[place], "noted", {"place": place})
    with shaanxi.desk("root") as desk:
        desk.record(chains[COUNTY], "late", {}, happened_on=date(2008, 2, 1), reason="补录")
        desk.record("calendar", "calendar_loaded", {"year": 2009})
    return chains


def asked(bureau: Any, by: str = "root", **sought: Any) -> list[Found]:
    with bureau.platform.reading_desk(by) as desk:
        return search(desk, Sought(**sought))


def told(found: list[Found]) -> list[tuple[str, str]]:
    return [(one.event.chain, one.event.kind) for one in found]


@pytest.mark.parametrize(
    ("sought", "kinds"),
    [
        ({"subject": "case"}, ["late", "noted", "noted"]),
        ({"subject": "cas"}, []),
        ({"subject": "calendar"}, ["calendar_loaded"]),
        ({"subject": "case", "kind": "late"}, ["late"]),
        ({"subject": "case", "login": CLERK}, ["noted", "noted"]),
        ({"subject": "case", "login": "nobody"}, []),
        ({"subject": "case", "until": date(2008, 2, 1)}, ["late"]),
        ({"subject": "case", "since": date(2008, 2, 2)}, ["noted", "noted"]),
        ({"kind": "late", "since": date(2008, 2, 1), "until": date(2008, 2, 1)}, ["late"]),
        ({"kind": "late", "until": date(2008, 1, 31)}, []),
    ],
)
@pytest.mark.usefixtures("trail")
def test_each_question_narrows_the_trail_newest_first(shaanxi: Any, sought: dict[str, Any], kinds: list[str]) -> None:
    assert [one.event.kind for one in asked(shaanxi, **sought)] == kinds


def test_event_of_a_case_is_told_with_its_case_place_and_officer(shaanxi: Any, trail: dict[str, str]) -> None:
    late, noted = asked(shaanxi, chain=trail[COUNTY])
    assert (late.event.kind, late.login, late.case, late.division) == ("late", "root", "示例-1", COUNTY)
    assert (noted.login, noted.name) == (CLERK, f"clerk {COUNTY}")
    (calendar,) = asked(shaanxi, subject="calendar")
    assert (calendar.case, calendar.division) == (None, None)


def test_pages_follow_one_another_without_gap_or_repetition(shaanxi: Any, trail: dict[str, str]) -> None:
    whole = [one.event.id for one in asked(shaanxi, limit=1000)]
    seen: list[int] = []
    while page := asked(shaanxi, limit=7, before=seen[-1] if seen else None):
        seen += [one.event.id for one in page]
    assert seen == whole == sorted(whole, reverse=True) and len(whole) > 14


def test_auditor_of_a_place_finds_its_cases_and_nothing_else(shaanxi: Any, trail: dict[str, str]) -> None:
    assert {one.event.chain for one in asked(shaanxi, AUDITOR)} == {trail[COUNTY]}
    for beyond in ({"chain": trail[ELSEWHERE]}, {"subject": "staff"}, {"subject": "calendar"}):
        assert asked(shaanxi, AUDITOR, **beyond) == []


def test_who_does_not_audit_finds_no_event_and_no_anchor(shaanxi: Any) -> None:
    with shaanxi.platform.reading_desk(CLERK) as desk:
        for attempt in (lambda: search(desk, Sought()), lambda: anchors(desk)):
            with pytest.raises(JiuzhuError, match="not_permitted"):
                attempt()


def test_anchors_come_newest_first_a_page_at_a_time_to_any_auditor(shaanxi: Any) -> None:
    for _ in range(3):
        with shaanxi.desk("root") as desk:
            anchor_chains(desk)
    with shaanxi.platform.reading_desk(AUDITOR) as desk:
        three, two, one = anchors(desk)
        assert three.id > two.id > one.id
        assert [found.id for found in anchors(desk, limit=1)] == [three.id]
        assert [found.id for found in anchors(desk, before=two.id)] == [one.id]


def written_in(desk: Desk, head: Person) -> dict[str, str]:
    """Write of Dali what is no case's event, and return each chain with its event."""
    set_order(desk, COUNTY, programme="dibao", sources=["county"], reason="示例")
    finding = Finding(source="审计", division=COUNTY, finding="缺签字", found_on=desk.today, due_on=desk.today)
    problem = register_problem(desk, finding).id
    reveal(desk, head, "name", path=desk.path(COUNTY), reason="核对")
    desk.record(f"person/{head.token}", "contact_changed", {})
    arguments = {"division": COUNTY, "file": "名册.xlsx"}
    start_job(
        desk.session, "made-up-1", "roster_import", arguments=arguments, total=1, actor_id=None, moment=desk.moment
    )
    desk.record("import/made-up-1", "prepared", arguments)
    step = PluginStep(plugin="demo", step="proposed", version="1", digest="0" * 64, actor_id=desk.actor.id,
                      told={"divisions": [COUNTY]}, recorded_at=desk.moment)  # fmt: skip
    desk.session.add(step)
    desk.record("plugin/demo", "plugin_proposed", {"version": "1"})
    return {f"fund/{COUNTY}": "order", f"problem/{problem}": "problem_registered",
            f"reveal/{COUNTY}": "revealed", f"person/{head.token}": "contact_changed",
            "import/made-up-1": "prepared", "plugin/demo": "plugin_proposed"}  # fmt: skip


def test_place_picks_what_is_of_it_whatever_the_event_is_about(shaanxi: Any, make_case: Any) -> None:
    with shaanxi.desk(f"approver.{COUNTY}") as desk:
        case = make_case(desk, "示例-1", "户主")
        desk.record(f"case/{case.id}", "noted", {})
        ours = {(f"case/{case.id}", "noted"), *written_in(desk, desk.session.get_one(Person, case.head_id)).items()}
    with shaanxi.platform.reading_desk("root") as desk:
        for place, is_there in ((COUNTY, True), ("610500", True), (ELSEWHERE, False)):
            found = set(told(search(desk, Sought(path=desk.path(place), limit=1000))))
            assert found & ours == (ours if is_there else set()), place


def test_what_was_done_to_an_officer_is_of_the_place_he_works_in_and_the_countrys_own_of_none(shaanxi: Any) -> None:
    with shaanxi.desk("root") as desk:
        desk.record("calendar", "calendar_loaded", {"year": 2009})
    county, elsewhere = (asked(shaanxi, path=path, limit=1000) for path in paths(shaanxi, COUNTY, ELSEWHERE))
    assert ("staff", "role_granted") in told(county) and told(elsewhere) == []
    assert {json.dumps(one.event.body.get("division")) for one in county} <= {f'"{COUNTY}"', "null"}
    assert ("calendar", "calendar_loaded") not in told(county)
    assert ("calendar", "calendar_loaded") in told(asked(shaanxi, path=NATION, limit=1000))


def paths(bureau: Any, *places: str) -> list[str]:
    with bureau.platform.reading_desk("root") as desk:
        return [desk.path(place) for place in places]
