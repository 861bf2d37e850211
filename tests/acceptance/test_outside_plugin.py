"""A server without a network and a plugin from outside: bundled, installed, accepted by two people, upgraded, rolled back.

Nothing of the product is changed for it. The plugin's document is made up; the county, 大荔县 (610523), is not.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from regions.discovery import BUNDLED

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = ROOT / "tests" / "outside_plugin"
PRODUCT = ("core", "plugins", "regions", "admin", "cli.py", "pyproject.toml", "README.md", "LICENSE")
PLUGIN = ("dali_2008", "pyproject.toml", "README.md")
DALI = ("--division", "610523", "--area", "rural")


@dataclass(frozen=True)
class Installed:
    """A server's folder; commands run from a folder far from the repository. ``said`` is what steps printed."""

    folder: Path
    said: dict[str, str] = field(default_factory=dict)

    @property
    def prefix(self) -> Path:
        """Where the bundle was installed."""
        return self.folder / "opt"

    def jiuzhu(self, *words: str, lang: str = "zh", login: str = "root") -> subprocess.CompletedProcess[str]:
        """Run the installed command."""
        command: list[str | Path] = [
            self.prefix / "bin" / "jiuzhu", "--lang", lang, "--as", login, *words,
        ]  # fmt: skip
        return subprocess.run(  # noqa: S603 – the command just installed
            command, cwd=self.folder, env=self.environ, text=True, capture_output=True, check=False
        )

    @property
    def environ(self) -> dict[str, str]:
        """Nothing of the developer's own settings: where the data lies the server's own file says."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "JIUZHU_"))}
        return kept | {"PYTHONUTF8": "1", "PYTHON": sys.executable}

    def told(self, *words: str, login: str = "root") -> str:
        """Run a command that must succeed and return what it prints."""
        done = self.jiuzhu(*words, login=login)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def json(self, *words: str) -> Any:
        """Run a command that must succeed and read its JSON."""
        return json.loads(self.told(*words, "--json"))

    def explain(self, kind: str, on: str, key: str = "") -> Any:
        """Ask for a rule of the county."""
        return self.json("policy", "explain", kind, "--key", key, *DALI, "--on", on)

    def script(self, bundle: Path, verb: str) -> subprocess.CompletedProcess[str]:
        """Run a bundle's script; services are left out: there is no systemd in a test."""
        words: list[str | Path] = ["sh", bundle / "install.sh", verb, "--prefix", self.prefix, "--no-services"]
        return subprocess.run(words, env=self.environ, text=True, capture_output=True, check=False)  # noqa: S603

    def state(self) -> str:
        """The state of the outside plugin in the list."""
        return str({one["name"]: one for one in self.json("plugin", "list")}["dali_2008"]["state"])


def built(source: Path, names: Iterable[str], tree: Path, *, changed: dict[str, tuple[str, str]] | None = None) -> Path:
    """Build a wheel of a copy, so that the build leaves nothing in the repository; ``changed`` edits a file first."""
    tree.mkdir(parents=True)
    for name in names:
        if (source / name).is_dir():
            shutil.copytree(source / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source / name, tree / name)
    for name, (old, new) in (changed or {}).items():
        text = (tree / name).read_text(encoding="utf-8")
        assert old in text
        (tree / name).write_text(text.replace(old, new), encoding="utf-8")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tree / "dist", tree)
    (wheel,) = (tree / "dist").glob("*.whl")
    return wheel


def run(*words: str | Path) -> None:
    """Run a step of the preparation; its output is shown when it fails."""
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, text=True, capture_output=True, check=False, env=environ)  # noqa: S603 – our own steps
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def bundle(folder: Path, wheel: Path, *more: str | Path) -> Path:
    """Make a bundle for this machine and unpack it."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    archive = folder / "bundle.tar.gz"
    run(sys.executable, "-m", "cli", "bundle", archive, "--wheel", wheel, "--constraints", ROOT / "constraints.txt",
        "--machine", platform.machine(), "--python", python, *more)  # fmt: skip
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    (found,) = folder.glob("jiuzhu-*")
    return found


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """A server from a bundle, without an index; on it the plugin, proposed by one administrator, accepted by another."""
    folder = tmp_path_factory.mktemp("outside")
    server = Installed(folder)
    (folder / "first").mkdir()
    bundled = bundle(folder / "first", built(ROOT, PRODUCT, folder / "source" / "jiuzhu"))
    done = server.script(bundled, "install")
    assert done.returncode == 0, done.stdout + done.stderr
    server.told("staff", "first", "root", "管理员")
    server.told("staff", "add", "second", "第二人")
    server.told("staff", "grant", "second", "administrator", "000000")
    wheel = built(OUTSIDE, PLUGIN, folder / "source" / "dali")
    house = bundled / "wheels" / "any"
    for name, login, words in (
        ("install", "root", ("install", str(wheel), "--wheelhouse", str(house))),
        ("draft", "root", ("list",)),
        ("propose", "root", ("propose", "dali_2008")),
        ("accept", "second", ("accept", "dali_2008", "--yes")),
    ):
        server.said[name] = server.told("plugin", *words, login=login)
    return server


def test_installed_it_is_a_draft_until_a_second_person_accepts_it(installed: Installed) -> None:
    assert "提请接受：jiuzhu plugin propose dali_2008" in installed.said["install"]
    (draft,) = (line for line in installed.said["draft"].splitlines() if line.startswith("dali_2008"))
    assert draft.split()[1:3] == ["0.1.0", "草稿，未接受"], "its package's version: nothing of it was run"
    assert "已提请，待另一名有权人员接受" in installed.said["propose"]
    assert "+ dali_2008/standard-2008 760元/人·年" in installed.said["accept"]


def test_the_installed_plugin_is_found_by_its_entry_point_and_in_use(installed: Installed) -> None:
    found = {one["name"]: one for one in installed.json("plugin", "list")}
    assert [one["state"] for one in found.values()] == ["accepted"] * (len(BUNDLED) + 1)
    dali = found["dali_2008"]
    assert dali["origin"] == "dali_2008:plugin"
    assert dali["error"] is None
    assert {
        "jiuzhu_standards",
        "jiuzhu_income_definitions",
        "jiuzhu_review_intervals",
        "jiuzhu_publicity_rules",
    } <= set(dali["hooks"])
    assert dali["inert"] == ["dali_2008/standard-2008-07"]


def test_its_standard_holds_in_the_county_beside_the_floor_of_the_province(installed: Installed) -> None:
    found = installed.explain("standard", "2008-06-01")
    assert found["in_force"]["value"]["amount"] == {"yuan": "760", "per": "person-year"}
    assert found["in_force"]["origin"] == ["dali_2008/standard-2008@1"]
    assert found["in_force"]["governed_by"] == {
        "role": "floor",
        "provision": "shaanxi_rural/floor-2007",
        "governs": False,
    }


def test_its_standard_holds_in_the_county_only(installed: Installed) -> None:
    found = installed.json(
        "policy", "explain", "standard", "--division", "610522", "--area", "rural", "--on", "2008-06-01"
    )
    assert found["in_force"]["origin"] == ["shaanxi_rural/floor-2007@1"]


def test_its_value_below_the_floor_is_inert_and_named(installed: Installed) -> None:
    found = installed.explain("standard", "2008-08-01")
    rungs = {rung["provision"]: rung for rung in found["ladder"]}
    low = rungs["dali_2008/standard-2008-07@1"]
    assert low["state"] == "inert"
    assert "2007—2008年省指导标准 693元/人·年" in low["inert"]
    assert found["in_force"]["origin"] == ["dali_2008/standard-2008@1"]
    doctor = installed.json("doctor")
    assert [one["provision"] for one in doctor["inert"]] == ["dali_2008/standard-2008-07"]


def test_a_county_standard_of_2018_is_flagged_by_order_649_article_10(installed: Installed) -> None:
    found = installed.explain("standard", "2018-06-01")
    assert found["in_force"]["origin"] == ["dali_2008/standard-2018@1"]
    (flag,) = found["flags"]
    assert (flag["code"], flag["provision"]) == ("not_competent", "dali_2008/standard-2018")
    assert "第十条第一款" in flag["message"]


def test_a_county_standard_of_2008_is_not_flagged(installed: Installed) -> None:
    assert installed.explain("standard", "2008-06-01")["flags"] == []


def test_its_income_item_joins_those_of_the_province(installed: Installed) -> None:
    found = installed.explain("income_definition", "2008-06-01", key="fishing")
    assert found["in_force"]["value"]["treatment"] == "counted"
    assert found["in_force"]["cite"] == ["dali_2008/rules 第五条"]
    assert installed.explain("income_definition", "2008-06-01", key="farming")["in_force"]["origin"] == [
        "shaanxi_rural/income-counted#farming@1"
    ]


@pytest.mark.parametrize(
    ("kind", "key", "part", "ours", "above"),
    [
        ("review_interval", "all", "months", "3", "shaanxi_rural/review#all@1"),
        ("publicity_rule", "change", "days", "10", "shaanxi_rural/publicity-change#change@1"),
    ],
)
def test_its_interval_and_its_posting_replace_the_provinces_item(
    installed: Installed, kind: str, key: str, part: str, ours: str, above: str
) -> None:
    found = installed.explain(kind, "2008-06-01", key=key)
    assert str(found["in_force"]["value"][part]) == ours
    assert [(rung["provision"], rung["state"]) for rung in found["ladder"]][1:] == [(above, "shadowed")]


def test_its_worked_examples_are_run_where_it_is_installed(installed: Installed) -> None:
    found = installed.json("plugin", "check", "dali_2008")
    assert found["passed"]
    assert [one["mismatches"] for one in found["examples"]] == [[]] * 4
    assert [remark.rpartition("[")[2].rstrip("]") for remark in found["remarks"]] == [
        "below_floor",
        "not_competent",
        "no_articles",
    ]


def test_a_case_of_the_county_is_decided_under_it(installed: Installed) -> None:
    (installed.folder / "case.yaml").write_text(
        'place: {division: "610523", area: rural}\n'
        "on: 2008-06-01\n"
        "facts:\n"
        "  members: [{id: a, relation: head}, {id: b, relation: spouse}, {id: c, relation: child}]\n"
        "  shared_income: [{item: fishing, amount: 1500}]\n",
        encoding="utf-8",
    )
    outputs = installed.json("assess", "case.yaml")["outputs"]
    assert (outputs["dibao.benefit"], outputs["dibao.payment"]) == ("780.00", "195.00")


def test_the_folder_of_an_installed_plugin_may_still_be_checked_where_it_lies(installed: Installed) -> None:
    done = installed.jiuzhu("plugin", "check", str(installed.folder / "source" / "dali" / "dali_2008"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "dali_2008：4/4 个示例成立" in done.stdout


def test_an_upgrade_is_shown_value_by_value_and_held_until_it_is_accepted(installed: Installed) -> None:
    changed = {"dali_2008/policy.yaml": ("yuan: 760", "yuan: 770"), "pyproject.toml": ("0.1.0", "0.2.0")}
    wheel = built(OUTSIDE, PLUGIN, installed.folder / "source" / "dali2", changed=changed)
    house = str(installed.folder / "first")
    told = installed.told("plugin", "upgrade", str(wheel), "--wheelhouse", house, "--yes")
    assert "~ dali_2008/standard-2008\n    value.amount.yuan: 760 → 770" in told
    assert "+ " not in told.partition("~ ")[2], "nothing else differs"
    assert installed.state() == "waiting"
    assert installed.explain("standard", "2008-06-01")["in_force"]["value"]["amount"]["yuan"] == "760"
    installed.told("plugin", "propose", "dali_2008")
    installed.told("plugin", "accept", "dali_2008", "--yes", login="second")
    assert installed.explain("standard", "2008-06-01")["in_force"]["value"]["amount"]["yuan"] == "770"


def test_an_upgrade_of_the_same_version_puts_in_what_was_shown(installed: Installed) -> None:
    changed = {"dali_2008/policy.yaml": ("yuan: 760", "yuan: 775"), "pyproject.toml": ("0.1.0", "0.2.0")}
    wheel = built(OUTSIDE, PLUGIN, installed.folder / "source" / "dali3", changed=changed)
    house = str(installed.folder / "first")
    assert "770 → 775" in installed.told("plugin", "upgrade", str(wheel), "--wheelhouse", house, "--yes")
    assert installed.state() == "waiting", "pip alone would have passed over a version it has"
    again = str(next(installed.folder.glob("source/dali2/dist/*.whl")))
    installed.told("plugin", "upgrade", again, "--wheelhouse", house, "--yes")
    assert installed.state() == "accepted"


def test_the_server_is_upgraded_with_a_backup_and_rolled_back_by_one_command(installed: Installed) -> None:
    first = next((installed.folder / "first").glob("jiuzhu-*"))
    newer = built(ROOT, PRODUCT, installed.folder / "source" / "newer",
                  changed={"pyproject.toml": ('version = "0.1.0"', 'version = "0.1.1"')})  # fmt: skip
    house = installed.folder / "house"
    house.mkdir()
    for wheel in (*first.glob("wheels/*/*.whl"), *installed.folder.glob("source/dali2/dist/*.whl")):
        shutil.copy(wheel, house)
    (installed.folder / "second").mkdir()
    plugin = next(installed.folder.glob("source/dali2/dist/*.whl"))
    second = bundle(installed.folder / "second", newer, "--plugin", plugin, "--wheelhouse", house)
    sample = second / "nginx.conf"
    whole = sample.read_bytes()
    sample.write_bytes(whole + b"#")
    assert "校验和不符" in installed.script(second, "install").stderr
    sample.write_bytes(whole)
    done = installed.script(second, "install")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0.1.1" in installed.told("--version") and len(list((installed.prefix / "backups").glob("*.tar"))) == 1
    assert installed.state() == "accepted"
    done = installed.script(second, "rollback")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0.1.0" in installed.told("--version") and installed.state() == "accepted"
    assert installed.json("doctor")["differ"] is False


def test_a_bundle_without_a_plugin_in_use_changes_nothing(installed: Installed) -> None:
    first = next((installed.folder / "first").glob("jiuzhu-*"))
    done = installed.script(first, "install")
    assert done.returncode == 1 and "缺少在用的插件" in done.stderr and "dali_2008" in done.stderr
    assert "0.1.0" in installed.told("--version")


def test_uninstalled_its_rules_are_gone_and_what_stood_on_it_was_said(installed: Installed) -> None:
    told = installed.told("plugin", "uninstall", "dali_2008", "--reason", "示例", "--yes")
    assert "610523" in told and "项决定仍按当时规则可复算" in told
    assert "dali_2008" not in {one["name"] for one in installed.json("plugin", "list")}
    found = installed.explain("standard", "2008-06-01")
    assert found["in_force"]["origin"] == ["shaanxi_rural/floor-2007@1"]
