"""What a JSON Schema says, as forms ask it: references, alternatives, gaps, texts in two languages, lists of codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from admin.language import language

Schema = Mapping[str, Any]
DEEPEST = 9
"""References followed, and records within records: more of them go round in a circle."""


def title(schema: Schema) -> str:
    """Return a schema's title in the language of the page."""
    zh, en = str(schema.get("title", "")), str(schema.get("x-title-en", ""))
    return (en or zh) if language() == "en" else zh


def resolved(schema: Schema, root: Schema) -> Schema:
    """Return a schema with what it refers to, in its place."""
    seen = 0
    while "$ref" in schema and seen < DEEPEST:
        own = {key: part for key, part in schema.items() if key != "$ref"}
        schema = {**root.get("$defs", {}).get(str(schema["$ref"]).rpartition("/")[2], {}), **own}
        seen += 1
    return schema


def alternatives(schema: Schema, root: Schema) -> list[Schema]:
    """Return the alternatives of a schema; none where it has a shape of its own."""
    for word_ in ("anyOf", "oneOf"):
        if word_ in schema and "properties" not in schema:
            return [resolved(one, root) for one in schema[word_]]
    return []


def is_gap(schema: Schema) -> bool:
    """Tell whether a schema is that of a gap."""
    parts = schema.get("properties", {})
    return "gap" in parts or parts.get("status", {}).get("const") == "gap"


def without_gap(schema: Schema, root: Schema) -> tuple[Schema, bool]:
    """Return the schema without its gap, and whether it allows one."""
    options = alternatives(schema, root)
    rest = [one for one in options if not is_gap(one)]
    if not options or len(rest) == len(options):
        return schema, False
    kept = {key: part for key, part in schema.items() if key not in ("anyOf", "oneOf")}
    return ({**rest[0], **kept} if len(rest) == 1 else {**kept, "anyOf": rest}), True


def is_text(schema: Schema, root: Schema) -> bool:
    """Tell whether a schema is a text, in one language or both."""
    options = alternatives(schema, root)
    parts = [set(one.get("properties", {})) for one in options]
    return len(options) == 2 and {"zh", "en"} in parts


def codes_in(options: Sequence[Schema]) -> Sequence[str] | None:
    """Return the codes one or several of which may stand: None for other alternatives, none where they are open."""
    kinds = [one.get("type") for one in options]
    if sorted(map(str, kinds)) != ["array", "string"]:
        return None
    codes: Sequence[str] = options[kinds.index("string")].get("enum", ())
    return codes


def fits(schema: Schema, tree: Any) -> bool:
    """Tell whether what was typed has the shape of a schema."""
    if isinstance(tree, dict) and tree:
        if any(key.startswith("[") for key in tree):
            return schema.get("type") == "array" or "additionalProperties" in schema
        known = set(schema.get("properties", {}))
        return bool(known) and {key.partition("@")[0] for key in tree} <= known
    return bool(tree) and schema.get("type") in ("string", "integer", "boolean")


def lists_codes(schema: Schema, root: Schema) -> bool:
    """Tell whether a schema takes one code or several."""
    options = alternatives(schema, root)
    if options:
        return not is_text(schema, root) and codes_in(options) is not None
    items = resolved(schema.get("items", {}), root)
    return schema.get("type") == "array" and items.get("type") == "string" and "x-formula" not in items
