"""Every hook a plugin implements exists, is marked as one, and asks for nothing it is not given; all faults at once."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from core.errors import InvalidInput, Problem, Text, Where, did_you_mean
from core.foreign import short
from core.hookspecs import NAMES, PROJECT, Hooks

_MARK = f"{PROJECT}_impl"
"""The attribute by which pluggy knows an implementation."""


def check_hooks(plugin: object) -> None:
    """Refuse hooks that would never be called, or not with what they ask for.

    Raises:
        InvalidInput: ``unknown_hook``, ``unmarked_hook``, ``wrong_hook_argument``, each with its line.
    """
    problems = [problem for name, function in _routines(plugin) for problem in _faults(name, function)]
    if problems:
        raise InvalidInput(problems)


def _routines(plugin: object) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The functions of a plugin by name; properties are left alone: to read one may be to run it."""
    for name in dir(plugin):
        found = inspect.getattr_static(plugin, name)
        function = found.__func__ if isinstance(found, staticmethod | classmethod) else found
        if inspect.isfunction(function):
            yield name, function


def _faults(name: str, function: Callable[..., Any]) -> Iterator[Problem]:
    marked = hasattr(function, _MARK)
    if name not in NAMES:
        if marked or name.startswith(f"{PROJECT}_"):
            text = Text("没有这个钩子", "there is no such hook")
            hint = did_you_mean(name, NAMES)
            yield Problem(
                code="unknown_hook", message=text, where=_line(function), value=name, hint=hint, allowed=NAMES
            )
        return
    if not marked:
        text = Text("钩子没有标记 @hookimpl，不会被调用", "the hook lacks @hookimpl and would never be called")
        hint = Text("请写 @hookimpl（core.hookspecs）", "write @hookimpl (core.hookspecs)")
        yield Problem(code="unmarked_hook", message=text, where=_line(function), value=name, hint=hint)
    allowed = tuple(inspect.signature(getattr(Hooks, name)).parameters)[1:]
    for wanted in _wanted(function):
        if wanted not in allowed:
            text = Text(f"{name} 没有这个参数", f"{name} is given no such argument")
            yield Problem(
                code="wrong_hook_argument", message=text, where=_line(function), value=wanted, allowed=allowed,
                hint=did_you_mean(wanted, allowed) or _exactly(name),
            )  # fmt: skip


def _wanted(function: Callable[..., Any]) -> Iterator[str]:
    for number, (name, one) in enumerate(inspect.signature(function).parameters.items()):
        own = number == 0 and name in ("self", "cls")
        if not own and one.default is inspect.Parameter.empty:
            yield name


def _exactly(name: str) -> Text:
    signature = str(inspect.signature(getattr(Hooks, name))).replace("'", "")
    return Text(f"应写作 {name}{signature}", f"write {name}{signature}")


def _line(function: Callable[..., Any]) -> Where:
    code = function.__code__
    return Where(file=short(code.co_filename), line=code.co_firstlineno, column=1)
