"""What plugin upgrades bring beside published amendments: the same value is absorbed, a different one waits.

Until somebody chooses, the amendment holds and both values are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from core.cascade import same_meaning
from core.casework.access import within
from core.casework.desk import Desk
from core.errors import JiuzhuError, Language, Text
from core.policy import amount_text
from core.provision import Provision, provision_from
from core.slot import same_slot
from core.source import Located
from core.store.tables import Amendment, Event
from regions.amendment import propose
from regions.amendment_rollback import as_written
from regions.amendment_state import open_amendment, record, registry_of
from regions.log import Entry, Log
from regions.registry import AMENDMENT

STATE: Mapping[str, Text] = {
    "absorbed": Text("已由修订发布", "already published by an amendment"),
    "waiting": Text("内容不同，待选择", "differs, waits for a choice"),
    "kept": Text("已选择保留修订值", "the amendment's value was kept"),
}
KEPT = "amendment_kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorbed:
    """A value an upgrade brought into a slot an amendment rules. ``published`` holds, ``brought`` does not."""

    state: str
    amendment: str
    published: Provision
    brought: Provision
    brought_at: str

    def to_json(self, language: Language) -> dict[str, Any]:
        """Return both values and what became of them."""
        return {
            "state": self.state,
            "state_text": STATE[self.state].pick(language),
            "kind": self.published.kind,
            "division": self.published.scope.division,
            "programme": self.published.scope.programme,
            "area": self.published.scope.area,
            "published": amount_text(self.published.value, language) or self.published.status,
            "brought": amount_text(self.brought.value, language) or self.brought.status,
            "amendment": self.amendment,
            "provision": self.brought.address,
        }


def absorbed(desk: Desk) -> list[Absorbed]:
    """Return what upgrades since their publication brought into the slots of amendments the actor may read."""
    registry = registry_of(desk)
    registry.log.refresh()
    kept = _kept(desk)
    roots = desk.actor.roots("amendment.read", desk.today)
    paths = {one.uuid: one.path for one in desk.session.execute(select(Amendment.uuid, Amendment.path))}
    return [
        one for one in _compared(registry.log, kept)
        if any(within(paths.get(one.amendment, ""), root) for root in roots)
    ]  # fmt: skip


def _kept(desk: Desk) -> set[str]:
    return {str(body["content"]) for body in desk.session.scalars(select(Event.body).where(Event.kind == KEPT))}


def _compared(log: Log, kept: set[str]) -> Iterator[Absorbed]:
    first = _first_seen(log.entries)
    ruling = _ruling(log)
    for source, entry in sorted(log.latest().items()):
        if source.startswith(AMENDMENT):
            continue
        for content in entry.contents:
            brought = provision_from(log.stored[content])
            for uuid, published in ruling:
                if not same_slot(brought, published) or first[content] < first[published.content]:
                    continue
                if _known_before(log, brought, first[published.content], first):
                    continue
                state = "absorbed" if _agrees(brought, published) else "waiting"
                state = "kept" if content in kept and state == "waiting" else state
                yield Absorbed(state=state, amendment=uuid, published=published, brought=brought,
                               brought_at=entry.recorded_at)  # fmt: skip


def _agrees(brought: Provision, published: Provision) -> bool:
    """Whether the plugin says all that the amendment says; what it says beside (原标准) contradicts nothing."""
    said = {key: part for key, part in brought.value.items() if key in published.value}
    return same_meaning(replace(brought, value=said), published)


def _first_seen(entries: list[Entry]) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in entries:
        for content in entry.contents:
            found.setdefault(content, entry.sequence)
    return found


def _ruling(log: Log) -> list[tuple[str, Provision]]:
    """The amendments' provisions, of each slot the one that holds last."""
    last: dict[tuple[Any, ...], tuple[str, Provision]] = {}
    for source, entry in log.latest().items():
        for content in entry.contents if source.startswith(AMENDMENT) else ():
            one = provision_from(log.stored[content])
            slot = (one.kind, one.scope, one.key, one.value.get("role"), one.value.get("name"))
            if slot not in last or _later(one, last[slot][1]):
                last[slot] = (source.removeprefix(AMENDMENT), one)
    return list(last.values())


def _later(one: Provision, other: Provision) -> bool:
    def rank(each: Provision) -> tuple[date, date]:
        return each.period.start.day or date.min, each.issued or date.min

    return rank(one) > rank(other)


def _known_before(log: Log, brought: Provision, published: int, first: Mapping[str, int]) -> bool:
    """Whether the plugin said the same under this address before: a new label brings no new value."""
    for content, body in log.stored.items():
        if first.get(content, published) >= published or (body["id"], body["key"]) != (brought.id, brought.key):
            continue
        if same_meaning(provision_from(body), brought):
            return True
    return False


def keep(desk: Desk, address: str, *, reason: str) -> None:
    """Choose the amendment's value against what an upgrade brought.

    Raises:
        JiuzhuError: ``not_permitted``, ``nothing_waits``.
    """
    for one in _waiting(desk, address):
        amendment = open_amendment(desk, one.amendment, "amendment.decide")
        body = {"provision": one.brought.address, "content": one.brought.content}
        record(desk, amendment, KEPT.removeprefix("amendment_"), body, reason=reason)


def adopt(desk: Desk, address: str, document: Located) -> Amendment:
    """Draft an amendment with the value an upgrade brought; it goes the way of every amendment.

    ``document`` holds the document and the article: ``{document: {…}, cite: …}``.

    Raises:
        JiuzhuError: ``not_permitted``, ``nothing_waits``.
        InvalidInput: every fault of the document.
    """
    one = _waiting(desk, address)[0].brought
    scope = one.scope
    row: dict[str, Any] = {
        "kind": one.kind, "division": scope.division, "programme": scope.programme, "area": scope.area,
        "cite": str(document.data.get("cite", "正文")),
    }  # fmt: skip
    value = as_written(one.value)
    row |= {"items": {one.key: value}} if one.key else value
    data = {"division": scope.division, "document": document.data.get("document", {}), "rows": [row]}
    marks = {at: mark for at, mark in document.marks.items() if at[:1] == ("document",)}
    return propose(desk, Located(data, document.file, marks))


def _waiting(desk: Desk, address: str) -> list[Absorbed]:
    found = [one for one in absorbed(desk) if one.brought.address == address and one.state == "waiting"]
    if not found:
        text = Text("没有等待选择的插件值", "nothing waits for a choice there")
        hint = Text("请查看随插件带来的值", "see the values that came with plugins")
        raise JiuzhuError("nothing_waits", text, hint=hint, value=address)
    return found
