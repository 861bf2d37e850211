from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.errors import InvalidInput, Problem
from core.table import read_day, read_file, read_table


def codes(problems: list[Problem]) -> list[str]:
    return [one.code for one in problems]


def test_cells_are_read_by_column_name_in_any_order() -> None:
    rows, problems = read_table("b, a\n 2 ,1\n", file="x.csv", required=["a", "b"], optional=["c"])

    assert problems == []
    assert (rows[0]["a"], rows[0]["b"], rows[0]["c"]) == ("1", "2", "")


def test_every_fault_of_the_heading_is_told_with_its_place() -> None:
    rows, problems = read_table("cod,name,name\n1,2,3\n", file="x.csv", required=["code", "name"])

    assert rows == []
    assert codes(problems) == ["missing_column", "unknown_column", "duplicate_column"]
    assert str(problems[1].where) == "x.csv:1:1"
    assert problems[1].hint is not None
    assert "code" in problems[1].hint.en


def test_line_of_another_length_is_named_and_the_rest_is_read() -> None:
    rows, problems = read_table("a,b\n1\n\n1,2\n", file="x.csv", required=["a", "b"])

    assert [row.line for row in rows] == [4]
    assert codes(problems) == ["bad_row"]
    assert str(problems[0].where) == "x.csv:2:1"


def test_broken_quotes_are_a_fault_of_their_line() -> None:
    _, problems = read_table('a\n"1"2\n', file="x.csv", required=["a"])

    assert codes(problems) == ["bad_csv"]
    assert str(problems[0].where) == "x.csv:2:1"


def test_empty_text_lacks_every_column() -> None:
    assert codes(read_table("", file="x.csv", required=["a", "b"])[1]) == ["missing_column", "missing_column"]


def test_place_of_a_whole_line_is_its_first_cell() -> None:
    rows, _ = read_table("a\n1\n", file="x.csv", required=["a"])

    assert str(rows[0].where()) == "x.csv:2:1"


@pytest.mark.parametrize("text", ["2018-6-1", "20180601", "2018-W22-5", "2018-02-30", "x"])
def test_day_is_written_one_way_only(text: str) -> None:
    rows, problems = read_table(f"a\n{text}\n", file="x.csv", required=["a"])

    assert read_day(rows[0], "a", problems) is None
    assert codes(problems) == ["bad_date"]


def test_empty_day_is_none_unless_required() -> None:
    rows, problems = read_table("a,b\n,1\n", file="x.csv", required=["a", "b"])

    assert read_day(rows[0], "a", problems) is None
    assert problems == []
    assert read_day(rows[0], "a", problems, required=True) is None
    assert codes(problems) == ["bad_date"]


def test_day_is_read() -> None:
    rows, problems = read_table("a\n2018-06-01\n", file="x.csv", required=["a"])

    assert read_day(rows[0], "a", problems) == date(2018, 6, 1)


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_file(tmp_path / "none.csv")

    assert refused.value.code == "unreadable_file"


def test_file_in_another_encoding_is_told_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes("区划".encode("gb18030"))

    with pytest.raises(InvalidInput) as refused:
        read_file(tmp_path / "x.csv")

    assert refused.value.code == "not_utf8"
    assert "CSV UTF-8" in refused.value.render("zh")
