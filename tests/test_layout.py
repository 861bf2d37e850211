"""The top level and its layers hold: one root, and nobody imports whom he must not."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from core.errors import JiuzhuError
from core.origin import TOP_LEVEL, check_single_root, root_of, single_root

ROOT = Path(__file__).resolve().parent.parent


def test_all_five_names_come_from_this_checkout() -> None:
    assert check_single_root() == ROOT


def test_stranger_of_the_same_name_is_refused_and_named() -> None:
    roots = {name: Path("/ours") for name in TOP_LEVEL} | {"regions": Path("/strangers")}

    with pytest.raises(JiuzhuError) as refused:
        single_root(roots)

    assert refused.value.code == "mixed_installation"
    assert "regions → /strangers" in refused.value.render("en")
    assert "regions → /strangers" in refused.value.render("zh")


def test_every_stray_is_named_at_once() -> None:
    def locate(name: str) -> Path | None:
        return {"core": Path("/ours"), "cli": Path("/ours"), "admin": Path("/theirs")}.get(name)

    with pytest.raises(JiuzhuError) as refused:
        check_single_root(locate)

    assert refused.value.value == "plugins → ?, regions → ?, admin → /theirs"


def test_missing_core_is_refused_like_any_other() -> None:
    with pytest.raises(JiuzhuError, match="core → None"):
        single_root(dict.fromkeys(TOP_LEVEL))


def test_module_and_package_count_from_the_folder_that_holds_them() -> None:
    assert root_of("cli") == root_of("core") == ROOT


def test_name_that_cannot_be_imported_has_no_root() -> None:
    assert root_of("no_such_module_of_ours") is None


def test_bare_folder_of_our_name_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bare_folder_of_ours").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))

    assert root_of("bare_folder_of_ours") is None


def sources(*names: str) -> list[Path]:
    given = [ROOT / name for name in names]
    return [file for one in given for file in ([one] if one.suffix == ".py" else sorted(one.rglob("*.py")))]


def shown(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def imported(file: Path) -> set[str]:
    """Every module name an import statement of the file mentions, wherever it stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found.add(node.module)
    return found


@pytest.mark.parametrize("file", sources("core", "regions", "admin", "cli.py"), ids=shown)
def test_nobody_imports_a_plugin_by_name(file: Path) -> None:
    assert not {name for name in imported(file) if name.partition(".")[0] == "plugins"}


@pytest.mark.parametrize("file", sources("core", "plugins", "regions", "admin"), ids=shown)
def test_nobody_imports_the_command_line(file: Path) -> None:
    assert "cli" not in imported(file)


def test_command_line_stands_beside_the_web_not_on_it() -> None:
    assert not {name for name in imported(ROOT / "cli.py") if name.partition(".")[0] == "admin"}


def test_tests_are_not_a_package() -> None:
    folders = {file.parent for file in (ROOT / "tests").rglob("test_*.py")} | {ROOT / "tests"}

    assert not [folder for folder in folders if (folder / "__init__.py").exists()]
