"""A further year of the working calendar: loaded by an administrator, with the notice that announced it.

A notice is announced in one piece and replaces its year as a whole. It may also name days at the end of the year
before (2011-12-31 was worked by the notice for 2012): those are added to that year and change nothing else of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from functools import cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.calendar import WorkingCalendar
from core.casework.desk import Desk
from core.casework.staff import NATION
from core.errors import InvalidInput, JiuzhuError, Problem, Text
from core.store.tables import CalendarYear

DECEMBER = 12


@cache
def _bundled() -> WorkingCalendar:
    return WorkingCalendar.load()


def loaded_calendar(session: Session) -> WorkingCalendar:
    """Return the bundled years and those an administrator loaded over them."""
    last = select(func.max(CalendarYear.id)).group_by(CalendarYear.year)
    rows = session.scalars(select(CalendarYear).where(CalendarYear.id.in_(last)).order_by(CalendarYear.year)).all()
    return with_years(_bundled(), rows) if rows else _bundled()


def with_years(calendar: WorkingCalendar, rows: Iterable[CalendarYear]) -> WorkingCalendar:
    """Return a calendar with loaded years: each replaces its own, and adds its days to the end of the one before."""
    special = dict(calendar.special)
    years = set(calendar.years)
    loaded = [(row.year, _read(row.days, row.document)) for row in rows]
    for year, read in loaded:
        special = {day: one for day, one in special.items() if day.year != year}
        special |= {day: one for day, one in read.special.items() if day.year == year}
        years.add(year)
    for year, read in loaded:
        special |= {day: one for day, one in read.special.items() if day.year != year}
    return WorkingCalendar(years=frozenset(years), special=special)


def load_year(
    desk: Desk, year: int, text: str, *, document: str, file: str = "CSV", reason: str | None = None
) -> CalendarYear:
    """Load a year's holidays and worked weekends: CSV with the columns day, kind, name, source.

    ``document`` cites the State Council's notice. A year that is known already is replaced only for a ``reason``.

    Raises:
        JiuzhuError: ``not_permitted``, ``no_citation``, ``year_is_known``.
        InvalidInput: every fault of the CSV; ``no_days``; ``other_year`` for a day that is not of the year.
    """
    desk.require("calendar.load", NATION)
    if not document.strip():
        raise JiuzhuError("no_citation", Text("须写明放假通知的文号或名称", "name the notice it comes from"))
    if year in desk.calendar.years and not reason:
        known = Text(f"{year} 年的安排已有，重新载入须写明理由", f"{year} is there; loading it again needs a reason")
        raise JiuzhuError("year_is_known", known, value=str(year))
    _check(_read(text, file), year, file)
    row = CalendarYear(
        year=year,
        document=document.strip(),
        days=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        recorded_at=desk.moment,
        loaded_by=desk.actor.id,
    )
    desk.session.add(row)
    desk.session.flush()
    body = {"year": year, "document": row.document, "digest": row.digest, "row": row.id}
    desk.record("calendar", "calendar_loaded", body, reason=reason)
    return row


def _read(text: str, file: str) -> WorkingCalendar:
    return WorkingCalendar(years=frozenset(), special={}).with_table(text, file=file)


def _check(read: WorkingCalendar, year: int, file: str) -> None:
    if year not in read.years:
        raise JiuzhuError(
            "no_days", Text(f"文件中没有 {year} 年的日期", f"no day of {year} is in the file"), value=file
        )
    others = sorted(day for day in read.special if not _may_name(year, day))
    if others:
        message = Text(f"不是 {year} 年的日期", f"not a day of {year}")
        hint = Text("每次载入一年；上一年只能列十二月的日期", "load one year; of the one before, only days of December")
        raise InvalidInput(Problem(code="other_year", message=message, hint=hint, value=str(day)) for day in others)


def _may_name(year: int, day: date) -> bool:
    return day.year == year or (day.year == year - 1 and day.month == DECEMBER)
