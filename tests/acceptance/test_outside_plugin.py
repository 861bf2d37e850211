"""A plugin from outside: built as a wheel, installed beside the jiuzhu wheel in its own environment, and in force.

Nothing of the product is changed for it. Its document is made up; the county, 大荔县 (610523), is not.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import venv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = ROOT / "tests" / "outside_plugin"
PRODUCT = ("core", "plugins", "regions", "admin", "cli.py", "pyproject.toml", "README.md", "LICENSE")
PLUGIN = ("dali_2008", "pyproject.toml", "README.md")
DALI = ("--division", "610523", "--area", "rural")


@dataclass(frozen=True)
class Installed:
    """An environment with both wheels; commands run from a folder far from the repository."""

    folder: Path

    def jiuzhu(self, *words: str, lang: str = "zh") -> subprocess.CompletedProcess[str]:
        """Run the installed command."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "JIUZHU_"))}
        environ = kept | {"JIUZHU_DATA_DIR": str(self.folder / "data"), "PYTHONUTF8": "1"}
        return subprocess.run(  # noqa: S603 – the command just installed
            [self.folder / "env" / "bin" / "jiuzhu", "--lang", lang, *words],
            cwd=self.folder, env=environ, text=True, capture_output=True, check=False,
        )  # fmt: skip

    def json(self, *words: str) -> Any:
        """Run a command that must succeed and read its JSON."""
        done = self.jiuzhu(*words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def explain(self, kind: str, on: str, key: str = "") -> Any:
        """Ask for a rule of the county."""
        return self.json("policy", "explain", kind, "--key", key, *DALI, "--on", on)


def copied(source: Path, names: Iterable[str], target: Path) -> Path:
    """Copy what a wheel is built of, so that the build leaves nothing in the repository."""
    for name in names:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, target / name)
    return target


def run(*words: str | Path) -> None:
    """Run a step of the installation; its output is shown when it fails."""
    done = subprocess.run(words, text=True, capture_output=True, check=False)  # noqa: S603 – pip of the new environment
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Both wheels, built and installed; setuptools comes first, so that the constraints hold for the build too."""
    folder = tmp_path_factory.mktemp("outside")
    venv.create(folder / "env", with_pip=True)
    pip = (folder / "env" / "bin" / "python", "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "install", "-c", ROOT / "constraints.txt", "setuptools")
    wheels = folder / "wheels"
    for name, source, names in (("jiuzhu", ROOT, PRODUCT), ("dali", OUTSIDE, PLUGIN)):
        tree = copied(source, names, folder / "source" / name)
        run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", wheels, tree)
    run(*pip, "install", "-c", ROOT / "constraints.txt", *sorted(wheels.glob("*.whl")))
    return Installed(folder)


def test_the_installed_plugin_is_found_by_its_entry_point_and_in_use(installed: Installed) -> None:
    found = {one["name"]: one for one in installed.json("plugin", "list")}
    assert [one["state"] for one in found.values()] == ["active"] * 6
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
    assert "shaanxi_rural/floor-2007 693元/人·年" in low["inert"]
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
    assert [remark.partition("：")[0] for remark in found["remarks"]] == [
        "dali_2008/standard-2008-07",
        "dali_2008/standard-2018",
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
