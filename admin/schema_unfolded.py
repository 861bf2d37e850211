"""Stored values back into a form: the tree each would have been typed as."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from admin.raw_form import GAP, GAP_EN, KEY, LIST, NONE, VALUE, Tree
from admin.schema_reading import Schema, alternatives, is_text, lists_codes, resolved, without_gap
from core.provision import Json


def unfolded(value: Json, schema: Schema, root: Schema | None = None) -> Any:
    """Return the tree a value would have been typed as."""
    top = schema if root is None else root
    bare, _ = without_gap(resolved(schema, top), top)
    if is_text(bare, top):
        return dict(value) if isinstance(value, Mapping) else {"zh": str(value)}
    if isinstance(value, Mapping):
        return _unfold_mapping(value, _object(bare, value, top), top)
    if isinstance(value, list | tuple):
        items: Schema = next((one["items"] for one in (bare, *alternatives(bare, top)) if "items" in one), {})
        return {f"[{number}]": unfolded(one, items, top) for number, one in enumerate(value)}
    return str(value).lower() if isinstance(value, bool) else str(value)


def _object(schema: Schema, value: Mapping[str, Json], root: Schema) -> Schema:
    """The alternative a mapping was written by."""
    for one in alternatives(schema, root):
        if set(value) <= set(one.get("properties", {})) or isinstance(one.get("additionalProperties"), Mapping):
            return one
    return schema


def _unfold_mapping(value: Mapping[str, Json], schema: Schema, root: Schema) -> Tree:
    parts = schema.get("properties")
    if parts is None:
        inner = schema.get("additionalProperties", {})
        inner = inner if isinstance(inner, Mapping) else {}
        return {f"[{number}]": {KEY: key, VALUE: unfolded(one, inner, root)}
                for number, (key, one) in enumerate(value.items())}  # fmt: skip
    found: Tree = {}
    for key, one in value.items():
        part = parts.get(key, {})
        bare, may_be_gap = without_gap(resolved(part, root), root)
        if may_be_gap and isinstance(one, Mapping) and ("gap" in one or one.get("status") == "gap"):
            found |= _said(key, one.get("gap") or one.get("because"))
        elif lists_codes(bare, root):
            found[f"{key}{LIST}"] = (",".join(one) or NONE) if isinstance(one, list | tuple) else str(one)
        else:
            found[key] = unfolded(one, part, root)
    return found


def _said(key: str, reason: Json) -> Tree:
    both = reason if isinstance(reason, Mapping) else {"zh": reason or ""}
    return {f"{key}{mark}": str(both[name]) for mark, name in ((GAP, "zh"), (GAP_EN, "en")) if name in both}
