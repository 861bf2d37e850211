"""The form of an amendment: the document once, standards as a grid, rows of any other kind by their kind's schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from admin.amendment_faults import place
from admin.amendment_present import before_text, present_rows, present_value, rises
from admin.asking import division_in, programmes
from admin.language import pick, say
from admin.raw_form import Tree, add, at, drop, elements, folded
from admin.schema_form import Node, group, mapped, unfolded
from admin.work import platform
from core.errors import JiuzhuError
from core.kinds.schema import boolean, choice, day, string, text, titled
from core.policy_schema import DATE
from core.provision import ANY, Kind
from core.source import Located, located
from core.store.tables import Amendment
from regions.amendment_draft import DOCUMENT, MONTHS

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


@dataclass(slots=True, kw_only=True)
class RowView:
    """A row as shown. ``fields`` are by short name; ``rest`` is by the kind's schema; ``more`` is rarely used."""

    name: str
    kind: str
    title: str
    is_gap: bool
    fields: dict[str, Node]
    rest: list[Node]
    more: Node
    before: str = ""
    rise: str = ""
    faults: list[str] = field(default_factory=list)

    @property
    def number(self) -> str:
        """Its number, from 1."""
        return str(int(self.name[len(ROWS) + 1 : -1]) + 1)

    def nodes(self) -> Iterator[Node]:
        """Yield every field."""
        for one in (*self.fields.values(), *self.rest, self.more):
            yield from one.walk()


@dataclass(slots=True, kw_only=True)
class View:
    """The whole form as shown."""

    division: Node
    document: list[Node]
    rows: list[RowView]
    kinds: list[tuple[str, str]]
    faults: list[str] = field(default_factory=list)

    @property
    def standards(self) -> list[RowView]:
        """The rows of the grid."""
        return [one for one in self.rows if one.kind == STANDARD]

    @property
    def others(self) -> list[RowView]:
        """The rows with a form of their own."""
        return [one for one in self.rows if one.kind != STANDARD]


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
    found: Tree = unfolded(raw, _row_schema(kind))
    return found


def _row_schema(kind: Kind) -> dict[str, Any]:
    parts: dict[str, Any] = {**OWN, "label": text(), "area": AREA_CHOICE, **kind.schema.get("properties", {}),
                             "accepts": {"type": "object", "properties": ACCEPTS}}  # fmt: skip
    if kind.item_schema is not None:
        parts["items"] = {"type": "object", "additionalProperties": _item_schema(kind)}
    return {**kind.schema, "properties": parts}


def _item_schema(kind: Kind) -> dict[str, Any]:
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
    for one in present_rows(_division(tree), start_of(tree)):
        if (one["programme"], one["area"], one.get("name", "")) not in there:
            held[add(tree, ROWS)] |= {"kind": STANDARD, **one}


def _fill(tree: Tree, row: Tree) -> None:
    """Write what is in force into a row, to be changed there."""
    kind = platform().manager.kinds.get(str(row.get("kind")))
    if kind is None:
        return
    value = present_value(kind, row, _division(tree), start_of(tree))
    kept = {key: row[key] for key in ("kind", *WHERE, "cite", "until") if key in row}
    row.clear()
    row |= {**unfolded(value, _row_schema(kind)), **kept}


def _programme(tree: Tree) -> str:
    rows = [one for _, one in elements(tree.get(ROWS))]
    return str(rows[-1].get("programme", "dibao")) if rows else "dibao"


def _division(tree: Tree) -> str:
    """The place of the form, nothing where what was typed is none."""
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


# Showing it ----------------------------------------------------------------------------------------------------------


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
    name, schema = f"{ROWS}{key}", _row_schema(kind)
    where = _division(tree)
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
                    _item_schema(kind), at(row, "items"), f"{name}.items", say("条目", "items"), root=kind.item_schema
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
