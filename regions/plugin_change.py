"""The difference between two versions of a plugin: provisions added, removed, and changed value by value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from core.errors import Language
from core.policy import amount_text
from core.provision import Json, Provision, plain

NAMED = ("id", "key")
"""What tells which provision it is, not what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One value that differs, by its path in the provision (``value.amount.yuan``); None is one that is not there."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One provision that differs: there before, after, or both; ``parts`` are the values that differ then."""

    before: Provision | None
    after: Provision | None
    parts: tuple[Part, ...] = ()

    @property
    def what(self) -> Literal["added", "removed", "changed"]:
        """What became of it."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def provision(self) -> Provision:
        """The provision as it will be, or as it was where it goes."""
        found = self.after or self.before
        assert found is not None
        return found

    def to_json(self, language: Language) -> dict[str, Any]:
        """Return it with every value that differs."""
        one = self.provision
        return {
            "what": self.what,
            "provision": one.address,
            "kind": one.kind,
            "label": one.label.pick(language),
            "division": one.scope.division,
            "programme": one.scope.programme,
            "area": one.scope.area,
            "status": one.status,
            "amount": amount_text(one.value, language) or None,
            "value": plain(one.value),
            "cite": str(one.citation) if one.citation else None,
            "from": one.period.start.day.isoformat() if one.period.start.day else None,
            "parts": [{"path": part.path, "before": part.before, "after": part.after} for part in self.parts],
        }


def difference(before: Iterable[Provision], after: Iterable[Provision]) -> tuple[Changed, ...]:
    """Return what differs, by address; a provision both have alike is not told."""
    old = {(one.id, one.key): one for one in before}
    new = {(one.id, one.key): one for one in after}
    found: list[Changed] = []
    for key in sorted({*old, *new}):
        was, now = old.get(key), new.get(key)
        if was is None or now is None:
            found.append(Changed(before=was, after=now))
        elif was.content != now.content:
            found.append(Changed(before=was, after=now, parts=tuple(_parts(was, now))))
    return tuple(found)


def _parts(was: Provision, now: Provision) -> Iterator[Part]:
    old, new = dict(_flat(_said(was))), dict(_flat(_said(now)))
    for path in sorted({*old, *new}):
        if old.get(path) != new.get(path):
            yield Part(path=path, before=old.get(path), after=new.get(path))


def _said(one: Provision) -> dict[str, Json]:
    """What was ruled; its days as people write them: a day, ``open`` or ``unknown``, and why one is assumed."""
    found = one.canonical()
    for name, (kind, day, zh, _) in zip(("from", "until"), found.pop("period"), strict=True):
        found[name] = f"{day or kind} {zh}".strip()
    return found


def _flat(value: Json, path: str = "") -> Iterator[tuple[str, str]]:
    """Every single value with its path; lists are told whole where they hold single values only."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            if path or key not in NAMED:
                yield from _flat(one, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple) and any(isinstance(one, Mapping | list | tuple) for one in value):
        for at, one in enumerate(value):
            yield from _flat(one, f"{path}[{at}]")
    elif value is not None and value not in ("", [], ()):
        yield path, "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
