"""A plugin where it lies, not installed: its name, the folder with its ``policy.yaml``, and whether it is code.

A folder whose package says no more than ``plugin = declarative(__name__)`` is data: nothing of it is executed. Any
other package is foreign code, and runs in quarantine first (``regions.quarantine``).
"""

from __future__ import annotations

import ast
import sys
import tomllib
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from core.declarative import from_folder
from core.errors import JiuzhuError, Text

GROUP = "jiuzhu"
"""The entry points by which installed plugins are found."""
POLICY = "policy.yaml"
PROJECT = "pyproject.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginFolder:
    """A plugin's folder. ``target`` is its object (``hunan:plugin``) where it is code, ``project`` its pyproject's."""

    name: str
    folder: Path
    target: str = ""
    project: Path | None = None

    def load(self) -> Any:
        """Return the plugin's object; what is code is imported, here and now."""
        return _imported(self.target, self.folder.parent) if self.target else from_folder(self.folder)


def find_plugin(path: Path) -> PluginFolder | None:
    """Look for a plugin at a path: the folder of a project, or of a package, or of a mere ``policy.yaml``.

    Raises:
        JiuzhuError: ``bad_project`` for a project whose entry point leads nowhere.
    """
    whole = path.resolve()
    if (whole / PROJECT).is_file() and (points := _entry_points(whole / PROJECT)):
        name, target = next(iter(points.items()))
        package = target.partition(":")[0].split(".")
        roots = [root for root in (whole, whole / "src") if root.joinpath(*package).is_dir()]
        if not roots:
            text = Text(f"入口“{target}”所指的包不存在", f"the package of the entry point '{target}' is not there")
            raise JiuzhuError("bad_project", text, value=target)
        folder = roots[0].joinpath(*package)
        return PluginFolder(name=name, folder=folder, target=_code(folder, target), project=whole)
    if (whole / POLICY).is_file() or _code(whole, "-"):
        target = f"{whole.name}:plugin"
        return PluginFolder(name=whole.name, folder=whole, target=_code(whole, target))
    return None


def _entry_points(path: Path) -> dict[str, str]:
    try:
        project = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        text = Text(f"{PROJECT} 不是有效的 TOML：{error}", f"{PROJECT} is not valid TOML: {error}")
        raise JiuzhuError("bad_project", text) from error
    found: dict[str, str] = project.get("project", {}).get("entry-points", {}).get(GROUP, {})
    return found


def _code(folder: Path, target: str) -> str:
    """Return ``target`` where the folder's package is more than a declarative plugin, else nothing."""
    path = folder / "__init__.py"
    return target if path.is_file() and not _is_declarative(path.read_bytes()) else ""


def _is_declarative(source: bytes) -> bool:
    """Tell whether a package is the three lines of a declarative plugin; nothing is executed to know."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return False
    said = [ast.unparse(one) for one in body if not _is_docstring(one)]
    known = ("from __future__ import annotations", "from core.declarative import declarative")
    return [one for one in said if one not in known] == ["plugin = declarative(__name__)"]


def _is_docstring(one: ast.stmt) -> bool:
    return isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant) and isinstance(one.value.value, str)


def _imported(target: str, root: Path) -> Any:
    """Import an object from a folder that is not installed; an older import of that name from elsewhere is refused."""
    module, _, attribute = target.partition(":")
    _forget(module, root)
    sys.path.insert(0, str(root))
    try:
        found = import_module(module)
    finally:
        sys.path.remove(str(root))
    return getattr(found, attribute or "plugin")


def _forget(module: str, root: Path) -> None:
    """Let a package of this name be read anew from its folder.

    Raises:
        JiuzhuError: ``name_taken`` where another module has the name.
    """
    top = module.partition(".")[0]
    known = sys.modules.get(top)
    if known is None:
        return
    file = getattr(known, "__file__", None)
    if file is None or not (Path(file).parent / POLICY).is_file():
        text = Text(f"包名“{top}”已被占用", f"the package name '{top}' is taken")
        raise JiuzhuError("name_taken", text, value=top, hint=Text("请换一个名称", "choose another name"))
    if Path(file).resolve().parent.parent != root:
        for name in [one for one in sys.modules if one == top or one.startswith(f"{top}.")]:
            del sys.modules[name]
