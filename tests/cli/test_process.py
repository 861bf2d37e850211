"""The command as a process of its own: its exit code, its completion, its version."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def process(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the command from the repository."""
    return subprocess.run(  # noqa: S603 – our own command with words of our own
        [sys.executable, "-c", "from cli import main; main()", *words],
        cwd=ROOT, env={**os.environ, "PYTHONUTF8": "1", **environ}, text=True, capture_output=True, check=False,
    )  # fmt: skip


def test_completion_offers_commands() -> None:
    done = process(_JIUZHU_COMPLETE="bash_complete", COMP_WORDS="jiuzhu pol", COMP_CWORD="1")
    assert done.stdout.split() == ["plain,policy"]


def test_the_process_ends_with_the_documented_code_and_no_traceback() -> None:
    done = process("--lang", "zh", "assess", "nofile.yaml")
    assert done.returncode == 1
    assert done.stderr.startswith("nofile.yaml: 无法读取文件")
    assert "Traceback" not in done.stderr


def test_the_version_is_that_of_the_installed_distribution() -> None:
    try:
        installed = version("jiuzhu")
    except PackageNotFoundError:
        pytest.skip("jiuzhu is not installed here, only checked out")
    assert process("--version").stdout.strip() == f"jiuzhu, version {installed}"
