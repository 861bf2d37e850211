"""A form out of a JSON Schema: of every provision kind, bundled or brought by a plugin, without a line written for it.

Records, lists, mappings, choices, days, truths, one code or several, texts in two languages, alternatives, and
``{gap: why}`` where the schema allows one. What a schema says beyond that is checked when the form is handed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from admin import ruled
from admin.asking import whole
from admin.form_node import Node
from admin.language import pick, say
from admin.raw_form import GAP, GAP_EN, KEY, LIST, VALUE, VARIANT, Tree, elements
from admin.schema_reading import (
    DEEPEST,
    Schema,
    alternatives,
    codes_in,
    fits,
    is_gap,
    is_text,
    resolved,
    title,
    without_gap,
)
from admin.schema_words import WORDS


def node(
    schema: Schema, tree: Any, name: str, *, label: str = "", required: bool = False, root: Schema | None = None,
    depth: int = 0,
) -> Node:  # fmt: skip
    """Build the part of a form for a schema, filled with what was typed."""
    top = schema if root is None else root
    whole = resolved(schema, top)
    said = title(whole) or label
    bare, may_be_gap = without_gap(whole, top)
    found = _bare(bare, tree, name, said, top, depth)
    found.required = required
    if may_be_gap:
        found.gap = _reasons(whole, name, top)
    return found


def _reasons(schema: Schema, name: str, root: Schema) -> list[Node]:
    """The fields of a gap's reason: one more in English where the schema takes both languages."""
    reason = next(one["properties"].get("gap", {}) for one in alternatives(schema, root) if is_gap(one))
    zh = Node(sort="text", name=f"{name}{GAP}", label=say("来源未载的原因", "why the source does not say"))
    en = Node(sort="text", name=f"{name}{GAP_EN}", label=say("来源未载的原因（英文）", "the reason in English"))
    return [zh, en] if is_text(resolved(reason, root), root) else [zh]


def _bare(schema: Schema, tree: Any, name: str, label: str, root: Schema, depth: int) -> Node:
    held = tree if isinstance(tree, dict) else {}
    if is_text(schema, root):
        return _bilingual(tree, name, label)
    options = alternatives(schema, root)
    if options:
        many = codes_in(options)
        if many is not None:
            return Node(sort="many", name=f"{name}{LIST}", label=label, options=_words(many))
        return _variant(options, tree, name, label, root, depth)
    if schema.get("type") == "array":
        return _listed(schema, held, name, label, root, depth)
    if schema.get("type") == "object" or "properties" in schema:
        if "properties" not in schema and isinstance(schema.get("additionalProperties"), Mapping):
            return mapped(schema["additionalProperties"], held, name, label, root=root, depth=depth)
        return group(schema, held, name, label, root=root, depth=depth)
    return _scalar(schema, tree if isinstance(tree, str) else "", name, label)


def group(
    schema: Schema, tree: Tree, name: str, label: str, *, root: Schema, depth: int = 0, leave: Sequence[str] = ()
) -> Node:
    """Build a record: a field for each of its properties, save those left out."""
    found = Node(sort="group", name=name, label=label)
    if depth > DEEPEST:
        return found
    needed = schema.get("required", ())
    for key, part in schema.get("properties", {}).items():
        if key in leave or "const" in resolved(part, root):
            continue
        inner = f"{name}.{key}" if name else key
        one = node(part, tree.get(key), inner, label=key, required=key in needed, root=root, depth=depth + 1)
        if one.sort == "many":
            one.value = str(tree.get(f"{key}{LIST}", ""))
        if one.sort == "variant":
            _choose(one, part, tree, key, root, depth + 1)
        for each in one.gap:
            each.value = str(tree.get(f"{key}@{each.name.rpartition('@')[2]}", ""))
        found.children.append(one)
    return found


def mapped(values: Schema, tree: Tree, name: str, label: str, *, root: Schema, depth: int = 0) -> Node:
    """Build a mapping: a code and a value for each entry."""
    found = Node(sort="map", name=name, label=label)
    for number, one in elements(tree):
        held = one if isinstance(one, dict) else {}
        entry = Node(sort="group", name=f"{name}{number}", label="")
        code = Node(sort="text", name=f"{name}{number}.{KEY}", label=say("代码", "code"), required=True, mono=True)
        code.value = str(held.get(KEY, ""))
        part = node(values, held.get(VALUE), f"{name}{number}.{VALUE}", label="", root=root, depth=depth + 1)
        entry.children = [code, part]
        found.children.append(entry)
    return found


def _listed(schema: Schema, tree: Tree, name: str, label: str, root: Schema, depth: int) -> Node:
    items = schema.get("items", {})
    plain = resolved(items, root)
    if plain.get("type") == "string" and "x-formula" not in plain:
        return Node(sort="many", name=f"{name}{LIST}", label=label, options=_words(plain.get("enum", ())))
    found = Node(sort="list", name=name, label=label)
    for number, one in elements(tree):
        found.children.append(node(items, one, f"{name}{number}", label="", root=root, depth=depth + 1))
    return found


def _bilingual(tree: Any, name: str, label: str) -> Node:
    held = tree if isinstance(tree, dict) else {"zh": tree or ""}
    zh = Node(sort="text", name=f"{name}.zh", label=label, value=str(held.get("zh", "")))
    en = Node(sort="text", name=f"{name}.en", label=say(f"{label}（英文）", f"{label} in English"),
              value=str(held.get("en", "")))  # fmt: skip
    return Node(sort="group", name=name, label="", children=[zh, en])


def _variant(options: Sequence[Schema], tree: Any, name: str, label: str, root: Schema, depth: int) -> Node:
    words = [(str(at), title(one) or _type_word(one)) for at, one in enumerate(options)]
    found = Node(sort="variant", name=f"{name}{VARIANT}", label=label, options=words)
    chosen = next((at for at, one in enumerate(options) if fits(one, tree)), 0)
    found.value = str(chosen)
    found.children = [_bare(options[chosen], tree, name, "", root, depth + 1)]
    return found


def _choose(found: Node, schema: Schema, tree: Tree, key: str, root: Schema, depth: int) -> None:
    """Let an alternative be the one the officer chose."""
    said = str(tree.get(f"{key}{VARIANT}", ""))
    options = alternatives(without_gap(resolved(schema, root), root)[0], root)
    chosen = whole(said)
    if chosen is not None and chosen < len(options) and said != found.value:
        found.value = said
        name = found.name.removesuffix(VARIANT)
        found.children = [_bare(options[chosen], tree.get(key), name, "", root, depth)]


def _scalar(schema: Schema, value: str, name: str, label: str) -> Node:
    kind = schema.get("type")
    if "enum" in schema:
        return Node(sort="choice", name=name, label=label, value=value, options=_words(schema["enum"]))
    if kind == "boolean":
        yes = [("true", say("是", "yes")), ("false", say("否", "no"))]
        return Node(sort="choice", name=name, label=label, value=value, options=yes)
    if schema.get("format") == "date":
        return Node(sort="day", name=name, label=label, value=value)
    if schema.get("x-formula"):
        return Node(sort="long", name=name, label=label, value=value, mono=True)
    return Node(sort="text", name=name, label=label, value=value)


def _words(codes: Sequence[Any]) -> list[tuple[str, str]]:
    """Each code with its word: as rules are written, else as pages show rules."""
    return [(str(one), pick(WORDS.get(str(one))) or ruled.code_text(str(one))) for one in codes]


def _type_word(schema: Schema) -> str:
    words = {
        "object": say("详细写明", "in detail"),
        "array": say("多项", "several"),
        "boolean": say("是或否", "yes or no"),
        "integer": say("数", "number"),
    }
    return words.get(str(schema.get("type")), say("直接填写", "as text"))
