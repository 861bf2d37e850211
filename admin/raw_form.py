"""Forms with structure: flat names ↔ a tree of what was typed ↔ the data a service takes.

    rows[0].amount.yuan = 430   {"rows": {"[0]": {"amount": {"yuan": "430"}}}}   {"rows": [{"amount": {"yuan": "430"}}]}

Marks stand for what HTML cannot say: ``x@gap`` is the reason why a source does not say ``x``, ``x@gap_en`` the same in
English; ``x@list`` one value or several, with commas between; the entries of a mapping are a list of ``@key`` and
``@value``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from core.errors import JiuzhuError, Text

Tree = dict[str, Any]
"""A node: its parts by name, those of a list as ``[0]``, ``[1]`` …; a leaf is text."""

GAP, GAP_EN, LIST, KEY, VALUE, VARIANT = "@gap", "@gap_en", "@list", "@key", "@value", "@as"
NONE = "[]"
"""Typed where a list is said to be empty, which is more than saying nothing."""
DEEPEST = 16
_TOKEN = re.compile(r"\[\d{1,4}\]|[^.\[\]]+")
_COMMA = re.compile(r"[,，、\s]+")


def tokens(name: str) -> tuple[str, ...]:
    """Take a name apart.

    >>> tokens("rows[0].items[1].@key")
    ('rows', '[0]', 'items', '[1]', '@key')
    """
    return tuple(_TOKEN.findall(name))


def tree_of(entries: Iterable[tuple[str, str]]) -> Tree:
    """Build the tree of a form's entries; several entries of one name are one list.

    Raises:
        JiuzhuError: ``bad_form`` for names no form of ours has.
    """
    root: Tree = {}
    for name, value in entries:
        parts = tokens(name)
        if not parts or len(parts) > DEEPEST:
            raise _bad(name)
        at = root
        for part in parts[:-1]:
            at = at.setdefault(part, {})
            if not isinstance(at, dict):
                raise _bad(name)
        held = at.get(parts[-1])
        if isinstance(held, dict):
            raise _bad(name)
        at[parts[-1]] = f"{held},{value}" if held and parts[-1].endswith(LIST) else value
    return root


def _bad(name: str) -> JiuzhuError:
    return JiuzhuError("bad_form", Text("表单不完整", "the form is not whole"), value=name)


def entries_of(tree: Tree, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield the entries of a tree."""
    for part, value in tree.items():
        name = f"{before}{part}" if not before or part.startswith("[") else f"{before}.{part}"
        if isinstance(value, dict):
            yield from entries_of(value, name)
        else:
            yield name, value


def at(tree: Tree, name: str) -> Tree:
    """Return the part of a tree by its name, made where it is not there."""
    for part in tokens(name):
        held = tree.get(part)
        if not isinstance(held, dict):
            held = tree[part] = {}
        tree = held
    return tree


def elements(tree: Tree | None) -> list[tuple[str, Any]]:
    """Return the elements of a list in order, with their names."""
    return sorted(
        ((key, one) for key, one in (tree or {}).items() if key.startswith("[")), key=lambda x: int(x[0][1:-1])
    )


def add(tree: Tree, name: str) -> str:
    """Add an empty element to a list and return its name."""
    held = at(tree, name)
    number = 1 + max((int(key[1:-1]) for key, _ in elements(held)), default=-1)
    held[f"[{number}]"] = {}
    return f"[{number}]"


def drop(tree: Tree, name: str) -> None:
    """Take an element out of its list."""
    *above, last = tokens(name)
    at(tree, ".".join(above) if above else "").pop(last, None) if above else tree.pop(last, None)


# What a service takes ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Folded:
    """Data without what was left empty, and by path of a fault the name of the field it stands in."""

    data: Any
    names: dict[str, str] = field(default_factory=dict)


def folded(tree: Tree) -> Folded:
    """Fold a tree into data: empty fields, records and elements are left out."""
    names: dict[str, str] = {}
    data = _fold(tree, "", "$", names)
    return Folded(data if data is not None else {}, names)


def _fold(node: Any, name: str, path: str, names: dict[str, str]) -> Any:
    """Return what a node says, None for nothing; every path below it learns its name."""
    names[path] = name
    if not isinstance(node, dict):
        return node.strip() or None
    listed = elements(node)
    if listed and any(KEY in one for _, one in listed if isinstance(one, dict)):
        return _mapping(listed, name, path, names)
    if listed:
        return _list(listed, name, path, names)
    return _record(node, name, path, names)


def _list(listed: list[tuple[str, Any]], name: str, path: str, names: dict[str, str]) -> list[Any] | None:
    found: list[Any] = []
    for key, one in listed:
        value = _fold(one, f"{name}{key}", f"{path}[{len(found)}]", names)
        if value is not None:
            found.append(value)
    return found or None


def _mapping(listed: list[tuple[str, Any]], name: str, path: str, names: dict[str, str]) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    for number, one in listed:
        code = str(one.get(KEY, "")).strip() if isinstance(one, dict) else ""
        below = f"{path}.{code}"
        value = _fold(one.get(VALUE, {}), f"{name}{number}.{VALUE}", below, names) if isinstance(one, dict) else None
        if code or value is not None:
            found[code] = {} if value is None else value
            names[below] = f"{name}{number}.{KEY}" if below not in names or not code else names[below]
    return found or None


def _record(node: Tree, name: str, path: str, names: dict[str, str]) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    for key, one in node.items():
        inner = f"{name}.{key}" if name else key
        plain = key.partition("@")[0]
        if key.endswith((GAP, GAP_EN)):
            reason = _reason(node, plain)
            if reason:
                found[plain] = {"gap": reason}
                below = f"{path}.{plain}"
                parts = (f"{below}.gap.en",) if key.endswith(GAP_EN) else (below, f"{below}.gap", f"{below}.gap.zh")
                names |= dict.fromkeys(parts, inner)
        elif key.endswith(LIST):
            values = [part for part in _COMMA.split(str(one)) if part not in ("", NONE)]
            names[f"{path}.{plain}"] = inner
            names |= {f"{path}.{plain}[{number}]": inner for number in range(len(values))}
            if values or NONE in str(one):
                found[plain] = values[0] if len(values) == 1 else values
        elif not key.endswith(VARIANT) and not _reason(node, key):
            value = _fold(one, inner, f"{path}.{key}", names)
            if value is not None:
                found[key] = value
    return found or None


def _reason(node: Tree, plain: str) -> str | dict[str, str]:
    """Return why a source does not say a part: in Chinese alone, or in both languages; nothing where none was typed."""
    zh, en = (str(node.get(f"{plain}{mark}", "")).strip() for mark in (GAP, GAP_EN))
    both = {key: said for key, said in (("zh", zh), ("en", en)) if said}
    return both if en else zh
