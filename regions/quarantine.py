"""Foreign code runs here first: in a process of its own, with a limit of time and memory; only JSON comes back.

The time is the processor's (a machine under load does no plugin wrong) and, for what waits, the clock's. Neither the
database's address nor a key is handed down. What runs inside is ``regions.quarantine_child``.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.errors import JiuzhuError, Text
from core.problem_json import error_of, problem_json

Json = Any

GIVEN, ANSWER, OUTPUT = "given.json", "answer.json", "output.txt"
"""The files through which the two processes speak: what is asked, what was found, what the plugin printed."""

SECRET = ("JIUZHU_", "PG")
"""How the names of settings begin that foreign code is not told: the database's address, keys, passwords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What foreign code may take: seconds of the processor and of the clock, megabytes beside our own."""

    processor_seconds: int = 20
    clock_seconds: int = 120
    megabytes: int = 1024


def confined(task: str, given: Json, *, limits: Limits | None = None) -> Json:
    """Run our own function ``task`` (``module:name``), which loads foreign code, on ``given`` and return its JSON.

    Raises:
        JiuzhuError: ``plugin_too_slow``, ``plugin_too_large``, ``plugin_died``, with the place in the plugin's code
            where it is known; an error the function itself raised comes back as it was.
    """
    limits = limits or Limits()
    with TemporaryDirectory(prefix="jiuzhu-quarantine-") as name:
        folder = Path(name)
        asked = {"task": task, "given": given, "limits": asdict(limits)}
        (folder / GIVEN).write_text(json.dumps(asked), encoding="utf-8")
        ended = _run(folder, limits)
        try:
            answer = json.loads((folder / ANSWER).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise _silent(ended, limits, _said(folder / OUTPUT)) from None
    if "problems" in answer:
        raise error_of(answer["problems"])
    return answer["found"]


def _run(folder: Path, limits: Limits) -> int | None:
    """Run the child to its end; None where the clock ran out. What it started dies with it."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(SECRET)}
    with (folder / OUTPUT).open("wb") as output:
        child = subprocess.Popen(  # noqa: S603 - our own module, its words a list: nothing is read by a shell
            [sys.executable, "-P", "-m", "regions.quarantine_child", str(folder)],
            cwd=folder,
            env={**environ, "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            return child.wait(timeout=limits.clock_seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and its children: they are a group of their own."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    except (ProcessLookupError, PermissionError):
        pass  # all of them have ended
    child.wait()


def _said(path: Path) -> str:
    """The last line a plugin or the interpreter printed."""
    with path.open("rb") as output:
        output.seek(max(0, path.stat().st_size - 4000))
        lines = output.read().decode("utf-8", errors="replace").split("\n")
    return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "")


def _silent(ended: int | None, limits: Limits, said: str) -> JiuzhuError:
    """Say why no answer came."""
    if ended is None:
        return too_slow(limits.clock_seconds)
    if ended in (-getattr(signal, "SIGXCPU", 24), -9):
        return too_slow(limits.processor_seconds)
    last_zh, last_en = (f"：{said}", f": {said}") if said else ("", "")
    text = Text(
        f"插件使进程意外结束（{_how(ended)}）{last_zh}", f"the plugin ended the process ({_how(ended)}){last_en}"
    )
    hint = Text("插件不得结束解释器，也不得使其崩溃", "a plugin must neither end the interpreter nor crash it")
    return JiuzhuError("plugin_died", text, hint=hint)


def _how(ended: int) -> str:
    return signal.Signals(-ended).name if ended < 0 else f"exit {ended}"


def too_slow(seconds: int) -> JiuzhuError:
    """The error of a plugin that did not come to an end."""
    text = Text(f"插件在 {seconds} 秒内没有结束", f"the plugin did not end within {seconds} seconds")
    hint = Text("请检查循环和等待；钩子只应返回数据", "look for loops and waits; a hook only returns data")
    return JiuzhuError("plugin_too_slow", text, hint=hint)


def problems_json(error: JiuzhuError) -> list[dict[str, Any]]:
    """Return the problems of an error as the child tells them."""
    return [problem_json(one) for one in error.problems]
