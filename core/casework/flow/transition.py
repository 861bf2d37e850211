"""Statuses of a case and the one table of what moves it; a case's state is the fold of its events.

The table is ``transition.yaml``. An event of another subject that the table does not name moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from sqlalchemy.orm import Session

from core.casework.flow.history import Happening, history
from core.casework.flow.state import CaseState
from core.errors import JiuzhuError, Text
from core.provision import Json, text_of
from core.source import read_text
from core.store.tables import AssistanceCase

NONE = "none"
COLUMNS = (
    "status", "stage", "division", "path", "opened_on", "accepted_on", "rules_on", "closed_on", "exit_reason",
)  # fmt: skip
"""The columns of a case that are the fold of its events."""


@cache
def table() -> Mapping[str, Json]:
    """Return the table as written: ``statuses``, ``groups``, ``events``."""
    text = files("core.casework.flow").joinpath("transition.yaml").read_text(encoding="utf-8")
    data: Mapping[str, Json] = read_text(text, "core/casework/flow/transition.yaml").data
    return data


def statuses() -> tuple[str, ...]:
    """Return every status, ``none`` first."""
    return tuple(table()["statuses"])


def event_kinds() -> tuple[str, ...]:
    """Return every kind of event the table knows."""
    return tuple(table()["events"])


@cache
def status_label(status: str) -> Text:
    """Return a status in words."""
    return text_of(table()["statuses"].get(status)) or Text(status, status)


@cache
def event_label(key: str) -> Text:
    """Return a kind of event in words."""
    noted = table()["noted"].get(key)
    return text_of(noted or table()["events"].get(key, {}).get("label")) or Text(key, key)


@cache
def moves() -> Mapping[tuple[str, str], str]:
    """Return the whole table: (status, event) → status; a pair that is missing cannot happen.

    >>> moves()["applying", "acceptance"], ("closed", "acceptance") in moves()
    ('in_procedure', False)
    """
    groups = table()["groups"]
    found: dict[tuple[str, str], str] = {}
    for event, row in table()["events"].items():
        for one in row.get("stays", ()):
            for status in groups.get(one, [one]):
                found[status, event] = status
        for status, to in row.get("moves", {}).items():
            found[status, event] = to
    return found


def after(status: str, event: str) -> str:
    """Return the status an event leads to.

    Raises:
        JiuzhuError: ``wrong_status``, naming what is possible in this status.
    """
    to = moves().get((status, event))
    if to is None:
        raise _wrong(status, event)
    return to


def _wrong(status: str, event: str) -> JiuzhuError:
    where, what = status_label(status), event_label(event)
    possible = [event_label(key) for of, key in moves() if of == status]
    message = Text(f"案件“{where.zh}”，不能办理“{what.zh}”", f"the case is {where.en}; this cannot happen: {what.en}")
    hint = Text(
        f"现在可以：{'、'.join(one.zh for one in possible)}", f"possible now: {', '.join(one.en for one in possible)}"
    )
    return JiuzhuError("wrong_status", message, hint=hint, value=f"{status} {event}")


def require(case: AssistanceCase, event: str) -> str:
    """Return the status an event leads a case to.

    Raises:
        JiuzhuError: ``wrong_status``.
    """
    return after(case.status, event)


def move(case: AssistanceCase, event: str) -> None:
    """Set a case's status to what an event leads to; the event itself is recorded by whoever calls.

    Raises:
        JiuzhuError: ``wrong_status``.
    """
    case.status = after(case.status, event)


def fold(happenings: Iterable[Happening]) -> CaseState:
    """Return the state a case's events say, read from the first to the last.

    Raises:
        JiuzhuError: ``wrong_status``: an event stands where the table does not allow it.
    """
    state = CaseState()
    for one in happenings:
        if one.void:
            continue
        if one.key in table()["events"]:
            state.status = after(state.status, one.key)
        state.take(one)
    return state


def state_of(session: Session, case: AssistanceCase) -> CaseState:
    """Return the state of a case by its events."""
    return fold(history(session, case.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A column of a case that is not what its events say."""

    column: str
    kept: object
    derived: object


def verify_case(session: Session, case: AssistanceCase) -> tuple[Difference, ...]:
    """Compare a case's columns with the fold of its events; nothing found means they are equal.

    Raises:
        JiuzhuError: ``wrong_status``: the events themselves break the table.
    """
    return differences(case, state_of(session, case))


def differences(case: AssistanceCase, state: CaseState) -> tuple[Difference, ...]:
    """Compare a case's columns with the state its events say."""
    pairs = ((name, getattr(case, name), getattr(state, name)) for name in COLUMNS)
    return tuple(Difference(column=name, kept=kept, derived=said) for name, kept, said in pairs if kept != said)
