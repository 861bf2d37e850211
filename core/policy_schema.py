"""JSON Schemas of a plugin file: its frame, the keys every provision shares, and a kind's own keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from core.provision import Json, Kind

Schema = Mapping[str, Any]

DATE: Schema = {
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}$",
    "x-form": {"zh": "日期，如 2018-04-27", "en": "a day such as 2018-04-27"},
}
TEXT: Schema = {
    "oneOf": [
        {"type": "string", "minLength": 1},
        {
            "type": "object",
            "properties": {
                "zh": {"type": "string", "minLength": 1},
                "en": {"type": "string", "minLength": 1},
            },
            "required": ["zh"],
            "additionalProperties": False,
        },
    ]
}
BOUND: Schema = {
    "oneOf": [
        {
            "type": "string",
            "pattern": r"^(open|\d{4}-\d{2}-\d{2})$",
            "x-form": {"zh": "日期（如 2018-04-27）、open 或 {unknown: true}", "en": "a day, open or {unknown: true}"},
        },
        {
            "type": "object",
            "properties": {"unknown": {"const": True, "type": "boolean"}, "assume": DATE, "because": TEXT},
            "required": ["unknown", "because"],
            "additionalProperties": False,
        },
    ]
}
LEVELS = ["nation", "province", "prefecture", "county", "township", "village", "unit"]
NAME: Schema = {
    "type": "string",
    "pattern": r"^[a-z0-9][a-z0-9_.-]*$",
    "x-form": {"zh": "小写字母、数字和 _ . -", "en": "lower-case letters, digits and _ . -"},
}

OWN: Mapping[str, Schema] = {
    "from": BOUND,
    "until": BOUND,
    "issued": DATE,
    "first_payment_month": {"type": "string", "pattern": r"^\d{4}-\d{2}$"},
    "document": {"type": "string", "minLength": 1},
    "cite": {"type": "string", "minLength": 1},
    "basis": {"enum": ["document", "technical_default"], "type": "string"},
    "assurance": {"enum": ["primary", "seed", "excerpt", "inferred"], "type": "string"},
    "binding": {"enum": ["default", "mandatory"], "type": "string"},
    "delegates_to": {"enum": LEVELS, "type": "string"},
    "reaffirmed": {
        "type": "object",
        "properties": {"on": DATE, "document": {"type": "string"}, "cite": {"type": "string"}},
        "required": ["on", "document", "cite"],
        "additionalProperties": False,
    },
    "repeals": {"type": "array", "items": {"type": "string"}},
    "status": {"enum": ["in_force", "gap"], "type": "string"},
    "because": TEXT,
    "note": TEXT,
}
"""Keys that a provision and an item of a keyed kind may both carry."""

SCOPE: Mapping[str, Schema] = {
    "division": {"type": "string", "minLength": 1},
    "programme": NAME,
    "area": {"enum": ["any", "urban", "rural"], "type": "string"},
}
STRUCTURAL = ("fact", "finding", "division")
"""Kinds that describe what may be said, not what was ruled: they may leave out their start."""

FILE: Schema = {
    "type": "object",
    "properties": {
        "plugin": {
            "type": "object",
            "properties": {
                "name": {"type": "string", "pattern": r"^[a-z][a-z0-9_]*$"},
                "title": TEXT,
                "version": {"type": "string", "pattern": r"^\d+(\.\d+)*([a-z0-9.+-]*)$"},
                "requires": {
                    "type": "object",
                    "properties": {
                        "core": {"type": "string"},
                        "plugins": {"type": "object", "additionalProperties": {"type": "string"}},
                    },
                    "additionalProperties": False,
                },
            },
            "required": ["name", "title", "version"],
            "additionalProperties": False,
        },
        "documents": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "properties": {
                    **{
                        key: {
                            "oneOf": [
                                {"type": "string", "minLength": 1},
                                {"type": "object", "required": ["gap"]},
                            ]
                        }
                        for key in ("issuer", "number", "source")
                    },
                    "called": {"type": "string", "minLength": 1},
                    "title": {"anyOf": [TEXT, {"type": "object", "required": ["gap"]}]},
                    **{
                        key: {"anyOf": [DATE, {"type": "object", "required": ["gap"]}]}
                        for key in ("issued", "effective", "repealed")
                    },
                    "assurance": OWN["assurance"],
                    "note": TEXT,
                },
                "required": ["title"],
                "additionalProperties": False,
            },
        },
        "defaults": {"type": "object", "properties": {**OWN, **SCOPE}, "additionalProperties": False},
        "provisions": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["plugin", "provisions"],
    "additionalProperties": False,
}


def provision_schema(kind: Kind, *, gap: bool) -> Schema:
    """Return the schema of one whole provision of ``kind``; a gap needs no value."""
    value = kind.schema.get("properties", {})
    properties: dict[str, Schema] = {
        **SCOPE,
        **OWN,
        "id": NAME,
        "kind": {"const": kind.name},
        "label": TEXT,
        **value,
    }
    required = ["id", "division"]
    if kind.merge == "by_key":
        assert kind.item_schema is not None
        properties["items"] = {"type": "object", "additionalProperties": item_schema(kind), **_keys(kind)}
    if not gap:
        required += [name for name in kind.schema.get("required", ()) if name not in required]
    schema: dict[str, Any] = {
        "type": "object", "properties": properties, "required": required, "additionalProperties": False,
    }  # fmt: skip
    return schema | {key: kind.schema[key] for key in ("$defs", "allOf", "oneOf") if key in kind.schema and not gap}


def _keys(kind: Kind) -> Schema:
    """Return the rule for item codes: they become parts of names in formulas."""
    assert kind.item_schema is not None
    pattern = kind.item_schema.get("x-key-pattern")
    return {"propertyNames": {"type": "string", "pattern": pattern}} if pattern else {}


def item_schema(kind: Kind) -> Schema:
    """Return the schema of one item: the kind's own keys and the shared ones; a gap or removed item needs no value."""
    assert kind.item_schema is not None
    own = kind.item_schema
    properties = {**OWN, "removed": {"type": "boolean"}, "label": TEXT, **own.get("properties", {})}
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "if": {"anyOf": [_says("status", value="gap"), _says("removed", value=True)]},
        "then": {},
        "else": {key: own[key] for key in ("required", "allOf", "oneOf", "anyOf") if key in own},
    }


def _says(key: str, *, value: Json) -> Schema:
    return {"properties": {key: {"const": value}}, "required": [key]}


def value_keys(kind: Kind, data: Mapping[str, Json]) -> dict[str, Json]:
    """Return what of a provision is the kind's own value."""
    known = set(kind.schema.get("properties", {})) | {"label"}
    return {key: value for key, value in data.items() if key in known}


def item_keys(item: Mapping[str, Json]) -> dict[str, Json]:
    """Return what of an item is shared with provisions: citation, period, status and the like."""
    return {key: value for key, value in item.items() if key in OWN or key == "removed"}


def formula_texts(value: Json, schema: Schema) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the formula texts inside a value with their paths, as its schema marks them."""
    if isinstance(value, str) and schema.get("x-formula"):
        yield (), value
    parts: Iterable[tuple[str | int, Json]] = ()
    if isinstance(value, Mapping):
        parts = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    for key, part in parts:
        below = schema.get("items", {}) if isinstance(key, int) else schema.get("properties", {}).get(key, {})
        yield from (((key, *path), text) for path, text in formula_texts(part, below))
