"""The desk: one officer, one transaction, one day. Every service of casework takes a desk first.

A service asks the desk for permission, checks the state, changes rows, and records an event; whoever opened the desk
commits all of it or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session

from core.calendar import WorkingCalendar
from core.casework.access import Actor, denied, within
from core.casework.trail import Deed, append_event
from core.errors import JiuzhuError, Text
from core.plugin import PluginManager
from core.protocol import DivisionLadder, PolicySource
from core.store.cipher import Cipher
from core.store.tables import Event


class HasPlace(Protocol):
    """A row that lies at a place."""

    @property
    def path(self) -> str:
        """The subtree path of the place."""


Placed = TypeVar("Placed", bound=HasPlace)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where an officer works.

    ``now`` is the injected clock's moment (UTC), ``today`` the day business is done on (the demonstration date, where
    one is set). ``renew`` gives the same officer a desk at another session, for long work: his rights, the moment and
    the keys as they are then, and the keys are held until that session's transaction ends.
    """

    session: Session
    actor: Actor
    now: datetime
    today: date
    policies: PolicySource
    tree: DivisionLadder
    calendar: WorkingCalendar
    cipher: Cipher
    plugins: PluginManager
    renew: Callable[[Session], Desk]
    review_mode: str = "anniversary"
    """How reviews are organised where no rule says it: a setting of the deployment, marked where it is used."""

    @property
    def moment(self) -> str:
        """The present moment as rows keep it."""
        return self.now.astimezone(UTC).isoformat(timespec="seconds")

    def path(self, division: str) -> str:
        """Return the subtree path of a division today.

        Raises:
            JiuzhuError: ``unknown_division``.
        """
        return self.tree.path(division, self.today)

    def found(self, row: Placed | None, absent: JiuzhuError) -> Placed:
        """Return a row found by its number or id, for who works at its place; elsewhere it is told like none at all.

        What lies in one's area and is not one's work is refused by ``require`` afterwards, which says who may.

        Raises:
            JiuzhuError: ``absent``, the same for what does not exist and for what is nobody's business here.
        """
        if row is None:
            raise absent
        self.reach(row.path, absent)
        return row

    def reach(self, path: str, absent: JiuzhuError) -> None:
        """Refuse what lies at a place outside the officer's area, as if there were nothing.

        Raises:
            JiuzhuError: ``absent``.
        """
        if not self.reaches(path):
            raise absent

    def reaches(self, path: str) -> bool:
        """Tell whether a place lies in the officer's area."""
        return any(within(path, root) for root in self.area)

    @property
    def area(self) -> tuple[str, ...]:
        """The subtrees the officer works in today, in whatever role."""
        return tuple(one.path for one in self.actor.grants if one.covers(one.path, self.today))

    def require(self, action: str, path: str) -> None:
        """Refuse what the actor has no right to do at a place.

        Raises:
            JiuzhuError: ``not_permitted``, naming the roles that may.
        """
        if not self.actor.may(action, path, self.today):
            raise denied(self.actor, action, path)

    def record(
        self,
        chain: str,
        kind: str,
        body: Mapping[str, Any],
        *,
        happened_on: date | None = None,
        reason: str | None = None,
    ) -> Event:
        """Append an event to a chain in this transaction; without a day it happened today.

        Raises:
            JiuzhuError: ``in_the_future`` when it is said to have happened after today.
        """
        day = happened_on or self.today
        if day > self.today:
            text = Text("发生日期晚于今天", "it cannot have happened after today")
            raise JiuzhuError("in_the_future", text, value=day.isoformat())
        deed = Deed(
            kind=kind,
            happened_on=day,
            recorded_at=self.moment,
            actor_id=self.actor.id,
            body=body,
            reason=reason,
        )
        return append_event(self.session, chain, deed)
