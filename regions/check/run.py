"""Running the suite: what is foreign is loaded and checked in quarantine, nothing is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.errors import InvalidInput, Text, did_you_mean
from core.errors import JiuzhuError as Error
from regions.check import coverage, held, ruled, worded
from regions.check.report import Covered, Example, Finding, Report, restored, stored
from regions.check.subject import Subject
from regions.discovery import BUNDLED, load_plugins
from regions.platform import open_platform
from regions.plugin_folder import PluginFolder, find_plugin
from regions.quarantine import Limits, confined
from regions.settings import Settings

Check = Callable[[Subject], Iterable[Finding]]

CHECKS: Mapping[str, tuple[Text, Check]] = {
    "loads": (Text("文件和条款", "files and provisions"), held.loads),
    "citations": (Text("依据", "citations"), ruled.citations),
    "days": (Text("起止日期", "days"), ruled.days),
    "bounds": (Text("上级底线、上限和制定权限", "floors, ceilings and competence"), ruled.bounds),
    "limits": (Text("办理时限", "limits of procedure"), ruled.limits),
    "fits": (Text("公式以及与其他插件的配合", "formulas, and the rules of other plugins"), held.fits),
    "cases": (Text("示例", "worked examples"), held.cases),
    "outcomes": (Text("结果的文字", "outcomes in words"), worded.outcomes),
    "languages": (Text("中英文", "both languages"), worded.languages),
    "articles": (Text("逐条对照", "article by article"), coverage.articles),
    "hooks": (Text("钩子", "hooks"), held.hooks),
}
"""Every check, in the order of the report."""

WITHOUT_PROVISIONS = ("loads",)
"""What can be said of a plugin that does not load."""


def check_plugin(settings: Settings, target: str, *, limits: Limits | None = None) -> Report:
    """Check an installed plugin by name, or one in a folder without installing it; nothing is recorded.

    Raises:
        JiuzhuError: ``unknown_plugin``; ``plugin_too_slow``, ``plugin_too_large``, ``plugin_died``.
    """
    folder = find_plugin(Path(target))
    if folder is None and target in BUNDLED:
        return check_here(settings, target)
    given = {"target": str(folder.project or folder.folder) if folder else target, "settings": _handed_down(settings)}
    try:
        return restored(confined("regions.check.run:check_confined", given, limits=limits))
    except Error as error:
        if folder is None or error.code == "unknown_plugin":
            raise
        return _stopped(folder, error)


def _stopped(folder: PluginFolder, error: Error) -> Report:
    """The report of a plugin that did not come through the quarantine."""
    findings = tuple(Finding(check="loads", problem=problem) for problem in error.problems)
    return _report(folder.name, Text(folder.name, folder.name), findings)


def _handed_down(settings: Settings) -> dict[str, Any]:
    """What of the settings the quarantine is told: which plugins and divisions there are, no database and no key."""
    return {
        "divisions": [str(one.resolve()) for one in settings.divisions],
        "plugin_dirs": [str(one.resolve()) for one in settings.plugin_dirs],
        "disabled": list(settings.disabled),
    }


def check_confined(given: Mapping[str, Any]) -> dict[str, Any]:
    """Check inside the quarantine."""
    told = given["settings"]
    settings = Settings(
        data_dir=Path(),
        lang="zh",
        disabled=tuple(told["disabled"]),
        divisions=tuple(map(Path, told["divisions"])),
        plugin_dirs=tuple(map(Path, told["plugin_dirs"])),
    )
    return stored(check_here(settings, given["target"]))


def check_here(settings: Settings, target: str) -> Report:
    """Check in this process: a bundled plugin, or in the quarantine.

    Raises:
        JiuzhuError: ``unknown_plugin``.
    """
    folder = find_plugin(Path(target))
    name = folder.name if folder else target
    on = replace(settings, disabled=tuple(one for one in settings.disabled if one != name))
    trial = Path(target) if folder else None
    platform = open_platform(on, in_memory=True, loaded=load_plugins(on, trial, confined=True))
    if name not in platform.manager.plugins:
        text = Text(
            f"没有名为“{target}”的插件，也不是插件的目录（policy.yaml 或 pyproject.toml）",
            f"'{target}' is neither a plugin nor the folder of one (policy.yaml or pyproject.toml)",
        )
        raise Error("unknown_plugin", text, value=target, hint=did_you_mean(target, platform.manager.plugins))
    subject = Subject(
        platform=platform, plugin=platform.manager.plugins[name],
        folder=folder.folder if folder else platform.manager.folder(name),
    )  # fmt: skip
    return examined(subject)


def examined(subject: Subject) -> Report:
    """Return the report of a loaded plugin."""
    names = CHECKS if subject.plugin.state == "active" else WITHOUT_PROVISIONS
    findings = tuple(found for name in names for found in CHECKS[name][1](subject))
    header = subject.plugin.header
    title = header.title if header is not None else Text(subject.name, subject.name)
    report = _report(subject.name, title, findings)
    if names is not CHECKS:
        return report
    try:
        examples: tuple[Example, ...] = tuple(held.examples(subject))
        covered: tuple[Covered, ...] = coverage.coverage(subject)
    except InvalidInput:
        examples, covered = (), ()  # the file's faults are among the findings
    version = header.version if header is not None else ""
    checks = {name: CHECKS[name][0] for name in names}
    return replace(report, version=version, checks=checks, examples=examples, coverage=covered)


def _report(name: str, title: Text, findings: tuple[Finding, ...]) -> Report:
    return Report(
        name=name, title=title, version="", findings=findings, examples=(), coverage=(),
        checks={one: CHECKS[one][0] for one in WITHOUT_PROVISIONS},
    )  # fmt: skip
