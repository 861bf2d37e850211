"""A plugin that is a ``policy.yaml`` and three lines of Python: each hook gives the file's provisions of its kinds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from importlib import resources
from pathlib import Path

from core.hookspecs import PROVISION_HOOKS, Given, hookimpl
from core.policy_file import RawProvision, raw_provisions
from core.source import Located, read, read_text


class DeclarativePlugin:
    """A plugin made of a ``policy.yaml`` beside its package; the file is read when first asked for."""

    def __init__(self, folder: Path | None, package: str) -> None:
        self._folder = folder
        self._package = package

    @property
    def folder(self) -> Path:
        """The folder that holds the policy file, the worked examples and the table of articles."""
        return self._folder or Path(str(resources.files(self._package)))

    @cached_property
    def _file(self) -> Located:
        if self._folder is not None:
            return read(self._folder / "policy.yaml", name=f"{self._folder.name}/policy.yaml")
        path = resources.files(self._package).joinpath("policy.yaml")
        return read_text(path.read_text(encoding="utf-8"), f"{self._package.replace('.', '/')}/policy.yaml")

    def _given(self, hook: str) -> list[RawProvision]:
        return [raw for raw in raw_provisions(self._file) if hook_of(raw.kind) == hook]

    @hookimpl
    def jiuzhu_header(self) -> Located:
        """Return the whole file; only its frame is read."""
        return self._file

    @hookimpl
    def jiuzhu_income_definitions(self) -> Iterable[Given]:
        """Return the income definitions of the file."""
        return self._given("jiuzhu_income_definitions")

    @hookimpl
    def jiuzhu_standards(self) -> Iterable[Given]:
        """Return the standards of the file."""
        return self._given("jiuzhu_standards")

    @hookimpl
    def jiuzhu_review_intervals(self) -> Iterable[Given]:
        """Return the review intervals of the file."""
        return self._given("jiuzhu_review_intervals")

    @hookimpl
    def jiuzhu_publicity_rules(self) -> Iterable[Given]:
        """Return the publicity rules of the file."""
        return self._given("jiuzhu_publicity_rules")

    @hookimpl
    def jiuzhu_provisions(self) -> Iterable[Given]:
        """Return the other provisions of the file."""
        return self._given("jiuzhu_provisions")

    @hookimpl
    def jiuzhu_divisions(self) -> Iterable[Given]:
        """Return the divisions of the file."""
        return self._given("jiuzhu_divisions")

    @hookimpl
    def jiuzhu_facts(self) -> Iterable[Given]:
        """Return the facts and findings of the file."""
        return self._given("jiuzhu_facts")


def declarative(package: str) -> DeclarativePlugin:
    """Make the plugin of a package that holds a ``policy.yaml``.

    The whole ``__init__.py`` of such a package is ``plugin = declarative(__name__)``.
    """
    return DeclarativePlugin(None, package)


def from_folder(folder: Path) -> DeclarativePlugin:
    """Make the plugin of a folder that holds a ``policy.yaml``, without installing it."""
    return DeclarativePlugin(folder, folder.name)


def hook_of(kind: str) -> str:
    """Return the hook that gives provisions of a kind."""
    for hook, kinds in PROVISION_HOOKS.items():
        if kinds is not None and kind in kinds:
            return hook
    return "jiuzhu_provisions"


def claimed(frame: Located) -> frozenset[str]:
    """Read off the divisions a file speaks for without trusting anything else in it."""
    data = frame.data if isinstance(frame.data, Mapping) else {}
    rows = [data.get("defaults"), *(data.get("provisions") or ())]
    return frozenset(str(row["division"]) for row in rows if isinstance(row, Mapping) and "division" in row)


def scanned(folder: object) -> frozenset[str]:
    """Look for division codes in a policy file that cannot even be read: its places must not get half a rulebook."""
    path = folder / "policy.yaml" if isinstance(folder, Path) else None
    if path is None or not path.is_file():
        return frozenset()
    text = path.read_text(encoding="utf-8", errors="replace")
    return frozenset(re.findall(r"""\bdivision:\s*["']?([0-9A-Za-z]{2,20})""", text))
