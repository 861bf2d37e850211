"""A new plugin's project is complete: it checks clean, every commented example is valid, a bad name is refused."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import cli
from core.declarative import from_folder
from core.errors import JiuzhuError
from core.kinds import BUILTIN
from core.plugin import Candidate, PluginManager
from regions.check import check_here
from regions.division import DivisionTree
from regions.new_project import new_project
from regions.schemas import SCHEMAS
from regions.settings import Settings

HEADING = re.compile(r"(?m)^  # ── .*\n")
COMMENT = re.compile(r"(?m)^  # ")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project for Hunan, as the command makes it."""
    into = tmp_path_factory.mktemp("new")
    done = CliRunner().invoke(
        cli, ["--lang", "en", "plugin", "new", "hunan", "--division", "430000", "--into", str(into)]
    )
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[-1] == f"next: jiuzhu plugin check {into / 'hunan'}"
    return into / "hunan"


def examples(project: Path) -> tuple[str, list[str]]:
    """The head of the policy file, and its examples without their comment signs."""
    head, *blocks = HEADING.split((project / "hunan" / "policy.yaml").read_text(encoding="utf-8"))
    return head, [COMMENT.sub("  ", block) for block in blocks]


def test_the_project_is_whole(project: Path) -> None:
    files = {str(one.relative_to(project)) for one in project.rglob("*") if one.is_file()}
    assert files == {
        ".gitignore", ".github/workflows/ci.yml", "pyproject.toml", "tests/test_hunan.py",
        "hunan/__init__.py", "hunan/policy.yaml", "hunan/cases.yaml", "hunan/articles.yaml", "hunan/README.md",
        *(f"schemas/{name}" for name in SCHEMAS),
    }  # fmt: skip
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    assert settings["project"]["entry-points"] == {"jiuzhu": {"hunan": "hunan:plugin"}}
    ast.parse((project / "tests" / "test_hunan.py").read_text(encoding="utf-8"))
    assert json.loads((project / "schemas" / "policy.schema.json").read_text(encoding="utf-8"))["title"]


def test_the_project_is_clean_at_its_first_check(project: Path, settings: Settings) -> None:
    found = check_here(settings, str(project))
    assert found.passed and found.findings == ()
    assert [one.status for one in found.coverage] == ["gap"] and [one.differences for one in found.examples] == [()]


def test_there_is_an_example_of_every_kind(project: Path) -> None:
    shown = [found[1] for block in examples(project)[1] if (found := re.search(r"    kind: (\w+)", block))]
    assert shown == [kind.name for kind in BUILTIN]


@pytest.mark.parametrize("number", range(len(BUILTIN)), ids=[kind.name for kind in BUILTIN])
def test_an_example_loads_when_its_comment_signs_are_taken_away(number: int, project: Path, tmp_path: Path) -> None:
    head, blocks = examples(project)
    (tmp_path / "policy.yaml").write_text(head + blocks[number], encoding="utf-8")
    manager = PluginManager(BUILTIN)
    manager.load([Candidate(name="hunan", origin="test", load=lambda: from_folder(tmp_path))])
    plugin = manager.plugins["hunan"]
    assert plugin.error is None, plugin.error.render("en")
    assert {one.kind for one in plugin.provisions} == {"standard", BUILTIN[number].name}


def test_all_examples_together_pass_the_check(project: Path, settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "hunan"
    folder.mkdir()
    head, blocks = examples(project)
    (folder / "policy.yaml").write_text(head + "".join(blocks), encoding="utf-8")
    for name in ("cases.yaml", "articles.yaml", "README.md"):
        (folder / name).write_text((project / "hunan" / name).read_text(encoding="utf-8"), encoding="utf-8")
    assert [one.problem.render("en") for one in check_here(settings, str(folder)).findings] == []


@pytest.mark.parametrize(
    ("name", "division", "code"),
    [
        ("Hunan", "430000", "bad_name"), ("class", "430000", "bad_name"), ("json", "430000", "name_taken"),
        ("yiyang", "430900", "name_taken"), ("amendment", "430000", "name_taken"), ("hunan", "439999", "unknown_division"),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_is_refused(name: str, division: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(JiuzhuError) as caught:
        new_project(DivisionTree.load(), name, division=division, into=tmp_path)
    assert caught.value.code == code and not list(tmp_path.iterdir())


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "hunan").mkdir()
    (tmp_path / "hunan" / "mine.txt").touch()
    with pytest.raises(JiuzhuError) as caught:
        new_project(DivisionTree.load(), "hunan", division="430000", into=tmp_path)
    assert caught.value.code == "folder_taken"
