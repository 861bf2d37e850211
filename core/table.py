"""CSV files people write: every cell knows its place, and all faults are reported together."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.errors import InvalidInput, Problem, Text, Where, did_you_mean, unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table: its cells by column name, stripped; an absent column reads as empty."""

    cells: Mapping[str, str]
    file: str
    line: int

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def where(self, column: str = "") -> Where:
        """Return the place of a cell: the line of the file and the number of the cell in it, both from 1."""
        cell = list(self.cells).index(column) + 1 if column in self.cells else 1
        return Where(file=self.file, line=self.line, column=cell, path=column)

    def problem(self, code: str, message: Text, column: str, *, allowed: tuple[str, ...] = ()) -> Problem:
        """Return the fault of a cell."""
        return Problem(code=code, message=message, where=self.where(column), value=self[column], allowed=allowed)


def read_file(path: Path) -> str:
    """Return the text of a table file; the byte-order mark Excel writes is dropped.

    Raises:
        InvalidInput: ``unreadable_file`` or ``not_utf8``.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise unreadable(error, str(path)) from error
    except UnicodeDecodeError as error:
        text = Text("不是 UTF-8 编码；请在 Excel 中另存为“CSV UTF-8”", "not UTF-8; save it from Excel as 'CSV UTF-8'")
        raise InvalidInput([Problem(code="not_utf8", message=text, where=Where(file=str(path)))]) from error


def read_table(
    text: str, *, file: str, required: Sequence[str], optional: Sequence[str] = ()
) -> tuple[list[Row], list[Problem]]:
    """Return the rows of a CSV text and its faults. The first line names the columns, in any order.

    A fault of the heading stops the reading; a line with too many or too few cells is left out and named; an
    empty line is passed over.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        heading = [name.strip() for name in next(reader, [])]
        problems = _heading_problems(heading, file=file, required=required, optional=optional)
        lines = ((reader.line_num, cells) for cells in reader)
        return ([], problems) if problems else _body(lines, heading, file)
    except csv.Error as error:
        message = Text(f"CSV 格式错误：{error}", f"not valid CSV: {error}")
        return [], [Problem(code="bad_csv", message=message, where=Where(file=file, line=reader.line_num, column=1))]


def _heading_problems(
    heading: Sequence[str], *, file: str, required: Sequence[str], optional: Sequence[str]
) -> list[Problem]:
    known = (*required, *optional)
    where = Where(file=file, line=1, column=1)
    missing = [name for name in required if name not in heading]
    problems = [
        Problem(code="missing_column", message=Text(f"缺少列“{name}”", f"column '{name}' is missing"), where=where)
        for name in missing
    ]
    for cell, name in enumerate(heading, start=1):
        at = Where(file=file, line=1, column=cell)
        if name not in known:
            message, hint = Text("没有这一列", "there is no such column"), did_you_mean(name, known)
            problems.append(
                Problem(code="unknown_column", message=message, hint=hint, where=at, value=name, allowed=known)
            )
        elif name in heading[: cell - 1]:
            message = Text("列名重复", "the column is there twice")
            problems.append(Problem(code="duplicate_column", message=message, where=at, value=name))
    return problems


def _body(lines: Iterable[tuple[int, list[str]]], heading: Sequence[str], file: str) -> tuple[list[Row], list[Problem]]:
    rows: list[Row] = []
    problems: list[Problem] = []
    for line, cells in lines:
        if not any(cells):
            continue
        if len(cells) == len(heading):
            stripped = (cell.strip() for cell in cells)
            rows.append(Row(cells=dict(zip(heading, stripped, strict=True)), file=file, line=line))
        else:
            wanted, found = len(heading), len(cells)
            message = Text(f"应有 {wanted} 个单元格，实有 {found} 个", f"{wanted} cells are needed, here are {found}")
            problems.append(
                Problem(
                    code="bad_row",
                    message=message,
                    where=Where(file=file, line=line, column=1),
                    value=str(found),
                )
            )
    return rows, problems


def read_day(row: Row, column: str, problems: list[Problem], *, required: bool = False) -> date | None:
    """Return the day in a cell, None for an empty one; a fault is added to ``problems``."""
    if not row[column] and not required:
        return None
    try:
        day = date.fromisoformat(row[column])
    except ValueError:
        day = None
    # fromisoformat also takes 20180601 and 2018-W22-5: two spellings of one day would never be found equal.
    if day is None or day.isoformat() != row[column]:
        message = Text("日期应为 2018-06-01 的形式", "a day looks like 2018-06-01")
        problems.append(row.problem("bad_date", message, column))
        return None
    return day
