"""The cells of a row, read as money, counts, months and digits; what is wrong is collected, never raised."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from core.casework.roster.layout import HEADINGS
from core.casework.workbook import Row
from core.errors import Problem, Text, Where
from core.values import fen

SPLIT = re.compile(r"[;；]")
TITLES: Mapping[str, str] = {one.name: one.title for one in HEADINGS}
MOST_YUAN_A_YEAR = 100_000_000
LONGEST = {"head": 60, "village": 30, "township": 30, "bank": 100, "address": 200, "reason": 60, "certificate": 40}


class Cells:
    """A row of the roster and its faults so far."""

    def __init__(self, row: Row, file: str, today: date) -> None:
        self.cells = row.cells
        self.row = row.number
        self.where = Where(file=file, line=row.number)
        self.today = today
        self.problems: list[Problem] = list(row.problems)

    def money(self, name: str, *, required: bool = False) -> int | None:
        """Return an amount in fen; nothing where the cell is empty."""
        text = _number(self.cells.get(name, ""))
        if not text:
            if required:
                self.fault("missing", f"缺少{TITLES[name]}", f"{name} is missing", name)
            return None
        try:
            amount = fen(text)
        except ValueError:
            self.fault(
                "bad_amount", f"{TITLES[name]}不是金额（最多两位小数）", f"{name} is no amount", name, value=text[:20]
            )
            return None
        if not 0 <= amount <= MOST_YUAN_A_YEAR * 100:
            self.fault("out_of_range", f"{TITLES[name]}超出范围", f"{name} is out of range", name, value=text[:20])
            return None
        return amount

    def count(self, name: str) -> int | None:
        """Return a whole number."""
        text = _number(self.cells.get(name, ""))
        if not re.fullmatch(r"[0-9]{1,3}", text):
            self.fault("bad_count", f"{TITLES[name]}应为整数", f"{name} must be a whole number", name, value=text[:20])
            return None
        return int(text)

    def month(self, name: str) -> date | None:
        """Return the first day of a month written 2016-03, 2016年3月, 201603 or as a day."""
        text = unicodedata.normalize("NFKC", self.cells.get(name, ""))
        found = re.fullmatch(r"(\d{4})[-/.年]?(0?[1-9]|1[0-2])(?:月|[-/.](?:0?[1-9]|[12]\d|3[01]))?", text.strip())
        if found is None:
            self.fault(
                "bad_month", f"{TITLES[name]}应为 2016-03 的形式", f"{name} looks like 2016-03", name, value=text[:20]
            )
            return None
        month = date(int(found[1]), int(found[2]), 1)
        if not date(1990, 1, 1) <= month <= self.today:
            self.fault("out_of_range", f"{TITLES[name]}超出范围", f"{name} is out of range", name, value=text[:20])
            return None
        return month

    def digits(self, name: str) -> str:
        """Return digits without the spaces people put between them."""
        text = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", self.cells.get(name, "")))
        if text and not re.fullmatch(r"\+?[0-9]{5,32}", text):
            self.fault("not_digits", f"{TITLES[name]}应为数字", f"{name} must be digits", name)
        return text

    def short(self, name: str) -> str:
        """Return a text that is not too long."""
        text = self.cells.get(name, "")
        if len(text) > LONGEST[name]:
            self.fault("too_long", f"{TITLES[name]}过长（上限 {LONGEST[name]} 字）", f"{name} is too long", name)
        return text

    def split(self, name: str) -> list[str]:
        """Return the parts between semicolons; one at the end is no part."""
        parts = [one.strip() for one in SPLIT.split(self.cells.get(name, ""))]
        while parts and not parts[-1]:
            parts.pop()
        return parts

    def fault(self, code: str, zh: str, en: str, name: str, *, value: str | None = None) -> None:
        """Note what is wrong with a column."""
        where = Where(file=self.where.file, line=self.row, path=TITLES[name])
        self.problems.append(Problem(code=code, message=Text(zh, en), where=where, value=value))


def _number(text: str) -> str:
    """A number as people type it: full width, with separators, a sign of money or the word 元."""
    return re.sub(r"[,\s¥]|元$", "", unicodedata.normalize("NFKC", text))
