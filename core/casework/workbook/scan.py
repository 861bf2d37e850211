"""Looking through the text of a part for its cells: how far out they stand, and which hold formulas.

Expat reads it in pieces, as UTF-8 whatever the part says of itself, and every element is seen as a parser of workbooks
sees it: with either kind of quotes, any prefix, letters of either case, and a place of its own where none is written.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from core.casework.workbook.limits import Limits, too_many_cells, too_many_columns, too_many_rows

HEADER_WITHIN = 20
"""The headings stand in one of the first rows; titles and notes may stand above."""
LONGEST_TOKEN = 1 << 20
"""A tag or comment longer than this is nobody's work."""
REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")


class Scan:
    """Looks through the text of one part; a part that is no XML is ``readable`` no more."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._limits = limits
        self._must = name.endswith((".xml", ".rels"))
        self._row = self._column = 0
        self._cell: tuple[int, int] | None = None
        self._extent = (0, 0)
        self._fed = 0
        self._parser: expat.XMLParserType | None = None
        self.formulas: set[tuple[int, int]] = set()
        self.readable = False

    def feed(self, piece: bytes) -> None:
        """Look at the next piece.

        Raises:
            ValueError: what must be XML is not, or declares a document type (entities).
            JiuzhuError: ``too_many_rows``, ``too_many_columns``, ``too_many_cells``.
        """
        if not piece or (self._fed and not self.readable):
            return
        if not self._fed:
            self._begin(piece)
        self._fed += len(piece)
        self._parse(piece, last=False)

    def close(self) -> None:
        """Say that this was the last piece.

        Raises:
            ValueError: it ends within something.
        """
        self._parse(b"", last=True)

    def _begin(self, piece: bytes) -> None:
        self.readable = piece.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
        if self.readable:
            self._parser = expat.ParserCreate("UTF-8")
            self._parser.StartElementHandler = self._start
            self._parser.EndElementHandler = self._end
            self._parser.StartDoctypeDeclHandler = _refuse_document_type
        elif self._must:
            raise ValueError("not UTF-8 XML")

    def _parse(self, piece: bytes, *, last: bool) -> None:
        if self._parser is None or not self.readable:
            return
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            self.readable = False
            if self._must:
                raise ValueError("no XML") from error
            return
        if self._fed - self._parser.CurrentByteIndex > LONGEST_TOKEN and not last:
            raise ValueError("a tag without an end")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2] if ":" in name else name
        if local == "c":
            self._cell = self._place(attributes.get("r"))
        elif local == "row":
            self._row = _whole(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0
        elif self._cell is not None:  # an empty cell takes no room, wherever it stands
            self._reach(*self._cell)
            if local == "f":
                self.formulas.add(self._cell)

    def _end(self, name: str) -> None:
        if name == "c" or name.endswith(":c"):
            self._cell = None

    def _place(self, reference: str | None) -> tuple[int, int]:
        if reference is None:
            self._column += 1
            return self._row, self._column
        found = REFERENCE.fullmatch(reference)
        if found is None:
            raise ValueError("a cell nowhere")
        self._column = _column(found[1])
        return int(found[2]), self._column

    def _reach(self, row: int, column: int) -> None:
        rows, columns = self._extent
        if row <= rows and column <= columns:
            return
        self._extent = max(row, rows), max(column, columns)
        if row > self._limits.rows + HEADER_WITHIN:
            raise too_many_rows(self._limits)
        if column > self._limits.columns:
            raise too_many_columns(self._limits)
        if self._extent[0] * self._extent[1] > self._limits.cells:
            raise too_many_cells(self._limits)


def _refuse_document_type(*_: object) -> None:
    raise ValueError("a document type in a part")


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise ValueError("a row nowhere")
    return int(text)


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
