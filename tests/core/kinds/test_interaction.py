"""Beside which other benefits a programme may be had."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Texts = Callable[..., dict[str, str]]
Result = Callable[..., Callable[[str], Any]]
HARDSHIP = {
    "label": "特困人员",
    "with": "special_hardship",
    "rule": "mutually_exclusive",
    "when": "member.three_no",
}
PERSONS = {"pays": "member"}


def test_an_exclusion_reaches_the_member_it_applies_to(result: Result) -> None:
    members = [{"id": "a", "relation": "head", "three_no": True}, {"id": "b", "relation": "child"}]
    of = result({"members": members}, programme=PERSONS, interaction={"special_hardship": HARDSHIP})
    assert of("member.interaction_ok") == [False, True]


def test_the_households_exclusion_reaches_every_member(texts: Texts) -> None:
    payroll = HARDSHIP | {"level": "household", "when": "ANY(member.employed)"}
    found = texts(programme=PERSONS, interaction={"special_hardship": HARDSHIP, "payroll": payroll})
    assert found["interaction_ok"] == "not interaction_payroll"
    assert found["member.interaction_ok"] == "interaction_ok and not member.interaction_special_hardship"


def test_choosing_the_higher_is_named_but_excludes_nobody(texts: Texts) -> None:
    found = texts(
        programme=PERSONS,
        interaction={
            "pension": HARDSHIP | {"rule": "choose_higher"},
            "care": {"label": "可同时", "with": "x", "rule": "compatible"},
        },
    )
    assert found["member.interaction_pension"] == "member.three_no"
    assert found["member.interaction_ok"] == "TRUE"


def test_nothing_in_force_excludes_nobody(sources: Callable[..., Any]) -> None:
    assert sources(programme=PERSONS)["member.interaction_ok"].provision == "core/no_exclusion"
    assert sources()["interaction_ok"].text == "TRUE"


def test_an_exclusion_that_is_a_gap_is_a_failure_where_it_is_read(sources: Callable[..., Any]) -> None:
    found = sources(programme=PERSONS, interaction={"special_hardship": HARDSHIP | {"status": "gap"}})
    assert found["member.interaction_special_hardship"].flags == ("gap", "test/interaction#special_hardship")
