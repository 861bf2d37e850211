"""What we ship: a wheel with our five names, every data file, and a command that runs where nothing else of ours is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from core.origin import TOP_LEVEL

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("core", "plugins", "regions", "admin")
SOURCES = (*PACKAGES, "cli.py", "pyproject.toml", "constraints.txt", "Makefile", "README.md", "LICENSE")


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    done = subprocess.run(  # noqa: S603 – our own commands
        [str(part) for part in command],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is built, so that the build leaves nothing in the repository and finds nothing stale."""
    copy = tmp_path_factory.mktemp("source")
    ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=ignore)
        else:
            shutil.copy(ROOT / name, copy / name)
    return copy


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without the network by the tools of this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, folder=source)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def content(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def clean(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of a clean environment with the wheel in it.

    What it depends on is taken from this environment by a path file: nothing is downloaded, and path files there –
    the one of an editable install of ours – are not followed.
    """
    home = tmp_path_factory.mktemp("clean") / "env"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check")
    run(*pip, "install", "--quiet", "--no-index", "--no-deps", wheel, folder=home)
    (site,) = (home / "lib").glob("python*/site-packages")
    ours = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "borrowed.pth").write_text("\n".join(ours), encoding="utf-8")
    return home / "bin"


def test_nothing_but_our_names_is_at_the_top(content: set[str]) -> None:
    top = {name.partition("/")[0] for name in content}

    assert {name for name in top if not name.endswith(".dist-info")} == {*PACKAGES, "cli.py"}
    assert {name.removesuffix(".py") for name in top if not name.endswith(".dist-info")} == set(TOP_LEVEL)


def test_every_file_of_the_source_is_inside(content: set[str], source: Path) -> None:
    files = {file.relative_to(source).as_posix() for name in PACKAGES for file in (source / name).rglob("*.*")}
    files = {name for name in files if not (source / name).is_dir() and "egg-info" not in name}

    assert files - content == set()


@pytest.mark.parametrize(
    "name",
    [
        "core/py.typed",
        "core/facts.yaml",
        "core/formula/grammar.lark",
        "core/data/calendar.csv",
        "core/kinds/standard.py",
        "core/casework/access.yaml",
        "core/store/migrations/env.py",
        "core/store/migrations/script.py.mako",
        "regions/py.typed",
        "regions/data/divisions.csv",
        "plugins/py.typed",
        "plugins/national/policy.yaml",
        "plugins/national/cases.yaml",
        "plugins/national/README.md",
        "admin/py.typed",
        "admin/app.py",
    ],
)
def test_named_file_is_inside(content: set[str], name: str) -> None:
    assert name in content


def test_tests_and_tools_stay_outside(content: set[str]) -> None:
    assert not [name for name in content if "test" in name.partition("/")[0] or "benchmark" in name]


def test_licence_goes_with_the_code(content: set[str]) -> None:
    assert [name for name in content if name.endswith(".dist-info/licenses/LICENSE")]


def test_command_runs_in_a_clean_environment(clean: Path, tmp_path: Path) -> None:
    assert "0.1.0" in run(clean / "jiuzhu", "--version", folder=tmp_path)


def test_installed_names_come_from_the_wheel(clean: Path, tmp_path: Path) -> None:
    code = "from core.origin import check_single_root; print(check_single_root())"

    assert Path(run(clean / "python", "-c", code, folder=tmp_path).strip()).is_relative_to(clean.parent)


def test_installed_command_answers_from_its_own_data(clean: Path, tmp_path: Path) -> None:
    environment = {"JIUZHU_DATA_DIR": str(tmp_path / "data"), "PYTHONUTF8": "1"}
    told = run(clean / "jiuzhu", "division", "show", "430903", "--json", folder=tmp_path, **environment)

    assert json.loads(told)["path"] == "湖南省益阳市赫山区"


def test_installed_command_makes_checks_and_backs_up_a_database(clean: Path, tmp_path: Path) -> None:
    environment = {"JIUZHU_DATA_DIR": str(tmp_path / "data"), "PYTHONUTF8": "1"}
    commands = (("db", "upgrade"), ("db", "check"), ("staff", "first", "root", "管理员"), ("db", "backup", "a.zip"))
    for words in commands:
        run(clean / "jiuzhu", *words, folder=tmp_path, **environment, JIUZHU_USER="root")
    assert (tmp_path / "a.zip").exists()


def test_installed_migrations_lead_to_the_installed_tables(clean: Path, tmp_path: Path) -> None:
    code = (
        "from alembic.script import ScriptDirectory as S; from core.store.migration import FOLDER, HEAD; "
        "assert S(str(FOLDER)).get_heads() == [HEAD], FOLDER"
    )
    run(clean / "python", "-c", code, folder=tmp_path)


def test_installed_calendar_and_web_find_their_data(clean: Path, tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from admin.app import create_app; from core.calendar import WorkingCalendar; "
        "from regions.platform import open_platform; from regions.settings import Settings; WorkingCalendar.load(); "
        "page = create_app(open_platform(Settings(data_dir=Path('data'), lang='zh'))).test_client().get('/login'); "
        "assert page.status_code == 200 and '登录' in page.get_data(as_text=True), page.status"
    )
    run(clean / "python", "-c", code, folder=tmp_path, PYTHONUTF8="1")


def test_make_install_gives_the_shell_that_activates_it_the_command(source: Path, tmp_path: Path) -> None:
    run("make", "install", f"PYTHON={sys.executable}", f"VENV={tmp_path / 'own'}", folder=source)
    said = run(
        "sh", "-c", f". {tmp_path / 'own'}/bin/activate && command -v jiuzhu && jiuzhu --version", folder=tmp_path
    )
    assert said.splitlines()[0] == f"{tmp_path / 'own'}/bin/jiuzhu" and "jiuzhu, version" in said
