"""Killed at every commit and every external write, started again: nothing is lost and nothing is there twice."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.scenarios import SCENARIOS, outcome

ROOT = Path(__file__).resolve().parents[2]
CRASH = Path(__file__).with_name("crash.py")
pytestmark = pytest.mark.slow


class Workplace:
    """Copies of one prepared state, each a database and a data folder of its own."""

    def __init__(self, bases: Any, folder: Path, name: str) -> None:
        self.bases, self.folder, self.name = bases, folder, name
        self._count = 0
        self._made: list[str] = []
        self.start = self._database()
        self.data = folder / "prepared"
        self.data.mkdir()
        SCENARIOS[name].prepare(self.start, self.data)

    def _database(self, like: str | None = None) -> str:
        url: str = self.bases.empty() if SCENARIOS[self.name].empty else self.bases.fresh(like=like)
        self._made.append(url)
        return url

    def copy(self) -> tuple[str, Path]:
        """Return a fresh copy of the prepared state."""
        self._count += 1
        data = self.folder / str(self._count)
        shutil.copytree(self.data, data)
        return self._database(self.start), data

    def work(self, url: str, data: Path, *, kill_at: int) -> tuple[int, list[str], str]:
        """Do the work in a process of its own; returns its exit code, the points passed and what it said."""
        points = self.folder / "points"
        command = [sys.executable, str(CRASH), self.name, url, str(data), str(kill_at), str(points)]
        done = subprocess.run(  # noqa: S603 - our own program, on our own database
            command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
        )
        passed = points.read_text(encoding="utf-8").splitlines() if points.exists() else []
        return done.returncode, passed, done.stderr

    def drop(self) -> None:
        """Remove every database made."""
        for url in self._made:
            self.bases.drop(url)


@pytest.fixture
def workplace(bases: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Workplace]:
    made = Workplace(bases, tmp_path, request.param)
    yield made
    made.drop()


@pytest.mark.parametrize("workplace", SCENARIOS, indirect=True)
def test_work_killed_at_every_point_ends_as_if_never_killed(
    workplace: Workplace, capsys: pytest.CaptureFixture[str]
) -> None:
    url, data = workplace.copy()
    code, points, said = workplace.work(url, data, kill_at=0)
    assert code == 0, said
    expected = outcome(url)
    assert expected["faults"] == expected["differences"] == []
    with capsys.disabled():
        listed = ", ".join(f"{name} × {count}" for name, count in Counter(points).items())
        print(f"\n{workplace.name} [{workplace.bases.dialect}]: {len(points)} points: {listed}")  # noqa: T201 - the list is asked for
    assert len(points) >= 2
    for kill_at in range(1, len(points) + 1):
        url, data = workplace.copy()
        code, _, said = workplace.work(url, data, kill_at=kill_at)
        assert code == -signal.SIGKILL, f"{kill_at}: {said}"
        code, _, said = workplace.work(url, data, kill_at=0)
        assert code == 0, f"{kill_at} {points[kill_at - 1]}: {said}"
        assert outcome(url) == expected, f"{kill_at} {points[kill_at - 1]}"
