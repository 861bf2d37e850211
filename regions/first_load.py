"""The first load of foreign code: alone, in quarantine, every hook of its provisions called once."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from core.errors import JiuzhuError, Text
from core.foreign import failure
from core.hook_check import check_hooks
from core.hookspecs import PROVISION_HOOKS
from regions.plugin_folder import GROUP, find_plugin
from regions.quarantine import Limits, confined

LIMITS = Limits(processor_seconds=3, clock_seconds=60)
"""What a plugin may take to load: a large one takes a tenth of that."""


def first_load(target: str, *, limits: Limits | None = None) -> None:
    """Load a plugin, a folder or the name of an installed one, in a process of its own; nothing of it stays here.

    Only what it does by itself is looked at: whether its requirements are met is seen when it loads among the others.

    Raises:
        JiuzhuError: what is wrong with it; ``plugin_too_slow``, ``plugin_too_large``, ``plugin_died``.
    """
    confined("regions.first_load:load_here", target, limits=limits or LIMITS)


def load_here(target: str) -> None:
    """Load a plugin in this process, which is the quarantine.

    Raises:
        JiuzhuError: what is wrong with it.
    """
    name, load = _found(target)
    try:
        plugin = load()
        check_hooks(plugin)
        for hook in ("jiuzhu_header", "jiuzhu_kinds", *PROVISION_HOOKS):
            given: Any = getattr(plugin, hook, tuple)()
            if hook != "jiuzhu_header":
                list(given or ())
    except (JiuzhuError, MemoryError):  # the quarantine itself says which limit was passed
        raise
    except Exception as error:
        raise failure(name, error) from error


def _found(target: str) -> tuple[str, Any]:
    folder = find_plugin(Path(target))
    if folder is not None:
        return folder.name, folder.load
    for point in entry_points(group=GROUP, name=target):
        return point.name, point.load
    raise JiuzhuError(
        "unknown_plugin", Text(f"没有名为“{target}”的插件", f"there is no plugin '{target}'"), value=target
    )
