from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from core.calendar import DayKind, WorkingCalendar
from core.errors import InvalidInput, JiuzhuError

HEAD = "day,kind,name,source\n"


@pytest.fixture(scope="module")
def calendar() -> WorkingCalendar:
    return WorkingCalendar.load()


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2021-09-28", 3, "2021-10-08"),
        ("2021-09-28", 10, "2021-10-18"),
        ("2021-09-28", 30, "2021-11-15"),
        ("2018-04-27", 20, "2018-05-28"),
        ("2026-09-25", 20, "2026-10-29"),
        ("2026-11-19", 30, "2026-12-31"),
        ("2026-10-29", 45, "2026-12-31"),
    ],
)
def test_period_of_working_days_ends_where_counted_by_hand(
    calendar: WorkingCalendar, start: str, days: int, due: str
) -> None:
    found = calendar.add(date.fromisoformat(start), days, "working")

    assert found.day == date.fromisoformat(due)
    assert found.is_certain
    assert found.flag is None


def test_calendar_days_know_no_holiday(calendar: WorkingCalendar) -> None:
    assert calendar.add(date(2018, 9, 28), 7, "calendar").day == date(2018, 10, 5)


def test_calendar_days_need_no_known_year(calendar: WorkingCalendar) -> None:
    assert calendar.require(date(2030, 1, 1), 7, "calendar") == date(2030, 1, 8)


def test_day_after_the_start_is_day_one(calendar: WorkingCalendar) -> None:
    assert calendar.add(date(2018, 6, 4), 1, "working").day == date(2018, 6, 5)


@pytest.mark.parametrize("kind", ["calendar", "working"])
def test_period_of_no_days_ends_on_its_start(calendar: WorkingCalendar, kind: DayKind) -> None:
    assert calendar.add(date(2018, 6, 2), 0, kind).day == date(2018, 6, 2)


def test_negative_period_is_our_own_mistake(calendar: WorkingCalendar) -> None:
    with pytest.raises(ValueError, match="-1"):
        calendar.add(date(2018, 6, 2), -1, "working")


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2018, 5, 1), False),  # a Tuesday, Labour Day
        (date(2018, 4, 28), True),  # a Saturday worked for it
        (date(2018, 6, 4), True),  # an ordinary Monday
        (date(2018, 6, 2), False),  # an ordinary Saturday
        (date(2020, 1, 31), False),  # the Spring Festival prolonged by three days
    ],
)
def test_day_works_as_announced(calendar: WorkingCalendar, day: date, works: bool) -> None:
    assert calendar.is_working(day) is works


@pytest.mark.parametrize("year", [2003, 2027])
def test_unknown_year_is_an_error_not_a_guess(calendar: WorkingCalendar, year: int) -> None:
    with pytest.raises(JiuzhuError) as refused:
        calendar.is_working(date(year, 6, 2))

    assert refused.value.code == "calendar_unknown_year"
    assert "2004–2026" in refused.value.render("zh")


def test_period_into_an_unknown_year_is_provisional_and_says_so(calendar: WorkingCalendar) -> None:
    due = calendar.add(date(2026, 11, 20), 30, "working")

    assert due.day == date(2027, 1, 1)
    assert due.unknown_years == (2027,)
    assert due.flag is not None
    assert "2027" in due.flag.zh
    assert "2027" in due.flag.en


def test_provisional_day_is_refused_where_a_certain_one_is_required(calendar: WorkingCalendar) -> None:
    with pytest.raises(JiuzhuError, match="2027"):
        calendar.require(date(2026, 11, 20), 30, "working")


def test_certain_day_is_given_where_required(calendar: WorkingCalendar) -> None:
    assert calendar.require(date(2018, 4, 27), 20, "working") == date(2018, 5, 28)


def test_further_year_makes_a_provisional_day_certain(calendar: WorkingCalendar, tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text("\ufeff" + HEAD + "2027-01-01,holiday,元旦,通知\n2027-01-02,workday,元旦,通知\n", encoding="utf-8")

    longer = calendar.with_file(file)

    assert longer.require(date(2026, 11, 20), 30, "working") == date(2027, 1, 2)
    assert calendar.add(date(2026, 11, 20), 30, "working").unknown_years == (2027,)


def test_table_replaces_a_known_year_as_a_whole(calendar: WorkingCalendar) -> None:
    changed = calendar.with_table(HEAD + "2018-06-04,holiday,试,试\n", file="x.csv")

    assert not changed.is_working(date(2018, 6, 4))
    assert changed.is_working(date(2018, 5, 1))
    assert not changed.is_working(date(2019, 5, 1))


def test_gap_between_known_years_is_told(calendar: WorkingCalendar) -> None:
    with pytest.raises(JiuzhuError, match="2004–2026, 2028"):
        calendar.with_table(HEAD + "2028-01-03,holiday,元旦,试\n", file="x.csv").is_working(date(2027, 1, 4))


def test_all_faults_of_a_table_are_told_at_once(calendar: WorkingCalendar) -> None:
    text = HEAD + "2027-1-1,holiday,,\n2027-01-04,rest,,\n2027-01-05,holiday,,\n2027-01-05,workday,,\n"

    with pytest.raises(InvalidInput) as refused:
        calendar.with_table(text, file="x.csv")

    told = [(one.code, str(one.where), one.value) for one in refused.value.problems]
    assert told == [
        ("bad_date", "x.csv:2:1 day", "2027-1-1"),
        ("bad_day_kind", "x.csv:3:2 kind", "rest"),
        ("duplicate_day", "x.csv:5:1 day", "2027-01-05"),
    ]


def test_table_agrees_with_its_source_on_every_day(calendar: WorkingCalendar) -> None:
    days = (date(2004, 1, 1) + timedelta(days=step) for step in range((date(2027, 1, 1) - date(2004, 1, 1)).days))

    assert [day for day in days if calendar.is_working(day) is not chinese_calendar.is_workday(day)] == []
    assert calendar.years == frozenset(range(2004, 2027))


def test_every_special_day_differs_from_its_weekday_and_names_its_source(calendar: WorkingCalendar) -> None:
    for one in calendar.special.values():
        assert one.works is (one.day.weekday() >= 5)
        assert one.name
        assert one.source
