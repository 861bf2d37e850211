"""``jiuzhu bundle`` as typed: what cannot be made is refused in one message and leaves no archive.

The bundle itself, on a server without a network: tests/acceptance/test_outside_plugin.py.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
Refused = Callable[[Result, str], None]
WHEEL, PINNED = "jiuzhu-0.1.0-py3-none-any.whl", "constraints.txt"


@pytest.fixture(autouse=True)
def files() -> None:
    """The files named exist; the wheel is an empty one."""
    Path(WHEEL).write_bytes(b"")
    Path(PINNED).write_text("", encoding="utf-8")
    Path("empty").mkdir()


def test_an_archive_that_is_there_is_not_written_over(run: Run, refused: Refused) -> None:
    Path("out.tar.gz").write_text("kept", encoding="utf-8")
    refused(run("bundle", "out.tar.gz", "--wheel", WHEEL, "--constraints", PINNED), "file_exists")
    assert Path("out.tar.gz").read_text(encoding="utf-8") == "kept"


def test_wheels_that_cannot_be_had_leave_no_archive(run: Run, refused: Refused) -> None:
    words = ("--wheel", WHEEL, "--constraints", PINNED, "--wheelhouse", "empty")
    refused(run("bundle", "out.tar.gz", *words), "pip_failed")
    assert not Path("out.tar.gz").exists()


def test_a_bundle_of_a_wheel_that_is_not_there_is_wrong_usage(run: Run) -> None:
    assert run("bundle", "out.tar.gz", "--wheel", "none.whl", "--constraints", PINNED).exit_code == 2
