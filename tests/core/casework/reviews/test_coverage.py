"""The four requirements of 100 %: counted from the cases' own events, the missing cases named."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from core.casework.desk import Desk
from core.casework.reviews.coverage import Coverage, coverage
from core.casework.reviews.coverage_sheet import coverage_sheets
from core.errors import Text

CITY = "430900"
FOUR = ("home_visit", "community_appraisal", "public_notice", "means_verification")


@pytest.fixture
def bureau(yiyang: Any, add_roll: Any) -> Any:
    """Four urban households on the roll; of a fifth the benefit has ended."""
    with yiyang.desk("root") as desk:
        add_roll(desk, [*[{"monthly": 36000}] * 4, {"monthly": 0}], division="430903", since=date(2018, 1, 1))
    return yiyang


def did(desk: Desk, case: int, stage: str, *, on: date = date(2018, 3, 5)) -> None:
    desk.record(f"case/{case}", "stage", {"stage": stage, "by": [1]}, happened_on=on)


def found(bureau: Any, **given: Any) -> dict[str, Coverage]:
    with bureau.desk("auditor.430900") as desk:
        return {one.key: one for one in coverage(desk, CITY, programme="dibao", areas=("urban",), **given)}


def test_completion_and_the_missing_cases_of_each_of_the_four(bureau: Any) -> None:
    with bureau.desk("clerk.430900") as desk:
        for case in (1, 2, 3, 4):
            did(desk, case, "home_visit")
        did(desk, 1, "community_appraisal")
    listed = {key: (found(bureau)[key].total, found(bureau)[key].done, found(bureau)[key].met) for key in FOUR}
    assert listed == {
        "home_visit": (4, 4, True),
        "community_appraisal": (4, 1, False),
        "public_notice": (4, 0, False),
        "means_verification": (4, 0, False),
    }
    assert found(bureau)["community_appraisal"].missing == ("430903-000001", "430903-000002", "430903-000003")


def test_public_notice_asks_for_the_posting_at_review_and_the_one_at_approval(bureau: Any) -> None:
    with bureau.desk("clerk.430900") as desk:
        did(desk, 1, "review_posting")
        did(desk, 1, "approval_posting")
        did(desk, 2, "review_posting")
    notice = found(bureau)["public_notice"]
    assert notice.stages == ("review_posting", "approval_posting")
    assert (notice.done, notice.missing[0]) == (1, "430903-000001")


def test_stage_before_the_span_asked_about_does_not_count(bureau: Any) -> None:
    with bureau.desk("clerk.430900") as desk:
        did(desk, 1, "home_visit", on=date(2017, 12, 30))
        did(desk, 2, "home_visit", on=date(2018, 1, 2))
    assert found(bureau, since=date(2018, 1, 1))["home_visit"].done == 1


def test_stage_struck_out_by_a_correction_does_not_count(bureau: Any) -> None:
    with bureau.desk("clerk.430900") as desk:
        did(desk, 1, "home_visit")
        did(desk, 2, "home_visit")
        desk.record("case/1", "correction", {"corrects": 1, "void": True})
    assert found(bureau)["home_visit"].done == 1


def test_population_that_cases_do_not_tell_is_said_and_not_guessed(bureau: Any) -> None:
    requirement = found(bureau)["must_accept"]
    assert (requirement.met, requirement.total) == (None, 0)
    assert requirement.note is not None
    assert "人工统计" in requirement.note.zh
    assert f"“{requirement.label.zh}”" in requirement.note.zh
    assert requirement.of not in requirement.note.zh


def test_report_goes_out_with_every_case_that_lacks_something() -> None:
    found = Coverage(area="urban", key="home_visit", label=Text("入户调查", "visit"), stages=("survey",), of="applicants",
                     share=Fraction(1), total=3, missing=("A-1", "A-2"), provision="x#y")  # fmt: skip
    report, missing = coverage_sheets([found])
    assert list(report.rows) == [("城市", "入户调查", 3, 1, 2, Fraction(1), "未达标")]
    assert [row[0] for row in missing.rows] == ["A-1", "A-2"]
