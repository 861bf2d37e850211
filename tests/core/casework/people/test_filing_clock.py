"""The limit of near-relative filing is a clock like those of the procedure, where a rule sets one and as it says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.casework.desk import Desk
from core.casework.flow.acceptance import accept
from core.casework.flow.applicant import DeclaredRelation
from core.casework.flow.application import apply, withdraw
from core.casework.flow.case_list import readable
from core.casework.flow.clock import Deadline, deadlines
from core.casework.flow.clock_text import clock_text
from core.casework.flow.docket import pending_limits
from core.casework.people.filing import file_case
from core.casework.people.filing_clock import FILING
from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from core.casework.reviews.duty import duties
from core.store.tables import AssistanceCase
from tests.core.casework.clients import again, rural

DALI = "610523"
MONDAY = date(2008, 3, 3)
RULE = """
plugin: {{name: dali_filing, title: {{zh: 大荔县近亲属备案（虚构示例）, en: Filing in Dali (made up)}}, version: 0.1.0,
         requires: {{core: ">=0.1,<0.2", plugins: {{shaanxi_rural: ">=0.1"}}}}}}
documents: {{rules: {{title: 大荔县近亲属备案办法（虚构示例）, issuer: 大荔县民政局, number: 示民发〔2008〕5号, issued: 2008-01-10}}}}
defaults: {{division: "610523", programme: dibao, area: rural, document: rules, from: 2008-02-01}}
provisions:
  - id: filing
    kind: relative_filing
    cite: 第三条
    label: {{zh: 近亲属备案（示例）, en: Filing (made up)}}
    staff: [village_committee]
    relations: [sibling]
    effect: [separate_registration]
    {said}
"""
WORKING = "within: {days: 5, day_kind: working, from: acceptance}"


@pytest.fixture
def county(make_bureau: Any, tmp_path: Path) -> Callable[[str], Any]:
    """Open Dali on 2008-03-03, with a filing rule that says this of its limit and a village cadre in the register."""

    def make(said: str) -> Any:
        folder = tmp_path / "dali_filing"
        folder.mkdir()
        (folder / "policy.yaml").write_text(RULE.format(said=said), encoding="utf-8")
        bureau = make_bureau(DALI, plugin_dirs=(folder,))
        with clerk(bureau) as desk:
            post = Post(role="village_committee", division=DALI, unit="东村", position="主任", since=date(2000, 1, 1))
            add_holder(desk, Identity(name="李大"), posts=[post])
        return bureau

    return make


def clerk(bureau: Any) -> AbstractContextManager[Desk]:
    desk: AbstractContextManager[Desk] = bureau.desk(f"clerk.{DALI}")
    return desk


def accepted(desk: Desk, relation: str | None = "sibling") -> AssistanceCase:
    """A household of four, accepted on the Monday, whose head is this to the cadre."""
    relatives = () if relation is None else (DeclaredRelation(relation=relation, holder=1),)
    case = apply(desk, rural(4, "2000", day=MONDAY, relatives=relatives))
    accept(desk, case, happened_on=MONDAY)
    return case


def filing(desk: Desk, case: AssistanceCase) -> Deadline | None:
    return next((one for one in deadlines(desk, again(desk, case)) if one.stage == FILING), None)


@pytest.mark.parametrize(
    ("said", "due"),
    [
        (WORKING, date(2008, 3, 10)),
        ("within: {days: 5, day_kind: calendar, from: acceptance}", date(2008, 3, 8)),
        ("within: {months: 1, from: acceptance}", date(2008, 4, 3)),
        ("declared_at: [application]\n    within: {days: 3}", date(2008, 3, 6)),
    ],
)
def test_relative_is_to_be_filed_within_the_days_of_the_rule(county: Any, said: str, due: date) -> None:
    with clerk(county(said)) as desk:
        found = filing(desk, accepted(desk))
        assert found is not None
        assert (found.due.day, found.since, found.citation) == (
            due,
            MONDAY,
            "《大荔县近亲属备案办法（虚构示例）》第三条",
        )


def test_limit_warns_before_it_is_over_and_is_kept_by_the_filing(county: Any) -> None:
    bureau = county(WORKING)
    with clerk(bureau) as desk:
        case = accepted(desk)
    told = {}
    for day in ("2008-03-03", "2008-03-11"):
        bureau.on(day)
        with clerk(bureau) as desk:
            found = filing(desk, case)
            assert found is not None
            told[day] = (found.warning, found.passed)
    assert told == {"2008-03-03": (True, False), "2008-03-11": (False, True)}
    with clerk(bureau) as desk:
        file_case(desk, again(desk, case), on=date(2008, 3, 10))
        found = filing(desk, case)
        assert found is not None and (found.done_on, found.passed) == (date(2008, 3, 10), False)


def test_late_filing_is_told_in_both_languages(county: Any) -> None:
    bureau = county(WORKING)
    with clerk(bureau) as desk:
        case = accepted(desk)
    bureau.on("2008-03-12")
    with clerk(bureau) as desk:
        file_case(desk, again(desk, case))
        found = filing(desk, case)
        assert found is not None
        said = clock_text(found)
    assert said.zh.startswith("近亲属备案（示例）：自2008-03-03起，应于2008-03-10前办结；2008-03-12办结，逾期")
    assert said.en.startswith("Filing (made up): from 2008-03-03, due 2008-03-10; done 2008-03-12, late")


@pytest.mark.parametrize(
    "said",
    [
        "declared_at: [application]",
        "declared_at: [application]\n    within: {gap: {zh: 来源未载时限, en: no limit is given}}",
        "declared_at: [application]\n    within: {note: {zh: 及时, en: in time}}",
        "within: {days: 5}",
    ],
)
def test_where_the_rule_gives_no_days_or_no_start_no_clock_runs(county: Any, said: str) -> None:
    with clerk(county(said)) as desk:
        case = accepted(desk)
        assert filing(desk, case) is None
        file_case(desk, case)
        assert filing(desk, case) is None


@pytest.mark.parametrize("relation", [None, "cousin"])
def test_household_the_rule_does_not_file_has_no_such_limit(county: Any, relation: str | None) -> None:
    with clerk(county(WORKING)) as desk:
        assert filing(desk, accepted(desk, relation)) is None


def test_application_taken_back_need_not_be_filed(county: Any) -> None:
    with clerk(county(WORKING)) as desk:
        case = accepted(desk)
        withdraw(desk, case, happened_on=MONDAY, reason="本人要求")
        assert filing(desk, case) is None


def test_limit_stands_in_the_docket_and_the_work_calendar_until_the_case_is_filed(county: Any) -> None:
    bureau = county(WORKING)
    with clerk(bureau) as desk:
        case, other = accepted(desk), accepted(desk, None)
        pending = {(one.number, limit.stage) for one, limit in pending_limits(desk, readable(desk))}
        assert {(case.number, FILING)} == {(number, stage) for number, stage in pending if stage == FILING}
        listed = duties(desk, DALI, programme="dibao", since=MONDAY, until=date(2008, 3, 31))
        (duty,) = [one for one in listed if one.code == FILING]
        assert (duty.due, duty.subject, duty.owner) == (date(2008, 3, 10), case.number, DALI)
        file_case(desk, case)
        assert all(limit.stage != FILING for _, limit in pending_limits(desk, readable(desk)))
    assert other.filed is False
