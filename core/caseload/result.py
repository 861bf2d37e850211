"""Where results go: Parquet or CSV, streamed; beside them the errors and the totals."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
from pyarrow import parquet

from core.caseload.in_order import Progress
from core.caseload.output import ERRORS, FRACTION
from core.caseload.run import Run
from core.caseload.totals import Totals, total_rows
from core.errors import JiuzhuError, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What a run came to and the files it wrote."""

    on: date
    rows: int
    errors: int
    totals: Totals
    files: tuple[Path, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {"on": self.on.isoformat(), "rows": self.rows, "errors": self.errors,
                "files": [str(one) for one in self.files], "totals": total_rows(self.totals)}  # fmt: skip


class _Sink(Protocol):
    def write_table(self, table: Any) -> None: ...


def run_to(run: Run, out: Path | None, *, workers: int | None = None, progress: Progress | None = None) -> RunResult:
    """Compute all rows, writing results to ``out`` (.parquet or .csv), errors and totals beside it.

    Raises:
        JiuzhuError: ``bad_output`` for another kind of file or one that cannot be written.
    """
    rows = errors = 0
    files = _files(out)
    with ExitStack() as stack:
        sinks = [_sink(stack, path, schema) for path, schema in zip(files, (run.schema, ERRORS), strict=False)]
        for done in run.results(workers=workers, progress=progress):
            rows, errors = rows + len(done.rows), errors + len(done.errors)
            for sink, found in zip(sinks, (done.rows, done.errors), strict=False):
                sink.write_table(found)
    result = RunResult(on=run.kernel.on, rows=rows, errors=errors, totals=run.totals, files=files)
    if files:
        files[2].write_text(json.dumps(result.to_json(), ensure_ascii=False, indent=1), encoding="utf-8")
    return result


def _files(out: Path | None) -> tuple[Path, ...]:
    if out is None:
        return ()
    if out.suffix not in (".parquet", ".csv"):
        text = Text("结果文件应为 .parquet 或 .csv", "results go to a .parquet or .csv file")
        raise JiuzhuError("bad_output", text, value=out.name)
    return out, out.with_suffix(f".errors{out.suffix}"), out.with_suffix(".totals.json")


def _sink(stack: ExitStack, path: Path, schema: Any) -> _Sink:
    try:
        if path.suffix == ".parquet":
            sink: _Sink = stack.enter_context(parquet.ParquetWriter(path, schema, compression="zstd"))
            return sink
        plain = pa.schema([pa.field(one.name, _flat(one.type)) for one in schema])
        return _CsvSink(stack.enter_context(arrow_csv.CSVWriter(path, plain)), plain)
    except OSError as error:
        text = Text("无法写入结果文件", "cannot write the results")
        raise JiuzhuError("bad_output", text, value=str(path)) from error


@dataclass(slots=True)
class _CsvSink:
    """CSV knows no fractions and no lists: a fraction is the text ``850/3``, a list JSON."""

    writer: Any
    schema: Any

    def write_table(self, table: Any) -> None:
        columns = [_plain(column, kind.type) for column, kind in zip(table.columns, self.schema, strict=True)]
        self.writer.write_table(pa.table(columns, schema=self.schema))


def _flat(kind: Any) -> Any:
    if pa.types.is_dictionary(kind) or pa.types.is_nested(kind):
        return pa.string()
    return kind


def _plain(column: Any, kind: Any) -> Any:
    if column.type == FRACTION:
        return pa.chunked_array([_fractions(one) for one in column.chunks], pa.string())
    if pa.types.is_nested(column.type):
        return pa.array(
            [None if one is None else json.dumps(one, default=_text) for one in column.to_pylist()], pa.string()
        )
    return column.cast(kind)


def _fractions(chunk: Any) -> Any:
    above, below = (pc.struct_field(chunk, at).cast(pa.string()) for at in (0, 1))
    return pc.if_else(pc.equal(below, "1"), above, pc.binary_join_element_wise(above, below, "/"))


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)
