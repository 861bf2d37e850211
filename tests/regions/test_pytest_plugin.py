"""The suite under pytest: a plugin's checks and examples are tests of its own CI."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SOUND = Path(__file__).parents[1] / "faulty_plugins" / "sound"


def run_pytest(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run pytest with the suite in a folder."""
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "regions.pytest_plugin",
        "-p",
        "no:cacheprovider",
        "-rs",
        str(folder),
    ]
    return subprocess.run(words, cwd=folder, text=True, capture_output=True, check=False)  # noqa: S603 - pytest itself


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """A sound plugin's folder."""
    shutil.copytree(SOUND, tmp_path / "sound")
    return tmp_path / "sound"


def test_a_sound_plugin_passes_every_check_and_every_example(plugin: Path) -> None:
    done = run_pytest(plugin)
    assert done.returncode == 0, done.stdout
    assert "12 passed" in done.stdout


def test_a_fault_fails_its_check_with_its_line_and_no_traceback(plugin: Path) -> None:
    policy = plugin / "policy.yaml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("yuan: 760", "yuan: 600"), encoding="utf-8")
    done = run_pytest(plugin)
    assert done.returncode == 1
    assert "sound/cases.yaml:1:3 $[0]" in done.stdout and "Traceback" not in done.stdout
    assert "below_floor" in done.stdout  # a remark: a warning, which fails nothing
    assert "2 failed, 10 passed, 1 warning" in done.stdout
