"""docs/operators.md: its commands are run, here or on the server of the acceptance tests; none is left out."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import cli

ROOT = Path(__file__).resolve().parents[2]
COMMAND = re.compile(r"^    ((?:jiuzhu|sh|tar) .+)$", re.MULTILINE)
FILE = re.compile(r"```\w+ file=(demo_county/\S+)\n(.*?)```", re.DOTALL)
SERVER = (ROOT / "tests" / "acceptance" / "test_outside_plugin.py").read_text(encoding="utf-8")
ON_THE_SERVER = {
    "plugin install": '("install", str(wheel), "--wheelhouse", str(house))',
    "plugin upgrade": '"plugin", "upgrade", str(wheel), "--wheelhouse", house',
    "plugin uninstall": '"plugin", "uninstall", "dali_2008", "--reason"',
    "bundle": '"bundle", archive, "--wheel", wheel, "--constraints"',
    "install.sh install": 'server.script(bundled, "install")',
    "install.sh rollback": 'installed.script(second, "rollback")',
    "tar": "packed.extractall(",
}
"""What needs a machine of its own, and the words by which the acceptance test runs it."""


def commands() -> list[str]:
    """Every command of the page, in its order."""
    return COMMAND.findall((ROOT / "docs" / "operators.md").read_text(encoding="utf-8"))


def elsewhere(command: str) -> str:
    """How the acceptance test runs a command; nothing for one that is run here."""
    words = re.sub(r"--as \S+ |^(jiuzhu|sh) |jiuzhu-0\.1\.0/", "", command)
    return next((said for name, said in ON_THE_SERVER.items() if words.startswith(name)), "")


def test_what_needs_a_server_is_run_by_the_acceptance_test() -> None:
    there = [one for one in commands() if elsewhere(one)]
    assert len(there) == len(ON_THE_SERVER), there
    assert [one for one in there if elsewhere(one) not in SERVER] == []


def test_every_other_command_does_what_the_page_says_in_its_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, body in FILE.findall((ROOT / "docs" / "plugin-authors.md").read_text(encoding="utf-8")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(body, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JIUZHU_DATA_DIR", str(tmp_path / "data"))
    Path("jiuzhu.toml").write_text('plugin_dirs = ["demo_county/demo_county"]\n', encoding="utf-8")
    said = [typed(one) for one in commands() if not elsewhere(one)]
    told = "\n".join(said)
    for part in ("草稿，未接受", "demo_county 0.1.0 已提请", "+ demo_county/standard-2008 760元/人·年",
                 "demo_county 0.1.0 已接受", "demo_county 已停用", "demo_county 已启用", "本库规则版本"):  # fmt: skip
        assert part in told, part


def typed(command: str) -> str:
    """Run a command as it is typed; safe mode finds the plugin it leaves out, which is a 3 of doctor."""
    words = shlex.split(command)[1:]
    result = CliRunner().invoke(cli, ["--lang", "zh", *words], env={**os.environ})
    assert result.exit_code == (3 if words == ["--safe", "doctor"] else 0), f"{command}\n{result.output}"
    return result.output
