"""The registry: accepted plugins (and, through the same door, amendments) → the policy of any place on any day.

A version is the content-addressed set of accepted provisions; ``known_at`` rebuilds an earlier one from the log.
Nothing is cached but by version, so an acceptance is seen at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from core.bounds import below_floor_at_start
from core.cascade import Ladder, Rung, repeals_of
from core.errors import JiuzhuError, Text, did_you_mean
from core.plugin import PluginManager, Registered
from core.policy import Place, dated_text
from core.protocol import DivisionLadder
from core.provision import ANY, Document, Provision, provision_from
from core.rulebook import Rulebook, build
from core.standards import StandardTable, standard_table
from core.store.tables import Amendment
from regions.amendment_draft import document_id, paper_of
from regions.discovery import Loaded
from regions.log import Log, point
from regions.plugin_state import Standings, standings

KEPT = 512
"""How many rulebooks are kept compiled; the oldest goes first."""

AMENDMENT = "amendment/"
"""How the log names the source of a published amendment (``amendment/<id>``): no plugin, and none's to withdraw."""

Key = tuple[str, str, str, date, str, tuple[str, ...]]


@dataclass
class Registry:
    """Answers policy questions from the log's accepted provisions.

    ``manager`` contributes kinds and the faults of broken plugins; ``tree`` the divisions; ``drafted`` the documents of
    what is tried out and not published. ``standings`` is what people decided of the plugins loaded; ``reopen`` loads
    them anew when the log tells that this has changed.
    """

    manager: PluginManager
    tree: DivisionLadder
    log: Log
    drafted: Mapping[str, Document] = field(default_factory=dict)
    standings: Standings = field(default_factory=Standings)
    reopen: Callable[[Standings], Loaded] | None = None
    _seen: int = 0
    _books: dict[Key, Rulebook] = field(default_factory=dict)
    _provisions: dict[str, tuple[Provision, ...]] = field(default_factory=dict)
    _documents: dict[str, Document] = field(default_factory=dict)

    def accept(self, plugins: Iterable[Registered]) -> None:
        """Record the provisions of the plugins nobody needs to accept; those of one no longer in use are withdrawn.

        What people accepted is recorded by its acceptance; here it only returns from having been switched off by a
        setting.
        """
        loaded = [one for one in plugins if one.state == "active" and one.header is not None]
        self.log.refresh()
        for one in loaded:
            assert one.header is not None
            if not one.outside:
                self.log.append(one.name, one.header.version, one.provisions)
            elif not self._recorded(one.name):
                self.log.append(one.name, one.header.version, self.accepted(one.name))
        for name, entry in self.log.latest().items():
            if entry.contents and not name.startswith(AMENDMENT) and self._is_out_of_use(name):
                self.log.append(name, entry.version, ())
        self._seen = len(self.log.entries)

    def _recorded(self, name: str) -> bool:
        entry = self.log.latest().get(name)
        return entry is not None and bool(entry.contents)

    def _is_out_of_use(self, name: str) -> bool:
        known = self.manager.plugins.get(name)
        if known is None:
            return name not in self.standings.accepted
        return known.state == "disabled"

    def accepted(self, name: str) -> tuple[Provision, ...]:
        """Return what people last accepted of a plugin, from the log's content; nothing where they never did."""
        step = self.standings.accepted.get(name)
        contents = step.told["contents"] if step is not None and step.told is not None else ()
        return tuple(provision_from(self.log.stored[one]) for one in contents if one in self.log.stored)

    def refresh(self) -> None:
        """Take in what other processes recorded; load the plugins anew where people accepted or switched some."""
        self.log.refresh()
        if self.log.store is None or self.reopen is None or self._seen == len(self.log.entries):
            return
        self._seen = len(self.log.entries)
        with self.log.store.reading() as session:
            now = standings(session)
        before, self.standings = self.standings, now
        if now.in_use != before.in_use:
            loaded = self.reopen(now)
            self.manager, self.tree = loaded.manager, loaded.tree

    def provisions(self, known_at: str | None = None) -> tuple[Provision, ...]:
        """Return every accepted provision with its revision; those below a floor at their start are inert."""
        self.refresh()
        known_at = point(known_at) if known_at else None
        version = self.log.version(known_at)
        if version not in self._provisions:
            self._provisions[version] = self._held(self.log.provisions(known_at))
        return self._provisions[version]

    @property
    def documents(self) -> dict[str, Document]:
        """The documents of the plugins in use and of published amendments, by id."""
        own = {name: document for one in self.manager.active for name, document in one.documents.items()}
        return {**own, **self._amended(), **self.drafted}

    def _amended(self) -> Mapping[str, Document]:
        """The documents of every amendment the log has named; a published one is never changed, so read once."""
        named = {entry.source.removeprefix(AMENDMENT) for entry in self.log.entries if AMENDMENT in entry.source}
        missing = {one for one in named if document_id(one) not in self._documents}
        if missing and self.log.store is not None:
            with self.log.store.reading() as session:
                for one in session.scalars(select(Amendment).where(Amendment.uuid.in_(missing))):
                    self._documents[document_id(one.uuid)] = paper_of(one).document(one.uuid)
        return self._documents

    def _held(self, provisions: Sequence[Provision]) -> tuple[Provision, ...]:
        places = {(one.plugin, one.id, one.key): one.where for p in self.manager.active for one in p.provisions}
        placed = tuple(replace(one, where=places.get((one.plugin, one.id, one.key))) for one in provisions)
        standards = [one for one in placed if one.kind == "standard"]
        since = self._recorded_since(standards)
        return tuple(self._held_by_floor(one, standards, since) for one in placed)

    def _recorded_since(self, standards: Iterable[Provision]) -> Mapping[str, int]:
        """Return by content since which entry of the log each standard has ruled as it does, whatever it was called."""
        ruled: dict[object, int] = {}
        for entry in self.log.entries:
            for content in entry.contents:
                if (body := self.log.stored[content])["kind"] == "standard":
                    ruled.setdefault(_ruling(body), entry.sequence)
        return {one.content: ruled.get(_ruling(one.canonical()), 0) for one in standards}

    def _held_by_floor(self, one: Provision, standards: Sequence[Provision], since: Mapping[str, int]) -> Provision:
        if one.kind != "standard":
            return one
        # a floor that came to be known later never breaks a place, whatever day it holds from: it is a finding there
        known = [other for other in standards if since[other.content] <= since[one.content]]
        try:
            floor = self._floor_above(one, known)
        except JiuzhuError:
            return one  # a tie or a missing division is told where the place is asked about, not to the whole country
        if floor is None:
            return one
        named = dated_text(floor)
        return replace(
            one,
            inert=Text(f"低于施行时的上级标准 {named.zh}", f"below the floor in force at its start: {named.en}"),
        )

    def _floor_above(self, one: Provision, standards: Sequence[Provision]) -> Provision | None:
        if one.period.start.day is None:
            return None
        ladder = self.ladder(one.scope.division, one.period.start.day)
        above = [other for other in standards if other.scope.division in ladder.codes and _holds_for(other, one)]
        return below_floor_at_start(one, above, ladder=ladder, repealed=repeals_of(above))

    def ladder(self, division: str, on: date) -> Ladder:
        """Return the ladder of a division on a day.

        Raises:
            JiuzhuError: ``unknown_division``, with the nearest one.
        """
        codes = self.tree.ladder(division, on)
        return Ladder(codes=codes, levels={code: self.tree.level(code) for code in codes})

    def place(self, division: str, *, area: str, on: date) -> Place:
        """Return the place of a question."""
        ladder = self.ladder(division, on)
        return Place(ladder=ladder, area=area, on=on, names={code: self.tree.name(code) for code in ladder.codes})

    def rulebook(
        self,
        division: str,
        *,
        on: date,
        area: str,
        programmes: Sequence[str] = ("dibao",),
        known_at: str | None = None,
    ) -> Rulebook:
        """Return the rules of a place on a day, executable.

        Raises:
            JiuzhuError: ``unknown_division``; ``broken_rules`` when a plugin ruling for the place is broken; ``tie``.
            InvalidInput: faults of the merged formulas.
        """
        known_at = point(known_at) if known_at else None
        provisions = self.provisions(known_at)
        self._refuse_unknown(programmes, provisions)
        key = (self.log.version(known_at), division, area, on, known_at or "", tuple(programmes))
        if key not in self._books:
            place = self.place(division, area=area, on=on)
            if known_at is None:
                self.refuse_broken(place)
            while len(self._books) >= KEPT:
                self._books.pop(next(iter(self._books)))
            self._books[key] = build(
                provisions, place=place, programmes=programmes, kinds=self.manager.kinds, known_at=known_at,
                places=lambda: self._places(provisions, on=on),
                documents=self.documents,
            )  # fmt: skip
        return self._books[key]

    @staticmethod
    def _refuse_unknown(programmes: Sequence[str], provisions: Iterable[Provision]) -> None:
        named = {one.scope.programme for one in provisions} - {ANY}
        for programme in programmes if named else ():
            if programme not in named:
                text = Text(f"没有“{programme}”这个项目", f"there is no programme '{programme}'")
                hint = did_you_mean(programme, named) or Text(
                    f"可用：{'、'.join(sorted(named))}", f"allowed: {', '.join(sorted(named))}"
                )
                raise JiuzhuError("unknown_programme", text, hint=hint, value=programme)

    def refuse_broken(self, place: Place) -> None:
        """Refuse a place whose rules are broken: it gets an error, never half a rulebook.

        Raises:
            JiuzhuError: ``broken_rules``, naming the plugin and its first fault.
        """
        for one in self.manager.plugins.values():
            if one.state == "broken" and self._claims(one) & set(place.ladder.codes):
                reason = one.error.render("zh").splitlines()[0] if one.error else ""
                text = Text(
                    f"{place.name}的规则来自插件“{one.name}”，该插件已损坏",
                    f"plugin '{one.name}', which rules for {place.name}, is broken",
                )
                raise JiuzhuError(
                    "broken_rules",
                    text,
                    hint=Text(reason, one.error.render("en").splitlines()[0] if one.error else ""),
                )

    def _claims(self, plugin: Registered) -> set[str]:
        """The divisions a broken plugin rules for, by its own file and by what it had last recorded."""
        entry = self.log.latest().get(plugin.name)
        recorded = {self.log.stored[content]["scope"][0] for content in entry.contents} if entry else set()
        return recorded | plugin.divisions

    def standards(self, place: Place, *, programmes: Sequence[str], known_at: str | None = None) -> StandardTable:
        """Return the lines STANDARD() knows on the day of a place, for a formula that is no rule (a trial)."""
        provisions = self.provisions(known_at)
        places = self._places(provisions, on=place.on)
        return standard_table(provisions, place=place, places=places, programmes=programmes)

    def _places(self, provisions: Iterable[Provision], *, on: date) -> Mapping[str, Place]:
        """The places STANDARD() may be asked about: everything below a division that has a standard."""
        roots = {one.scope.division for one in provisions if one.kind == "standard"}
        codes = {code for root in roots for code in (root, *self.tree.descendants(root, on))}
        broken = {code for one in self.manager.plugins.values() if one.state == "broken" for code in self._claims(one)}
        found = {code: self.place(code, area="any", on=on) for code in sorted(codes)}
        return {code: place for code, place in found.items() if broken.isdisjoint(place.ladder.codes)}

    def explain(
        self,
        kind: str,
        *,
        division: str,
        on: date,
        area: str,
        programme: str,
        key: str = "",
        known_at: str | None = None,
    ) -> tuple[Rung, ...]:
        """Return the ladder of one slot: every candidate and what became of it."""
        book = self.rulebook(division, on=on, area=area, programmes=(programme,), known_at=known_at)
        return book.policy.ladders.get((kind, programme, key), ())


def _ruling(body: Mapping[str, Any]) -> object:
    """What a standard rules, without what it is called or cited to."""
    amount = body["value"].get("amount")
    return (body["id"], body["key"], body["period"][0][1], body["status"], repr(amount))


def _holds_for(floor: Provision, one: Provision) -> bool:
    """Tell whether a floor's scope covers all of a value's: an urban floor says nothing of a value for any area."""
    covers = floor.scope.programme in (one.scope.programme, ANY) and floor.scope.area in (one.scope.area, "any")
    return covers and floor.value.get("name", "standard") == one.value.get("name", "standard")
