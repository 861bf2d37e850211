"""The versions of a household's facts side by side: a line for every fact, what changed marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from admin.case.fact_words import shown
from admin.case.situation import Situation
from admin.language import language, pick
from core.casework.deciding.facts import versions_of
from core.casework.income_item import item_labels
from core.errors import Text
from core.provision import text_of
from core.store.tables import FactsVersion

MOST = 4
"""Versions beside each other; the older ones are a page further."""


@dataclass(frozen=True)
class Line:
    """A fact over the versions: ``group`` is the member or list it belongs to."""

    group: str
    label: str
    cells: tuple[str, ...]

    @property
    def changed(self) -> tuple[bool, ...]:
        """Whether a version says otherwise than the one before it."""
        before = (self.cells[0], *self.cells[:-1])
        return tuple(one != old for one, old in zip(self.cells, before, strict=True))


def versions(now: Situation) -> tuple[Sequence[FactsVersion], int]:
    """Return the newest versions, oldest first, and how many there are."""
    every = versions_of(now.desk.session, now.case.id)
    return every[-MOST:], len(every)


def lines(now: Situation, of: Sequence[FactsVersion]) -> list[Line]:
    """Return every fact any version says, in the order of the household and its lists."""
    said = [dict(_flat(now, version.facts)) for version in of]
    keys = list(dict.fromkeys(key for one in said for key in one))
    order = {group: n for n, group in enumerate(dict.fromkeys(group for group, *_ in keys))}
    keys.sort(key=lambda key: order[key[0]])
    return [Line(group=key[0], label=key[2], cells=tuple(one.get(key, "") for one in said)) for key in keys]


Key = tuple[str, str, str]
"""Group, path and label: what is one line over the versions."""


def _flat(now: Situation, facts: Mapping[str, Any]) -> Iterator[tuple[Key, str]]:
    names = {one.token: one.name for one in now.all_members}
    yield from _record(now, facts, level="", group=pick(Text("家庭", "household")), path="")
    for one in facts.get("members", ()):
        token = str(one["id"])
        yield from _record(now, one, level="member", group=names.get(token, token), path=token)


def _record(
    now: Situation, record: Mapping[str, Any], *, level: str, group: str, path: str
) -> Iterator[tuple[Key, str]]:
    catalogue = now.book.facts
    lists = {name: one for key, one in catalogue.schema.lists.items() for name in (key, one.plural)}
    for name, value in record.items():
        if isinstance(value, list):
            if name not in lists or lists[name].name == "member":
                continue
            kind = lists[name]
            for n, each in enumerate(value, 1):
                label = kind.label.pick(language()) if kind.label is not None else kind.name
                within = f"{group} · {label}{n}"
                yield from _record(now, each, level=kind.name, group=within, path=f"{path}/{kind.name}/{n}")
        elif not (level == "member" and name == "id"):
            whole = f"{level}.{name}" if level else name
            declared = catalogue.declared.get(whole, {})
            said = text_of(declared.get("label")) or Text(name, name)
            yield (group, f"{path}/{name}", said.pick(language())), shown(declared, str(value), item_labels(now.book))
