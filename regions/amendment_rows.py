"""Reading the rows of an amendment: each a provision under the amendment's document, with what it replaces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from core.errors import JiuzhuError, Problem, Text, Where
from core.provision import Json, Provision
from core.provision_reader import ProvisionReader
from core.slot import holding
from core.source import Located
from regions.amendment_draft import ROWS, Draft, Paper, document_id
from regions.registry import Registry

ACCEPTS = "accepts"
"""A row's answer to a doubt: ``accepts: {unit: 改按月制定}``; no part of the provision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A provision of a draft: the position of its row, where it stands, and what it replaces."""

    position: int
    provision: Provision
    where: Where
    accepts: Mapping[str, Json]
    previous: Provision | None


def read_rows(
    registry: Registry, draft: Draft, uuid: str, others: tuple[Provision, ...]
) -> tuple[list[Row], list[Problem]]:
    """Return the sound rows and every fault of the others."""
    kinds = registry.manager.kinds
    documents = {**registry.documents, document_id(uuid): draft.paper.document(uuid)}
    reader = ProvisionReader(plugin=f"amendment/{uuid}", kinds=kinds, documents=documents, rows=ROWS)
    rows: list[Row] = []
    problems = [*_repeated_ids(draft)]
    for position, raw in enumerate(draft.rows):
        kind = kinds.get(str(raw.get("kind", "")))
        if kind is not None and not kind.amendable:
            problems.append(_not_amendable(draft, position, kind.title))
            continue
        own = {key: part for key, part in raw.items() if key != ACCEPTS}
        for one in reader.read(draft.source, position, {"id": row_id(position, raw), **own}, draft.defaults()):
            ladder_fault = _division_fault(one, registry, draft, position)
            if ladder_fault is not None:
                problems.append(ladder_fault)
                continue
            rows.append(_row(one, position, registry, draft, others))
    return rows, [*problems, *reader.problems]


def row_faults(registry: Registry, source: Located, uuid: str) -> list[Problem]:
    """Return the rows' own faults of a file whose document is at fault, so that all are told at once."""
    rows = source.data.get(ROWS) if isinstance(source.data, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(one, Mapping) for one in rows):
        return []
    try:
        registry.tree.level(str(source.data.get("division")))
    except JiuzhuError:
        return []
    stand_in = Paper(title="—", issuer="—", issued=date.max, effective=date.max)
    draft = Draft(division=str(source.data["division"]), paper=stand_in, source=source)
    return read_rows(registry, draft, uuid, ())[1]


def row_id(position: int, raw: Mapping[str, Json]) -> str:
    """Return a row's own id, or one made of its position and kind."""
    return str(raw.get("id") or f"{position + 1}-{raw.get('kind', 'row')}")


def _repeated_ids(draft: Draft) -> Iterator[Problem]:
    seen: set[str] = set()
    for position, raw in enumerate(draft.rows):
        name = row_id(position, raw)
        if name in seen:
            where = draft.source.where((ROWS, position, "id"))
            yield Problem(code="duplicate_id", message=Text("行编号重复", "row id used twice"), where=where, value=name)
        seen.add(name)


def _not_amendable(draft: Draft, position: int, title: Text) -> Problem:
    text = Text(f"“{title.zh}”属于结构，不能由修订更改", f"'{title.en}' is structure and cannot be amended")
    hint = Text("结构由插件更改", "structure is changed by plugins")
    return Problem(code="not_amendable", message=text, hint=hint, where=draft.source.where((ROWS, position, "kind")))


def _division_fault(one: Provision, registry: Registry, draft: Draft, position: int) -> Problem | None:
    where = draft.source.where((ROWS, position, "division"))
    start = one.period.start.day or draft.paper.start
    try:
        codes = registry.tree.ladder(one.scope.division, start)
    except JiuzhuError as error:
        return Problem(code=error.code, message=error.message, hint=error.hint, where=where, value=one.scope.division)
    if draft.division in codes:
        return None
    text = Text("不在本次修订的区划之内", "lies outside the amendment's division")
    return Problem(code="outside_division", message=text, where=where, value=one.scope.division)


def _row(one: Provision, position: int, registry: Registry, draft: Draft, others: tuple[Provision, ...]) -> Row:
    start = one.period.start.day or draft.paper.start
    try:
        previous = holding(others, one, on=start, ladder=registry.ladder(one.scope.division, start))
    except JiuzhuError:
        previous = None  # a tie that is there already is told where the place is asked about
    raw = draft.rows[position]
    return Row(
        position=position, provision=one, where=one.where or Where(), accepts=raw.get(ACCEPTS) or {}, previous=previous
    )
