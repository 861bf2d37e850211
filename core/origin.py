"""The start-up check that our five generic top-level names are ours.

``core``, ``plugins``, ``regions``, ``admin`` and ``cli`` install under their plain names, which others use too:
a distribution called ``regions`` exists. A mixture must be refused at start, not met as a puzzling error later
(``docs/adr/0001-top-level-names.md``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from core.errors import JiuzhuError, Text

TOP_LEVEL = ("core", "plugins", "regions", "admin", "cli")
"""Every name the distribution installs at the top level."""


def check_single_root(locate: Callable[[str], Path | None] | None = None) -> Path:
    """Return the one folder that holds all five top-level names.

    ``locate`` gives the folder a name would be imported from, None where it is not importable; by default the
    running interpreter is asked. Nothing is imported.

    Raises:
        JiuzhuError: ``mixed_installation`` – a name is missing or comes from another folder than ``core``.
    """
    ask = locate or root_of
    return single_root({name: ask(name) for name in TOP_LEVEL})


def single_root(roots: Mapping[str, Path | None]) -> Path:
    """Return the folder that all ``roots`` (name → folder it comes from) agree on; ``core`` is the measure.

    >>> single_root({"core": Path("/a"), "cli": Path("/a")}).as_posix()
    '/a'

    Raises:
        JiuzhuError: ``mixed_installation``, naming every stray and every missing name.
    """
    home = roots["core"]
    strays = {name: root for name, root in roots.items() if root != home or root is None}
    if home is None or strays:
        listed = ", ".join(f"{name} → {root or '?'}" for name, root in strays.items())
        raise JiuzhuError(
            "mixed_installation",
            Text(
                f"顶层模块不是来自同一处：core → {home}，而 {listed}",
                f"the top-level modules do not come from one place: core → {home}, but {listed}",
            ),
            hint=Text(
                "请在专用虚拟环境中重新安装 jiuzhu，并卸载占用同名模块的软件包",
                "Reinstall it in an environment of its own, without what else uses these names",
            ),
            value=listed,
        )
    return home


def root_of(name: str) -> Path | None:
    """Return the folder a top-level name would be imported from, None where it is not importable.

    A bare folder of that name (a namespace package) has no ``__init__`` of ours and counts as missing.
    """
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        return None
    file = Path(spec.origin).resolve()
    return file.parent.parent if spec.submodule_search_locations is not None else file.parent
