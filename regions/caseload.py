"""The caseload engine on this platform: which rules a row is decided by, and which facts a snapshot is laid out by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from core.caseload.kernel import Books
from core.caseload.snapshot import Key
from core.caseload.together import united
from core.errors import JiuzhuError
from core.facts import Catalogue
from core.rulebook import Rulebook
from regions.registry import Registry


def books(registry: Registry, on: date, programmes: Sequence[str] = ()) -> Books:
    """Return the rules of a row on a day: of its own programme, or of the programmes asked for."""
    scoped = frozenset(one.scope.division for one in registry.provisions())
    return _Books(registry=registry, on=on, programmes=tuple(programmes), scoped=scoped)


@dataclass(slots=True, kw_only=True)
class _Books:
    """Rules by place: of thousands of counties few have rules of their own, and all others those of the same level.

    ``scoped`` are the divisions anything is ruled for; ``ruled`` the rulebooks by which of them stand above a place.
    """

    registry: Registry
    on: date
    programmes: tuple[str, ...]
    scoped: frozenset[str]
    ruled: dict[tuple[tuple[str, ...], str, tuple[str, ...]], Rulebook] = field(default_factory=dict)

    def __call__(self, key: Key) -> Rulebook:
        own, division, area = key
        programmes = self.programmes or (own,)
        place = self.registry.place(division, area=area, on=self.on)
        above = (tuple(code for code in place.ladder.codes if code in self.scoped), area, programmes)
        known = self.ruled.get(above)
        if known is not None and _knows(known, division):
            self.registry.refuse_broken(place)
            return replace(known, policy=replace(known.policy, place=place))
        self.ruled[above] = self.registry.rulebook(division, on=self.on, area=area, programmes=programmes)
        return self.ruled[above]


def _knows(book: Rulebook, division: str) -> bool:
    """Whether other places' lines, where the rules ask for any, are the same seen from another division."""
    return not book.standards.lines or any(code == division for _, _, code in book.standards.lines)


def other_books(base: Books, other: Books, touched: Callable[[str], bool]) -> Books:
    """Return other rules of a row, the very same ones where what differs is neither of its place nor read by it.

    ``touched`` tells of a division whether what differs rules for it.
    """

    def book(key: Key) -> Rulebook:
        known = base(key)
        return other(key) if known.standards.lines or touched(key[1]) else known

    return book


def facts_of_places(registry: Registry, places: Iterable[Key], on: date) -> Catalogue:
    """Return the facts that any of the places declares on a day, to lay a snapshot out by.

    A place without rules declares nothing: its rows are kept, and a run says why they have no result.

    Raises:
        JiuzhuError: ``fact_conflict``; what the first place raises where none has rules.
    """
    found: list[Catalogue] = []
    refused: list[JiuzhuError] = []
    of = books(registry, on)
    for key in places:
        try:
            found.append(of(key).facts)
        except JiuzhuError as error:
            refused.append(error)
    if not found and refused:
        raise refused[0]
    return united(found)
