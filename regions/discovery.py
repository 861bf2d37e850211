"""Finding and loading plugins: the bundled ones, those installed with an entry point, those in named folders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from core.declarative import from_folder
from core.errors import JiuzhuError, Text
from core.kinds import BUILTIN
from core.plugin import Candidate, PluginManager
from regions.crosscheck import cross_check, with_divisions
from regions.division import DivisionTree
from regions.first_load import first_load
from regions.plugin_folder import GROUP, PluginFolder, find_plugin
from regions.plugin_state import Held
from regions.settings import Settings

BUNDLED = (
    "national", "national_2021", "shaanxi_rural", "yiyang", "ruian_recusal", "disability_subsidies",
    "shuangyashan", "datong", "township_plan",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The plugins of a deployment and the division table with what they add to it."""

    manager: PluginManager
    tree: DivisionTree


NOBODY_ASKED = Held()


def load_plugins(
    settings: Settings, trial: Path | None = None, *, held: Held = NOBODY_ASKED, confined: bool = False
) -> Loaded:
    """Load every plugin the settings name; ``trial`` is a folder whose plugin stands in for the one of that name.

    ``held`` says which of them rest: no line of theirs is run. A folder with code of its own is loaded in quarantine
    first, unless this process is that quarantine (``confined``).

    Raises:
        InvalidInput: the division table is at fault.
    """
    manager = PluginManager(BUILTIN)
    found = [*_with_trial(candidates(settings, confined=confined), trial, confined=confined)]
    found += _missing(found, held)
    if held.accepted is None:
        found = [replace(one, outside=False) for one in found]
    drafts = {one.name for one in found if one.outside} - (held.accepted or frozenset())
    if settings.safe:
        found = [_shut_out(one) if one.name not in BUNDLED else one for one in found]
    manager.load(found, disabled={*settings.disabled, *held.off}, drafts=drafts)
    tree = with_divisions(manager, _divisions(settings))
    cross_check(manager, tree)
    return Loaded(manager=manager, tree=tree)


def _shut_out(one: Candidate) -> Candidate:
    return replace(one, load=partial(_refuse_in_safe_mode, one.name))


def _missing(found: Iterable[Candidate], held: Held) -> Iterator[Candidate]:
    """What people accepted and is not installed here: its places must not be answered as if it had never been."""
    for name in sorted((held.accepted or frozenset()) - {one.name for one in found} - held.off):
        yield Candidate(name=name, origin="—", load=partial(_refuse_missing, name), outside=True)


def _refuse_missing(name: str) -> Any:
    text = Text(f"插件“{name}”已接受，但没有安装在此环境中", f"plugin '{name}' is accepted but not installed here")
    hint = Text("请重新安装，或卸载它", "install it again, or uninstall it")
    raise JiuzhuError("plugin_missing", text, hint=hint, value=name)


def _refuse_in_safe_mode(name: str) -> Any:
    text = Text(f"安全模式：未装入插件“{name}”", f"safe mode: plugin '{name}' is not loaded")
    hint = Text("请不以安全模式重新启动", "start again, not in safe mode")
    raise JiuzhuError("safe_mode", text, hint=hint, value=name)


def _divisions(settings: Settings) -> DivisionTree:
    """The bundled table and the files the settings name: towns, villages, units of a bureau's own."""
    tree = DivisionTree.load()
    for path in settings.divisions:
        tree = tree.with_file(path)
    return tree


def candidates(settings: Settings, *, confined: bool = False) -> Iterator[Candidate]:
    """Yield the bundled plugins, those installed with an entry point, and those in the folders the settings name.

    Folders the environment names are tried out by this process; whatever else is not bundled comes from outside.
    """
    for name in BUNDLED:
        yield Candidate(name=name, origin=f"plugins.{name}", load=partial(_bundled, name))
    for point in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        yield Candidate(
            name=point.name, origin=f"{point.value}", load=point.load, outside=True, folder=_installed(point.module)
        )
    outside = not settings.tries("plugin_dirs")
    for folder in settings.plugin_dirs:
        yield replace(_in_folder(folder, confined=confined), outside=outside)


def _in_folder(folder: Path, *, confined: bool) -> Candidate:
    """A folder's plugin goes by its entry point's name or the folder's, also where that was given as ``.``."""
    whole = folder.resolve()
    found = find_plugin(whole)
    if found is None:  # nothing there to read: that is told as the plugin's fault
        return Candidate(name=whole.name, origin=str(folder), load=partial(from_folder, whole))
    load = partial(_vetted, found) if found.target and not confined else found.load
    return Candidate(name=found.name, origin=str(folder), load=load, folder=found.folder)


def _installed(module: str) -> Path | None:
    """The folder of an installed package; none of its code is run to know."""
    top, *below = module.split(".")
    spec = find_spec(top)
    roots = spec.submodule_search_locations if spec is not None else None
    return Path(roots[0]).joinpath(*below) if roots else None


def _vetted(found: PluginFolder) -> Any:
    """Load foreign code here only after it came through the quarantine."""
    first_load(str(found.folder))
    return found.load()


def _with_trial(found: Iterable[Candidate], trial: Path | None, *, confined: bool) -> Iterator[Candidate]:
    own = None if trial is None else _in_folder(trial, confined=confined)
    yield from (one for one in found if own is None or one.name != own.name)
    if own is not None:
        yield own


def _bundled(name: str) -> Any:
    return import_module(f"plugins.{name}").plugin


def folder_of(name: str) -> Path:
    """Return the folder of a bundled plugin, for its examples and article table."""
    return Path(str(import_module(f"plugins.{name}").__file__)).parent
