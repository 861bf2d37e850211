"""Working days (工作日): our dated table of holidays and make-up working days, and the counting of periods.

The State Council announces each year's arrangement in the autumn before; a year not yet announced is unknown.
What reaches into it is marked, never passed off as certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from core.errors import InvalidInput, JiuzhuError, Problem, Text
from core.table import Row, read_day, read_file, read_table

TABLE = Path(__file__).with_name("data") / "calendar.csv"

DayKind = Literal["calendar", "working"]
KINDS = ("holiday", "workday")
COLUMNS = ("day", "kind", "name", "source")
ONE_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The last day of a period, and the years it reaches into whose holidays are not known.

    With ``unknown_years`` the day is provisional: in those years Monday to Friday were counted as working.
    """

    day: date
    unknown_years: tuple[int, ...] = ()

    @property
    def is_certain(self) -> bool:
        """Whether every day counted lies in a known year."""
        return not self.unknown_years

    @property
    def flag(self) -> Text | None:
        """What a reader must be told, None for a certain day."""
        if self.is_certain:
            return None
        years = ", ".join(str(year) for year in self.unknown_years)
        return Text(
            f"暂定：{years} 年的放假安排尚未载入，按周一至周五推算",
            f"provisional: Monday to Friday were counted, the holidays of {years} are not loaded",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDay:
    """A day that is not what its weekday says, with the holiday it belongs to and where that is announced."""

    day: date
    works: bool
    name: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """Which days are working days.

    ``years`` are the known ones; ``special`` days are those that are not what their weekday says.
    """

    years: frozenset[int]
    special: Mapping[date, SpecialDay]

    @classmethod
    def load(cls) -> WorkingCalendar:
        """Return the bundled calendar, 2004–2026.

        >>> WorkingCalendar.load().add(date(2018, 4, 27), 20, "working").day.isoformat()
        '2018-05-28'
        """
        text = TABLE.read_text(encoding="utf-8")
        return cls(years=frozenset(), special={}).with_table(text, file="core/data/calendar.csv")

    def with_file(self, path: Path) -> WorkingCalendar:
        """Return the calendar with further years from a CSV file of the same columns.

        Raises:
            InvalidInput: every fault of the file, with line and cell.
        """
        return self.with_table(read_file(path), file=str(path))

    def with_table(self, text: str, *, file: str) -> WorkingCalendar:
        """Return the calendar with the years of a CSV text; a year it has is replaced as a whole.

        A year's arrangement is announced in one piece: a table never adds single days to a known year.

        Raises:
            InvalidInput: every fault of the text, with line and cell.
        """
        rows, problems = read_table(text, file=file, required=COLUMNS)
        found = _special_days(rows, problems)
        if problems:
            raise InvalidInput(problems)
        years = {day.year for day in found}
        kept = {day: one for day, one in self.special.items() if day.year not in years}
        return WorkingCalendar(years=self.years | years, special=kept | found)

    def is_working(self, day: date) -> bool:
        """Tell whether a day is a working day.

        Raises:
            JiuzhuError: ``calendar_unknown_year``.
        """
        if day.year not in self.years:
            raise self._unknown(day.year)
        return self._works(day)

    def add(self, start: date, days: int, kind: DayKind) -> Due:
        """Return the last day of a period of ``days`` (≥ 0) that begins the day after ``start``.

        The day after is day 1: the texts do not say it, practice does. No days are due on ``start`` itself. A
        due day that depends on an unknown year is provisional and says so.

        Raises:
            ValueError: ``days`` is negative.
        """
        if days < 0:
            raise ValueError(f"a period has no negative days: {days}")
        if kind == "calendar":
            return Due(day=start + days * ONE_DAY)
        day, left, unknown = start, days, set[int]()
        while left:
            day += ONE_DAY
            left -= self._works(day)
            if day.year not in self.years:
                unknown.add(day.year)
        return Due(day=day, unknown_years=tuple(sorted(unknown)))

    def require(self, start: date, days: int, kind: DayKind) -> date:
        """Return the due day of :meth:`add`, refusing a provisional one.

        Raises:
            JiuzhuError: ``calendar_unknown_year``.
        """
        due = self.add(start, days, kind)
        if not due.is_certain:
            raise self._unknown(due.unknown_years[0])
        return due.day

    def _works(self, day: date) -> bool:
        special = self.special.get(day)
        return day.weekday() < SATURDAY if special is None else special.works

    def _unknown(self, year: int) -> JiuzhuError:
        known = ", ".join(_runs(self.years))
        return JiuzhuError(
            "calendar_unknown_year",
            Text(
                f"{year} 年的放假安排尚未载入（已有 {known}）",
                f"the holidays of {year} are not loaded (there are {known})",
            ),
            hint=Text(
                "国务院公布后，以 CSV 载入该年安排",
                "load that year's arrangement as CSV once it is announced",
            ),
            value=str(year),
        )


def _runs(years: Iterable[int]) -> list[str]:
    """Write years as runs: 2004–2026, 2028."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]


def _special_days(rows: Iterable[Row], problems: list[Problem]) -> dict[date, SpecialDay]:
    found: dict[date, SpecialDay] = {}
    for row in rows:
        day = read_day(row, "day", problems, required=True)
        if row["kind"] not in KINDS:
            message = Text("应为放假（holiday）或上班（workday）", "must be holiday or workday")
            problems.append(row.problem("bad_day_kind", message, "kind", allowed=KINDS))
        elif day in found:
            problems.append(row.problem("duplicate_day", Text("这一天重复", "the day is there twice"), "day"))
        elif day is not None:
            works = row["kind"] == "workday"
            found[day] = SpecialDay(day=day, works=works, name=row["name"], source=row["source"])
    return found
