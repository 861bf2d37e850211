"""What a check found: faults and remarks by check, worked examples, articles; as text and as JSON (HTML: ``html.py``).

A fault is the author's to mend. A remark is something a reader must know that may well stand in the document itself: a
county's standard after 2014, a limit longer than the nation's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import Language, Problem, Text
from core.problem_json import problem_json, problem_of

Json = Mapping[str, Any]

STATUSES: Mapping[str, Text] = {
    "implemented": Text("已实现", "implemented"),
    "not_executable": Text("不可执行", "not executable"),
    "gap": Text("空缺", "gap"),
    "open": Text("没有着落", "not accounted for"),
}
"""What may become of an article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a check found; ``fault`` says that the check is not passed."""

    check: str
    problem: Problem
    fault: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A worked example, its place, and how it differs from what it expects; no difference: it holds."""

    name: Text
    article: str
    differences: tuple[Text, ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """An article of a document: what became of it, by which provisions, shown by which examples."""

    document: Text
    article: str
    topic: Text
    status: str
    provisions: tuple[str, ...] = ()
    cases: tuple[Text, ...] = ()

    def to_json(self, language: Language) -> dict[str, Any]:
        """Return the row as JSON."""
        return {
            "document": self.document.pick(language),
            "article": self.article,
            "topic": self.topic.pick(language),
            "status": self.status,
            "provisions": list(self.provisions),
            "cases": [one.pick(language) for one in self.cases],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole of it. ``checks`` are those that ran, by name."""

    name: str
    title: Text
    version: str
    checks: Mapping[str, Text]
    findings: tuple[Finding, ...]
    examples: tuple[Example, ...]
    coverage: tuple[Covered, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong; a remark is nothing wrong."""
        return not self.faults

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What must be mended."""
        return tuple(one for one in self.findings if one.fault)

    @property
    def remarks(self) -> tuple[Finding, ...]:
        """What a reader must know."""
        return tuple(one for one in self.findings if not one.fault)

    def lines(self, language: Language) -> Iterator[str]:
        """Yield the report as text: faults, examples, articles without an account, remarks, and the sum."""
        faults = [one.problem for one in self.faults if one.problem.code != "case_fails"]  # its example says it
        yield from ("✗ " + problem.render(language) for problem in faults)
        for example in self.examples:
            said = f"{example.article}  {example.name.pick(language)}"
            yield f"✗ {example.where}: {said}" if example.differences else f"✓ {said}"
            yield from (f"    {one.pick(language)}" for one in example.differences)
        yield from ("! " + one.problem.render(language) for one in self.remarks)
        yield from (one.pick(language) for one in self.sums())

    def sums(self) -> Iterator[Text]:
        """Yield the sum in sentences."""
        held = sum(not one.differences for one in self.examples)
        yield Text(
            f"{self.name}：{held}/{len(self.examples)} 个示例成立",
            f"{self.name}: {held} of {len(self.examples)} examples hold",
        )
        counted = {status: sum(one.status == status for one in self.coverage) for status in STATUSES}
        if self.coverage:
            zh = "，".join(f"{STATUSES[status].zh} {number}" for status, number in counted.items() if number)
            en = ", ".join(f"{number} {STATUSES[status].en}" for status, number in counted.items() if number)
            yield Text(f"条文 {len(self.coverage)}：{zh}", f"articles {len(self.coverage)}: {en}")
        faults, remarks = len(self.faults), len(self.remarks)
        if faults:
            yield Text(f"没有通过：{faults} 处错误，{remarks} 处提示", f"failed: {faults} faults, {remarks} remarks")
        else:
            yield Text(
                f"通过：{len(self.checks)} 项检查，{remarks} 处提示",
                f"passed: {len(self.checks)} checks, {remarks} remarks",
            )

    def to_json(self, language: Language) -> dict[str, Any]:
        """Return the report as JSON, sentences in ``language``."""
        return {
            "plugin": self.name,
            "version": self.version,
            "passed": self.passed,
            "checks": {name: title.pick(language) for name, title in self.checks.items()},
            "errors": [one.problem.render(language) for one in self.faults],
            "remarks": [one.problem.render(language) for one in self.remarks],
            "examples": [
                {
                    "name": one.name.pick(language),
                    "article": one.article,
                    "mismatches": [each.pick(language) for each in one.differences],
                }
                for one in self.examples
            ],
            "coverage": [one.to_json(language) for one in self.coverage],
        }


def stored(report: Report) -> dict[str, Any]:
    """Return a report as JSON with both languages, for another process."""
    return {
        "name": report.name,
        "title": _both(report.title),
        "version": report.version,
        "checks": {name: _both(title) for name, title in report.checks.items()},
        "findings": [[one.check, problem_json(one.problem), one.fault] for one in report.findings],
        "examples": [[_both(one.name), one.article, _each(one.differences), one.where] for one in report.examples],
        "coverage": [
            [_both(one.document), one.article, _both(one.topic), one.status, list(one.provisions), _each(one.cases)]
            for one in report.coverage
        ],
    }


def restored(told: Json) -> Report:
    """Return the report another process told."""
    return Report(
        name=told["name"],
        title=Text(*told["title"]),
        version=told["version"],
        checks={name: Text(*title) for name, title in told["checks"].items()},
        findings=tuple(Finding(check=a, problem=problem_of(b), fault=c) for a, b, c in told["findings"]),
        examples=tuple(
            Example(name=Text(*a), article=b, differences=_texts(c), where=d) for a, b, c, d in told["examples"]
        ),
        coverage=tuple(
            Covered(
                document=Text(*a), article=b, topic=Text(*c), status=d, provisions=tuple(e), cases=_texts(f)
            )
            for a, b, c, d, e, f in told["coverage"]
        ),
    )  # fmt: skip


def _both(text: Text) -> list[str]:
    return [text.zh, text.en]


def _each(texts: Sequence[Text]) -> list[list[str]]:
    return [_both(one) for one in texts]


def _texts(told: Sequence[Sequence[str]]) -> tuple[Text, ...]:
    return tuple(Text(*one) for one in told)
