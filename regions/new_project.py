"""A new plugin's project: written from the templates in ``scaffold/``, complete, clean at the first check."""

from __future__ import annotations

import json
import keyword
import re
import sys
from collections.abc import Iterator, Mapping
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from core.errors import JiuzhuError, Text
from core.kinds import BUILTIN
from core.plugin import API_VERSION, RESERVED
from regions.discovery import BUNDLED
from regions.division import DivisionTree
from regions.schemas import SCHEMAS

FILES: Mapping[str, str] = {
    "pyproject.toml": "pyproject.toml.j2",
    "{name}/__init__.py": "__init__.py.j2",
    "{name}/cases.yaml": "cases.yaml.j2",
    "{name}/articles.yaml": "articles.yaml.j2",
    "{name}/README.md": "README.md.j2",
    "tests/test_{name}.py": "test_plugin.py.j2",
    ".github/workflows/ci.yml": "ci.yml.j2",
    ".gitignore": "gitignore.j2",
}
"""The files of a project and their templates; ``policy.yaml`` is put together of two, the schemas are exported."""
_EXAMPLE = re.compile(r"^(?=- id: )", re.MULTILINE)
_KIND = re.compile(r"^  kind: (\w+)$", re.MULTILINE)


def new_project(tree: DivisionTree, name: str, *, division: str, into: Path) -> tuple[Path, ...]:
    """Write the project of a plugin for a division into the folder ``into/name`` and return its files.

    Raises:
        JiuzhuError: ``bad_name``, ``name_taken``, ``unknown_division``, ``folder_taken``.
    """
    _refuse_name(name)
    place = tree.get(division).name
    root = into / name
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        text = Text("目录已存在且不为空", "the folder is there and not empty")
        raise JiuzhuError("folder_taken", text, value=str(root), hint=Text("请换一个位置", "choose another place"))
    major, minor, *_ = API_VERSION.split(".")
    words = {
        "name": name, "division": division, "place": place, "core": f"{major}.{minor}",
        "range": f">={major}.{minor},<{major}.{int(minor) + 1}",
    }  # fmt: skip
    return tuple(_write(root / path, text) for path, text in _contents(words))


def _contents(words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for path, template in FILES.items():
        yield path.format(**words), filled(template, words)
    yield f"{words['name']}/policy.yaml", filled("policy.yaml.j2", words) + commented(filled("examples.yaml.j2", words))
    for schema, make in SCHEMAS.items():
        yield f"schemas/{schema}", json.dumps(make(), ensure_ascii=False, indent=1) + "\n"


def filled(template: str, words: Mapping[str, str]) -> str:
    """Fill a template."""
    text = resources.files("regions").joinpath("scaffold", template).read_text(encoding="utf-8")
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)  # noqa: S701 - no HTML
    return environment.from_string(text).render(words)


def commented(examples: str) -> str:
    """Put one example of every kind behind ``# ``, each under a heading with what its kind is called."""
    titles = {kind.name: kind.title for kind in BUILTIN}
    parts = []
    for example in filter(None, _EXAMPLE.split(examples)):
        found = _KIND.search(example)
        assert found is not None
        title = titles[found[1]]
        lines = [f"  # {line}".rstrip() for line in example.rstrip().splitlines()]
        parts.append("\n".join(["", f"  # ── {title.zh} / {title.en}", *lines, ""]))
    return "".join(parts)


def _refuse_name(name: str) -> None:
    """A plugin's name becomes a package: no word of Python, nothing that is importable already."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        text = Text("名称须为小写字母、数字和下划线", "a name is lower-case letters, digits and underscores")
        raise JiuzhuError("bad_name", text, value=name)
    if name in RESERVED or name in BUNDLED or name in sys.stdlib_module_names or find_spec(name) is not None:
        text = Text("名称已被占用", "the name is taken")
        raise JiuzhuError("name_taken", text, value=name, hint=Text("请换一个名称", "choose another name"))


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
