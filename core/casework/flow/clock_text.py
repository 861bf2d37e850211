"""Deadlines in words and as JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.casework.flow.clock import Deadline
from core.errors import Language, Text


def clock_text(one: Deadline) -> Text:
    """Say when a stage was due, and whether that was kept."""
    due = one.due.day
    flag = one.due.flag or Text("", "")
    if one.done_on is not None:
        kept = Text("逾期", "late") if one.passed else Text("按期", "in time")
        state = Text(f"{one.done_on}办结，{kept.zh}", f"done {one.done_on}, {kept.en}")
    elif one.paused:
        state = Text("中止计算", "stopped")
    elif one.passed:
        state = Text("已逾期未办", "overdue")
    else:
        state = Text("即将到期", "due soon") if one.warning else Text("办理中", "running")
    return Text(
        f"{one.label.zh}：自{one.since}起，应于{due}前办结；{state.zh}（{one.citation}）{flag.zh}",
        f"{one.label.en}: from {one.since}, due {due}; {state.en} ({one.citation}) {flag.en}".rstrip(),
    )


def clock_json(one: Deadline, language: Language) -> dict[str, Any]:
    """Return a deadline as JSON."""
    return {
        "stage": one.stage,
        "label": one.label.pick(language),
        "from_event": one.from_event,
        "since": one.since.isoformat(),
        "due": one.due.day.isoformat(),
        "provisional": not one.due.is_certain,
        "done_on": _day(one.done_on),
        "passed": one.passed,
        "warning": one.warning,
        "paused": one.paused,
        "cite": one.citation,
        "text": clock_text(one).pick(language),
    }


def _day(one: date | None) -> str | None:
    return one.isoformat() if one is not None else None
