"""The two plugins of real places in examples/, written with the kit alone: one declarative, one with a hook."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from regions.check import check_plugin
from regions.plugin_folder import find_plugin
from regions.settings import Settings

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(
    ("name", "code", "articles", "remarks"),
    [("zhejiang", False, 63, ["limit_exceeded", "stages_exceed_total"]), ("guyuan_filing", True, 2, ["not_verified"])],
)
def test_an_example_passes_the_suite(
    name: str, *, code: bool, articles: int, remarks: list[str], tmp_path: Path
) -> None:
    folder = find_plugin(EXAMPLES / name)
    assert folder is not None and bool(folder.target) == code
    report = check_plugin(Settings(data_dir=tmp_path, lang="zh"), str(EXAMPLES / name))
    assert [one.problem.render("en") for one in report.faults] == []
    assert [one.problem.code for one in report.remarks] == remarks
    assert len(report.coverage) == articles and report.examples


@pytest.mark.slow
def test_the_tests_of_the_example_with_a_hook_pass(tmp_path: Path) -> None:
    copied = shutil.copytree(EXAMPLES / "guyuan_filing", tmp_path / "guyuan_filing")
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(words, cwd=copied, text=True, capture_output=True, check=False)  # noqa: S603 - pytest itself
    assert done.returncode == 0, done.stdout
    assert "15 passed, 1 warning" in done.stdout
