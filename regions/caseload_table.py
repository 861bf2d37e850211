"""A table made elsewhere, read as texts: CSV with its line numbers, or Parquet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet

from core.errors import InvalidInput, Problem, Text, Where
from core.formula.columns import Array
from regions.caseload_mapping import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The rows of a file as texts, an empty cell as null; the line each stands in; the lines that are no rows."""

    file: Path
    texts: Any
    lines: Array
    faults: tuple[Problem, ...] = ()

    def column(self, origin: Origin) -> Any:
        """Return a mapped column; a word without a translation stays, so that the check names it."""
        if origin.column is None:
            return pa.nulls(len(self.texts), pa.string()).fill_null(origin.text or "")
        texts = self.texts[origin.column].combine_chunks()
        whole = texts.chunk(0) if isinstance(texts, pa.ChunkedArray) and texts.num_chunks else texts
        return _translated(pa.array([], pa.string()) if isinstance(whole, pa.ChunkedArray) else whole, origin.values)

    def where(self, row: int) -> Where:
        """Return the place of a row."""
        return Where(file=self.file.name, line=int(self.lines[row]))


def _translated(texts: Any, words: Mapping[str, str]) -> Any:
    if not words:
        return texts
    at = pc.index_in(texts, value_set=pa.array(list(words), pa.string()))
    return pc.coalesce(pa.array(list(words.values()), pa.string()).take(at), texts)


def read_table(path: Path, encoding: str) -> Table:
    """Read a file.

    Raises:
        InvalidInput: ``unreadable_file``.
    """
    try:
        return _parquet(path) if path.suffix == ".parquet" else _csv(path, encoding)
    except (OSError, pa.ArrowInvalid, UnicodeDecodeError) as error:
        text = Text("无法读取表格", "the table cannot be read")
        hint = Text(
            "应为 CSV（可用 encoding: gb18030）或 Parquet", "CSV (perhaps encoding: gb18030) or Parquet is read"
        )
        where = Where(file=str(path))
        raise InvalidInput([Problem(code="unreadable_file", message=text, hint=hint, where=where)]) from error


def _parquet(path: Path) -> Table:
    table = parquet.read_table(path)
    texts = pa.table({name: _text(table[name]) for name in table.column_names})
    return Table(file=path, texts=texts, lines=np.arange(1, len(texts) + 1))


def _text(column: Any) -> Any:
    return column.cast(pa.string())


def _csv(path: Path, encoding: str) -> Table:
    """Read a CSV; a line with too few or too many cells is told and left out of the rows."""
    broken: list[Any] = []

    def note(row: Any) -> str:
        broken.append(row)
        return "skip"

    with path.open("rb") as file:
        heading = file.readline().decode("utf-8-sig" if encoding == "utf-8" else encoding)
    names = next(iter(_cells(heading)), [])
    table = csv.read_csv(
        path,
        read_options=csv.ReadOptions(use_threads=False, encoding="utf8" if encoding == "utf-8" else encoding),
        parse_options=csv.ParseOptions(invalid_row_handler=note),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""],
            quoted_strings_can_be_null=True,
        ),
    )  # fmt: skip
    gone = {int(one.number) for one in broken}
    lines = np.array([line for line in range(2, len(table) + len(gone) + 2) if line not in gone])
    return Table(file=path, texts=table, lines=lines, faults=tuple(_broken(path, one) for one in broken))


def _cells(heading: str) -> list[list[str]]:
    import csv as plain_csv  # noqa: PLC0415 - the heading only

    return list(plain_csv.reader([heading]))


def _broken(path: Path, row: Any) -> Problem:
    text = Text(f"应有 {row.expected_columns} 列", f"{row.expected_columns} cells are expected")
    where = Where(file=path.name, line=int(row.number))
    return Problem(code="bad_row", message=text, where=where, value=str(row.actual_columns))
