"""What a plugin says, read in quarantine: its code runs in a process of its own, and only JSON comes back.

A reading is what is proposed and accepted, so that what two people agreed on holds whatever lies on the disk later.
"""

from __future__ import annotations

import hashlib
import importlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from core.errors import JiuzhuError, Language, Text, did_you_mean
from core.plugin import PluginManager
from core.provision import Provision, plain, provision_from
from core.store.base import canonical
from regions.discovery import load_plugins
from regions.plugin_papers import Brought
from regions.plugin_state import Held
from regions.quarantine import confined
from regions.settings import Settings


@dataclass(frozen=True, kw_only=True)  # no slots: the provisions are rebuilt once
class Reading:
    """One version of a plugin. ``told`` is what is kept beside its provisions' contents; ``bodies`` are those."""

    name: str
    told: Mapping[str, Any]
    bodies: tuple[Mapping[str, Any], ...]

    @property
    def version(self) -> str:
        """The plugin's version."""
        return str(self.told["version"])

    @property
    def digest(self) -> str:
        """The hash of everything it says: version, requirements, hooks, provisions, and the files of its papers."""
        return hashlib.sha256(canonical(dict(self.told))).hexdigest()

    @property
    def divisions(self) -> tuple[str, ...]:
        """The divisions it rules for."""
        return tuple(self.told["divisions"])

    @property
    def papers(self) -> Mapping[str, str]:
        """The hash of every file of its papers, by name."""
        found: Mapping[str, str] = self.told.get("papers", {})
        return found

    @property
    def requires(self) -> Mapping[str, str]:
        """What it needs: ``core`` and plugins, with version ranges."""
        found: Mapping[str, str] = self.told["requires"]
        return found

    @cached_property
    def provisions(self) -> tuple[Provision, ...]:
        """Its provisions, rebuilt from their bodies."""
        return tuple(provision_from(one) for one in self.bodies)

    def title(self, language: Language) -> str:
        """Return its title."""
        return Text(*self.told["title"]).pick(language)


def read_plugin(settings: Settings, name: str, *, accepted: Mapping[str, Any], path: Path | None = None) -> Reading:
    """Load a plugin in quarantine, beside the bundled and the accepted ones, and return what it says.

    ``path`` is a folder of packages (an unpacked wheel) looked at before the environment.

    Raises:
        JiuzhuError: ``unknown_plugin``, what is wrong with the plugin, and what the quarantine raises.
    """
    given = {
        "name": name,
        "accepted": sorted(accepted),
        "path": str(path.resolve()) if path else "",
        "plugin_dirs": [str(one.resolve()) for one in settings.plugin_dirs],
        "divisions": [str(one.resolve()) for one in settings.divisions],
        "disabled": list(settings.disabled),
    }
    found = confined("regions.plugin_reading:read_here", given)
    return Reading(name=name, told=found["told"], bodies=tuple(found["bodies"]))


def read_here(given: Mapping[str, Any]) -> dict[str, Any]:
    """Load the plugin in this process, which is the quarantine's, and return what it says as JSON."""
    if given["path"]:
        sys.path.insert(0, given["path"])
        importlib.invalidate_caches()
    settings = Settings(
        data_dir=Path(),
        lang="zh",
        plugin_dirs=tuple(map(Path, given["plugin_dirs"])),
        divisions=tuple(map(Path, given["divisions"])),
        disabled=tuple(one for one in given["disabled"] if one != given["name"]),
    )
    held = Held(accepted=frozenset([*given["accepted"], given["name"]]))
    found = reading_of(load_plugins(settings, held=held, confined=True).manager, given["name"])
    return {"told": dict(found.told), "bodies": list(found.bodies)}


def reading_of(manager: PluginManager, name: str) -> Reading:
    """Return what a loaded plugin says.

    Raises:
        JiuzhuError: ``unknown_plugin``, or what is wrong with it.
    """
    one = manager.plugins.get(name)
    if one is None or (one.error is not None and one.error.code == "plugin_missing"):
        text = Text(f"没有名为“{name}”的插件", f"there is no plugin '{name}'")
        raise JiuzhuError("unknown_plugin", text, hint=did_you_mean(name, manager.plugins), value=name)
    if one.error is not None or one.header is None:
        raise one.error or JiuzhuError("plugin_failed", Text("插件没有装入", "the plugin was not loaded"), value=name)
    told = {
        "version": one.header.version,
        "title": [one.header.title.zh, one.header.title.en],
        "requires": {"core": one.header.requires.core, **one.header.requires.plugins},
        "hooks": list(one.hooks),
        "divisions": sorted(one.divisions),
        "documents": {key: document.title or "" for key, document in sorted(one.documents.items())},
        "contents": [provision.content for provision in one.provisions],
    }
    folder = manager.folder(name)
    if folder is not None and (papers := Brought(plugin=name, package=folder).sums()):
        told["papers"] = papers
    return Reading(name=name, told=told, bodies=tuple(plain(provision.canonical()) for provision in one.provisions))
