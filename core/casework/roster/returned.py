"""The roster as it goes back: a copy with 错误说明, what is wrong with each row in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from core.casework.roster.layout import ERRORS, TITLE
from core.casework.workbook import Column, Sheet, Table
from core.errors import Language, Problem


def returned(table: Table, faults: Mapping[int, Sequence[Problem]], *, only_faulty: bool, language: Language) -> Sheet:
    """Return the copy: all rows, or (where the sound ones went in) the faulty ones alone."""
    titles = [title for title in table.titles if title != ERRORS]
    kept = [at for at, title in enumerate(table.titles) if title != ERRORS]
    columns = [Column(title=title or " ", kind="id" if "号" in title else "text") for title in titles]
    return Sheet(
        title=TITLE,
        columns=[Column(title=ERRORS, width=60), *columns],
        rows=_rows(table, faults, kept, only_faulty=only_faulty, language=language),
        marked=frozenset({ERRORS}),
    )


def _rows(
    table: Table, faults: Mapping[int, Sequence[Problem]], kept: Sequence[int], *, only_faulty: bool, language: Language
) -> Iterator[list[str]]:
    for row in table.rows():
        wrong = faults.get(row.number, ())
        if wrong or not only_faulty:
            raw = [row.raw[at] if at < len(row.raw) else "" for at in kept]
            yield [words(wrong, language), *raw]


def words(problems: Sequence[Problem], language: Language) -> str:
    """Return faults in words, each with its column, numbered when there are several."""
    said = [_one(one, language) for one in problems]
    if len(said) < 2:
        return "".join(said)
    return "；".join(f"{number}. {one}" for number, one in enumerate(said, 1))


def _one(problem: Problem, language: Language) -> str:
    column = problem.where.path if problem.where is not None else ""
    text = problem.message.pick(language)
    hint = f"。{problem.hint.pick(language)}" if problem.hint is not None else ""
    return f"【{column}】{text}{hint}" if column else f"{text}{hint}"
