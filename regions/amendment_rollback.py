"""Rolling back: a new amendment that re-issues, under its own citation, what an earlier one had replaced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from core.casework.desk import Desk
from core.errors import JiuzhuError, Problem, Text
from core.policy import dated_text
from core.provision import Json, Provision
from core.slot import holding
from core.source import Located
from core.store.tables import Amendment, AmendmentRow
from regions.amendment import REPLACED_SINCE, finding_json, propose
from regions.amendment_draft import read_draft
from regions.amendment_rows import row_id
from regions.amendment_state import open_amendment, registry_of, require_status


def rollback(desk: Desk, uuid: str, document: Located) -> Amendment:
    """Draft a new amendment that re-issues, under its own citation, the values an amendment had replaced.

    ``document`` holds the new document and the article it is cited to: ``{document: {…}, cite: …}``. Only what the
    amendment still rules is rolled back; a value another one has replaced since stays, and a finding says so.

    Raises:
        JiuzhuError: ``not_permitted``, ``amendment_state``; ``nothing_to_roll_back`` when another value rules in every
            row by now.
        InvalidInput: every fault of the document or of the rows.
    """
    wrong = open_amendment(desk, uuid, "amendment.propose")
    _require_in_force(wrong)
    cite = str(document.data.get("cite", "正文"))
    data = {
        "division": wrong.division,
        "document": document.data.get("document", {}),
        "rows": [_reissued(row, cite, desk.plugins.kinds) for row in wrong.rows],
    }
    marks = {at: mark for at, mark in document.marks.items() if at[:1] == ("document",)}
    start = read_draft(Located(data, document.file, marks)).paper.start
    replaced = _replaced(desk, wrong, on=start)
    data["rows"] = list(_kept(data["rows"], wrong.rows, replaced))
    if not data["rows"]:
        named = dated_text(next(iter(replaced.values())))
        text = Text(f"各行都已由其他规定取代：{named.zh}", f"every row has been replaced by another: {named.en}")
        raise JiuzhuError("nothing_to_roll_back", text, value=wrong.uuid)
    made = propose(desk, Located(data, document.file, marks), rolls_back=wrong.uuid)
    made.findings = [*made.findings, *(finding_json(_left_out(at, now)) for (at, _), now in replaced.items())]
    return made


def _require_in_force(wrong: Amendment) -> None:
    """What a later amendment superseded rules nothing any more: rolling it back would undo the later one."""
    if wrong.status == "superseded":
        later = str(wrong.superseded_by)
        text = Text("该修订已被后续修订取代，不能回退", "a later amendment has superseded it: it cannot be rolled back")
        hint = Text(f"现行的是 {later[:12]}，请回退该项修订", f"{later[:12]} is in force: roll that back")
        raise JiuzhuError("amendment_state", text, hint=hint, value=wrong.status)
    require_status(wrong, "published")


Slot = tuple[int, str]
"""A row's position and, where it has items, the code of one."""


def _replaced(desk: Desk, wrong: Amendment, *, on: date) -> dict[Slot, Provision]:
    """What rules by now where the amendment had ruled, for the rows (and items) where another one does."""
    registry, own = registry_of(desk), f"amendment/{wrong.uuid}/"
    every = registry.provisions()
    places = {f"{own}{row_id(row.position, row.raw)}": row.position for row in wrong.rows}
    found: dict[Slot, Provision] = {}
    for one in every:
        if one.id not in places:
            continue
        now = holding(every, one, on=on, ladder=registry.ladder(one.scope.division, on))
        if now is not None and not now.id.startswith(own):
            found[places[one.id], one.key] = now
    return found


def _kept(
    reissued: Iterable[dict[str, Json]], rows: Iterable[AmendmentRow], replaced: Mapping[Slot, Provision]
) -> Iterator[dict[str, Json]]:
    for new, row in zip(reissued, rows, strict=True):
        if "items" in new:
            items = {code: one for code, one in new["items"].items() if (row.position, code) not in replaced}
            if items:
                yield {**new, "items": items}
        elif (row.position, "") not in replaced:
            yield new


def _left_out(position: int, now: Provision) -> Problem:
    named = dated_text(now)
    text = Text(
        f"原第{position + 1}行未列入回退：现行 {named.zh}", f"row {position + 1} is left out: in force is {named.en}"
    )
    return Problem(code=REPLACED_SINCE, message=text, value=now.address)


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
