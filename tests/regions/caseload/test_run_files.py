"""What a run gives away: files, the same in Parquet and CSV; and a task from which another process gives the same."""

from __future__ import annotations

import csv
import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from core.caseload.cluster import Give, schema_of, task, totals_from, work
from core.caseload.layout import TAGS
from core.caseload.manifest import Manifest
from core.caseload.result import RunResult, run_to
from core.caseload.run import Run, open_run
from core.caseload.snapshot import Key, begin, rows_of
from core.caseload.written import laid
from core.errors import JiuzhuError, Text
from regions.caseload import books, facts_of_places
from regions.platform import Platform

ON = date(2018, 10, 1)
KEY: Key = ("dibao", "430903", "urban")
NOWHERE: Key = ("dibao", "999999", "urban")


def household(number: int) -> dict[str, Any]:
    """Three yuan a year more with every number, so that a month is seldom whole; every seventh has a fault."""
    head = {"id": f"p{number}", "relation": "boss" if number % 7 == 6 else "head", "birth_date": "1958-03-02",
            "work_capacity": "none", "income": [{"item": "wage", "amount": str(700 * number), "frequency": "year"}]}  # fmt: skip
    child = {"id": f"c{number}", "relation": "child", "birth_date": "2010-01-01"}
    return {"members": [head, child][: 1 + number % 2], "assets_meet_local_rule": "true"}


@pytest.fixture(scope="module")
def run(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run over 21 households of Heshan, and 2 of no place at all, that wants every named quantity."""
    facts = facts_of_places(platform.registry, (KEY,), ON)
    label = Text("合成数据", "synthetic")
    manifest = Manifest(day=ON, label=label, source={}, facts=facts.canonical(), synthetic=True)
    writer = begin(tmp_path_factory.mktemp("snapshots") / "one", manifest)
    found, kept = laid(pa.array([json.dumps(household(number)) for number in range(23)]), facts)
    tags = {
        name: pa.array([*[one] * 21, *[other] * 2]) for name, one, other in zip(TAGS[1:], KEY, NOWHERE, strict=True)
    }
    names = pa.array([f"h{number:02}" for number in range(23)])
    writer.add(rows_of(facts, found, kept=kept, **{TAGS[0]: names}, **tags))
    return open_run(writer.finish(), books(platform.registry, ON), on=ON, wanted=None)


def again(run: Run, out: Path | None) -> RunResult:
    run.totals.groups.clear()
    return run_to(run, out, workers=1)


def as_text(value: Any) -> str:
    """A value of Parquet as CSV has it."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case {"numerator": above, "denominator": below}:
            return str(Fraction(above, below))
        case list():
            return json.dumps(value, default=str)
        case _:
            return str(value)


def test_csv_says_what_parquet_says_a_fraction_as_a_fraction_and_a_list_as_json(run: Run, tmp_path: Path) -> None:
    again(run, tmp_path / "found.parquet")
    again(run, tmp_path / "found.csv")
    for name in ("found", "found.errors"):
        kept = parquet.read_table(tmp_path / f"{name}.parquet").to_pylist()
        with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as text:
            shown = list(csv.DictReader(text))
        assert len(shown) == len(kept) > 0
        for row, told in zip(kept, shown, strict=True):
            assert told == {key: as_text(value) for key, value in row.items()}


def test_errors_and_totals_stand_beside_the_results_and_say_what_these_say(run: Run, tmp_path: Path) -> None:
    done = again(run, tmp_path / "found.csv")
    assert [one.name for one in done.files] == ["found.csv", "found.errors.csv", "found.totals.json"]
    with done.files[1].open(encoding="utf-8", newline="") as text:
        errors = list(csv.DictReader(text))
    assert {one["household"] for one in errors if not one["quantity"]} == {"h06", "h13", "h20", "h21", "h22"}
    assert len(errors) == done.errors
    assert json.loads(done.files[2].read_text(encoding="utf-8")) == done.to_json()
    group, nowhere = done.to_json()["totals"]
    rows = again(run, tmp_path / "found.parquet").files[0]
    due = [one["dibao.monthly"] for one in parquet.read_table(rows).to_pylist() if one["dibao.monthly"]]
    assert (group["households"], group["errors"], nowhere["errors"], done.rows) == (21, 3, 2, 23)
    assert Fraction(group["monthly_fen"]) == sum(Fraction(one["numerator"], one["denominator"]) for one in due) > 0


def test_run_without_a_file_counts_and_writes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = again(run, None)
    assert (done.rows, done.files, list(tmp_path.iterdir())) == (23, (), [])


@pytest.mark.parametrize("name", ["found.xlsx", "nowhere/found.csv", "nowhere/found.parquet"])
def test_file_of_another_kind_or_that_cannot_be_written_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    with pytest.raises(JiuzhuError, match="bad_output") as refused:
        again(run, tmp_path / name)
    assert Path(name).name in str(refused.value.value) and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("programmes", [(), ("dibao",)])
def test_worker_that_is_sent_the_task_gives_the_same_rows_errors_and_totals(
    platform: Platform, run: Run, programmes: tuple[str, ...]
) -> None:
    """What a cluster's worker does, without a cluster: the task is text, the rules come with it, no plugin is there."""
    here = open_run(
        run.snapshot, books(platform.registry, ON), on=ON, programmes=programmes, wanted=["line", "benefit"]
    )
    told = task(here, wanted=["line", "benefit"])
    batches = [run.snapshot.batch(one) for one in run.snapshot.manifest.parts]

    def sent(give: Give) -> pa.Table:
        return pa.Table.from_batches(work(told, give, batches), schema=schema_of(here, give))

    done = list(here.results(workers=1))
    assert sent("rows").to_pylist() == [row for one in done for row in one.rows.to_pylist()]
    assert sent("errors").to_pylist() == [row for one in done for row in one.errors.to_pylist()]
    assert totals_from(sent("totals").column(0).to_pylist()) == here.totals
