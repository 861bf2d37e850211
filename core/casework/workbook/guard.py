"""Looking at a file before anything parses it: what it is by its content, whether it is a bomb, where formulas stand.

Every part is inflated here once, in small pieces and against the limits: sizes an attacker wrote into the file's own
directory are not believed. A cell far out makes a parser reserve the whole rectangle, so far cells are refused too.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO
from xml.etree import ElementTree as ET

from core.casework.workbook.limits import LIMITS, Limits
from core.casework.workbook.scan import Scan
from core.errors import JiuzhuError, Text

PIECE = 1 << 18
DEFLATED, STORED = 8, 0
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What is known of a workbook: its sheets in order with the cells (row, column from 1) that hold formulas."""

    sheets: tuple[str, ...]
    formulas: tuple[frozenset[tuple[int, int]], ...]


def inspect(content: bytes, limits: Limits = LIMITS) -> Inspected:
    """Check a file's content and find its formulas.

    Raises:
        JiuzhuError: ``not_a_workbook``, ``encrypted_workbook``, ``macro_workbook``, ``workbook_too_large``,
            ``zip_bomb``, ``too_many_rows``, ``too_many_columns``, ``too_many_cells``.
    """
    if len(content) > limits.file:
        text = Text(
            f"文件过大（上限 {limits.file >> 20} MB）", f"the file is too large (at most {limits.file >> 20} MB)"
        )
        raise JiuzhuError("workbook_too_large", text, value=f"{len(content) >> 20} MB")
    _require_workbook(content)
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
            _require_modest(parts, limits)
            found = _walk(content, parts, limits)
            return _sheets(packed, found)
    except (zipfile.BadZipFile, zlib.error, ET.ParseError, KeyError, ValueError, OSError) as error:
        raise _not_a_workbook("文件已损坏", "the file is damaged") from error


def _require_workbook(content: bytes) -> None:
    if content.startswith(OLE):
        if ENCRYPTED in content:
            text = Text("文件设有打开密码，无法读取", "the file is protected by a password and cannot be read")
            hint = Text("请在 Excel 中取消密码后另存", "remove the password in Excel and save it again")
            raise JiuzhuError("encrypted_workbook", text, hint=hint)
        raise _not_a_workbook("这是旧格式 .xls", "this is an old .xls file")
    if not content.startswith(b"PK\x03\x04"):
        raise _not_a_workbook("文件内容不是 .xlsx", "the content is not .xlsx")


def _not_a_workbook(zh: str, en: str) -> JiuzhuError:
    hint = Text(
        "请用 Excel 或 WPS 打开后另存为 .xlsx 工作簿", "open it in Excel or WPS and save it as an .xlsx workbook"
    )
    return JiuzhuError("not_a_workbook", Text(zh, en), hint=hint)


def _require_modest(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(parts) > limits.parts:
        raise _bomb(f"内含 {len(parts)} 个部件", f"{len(parts)} parts inside")
    names = {one.filename for one in parts}
    distinct = {name.casefold() for name in names}  # a parser may not tell them apart
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names or len(distinct) != len(parts):
        raise _not_a_workbook("压缩包内不是 Excel 工作簿", "the archive is no Excel workbook")
    if any(name.endswith("vbaProject.bin") for name in names):
        text = Text("文件含有宏，不予读取", "the file holds macros and is not read")
        hint = Text("请另存为不含宏的 .xlsx", "save it as an .xlsx without macros")
        raise JiuzhuError("macro_workbook", text, hint=hint)
    if any(one.flag_bits & 1 for one in parts):
        raise JiuzhuError("encrypted_workbook", Text("压缩包已加密", "the archive is encrypted"))
    if any(one.compress_type not in (STORED, DEFLATED) for one in parts):
        raise _not_a_workbook("压缩方式不受支持", "packed in a way that is not supported")
    if sum(one.file_size for one in parts) > limits.unpacked:
        raise _bomb("解压后过大", "too large unpacked")


def _bomb(zh: str, en: str) -> JiuzhuError:
    text = Text(f"疑似压缩炸弹，拒绝打开：{zh}", f"looks like a zip bomb and is not opened: {en}")
    return JiuzhuError("zip_bomb", text)


def _walk(content: bytes, parts: list[zipfile.ZipInfo], limits: Limits) -> dict[str, frozenset[tuple[int, int]]]:
    """Inflate every part within the limits; return the formula cells of each part that can be read as a worksheet.

    Which parts are worksheets the workbook says; so all are looked at, by whatever name they go.
    """
    found = {}
    left = limits.unpacked
    for one in parts:
        allowed = min(left, max(one.compress_size, 1024) * limits.ratio)
        scan = Scan(one.filename, limits)
        for piece in _inflated(content, one):
            allowed -= len(piece)
            left -= len(piece)
            if allowed < 0:
                raise _bomb(f"{one.filename} 解压比例异常", f"{one.filename} unpacks beyond all measure")
            scan.feed(piece)
        scan.close()
        if scan.readable:
            found[one.filename] = frozenset(scan.formulas)
    return found


def _inflated(content: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    head = part.header_offset
    names = (
        int.from_bytes(content[head + 26 : head + 28], "little"),
        int.from_bytes(content[head + 28 : head + 30], "little"),
    )
    start = head + 30 + sum(names)
    packed = memoryview(content)[start : start + part.compress_size]
    if part.compress_type == STORED:
        yield from (bytes(packed[at : at + PIECE]) for at in range(0, len(packed), PIECE))
        return
    engine = zlib.decompressobj(-15)
    for at in range(0, len(packed), PIECE):
        waiting = bytes(packed[at : at + PIECE])
        while waiting and not engine.eof:
            yield engine.decompress(waiting, PIECE)
            waiting = engine.unconsumed_tail
    if not engine.eof:
        raise zlib.error("cut short")


def _sheets(packed: zipfile.ZipFile, found: dict[str, frozenset[tuple[int, int]]]) -> Inspected:
    book = ET.fromstring(_small(packed, "xl/workbook.xml"))  # noqa: S314 - no document type inside: checked
    links = ET.fromstring(_small(packed, "xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {one.attrib["Id"]: one.attrib["Target"] for one in links}
    names, formulas = [], []
    for one in book.iter(f"{MAIN}sheet"):
        names.append(one.attrib["name"])
        formulas.append(found[_part(targets[one.attrib[RELATION]])])
    return Inspected(sheets=tuple(names), formulas=tuple(formulas))


def _part(target: str) -> str:
    """The part a relation means, as the parser reads it."""
    name = target.removeprefix("/")
    return name if name.startswith("xl/") else f"xl/{name}"


def _small(packed: zipfile.ZipFile, name: str) -> bytes:
    stream: IO[bytes]
    with packed.open(name) as stream:
        return stream.read(2**20)
