"""A form out of a JSON Schema: of every provision kind, bundled or brought by a plugin, without a line written for it.

Records, lists, mappings, choices, days, truths, one code or several, texts in two languages, alternatives, and
``{gap: why}`` where the schema allows one. What a schema says beyond that is checked when the form is handed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from admin import ruled
from admin.asking import whole
from admin.language import language, pick, say
from admin.raw_form import GAP, GAP_EN, KEY, LIST, NONE, VALUE, VARIANT, Tree, elements
from admin.schema_words import WORDS
from core.provision import Json

Schema = Mapping[str, Any]
Sort = Literal["text", "long", "choice", "day", "month", "many", "group", "list", "map", "variant"]
DEEPEST = 9


@dataclass(slots=True, kw_only=True)
class Node:
    """A field, or a part with fields in it. ``gap``: the fields for why the source does not say it."""

    sort: Sort
    name: str
    label: str
    value: str = ""
    required: bool = False
    mono: bool = False
    options: Sequence[tuple[str, str]] = ()
    children: list[Node] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    gap: list[Node] = field(default_factory=list)

    @property
    def id(self) -> str:
        """How the page names it."""
        return "n-" + self.name.replace("[", "-").replace("]", "").replace(".", "-").replace("@", "")

    @property
    def filled(self) -> bool:
        """Whether something stands in it."""
        return bool(self.value or any(one.filled for one in (*self.children, *self.gap)))

    @property
    def faulty(self) -> bool:
        """Whether a fault stands in it."""
        return bool(self.faults or any(one.faulty for one in (*self.children, *self.gap)))

    def walk(self) -> Iterator[Node]:
        """Yield it and everything in it."""
        yield self
        for one in (*self.children, *self.gap):
            yield from one.walk()


def node(
    schema: Schema, tree: Any, name: str, *, label: str = "", required: bool = False, root: Schema | None = None,
    depth: int = 0,
) -> Node:  # fmt: skip
    """Build the part of a form for a schema, filled with what was typed."""
    top = schema if root is None else root
    whole = _resolved(schema, top)
    said = title(whole) or label
    bare, may_be_gap = _without_gap(whole, top)
    found = _bare(bare, tree, name, said, top, depth)
    found.required = required
    if may_be_gap:
        found.gap = _reasons(whole, name, top)
    return found


def _reasons(schema: Schema, name: str, root: Schema) -> list[Node]:
    """The fields of a gap's reason: one more in English where the schema takes both languages."""
    reason = next(one["properties"].get("gap", {}) for one in _options(schema, root) if _is_gap(one))
    zh = Node(sort="text", name=f"{name}{GAP}", label=say("来源未载的原因", "why the source does not say"))
    en = Node(sort="text", name=f"{name}{GAP_EN}", label=say("来源未载的原因（英文）", "the reason in English"))
    return [zh, en] if _is_text(_resolved(reason, root), root) else [zh]


def title(schema: Schema) -> str:
    """Return a schema's title in the language of the page."""
    zh, en = str(schema.get("title", "")), str(schema.get("x-title-en", ""))
    return (en or zh) if language() == "en" else zh


def _bare(schema: Schema, tree: Any, name: str, label: str, root: Schema, depth: int) -> Node:
    held = tree if isinstance(tree, dict) else {}
    if _is_text(schema, root):
        return _bilingual(tree, name, label)
    options = _options(schema, root)
    if options:
        many = _many(options)
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
        if key in leave or "const" in _resolved(part, root):
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
    plain = _resolved(items, root)
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
    chosen = next((at for at, one in enumerate(options) if _fits(one, tree)), 0)
    found.value = str(chosen)
    found.children = [_bare(options[chosen], tree, name, "", root, depth + 1)]
    return found


def _choose(found: Node, schema: Schema, tree: Tree, key: str, root: Schema, depth: int) -> None:
    """Let an alternative be the one the officer chose."""
    said = str(tree.get(f"{key}{VARIANT}", ""))
    options = _options(_without_gap(_resolved(schema, root), root)[0], root)
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


# Reading a schema ----------------------------------------------------------------------------------------------------


def _resolved(schema: Schema, root: Schema) -> Schema:
    seen = 0
    while "$ref" in schema and seen < DEEPEST:
        own = {key: part for key, part in schema.items() if key != "$ref"}
        schema = {**root.get("$defs", {}).get(str(schema["$ref"]).rpartition("/")[2], {}), **own}
        seen += 1
    return schema


def _options(schema: Schema, root: Schema) -> list[Schema]:
    for word_ in ("anyOf", "oneOf"):
        if word_ in schema and "properties" not in schema:
            return [_resolved(one, root) for one in schema[word_]]
    return []


def _is_gap(schema: Schema) -> bool:
    parts = schema.get("properties", {})
    return "gap" in parts or parts.get("status", {}).get("const") == "gap"


def _without_gap(schema: Schema, root: Schema) -> tuple[Schema, bool]:
    """Return the schema without its gap, and whether it allows one."""
    options = _options(schema, root)
    rest = [one for one in options if not _is_gap(one)]
    if not options or len(rest) == len(options):
        return schema, False
    kept = {key: part for key, part in schema.items() if key not in ("anyOf", "oneOf")}
    return ({**rest[0], **kept} if len(rest) == 1 else {**kept, "anyOf": rest}), True


def _is_text(schema: Schema, root: Schema) -> bool:
    options = _options(schema, root)
    parts = [set(one.get("properties", {})) for one in options]
    return len(options) == 2 and {"zh", "en"} in parts


def _many(options: Sequence[Schema]) -> Sequence[str] | None:
    """The codes one or several of which may stand, None for other alternatives; none at all where they are open."""
    kinds = [one.get("type") for one in options]
    if sorted(map(str, kinds)) != ["array", "string"]:
        return None
    codes: Sequence[str] = options[kinds.index("string")].get("enum", ())
    return codes


def _fits(schema: Schema, tree: Any) -> bool:
    if isinstance(tree, dict) and tree:
        if any(key.startswith("[") for key in tree):
            return schema.get("type") == "array" or "additionalProperties" in schema
        known = set(schema.get("properties", {}))
        return bool(known) and {key.partition("@")[0] for key in tree} <= known
    return bool(tree) and schema.get("type") in ("string", "integer", "boolean")


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


# Stored values back into a form --------------------------------------------------------------------------------------


def unfolded(value: Json, schema: Schema, root: Schema | None = None) -> Any:
    """Return the tree a value would have been typed as."""
    top = schema if root is None else root
    bare, _ = _without_gap(_resolved(schema, top), top)
    if _is_text(bare, top):
        return dict(value) if isinstance(value, Mapping) else {"zh": str(value)}
    if isinstance(value, Mapping):
        return _unfold_mapping(value, _object(bare, value, top), top)
    if isinstance(value, list | tuple):
        items: Schema = next((one["items"] for one in (bare, *_options(bare, top)) if "items" in one), {})
        return {f"[{number}]": unfolded(one, items, top) for number, one in enumerate(value)}
    return str(value).lower() if isinstance(value, bool) else str(value)


def _object(schema: Schema, value: Mapping[str, Json], root: Schema) -> Schema:
    """The alternative a mapping was written by."""
    for one in _options(schema, root):
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
        bare, may_be_gap = _without_gap(_resolved(part, root), root)
        if may_be_gap and isinstance(one, Mapping) and ("gap" in one or one.get("status") == "gap"):
            found |= _said(key, one.get("gap") or one.get("because"))
        elif _lists_codes(bare, root):
            found[f"{key}{LIST}"] = (",".join(one) or NONE) if isinstance(one, list | tuple) else str(one)
        else:
            found[key] = unfolded(one, part, root)
    return found


def _said(key: str, reason: Json) -> Tree:
    both = reason if isinstance(reason, Mapping) else {"zh": reason or ""}
    return {f"{key}{mark}": str(both[name]) for mark, name in ((GAP, "zh"), (GAP_EN, "en")) if name in both}


def _lists_codes(schema: Schema, root: Schema) -> bool:
    options = _options(schema, root)
    if options:
        return not _is_text(schema, root) and _many(options) is not None
    items = _resolved(schema.get("items", {}), root)
    return schema.get("type") == "array" and items.get("type") == "string" and "x-formula" not in items
