"""After a publication every process answers by the new rule: two that have answered before and are not restarted."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from regions import amendment
from tests.notices import notice

ROOT = Path(__file__).resolve().parents[3]
EDITOR, APPROVER = "policy_editor.430900", "policy_approver.430900"


class Warm:
    """A real process with a platform of its own."""

    def __init__(self, url: str, folder: Path, plugin: Path) -> None:
        words = [sys.executable, str(ROOT / "tests" / "warm_process.py"), url, str(folder), str(plugin)]
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )

    def ask(self, day: str) -> list[str]:
        """Ask for the urban standard of the city: its amount, where it comes from, a household's benefit in fen."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"430900 urban {day}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().split()

    def stop(self) -> None:
        """Let the input end, and wait."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def warm(city: Any, plugin_before_notice: Path, tmp_path: Path) -> Iterator[list[Warm]]:
    """Two processes on the city's database."""
    url = city.platform.settings.database_url
    processes = [Warm(url, tmp_path, plugin_before_notice) for _ in range(2)]
    yield processes
    for one in processes:
        one.stop()


def test_two_warm_processes_answer_with_the_new_standard_without_a_restart(city: Any, warm: list[Warm]) -> None:
    assert [one.ask("2018-05-01") for one in warm] == [["420", "yiyang", "36000"]] * 2
    with city.desk(EDITOR) as desk:
        uuid = amendment.submit(desk, amendment.propose(desk, notice()).uuid).uuid
    assert [one.ask("2018-05-01") for one in warm] == [["420", "yiyang", "36000"]] * 2
    with city.desk(APPROVER) as desk:
        amendment.approve(desk, uuid)
        amendment.publish(desk, uuid)
    assert [one.ask("2018-05-01") for one in warm] == [["430", "amendment", "39000"]] * 2
    assert [one.ask("2018-04-01") for one in warm] == [["420", "yiyang", "36000"]] * 2
    with city.desk(APPROVER) as desk:
        amendment.withdraw(desk, uuid, reason="推迟执行")
    assert [one.ask("2018-05-01") for one in warm] == [["420", "yiyang", "36000"]] * 2
