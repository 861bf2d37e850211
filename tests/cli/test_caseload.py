"""``jiuzhu caseload generate | show | run | import`` as typed: a snapshot, its results in files, and what is wrong told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from pyarrow import csv, parquet

Run = Callable[..., Result]
COUNTS = "programme,division,area,households,persons\ndibao,430902,urban,150,200\ndibao,430903,rural,100,210\n"


@pytest.fixture
def made(run: Run, tmp_path: Path) -> str:
    """A snapshot of 250 made-up households, some of them wrong."""
    (tmp_path / "counts.csv").write_text(COUNTS, encoding="utf-8")
    words = ("--counts", "counts.csv", "--errors", "0.1", "--on", "2018-11-01")
    result = run("caseload", "generate", "one", *words)
    assert result.exit_code == 0, result.output
    assert "250 户" in result.stdout and "合成数据" in result.stdout
    return "one"


def test_a_run_prints_totals_and_writes_results_errors_and_totals(run: Run, made: str) -> None:
    shown = run("caseload", "run", made, "--out", "found.parquet", "--columns", "payment,dibao.line")
    assert shown.exit_code == 0, shown.output
    assert "430902" in shown.stdout and "月保障金(元)" in shown.stdout

    rows = parquet.read_table("found.parquet")
    assert len(rows) == 250 and {"dibao.status", "dibao.monthly", "dibao.payment", "dibao.line"} <= set(
        rows.column_names
    )
    errors = parquet.read_table("found.errors.parquet")
    refused = sum(one is None for one in rows["dibao.status"].to_pylist())
    assert refused > 5 and len(errors) >= refused
    totals = json.loads(Path("found.totals.json").read_text(encoding="utf-8"))
    assert sum(one["households"] for one in totals["totals"]) == 250
    assert sum(one["errors"] for one in totals["totals"]) == refused


def test_csv_says_the_same_and_json_is_printed(run: Run, made: str) -> None:
    printed = json.loads(run("--lang", "en", "caseload", "run", made, "--out", "found.csv", "--json").stdout)
    rows = csv.read_csv("found.csv")
    assert printed["rows"] == len(rows) == 250 and printed["on"] == "2018-11-01"
    assert sum(one["eligible"] for one in printed["totals"]) == rows["dibao.status"].to_pylist().count("eligible")


def test_damaged_snapshot_and_wrong_words_are_told(run: Run, made: str, refused: Callable[[Result, str], None]) -> None:
    assert run("caseload", "show", made, "--verify").exit_code == 0
    Path(made, "part-00000.arrow").write_bytes(b"")
    broken = run("caseload", "show", made, "--verify")
    assert broken.exit_code == 3 and "part-00000.arrow" in broken.stdout
    refused(run("caseload", "show", "nowhere"), "no_snapshot")
    refused(run("caseload", "generate", made, "--on", "2018-11-01"), "snapshot_there")
    refused(run("caseload", "run", made, "--columns", "paymnt"), "unknown_quantity")
    refused(run("caseload", "run", made, "--out", "found.txt"), "bad_output")
    manifest = Path(made, "manifest.json")
    said = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(said | {"version": said["version"] + 1}), encoding="utf-8")
    refused(run("caseload", "run", made), "other_snapshot_version")


def test_import_tells_every_bad_row_and_ends_with_code_3(run: Run) -> None:
    Path("h.csv").write_text("id,place,area\na,430903,rural\n", encoding="utf-8")
    mapping = "households: {id: id, programme: {text: dibao}, division: place, area: area}\n"
    Path("m.yaml").write_text(mapping, encoding="utf-8")
    result = run("caseload", "import", "h.csv", "out", "--mapping", "m.yaml", "--on", "2018-11-01")
    assert result.exit_code == 3 and "[missing_fact]" in result.stdout and "h.csv:2" in result.stdout
    assert "missing_fact" in Path("out", "faults.csv").read_text(encoding="utf-8")


def test_snapshot_of_the_database_needs_an_officer_who_may_export(
    run: Run, refused: Callable[[Result, str], None]
) -> None:
    refused(run("caseload", "snapshot", "out", "--division", "430903"), "no_user")
    refused(run("--as", "nobody", "caseload", "snapshot", "out"), "unknown_user")
    assert not Path("out").exists()
