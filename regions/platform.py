"""The composition root: settings in, a working platform out. The command line and the admin open it, nobody else."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core.calendar import WorkingCalendar
from core.casework.calendar_year import loaded_calendar
from core.casework.desk import Desk
from core.casework.person import holds_persons
from core.casework.staff import actor_of
from core.declarative import from_folder
from core.errors import JiuzhuError, Text
from core.kinds import BUILTIN
from core.plugin import Candidate, PluginManager
from core.store.cipher import Cipher, load_cipher, new_cipher, save_cipher
from core.store.engine import Store, open_store
from core.store.migration import ensure_current
from regions.crosscheck import cross_check, with_divisions
from regions.division import DivisionTree
from regions.log import Log
from regions.registry import Registry
from regions.settings import Settings

BUNDLED = ("national", "shaanxi_rural", "yiyang", "ruian_recusal", "disability_subsidies")
GROUP = "jiuzhu"
CHINA = timezone(timedelta(hours=8), "CST")
"""Business days are Chinese days, whatever the server's zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Everything a command needs. ``today`` is the injected clock's day (or the demonstration date).

    ``store`` is None for a platform in memory, which answers questions about rules and keeps no cases.
    """

    settings: Settings
    manager: PluginManager
    registry: Registry
    tree: DivisionTree
    clock: Callable[[], datetime]
    store: Store | None = None

    @property
    def today(self) -> date:
        """The day business is done on."""
        return self.settings.today or self.clock().astimezone(CHINA).date()

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
    def desk(self, login: str) -> Iterator[Desk]:
        """Give an officer a desk: one write transaction, committed whole at the end or not at all.

        Raises:
            JiuzhuError: ``unknown_user``, ``inactive_user``; what the store raises.
        """
        with self.database.writing() as session:
            yield self._desk(session, login)

    @contextmanager
    def reading_desk(self, login: str) -> Iterator[Desk]:
        """Give an officer a desk that only reads, on one consistent view."""
        with self.database.reading() as session:
            yield self._desk(session, login)

    def _desk(self, session: Session, login: str) -> Desk:
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
        )

    @property
    def cipher(self) -> Cipher:
        """The keys of the deployment; made at first use, when nothing is encrypted yet.

        Raises:
            JiuzhuError: ``missing_key_file`` when the database holds persons and the file is gone.
        """
        path = self.settings.keys
        if not path.exists() and not holds_persons(self.database):
            save_cipher(new_cipher(), path)
        return load_cipher(path)

    def calendar(self, session: Session) -> WorkingCalendar:
        """The working calendar: the bundled years and those an administrator loaded."""
        return loaded_calendar(session)


def now() -> datetime:
    """Return the present moment in UTC; the one clock, injected wherever time matters."""
    return datetime.now(UTC)


def open_platform(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = now,
    in_memory: bool = False,
    trial: Path | None = None,
) -> Platform:
    """Load the plugins, record what they rule, and return the platform.

    ``in_memory`` keeps the registry's log out of the data folder (demonstrations, trials). ``trial`` is a folder whose
    plugin stands in for the one of that name, if there is one.

    Raises:
        JiuzhuError: the log is damaged, or the division table is at fault.
    """
    manager = PluginManager(BUILTIN)
    manager.load(_with_trial(candidates(settings), trial), disabled=settings.disabled)
    tree = with_divisions(manager, _divisions(settings))
    cross_check(manager, tree)
    store = None if in_memory else _opened(settings)
    log = Log(store=store, clock=clock, trial=_is_trial(settings))
    registry = Registry(manager=manager, tree=tree, log=log)
    registry.accept(manager.plugins.values())
    return Platform(
        settings=settings,
        manager=manager,
        registry=registry,
        tree=tree,
        clock=clock,
        store=store,
    )


def _opened(settings: Settings) -> Store:
    """Open the database; an embedded one is made when there is none."""
    if not settings.database_url:
        make_folder(settings.data_dir)
    store = open_store(settings.database)
    ensure_current(store)
    return store


def make_folder(folder: Path) -> None:
    """Make the data folder.

    Raises:
        JiuzhuError: ``data_dir`` when it cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        text = Text("无法写入数据目录", "cannot write to the data folder")
        hint = Text(
            "请改用可写的 data_dir（JIUZHU_DATA_DIR）", "set data_dir (JIUZHU_DATA_DIR) to a folder you may write"
        )
        raise JiuzhuError("data_dir", text, hint=hint, value=str(folder))


def _is_trial(settings: Settings) -> bool:
    """Plugins named or disabled in the environment are for this process only; ``jiuzhu.toml`` is for the deployment."""
    return any(settings.origins.get(key, "").startswith("environment") for key in ("plugin_dirs", "disabled"))


def _divisions(settings: Settings) -> DivisionTree:
    """The bundled table and the files the settings name: towns, villages, units of a bureau's own."""
    tree = DivisionTree.load()
    for path in settings.divisions:
        tree = tree.with_file(path)
    return tree


def candidates(settings: Settings) -> Iterator[Candidate]:
    """Yield the bundled plugins, those installed with an entry point, and those in the folders the settings name."""
    for name in BUNDLED:
        yield Candidate(name=name, origin=f"plugins.{name}", load=partial(_bundled, name))
    for point in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        yield Candidate(name=point.name, origin=f"{point.value}", load=point.load)
    for folder in settings.plugin_dirs:
        yield _in_folder(folder)


def _in_folder(folder: Path) -> Candidate:
    """A folder's plugin goes by the folder's name, also where that was given as ``.``."""
    whole = folder.resolve()
    return Candidate(name=whole.name, origin=str(folder), load=partial(from_folder, whole))


def _with_trial(found: Iterable[Candidate], trial: Path | None) -> Iterator[Candidate]:
    own = None if trial is None else _in_folder(trial)
    yield from (one for one in found if own is None or one.name != own.name)
    if own is not None:
        yield own


def _bundled(name: str) -> Any:
    return import_module(f"plugins.{name}").plugin


def folder_of(name: str) -> Path:
    """Return the folder of a bundled plugin, for its examples and article table."""
    return Path(str(import_module(f"plugins.{name}").__file__)).parent
