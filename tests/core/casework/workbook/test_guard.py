"""Workbooks made to harm: small files that would take all memory or time, and formulas where nobody looks."""

from __future__ import annotations

import zipfile
from io import BytesIO
from time import process_time

import pytest

from core.casework.workbook import Heading, Limits, Row, read_table
from core.errors import JiuzhuError

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
ROOT = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>'
)
BOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c></row>'
HEADINGS = (Heading(name="a", title="甲", required=True),)


def book(sheet: str | bytes, *, part: str = "worksheets/sheet1.xml", target: str | None = None) -> bytes:
    """A workbook of one sheet, whose part may stand anywhere."""
    links = (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/worksheet" '
        f'Target="{target or part}"/></Relationships>'
    )
    parts = {"[Content_Types].xml": TYPES, "_rels/.rels": ROOT, "xl/workbook.xml": BOOK,
             "xl/_rels/workbook.xml.rels": links, f"xl/{part}": sheet}  # fmt: skip
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in parts.items():
            packed.writestr(name, body)
    return stream.getvalue()


def sheet(rows: str, *, behind: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}" xmlns:m="urn:m"><sheetData>{HEAD}{rows}</sheetData>{behind}</worksheet>'


def read(content: bytes) -> list[Row]:
    return list(read_table(content, HEADINGS, file="f").rows())


def refusal(content: bytes) -> str:
    with pytest.raises(JiuzhuError) as refused:
        read(content)
    return refused.value.code


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("<c r='ALL1048576'><v>1</v></c>", "too_many_rows"),
        ("<c r='all9'><v>1</v></c>", "too_many_columns"),
        ('<c x=">" r="ALL9"><v>1</v></c>', "too_many_columns"),
        ('<c r="GR200000"><v>1</v></c>', "too_many_cells"),
        ('<c r="&#65;LL9"><v>1</v></c>', "too_many_columns"),
        ('<c r="A99999999"><v>1</v></c>', "not_a_workbook"),
    ],
)
def test_far_cell_is_refused_however_it_is_written(cell: str, code: str) -> None:
    assert refusal(book(sheet(f"<row>{cell}</row>"))) == code


def test_far_row_whose_cells_name_no_place_is_refused() -> None:
    assert refusal(book(sheet('<row r="1048576"><c><v>1</v></c></row>'))) == "too_many_rows"


def test_far_cell_without_content_takes_no_room_and_is_let_in() -> None:
    assert [one.cells["a"] for one in read(book(sheet('<row r="2"><c r="A2"><v>1</v></c><c r="XFD2"/></row>')))] == [
        "1"
    ]


def test_far_cell_in_a_part_of_another_name_is_refused() -> None:
    far = sheet("<row><c r='ALL1048576'><v>1</v></c></row>")
    assert refusal(book(far, part="data/sheet1.dat")) == "too_many_rows"
    assert refusal(book(far, part="data/Sheet1.dat", target="data/sheet1.dat")) == "too_many_rows"


def test_sheet_that_is_not_utf_8_is_refused_by_whatever_name() -> None:
    assert refusal(book(sheet("").encode("utf-16"), part="data/sheet1.dat")) == "not_a_workbook"


def test_sheet_is_read_as_utf_8_whatever_it_says_of_itself() -> None:
    far = "<?xml version='1.0' encoding='cp037'?>" + sheet("<row><c r='ALL1048576'><v>1</v></c></row>")
    assert refusal(book(far)) == "too_many_rows"


@pytest.mark.parametrize(
    "cell",
    [
        "<c r='A2'><f>1+1</f><v>2</v></c>",
        '<c x=">" r="a2"><f>1+1</f><v>2</v></c>',
        "<c><f>1+1</f><v>2</v></c>",
    ],
)
@pytest.mark.parametrize("part", ["worksheets/sheet1.xml", "data/sheet1.dat"])
def test_formula_is_found_however_it_is_written(cell: str, part: str) -> None:
    rows = read(book(sheet(f'<row r="2">{cell}</row>'), part=part))
    assert [[one.code for one in row.problems] for row in rows] == [["formula_cell"]]


def test_formula_of_a_list_to_choose_from_is_no_cells() -> None:
    choices = "<extLst><ext><m:dataValidation><m:f>S!$A$1</m:f></m:dataValidation></ext></extLst>"
    rows = read(book(sheet('<row r="2"><c r="A2"><v>2</v></c></row>', behind=choices)))
    assert [row.problems for row in rows] == [()]


@pytest.mark.parametrize("torn", ["<c " * 400_000, '<c r="' + "A" * 3_000_000])
def test_torn_sheet_is_refused_in_a_moment(torn: str) -> None:
    content = book(f'<worksheet xmlns="{MAIN}">{torn}')
    begun = process_time()
    with pytest.raises(JiuzhuError, match="not_a_workbook"):
        read_table(content, HEADINGS, file="f", limits=Limits(ratio=100_000))
    assert process_time() - begun < 5
