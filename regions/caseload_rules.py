"""Rules as they might be: with amendments that are not published, or with a standard at another amount."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from core.casework.desk import Desk
from core.errors import JiuzhuError, Text
from core.provision import Document, Provision
from regions.amendment import checked_of
from regions.amendment_impact import EFFECTIVE
from regions.amendment_state import open_amendment, registry_of
from regions.impact_changes import first_whole_month
from regions.preview import preview, without
from regions.registry import Registry

_ASKED = re.compile(r"^([0-9A-Za-z]{2,20}):([a-z][a-z0-9_]*):(urban|rural|any)(?:=(\d{1,9}(?:\.\d{1,2})?))?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardAt:
    """The standard of a place, programme and area; ``yuan`` what it might be, in the period it was ruled in."""

    division: str
    programme: str
    area: str
    yuan: str | None = None

    @property
    def name(self) -> str:
        """The way it is written: ``430900:dibao:urban``."""
        return f"{self.division}:{self.programme}:{self.area}"


def read_standard(text: str, *, with_amount: bool) -> StandardAt:
    """Read ``430900:dibao:urban``, with an amount ``430900:dibao:urban=450``.

    Raises:
        JiuzhuError: ``bad_standard``.
    """
    found = _ASKED.match(text)
    if found is None or (found[4] is not None) is not with_amount:
        shape = "430900:dibao:urban=450" if with_amount else "430900:dibao:urban"
        said = Text(f"“{text}”不是标准的写法", f"'{text}' does not name a standard")
        hint = Text(f"写作 区划:项目:城乡，例如 {shape}", f"write division:programme:area, like {shape}")
        raise JiuzhuError("bad_standard", said, hint=hint, value=text)
    return StandardAt(division=found[1], programme=found[2], area=found[3], yuan=found[4])


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """Two states of the rules and the day they are best compared on; None where every day will do."""

    before: Registry
    after: Registry
    on: date | None = None


def standard_in_force(registry: Registry, at: StandardAt, on: date) -> Provision:
    """Return the provision a place's standard comes from on a day.

    Raises:
        JiuzhuError: ``nothing_in_force`` where there is none; what the place's rules raise.
    """
    book = registry.rulebook(at.division, on=on, area=at.area, programmes=(at.programme,))
    line = book.policy.line("standard", at.programme)
    if line is None or line.is_gap:
        text = Text(f"{at.name} 在 {on} 没有保障标准", f"no standard of {at.name} is in force on {on}")
        raise JiuzhuError("nothing_in_force", text, value=at.name)
    return line.provision


def with_standard(registry: Registry, at: StandardAt, on: date) -> Registry:
    """Return the rules with the standard of a place at another amount, from the same source and of the same period."""
    old = standard_in_force(registry, at, on)
    source = next(name for name, entry in registry.log.latest().items() if old.content in entry.contents)
    contents = set(registry.log.latest()[source].contents)
    own = [one for one in registry.provisions() if one.content in contents]
    amount: Mapping[str, Any] = {**old.value["amount"], "yuan": at.yuan}
    new = replace(old, value={**old.value, "amount": amount}, inert=None)
    return preview(registry, source, [new if one.content == old.content else one for one in own])


def with_standards(registry: Registry, wanted: Sequence[StandardAt], on: date) -> Registry:
    """Return the rules with several standards at other amounts."""
    for one in wanted:
        registry = with_standard(registry, one, on)
    return registry


def with_amendments(desk: Desk, uuids: Sequence[str]) -> Others:
    """Return the rules without and with a set of amendments, whether they are published already or not.

    The day is the first month in which every new value holds.

    Raises:
        JiuzhuError: ``unknown_amendment``, ``not_permitted``.
        InvalidInput: what is wrong with a draft today.
    """
    before = after = registry_of(desk)
    days: list[date] = []
    for uuid in uuids:
        amendment = open_amendment(desk, uuid, "amendment.read", hold=False)
        checked = checked_of(desk, amendment)
        documents: Mapping[str, Document] = checked.documents
        days += [one.period.start.day for one in checked.provisions if one.period.start.day is not None]
        if amendment.status in EFFECTIVE:
            before = without(before, [checked.source])
        else:
            after = preview(after, checked.source, checked.provisions, documents=documents)
    return Others(before=before, after=after, on=first_whole_month(max(days)) if days else None)
