"""Writing sheets: whole or not at all, row by row in constant memory, no formulas, no links.

Money goes out as a number with two decimals that is exactly the fen; what a spreadsheet might read as a formula goes
out as text with an apostrophe before it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import xlsxwriter
from wcwidth import wcswidth
from xlsxwriter.exceptions import XlsxWriterException

from core.casework.workbook.sheet import Column, ColumnKind, Sheet, Value
from core.errors import JiuzhuError, Text
from core.values import yuan_text

FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_000
WIDTHS: dict[ColumnKind, int] = {"text": 14, "id": 22, "money": 13, "count": 8, "share": 9, "date": 12, "month": 10}
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "use_zip64": True,
}
CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook keeps no zone
"""What a workbook says of its making: always the same, so that the same rows are the same bytes."""
MOST_FEN = 10**15
"""A spreadsheet keeps 15 digits; a larger amount goes out as text."""


def write_sheet(target: Path | IO[bytes], *sheets: Sheet) -> int:
    """Write sheets as one workbook and return how many rows went out.

    A path is replaced whole at the end, for the owner's eyes only: lists hold names and numbers. Whatever fails before
    leaves it as it was.

    Raises:
        JiuzhuError: ``cannot_write``.
    """
    if not isinstance(target, Path):
        return _write(target, sheets)
    beside = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            rows = _write(stream, sheets)
        beside.replace(target)
    except (OSError, XlsxWriterException) as error:
        text = Text("无法写出文件，请检查目录和磁盘空间", "cannot write the file; check the folder and the disk")
        raise JiuzhuError("cannot_write", text, value=str(target)) from error
    finally:
        beside.unlink(missing_ok=True)
    return rows


def as_bytes(*sheets: Sheet) -> bytes:
    """Return a workbook as bytes, for an answer over the network."""
    stream = BytesIO()
    _write(stream, sheets)
    return stream.getvalue()


def _write(stream: IO[bytes], sheets: Sequence[Sheet]) -> int:
    book = xlsxwriter.Workbook(stream, OPTIONS)
    book.set_properties({"created": CREATED})
    try:
        formats = _formats(book)
        return sum(_fill(book.add_worksheet(_sheet_name(one.title)), one, formats) for one in sheets)
    finally:
        book.close()  # also after a failure: rows wait in temporary files until then


def _formats(book: Any) -> dict[str, Any]:
    whole = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
    kinds = {"money": "#,##0.00", "count": "0", "share": "0.00%", "id": "@", "text": "@", "date": "@", "month": "@"}
    made = {kind: book.add_format({**whole, "num_format": shown}) for kind, shown in kinds.items()}
    made["header"] = book.add_format({**whole, "bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True})
    made["heading"] = book.add_format({**whole, "bold": True})
    made["marked"] = book.add_format({**whole, "font_color": "#C00000", "num_format": "@"})
    return made


def _fill(page: Any, sheet: Sheet, formats: dict[str, Any]) -> int:
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width or _width(column))
    for index, line in enumerate(sheet.heading):
        page.write_string(index, 0, safe(line), formats["heading"])
    top = len(sheet.heading)
    for index, column in enumerate(sheet.columns):
        page.write_string(top, index, safe(column.title), formats["header"])
    page.freeze_panes(top + 1, 0)
    page.repeat_rows(top)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    styles = [formats["marked" if one.title in sheet.marked else one.kind] for one in sheet.columns]
    count = 0
    for row in sheet.rows:
        count += 1
        for index, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            _cell(page, (top + count, index), value, (column.kind, styles[index]))
    return count


def _cell(page: Any, at: tuple[int, int], value: Value, shape: tuple[ColumnKind, Any]) -> None:
    kind, style = shape
    if value is None:
        return
    number = _number(value, kind)
    if number is not None:
        page.write_number(*at, number, style)
        return
    page.write_string(*at, safe(_text(value, kind)), style)


def _number(value: Value, kind: ColumnKind) -> Decimal | int | None:
    if kind == "money" and isinstance(value, int | Fraction) and -MOST_FEN < value < MOST_FEN:
        return Decimal(yuan_text(value))
    if kind == "count" and isinstance(value, int):
        return value
    if kind == "share" and isinstance(value, int | Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return None


def _text(value: Value, kind: ColumnKind) -> str:
    if isinstance(value, date):
        return value.isoformat()[:7] if kind == "month" else value.isoformat()
    if kind == "money" and isinstance(value, int | Fraction):
        return yuan_text(value)
    return str(value)


def safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, and without characters a workbook cannot hold.

    >>> safe("=HYPERLINK(1)"), safe("张三")
    ("'=HYPERLINK(1)", '张三')
    """
    plain = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "", text)[:LONGEST_CELL]
    return f"'{plain}" if plain.startswith(FORMULA_MARKS) else plain


def _width(column: Column) -> int:
    return max(WIDTHS[column.kind], min(wcswidth(column.title) + 2, 40))


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "表"
