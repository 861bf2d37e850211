"""Forms: fields declared once, read with every fault at once, shown again with what was typed.

FIELDS = (Field("on", Text("日期", "day"), kind="day", required=True), …)
values = read(FIELDS, request.form)         # InvalidInput: every fault, by field
by_field, rest = sorted_faults(error, FIELDS)   # where the template shows them
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from werkzeug.datastructures import MultiDict

from admin.asking import day_of, division_in
from admin.grid_faults import told
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where
from core.values import fen

Kind = Literal[
    "text", "text_long", "day", "month", "number", "money", "choice", "several", "place", "flag", "file", "secret"
]  # fmt: skip
LONGEST = 4000
"""Characters of one field."""
LARGEST_FEN = 10**16
"""A hundred million million yuan: more than any fund, less than a column holds."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``options`` are (value, label) pairs of a choice; ``money`` is typed in yuan and read as fen.

    ``several`` are options to tick, read as a tuple; ``place`` is a division typed with suggestions, read as its code.
    """

    name: str
    label: Text
    kind: Kind = "text"
    required: bool = False
    options: Sequence[tuple[str, Text | str]] = ()
    help: Text | None = None
    example: Text | None = None
    default: Any = None
    wide: bool = False
    accept: str = ""
    autocomplete: str = ""
    blank: Text | None = None
    """What choosing nothing means, where that is neither everything nor a fault."""


def read(fields: Iterable[Field], given: Mapping[str, str]) -> dict[str, Any]:
    """Read what was typed: days as dates, months as their first day, money as fen, an empty field as None.

    Raises:
        InvalidInput: every fault, each with its field as path.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for one in fields:
        if one.kind == "file":
            continue
        try:
            if one.kind == "several":
                values[one.name] = _several(one, given)
                continue
            text = given.get(one.name, "")
            values[one.name] = _value(one, text if one.kind == "secret" else text.strip())
        except JiuzhuError as error:
            problems.append(_problem(one, error))
    if problems:
        raise InvalidInput(problems)
    return values


def ticked(name: str, given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what is ticked of a field, of a form as it was sent or of values at hand."""
    if isinstance(given, MultiDict):
        return tuple(str(one) for one in given.getlist(name))
    return tuple(str(one) for one in given.get(name) or ())


def _several(one: Field, given: Mapping[str, Any]) -> tuple[str, ...]:
    found = ticked(one.name, given)
    if one.required and not found:
        raise JiuzhuError("missing_property", Text("至少选择一项", "choose at least one"))
    known = {str(key) for key, _ in one.options}
    if any(each not in known for each in found):
        raise JiuzhuError("not_allowed", Text("请从列表中选择", "choose from the list"))
    return found


def _value(one: Field, text: str) -> Any:
    if one.kind == "flag":
        return bool(text)
    if not text:
        if one.required:
            raise JiuzhuError("missing_property", Text("必填", "this is required"))
        return None
    if len(text) > LONGEST:
        raise JiuzhuError("too_long", Text(f"至多 {LONGEST} 个字", f"at most {LONGEST} characters"))
    return _typed(one, text)


def _typed(one: Field, text: str) -> Any:
    if one.kind in ("day", "month"):
        return _day(text if one.kind == "day" else f"{text[:7]}-01", one.kind)
    if one.kind == "number":
        if not text.isdecimal() or len(text) > 9:
            raise JiuzhuError("bad_number", Text("应为整数", "this is a whole number"), value=text)
        return int(text)
    if one.kind == "money":
        try:
            amount = fen(text.replace(",", "").replace("，", ""))
        except ValueError as error:
            said = Text("金额应为元，至多两位小数", "an amount is in yuan with at most two decimals")
            raise JiuzhuError("bad_amount", said, value=text) from error
        if abs(amount) > LARGEST_FEN:
            raise JiuzhuError("bad_amount", Text("金额过大", "the amount is too large"))
        return amount
    if one.kind == "place":
        return division_in(text)
    if one.kind == "choice" and text not in {str(key) for key, _ in one.options}:
        raise JiuzhuError("not_allowed", Text("请从列表中选择", "choose from the list"), value=text)
    return text


def _day(text: str, kind: str) -> date:
    found = day_of(text)
    if found is None:
        said = Text("日期应为 2018-06-01 的形式", "a day looks like 2018-06-01")
        if kind == "month":
            said = Text("月份应为 2018-06 的形式", "a month looks like 2018-06")
        raise JiuzhuError("bad_date", said, value=text)
    return found


def _problem(one: Field, error: JiuzhuError) -> Problem:
    return Problem(
        code=error.code, message=error.message, hint=error.hint, value=error.value, where=Where(path=f"$.{one.name}")
    )


def sorted_faults(error: JiuzhuError | None, fields: Iterable[Field]) -> tuple[dict[str, list[str]], list[str]]:
    """Return the faults by field, and those that belong to none of them."""
    if not isinstance(error, InvalidInput):
        return {}, []
    names = {one.name for one in fields}
    by_field: dict[str, list[str]] = {}
    rest: list[str] = []
    for one in error.problems:
        name = one.where.path.removeprefix("$.").partition(".")[0].partition("[")[0] if one.where else ""
        if name in names:
            by_field.setdefault(name, []).append(told(one))
        else:
            rest.append(told(one))
    return by_field, rest
