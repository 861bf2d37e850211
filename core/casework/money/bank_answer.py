"""The bank's answer as it comes: a list of the transfers that failed, typed, pasted from a spreadsheet, or a file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable

from core.casework.workbook import Heading, read_table
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where

HEADINGS = (
    Heading(name="case", title="案件编号", aliases=("编号",), required=True),
    Heading(name="why", title="原因", aliases=("失败原因", "退回原因"), required=True),
)
APART = re.compile(r"[\t,，;；]|\s{1,}")


def typed(text: str) -> dict[str, str]:
    r"""Read lines of case number and reason, apart by a tab, a comma or a space.

    >>> typed("A-1\t账号有误\nA-2，户名不符")
    {'A-1': '账号有误', 'A-2': '户名不符'}

    Raises:
        InvalidInput: ``reason_missing``, ``case_twice``, by line.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    return _failed((number, *_parts(line)) for number, line in lines if line)


def of_file(content: bytes, name: str) -> dict[str, str]:
    """Read a list of failed transfers from ``.xlsx`` (案件编号、原因) or ``.csv`` (case number, reason).

    Raises:
        JiuzhuError: ``cannot_read``; what the reader of workbooks refuses.
        InvalidInput: ``reason_missing``, ``case_twice``, by row.
    """
    if not name.lower().endswith(".csv"):
        rows = read_table(content, HEADINGS, file=name).rows()
        return _failed((row.number, row.cells["case"].strip(), row.cells["why"].strip()) for row in rows)
    try:
        cells = list(csv.reader(content.decode("utf-8-sig").splitlines()))
    except (UnicodeDecodeError, csv.Error) as error:
        hint = Text("请另存为 UTF-8 编码的 .csv 或 .xlsx", "save it as .csv in UTF-8, or as .xlsx")
        raise JiuzhuError("cannot_read", Text("无法读取文件", "cannot read the file"), hint=hint, value=name) from error
    found = ((number, [one.strip() for one in row]) for number, row in enumerate(cells, 1) if any(row))
    return _failed((number, row[0], row[1] if len(row) > 1 else "") for number, row in found if row[0] != "案件编号")


def _parts(line: str) -> tuple[str, str]:
    parts = APART.split(line, maxsplit=1)
    return parts[0], parts[1].strip() if len(parts) > 1 else ""


def _failed(rows: Iterable[tuple[int, str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    problems = []
    for number, case, why in rows:
        if not why:
            text = Text(f"第{number}行没有写明原因", f"line {number} gives no reason")
            problems.append(_problem("reason_missing", text, case, number))
        elif case in found:
            text = Text(f"第{number}行的案件重复", f"line {number} names a case twice")
            problems.append(_problem("case_twice", text, case, number))
        found[case] = why
    if problems:
        raise InvalidInput(problems)
    return found


def _problem(code: str, text: Text, case: str, number: int) -> Problem:
    return Problem(code=code, message=text, value=case, where=Where(path="$.failed", line=number))
