"""The form of an amendment as a tree: what it begins with, what its buttons do to it, how it is handed in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from admin.amendment_present import present_rows, present_value
from admin.asking import division_in
from admin.language import say
from admin.raw_form import Tree, add, at, drop, elements, folded
from admin.schema_unfolded import unfolded
from admin.work import platform
from core.errors import JiuzhuError
from core.kinds.schema import boolean, choice, day, string, text, titled
from core.policy_schema import DATE
from core.provision import ANY, Kind
from core.source import Located, located
from core.store.tables import Amendment
from regions.amendment_draft import MONTHS

ROWS, STANDARD = "rows", "standard"
WHERE = ("programme", "division", "area")
AREA_CHOICE = choice(("any", "urban", "rural"), "城乡", "area")
OWN: Mapping[str, Any] = {
    "cite": string("条款", "article"),
    "until": titled(DATE, "失效日期（暂定的才写）", "until (only for a time)"),
    "because": text("空缺的原因", "why there is no figure"),
    "note": text("说明", "note"),
}
ITEM_OWN: Mapping[str, Any] = {
    "removed": boolean("不再适用", "no longer applies"),
    "status": choice(("in_force", "gap"), "状态", "status"),
    "because": OWN["because"],
    "cite": OWN["cite"],
    "until": day("失效日期", "until"),
}
ACCEPTS: Mapping[str, Any] = {
    "unit": string("确属改变计量单位：理由", "the unit is really changed: why"),
    "until": string("确属暂时提高：理由", "it really rises for a time: why"),
}


# Trees to begin with -------------------------------------------------------------------------------------------------


def fresh(division: str) -> Tree:
    """Return the form of a new document for a place: its standards in force stand there to be changed."""
    tree: Tree = {"division": division, "document": {"assurance": "primary"}, ROWS: {}}
    if division:
        fill_standards(tree)
    return tree


def of_amendment(amendment: Amendment) -> Tree:
    """Return the form of a stored draft."""
    days = {"issued": amendment.issued, "filed": amendment.filed_on, "announced": amendment.announced,
            "effective": amendment.effective}  # fmt: skip
    document = {name: one.isoformat() for name, one in days.items() if one is not None}
    document |= {name: f"{one:%Y-%m}" for name in MONTHS if (one := getattr(amendment, name)) is not None}
    document |= {name: getattr(amendment, name) or "" for name in ("number", "issuer", "title", "assurance")}
    rows = {f"[{one.position}]": _row_tree(one.raw) for one in amendment.rows}
    return {"division": amendment.division, "document": document, ROWS: rows}


def _row_tree(raw: Mapping[str, Any]) -> Tree:
    kind = platform().manager.kinds[raw["kind"]]
    found: Tree = unfolded(raw, row_schema(kind))
    return found


def row_schema(kind: Kind) -> dict[str, Any]:
    """Return the schema of a row of a kind: its own keys, those every row may carry, its items."""
    parts: dict[str, Any] = {**OWN, "label": text(), "area": AREA_CHOICE, **kind.schema.get("properties", {}),
                             "accepts": titled({"type": "object", "properties": ACCEPTS},
                                               "确属如此的说明", "meant so")}  # fmt: skip
    if kind.item_schema is not None:
        parts["items"] = {"type": "object", "additionalProperties": item_schema(kind)}
    return {**kind.schema, "properties": parts}


def item_schema(kind: Kind) -> dict[str, Any]:
    """Return the schema of one item of a keyed kind, with what every item may carry."""
    assert kind.item_schema is not None
    return {**kind.item_schema, "properties": {**kind.item_schema.get("properties", {}), **ITEM_OWN}}


# What buttons do to it -----------------------------------------------------------------------------------------------


def acted(tree: Tree, do: str) -> None:
    """Change the form by a button; anything not named here only shows it anew.

    ``row:<kind>``, ``standards``, ``add:<list>``, ``drop:<element>``, ``gap:<row>``, ``ungap:<row>``, ``fill:<row>``.
    """
    act, _, name = do.partition(":")
    if act == "row" and name in platform().manager.kinds:
        new = at(tree, ROWS)[add(tree, ROWS)]
        new |= {"kind": name, "programme": _programme(tree), "area": ANY if name != STANDARD else "urban"}
    elif act == "standards":
        fill_standards(tree)
    elif act == "add":
        add(tree, name)
    elif act == "drop":
        drop(tree, name)
    elif act == "gap":
        row = at(tree, name)
        row["status"] = "gap"
        row.setdefault("because", {"zh": "文件提到，未载数额"})
    elif act == "ungap":
        at(tree, name).pop("status", None)
    elif act == "fill":
        _fill(tree, at(tree, name))


def fill_standards(tree: Tree) -> None:
    """Add a row for every standard in force in the place, where there is none yet."""
    held = at(tree, ROWS)
    there = {
        (one.get("programme"), one.get("area"), one.get("name", ""))
        for _, one in elements(held) if one.get("kind") == STANDARD
    }  # fmt: skip
    for one in present_rows(division_of(tree), start_of(tree)):
        if (one["programme"], one["area"], one.get("name", "")) not in there:
            held[add(tree, ROWS)] |= {"kind": STANDARD, **one}


def _fill(tree: Tree, row: Tree) -> None:
    """Write what is in force into a row, to be changed there."""
    kind = platform().manager.kinds.get(str(row.get("kind")))
    if kind is None:
        return
    value = present_value(kind, row, division_of(tree), start_of(tree))
    kept = {key: row[key] for key in ("kind", *WHERE, "cite", "until") if key in row}
    row.clear()
    row |= {**unfolded(value, row_schema(kind)), **kept}


def _programme(tree: Tree) -> str:
    rows = [one for _, one in elements(tree.get(ROWS))]
    return str(rows[-1].get("programme", "dibao")) if rows else "dibao"


def division_of(tree: Tree) -> str:
    """Return the place of the form, nothing where what was typed is none."""
    try:
        return division_in(str(tree.get("division", "")))
    except JiuzhuError:
        return ""


def start_of(tree: Tree) -> date:
    """Return the day the values are compared on: the effective day, where it is one yet."""
    document = tree.get("document")
    try:
        return date.fromisoformat(str(document["effective"])) if isinstance(document, dict) else platform().today
    except (KeyError, ValueError):
        return platform().today


# Handing it in -------------------------------------------------------------------------------------------------------


def handed_in(tree: Tree) -> tuple[Located, dict[str, str]]:
    """Return the document as ``propose`` takes it, and by path of a fault the field it stands in.

    Raises:
        JiuzhuError: ``unknown_division``, ``several_divisions``.
    """
    rows = {key: _settled(row) for key, row in elements(tree.get(ROWS)) if not _untouched(row)}
    found = folded({**tree, ROWS: rows})
    data = {"document": {}, ROWS: [], **_known(found.data), "division": division_in(str(tree.get("division", "")))}
    for row in data[ROWS]:
        if "division" in row:
            row["division"] = division_in(row["division"])
    return located(data, say("表单", "the form")), found.names


def _known(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in data.items() if key in ("document", ROWS)}


def _untouched(row: Tree) -> bool:
    """Whether a row of the grid stands there as it was filled in: nothing is to change."""
    amount = row.get("amount")
    typed = amount.get("yuan", "").strip() if isinstance(amount, dict) else ""
    return row.get("kind") == STANDARD and not typed and row.get("status") != "gap" and not row.get("cite", "").strip()


def _settled(row: Tree) -> Tree:
    """A row with the article it is cited to; a gap without figures."""
    found = {"cite": "正文", **{key: one for key, one in row.items() if key != "cite" or one.strip()}}
    if found.get("status") == "gap":
        kind = platform().manager.kinds.get(str(row.get("kind")))
        value = set(kind.schema.get("properties", {})) - {"label", "name", "role"} if kind else set()
        return {key: one for key, one in found.items() if key.partition("@")[0] not in {*value, "items"}}
    found.pop("because", None)
    return found
