"""The account of every article of every installed plugin: what implements it, which example that holds shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from core.errors import Language, Text
from regions.check.coverage import coverage
from regions.check.held import examples
from regions.check.report import STATUSES, Covered
from regions.check.subject import Subject
from regions.platform import Platform
from regions.report_place import known_plugin

UNSHOWN = Text("已实现，示例不成立", "implemented, but its example does not hold")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One plugin's articles. An implemented article's ``cases`` are those that hold."""

    name: str
    title: Text
    version: str
    rows: tuple[Covered, ...]

    def to_json(self, language: Language) -> dict[str, Any]:
        """Return the account as JSON."""
        return {"plugin": self.name, "version": self.version, "articles": [one.to_json(language) for one in self.rows]}

    def counted(self, language: Language) -> str:
        """How many articles became what."""
        numbers = {status: sum(one.status == status for one in self.rows) for status in STATUSES}
        parts = [f"{STATUSES[status].pick(language)} {number}" for status, number in numbers.items() if number]
        return Text("，", ", ").pick(language).join(parts)


def accounts(platform: Platform, names: Sequence[str] = ()) -> tuple[Account, ...]:
    """Return the accounts of the plugins named, else of all in use that list their articles.

    Raises:
        JiuzhuError: ``unknown_plugin``; faults of a plugin's files.
    """
    for name in names:
        known_plugin(platform, name)
    wanted = names or tuple(one.name for one in platform.manager.active)
    found = (_account(platform, name) for name in wanted)
    return tuple(one for one in found if one.rows or names)


def _account(platform: Platform, name: str) -> Account:
    plugin = platform.manager.plugins[name]
    subject = Subject(platform=platform, plugin=plugin, folder=platform.manager.folder(name))
    holds = {one.name for one in examples(subject) if not one.differences}
    header = plugin.header
    return Account(
        name=name,
        title=header.title if header is not None else Text(name, name),
        version=header.version if header is not None else "",
        rows=tuple(replace(one, cases=tuple(each for each in one.cases if each in holds)) for one in coverage(subject)),
    )


def status_of(one: Covered, language: Language) -> str:
    """Say what became of an article; implemented means that an example of it holds."""
    unshown = one.status == "implemented" and not one.cases
    return (UNSHOWN if unshown else STATUSES[one.status]).pick(language)


def markdown(found: Sequence[Account], language: Language) -> Iterator[str]:
    """Yield the lines of ``docs/coverage.md``."""
    yield Text("# 条文覆盖情况", "# Every article of every document").pick(language)
    yield ""
    yield Text(
        "由 `jiuzhu --lang zh plugin coverage --markdown` 生成，不手改。",
        "Made by `jiuzhu --lang en plugin coverage --markdown`; not edited by hand.",
    ).pick(language)
    for one in found:
        yield from ("", f"## {one.name} – {one.title.pick(language)}", "", f"{one.counted(language)}.")
        for document, rows in groupby(one.rows, key=lambda row: row.document):
            yield from ("", f"### {document.pick(language)}", "", *_head(language))
            yield from (_row(row, language) for row in rows)


def _head(language: Language) -> tuple[str, str]:
    heads = Text("| 条 | 内容 | 状态 | 条款 | 示例 |", "| Article | Topic | Status | Provision | Example |")
    return heads.pick(language), "|---|---|---|---|---|"


def _row(one: Covered, language: Language) -> str:
    provisions = " ".join(f"`{name}`" for name in one.provisions)
    cases = Text("；", "; ").pick(language).join(each.pick(language) for each in one.cases)
    cells = (one.article, one.topic.pick(language), status_of(one, language), provisions, cases)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
