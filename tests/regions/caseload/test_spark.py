"""The same snapshot on Spark and on this machine: rows, errors and totals are equal, bit for bit."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from core.caseload.cluster import plain, totals_text
from core.caseload.parquet import write_parquet
from core.caseload.run import open_run
from regions.caseload import books
from regions.caseload_generate import Count, Wish, generate
from regions.platform import Platform, open_platform

pytestmark = pytest.mark.slow  # a session of two executors takes some twenty seconds to come up

ON = date(2013, 6, 1)
COUNTS = (
    Count(key=("dibao", "430903", "rural"), households=700, persons=1500),
    Count(key=("dibao", "430903", "urban"), households=500, persons=900),
    Count(key=("dibao", "610523", "rural"), households=800, persons=2000),
)


@pytest.fixture(scope="module", params=["local[2]", "local-cluster[2,1,1024]"])
def session(request: Any) -> Any:
    """A real Spark: threads of one process, and a master with two executors of their own."""
    if find_spec("pyspark") is None or shutil.which("java") is None:
        if os.environ.get("CI"):
            pytest.fail("no Spark on this machine: the caseload cannot be tested on a cluster")
        print("\n!!! SPARK OR JAVA IS NOT HERE, ITS TESTS ARE SKIPPED", file=sys.__stderr__)
        pytest.skip("no Spark")
    from core.caseload.spark import spark_session  # noqa: PLC0415 - an extra

    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    root = str(Path(__file__).resolve().parents[3])
    found = spark_session(
        request.param,
        **{"spark.sql.execution.arrow.maxRecordsPerBatch": "300", "spark.executorEnv.PYTHONPATH": root,
           "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"},
    )  # fmt: skip
    yield found
    found.stop()


def in_order(table: Any) -> Any:
    """A table in one order, whatever order the workers finished in."""
    return table.sort_by([(name, "ascending") for name in ("household", *(
        one for one in ("quantity", "record", "code", "name", "value") if one in table.column_names
    ))])  # fmt: skip


def test_rows_errors_and_totals_of_a_cluster_are_those_of_this_machine(
    session: Any, platform: Platform, plugin: Any, tmp_path: Path
) -> None:
    from core.caseload.spark import run_on_spark  # noqa: PLC0415 - an extra

    trial = open_platform(platform.settings, in_memory=True, trial=plugin(yuan="760"))  # a plugin no worker has
    registry = trial.registry
    snapshot = generate(registry, tmp_path / "one", Wish(counts=COUNTS, on=ON, seed=7, errors=0.1))
    assert sum(write_parquet(snapshot, tmp_path / "parquet")) == 2000
    run = open_run(snapshot, books(registry, ON), on=ON)
    here = list(run.results())
    found = run_on_spark(session, run, str(tmp_path / "parquet"), str(tmp_path / "out"))
    assert totals_text(found.totals) == totals_text(run.totals)
    assert {"dali"} <= {one.plugin for one in registry.provisions()}
    rows = plain(pa.concat_tables([one.rows for one in here]))
    errors = plain(pa.concat_tables([one.errors for one in here]))
    assert len(errors) > 200
    for name, own in (("rows", rows), ("errors", errors)):
        away = parquet.read_table(getattr(found, name)).cast(own.schema)
        assert in_order(away).equals(in_order(own)), name
