"""What runs inside the quarantine: limits first, then our function on the foreign code, then one JSON file."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from core.errors import JiuzhuError, Problem, Text
from core.foreign import place_of
from core.problem_json import problem_json
from regions.quarantine import ANSWER, GIVEN, problems_json, too_slow

if sys.platform != "win32":  # there the clock's limit is the only one
    import resource

LARGEST_FILE = 64 * 2**20
"""Bytes a plugin may write into one file: enough for an answer, no disk is filled."""


class TimeUp(BaseException):
    """The processor time is used up; no plugin's ``except Exception`` catches it."""


def answer(folder: Path) -> None:
    """Do what ``given.json`` asks and write ``answer.json``."""
    asked = json.loads((folder / GIVEN).read_text(encoding="utf-8"))
    task = _task(asked["task"])
    limits = asked["limits"]
    confine(processor_seconds=limits["processor_seconds"], megabytes=limits["megabytes"])
    (folder / ANSWER).write_text(json.dumps(_found(task, asked["given"], limits)), encoding="utf-8")


def _task(name: str) -> Callable[[Any], Any]:
    module, _, function = name.partition(":")
    found: Callable[[Any], Any] = getattr(import_module(module), function)
    return found


def _found(task: Callable[[Any], Any], given: Any, limits: dict[str, int]) -> dict[str, Any]:
    try:
        return {"found": task(given)}
    except JiuzhuError as error:
        return {"problems": problems_json(error)}
    except TimeUp as error:
        return {"problems": [_at(too_slow(limits["processor_seconds"]), error.__traceback__)]}
    except MemoryError as error:
        text = Text(
            f"插件占用的内存超过 {limits['megabytes']} MB",
            f"the plugin took more than {limits['megabytes']} MB of memory",
        )
        return {"problems": [_at(JiuzhuError("plugin_too_large", text), error.__traceback__)]}


def _at(error: JiuzhuError, trace: TracebackType | None) -> dict[str, Any]:
    """An error with the line of the plugin where it was."""
    found = Problem(code=error.code, message=error.message, hint=error.hint, where=place_of(trace))
    return problem_json(found)


def confine(*, processor_seconds: int, megabytes: int) -> None:
    """Limit what this process may take from here on; what it took to load our own code does not count."""
    if sys.platform == "win32":
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    until = int(usage.ru_utime + usage.ru_stime) + 1 + processor_seconds
    signal.signal(signal.SIGXCPU, _time_up)
    _limit(resource.RLIMIT_CPU, until, until + 5)  # the second is for what swallows the first
    _limit(resource.RLIMIT_FSIZE, LARGEST_FILE, LARGEST_FILE)
    _limit(resource.RLIMIT_CORE, 0, 0)
    if (size := _size()) is not None:
        _limit(resource.RLIMIT_AS, size + megabytes * 2**20, size + megabytes * 2**20)


def _limit(what: int, soft: int, hard: int) -> None:
    """Set a limit, never above the one this process was given."""
    if sys.platform == "win32":
        return
    _, most = resource.getrlimit(what)
    ceiling = hard if most == resource.RLIM_INFINITY else min(hard, most)
    resource.setrlimit(what, (min(soft, ceiling), ceiling))


def _size() -> int | None:
    """The bytes of address space this process has; None where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return None
    return None if sys.platform == "win32" else pages * resource.getpagesize()


def _time_up(_number: int, _frame: FrameType | None) -> None:
    raise TimeUp


if __name__ == "__main__":
    answer(Path(sys.argv[1]))
