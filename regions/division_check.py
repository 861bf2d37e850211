"""What a division table must hold to: known parents on every day, levels in order, codes of their scheme's form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from core.errors import Problem, Text
from regions.division_row import LEVELS, NATION, SCHEMES, Division, Entry

Rows = Mapping[str, Sequence[Division]]
"""The rows of a table by code, in the order of their periods."""

RANK = {level: depth for depth, level in enumerate(LEVELS)}

FORMS: Mapping[tuple[str, str], str] = {
    ("gbt2260", "province"): r"\d{2}0000",
    ("gbt2260", "prefecture"): r"\d{4}00",
    ("gbt2260", "county"): r"\d{4}(?!00)\d{2}",
    ("gbt2260", "township"): r"\d{9}",
    ("gbt2260", "village"): r"\d{12}",
    ("nbs_stat", ""): r"\d{6}(\d{3}(\d{3})?)?",
    ("custom", ""): r"[0-9A-Za-z]{2,20}",
}
"""The form of a code by scheme and level (``""``: every level). GB/T 2260 has six digits, GB/T 10114 adds three for a
township; the statistical list adds three more for a village."""


def same_place_twice(new: Sequence[Entry], added: Iterable[Division]) -> Iterator[Problem]:
    """Yield rows that give a code another meaning for days on which an added row already has one."""
    known: dict[str, list[tuple[Division, Entry | None]]] = {}
    for one in added:
        known.setdefault(one.code, []).append((one, None))
    for entry in new:
        mine = entry.division
        for other, origin in known.get(mine.code, ()):
            if mine.overlaps(other) and not mine.says_the_same(other):
                at = (origin.where("code") if origin else None) or other.source
                text = Text(
                    f"{mine.code} 在同一时间已是“{other.name}”（{at}）",
                    f"{mine.code} is '{other.name}' at the same time ({at})",
                )
                yield entry.problem("duplicate_division", text, "code")
                break
        known.setdefault(mine.code, []).append((mine, entry))


def cell_problems(entry: Entry) -> Iterator[Problem]:
    """Yield what is wrong with a row in itself."""
    one = entry.division
    if not one.name:
        yield entry.problem("missing_name", Text("缺少名称", "the name is missing"), "name")
    if one.level not in LEVELS[1:]:
        yield entry.problem("bad_level", Text("没有这一级", "there is no such level"), "level", allowed=LEVELS[1:])
    if one.scheme not in SCHEMES:
        yield entry.problem(
            "bad_scheme", Text("没有这种代码体系", "there is no such scheme"), "scheme", allowed=SCHEMES
        )
    elif not _formed(one):
        text = Text(f"代码不合 {one.scheme} {one.level} 的形式", f"not the form of a {one.scheme} {one.level} code")
        yield entry.problem("bad_code", text, "code")
    if one.first >= one.end:
        yield entry.problem("bad_period", Text("终止日不晚于起始日", "the period ends before it begins"), "until")


def _formed(one: Division) -> bool:
    form = FORMS.get((one.scheme, one.level)) or FORMS.get((one.scheme, ""))
    return form is not None and one.code != NATION and re.fullmatch(form, one.code) is not None


def parent_problems(entry: Entry, rows: Rows) -> Iterator[Problem]:
    """Yield what is wrong with a row's place in the whole table: at most one fault, the first in time."""
    one = entry.division
    for day in _turning_days(one, rows.get(one.parent, ())):
        above = row_on(rows, one.parent, day)
        if above is None:
            yield entry.problem("unknown_parent", _no_parent(day, known=one.parent in rows), "parent")
            return
        if not _may_stand_below(one, above):
            text = Text(
                f"{one.level} 不能属于 {above.level}“{above.name}”",
                f"a {one.level} cannot be below the {above.level} '{above.name}'",
            )
            yield entry.problem("bad_parent_level", text, "parent")
            return
        if _comes_back(one, rows, day):
            yield entry.problem("division_cycle", Text("上级关系成环", "the parents run in a circle"), "parent")
            return


def children_problems(entry: Entry, rows: Rows, below: Mapping[str, Sequence[Division]]) -> Iterator[Problem]:
    """Yield the rows below a code that a new row for it leaves hanging wrong."""
    for child in below.get(entry.division.code, ()):
        for fault in parent_problems(Entry(division=child), rows):
            text = Text(
                f"下级 {child.code} {child.name} 因此有误：{fault.message.zh}",
                f"the {child.code} {child.name} below is then wrong: {fault.message.en}",
            )
            yield entry.problem("breaks_division_below", text, "code")


def _turning_days(one: Division, parents: Sequence[Division]) -> list[date]:
    """The days on which the answer to "who is above" may change while ``one`` holds."""
    turns = {one.first} | {day for above in parents for day in (above.first, above.end)}
    return sorted(day for day in turns if one.first <= day < one.end)


def _no_parent(day: date, *, known: bool) -> Text:
    if known and day > date.min:
        return Text(f"上级在 {day} 不存在", f"the parent does not exist on {day}")
    if known:
        return Text("上级并非一直存在，请写明本行起止日期", "the parent has not always existed: state the row's period")
    return Text("没有这个上级", "there is no such parent")


def _may_stand_below(one: Division, above: Division) -> bool:
    """Levels descend; a unit (an enterprise, a farm) may stand anywhere and hold units, townships and villages."""
    if one.level == "unit":
        return True
    if above.level == "unit":
        return one.level in ("township", "village")
    return RANK[one.level] > RANK[above.level]


def _comes_back(one: Division, rows: Rows, day: date) -> bool:
    seen, here = {one.code}, row_on(rows, one.parent, day)
    while here is not None:
        if here.code in seen:
            return True
        seen.add(here.code)
        here = row_on(rows, here.parent, day)
    return False


def row_on(rows: Rows, code: str, day: date) -> Division | None:
    """Return the row of a code that holds on a day."""
    return next((row for row in rows.get(code, ()) if row.holds(day)), None)
