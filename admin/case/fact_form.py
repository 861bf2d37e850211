"""The form of a household's facts, made of the facts the rules of the place declare: labels, units, choices.

A draft is what was typed: the household's own facts, those of each member, and the rows of every list. An entry of a
list below the member says whose it is. Rows nobody wrote in are nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from admin.asking import whole
from admin.case.fact_words import choices_of, unit_of
from admin.case.situation import Options
from admin.form import Field, Kind
from core.casework.income_item import item_labels
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where
from core.formula.schema import HOUSEHOLD, ListType
from core.provision import Json, text_of
from core.rulebook import Rulebook

OWNER = "of"
"""The part of a row that says which member it is of: his place in the draft."""
IDENTIFIED = ("id", "relation", "birth_date", "sex")
"""Facts of a member that the grid of members asks."""
KINDS: Mapping[str, Kind] = {
    "money": "money", "integer": "number", "decimal": "number", "boolean": "choice", "choice": "choice", "date": "day",
    "division": "place", "text": "text",
}  # fmt: skip
YES_NO: Options = [("true", Text("是", "yes")), ("false", Text("否", "no"))]
Row = dict[str, str]


@dataclass
class Draft:
    """What was typed. A member's row holds facts by name, beside what else the form asks of him."""

    household: Row = field(default_factory=dict)
    members: list[Row] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)


@dataclass(frozen=True)
class FactForm:
    """The fields of a place's facts."""

    book: Rulebook

    def household(self) -> list[Field]:
        """The household's own facts."""
        return [self._field(name, "h-") for name in self._names(HOUSEHOLD)]

    def of_member(self, index: int) -> list[Field]:
        """The facts of a member beside what the grid asks."""
        names = [name for name in self._names("member") if name.removeprefix("member.") not in IDENTIFIED]
        return [self._field(name, f"m{index}-") for name in names]

    def choices(self, name: str) -> Options:
        """The choices of a declared fact."""
        return list(choices_of(self.book.facts.declared[name]))

    def lists(self) -> list[ListType]:
        """The lists below the household and below a member, but the members themselves."""
        lists = self.book.facts.schema.lists.values()
        return [one for one in lists if one.name != "member" and one.parent in (HOUSEHOLD, "member")]

    def of_row(self, kind: ListType, index: int, members: Sequence[str]) -> list[Field]:
        """The fields of a row of a list; ``members`` by the names typed, where it asks whose it is."""
        prefix = f"{kind.name}-{index}-"
        own = [self._field(name, prefix) for name in self._names(kind.name)]
        if kind.parent == HOUSEHOLD:
            return own
        options: Options = [
            (str(n), name or Text(f"第{n + 1}名成员", f"member {n + 1}")) for n, name in enumerate(members)
        ]
        whose = Field(f"{prefix}{OWNER}", Text("谁的", "Whose"), kind="choice", required=True, options=options)
        return [whose, *own]

    def _names(self, level: str) -> Iterator[str]:
        catalogue = self.book.facts
        for name, declared in catalogue.declared.items():
            if declared["level"] == level and name not in catalogue.filled and not name.startswith("case."):
                yield name

    def _field(self, name: str, prefix: str) -> Field:
        declared = self.book.facts.declared[name]
        label, unit = text_of(declared.get("label")) or Text(name, name), unit_of(declared)
        if unit:
            label = Text(f"{label.zh}（{unit}）", f"{label.en} ({unit.strip()})")
        kind = KINDS[declared["type"]]
        options: Options = YES_NO if declared["type"] == "boolean" else [*choices_of(declared)]
        if name in ("income.item", "shared_income.item"):
            kind, options = "choice", [*item_labels(self.book).items()]
        required = str(declared.get("required", "")).lower() == "true"
        return Field(
            f"{prefix}{name.rpartition('.')[2]}", label, kind=kind, required=required, options=options,
            help=text_of(declared.get("help")), blank=None if required else _blank(declared, options),
        )  # fmt: skip


def _blank(declared: Mapping[str, Json], options: Options) -> Text:
    """What an empty choice means: the default the rules name, or nothing said."""
    default = dict(options).get(str(declared["default"])) if "default" in declared else None
    if not isinstance(default, Text):
        return Text("未填", "not said")
    return Text(f"{default.zh}（不填即此）", f"{default.en} (where nothing is said)")


def draft_of(given: Mapping[str, str], form: FactForm, *, members: int) -> Draft:
    """Read what was typed, whatever it is."""
    draft = Draft(household=_part(given, "h-"), members=[_part(given, f"m{n}-") for n in range(members)])
    for kind in form.lists():
        count = min(_count(given, f"{kind.name}-rows"), kind.longest)
        draft.rows[kind.name] = [_part(given, f"{kind.name}-{n}-") for n in range(count)]
    return draft


def _count(given: Mapping[str, str], name: str) -> int:
    text = given.get(name, "0")
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def _part(given: Mapping[str, str], prefix: str) -> Row:
    return {name.removeprefix(prefix): text.strip() for name, text in given.items() if name.startswith(prefix)}


def values_of(draft: Draft) -> dict[str, str]:
    """Return a draft by the names of the form's fields."""
    told = {f"h-{name}": text for name, text in draft.household.items()}
    for n, row in enumerate(draft.members):
        told |= {f"m{n}-{name}": text for name, text in row.items()}
    for kind, rows in draft.rows.items():
        for n, row in enumerate(rows):
            told |= {f"{kind}-{n}-{name}": text for name, text in row.items()}
    return told


def more(draft: Draft, what: str) -> None:
    """Add a row to a list, or a member."""
    if what == "members":
        draft.members.append({})
    elif what in draft.rows:
        draft.rows[what].append({})


def fewer(draft: Draft, what: str) -> None:
    """Take a row away (``income:2``), or a member with what is his."""
    name, _, at = what.partition(":")
    index = whole(at)
    rows = draft.members if name == "members" else draft.rows.get(name, [])
    if index is None or index >= len(rows):
        return
    del rows[index]
    if name == "members":
        draft.rows = {kind: _without_owner(rows, index) for kind, rows in draft.rows.items()}


def _without_owner(rows: Sequence[Row], index: int) -> list[Row]:
    kept = []
    for row in rows:
        owner = row.get(OWNER, "")
        if owner == str(index):
            continue
        held = whole(owner)
        kept.append({**row, OWNER: str(held - 1)} if held is not None and held > index else row)
    return kept


@dataclass(frozen=True)
class Facts:
    """The facts of a draft as services take them, and which field each path of theirs is typed at."""

    facts: dict[str, Any]
    fields: Mapping[str, str]

    def placed(self, error: JiuzhuError) -> JiuzhuError:
        """Return an error with the faults of facts placed at the fields they were typed at."""
        return InvalidInput([self.place(one) for one in error.problems])

    def place(self, one: Problem) -> Problem:
        """Return one fault placed at its field, where the form has it."""
        path = one.where.path.removeprefix("$.") if one.where is not None else ""
        if path in self.fields:  # something of this record is missing, and the message says what
            return replace(one, where=Where(path=f"$.{self.fields[path]}{_named_in(one)}"))
        head, _, last = path.rpartition(".")
        at = self.fields.get(head) if head else "h-"
        return replace(one, where=Where(path=f"$.{at}{last}")) if path and at is not None else one


def _named_in(one: Problem) -> str:
    found = re.search("“([a-z_]+)”", one.message.zh)
    return found[1] if found is not None else "relation"


def facts_of(draft: Draft, form: FactForm, *, ids: Mapping[int, str], asked: Sequence[str] = ()) -> Facts:
    """Return the facts of a draft; ``ids`` are the members that count, by their place in the draft.

    ``asked`` are names of a member's row that are no facts.
    """
    known = {name.rpartition(".")[2] for name in form.book.facts.declared if name.startswith("member.")} - set(asked)
    fields: dict[str, str] = {}
    members: list[dict[str, Any]] = []
    for place, (index, key) in enumerate(ids.items()):
        fields[f"members[{place}]"] = f"m{index}-"
        told = {name: _plain(text) for name, text in draft.members[index].items() if text and name in known}
        members.append({**told, "id": key})
    facts: dict[str, Any] = {name: _plain(text) for name, text in draft.household.items() if text}
    places = {index: place for place, index in enumerate(ids)}
    for kind in form.lists():
        for n, row in enumerate(draft.rows.get(kind.name, ())):
            told = {name: _plain(text) for name, text in row.items() if text and name != OWNER}
            if not told:
                continue
            owner = whole(row.get(OWNER, ""))
            at = places.get(owner) if owner is not None else None
            if kind.parent != HOUSEHOLD and at is None:
                raise _ownerless(kind, n)
            home = facts if at is None or kind.parent == HOUSEHOLD else members[at]
            within = "" if home is facts else f"members[{at}]."
            entries = home.setdefault(kind.plural, [])
            fields[f"{within}{kind.plural}[{len(entries)}]"] = f"{kind.name}-{n}-"
            entries.append(told)
    return Facts(facts={**facts, "members": members}, fields=fields)


def _ownerless(kind: ListType, n: int) -> InvalidInput:
    text = Text("请选择是谁的", "say whose it is")
    return InvalidInput(
        [Problem(code="missing_property", message=text, where=Where(path=f"$.{kind.name}-{n}-{OWNER}"))]
    )


def _plain(text: str) -> str:
    """An amount without its thousands marks; a place by its code alone."""
    plain = text.replace(",", "").replace("，", "")
    return plain if plain.replace(".", "", 1).isdecimal() else text


def draft_from(facts: Mapping[str, Any], form: FactForm) -> Draft:
    """Return known facts as a draft, to be changed."""
    plurals = {name: one for one in form.lists() for name in (one.plural, one.name)}
    draft = Draft(rows={one.name: [] for one in form.lists()})
    draft.household = {name: str(value) for name, value in facts.items() if not isinstance(value, list)}
    for n, member in enumerate(facts.get("members", ())):
        draft.members.append({name: str(value) for name, value in member.items() if not isinstance(value, list)})
        _take_rows(draft, member, plurals, owner=str(n))
    _take_rows(draft, facts, plurals, owner="")
    return draft


def _take_rows(draft: Draft, record: Mapping[str, Any], plurals: Mapping[str, ListType], *, owner: str) -> None:
    for name, entries in record.items():
        if isinstance(entries, list) and name in plurals:
            for entry in entries:
                told = {key: str(value) for key, value in entry.items() if not isinstance(value, list)}
                draft.rows[plurals[name].name].append({**told, **({OWNER: owner} if owner else {})})
