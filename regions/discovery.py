"""Finding and loading plugins: the bundled ones, those installed with an entry point, those in named folders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from core.declarative import from_folder
from core.kinds import BUILTIN
from core.plugin import Candidate, PluginManager
from regions.crosscheck import cross_check, with_divisions
from regions.division import DivisionTree
from regions.settings import Settings

BUNDLED = ("national", "shaanxi_rural", "yiyang", "ruian_recusal", "disability_subsidies")
GROUP = "jiuzhu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The plugins of a deployment and the division table with what they add to it."""

    manager: PluginManager
    tree: DivisionTree


def load_plugins(settings: Settings, trial: Path | None = None) -> Loaded:
    """Load every plugin the settings name; ``trial`` is a folder whose plugin stands in for the one of that name.

    Raises:
        InvalidInput: the division table is at fault.
    """
    manager = PluginManager(BUILTIN)
    manager.load(_with_trial(candidates(settings), trial), disabled=settings.disabled)
    tree = with_divisions(manager, _divisions(settings))
    cross_check(manager, tree)
    return Loaded(manager=manager, tree=tree)


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
