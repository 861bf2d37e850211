"""The pulse of a process that serves: it says now and then by which program, plugins and rules it answers."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from core.casework.process import end, plugin_versions, program_version, say
from core.errors import JiuzhuError
from regions.platform import Platform

SECONDS = 60
"""The longest silence of a living process."""


@dataclass(slots=True)
class Pulse:
    """One process's; ``beat`` is cheap where there is nothing to say: it is asked after every request."""

    platform: Platform
    role: str = "serve"
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    program: str = field(default_factory=program_version)
    _mark: tuple[int, ...] = ()
    _at: datetime | None = None

    def beat(self) -> None:
        """Take in what others recorded, and say it where it is new or the last word is a minute old.

        A database that does not answer right now is asked again at the next beat.
        """
        now, registry = self.platform.clock(), self.platform.registry
        silent = self._at is None or (now - self._at).total_seconds() >= SECONDS
        try:
            if silent:
                registry.refresh()
            mark = (len(registry.log.entries), id(registry.manager), *map(id, registry.manager.failures.values()))
            if silent or mark != self._mark:
                with self.platform.database.writing() as session:
                    say(session, self._row(), moment=now.astimezone(UTC).isoformat(timespec="seconds"))
                self._mark, self._at = mark, now
        except JiuzhuError:
            return

    def end(self) -> None:
        """Say that the process ends."""
        try:
            with self.platform.database.writing() as session:
                end(session, self.id)
        except JiuzhuError:
            return  # it will be taken for dead when its last word is old

    def _row(self) -> dict[str, Any]:
        registry = self.platform.registry
        return {
            "id": self.id, "host": socket.gethostname()[:100], "pid": os.getpid(), "role": self.role,
            "program": self.program, "plugins": plugin_versions(registry.manager),
            "rules": registry.log.version(None),
            "failures": {name: [one.render("zh"), one.render("en")] for name, one in registry.manager.failures.items()},
        }  # fmt: skip
