"""What a rule says, in words: parts by the titles of the schema, codes by their names, amounts with their unit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from admin.formula_words import Names
from admin.language import language, mark, pick, say
from admin.shapes import days
from admin.work import platform
from core.casework.words import words
from core.errors import Text
from core.kinds.schema import is_gap
from core.policy import amount_text
from core.provision import Json, Provision, text_of
from core.source import read_text
from core.values import Citation
from core.wording import article_text, citation_text

ITEMS = ("after", "before", "stage", "from", "until", "with", "on_objection", "excludes")
"""Parts that name an item of some rule: it goes by that item's label."""
FORMULAS = ("when", "full_when", "ok", "text", "formula")
QUIET = ("label", "name", "source", "retrieved")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a rule: its title, what it says, and whether the source leaves it open."""

    title: str
    text: str
    gap: bool = False
    formula: str = ""
    """The formula as it is written, where the text reads one aloud."""
    is_choice: bool = False
    """One of the choices of a fact, which needs no title beside its words."""


def parts(kind: str, value: Mapping[str, Any], names: Names | None = None) -> list[Part]:
    """Return what a rule's value says, part by part, its label apart; with ``names`` formulas are read aloud."""
    return list(_parts(properties(kind), value, names))


def line(kind: str, value: Mapping[str, Any]) -> str:
    """Return a rule's value on one line: the amount, else the label and the parts."""
    amount = amount_text(value, language())
    if amount:
        return amount
    said = [f"{one.title}{say('：', ': ')}{one.text}" for one in parts(kind, value)]
    return "；".join(filter(None, [label(value), *said]))


def label(value: Mapping[str, Any]) -> str:
    """Return the label of a rule's value; a division's is its name."""
    name = value.get("name")
    return pick(text_of(value.get("label"))) or (pick(text_of(name)) if isinstance(name, Mapping) else "")


BLANK = re.compile(r"\{[a-z_]+\}")
"""A place of a message, filled for a household."""
FLAGS = {
    "excerpt": (Text("摘录，未核全文", "excerpt, full text not verified"), "wait"),
    "technical_default": (Text("技术性推定", "technical default"), "wait"),
    "below_floor": (Text("低于上级标准，限期调整", "below the standard of the level above"), "bad"),
    "floor_is_gap": (Text("上级底线不在手，无法核对", "the floor from above is not in hand"), "wait"),
    "undatable": (Text("日期不明，不生效", "dates unknown, never in force"), "bad"),
}
SHOWN_ELSEWHERE = ("gap", "assumed_date")
"""A gap has its badge; an assumed day is told by the assumption's own words."""


def remarks(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a reader must know of a line (``report.line_json``), each with the tone of its badge."""
    said = [(text, "wait") for text in row["assumptions"]]
    if "assumed_date" in row["flags"] and not said:
        said.append((say("日期为推定", "day assumed"), "wait"))
    for flag in dict.fromkeys(row["flags"]):
        if flag not in SHOWN_ELSEWHERE:
            text, tone = FLAGS.get(flag, (Text(flag, flag), "secondary"))
            said.append((pick(text), tone))
    return said


def kind_title(kind: str) -> str:
    """Name a kind of rule."""
    known = platform().manager.kinds.get(kind)
    return pick(known.title) if known else kind


def cited(text: str | None) -> str:
    """Write a citation as people cite: 《title》 article, with the document's number where it has one."""
    if not text:
        return "—"
    document, _, article = text.partition(" ")
    known = platform().registry.documents.get(document)
    said = citation_text(Citation(document=document, article=article), platform().registry.documents, language())
    if known is None or known.number is None:
        return said
    number = f"（{known.number}）" if language() == "zh" else f"({known.number}) "
    shown = article_text(article)
    return f"{said.removesuffix(shown).rstrip()}{number}{shown}".rstrip()


def code_text(code: str, *, item: bool = False) -> str:
    """Return a code in words; ``item`` asks the items of rules first."""
    found = (_item(code) if item else None) or _word(code) or (None if item else _item(code))
    return pick(found) if found is not None else code


def properties(kind: str) -> Mapping[str, Json]:
    """Return the schema's properties of a kind: its items' where it has items, and its own."""
    known = platform().manager.kinds.get(kind)
    if known is None:
        return {}
    own: dict[str, Json] = dict(known.schema.get("properties", {}))
    return own | dict((known.item_schema or {}).get("properties", {}))


def _parts(schema: Mapping[str, Json], value: Mapping[str, Any], names: Names | None) -> Iterator[Part]:
    for name, one in value.items():
        if name in QUIET:
            continue
        titled = schema.get(name, {})
        title = titled.get("title", name) if language() == "zh" else titled.get("x-title-en", name)
        if is_gap(one):
            because = text_of(one.get("gap") or one.get("because"))
            yield Part(title=title, text=pick(because) or say("来源未载", "the source does not say"), gap=True)
        else:
            text, chosen = _said(name, one, titled, names), not titled and isinstance(one, Mapping) and "zh" in one
            yield Part(title=title, text=text, formula=str(one) if name in FORMULAS else "", is_choice=chosen)


def _said(name: str, one: Any, schema: Mapping[str, Json], names: Names | None) -> str:
    if isinstance(one, bool):
        return say("是", "yes") if one else say("否", "no")
    if isinstance(one, Mapping):
        return _record(one, schema, names)
    if isinstance(one, Sequence) and not isinstance(one, str):
        inner = schema.get("items", {})
        between = mark("；") if any(isinstance(each, Mapping) for each in one) else mark("、")
        return between.join(_said(name, each, inner, names) for each in one)
    text = str(one)
    if name in FORMULAS:
        return names.read(text) if names is not None else text
    return days(code_text(text, item=name in ITEMS))


def _record(one: Mapping[str, Any], schema: Mapping[str, Json], names: Names | None) -> str:
    if "zh" in one:
        return BLANK.sub("…", pick(text_of(one)))
    if "yuan" in one:
        return amount_text({"amount": one}, language())
    if "days" in one and not isinstance(one["days"], Mapping):
        return _limit(one, schema, names)
    inner = _shape(schema)
    said = [part.text if part.is_choice else f"{part.title} {part.text}" for part in _parts(inner, one, names)]
    return mark("，").join(filter(None, [label(one), *said]))


def _limit(one: Mapping[str, Any], schema: Mapping[str, Json], names: Names | None) -> str:
    """A limit as people say it: 30个工作日, and what it is counted from."""
    unit = say("个工作日", " working days") if one.get("day_kind") == "working" else say("日", " days")
    rest = {name: part for name, part in one.items() if name not in ("days", "day_kind")}
    said = [f"{part.title} {part.text}" for part in _parts(_shape(schema), rest, names)]
    return say("，", ", ").join([f"{one['days']}{unit}", *said])


def _shape(schema: Mapping[str, Json]) -> Mapping[str, Json]:
    """The properties of a record, also where it may be a gap instead."""
    for one in (schema, *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        if "properties" in one and "gap" not in one["properties"] and "zh" not in one["properties"]:
            found: Mapping[str, Json] = one["properties"]
            return found
    return {}


@cache
def _own_words() -> Mapping[str, Json]:
    data: Mapping[str, Json] = read_text(
        files("admin").joinpath("ruled.yaml").read_text(encoding="utf-8"), "admin/ruled.yaml"
    ).data
    return data


def _word(code: str) -> Text | None:
    found = text_of(_own_words().get(code))
    return found or next((text_of(group[code]) for group in words().values() if code in group), None)


def _item(code: str) -> Text | None:
    """The label of the item of that key, where some rule has one: a stage's first, the nation's first."""
    held = [one for one in platform().registry.provisions(None) if code == one.key and one.value.get("label")]
    return min(held, key=_nearness).label if held else None


def _nearness(one: Provision) -> tuple[bool, int]:
    return one.kind != "procedure", len(one.scope.division.rstrip("0"))
