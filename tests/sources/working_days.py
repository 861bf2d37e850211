"""Rebuild ``core/data/calendar.csv`` from the ``chinesecalendar`` package; the table goes to standard output.

Only the exceptions are written: working days declared holidays, and weekends declared working days.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.metadata import version

import chinese_calendar

FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}
SATURDAY = 5


def exceptions() -> Iterator[tuple[str, str, str, str]]:
    """Yield (day, kind, name, source) for every day that is not what its weekday says."""
    source = f"国务院办公厅年度放假通知，经 chinesecalendar {version('chinesecalendar')}"
    day = FIRST
    while day <= LAST:
        working = chinese_calendar.is_workday(day)
        if working != (day.weekday() < SATURDAY):
            name = NAMES[chinese_calendar.get_holiday_detail(day)[1]]
            yield day.isoformat(), "workday" if working else "holiday", name, source
        day += timedelta(days=1)


if __name__ == "__main__":
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["day", "kind", "name", "source"])
    writer.writerows(exceptions())
