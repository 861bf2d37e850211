"""Synthetic snapshots: counts as given, the same for the same seed, households on the line and with errors on request."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from core.caseload.run import open_run
from core.caseload.snapshot import Snapshot
from core.errors import InvalidInput
from regions.caseload import books
from regions.caseload_generate import Count, Wish, generate, read_counts
from regions.platform import Platform

ON = date(2018, 11, 1)
COUNTS = (
    Count(key=("dibao", "430903", "rural"), households=900, persons=2000),
    Count(key=("dibao", "430903", "urban"), households=700, persons=900),
)


@pytest.fixture(scope="module")
def made(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A snapshot of two places, a tenth of it on the line, a tenth wrong."""
    wish = Wish(counts=COUNTS, on=ON, seed=7, errors=0.1, on_line=0.1)
    return generate(platform.registry, tmp_path_factory.mktemp("generated"), wish)


def test_counts_of_every_place_are_those_given_and_it_says_that_it_is_synthetic(made: Snapshot) -> None:
    assert [place for part in made.manifest.parts for place in part.places] == [
        (*one.key, one.households) for one in COUNTS
    ]
    rows = [row for part in made.manifest.parts for row in made.batch(part).select(["area", "persons"]).to_pylist()]
    persons = {area: sum(one["persons"] for one in rows if one["area"] == area) for area in ("rural", "urban")}
    assert persons == {"rural": 2000, "urban": 900}
    assert made.manifest.synthetic and "合成数据" in made.manifest.label.zh


def test_same_seed_makes_the_same_bytes_and_another_others(platform: Platform, made: Snapshot, tmp_path: Path) -> None:
    again = Wish(counts=COUNTS, on=ON, seed=7, errors=0.1, on_line=0.1)
    other = Wish(counts=COUNTS, on=ON, seed=8, errors=0.1, on_line=0.1)
    sums = [one.sha256 for one in made.manifest.parts]
    assert [one.sha256 for one in generate(platform.registry, tmp_path / "a", again).manifest.parts] == sums
    assert [one.sha256 for one in generate(platform.registry, tmp_path / "b", other).manifest.parts] != sums


def test_households_on_the_line_get_nothing_and_wrong_ones_are_told(platform: Platform, made: Snapshot) -> None:
    run = open_run(made, books(platform.registry, ON), on=ON, wanted=("counted_income", "line", "household_size"))
    rows = [row for done in run.results() for row in done.rows.to_pylist()]
    on_line = [one for one in rows if one["error"] is None and is_on_line(one)]
    assert len(on_line) > 80
    assert {one["dibao.status"] for one in on_line} == {"not_eligible"}
    codes = {one["error"] for one in rows if one["dibao.status"] is None}
    assert {"missing_fact", "unknown_fact", "not_allowed", "bad_date", "duplicate_person"} <= codes


def is_on_line(row: dict[str, Any]) -> bool:
    income, line = (exact(row[f"dibao.{name}"]) for name in ("counted_income", "line"))
    return income == line * exact(row["dibao.household_size"])


def exact(value: Any) -> Fraction:
    return Fraction(value["numerator"], value["denominator"]) if isinstance(value, dict) else Fraction(value)


def test_counts_are_read_with_every_bad_line_told(tmp_path: Path) -> None:
    file = tmp_path / "counts.csv"
    file.write_text("programme,division,area,households,persons\ndibao,430903,rural,3,7\n", encoding="utf-8")
    assert read_counts(file) == [Count(key=("dibao", "430903", "rural"), households=3, persons=7)]

    file.write_text(
        "division,area,households,persons\n430903,rural,3,2\n,rural,1,1\n430902,urban,x,1\n", encoding="utf-8"
    )
    with pytest.raises(InvalidInput) as refused:
        read_counts(file)
    assert [one.where.line for one in refused.value.problems if one.where] == [2, 3, 4]
