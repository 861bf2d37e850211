"""Checks by trying: the plugin loads, its rules fit those of others, its examples hold, its hooks answer."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where, did_you_mean
from core.example import Question
from core.hookspecs import Case
from core.plugin import Registered
from core.provision import ANY
from regions.check.papers import paper_faults
from regions.check.report import Example, Finding
from regions.check.subject import Subject
from regions.plugin_folder import PROJECT
from regions.plugin_papers import Brought

NOTICES = ("grant_notice", "refusal_notice", "change_notice", "stop_notice", "deficiency_notice")
"""Papers a plugin may add fields to; it is asked for each, and says nothing of those it does not know."""


def loads(subject: Subject) -> Iterator[Finding]:
    """The files are read, those of its papers too, every provision fits its kind, and what it requires is there."""
    error = subject.plugin.error
    for problem in error.problems if error is not None else ():
        yield Finding(check="loads", problem=problem)
    if error is None and subject.folder is not None:
        yield from _versions(subject.folder, subject.plugin)
    if subject.folder is not None:
        brought = Brought(plugin=subject.name, package=subject.folder)
        yield from (Finding(check="loads", problem=problem) for problem in paper_faults(brought))


def _versions(folder: Path, plugin: Registered) -> Iterator[Finding]:
    """The package has the version the plugin says: pip goes by the one, an acceptance by the other."""
    project = folder.parent / PROJECT
    if plugin.header is None or not project.is_file():
        return
    text = project.read_text(encoding="utf-8")
    named = tomllib.loads(text).get("project", {}).get("version", plugin.header.version)
    if named != plugin.header.version:
        line = next((n for n, one in enumerate(text.splitlines(), 1) if one.startswith("version")), 1)
        said = Text(
            f"与 policy.yaml 的版本 {plugin.header.version} 不同",
            f"is not the version policy.yaml names, {plugin.header.version}",
        )
        hint = Text("两处写同一个版本", "write the same version in both")
        where = Where(file=PROJECT, line=line, column=1, path="version")
        problem = Problem(code="version_differs", message=said, where=where, value=str(named), hint=hint)
        yield Finding(check="loads", problem=problem)


def fits(subject: Subject) -> Iterator[Finding]:
    """Its rules and those of the other plugins make one whole in its places: formulas, facts, stages, no tie."""
    seen: set[str] = set()
    for book in subject.books:
        for problem in book.problems if isinstance(book, JiuzhuError) else ():
            said = problem.render("en")
            if said not in seen:
                seen.add(said)
                yield Finding(check="fits", problem=problem, fault=problem.code != "broken_rules")
    yield from _unknown_programmes(subject)


def _unknown_programmes(subject: Subject) -> Iterator[Finding]:
    """A rule for a programme nobody has set up never holds for anybody: most likely its name is misspelt."""
    ruled = subject.platform.registry.provisions()
    known = {one.scope.programme for one in ruled if one.kind == "programme"} | {ANY}
    unknown = {one.scope.programme: one for one in reversed(subject.provisions) if one.scope.programme not in known}
    for name, one in sorted(unknown.items()):
        text = Text("没有插件设立这个救助项目", "no plugin sets up this programme")
        hint = did_you_mean(name, known) or Text(
            "请写一条 kind: programme，或在 requires 中写明设立它的插件",
            "write a provision of kind programme, or require the plugin that does",
        )
        problem = Problem(code="unknown_programme", message=text, where=subject.where(one), value=name, hint=hint)
        yield Finding(check="fits", problem=problem)


def cases(subject: Subject) -> Iterator[Finding]:
    """There are worked examples; each has a name in both languages and an article, expects something, and holds."""
    try:
        tried = subject.differences
    except InvalidInput as error:
        yield from (Finding(check="cases", problem=problem) for problem in error.problems)
        return
    if not tried:
        text = Text("没有示例（cases.yaml）", "there is no worked example (cases.yaml)")
        yield Finding(check="cases", problem=Problem(code="no_example", message=text), fault=False)
    names: set[str] = set()
    for question, differences in tried:
        yield from _unsigned(question, names)
        names.add(question.name.zh)
        if differences and not _already_told(question, subject):
            told = "；".join(one.zh for one in differences), "; ".join(one.en for one in differences)
            text = Text(
                f"示例不成立（{question.article}，{question.name.zh}）：{told[0]}",
                f"the case does not hold ({question.article}, {question.name.en}): {told[1]}",
            )
            yield Finding(check="cases", problem=Problem(code="case_fails", message=text, where=question.where))


def _already_told(question: Question, subject: Subject) -> bool:
    """Whether the example has no rules, for a reason another check tells."""
    try:
        subject.rules(question)
    except JiuzhuError as error:
        known = {problem for book in subject.books if isinstance(book, JiuzhuError) for problem in book.problems}
        return set(error.problems) <= known
    return False


def _unsigned(question: Question, names: set[str]) -> Iterator[Finding]:
    missing = []
    if not question.name.zh or not question.name.en:
        missing.append(Text("两种文字的名称（name）", "a name in both languages"))
    if not question.article:
        missing.append(Text("条款（article）", "its article"))
    if not question.expect:
        missing.append(Text("预期结果（expect）", "what is expected"))
    if question.name.zh in names:
        missing.append(Text("自己的名称，现与另一示例同名", "a name of its own: another example has the same"))
    for one in missing:
        text = Text(f"示例缺少{one.zh}", f"the example lacks {one.en}")
        yield Finding(check="cases", problem=Problem(code="case_unsigned", message=text, where=question.where))


def examples(subject: Subject) -> Iterator[Example]:
    """Yield every worked example with how it differs from what it expects."""
    for question, differences in subject.differences:
        where = f"{question.where.file}:{question.where.line}" if question.where is not None else ""
        yield Example(name=question.name, article=question.article, differences=differences, where=where)


def hooks(subject: Subject) -> Iterator[Finding]:
    """The hooks that look at a case answer for every worked example."""
    if not {"jiuzhu_check_case", "jiuzhu_find_conflicts", "jiuzhu_fill_notice"} & set(subject.plugin.hooks):
        return
    seen: set[str] = set()
    for question in _asked(subject):
        for problem in _answered(subject, question):
            if problem.code == "plugin_failed" and problem.render("en") not in seen:
                seen.add(problem.render("en"))
                yield Finding(check="hooks", problem=problem)


def _asked(subject: Subject) -> tuple[Question, ...]:
    try:
        return tuple(one for one in subject.questions if one.facts is not None)
    except InvalidInput:
        return ()


def _answered(subject: Subject, question: Question) -> Iterator[Problem]:
    try:
        book = subject.rules(question)
        assert question.facts is not None
        facts = book.facts.prepare(question.facts, book.policy.on)
    except JiuzhuError:
        return
    case = Case(
        division=question.division, area=question.area, on=question.on.isoformat(),
        programmes=question.programmes, facts=facts,
    )  # fmt: skip
    manager = subject.platform.manager
    yield from manager.check_case(case)
    yield from manager.find_conflicts(case, ())[1]
    for notice in NOTICES:
        try:
            manager.fill_notice(notice, case)
        except JiuzhuError as error:
            yield from error.problems
