"""Meetings and visit rounds as files: YAML for what stands once, the grid in it or as a workbook or CSV beside it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from core.casework.rounds.meeting import RESULT_CODES, MeetingSheet, Vote
from core.casework.rounds.meeting_record import SUBJECTS
from core.casework.rounds.visit import BOTH_SIDES, HouseholdVisit, RoundSheet
from core.casework.words import words
from core.casework.workbook import Heading, read_table
from core.casework.workbook.reading import plain
from core.errors import InvalidInput, Problem, Text, Where
from core.kinds.schema import array, boolean, choice, code, codes, integer, mapping, record, string, titled
from core.kinds.schema import day as day_of
from core.schema_check import typed
from core.source import content_of, read
from core.table import read_file

_COUNT = integer("票数", "votes", high=10_000)
_PEOPLE = array(integer("名册编号", "number in the register", low=1), "名册编号", "numbers in the register")
_TIME = titled({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}, "时间", "time")
_NUMBER = r"^[\w\-]+$"
_VOTE = record(
    {
        "agree": _COUNT,
        "disagree": _COUNT,
        "abstain": _COUNT,
        "result": string("结果", "result"),
        "subject": code("申请事项", "asked for"),
        "stepped_out": _PEOPLE,
    },
    required=("agree",),
)
MEETING = record(
    {
        "kind": choice(("appraisal", "approval"), "会议种类", "kind"),
        "stage": code("环节", "stage"),
        "held_on": day_of("日期", "held on"),
        "division": string("区划代码", "division"),
        "place": string("地点", "place"),
        "chair": integer("主持人", "chair", low=1),
        "expected": integer("应到", "expected", low=1, high=10_000),
        "attendees": _PEOPLE,
        "signed": _PEOPLE,
        "announced_at": _TIME,
        "secret": boolean("无记名", "secret"),
        "methods": codes("方式", "methods"),
        "votes": mapping(_VOTE, "结果", "results", keys=_NUMBER),
    },
    required=("kind", "stage", "held_on", "division", "place", "chair", "expected", "attendees"),
)
_VISIT = record(
    {
        "at": string("时间", "time"),
        "place": string("地点", "place"),
        "finding": string("所见情况", "finding"),
        "signatures": codes("签字", "signatures"),
        "evidence": codes("材料", "papers"),
        "result": code("结果", "result"),
    },
    required=("at", "place", "finding"),
)
ROUND = record(
    {
        "stage": code("环节", "stage"),
        "happened_on": day_of("日期", "day"),
        "division": string("区划代码", "division"),
        "visitors": _PEOPLE,
        "methods": codes("方式", "methods"),
        "visits": mapping(_VISIT, "入户", "visits", keys=_NUMBER),
    },
    required=("stage", "happened_on", "division", "visitors", "visits"),
)
GRID = (
    Heading(name="number", title="案件编号", aliases=("编号", "number"), required=True),
    Heading(name="agree", title="同意", aliases=("agree",), required=True),
    Heading(name="disagree", title="不同意", aliases=("disagree",)),
    Heading(name="abstain", title="弃权", aliases=("abstain",)),
    Heading(name="result", title="结果", aliases=("result",)),
    Heading(name="subject", title="申请事项", aliases=("subject",)),
    Heading(name="stepped_out", title="回避人员", aliases=("stepped_out",)),
)
"""The columns of a grid; headings are matched by name, in any order."""


def read_meeting(path: Path, *, grid: Path | None = None) -> MeetingSheet:
    """Read a meeting; the grid from its own file where one is given.

    Raises:
        InvalidInput: everything wrong with the files, with line and column.
    """
    found: Mapping[str, Any] = typed(read(path), MEETING)
    votes = {number: _vote(one) for number, one in found.get("votes", {}).items()}
    return MeetingSheet(
        kind=found["kind"],
        stage=found["stage"],
        held_on=date.fromisoformat(found["held_on"]),
        division=found["division"],
        place=found["place"],
        chair=found["chair"],
        expected=found["expected"],
        attendees=found["attendees"],
        signed=found.get("signed", found["attendees"]),
        votes=votes if grid is None else votes | read_grid(grid),
        announced_at=found.get("announced_at"),
        secret=found.get("secret", False),
        methods=_list(found.get("methods", ())),
    )


def _vote(one: Mapping[str, Any]) -> Vote:
    result = _result_code(one["result"]) if "result" in one else None
    given = {key: one[key] for key in ("agree", "disagree", "abstain", "subject", "stepped_out") if key in one}
    return Vote(**given, result=result)


def read_grid(path: Path) -> dict[str, Vote]:
    """Read a grid of results from a workbook or a CSV file.

    Raises:
        InvalidInput: every cell that is not what its column wants, and every case listed twice.
    """
    return votes(_csv(path) if path.suffix.lower() == ".csv" else _workbook(path), file=path.name)


def votes(rows: Iterable[tuple[int, Mapping[str, str]]], *, file: str) -> dict[str, Vote]:
    """Read rows of cells named as in :data:`GRID`, from a file or from the grid on a page, each with its line.

    Raises:
        InvalidInput: every cell that is not what its column wants, and every case listed twice.
    """
    problems: list[Problem] = []
    found: dict[str, Vote] = {}
    for line, cells in rows:
        where = Where(file=file, line=line)
        if cells["number"] in found:
            text = Text("同一案件填了两次", "the case is listed twice")
            problems.append(Problem(code="case_twice", message=text, where=where, value=cells["number"]))
            continue
        counts = {name: _whole(cells, name, where, problems) for name in ("agree", "disagree", "abstain")}
        found[cells["number"]] = Vote(
            agree=counts["agree"],
            disagree=counts["disagree"],
            abstain=counts["abstain"],
            result=_result_code(cells["result"]) if cells.get("result") else None,
            subject=_subject_code(cells.get("subject") or "application"),
            stepped_out=[
                int(one)
                for one in cells.get("stepped_out", "").replace("、", " ").split()
                if one.isascii() and one.isdigit()
            ],
        )
    if problems:
        raise InvalidInput(problems)
    return found


def _workbook(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    for row in read_table(content_of(path), GRID, file=path.name).rows():
        if row.problems:
            raise InvalidInput(row.problems)
        yield row.number, row.cells


def _csv(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    names = {plain(title): one.name for one in GRID for title in (one.title, *one.aliases)}
    with StringIO(read_file(path), newline="") as file:
        reader = csv.DictReader(file)
        known = {title: names[plain(title)] for title in reader.fieldnames or () if plain(title) in names}
        missing = [one.title for one in GRID if one.required and one.name not in known.values()]
        if missing:
            text = Text(f"缺少列：{'、'.join(missing)}", f"columns missing: {', '.join(missing)}")
            raise InvalidInput([Problem(code="column_missing", message=text, where=Where(file=path.name, line=1))])
        for row in reader:
            yield reader.line_num, {name: (row.get(title) or "").strip() for title, name in known.items()}


def _whole(cells: Mapping[str, str], name: str, where: Where, problems: list[Problem]) -> int:
    text = cells.get(name, "") or "0"
    if text.isascii() and text.isdigit():
        return int(text)
    title = next(one.title for one in GRID if one.name == name)
    message = Text(f"“{title}”应为票数", f"'{name}' is a number of votes")
    problems.append(Problem(code="bad_count", message=message, where=replace(where, path=name), value=text))
    return 0


def _result_code(text: str) -> str:
    """A result as its code, or as the word the paper has; of words two stages share, the appraisal's is meant."""
    table = words()["results"]
    named = [one for one in RESULT_CODES if one in table and text == table[one]["zh"]]
    return named[0] if named and text not in table else text


def _subject_code(text: str) -> str:
    """What was asked for as its code, or as the word the paper has."""
    return next((code for code, word in SUBJECTS.items() if text in (word.zh, word.en)), text)


def read_round(path: Path) -> RoundSheet:
    """Read a round of visits.

    Raises:
        InvalidInput: everything wrong with the file, with line and column.
    """
    found: Mapping[str, Any] = typed(read(path), ROUND)
    return RoundSheet(
        stage=found["stage"],
        happened_on=date.fromisoformat(found["happened_on"]),
        division=found["division"],
        visitors=found["visitors"],
        methods=_list(found.get("methods", ())),
        visits={
            number: HouseholdVisit(
                at=one["at"],
                place=one["place"],
                finding=one["finding"],
                signatures=_list(one.get("signatures", BOTH_SIDES)),
                evidence=_list(one.get("evidence", ())),
                result=one.get("result"),
            )
            for number, one in found["visits"].items()
        },
    )


def _list(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
