"""Reading a table: headings found by name in any order, every cell as text, faults with row and column.

A number where digits must be kept (an ID number, an account) has already lost some of them: refused, never guessed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from core.casework.workbook.guard import Inspected, inspect
from core.casework.workbook.limits import LIMITS, Limits, too_many_columns, too_many_rows
from core.casework.workbook.scan import HEADER_WITHIN
from core.casework.workbook.writing import FORMULA_MARKS
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where, did_you_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A column that is looked for: our name, its title and other titles it goes by; ``digits`` must not be numbers."""

    name: str
    title: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    digits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the table. ``number`` is the row in the file (from 1), ``cells`` its texts by our names.

    ``raw`` are the texts of all columns as they stand in the file, ``problems`` what could not be read.
    """

    number: int
    cells: Mapping[str, str]
    raw: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table found in a workbook: the titles as written, and the rows, read as they are walked."""

    file: str
    titles: tuple[str, ...]
    places: Mapping[str, int]
    height: int
    digits: frozenset[str]
    formulas: frozenset[tuple[int, int]] = field(repr=False)
    _page: Any = field(repr=False)
    _header: int
    _shift: int

    def rows(self, *, behind: int = 0) -> Iterator[Row]:
        """Yield the rows that are not empty, those behind row number ``behind`` of the file only."""
        for index, values in enumerate(self._page.iter_rows(), 1):
            if index > max(self._header, behind) and any(value != "" for value in values):
                yield self._row(index, values)

    def _row(self, number: int, values: Sequence[Any]) -> Row:
        raw = tuple(as_text(value) for value in values)
        cells, problems = {}, []
        for name, at in self.places.items():
            value = values[at] if at < len(values) else ""
            cells[name] = as_text(value)
            if (number, self._shift + at + 1) in self.formulas:
                problems.append(self._formula(number, at))
            elif name in self.digits and isinstance(value, int | float) and not isinstance(value, bool):
                problems.append(self._number(number, at))
        return Row(number=number, cells=cells, raw=raw, problems=tuple(problems))

    def where(self, number: int, name: str) -> Where:
        """Return the place of a cell."""
        return Where(
            file=self.file, line=number, column=self._shift + self.places[name] + 1 if name in self.places else 0
        )

    def _formula(self, number: int, at: int) -> Problem:
        text = Text(f"“{self.titles[at]}”是公式，不予导入", f"'{self.titles[at]}' is a formula and is not read")
        hint = Text("请选择性粘贴为数值后再导入", "paste it as a value")
        return Problem(code="formula_cell", message=text, hint=hint, where=self._at(number, at))

    def _number(self, number: int, at: int) -> Problem:
        title = self.titles[at]
        text = Text(
            f"“{title}”以数字录入，末尾数位已丢失", f"'{title}' was typed as a number and has lost its last digits"
        )
        hint = Text("请把该列设为“文本”格式后重新录入全部数位", "format the column as text and enter all digits again")
        return Problem(code="digits_lost", message=text, hint=hint, where=self._at(number, at))

    def _at(self, number: int, at: int) -> Where:
        return Where(file=self.file, line=number, column=self._shift + at + 1)


def read_table(
    content: bytes, headings: Sequence[Heading], *, file: str, sheet: str | None = None, limits: Limits = LIMITS
) -> Table:
    """Find a table in a workbook: on the sheet of that name, or the first.

    Raises:
        InvalidInput: headings that are missing or there twice, all of them.
        JiuzhuError: whatever :func:`inspect` refuses; ``no_table``; ``too_many_rows``, ``too_many_columns``.
    """
    found = inspect(content, limits)
    at = found.sheets.index(sheet) if sheet in found.sheets else 0
    page = _page(content, found, at)
    if page.start is None:
        raise JiuzhuError("no_table", Text("工作表是空的", "the sheet is empty"), value=file)
    _require_size(page, limits)
    number, titles = _header(page, headings, file)
    places = _places(titles, headings, Where(file=file, line=number))
    return Table(
        file=file,
        titles=titles,
        places=places,
        height=max(page.end[0] + 1 - number, 0),
        digits=frozenset(one.name for one in headings if one.digits),
        formulas=found.formulas[at],
        _page=page,
        _header=number,
        _shift=page.start[1],  # its rows begin at the sheet's first, but in the first column that is used
    )


def _page(content: bytes, found: Inspected, at: int) -> Any:
    try:
        return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(found.sheets[at])
    except (CalamineError, IndexError, ValueError, OSError) as error:
        raise JiuzhuError("not_a_workbook", Text("文件已损坏，无法读取", "the file is damaged")) from error


def _require_size(page: Any, limits: Limits) -> None:
    if page.end[0] >= limits.rows + HEADER_WITHIN:
        raise too_many_rows(limits)
    if page.width > limits.columns:
        raise too_many_columns(limits)


def _header(page: Any, headings: Sequence[Heading], file: str) -> tuple[int, tuple[str, ...]]:
    """Return the row that knows most of the headings."""
    known = {plain(title) for one in headings for title in (one.title, *one.aliases)}
    best: tuple[int, int, tuple[str, ...]] = (0, 0, ())
    for number, values in enumerate(page.iter_rows(), 1):
        if number > page.start[0] + HEADER_WITHIN:
            break
        titles = tuple(as_text(value) for value in values)
        hits = sum(plain(title) in known for title in titles)
        if hits > best[0]:
            best = hits, number, titles
    if best[0] == 0:
        text = Text("没有找到表头", "no heading was found")
        hint = Text("请使用下载的模板", "use the template")
        raise JiuzhuError("no_table", text, hint=hint, value=file)
    return best[1], best[2]


def _places(titles: Sequence[str], headings: Sequence[Heading], where: Where) -> dict[str, int]:
    places: dict[str, int] = {}
    problems = []
    written = [plain(title) for title in titles]
    for one in headings:
        names = {plain(title) for title in (one.title, *one.aliases)}
        found = [index for index, title in enumerate(written) if title in names]
        if len(found) > 1:
            text = Text(
                f"“{one.title}”列出现了 {len(found)} 次", f"the column '{one.title}' is there {len(found)} times"
            )
            problems.append(Problem(code="column_twice", message=text, where=where))
        elif found:
            places[one.name] = found[0]
        elif one.required:
            text = Text(f"缺少“{one.title}”列", f"the column '{one.title}' is missing")
            hint = did_you_mean(one.title, [title for title in titles if title])
            problems.append(Problem(code="column_missing", message=text, where=where, hint=hint))
    if problems:
        raise InvalidInput(problems)
    return places


def plain(title: str) -> str:
    """Return a title without spaces, width and punctuation that do not matter.

    >>> plain(" 身份证号（户主） ") == plain("身份证号(户主)")
    True
    """
    narrow = unicodedata.normalize("NFKC", title)
    return "".join(one for one in narrow if not one.isspace() and one not in "*_").casefold()


def as_text(value: Any) -> str:
    """Return a cell as text: days in ISO form, whole numbers without decimals, our own apostrophe taken off again."""
    if isinstance(value, str):
        text = value.strip()
        return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_MARKS) else text
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
