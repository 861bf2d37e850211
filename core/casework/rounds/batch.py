"""Work on many cases in one call: finding them by number, and telling every fault with its row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from core.casework.access import within
from core.casework.desk import Desk
from core.errors import JiuzhuError, Problem, Text, Where
from core.store.tables import AssistanceCase

_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRows:
    """The cases of a grid by number, in its order, and what is wrong with the numbers."""

    cases: Mapping[str, AssistanceCase]
    problems: tuple[Problem, ...]

    def placed(self, error: JiuzhuError, row: int, number: str) -> Iterator[Problem]:
        """Return an error's faults with the row and the case they belong to."""
        for one in error.problems:
            inner = one.where.path if one.where is not None else ""
            value = (
                one.value if one.value is not None and number in one.value else f"{number} {one.value or ''}".strip()
            )
            yield replace(one, where=Where(line=0, path=f"row {row} {inner}".strip()), value=value)


def cases_named(desk: Desk, numbers: Iterable[str], *, path: str) -> CaseRows:
    """Find cases by number inside a subtree; those unknown or elsewhere are faults with their rows."""
    wanted = list(numbers)
    known = {
        one.number: one
        for start in range(0, len(wanted), _CHUNK)
        for one in _found(desk, wanted[start : start + _CHUNK])
    }
    cases: dict[str, AssistanceCase] = {}
    problems: list[Problem] = []
    for row, number in enumerate(wanted, start=1):
        case = known.get(number)
        if case is None or not within(case.path, path):
            text = Text("该地没有这个案件", "there is no such case in that place")
            problems.append(problem_at(f"row {row}", "unknown_case", text, number))
        else:
            cases[number] = case
    return CaseRows(cases=cases, problems=tuple(problems))


def _found(desk: Desk, numbers: list[str]) -> Iterable[AssistanceCase]:
    return desk.session.scalars(select(AssistanceCase).where(AssistanceCase.number.in_(numbers)))


def problem_at(path: str, code: str, message: Text, value: str | None, allowed: Iterable[Any] = ()) -> Problem:
    """Build a fault of one place of an input."""
    return Problem(code=code, message=message, where=Where(path=path), value=value, allowed=tuple(allowed))
