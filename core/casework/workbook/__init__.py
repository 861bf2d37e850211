"""Workbooks (.xlsx): the one way lists go out, and the one way tables come in.

Out: :func:`write_sheet`. In: :func:`read_table`, which checks the file before anything parses it.
"""

from core.casework.workbook.limits import LIMITS, Limits
from core.casework.workbook.reading import Heading, Row, Table, read_table
from core.casework.workbook.sheet import Column, Sheet, columns
from core.casework.workbook.writing import as_bytes, write_sheet

__all__ = [
    "LIMITS",
    "Column",
    "Heading",
    "Limits",
    "Row",
    "Sheet",
    "Table",
    "as_bytes",
    "columns",
    "read_table",
    "write_sheet",
]
