"""The caseload on Spark: one machine's kernel in ``mapInArrow`` over Parquet, for what one machine no longer holds.

A worker needs Python with this package; rules come with the task. Extra ``spark``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

from core.caseload.cluster import Give, schema_of, task, totals_from, work
from core.caseload.run import Run
from core.caseload.snapshot import PART_ROWS
from core.caseload.totals import Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustered:
    """What a run on a cluster came to, and the Parquet datasets with its rows and its errors."""

    totals: Totals
    rows: str
    errors: str


def spark_session(master: str, **settings: str) -> SparkSession:
    """Open a session on a master (``local[2]``, ``local-cluster[2,1,1024]``, ``spark://…``, ``yarn``)."""
    builder = SparkSession.builder.master(master).appName("jiuzhu caseload")
    defaults = {
        "spark.ui.enabled": "false",
        "spark.sql.execution.arrow.maxRecordsPerBatch": str(PART_ROWS),
        "spark.sql.session.timeZone": "UTC",
    }
    for name, value in {**defaults, **settings}.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def run_on_spark(session: SparkSession, run: Run, source: str, out: str) -> Clustered:
    """Compute a snapshot's rows, laid out as Parquet at ``source``, and write results below ``out``.

    ``source`` and ``out`` are paths every worker reaches. Each of rows, errors and totals is a pass of its own: a task
    that is repeated then counts nothing twice.
    """
    told = task(run, wanted=[one.key for one in run.columns])
    rows = session.read.parquet(source)
    _mapped(rows, run, told, "rows").write.parquet(f"{out}/rows")
    _mapped(rows, run, told, "errors").write.parquet(f"{out}/errors")
    texts = [one.totals for one in _mapped(rows, run, told, "totals").collect()]
    return Clustered(totals=totals_from(texts), rows=f"{out}/rows", errors=f"{out}/errors")


def _mapped(rows: DataFrame, run: Run, told: str, give: Give) -> DataFrame:
    return rows.mapInArrow(partial(_batches, told, give), from_arrow_schema(schema_of(run, give)))


def _batches(told: str, give: Give, batches: Iterable[Any]) -> Iterator[Any]:
    return work(told, give, batches)
