"""The mapping file of an import: which columns of which tables are a household, its facts and the records below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.caseload.layout import in_namespace, stored_fields
from core.errors import InvalidInput, Problem, Text, did_you_mean
from core.facts import Catalogue
from core.formula.schema import HOUSEHOLD
from core.schema_check import typed
from core.source import Located, read

_SOURCE = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {
                "column": {"type": "string"},
                "values": {"type": "object", "additionalProperties": {"type": "string"}},
            },
            "required": ["column"],
            "additionalProperties": False,
        },
        {
            "type": "object",
            "properties": {"text": {"type": "string"}},
            "required": ["text"],
            "additionalProperties": False,
        },
    ]
}
_FACTS = {"type": "object", "additionalProperties": _SOURCE}
_LIST = {
    "type": "object",
    "properties": {"file": {"type": "string"}, "of": {"type": "string"}, "key": {"type": "string"}, "facts": _FACTS},
    "required": ["file", "of", "facts"],
    "additionalProperties": False,
}
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "encoding": {"type": "string", "enum": ["utf-8", "gb18030"]},
        "households": {
            "type": "object",
            "properties": {
                "id": {"type": "string"},
                "programme": _SOURCE,
                "division": _SOURCE,
                "area": _SOURCE,
                "facts": _FACTS,
            },
            "required": ["id", "programme", "division", "area"],
            "additionalProperties": False,
        },
        "lists": {"type": "object", "additionalProperties": _LIST},
    },
    "required": ["households"],
    "additionalProperties": False,
}
"""JSON Schema of a mapping file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a value comes from: a column, its words turned into ours where they differ; or one text for all."""

    column: str | None
    values: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMapping:
    """A table: its file, the column that names its parent (``of``), that its own records are named by, its facts."""

    file: Path
    of: str | None
    key: str | None
    facts: Mapping[str, Origin]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportMapping:
    """A mapping as read: where the tags of a household come from, and each level's table."""

    encoding: str
    tags: Mapping[str, Origin]
    tables: Mapping[str, TableMapping]
    source: Located


def read_mapping(path: Path, households: Path) -> ImportMapping:
    """Read a mapping file; the files of lists stand beside it.

    Raises:
        InvalidInput: every fault, with its line.
    """
    source = read(path)
    data = typed(source, SCHEMA)
    own = data["households"]
    tables = {HOUSEHOLD: TableMapping(file=households, of=None, key=own["id"], facts=_origins(own.get("facts", {})))}
    for name, one in data.get("lists", {}).items():
        facts = _origins(one["facts"])
        key = one.get("key") or (facts["id"].column if "id" in facts else None)
        tables[name] = TableMapping(file=path.parent / one["file"], of=one["of"], key=key, facts=facts)
    tags = {name: _origin(own[name]) for name in ("programme", "division", "area")}
    tags["household"] = Origin(column=own["id"])
    return ImportMapping(encoding=data.get("encoding", "utf-8"), tags=tags, tables=tables, source=source)


def _origins(data: Mapping[str, Any]) -> dict[str, Origin]:
    return {name: _origin(one) for name, one in data.items()}


def _origin(data: Any) -> Origin:
    if isinstance(data, str):
        return Origin(column=data)
    return Origin(column=data.get("column"), values=data.get("values", {}), text=data.get("text"))


def refuse_unknown(mapping: ImportMapping, facts: Catalogue | None, columns: Mapping[str, Sequence[str]]) -> None:
    """Refuse columns, and where the facts are known lists and facts, that are not there.

    Raises:
        InvalidInput: all of them, each with its line in the mapping file and the nearest right name.
    """
    problems = [*_unknown_columns(mapping, columns), *(_unknown_facts(mapping, facts) if facts is not None else ())]
    if problems:
        raise InvalidInput(problems)


def _unknown_facts(mapping: ImportMapping, facts: Catalogue) -> Iterator[Problem]:
    for level, table in mapping.tables.items():
        if level != HOUSEHOLD and level not in facts.schema.lists:
            yield _unknown(mapping, ("lists", level), level, tuple(facts.schema.lists))
            continue
        known = [one.short for one in stored_fields(facts, level) if not in_namespace(one)]
        at = ("households",) if level == HOUSEHOLD else ("lists", level)
        for name in table.facts:
            if name not in known:
                yield _unknown(mapping, (*at, "facts", name), name, known)
        parent = None if level == HOUSEHOLD else facts.schema.lists[level].parent
        if parent is not None and (parent not in mapping.tables or mapping.tables[parent].key is None):
            text = Text(f"上级“{parent}”没有可供对应的编号", f"the records of '{parent}' have no key to belong to")
            yield Problem(code="no_parent_key", message=text, where=mapping.source.where((*at, "of")), value=level)


def _unknown_columns(mapping: ImportMapping, columns: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    for level, table in mapping.tables.items():
        at = ("households",) if level == HOUSEHOLD else ("lists", level)
        origins = dict(table.facts) | (dict(mapping.tags) if level == HOUSEHOLD else {})
        named = [*(one.column for one in origins.values()), table.of, table.key]
        for name in dict.fromkeys(one for one in named if one is not None):
            if name not in columns[level]:
                yield _unknown(mapping, at, name, columns[level])


def _unknown(mapping: ImportMapping, at: tuple[str, ...], name: str, known: Sequence[str]) -> Problem:
    return Problem(
        code="unknown_name", message=Text("没有这一项", "there is no such name"), where=mapping.source.where(at),
        value=name, allowed=tuple(known), hint=did_you_mean(name, known),
    )  # fmt: skip
