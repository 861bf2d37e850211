"""Files that go out: always as attachments, under a name of ours."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from flask import Response, send_file

from core.casework.workbook import Sheet, as_bytes
from core.store.tables import Attachment

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


def workbook(sheets: Sheet | Sequence[Sheet], name: str) -> Response:
    """Send a sheet, or several, as a workbook."""
    several = (sheets,) if isinstance(sheets, Sheet) else sheets
    return send_file(BytesIO(as_bytes(*several)), mimetype=XLSX, as_attachment=True, download_name=f"{name}.xlsx")


def kept_file(row: Attachment) -> Response:
    """Send a kept file; its type is what its content was found to be, its name never the sender's."""
    name = f"{row.subject.replace('/', '-')}-{row.id}.{ENDINGS.get(row.media_type, 'bin')}"
    return send_file(BytesIO(row.content), mimetype=row.media_type, as_attachment=True, download_name=name)
