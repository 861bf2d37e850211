"""The composition root: settings in, a working platform out. The command line and the admin open it, nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import cast

from sqlalchemy.orm import Session

from core.calendar import WorkingCalendar
from core.casework.desk import Desk
from core.casework.people.person import holds_persons
from core.casework.reviews.calendar_year import loaded_calendar
from core.casework.staff import actor_of
from core.errors import JiuzhuError, Text
from core.plugin import PluginManager
from core.store.cipher import Cipher, load_cipher, make_cipher
from core.store.engine import Store
from core.store.migration import ensure_current
from core.store.rotation import hold_keys
from regions.database import open_database
from regions.discovery import NOBODY_ASKED, Loaded, load_plugins
from regions.division import DivisionTree
from regions.log import Log
from regions.log_file import LOG, adopt_log
from regions.plugin_state import Standings, standings
from regions.registry import Registry
from regions.settings import Settings

CHINA = timezone(timedelta(hours=8), "CST")
"""Business days are Chinese days, whatever the server's zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Everything a command needs. ``today`` is the injected clock's day; on a demonstration date the clock tells that.

    ``store`` is None for a platform in memory, which answers questions about rules and keeps no cases.
    """

    settings: Settings
    registry: Registry
    clock: Callable[[], datetime]
    store: Store | None = None

    @property
    def manager(self) -> PluginManager:
        """The plugins as they are loaded now: accepting one elsewhere loads them anew here."""
        return self.registry.manager

    @property
    def tree(self) -> DivisionTree:
        """The division table with what the plugins add to it."""
        return cast("DivisionTree", self.registry.tree)

    @property
    def today(self) -> date:
        """The day business is done on."""
        return self.clock().astimezone(CHINA).date()

    @property
    def database(self) -> Store:
        """The open database.

        Raises:
            JiuzhuError: ``no_database`` for a platform in memory.
        """
        if self.store is None:
            raise JiuzhuError("no_database", Text("没有打开数据库", "no database is open"))
        return self.store

    @contextmanager
    def desk(self, login: str, *, keys: bool = False) -> Iterator[Desk]:
        """Give an officer a desk: one write transaction, committed whole at the end or not at all.

        ``keys`` is for who will change the keys: alone from the beginning, so that two of them wait for each other.

        Raises:
            JiuzhuError: ``unknown_user``, ``inactive_user``; what the store raises.
        """
        with self.database.writing() as session:
            hold_keys(session, alone=keys)
            yield self._desk(session, login)

    @contextmanager
    def reading_desk(self, login: str) -> Iterator[Desk]:
        """Give an officer a desk that only reads, on one consistent view."""
        with self.database.reading() as session:
            yield self._desk(session, login)

    def _held(self, session: Session, login: str) -> Desk:
        """A desk whose keys nobody changes until the transaction ends; long work asks for one a chunk."""
        hold_keys(session)
        return self._desk(session, login)

    def _desk(self, session: Session, login: str) -> Desk:
        self.registry.refresh()
        return Desk(
            session=session,
            actor=actor_of(session, login),
            now=self.clock(),
            today=self.today,
            policies=self.registry,
            tree=self.tree,
            calendar=self.calendar(session),
            cipher=self.cipher,
            plugins=self.manager,
            renew=lambda other: self._held(other, login),
            review_mode=self.settings.review_mode,
        )

    @property
    def cipher(self) -> Cipher:
        """The keys of the deployment; made at first use, when nothing is encrypted yet.

        Raises:
            JiuzhuError: ``missing_key_file`` when the database holds persons and the file is gone.
        """
        path = self.settings.keys
        if not path.exists() and not holds_persons(self.database):
            make_cipher(path)
        return load_cipher(path)

    def calendar(self, session: Session) -> WorkingCalendar:
        """The working calendar: the bundled years and those an administrator loaded."""
        return loaded_calendar(session)


def now() -> datetime:
    """Return the present moment in UTC; the one clock, injected wherever time matters."""
    return datetime.now(UTC)


def on_demonstration_date(clock: Callable[[], datetime], day: date | None) -> Callable[[], datetime]:
    """Return a clock that tells a demonstration date with the real time of day; the clock itself where none is set.

    What is entered on such a day is recorded on it, so nothing is a late entry (补录) that was not entered late.

    >>> from datetime import UTC
    >>> night = lambda: datetime(2026, 3, 1, 20, 30, tzinfo=UTC)  # 04:30 of the next day in China
    >>> on_demonstration_date(night, date(2018, 6, 1))().astimezone(CHINA).isoformat()
    '2018-06-01T04:30:00+08:00'
    """
    if day is None:
        return clock
    return lambda: datetime.combine(day, clock().astimezone(CHINA).timetz()).astimezone(UTC)


def open_platform(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = now,
    in_memory: bool = False,
    trial: Path | None = None,
    loaded: Loaded | None = None,
) -> Platform:
    """Load the plugins, record what they rule, and return the platform.

    ``in_memory`` keeps the registry's log out of the data folder (demonstrations, trials). ``trial`` is a folder whose
    plugin stands in for the one of that name, if there is one. ``loaded`` are plugins already loaded by these settings.

    Raises:
        JiuzhuError: the log is damaged, or the division table is at fault.
    """
    clock = on_demonstration_date(clock, settings.today)
    store = None if in_memory else _opened(settings)
    decided = _decided(store)
    held = decided.held if store is not None else NOBODY_ASKED
    found = loaded or load_plugins(settings, trial, held=held)
    log = Log(store=store, clock=clock, trial=settings.tries("plugin_dirs", "disabled"))
    registry = Registry(manager=found.manager, tree=found.tree, log=log, standings=decided)
    registry.accept(found.manager.plugins.values())
    if store is not None:
        registry.reopen = lambda newer: load_plugins(settings, trial, held=newer.held)
    return Platform(settings=settings, registry=registry, clock=clock, store=store)


def _decided(store: Store | None) -> Standings:
    if store is None:
        return Standings()
    with store.reading() as session:
        return standings(session)


def _opened(settings: Settings) -> Store:
    """Open the database; an embedded one is made when there is none."""
    store = open_database(settings)
    ensure_current(store)
    adopt_log(store, settings.data_dir / LOG)
    return store
