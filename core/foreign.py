"""Where foreign code went wrong: the line of the plugin, not ours and not the interpreter's."""

from __future__ import annotations

import sysconfig
import traceback
from pathlib import Path
from types import TracebackType

import pluggy

from core.errors import JiuzhuError, Text, Where

_HOME = Path(__file__).resolve().parents[1]
_OURS = tuple(str(_HOME / name) for name in ("core", "regions", "admin", "cli.py"))
_LIBRARY = (sysconfig.get_path("stdlib"), str(Path(pluggy.__file__).parent))
_INSTALLED = ("site-packages", "dist-packages")


def failure(name: str, error: BaseException) -> JiuzhuError:
    """Return what is told of a plugin whose code raised: the line, and for a missing module how to get it."""
    where = place_of(error.__traceback__)
    if isinstance(error, ImportError):
        text = Text(f"插件“{name}”无法导入：{error}", f"plugin '{name}' cannot be imported: {error}")
        hint = Text(
            "请把所需的包写入插件的 dependencies 并装入同一环境", "declare the package among the plugin's dependencies"
        )
        return JiuzhuError("plugin_import", text, where=where, value=error.name, hint=hint)
    text = Text(f"插件“{name}”出错：{error!r}", f"plugin '{name}' failed: {error!r}")
    return JiuzhuError("plugin_failed", text, where=where)


def place_of(trace: TracebackType | None) -> Where | None:
    """Return the innermost line of foreign code in a traceback (``hunan/__init__.py:12``), None where there is none."""
    frames = [frame for frame in traceback.extract_tb(trace) if is_foreign(frame.filename)]
    if not frames:
        return None
    last = frames[-1]
    return Where(file=short(last.filename), line=last.lineno or 0, column=(last.colno or 0) + 1)


def is_foreign(file: str) -> bool:
    """Tell whether a file is neither ours nor the interpreter's nor the plugin manager's."""
    if file.startswith(("<", *_OURS, _LIBRARY[1])):
        return False
    return not file.startswith(_LIBRARY[0]) or any(part in Path(file).parts for part in _INSTALLED)


def short(file: str) -> str:
    """Name a file by its folder and itself: enough for its author, nothing of the machine."""
    return "/".join(Path(file).parts[-2:])
