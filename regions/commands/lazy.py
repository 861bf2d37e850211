"""Commands that are imported when they are first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from pkgutil import resolve_name

import click


class LazyCommands(MutableMapping[str, click.Command]):
    """The commands of a group by name: the names are known at once, a command is imported when first looked up.

    >>> commands = LazyCommands({"demo": "regions.commands.platform:demo", "later": "no.such.module:later"})
    >>> sorted(commands)
    ['demo', 'later']
    >>> commands["demo"]
    <Command demo>
    """

    def __init__(self, homes: Mapping[str, str]) -> None:
        self._commands: dict[str, str | click.Command] = dict(homes)

    def __getitem__(self, name: str) -> click.Command:
        found = self._commands[name]
        if isinstance(found, str):
            found = self._commands[name] = resolve_name(found)
        return found

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._commands[name] = command

    def __delitem__(self, name: str) -> None:
        del self._commands[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._commands)

    def __len__(self) -> int:
        return len(self._commands)
