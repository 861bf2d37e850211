"""The conformance suite under pytest, for an author's own CI: ``pytest -p regions.pytest_plugin``.

In a plugin's folder (one with a ``policy.yaml``) every check of the suite and every worked example is a test of its
own; the suite itself runs once, in quarantine. A remark is a warning and fails nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import JiuzhuError, Language
from regions.check import Report, check_plugin
from regions.check.report import Example
from regions.check.run import CHECKS
from regions.plugin_folder import POLICY, find_plugin
from regions.settings import load_settings


class Fault(Exception):  # noqa: N818 - what the author reads is the message, not our stack
    """What a check found."""


class Remark(UserWarning):
    """What a reader of the plugin must know."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a ``policy.yaml`` as the plugin it makes."""
    return PluginFile.from_parent(parent, path=file_path) if file_path.name == POLICY else None


class PluginFile(pytest.File):
    """A plugin: its checks and its worked examples."""

    def collect(self) -> Iterator[pytest.Item]:
        """Run the suite once and yield a test for each check and each example."""
        report = self._report()
        for name in CHECKS:
            yield CheckItem.from_parent(self, name=name, report=report)
        for number, example in enumerate(report.examples):
            yield ExampleItem.from_parent(self, name=f"case {number + 1}: {example.name.zh}", example=example)

    def _report(self) -> Report:
        package = self.path.parent
        found = find_plugin(package.parent)
        target = package.parent if found is not None and found.folder == package else package
        try:
            return check_plugin(load_settings(os.environ, self.config.rootpath), str(target))
        except JiuzhuError as error:
            raise self.CollectError(error.render(language())) from error


class SuiteItem(pytest.Item):
    """A test of the suite: what it says when it fails is the finding, without a traceback."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:  # noqa: ARG002 - pytest's
        """Show the finding."""
        return str(excinfo.value) if isinstance(excinfo.value, Fault) else str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Say where the test comes from."""
        return self.path, 0, self.name


class CheckItem(SuiteItem):
    """One check."""

    def __init__(self, *, report: Report, **more: Any) -> None:
        super().__init__(**more)
        self.report = report

    def runtest(self) -> None:
        """Fail with the check's faults, warn of its remarks; a check that could not run is skipped."""
        if self.name not in self.report.checks:
            pytest.skip("the plugin does not load")
        for one in self.report.remarks:
            if one.check == self.name:
                self.warn(Remark(one.problem.render(language())))
        faults = [one.problem.render(language()) for one in self.report.faults if one.check == self.name]
        if faults:
            raise Fault("\n".join(faults))


class ExampleItem(SuiteItem):
    """One worked example."""

    def __init__(self, *, example: Example, **more: Any) -> None:
        super().__init__(**more)
        self.example = example

    def runtest(self) -> None:
        """Fail with what comes out otherwise."""
        if self.example.differences:
            raise Fault("\n".join(one.pick(language()) for one in self.example.differences))


def language() -> Language:
    """The language of the platform's settings."""
    return "en" if load_settings(os.environ, Path.cwd()).lang == "en" else "zh"
