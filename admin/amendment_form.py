"""The form of an amendment: the document once, standards as a grid, rows of any other kind by their kind's schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from admin.amendment_faults import place
from admin.amendment_present import before_text, rises
from admin.amendment_tree import ROWS, STANDARD, division_of, item_schema, row_schema, start_of
from admin.amendment_view import RowView, View
from admin.asking import division_in, programmes
from admin.form_node import Node
from admin.language import pick, say
from admin.raw_form import Tree, at, elements
from admin.schema_form import group, mapped
from admin.work import platform
from core.errors import JiuzhuError
from core.provision import ANY
from regions.amendment_draft import DOCUMENT, MONTHS


def view(tree: Tree, error: JiuzhuError | None = None, names: Mapping[str, str] | None = None) -> View:
    """Build the form as shown, each fault at its field."""
    shown = View(
        division=Node(sort="text", name="division", label=say("地区", "Place"), required=True,
                      value=str(tree.get("division", ""))),
        document=_document(tree), rows=[_row(tree, key, row) for key, row in elements(tree.get(ROWS))],
        kinds=[(name, pick(one.title)) for name, one in platform().manager.kinds.items() if one.amendable],
    )  # fmt: skip
    if error is not None:
        place(shown, error, names or {})
    return shown


def _document(tree: Tree) -> list[Node]:
    held = tree.get("document")
    whole = group(DOCUMENT, held if isinstance(held, dict) else {}, "document", "", root=DOCUMENT)
    for one in whole.children:
        if one.name.partition(".")[2] in MONTHS:
            one.sort = "month"
    return whole.children


def _row(tree: Tree, key: str, row: Tree) -> RowView:
    kind = platform().manager.kinds.get(str(row.get("kind"))) or platform().manager.kinds[STANDARD]
    name, schema = f"{ROWS}{key}", row_schema(kind)
    where = division_of(tree)
    named = [(code, label) for code, label in programmes(where or "000000", start_of(tree)).items()]
    every = [*named, (ANY, say("各项目", "every one"))]
    fields = {
        "programme": _choice(f"{name}.programme", say("对象", "Subject"), row, every),
        "division": _text(f"{name}.division", say("地区", "Place"), row),
        "area": _choice(f"{name}.area", say("城乡", "Area"), row, _areas()),
        "cite": _text(f"{name}.cite", say("条款", "Article"), row),
    }  # fmt: skip
    whole = {one.name.removeprefix(f"{name}."): one for one in group(schema, row, name, "", root=schema).children}
    is_gap = row.get("status") == "gap"
    fields["because"] = whole.pop("because")
    accepts = whole.pop("accepts")
    for used in ("area", "cite", *(("items",) if kind.item_schema is not None else ())):
        whole.pop(used, None)
    if kind.name == STANDARD:
        amount = whole.pop("amount")
        fields |= {one.name.rpartition(".")[2]: one for one in amount.children}
        rest: list[Node] = []
        seldom = [*whole.values(), accepts]
    else:
        seldom = [whole.pop("until"), whole.pop("note"), accepts]
        rest = [] if is_gap else list(whole.values())
        if is_gap:
            rest = [whole["label"]]
        elif kind.item_schema is not None:
            rest.append(
                mapped(
                    item_schema(kind), at(row, "items"), f"{name}.items", say("条目", "items"), root=kind.item_schema
                )
            )
    more = Node(sort="group", name=name, label="", children=seldom)
    shown = RowView(
        name=name, kind=kind.name, title=pick(kind.title), is_gap=is_gap, fields=fields, rest=rest, more=more
    )
    if kind.name == STANDARD:
        shown.before, shown.rise = rises(row, _row_division(row, where), start_of(tree))
    else:
        shown.before = before_text(kind, row, _row_division(row, where), start_of(tree))
    return shown


def row_figures(tree: Tree) -> list[RowView]:
    """Return the rows of the grid with 原标准 and 增幅 as what was typed has them."""
    return [_row(tree, key, row) for key, row in elements(tree.get(ROWS)) if row.get("kind") == STANDARD]


def _row_division(row: Tree, place: str) -> str:
    try:
        return division_in(str(row.get("division", ""))) or place
    except JiuzhuError:
        return place


def _areas() -> list[tuple[str, str]]:
    return [("any", say("不分", "both")), ("urban", say("城市", "urban")), ("rural", say("农村", "rural"))]


def _text(name: str, label: str, row: Tree) -> Node:
    return Node(sort="text", name=name, label=label, value=str(row.get(name.rpartition(".")[2], "")))


def _choice(name: str, label: str, row: Tree, options: Sequence[tuple[str, str]]) -> Node:
    value = str(row.get(name.rpartition(".")[2], ""))
    known = {code for code, _ in options}
    extra = [] if not value or value in known else [(value, value)]
    return Node(sort="choice", name=name, label=label, value=value, required=True, options=[*options, *extra])
