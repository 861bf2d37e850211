"""The first recompute of households taken over: the same, or why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.casework.flow.member import relocate
from core.casework.people.identity import check_character
from core.casework.roster.comparison_sheet import comparison_sheet
from core.casework.roster.importing import approve_import, prepare_import, run_import
from core.casework.roster.layout import EXAMPLE, HEADINGS, columns_of_roster
from core.casework.roster.recompute import Comparison, Question, recompute
from core.casework.roster.takeover import Takeover
from core.casework.staff import grant_role
from core.casework.workbook import Sheet, as_bytes
from core.store.tables import AssistanceCase

DALI, ELSEWHERE = "610523", "430903"


def number(sequence: int) -> str:
    digits = f"99010119500307{sequence:03}"
    return digits + check_character(digits)


def household(sequence: int, income: int | None, monthly: int, **given: Any) -> dict[str, Any]:
    """A household of four in Dali; income a year and the monthly amount in fen."""
    at = 4 * sequence
    return {
        **EXAMPLE, "county": "大荔县", "township": "某镇", "village": "东村", "head": f"合成甲{sequence}", "persons": 4,
        "entitled": 4, "head_number": number(at), "member_names": "合成乙;合成丙;合成丁", "relations": "配偶;子女;父母",
        "entitlements": "", "member_numbers": ";".join(number(at + one) for one in (1, 2, 3)), "income": income,
        "income_per_head": None, "benefit": monthly, "total": monthly, "first_month": "2007-01", "houses": 0, **given,
    }  # fmt: skip


Import = Callable[..., list[Comparison]]


@pytest.fixture
def imported(shaanxi: Any, tmp_path: Path) -> Import:
    """Import households and recompute them under the rules of March 2008."""

    def take(*rows: dict[str, Any], income_item: str | None = "farming") -> list[Comparison]:
        path = tmp_path / "roster.xlsx"
        content = [[row[one.name] for one in HEADINGS] for row in rows]
        path.write_bytes(as_bytes(Sheet(title="花名册", columns=columns_of_roster(), rows=content)))
        terms = Takeover(
            division=DALI, programme="dibao", area="rural", since=date(2008, 1, 1), paid_through=date(2008, 2, 1),
            document="花名册（虚构）", income_item=income_item,
        )  # fmt: skip
        with shaanxi.desk(f"clerk.{DALI}") as desk:
            prepared = prepare_import(desk, terms, path)
        assert prepared.examination.faults == {}
        with shaanxi.desk(f"approver.{DALI}") as desk:
            approve_import(desk, prepared.import_id)
        list(run_import(shaanxi.platform.database, desk, prepared.import_id))
        with shaanxi.platform.reading_desk(f"auditor.{DALI}") as desk:
            return list(recompute(desk, Question(roots=(desk.path(DALI),), month=date(2008, 3, 1))))

    return take


@pytest.mark.parametrize(
    ("income", "monthly", "cause"),
    [
        (200_000, 6_433, "same"),  # (693 × 4 − 2,000) ÷ 12 = 64.333… a month
        (200_000, 6_434, "rounding"),  # to the fen, up
        (200_000, 6_500, "rounding"),  # to the yuan, up
        (200_000, 7_000, "amount"),
        (277_200, 1_000, "not_eligible"),  # exactly 693 a head is not below the line
        (None, 6_433, "income_missing"),
    ],
)
def test_recompute_says_same_or_why_not(imported: Import, income: int | None, monthly: int, cause: str) -> None:
    found = imported(household(1, income, monthly))
    assert [one.cause for one in found] == [cause]


def test_without_an_income_item_no_income_is_invented(imported: Import) -> None:
    found = imported(household(1, 200_000, 6_433), income_item=None)
    assert [(one.cause, one.now) for one in found] == [("income_missing", None)]


def test_tiered_household_under_a_gap_rule_is_a_matter_of_tiers(imported: Import) -> None:
    found = imported(household(1, 200_000, 7_000, method="分档", tier="B"))
    assert [one.cause for one in found] == ["tier"]


def test_failed_condition_is_told(imported: Import) -> None:
    found = imported(household(1, 277_200, 1_000))
    assert "没有低于" in found[0].detail.zh


def test_list_goes_out_with_names_and_differences(shaanxi: Any, imported: Import) -> None:
    found = imported(household(1, 200_000, 6_433), household(2, 200_000, 7_000))
    tally: Counter[str] = Counter()
    with shaanxi.platform.reading_desk(f"auditor.{DALI}") as desk:
        rows = list(comparison_sheet(desk, found, tally, language="zh").rows)
    assert [(row[1], row[10], row[11]) for row in rows] == [("合成甲1", "一致", ""), ("合成甲2", "不一致", "金额不同")]
    assert tally == {"same": 1, "amount": 1}


def test_rule_for_every_household_dates_the_first_review(shaanxi: Any, imported: Import) -> None:
    found = imported(household(1, 200_000, 6_433))
    assert [(one.case.review_class, one.case.review_due) for one in found] == [("all", date(2008, 9, 3))]


def test_month_before_a_move_is_recomputed_by_the_rules_of_the_place_lived_in_then(
    shaanxi: Any, imported: Import
) -> None:
    [found] = imported(household(1, 200_000, 6_433))
    with shaanxi.desk("root") as desk:
        grant_role(desk, f"clerk.{DALI}", "clerk", ELSEWHERE, since=date(2008, 1, 1))
    shaanxi.on("2008-04-01")
    with shaanxi.desk(f"clerk.{DALI}") as desk:
        relocate(desk, desk.session.get_one(AssistanceCase, found.case.id), ELSEWHERE, happened_on=date(2008, 3, 20))
        asked = [Question(roots=(desk.path(ELSEWHERE),), month=date(2008, month, 1)) for month in (3, 4)]
        causes = [one.cause for question in asked for one in recompute(desk, question)]
    assert causes == ["same", "rule_missing"]
