"""Tables made elsewhere become a snapshot; every bad row is told with its file, line, value and what is allowed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import csv, parquet

from core.caseload.run import open_run
from core.errors import InvalidInput
from regions.caseload import books
from regions.caseload_import import Imported, import_tables, write_faults
from regions.platform import Platform

ON = date(2018, 11, 1)
MAPPING = """\
households:
  id: 户号
  programme: {text: dibao}
  division: 区划
  area: {column: 城乡, values: {农村: rural, 城镇: urban}}
  facts:
    assets_meet_local_rule: {column: 财产, values: {是: "true", 否: "false"}}
    income_stability: {text: relatively_stable}
lists:
  member:
    file: members.csv
    of: 户号
    facts:
      id: 编号
      relation: {column: 关系, values: {户主: head, 配偶: spouse, 子女: child}}
      birth_date: 出生日期
  income:
    file: income.csv
    of: 编号
    facts: {item: 项目, amount: 金额}
"""
HOUSEHOLDS = """\
户号,区划,城乡,财产
h3,430903,农村,是
h1,430903,农村,是
h2,430903,农村,maybe
h1,430903,农村,是
h4,000001,农村,是
h5,430903,农村
"""
MEMBERS = """\
户号,编号,关系,出生日期
h3,c,户主,1950-01-01
h1,a,户主,1950-01-01
h1,b,子女,2018-02-30
h9,x,户主,1950-01-01
h2,d,户主,
h4,e,户主,
"""
INCOME = """\
编号,项目,金额
c,wage,1200.50
c,gold,5
d,wage,many
c,wage,100
"""


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """The three tables and their mapping in a folder."""
    for name, text in {"h.csv": HOUSEHOLDS, "members.csv": MEMBERS, "income.csv": INCOME, "m.yaml": MAPPING}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def imported(platform: Platform, folder: Path, households: str = "h.csv") -> Imported:
    return import_tables(platform.registry, folder / households, folder / "m.yaml", folder=folder / "out", on=ON)


def test_every_bad_row_is_told_with_its_line_and_value(platform: Platform, tables: Path) -> None:
    found = imported(platform, tables)
    told = {(one.where.file, one.where.line, one.code, one.value) for one in found.faults if one.where}
    assert told == {
        ("h.csv", 7, "bad_row", "3"),
        ("h.csv", 5, "duplicate_household", "h1"),
        ("h.csv", 5, "missing_fact", None),
        ("members.csv", 5, "stray_record", "h9"),
        ("members.csv", 4, "bad_date", "2018-02-30"),
        ("h.csv", 4, "not_allowed", "maybe"),
        ("income.csv", 4, "bad_number", "many"),
        ("income.csv", 3, "not_allowed", "gold"),
        ("h.csv", 6, "unknown_division", "000001"),
    }
    allowed = next(one.allowed for one in found.faults if one.value == "maybe")
    assert allowed == ("true", "false")
    write_faults(tables / "faults.csv", found.faults, "zh")
    assert len((tables / "faults.csv").read_text(encoding="utf-8").splitlines()) == 10


def test_no_household_is_dropped_and_a_run_tells_of_the_bad_ones(platform: Platform, tables: Path) -> None:
    found = imported(platform, tables).snapshot
    run = open_run(found, books(platform.registry, ON), on=ON, wanted=("counted_income",))
    rows = [row for done in run.results() for row in done.rows.to_pylist()]
    assert [(one["household"], one["error"]) for one in rows] == [
        ("h4", "unknown_division"), ("h1", "bad_date"), ("h1", "missing_fact"), ("h2", "not_allowed"),
        ("h3", "not_allowed"),
    ]  # fmt: skip


def test_right_tables_are_computed_and_parquet_is_as_good_as_csv(platform: Platform, tables: Path) -> None:
    (tables / "h.csv").write_text("户号,区划,城乡,财产\nh3,430903,农村,是\n", encoding="utf-8")
    (tables / "members.csv").write_text("户号,编号,关系,出生日期\nh3,c,户主,1950-01-01\n", encoding="utf-8")
    (tables / "income.csv").write_text("编号,项目,金额\nc,wage,1200.50\nc,wage,100\n", encoding="utf-8")
    parquet.write_table(csv.read_csv(tables / "h.csv"), tables / "h.parquet")
    for name in ("h.csv", "h.parquet"):
        found = imported(platform, tables, name)
        assert found.faults == []
        run = open_run(found.snapshot, books(platform.registry, ON), on=ON, wanted=("counted_income",))
        (row,) = pa.concat_tables([done.rows for done in run.results()]).to_pylist()
        assert row["dibao.status"] == "eligible"
        assert row["dibao.counted_income"] == 130_050
        for one in (tables / "out").iterdir():
            one.unlink()


def test_mapping_that_names_what_is_not_there_is_refused_with_the_nearest(platform: Platform, tables: Path) -> None:
    wrong = MAPPING.replace("birth_date:", "birthdate:").replace("of: 编号", "of: 编码")
    (tables / "m.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        imported(platform, tables)
    assert [(one.code, one.value) for one in refused.value.problems] == [("unknown_name", "编码")]
    (tables / "m.yaml").write_text(wrong.replace("of: 编码", "of: 编号"), encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        imported(platform, tables)
    (problem,) = refused.value.problems
    assert problem.value == "birthdate" and problem.hint is not None and "birth_date" in problem.hint.en
