"""How large a workbook may be, and what is said of one that is larger."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import JiuzhuError, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a workbook may be: bytes packed, bytes and ratio unpacked, parts inside; rows, columns, cells of a sheet."""

    file: int = 64 * 2**20
    unpacked: int = 2**30
    ratio: int = 400
    parts: int = 500
    rows: int = 200_000
    columns: int = 200
    cells: int = 8_000_000


LIMITS = Limits()
"""64 MB packed, 1 GB and 400 : 1 unpacked, 500 parts, 200,000 rows, 200 columns, 8 million cells: a parser takes 32
bytes for each of the rectangle."""


def too_many_rows(limits: Limits) -> JiuzhuError:
    """Build the refusal of a table that is too long."""
    text = Text(f"行数过多（上限 {limits.rows} 行）", f"too many rows (at most {limits.rows})")
    hint = Text(
        "请分成几个文件；表格下方很远处若有多余内容请删除", "split the file; delete what stands far below the table"
    )
    return JiuzhuError("too_many_rows", text, hint=hint)


def too_many_columns(limits: Limits) -> JiuzhuError:
    """Build the refusal of a table that is too wide."""
    text = Text(f"列数过多（上限 {limits.columns} 列）", f"too many columns (at most {limits.columns})")
    hint = Text("表格右侧很远处若有多余内容请删除", "delete what stands far to the right of the table")
    return JiuzhuError("too_many_columns", text, hint=hint)


def too_many_cells(limits: Limits) -> JiuzhuError:
    """Build the refusal of a table whose rectangle is too large."""
    text = Text(f"表格过大（行数乘列数上限 {limits.cells}）", f"the table is too large (at most {limits.cells} cells)")
    hint = Text("请分成几个文件；表格远处若有多余内容请删除", "split the file; delete what stands far from the table")
    return JiuzhuError("too_many_cells", text, hint=hint)
