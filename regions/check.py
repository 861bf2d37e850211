"""Checking a plugin: does it load, and do its worked examples hold?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import JiuzhuError, Language, Text
from core.example import Question, mismatches, read_questions
from core.source import read
from regions.example import rules_for
from regions.platform import Platform, open_platform
from regions.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What a check found: the plugin's faults, and each worked example with its mismatches."""

    name: str
    errors: tuple[JiuzhuError, ...]
    examples: tuple[tuple[Question, tuple[str, ...]], ...]
    remarks: tuple[Text, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors and not any(found for _, found in self.examples)

    def lines(self, language: Language) -> Iterator[str]:
        """Yield the report as text."""
        for error in self.errors:
            yield "✗ " + error.render(language)
        for question, found in self.examples:
            yield f"{'✗' if found else '✓'} {question.article}  {question.name.pick(language)}"
            yield from (f"    {one}" for one in found)
        yield from ("! " + text.pick(language) for text in self.remarks)
        held = sum(not found for _, found in self.examples)
        yield Text(
            f"{self.name}：{held}/{len(self.examples)} 个示例成立",
            f"{self.name}: {held} of {len(self.examples)} examples hold",
        ).pick(language)

    def to_json(self, language: Language) -> dict[str, Any]:
        """Return the report as JSON."""
        examples = [
            {"name": question.name.pick(language), "article": question.article, "mismatches": list(found)}
            for question, found in self.examples
        ]
        return {
            "plugin": self.name,
            "passed": self.passed,
            "errors": [error.render(language) for error in self.errors],
            "remarks": [text.pick(language) for text in self.remarks],
            "examples": examples,
        }


def check_plugin(settings: Settings, target: str) -> CheckReport:
    """Check an installed plugin by name, or one in a folder without installing it; nothing is recorded.

    Raises:
        JiuzhuError: ``unknown_plugin``.
    """
    folder = Path(target)
    if (folder / "policy.yaml").is_file():
        platform = open_platform(settings, in_memory=True, trial=folder)
        return _report(platform, folder.resolve().name, folder)
    platform = open_platform(settings, in_memory=True)
    if target not in platform.manager.plugins:
        text = Text(
            f"没有名为“{target}”的插件，也不是含 policy.yaml 的目录",
            f"'{target}' is neither a plugin nor a folder with a policy.yaml",
        )
        raise JiuzhuError("unknown_plugin", text, value=target)
    return _report(platform, target, platform.manager.folder(target))


def _report(platform: Platform, name: str, folder: Path | None) -> CheckReport:
    plugin = platform.manager.plugins[name]
    errors = [plugin.error] if plugin.error is not None else []
    examples: list[tuple[Question, tuple[str, ...]]] = []
    if folder is not None and (folder / "cases.yaml").is_file() and not errors:
        try:
            questions = read_questions(read(folder / "cases.yaml", name=f"{name}/cases.yaml"))
            examples.extend((one, tuple(mismatches(one, lambda q: rules_for(platform, q)))) for one in questions)
        except JiuzhuError as error:
            errors.append(error)
    return CheckReport(name=name, errors=tuple(errors), examples=tuple(examples), remarks=_remarks(platform, name))


def _remarks(platform: Platform, name: str) -> tuple[Text, ...]:
    """Say which provisions are inert, and which standards their level may not set."""
    inert = [one for one in platform.registry.provisions(None) if one.plugin == name and one.inert is not None]
    remarks = [Text(f"{one.address}：{one.inert.zh}", f"{one.address}: {one.inert.en}") for one in inert if one.inert]
    for one in platform.registry.provisions(None):
        if one.plugin == name and one.kind == "standard" and one.period.start.day is not None:
            programme = "dibao" if one.scope.programme == "any" else one.scope.programme
            book = platform.registry.rulebook(
                one.scope.division, on=one.period.start.day, area=one.scope.area, programmes=(programme,)
            )
            remarks += [
                Text(f"{at}：{text.zh}", f"{at}: {text.en}") for _, text, at in book.policy.flags if at == one.address
            ]
    return tuple(remarks)
