"""What a meeting itself must be, and results that votes settle by the share of a rule (made up)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.casework.desk import Desk
from core.casework.flow.acceptance import accept
from core.casework.flow.application import apply
from core.casework.flow.stage import complete_stage
from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from core.casework.rounds.meeting import MeetingSheet, Vote, record_meeting
from core.errors import InvalidInput, Problem
from tests.core.casework.clients import DEMONSTRATION, hung, rural

DALI = "610523"
MONDAY, EVENING = date(2008, 3, 3), date(2008, 3, 10)
TWO_THIRDS = """
plugin: {name: dali_votes, title: {zh: 评议通过比例（虚构示例）, en: Share to pass (made up)}, version: 0.1.0,
         requires: {core: ">=0.1,<0.2", plugins: {shaanxi_rural: ">=0.1"}}}
documents: {rules: {title: 评议办法（虚构示例）, issuer: 大荔县民政局, number: 示民发〔2008〕9号, issued: 2008-01-10}}
defaults: {division: "610523", programme: dibao, area: rural, document: rules, from: 2008-02-01}
provisions:
  - id: votes
    kind: procedure
    cite: 全文
    items:
      appraisal:
        label: {zh: 民主评议（示例）, en: Appraisal (made up)}
        actor: village
        after: [survey]
        participants: {pass_share: 2/3}
        result: [agreed, not_agreed, disputed]
        cite: 第一条
"""


@pytest.fixture
def village(make_bureau: Any, tmp_path: Path) -> Any:
    """Dali on the evening of the meeting, where two thirds of the votes pass an appraisal."""
    (tmp_path / "dali_votes").mkdir()
    (tmp_path / "dali_votes" / "policy.yaml").write_text(TWO_THIRDS, encoding="utf-8")
    return make_bureau(DALI, day=EVENING.isoformat(), plugin_dirs=(DEMONSTRATION, tmp_path / "dali_votes"))


def six(desk: Desk) -> list[int]:
    """Six representatives of the village."""
    post = Post(role="villager_representatives", division=DALI, unit="示例村", position="代表", since=date(2005, 1, 1))
    return [add_holder(desk, Identity(name=f"示例{number}"), posts=[post]).id for number in range(6)]


def surveyed(desk: Desk) -> str:
    case = apply(desk, rural(4, "2000", day=MONDAY))
    accept(desk, case, happened_on=MONDAY)
    hung(desk, case, "application", date(2008, 3, 6))
    complete_stage(desk, case, "survey", happened_on=date(2008, 3, 7))
    return str(case.number)


def hold(bureau: Any, vote: Vote | None = None, **said: Any) -> str:
    """Hold a meeting of six over one application; return the result of its line."""
    with bureau.desk(f"clerk.{DALI}") as desk:
        people = six(desk)
        votes = {} if vote is None else {surveyed(desk): vote}
        given: dict[str, Any] = {
            "kind": "appraisal", "stage": "appraisal", "held_on": EVENING, "division": DALI, "place": "示例村委会",
            "chair": people[0], "expected": 8, "attendees": people, "signed": people, "votes": votes,
        }  # fmt: skip
        return str(record_meeting(desk, MeetingSheet(**given | said)).results[0].result)


def faults(bureau: Any, vote: Vote | None = None, **said: Any) -> list[Problem]:
    with pytest.raises(InvalidInput) as refused:
        hold(bureau, vote, **said)
    return list(refused.value.problems)


def test_every_fault_of_the_meeting_itself_is_told_at_its_field(village: Any) -> None:
    found = faults(
        village, kind="party", attendees=[1, 2, 2], chair=6, expected=1, announced_at="25:00", place=" ", signed=[5]
    )
    assert [(one.code, one.where.path if one.where else None) for one in found] == [
        ("bad_meeting_kind", "kind"), ("attendee_twice", "attendees"), ("chair_absent", "chair"),
        ("more_than_expected", "expected"), ("bad_time", "announced_at"), ("place_missing", "place"),
        ("signed_absent", "signed"), ("no_cases", "votes"),
    ]  # fmt: skip
    assert found[0].allowed == ("appraisal", "approval")


@pytest.mark.parametrize(
    ("vote", "result"),
    [
        (Vote(agree=4, disagree=2), "agreed"),
        (Vote(agree=3, disagree=2, abstain=1), "not_agreed"),
        (Vote(agree=6, result="agreed"), "agreed"),
        (Vote(agree=4, disagree=2, result="disputed"), "disputed"),
    ],
)
def test_share_to_pass_settles_the_result_by_the_votes(village: Any, vote: Vote, result: str) -> None:
    assert hold(village, vote) == result


@pytest.mark.parametrize("vote", [Vote(agree=3, disagree=3, result="agreed"), Vote(agree=6, result="not_agreed")])
def test_result_that_is_not_what_the_votes_say_is_refused_with_the_share(village: Any, vote: Vote) -> None:
    (fault,) = faults(village, vote)
    assert (fault.code, fault.message.zh) == ("result_against_votes", "按通过比例2/3，结果与票数不符")
    assert fault.value is not None and f"{vote.result} {vote.agree}/6" in fault.value
