"""A year of the working calendar, loaded by an administrator."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.casework.reviews.calendar_year import load_year
from core.errors import InvalidInput, JiuzhuError

YEAR_2027 = """day,kind,name,source
2027-01-01,holiday,元旦,虚构的放假通知（测试）
2027-02-08,holiday,春节,虚构的放假通知（测试）
2027-02-06,workday,春节,虚构的放假通知（测试）
2026-12-27,workday,元旦,虚构的放假通知（测试）
"""
NOTICE = "虚构的国务院办公厅关于2027年部分节假日安排的通知（测试）"


def load(bureau: Any, text: str = YEAR_2027, *, year: int = 2027, login: str = "root", **given: Any) -> None:
    with bureau.desk(login) as desk:
        load_year(desk, year, text, document=given.pop("document", NOTICE), **given)


def test_deadline_into_an_unknown_year_is_flagged_until_that_year_is_loaded(shaanxi: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        before = desk.calendar.add(date(2026, 12, 25), 5, "working")
    load(shaanxi)
    with shaanxi.desk("clerk.610523") as desk:
        after = desk.calendar.add(date(2026, 12, 25), 5, "working")
    assert (before.day, before.unknown_years) == (date(2027, 1, 1), (2027,))
    # 12-27 is a worked Sunday: 27, 28, 29, 30, 31
    assert (after.day, after.is_certain) == (date(2026, 12, 31), True)


def test_days_in_december_join_the_year_before_and_change_nothing_else_of_it(shaanxi: Any) -> None:
    load(shaanxi)
    with shaanxi.desk("clerk.610523") as desk:
        assert desk.calendar.is_working(date(2026, 12, 27))
        assert not desk.calendar.is_working(date(2026, 10, 1))


def test_only_an_administrator_loads_a_year(shaanxi: Any) -> None:
    with pytest.raises(JiuzhuError) as refused:
        load(shaanxi, login="approver.610523")
    assert refused.value.code == "not_permitted"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"document": " "}, "no_citation"),
        ({"text": YEAR_2027.replace("2027-", "2026-"), "year": 2026}, "year_is_known"),
        ({"text": YEAR_2027, "year": 2028}, "no_days"),
        ({"text": YEAR_2027 + "2028-01-03,holiday,元旦,x\n"}, "other_year"),
        ({"text": YEAR_2027.replace("holiday,元旦", "free,元旦")}, "bad_day_kind"),
    ],
)
def test_year_is_refused_with_its_faults(shaanxi: Any, given: dict[str, Any], code: str) -> None:
    with pytest.raises((JiuzhuError, InvalidInput)) as refused:
        load(shaanxi, **given)
    assert code in {one.code for one in refused.value.problems}


def test_year_loaded_again_for_a_reason_is_replaced_as_a_whole(shaanxi: Any) -> None:
    load(shaanxi)
    again = "day,kind,name,source\n2027-01-04,holiday,元旦,虚构的更正通知（测试）\n"
    load(shaanxi, again, reason="通知更正")
    with shaanxi.desk("clerk.610523") as desk:
        assert not desk.calendar.is_working(date(2027, 1, 4))
        assert desk.calendar.is_working(date(2027, 1, 1))
