"""Pieces of JSON Schema that kinds share. Every scalar of a YAML file arrives as text and is typed by these.

Every property carries its Chinese title and the English one (``x-title-en``): forms and messages use them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

PERIODS = ("person-year", "person-quarter", "person-month", "year", "quarter", "month", "person")
LEVELS = ("nation", "province", "prefecture", "county", "township", "village", "unit")
DAY_KINDS = ("calendar", "working")
CODE = r"^[a-z][a-z0-9_]*$"
"""A code that may become part of a formula's name."""
RATE = r"^-?\d{1,18}(\.\d{1,9})?%?$"


def titled(schema: Schema, zh: str, en: str) -> Schema:
    """Return ``schema`` with its Chinese and English titles."""
    return {**schema, "title": zh, "x-title-en": en}


def form(pattern: str, zh: str, en: str) -> Schema:
    """A text of a form; ``x-form`` says it to people, whom the pattern would not help."""
    return {"type": "string", "pattern": pattern, "x-form": {"zh": zh, "en": en}}


_CODE = form(CODE, "小写字母、数字和下划线", "lower-case letters, digits, underscores")
_YUAN = form(r"^\d{1,12}(\.\d{1,2})?$", "元，至多两位小数，如 760.50", "yuan, at most two decimals, such as 760.50")
_SHARE = form(r"^(\d{1,4}(\.\d{1,6})?%|[1-9]\d?/[1-9]\d?)$", "比例，如 30%、2/3", "a share such as 30% or 2/3")
_DAY = form(r"^\d{4}-\d{2}-\d{2}$", "日期，如 2018-04-27", "a day such as 2018-04-27")


def string(zh: str, en: str) -> Schema:
    """Free text."""
    return titled({"type": "string", "minLength": 1}, zh, en)


def text(zh: str = "名称", en: str = "label") -> Schema:
    """A text for readers: ``{zh, en}``, or Chinese alone."""
    both = record({"zh": string("中文", "Chinese"), "en": string("英文", "English")}, required=("zh",))
    return titled({"oneOf": [{"type": "string", "minLength": 1}, both]}, zh, en)


def message(zh: str, en: str) -> Schema:
    """What an applicant is told; ``{left}``, ``{operator}`` and ``{right}`` stand for the comparison that failed."""
    one = {"type": "string", "minLength": 1, "pattern": r"^([^{}]|\{(left|operator|right)\})*$"}
    both = record({"zh": titled(one, "中文", "Chinese"), "en": titled(one, "英文", "English")}, required=("zh",))
    return titled({"oneOf": [one, both]}, zh, en)


def formula(zh: str, en: str) -> Schema:
    """A formula text; compiled and checked when the policy is loaded."""
    return titled({"type": "string", "minLength": 1, "maxLength": 2000, "x-formula": True}, zh, en)


def choice(values: tuple[str, ...], zh: str, en: str) -> Schema:
    """One of the given codes."""
    return titled({"type": "string", "enum": list(values)}, zh, en)


def code(zh: str, en: str) -> Schema:
    """One code of an open list: lower-case letters, digits, underscores."""
    return titled(_CODE, zh, en)


def codes(zh: str, en: str) -> Schema:
    """One code or a list of them."""
    return titled({"anyOf": [_CODE, {"type": "array", "items": _CODE, "uniqueItems": True}]}, zh, en)


def levels(zh: str, en: str) -> Schema:
    """One or more levels of government."""
    one: Schema = {"type": "string", "enum": list(LEVELS)}
    return titled({"anyOf": [one, {"type": "array", "items": one, "uniqueItems": True}]}, zh, en)


def integer(zh: str, en: str, *, low: int = 0, high: int | None = None) -> Schema:
    """A whole number within bounds."""
    bounds = {"minimum": low} | ({} if high is None else {"maximum": high})
    return titled({"type": "integer", **bounds}, zh, en)


def boolean(zh: str, en: str) -> Schema:
    """True or false."""
    return titled({"type": "boolean"}, zh, en)


def decimal(zh: str, en: str) -> Schema:
    """An exact decimal, kept as text."""
    return titled({"type": "string", "pattern": r"^-?\d{1,18}(\.\d{1,9})?$"}, zh, en)


def share(zh: str = "比例", en: str = "share") -> Schema:
    """A share, kept as text: ``30%``, ``0.5%``, or ``2/3`` where no percentage says it exactly."""
    return titled(_SHARE, zh, en)


def day(zh: str, en: str) -> Schema:
    """A calendar day, ``2018-04-27``."""
    return titled({**_DAY, "format": "date"}, zh, en)


def moment(zh: str, en: str) -> Schema:
    """A day, a month or a year: ``2018-11-30``, ``2018-11``, ``2018``."""
    return titled({"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}, zh, en)


def amount(zh: str = "金额", en: str = "amount", *, periods: tuple[str, ...] = PERIODS, timed: bool = False) -> Schema:
    """``{yuan: 430, per: person-month}``: exact yuan, two decimals at most; ``timed``: with a period."""
    yuan = titled(_YUAN, "元", "yuan")
    per = choice(tuple(one for one in periods if one != "person") if timed else periods, "计量单位", "per")
    return titled(record({"yuan": yuan, "per": per}, required=("yuan", "per") if timed else ("yuan",)), zh, en)


def or_gap(schema: Schema) -> Schema:
    """The value, or ``{gap: why}`` (``{status: gap, because: why}``) where the source lacks this one part."""
    reason = text("来源未载的原因", "why the source does not say")
    short = record({"gap": reason}, required=("gap",))
    status = titled({"type": "string", "const": "gap"}, "状态", "status")
    long = record({"status": status, "because": reason, "cite": string("出处", "cite")}, required=("status",))
    bare = {key: value for key, value in schema.items() if key not in ("title", "x-title-en")}
    return titled({"anyOf": [bare, short, long]}, schema["title"], schema["x-title-en"])


def is_gap(value: object) -> bool:
    """Tell whether a part written with :func:`or_gap` is a gap."""
    return isinstance(value, Mapping) and ("gap" in value or value.get("status") == "gap")


def array(items: Schema, zh: str, en: str) -> Schema:
    """A list."""
    return titled({"type": "array", "items": items}, zh, en)


def mapping(values: Schema, zh: str, en: str, *, keys: str = r"^[A-Za-z0-9][A-Za-z0-9_]*$") -> Schema:
    """An object from codes to values."""
    return titled({"type": "object", "propertyNames": {"pattern": keys}, "additionalProperties": values}, zh, en)


def record(properties: Mapping[str, Schema], *, required: tuple[str, ...] = ()) -> Schema:
    """An object with exactly these properties."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def value(properties: Mapping[str, Schema], *, required: tuple[str, ...] = (), named: bool = False) -> Schema:
    """The value of a kind that is replaced as a whole; ``named`` ones stand beside each other by name."""
    name = {"name": code("名称代码", "name")} if named else {}
    return record({"label": text(), **name, **properties}, required=required)


def item(properties: Mapping[str, Schema], *, required: tuple[str, ...] = (), keys: str = CODE) -> Schema:
    """One item of a keyed kind: a record with a label. ``x-key-pattern`` is the form its code must have."""
    return {**record({"label": text(), **properties}, required=required), "x-key-pattern": keys}


def time_limit(zh: str, en: str) -> Schema:
    """A time limit: days or months from an event; what stops or extends it is ruled here or not at all.

    In a special case of ``extended`` ``days`` are added to the limit, or it is ``up_to`` so many in all. ``decided_by``
    stands in place of ``days`` where another office decides (``{township: 20}``).
    """
    case = {"label": text("适用情形", "when"), "day_kind": choice(DAY_KINDS, "日的种类", "kind of day")}
    added = record(case | {"days": integer("另加天数", "days added", low=1, high=3660)}, required=("days",))
    whole = record(case | {"up_to": integer("延长至天数", "days in all", low=1, high=3660)}, required=("up_to",))
    elsewhere = integer("天数", "days", low=1, high=3660)
    properties = {
        "days": integer("天数", "days", high=3660),
        "months": integer("月数", "months", low=1, high=120),
        "day_kind": choice(DAY_KINDS, "日的种类", "kind of day"),
        "from": code("起算事件", "counted from"),
        "first_day": choice(("same_day", "next_day"), "起算日", "first day counted"),
        "until": code("截止事件", "ends with"),
        "excludes": codes("不计入的环节", "stages not counted"),
        "stops": codes("中止事件", "events that stop it"),
        "resumes": codes("恢复事件", "events that resume it"),
        "extended": array({"anyOf": [added, whole]}, "特殊情形", "special cases"),
        "decided_by": mapping(elsewhere, "由下列机关决定时的天数", "days where decided by", keys=CODE),
        "note": text("说明", "note"),
    }
    return or_gap(titled(record(properties), zh, en))
