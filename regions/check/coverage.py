"""The account of every article: which provision implements it and which example shows it, or why there is none.

``articles.yaml`` lists the articles of the plugin's documents. The README's table, where it has a row for an article,
says what became of it; else the provisions that cite it speak for themselves. Not saying anything is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.errors import InvalidInput, Problem, Text, Where, did_you_mean
from core.policy_schema import TEXT
from core.provision import Json, Provision, text_of
from core.schema_check import typed
from core.source import Located
from regions.check.report import Covered, Finding
from regions.check.subject import ARTICLES, Subject

README = "README.md"
SCHEMA: Mapping[str, Json] = {
    "type": "object",
    "additionalProperties": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"article": {"type": "string", "minLength": 1}, "topic": TEXT},
            "required": ["article", "topic"],
            "additionalProperties": False,
        },
    },
}
"""JSON Schema of ``articles.yaml``: document → its articles in order."""

_STATUS = {
    "implemented": "implemented", "recorded": "implemented", "已实现": "implemented", "已收录": "implemented",
    "not executable": "not_executable", "不可执行": "not_executable", "不属低保": "not_executable",
    "gap": "gap", "空缺": "gap",
}  # fmt: skip
"""The words a README uses, by what they mean."""
_HEADS = ("Article", "条", "条文")
_NAMED = re.compile(r"`([a-z0-9][a-z0-9_.#-]*)`")
_REMARK = re.compile(r"\([^()]*\)|（[^（）]*）")
_SPLIT = re.compile(r"[、，,；;]")
_FINER = re.compile(r"^(第[一二三四五六七八九十百]+[条款项]|[（(].*|之.*)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a README's article table."""

    article: str
    status: str
    provisions: tuple[str, ...]
    cases: str
    line: int = 0


def tables(text: str) -> tuple[tuple[Row, ...], ...]:
    """Read the article tables of a README, one a document: a heading row or a bold row begins the next."""
    groups: list[list[Row]] = []
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells[0] in _HEADS and len(cells) >= 5:
            inside = True
            groups.append([])
        elif inside and cells[0].startswith("**"):
            groups.append([])
        elif inside and len(cells) >= 5 and not set(cells[0]) <= {"-", ":"}:
            groups[-1].append(_row(cells, number))
    return tuple(tuple(group) for group in groups if group)


def _row(cells: list[str], line: int) -> Row:
    status = next((meaning for word, meaning in _STATUS.items() if cells[2].startswith(word)), "open")
    named = tuple(_NAMED.findall(_REMARK.sub("", cells[3])))
    return Row(article=cells[0], status=status, provisions=named, cases=cells[4], line=line)


def coverage(subject: Subject) -> tuple[Covered, ...]:
    """Return what became of every article the plugin lists.

    Raises:
        InvalidInput: faults of ``articles.yaml``.
    """
    source = subject.file(ARTICLES)
    if source is None:
        return ()
    rows = _rows(subject)
    return tuple(_covered(name, one, subject, rows.get((name, one["article"]))) for name, one in _listed(source))


def _listed(source: Located) -> Iterator[tuple[str, Json]]:
    for document, articles in typed(source, SCHEMA).items():
        yield from ((document, one) for one in articles)


def _rows(subject: Subject) -> dict[tuple[str, str], Row]:
    """The README's rows by document and article: its tables follow the documents of ``articles.yaml``."""
    source = subject.file(ARTICLES)
    documents = list(typed(source, SCHEMA)) if source is not None else []
    groups = tables(subject.text(README))
    return {(name, row.article): row for name, group in zip(documents, groups, strict=False) for row in group}


def _covered(document: str, one: Json, subject: Subject, row: Row | None) -> Covered:
    cited = [each for each in subject.provisions if _cites(each, f"{subject.name}/{document}", one["article"])]
    shown = [each.name for each in _questions(subject) if _mentions(each.article, one["article"])]
    found = subject.plugin.documents.get(f"{subject.name}/{document}")
    title = (found.title or found.called if found is not None else None) or document
    named = row.provisions if row is not None else tuple(dict.fromkeys(_short(each) for each in cited))
    known = {each.name.zh: each.name for each in _questions(subject)}
    speaks = row is None or (row.status == "implemented" and not row.cases)
    cases = shown if row is None or speaks else [known[name] for name in _case_names(row.cases, known)]
    return Covered(
        document=Text(title, title), article=one["article"], topic=text_of(one["topic"]) or Text("", ""),
        status=row.status if row is not None else _speaks(cited), provisions=named, cases=tuple(cases),
    )  # fmt: skip


def _questions(subject: Subject) -> tuple[Json, ...]:
    try:
        return subject.questions
    except InvalidInput:
        return ()


def _short(one: Provision) -> str:
    return one.address.partition("/")[2]


def _speaks(cited: list[Provision]) -> str:
    """What the provisions that cite an article say of it."""
    if not cited:
        return "open"
    return "gap" if all(one.is_gap for one in cited) else "implemented"


def _cites(one: Provision, document: str, article: str) -> bool:
    return one.citation is not None and one.citation.document == document and _mentions(one.citation.article, article)


def _mentions(cited: str, article: str) -> bool:
    """Tell whether a citation names an article, itself or a finer part of it.

    >>> _mentions("第三条、第五条第二款", "第五条"), _mentions("第三条", "第三条第二款")
    (True, False)
    """
    parts = (part.strip() for part in _SPLIT.split(cited))
    return any(part.startswith(article) and _FINER.match(part[len(article) :]) for part in parts)


def _case_names(cell: str, known: Mapping[str, Text]) -> list[str]:
    """The examples a cell names: one as it stands, or several with ；between them."""
    names = [cell] if cell in known else [part.strip() for part in cell.split("；")]
    return [name for name in names if name in known]


def articles(subject: Subject) -> Iterator[Finding]:
    """Every article is implemented by a provision and shown by an example, or said to be not executable or a gap."""
    source = subject.file(ARTICLES)
    if source is None:
        text = Text(
            "没有条目表（articles.yaml），条文覆盖情况不明",
            "no list of articles (articles.yaml): coverage is not known",
        )
        yield Finding(check="articles", problem=Problem(code="no_articles", message=text), fault=False)
        return
    try:
        found = coverage(subject)
    except InvalidInput as error:
        yield from (Finding(check="articles", problem=problem) for problem in error.problems)
        return
    places = [
        (document, number)
        for document, listed in typed(source, SCHEMA).items()
        for number, _ in enumerate(listed)
    ]  # fmt: skip
    yield from _bad_names(subject)
    for one, place in zip(found, places, strict=True):
        for code, text, hint in _unaccounted(one):
            where = source.where(place)
            problem = Problem(code=code, message=text, hint=hint, where=where, value=one.article)
            yield Finding(check="articles", problem=problem)


def _unaccounted(one: Covered) -> Iterator[tuple[str, Text, Text]]:
    if one.status == "open":
        text = Text(
            "条文没有着落：没有条款引用它，README 也未说明",
            "the article is not accounted for: no provision cites it and the README does not say why",
        )
        hint = Text(
            "请写条款，或在 README 的条目表中注明“不可执行”或“空缺”",
            "write a provision, or mark it not executable or a gap in the README's table",
        )
        yield "article_open", text, hint
    if one.status == "implemented" and not one.provisions:
        hint = Text("请在 README 的条目表中写明条款", "name the provision in the README's table")
        yield "article_unnamed", Text("称已实现而未指明条款", "said to be implemented, but by no provision"), hint
    if one.status == "implemented" and not one.cases:
        hint = Text(
            "请在 cases.yaml 中写一个示例，article 写明这一条",
            "write an example in cases.yaml whose article is this one",
        )
        yield "article_unshown", Text("没有示例说明这一条", "no example shows this article"), hint


_NO_PROVISION = Text("README 所列的条款不存在", "the README names a provision that is not there")
_NO_CASE = Text("README 所列的示例不存在", "the README names an example that is not there")


def _bad_names(subject: Subject) -> Iterator[Finding]:
    """Whatever the README names is there."""
    known = {one for each in subject.provisions for one in (_short(each), each.id.partition("/")[2])}
    cases = {one.name.zh: one.name for one in _questions(subject)}
    for row in (row for group in tables(subject.text(README)) for row in group):
        where = Where(file=f"{subject.name}/{README}", line=row.line, column=1)
        for name in row.provisions:
            if name not in known:
                yield _absent(_NO_PROVISION, name, row, where=where, hint=did_you_mean(name, known))
        if row.cases and not _case_names(row.cases, cases):
            yield _absent(_NO_CASE, row.cases, row, where=where, hint=did_you_mean(row.cases, cases))


def _absent(text: Text, name: str, row: Row, *, where: Where, hint: Text | None) -> Finding:
    said = Text(f"{text.zh}（{row.article}）", f"{text.en} ({row.article})")
    problem = Problem(code="readme_name", message=said, where=where, value=name, hint=hint)
    return Finding(check="articles", problem=problem)
