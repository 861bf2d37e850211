"""A process that does one piece of work and kills itself at a numbered point: before and after every commit and write.

    python crash.py SCENARIO DATABASE_URL DATA_DIR KILL_AT POINTS_FILE

With ``KILL_AT`` 0 it runs to the end and writes the list of points it passed. Points are found by hooking, not by hand:
every commit of every engine, and every file that is opened for writing or renamed outside the database.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

from tests.faults.scenarios import SCENARIOS


class Points:
    """Counts the points passed and dies at the one asked for."""

    def __init__(self, kill_at: int) -> None:
        self.kill_at = kill_at
        self.passed: list[str] = []
        self._counting = True

    def at(self, name: str) -> None:
        """Pass a point."""
        if not self._counting:
            return
        self.passed.append(name)
        if len(self.passed) == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def stop(self) -> None:
        """Count no further: what follows is the harness's own."""
        self._counting = False


def hook(points: Points, data_dir: Path) -> None:
    """Stand before and after every commit, and before every external write."""
    commit: Callable[[DefaultDialect, Any], None] = DefaultDialect.do_commit

    def do_commit(dialect: DefaultDialect, connection: Any) -> None:
        points.at("before commit")
        commit(dialect, connection)
        points.at("after commit")

    DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("os.rename", "os.remove"):
            _external(points, data_dir, event, arguments[0])
        elif event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
            _external(points, data_dir, "write", arguments[0])

    sys.addaudithook(audit)


def _external(points: Points, data_dir: Path, event: str, path: object) -> None:
    name = str(path)
    if name.startswith(str(data_dir)) and ".db" not in Path(name).name:
        points.at(f"{event} {Path(name).name}")


def main() -> None:
    """Do the work, dying where asked."""
    name, url, data_dir, kill_at, points_file = sys.argv[1:]
    work = SCENARIOS[name]
    points = Points(int(kill_at))
    hook(points, Path(data_dir))
    work.run(url, Path(data_dir))
    points.stop()
    Path(points_file).write_text("\n".join(points.passed), encoding="utf-8")


if __name__ == "__main__":
    main()
