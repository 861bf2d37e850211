"""Rolling back: a new amendment that re-issues, under its own citation, what an earlier one had replaced."""

from __future__ import annotations

from collections.abc import Mapping

from core.casework.desk import Desk
from core.provision import Json
from core.source import Located
from core.store.tables import Amendment, AmendmentRow
from regions.amendment import propose
from regions.amendment_state import open_amendment, require_status


def rollback(desk: Desk, uuid: str, document: Located) -> Amendment:
    """Draft a new amendment that re-issues, under its own citation, the values an amendment had replaced.

    ``document`` holds the new document and the article it is cited to: ``{document: {…}, cite: …}``.

    Raises:
        JiuzhuError: ``not_permitted``, ``amendment_state``.
        InvalidInput: every fault of the document or of the rows.
    """
    wrong = open_amendment(desk, uuid, "amendment.propose")
    require_status(wrong, "published", "superseded")
    cite = str(document.data.get("cite", "正文"))
    data = {
        "division": wrong.division,
        "document": document.data.get("document", {}),
        "rows": [_reissued(row, cite, desk.plugins.kinds) for row in wrong.rows],
    }
    marks = {at: mark for at, mark in document.marks.items() if at[:1] == ("document",)}
    return propose(desk, Located(data, document.file, marks), rolls_back=wrong.uuid)


def _reissued(row: AmendmentRow, cite: str, kinds: Mapping[str, Json]) -> dict[str, Json]:
    kind = kinds[row.raw["kind"]]
    kept = {key: row.raw[key] for key in ("kind", "division", "programme", "area", "accepts", "id") if key in row.raw}
    before = row.previous or {}
    if kind.merge == "by_key":
        codes = row.raw.get("items", {})
        return kept | {"cite": cite, "items": {code: _item(before.get(code)) for code in codes}}
    whole = before.get("")
    if whole is None or whole["status"] == "gap":
        because = {"zh": "回退：此前没有数额", "en": "rolled back: there was no figure before"}
        label = {"label": row.raw["label"]} if "label" in row.raw else {}
        return kept | label | {"cite": cite, "status": "gap", "because": because}
    value: dict[str, Json] = as_written(whole["value"])
    return kept | {"cite": cite} | value


def _item(before: Mapping[str, Json] | None) -> Json:
    if before is None:
        return {"removed": "true"}
    if before["status"] == "gap":
        return {"status": "gap", "because": "回退：此前没有数额"}
    return as_written(before["value"])


def as_written(value: Json) -> Json:
    """Return a value as a file would say it: scalars as text."""
    if isinstance(value, Mapping):
        return {key: as_written(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [as_written(part) for part in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
