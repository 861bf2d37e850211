"""The same questions asked on days of 1999 to 2026: each text answers for its own time, and for no other."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from core.assess import assess_source
from core.policy import Policy
from core.rulebook import Rulebook
from core.source import Located
from regions.platform import Platform, open_platform
from regions.settings import load_settings

HESHAN, DALI = "430903", "610523"
DAYS = ("2010-12-01", "2013-03-01", "2018-06-01", "2021-06-30", "2021-07-01", "2023-03-01", "2025-03-01")


@pytest.fixture(scope="module")
def platform() -> Platform:
    """The bundled plugins on embedded defaults, nothing recorded."""
    clock = datetime(2026, 1, 1, tzinfo=UTC)
    return open_platform(load_settings({}, Path(__file__).parent), clock=lambda: clock, in_memory=True)


def rules(platform: Platform, day: str, *, place: str = HESHAN, area: str = "urban", of: str = "dibao") -> Rulebook:
    """The rulebook of a place on a day."""
    return platform.registry.rulebook(place, on=date.fromisoformat(day), area=area, programmes=(of,))


def source_of(policy: Policy, kind: str, key: str = "") -> str | None:
    """The provision in force in a slot, without its revision; None where there is none."""
    line = policy.line(kind, "dibao", key)
    return None if line is None else line.provision.address


def by_day(platform: Platform, kind: str, key: str = "", **where: str) -> list[str | None]:
    """What is in force in a slot on each of the days."""
    return [source_of(rules(platform, day, **where).policy, kind, key) for day in DAYS]


@pytest.mark.parametrize(
    ("kind", "key", "found"),
    [
        ("household_composition", "", ["composition-urban-2010", *["composition-2012"] * 3, *["composition"] * 3]),
        ("formula", "eligible", ["eligibility-urban-1999", "eligibility-2012", *["eligibility-2014"] * 2,
                                 *["eligibility"] * 3]),
        ("benefit", "", ["benefit-urban-1999", "benefit-2012", *["benefit-2014"] * 2, *["benefit"] * 3]),
        ("payment_schedule", "", ["payment-urban-1999", "payment-urban-2012", *["payment-2014"] * 2, *["payment"] * 3]),
        ("relative_filing", "", [None, *["relative-filing-2012"] * 3, *["relative-filing"] * 3]),
        ("sampling", "", ["sampling-urban-2010", *["sampling-2012"] * 3, *["sampling"] * 3]),
        ("phase_out", "", [None] * 4 + ["phase-out-2021", "phase-out-2022", "phase-out-2022"]),
        ("procedure", "", [*["time-limit-urban-1999"] * 4, "time-limit-urban", *["deadlines-urban-2022"] * 2]),
        ("review_interval", "unstable", [None, *["review-urban-2012"] * 3, *["review"] * 3]),
        ("income_definition", "relief", [None, *["income-2012"] * 3, *["income-exempt"] * 3]),
        ("publicity_rule", "approval", ["publicity-urban-2010", *["publicity-2012"] * 3, None, None, None]),
        ("publicity_rule", "long_term", ["publicity-urban-2010", *["publicity-2012"] * 3, None, None, None]),
        ("procedure", "community_appraisal", ["procedure-urban-2010", *["procedure-2012"] * 3, None, None, None]),
        ("procedure", "survey_start", [None] * 4 + ["procedure"] * 3),
    ],
)  # fmt: skip
def test_each_day_is_answered_by_the_text_of_its_time(
    platform: Platform, kind: str, key: str, found: list[str | None]
) -> None:
    answers = by_day(platform, kind, key)
    assert [one and one.partition("/")[2].partition("#")[0] for one in answers] == found
    assert [one.partition("/")[0] for one in answers[:4] if one] == ["national"] * sum(
        one is not None for one in answers[:4]
    )
    assert {one.partition("/")[0] for one in answers[4:] if one} <= {"national_2021"}


@pytest.mark.parametrize(
    ("day", "posted", "share", "months"),
    [("2013-03-01", ["approval", "review"], "30%", 1), ("2021-06-30", ["approval", "review"], "30%", 1),
     ("2021-07-01", ["review"], None, 6), ("2025-03-01", ["review"], None, 6)],
)  # fmt: skip
def test_posting_twice_sampling_and_monthly_review_end_with_the_measure_of_2012(
    platform: Platform, day: str, posted: list[str], share: str | None, months: int
) -> None:
    policy = rules(platform, day).policy
    events = {line.key: line.value for line in policy.lines("publicity_rule", "dibao") if line.key}
    assert sorted(key for key, value in events.items() if value.get("days") == 7) == posted
    sampling = policy.line("sampling", "dibao")
    assert sampling is not None
    assert (None if sampling.is_gap else sampling.value["strata"][0]["share"]) == share
    unstable = policy.line("review_interval", "dibao", "unstable")
    assert unstable is not None and unstable.value["months"] == months


def household(**more: Any) -> Located:
    """Three of a household in Yiyang's towns: one earns, one is severely disabled, one goes to school."""
    members = [
        {"id": "a", "relation": "head", "birth_date": "1975-04-12", "work_capacity": "full",
         "income": [{"item": "wage", "amount": "900", "frequency": "month"}]},
        {"id": "b", "relation": "spouse", "birth_date": "1977-09-03", "disability_level": "1", "disability_kind": "physical",
         "work_capacity": "none"},
        {"id": "c", "relation": "child", "birth_date": "2008-06-20", "study": "compulsory"},
    ]  # fmt: skip
    return Located({"assets_meet_local_rule": "true", "members": members, **more}, "household", {})


@pytest.mark.parametrize("day", ["2018-06-01", "2021-06-30", "2021-07-01", "2023-03-01", "2025-03-01"])
def test_an_ordinary_household_is_paid_the_same_gap_before_and_after_2021(platform: Platform, day: str) -> None:
    """430 × 3 less 900: what changed in 2021 is not the gap."""
    found = assess_source(rules(platform, day), household())
    assert (found.outputs["dibao.eligible"], found.outputs["dibao.benefit"]) == (True, "390.00")


def test_before_2021_nobody_of_a_household_above_the_line_enters_alone(platform: Platform) -> None:
    earns = {"id": "a", "relation": "head", "birth_date": "1975-04-12",
             "income": [{"item": "wage", "amount": "1500", "frequency": "month"}]}  # fmt: skip
    disabled = {"id": "b", "relation": "spouse", "birth_date": "1977-09-03", "disability_level": "1",
                "disability_kind": "physical", "work_capacity": "none"}  # fmt: skip
    child = {"id": "c", "relation": "child", "birth_date": "2010-06-20"}
    before = assess_source(rules(platform, "2021-06-30"), household(members=[earns, disabled, child]))
    asks = disabled | {"national_2021_applies_alone": "true"}
    facts = household(members=[earns, asks, child], margin_assets_meet_local_rule="true")
    after = assess_source(rules(platform, "2021-07-01"), facts)
    assert (before.outputs["dibao.eligible"], after.outputs["dibao.eligible"]) == (False, True)
    assert (after.outputs["dibao.entitled_size"], after.outputs["dibao.benefit"]) == ("1", "430.00")


@pytest.mark.parametrize(
    ("day", "kind", "key", "plugin"),
    [("2008-06-01", "review_interval", "all", "shaanxi_rural"), ("2008-06-01", "payment_schedule", "", "shaanxi_rural"),
     ("2013-06-01", "payment_schedule", "", "shaanxi_rural"), ("2013-06-01", "benefit", "", "national"),
     ("2023-06-01", "payment_schedule", "", "national_2021"), ("2023-06-01", "procedure", "review", "national_2021"),
     ("2023-06-01", "income_definition", "wage", "national_2021"), ("2023-06-01", "household_composition", "", "national_2021")],
)  # fmt: skip
def test_the_shaanxi_measure_of_2007_answers_for_its_time_and_not_for_later(
    platform: Platform, *, day: str, kind: str, key: str, plugin: str
) -> None:
    found = source_of(rules(platform, day, place=DALI, area="rural").policy, kind, key)
    assert found is not None and found.partition("/")[0] == plugin


@pytest.mark.parametrize(
    ("day", "status"),
    [("2018-06-01", None), ("2021-07-01", "in_force"), ("2025-12-31", "in_force"), ("2026-01-01", "in_force")],
)
def test_the_basic_pension_is_exempt_for_the_five_years_the_measure_names(
    platform: Platform, day: str, status: str | None
) -> None:
    line = rules(platform, day).policy.line("income_definition", "dibao", "basic_pension")
    assert (None if line is None else line.provision.status) == status
    if line is not None:
        assert line.value["treatment"] == ("counted" if day >= "2026" else "exempt")


@pytest.mark.parametrize(
    ("programme", "before", "since"),
    [("margin_household", "2021-06-30", "2021-07-01"),
     ("essential_expenditure_hardship", "2023-12-31", "2024-01-01")],
)  # fmt: skip
def test_the_other_layers_begin_with_their_texts(platform: Platform, programme: str, before: str, since: str) -> None:
    there = [rules(platform, day, of=programme).policy.line("programme", programme) for day in (before, since)]
    assert [one is not None for one in there] == [False, True]


def test_special_hardship_is_a_programme_since_2014_and_has_conditions_since_2021(platform: Platform) -> None:
    days = ("2014-04-30", "2014-05-01", "2021-06-30", "2021-07-01")
    found = [rules(platform, day, of="special_hardship").policy for day in days]
    assert [one.line("programme", "special_hardship") is not None for one in found] == [False, True, True, True]
    conditions = [one.line("formula", "special_hardship", "member.eligible") for one in found]
    assert [one is not None for one in conditions] == [False, False, False, True]
