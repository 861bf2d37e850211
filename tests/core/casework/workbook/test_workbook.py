"""Workbooks out and in: exact money, no formulas, nothing parsed that could harm."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from core.casework.workbook import Heading, Limits, Sheet, as_bytes, columns, read_table, write_sheet
from core.casework.workbook.guard import OLE
from core.errors import InvalidInput, JiuzhuError

HEADINGS = (
    Heading(name="head", title="户主姓名", aliases=("户主",), required=True),
    Heading(name="number", title="身份证号", aliases=("公民身份号码",), required=True, digits=True),
    Heading(name="amount", title="合计"),
)


def made(fill: Callable[[Any], None]) -> bytes:
    """A workbook somebody else wrote."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"default_date_format": "yyyy-mm-dd"})
    fill(book.add_worksheet("花名册"))
    book.close()
    return stream.getvalue()


def part(content: bytes, name: str = "xl/worksheets/sheet1.xml") -> str:
    return zipfile.ZipFile(BytesIO(content)).read(name).decode()


def with_part(content: bytes, name: str, body: bytes) -> bytes:
    """The workbook with one part replaced or added."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
        new.writestr(name, body)
    return stream.getvalue()


def roster(*rows: tuple[str, str, int]) -> bytes:
    return as_bytes(Sheet(title="花名册", columns=columns("户主姓名", "身份证号:id", "合计:money"), rows=rows))


PLAIN = roster(("张三", "110101199001011234", 28_333))


def test_money_goes_out_as_the_exact_fen() -> None:
    sheet = Sheet(title="发放表", columns=columns("月保障金:money"), rows=[[19_300], [Fraction(85_000, 3)], [-1]])
    text = part(as_bytes(sheet))
    assert "<v>193.00</v>" in text and "<v>283.33</v>" in text and "<v>-0.01</v>" in text


@pytest.mark.parametrize("given", ["=1+1", "+86 1", "-1", "@SUM(A1)", "\tx"])
def test_what_looks_like_a_formula_goes_out_as_text_and_comes_back_unchanged(given: str) -> None:
    content = roster((given, "1", 0))
    assert f"<t>'{given}" in part(content) or "preserve" in part(content)
    assert "<f>" not in part(content)
    row = next(read_table(content, HEADINGS, file="f").rows())
    assert row.cells["head"] == given


def test_address_of_a_page_is_no_link() -> None:
    assert "hyperlink" not in part(roster(("http://example.com", "1", 0)))


def test_header_is_frozen_and_columns_have_widths() -> None:
    assert 'state="frozen"' in part(PLAIN) and 'customWidth="1"' in part(PLAIN)


def test_columns_are_found_by_name_in_any_order_below_a_title() -> None:
    def fill(page: Any) -> None:
        page.write_row(0, 0, ["某县花名册"])
        page.write_row(2, 1, ["合计", " 公民 身份号码＊".replace("＊", "*"), "户 主"])
        page.write_row(3, 1, [193.5, "110101199001011234", "张三"])

    table = read_table(made(fill), HEADINGS, file="f")
    rows = list(table.rows())
    assert [dict(row.cells) for row in rows] == [{"head": "张三", "number": "110101199001011234", "amount": "193.5"}]
    assert rows[0].number == 4


def test_missing_and_doubled_columns_are_named_together() -> None:
    def fill(page: Any) -> None:
        page.write_row(0, 0, ["户主", "户主姓名", "身份证"])

    with pytest.raises(InvalidInput) as refused:
        read_table(made(fill), HEADINGS, file="f")
    assert [(one.code, one.message.zh) for one in refused.value.problems] == [
        ("column_twice", "“户主姓名”列出现了 2 次"),
        ("column_missing", "缺少“身份证号”列"),
    ]


def test_id_number_typed_as_a_number_has_lost_its_digits() -> None:
    def fill(page: Any) -> None:
        page.write_row(0, 0, ["户主", "身份证号"])
        page.write_row(1, 0, ["张三", 110101199001011234])

    problem = next(read_table(made(fill), HEADINGS, file="f").rows()).problems[0]
    assert (problem.code, problem.where and (problem.where.line, problem.where.column)) == ("digits_lost", (2, 2))


def test_formula_coming_in_is_refused_with_its_cell() -> None:
    def fill(page: Any) -> None:
        page.write_row(1, 2, ["户主", "身份证号", "合计"])
        page.write_row(2, 2, ["张三", "1"])
        page.write_formula(2, 4, "=1+1", value=2)

    rows = list(read_table(made(fill), HEADINGS, file="f").rows())
    found = [(one.code, one.where and (one.where.line, one.where.column)) for one in rows[0].problems]
    assert found == [("formula_cell", (3, 5))]


def test_days_come_in_as_days() -> None:
    def fill(page: Any) -> None:
        page.write_row(0, 0, ["户主", "身份证号", "合计"])
        page.write_string(1, 0, "张三")
        page.write_datetime(1, 2, date(2018, 5, 1))

    assert next(read_table(made(fill), HEADINGS, file="f").rows()).cells["amount"] == "2018-05-01"


def test_far_cell_is_refused_before_a_parser_reserves_the_rectangle() -> None:
    far = part(PLAIN).replace("</sheetData>", '<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>')
    wide = part(PLAIN).replace("</sheetData>", '<row r="9"><c r="XFD9"><v>1</v></c></row></sheetData>')
    for text, code in ((far, "too_many_rows"), (wide, "too_many_columns")):
        with pytest.raises(JiuzhuError) as refused:
            read_table(with_part(PLAIN, "xl/worksheets/sheet1.xml", text.encode()), HEADINGS, file="f")
        assert refused.value.code == code


def lying(content: bytes) -> bytes:
    """A part of 50 MB of nothing whose size the directory gives as 100 bytes."""
    bomb = with_part(content, "xl/extra.bin", b"\0" * 50_000_000)
    return bomb.replace((50_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"a,b\n1,2\n", "not_a_workbook"),
        (b"%PDF-1.4", "not_a_workbook"),
        (OLE + b"\0" * 600, "not_a_workbook"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted_workbook"),
        (PLAIN[:400], "not_a_workbook"),
        (with_part(PLAIN, "xl/vbaProject.bin", b"x"), "macro_workbook"),
        (with_part(PLAIN, "xl/worksheets/sheet1.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'), "not_a_workbook"),
        (with_part(PLAIN, "xl/extra.bin", b"\0" * 50_000_000), "zip_bomb"),
        (lying(PLAIN), "zip_bomb"),
    ],
)  # fmt: skip
def test_what_is_no_harmless_workbook_is_refused_by_its_content(content: bytes, code: str) -> None:
    with pytest.raises(JiuzhuError) as refused:
        read_table(content, HEADINGS, file="f")
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("limits", "code"),
    [(Limits(file=100), "workbook_too_large"), (Limits(unpacked=1000), "zip_bomb"), (Limits(parts=3), "zip_bomb")],
)
def test_limits_of_size_and_parts_hold(limits: Limits, code: str) -> None:
    with pytest.raises(JiuzhuError) as refused:
        read_table(PLAIN, HEADINGS, file="f", limits=limits)
    assert refused.value.code == code


def test_failed_writing_leaves_the_old_file(tmp_path: Path) -> None:
    def broken() -> Any:
        yield ["a"]
        raise RuntimeError("the query failed")

    target = tmp_path / "list.xlsx"
    target.write_bytes(b"before")
    with pytest.raises(RuntimeError):
        write_sheet(target, Sheet(title="表", columns=columns("一"), rows=broken()))
    assert target.read_bytes() == b"before" and list(tmp_path.iterdir()) == [target]


def test_workbook_is_for_its_owners_eyes_only(tmp_path: Path) -> None:
    target = tmp_path / "list.xlsx"
    target.write_bytes(b"before")
    target.chmod(0o644)
    write_sheet(target, Sheet(title="表", columns=columns("一"), rows=[["a"]]))
    assert target.stat().st_mode & 0o777 == 0o600
