"""The rulebooks of a re-decision batch: each month by the place a household lived in then, looked up once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from core.casework.deciding.stored_policy import store_policy
from core.casework.desk import Desk
from core.casework.uprating.redecision_case import CaseRows, Terms
from core.rulebook import Rulebook


@dataclass(slots=True)
class Books:
    """The rulebooks of a batch, by place, area, programme, month and whether as known before the amendment."""

    desk: Desk
    terms: Terms
    _known: dict[tuple[str, str, str, date, bool], Rulebook] = field(default_factory=dict)
    _stored: set[str] = field(default_factory=set)

    def at(self, rows: CaseRows, month: date, *, before: bool = False) -> Rulebook:
        """Return a household's rules of a month: those of the place it lived in then.

        Raises:
            JiuzhuError: what the rules of the place raise.
        """
        case, division = rows.case, rows.place_in(month).division
        key = (division, case.area, case.programme, month, before)
        if key not in self._known:
            known_at = self.terms.known_before if before else None
            self._known[key] = self.desk.policies.rulebook(
                division, on=month, area=case.area, programmes=(case.programme,), known_at=known_at
            )
        return self._known[key]

    def keep(self, book: Rulebook) -> None:
        """Store a rulebook a decision rests on, asked of the database once a chunk at most."""
        if book.hash not in self._stored:
            store_policy(self.desk.session, book, moment=self.desk.moment)
            self._stored.add(book.hash)

    def next_chunk(self, desk: Desk) -> None:
        """Go on in another transaction: what the last one stored may have been taken back with it."""
        self.desk = desk
        self._stored.clear()
