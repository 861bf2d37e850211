"""Faults as JSON and back: what one process found, told whole by another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where


def problem_json(problem: Problem) -> dict[str, Any]:
    """Return everything a problem says, both languages.

    >>> problem_of(problem_json(Problem(code="a", message=Text("甲", "a"), allowed=("b",)))).allowed
    ('b',)
    """
    where = problem.where
    return {
        "code": problem.code,
        "message": _both(problem.message),
        "hint": _both(problem.hint) if problem.hint else None,
        "where": [where.file, where.line, where.column, where.path] if where else None,
        "value": problem.value,
        "allowed": list(problem.allowed),
    }


def problem_of(told: Mapping[str, Any]) -> Problem:
    """Return the problem another process told."""
    where = told["where"]
    return Problem(
        code=told["code"],
        message=Text(*told["message"]),
        hint=Text(*told["hint"]) if told["hint"] else None,
        where=Where(file=where[0], line=where[1], column=where[2], path=where[3]) if where else None,
        value=told["value"],
        allowed=tuple(told["allowed"]),
    )


def error_of(told: Iterable[Mapping[str, Any]]) -> JiuzhuError:
    """Return the error whose problems another process told; at least one."""
    return InvalidInput([problem_of(one) for one in told])


def _both(text: Text) -> list[str]:
    return [text.zh, text.en]
