"""The state of a case as its events say it: what is done, what is open, what was handed in.

``CaseState.take`` reads one event after the other; ``core.casework.flow.transition.fold`` drives it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.casework.flow.history import Happening

STAGE_EVENTS = ("stage", "application", "deficiency_notice", "acceptance")
"""Events that are a stage of the procedure done; of all but ``stage`` the kind is the stage's code."""


@dataclass(slots=True, kw_only=True)
class CaseState:
    """What a case's events add up to. Filled by :meth:`take`, read by everybody else."""

    status: str = "none"
    stage: str | None = None
    division: str = ""
    path: str = ""
    opened_on: date | None = None
    accepted_on: date | None = None
    rules_on: date | None = None
    closed_on: date | None = None
    exit_reason: str | None = None
    done: dict[str, Happening] = field(default_factory=dict)
    """Stages done, each by its latest event."""
    evidence: set[str] = field(default_factory=set)
    """Codes of the papers in the file."""
    methods: set[str] = field(default_factory=set)
    postings: dict[str, date] = field(default_factory=dict)
    """Publicity events of this case → the day their posting had run its time."""
    objections: dict[int, Happening] = field(default_factory=dict)
    """Objections not answered yet, by sequence."""
    findings: dict[str, Any] = field(default_factory=dict)
    taken_over: bool = False
    """Whether the case came from a roster, already decided: its procedure up to the decision was done elsewhere."""
    changes: dict[int, Happening] = field(default_factory=dict)
    """Changes proposed and not decided yet."""
    exit: Happening | None = None
    """The exit proposed and not decided yet: the newest."""
    extensions: list[Happening] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)

    def take(self, one: Happening) -> None:
        """Read the next event."""
        self.happenings.append(one)
        self.evidence.update(one.body.get("evidence", ()))
        if one.kind in STAGE_EVENTS:
            self._stage(one)
        taker = _TAKERS.get(one.kind)
        if taker is not None:
            taker(self, one)

    def _stage(self, one: Happening) -> None:
        key = one.body["stage"] if one.kind == "stage" else one.kind
        self.done[key] = one
        self.stage = key
        self.methods.update(one.body.get("methods", ()))

    @property
    def refused_at(self) -> str | None:
        """The latest stage whose result ended the case's way to an approval, None where none does."""
        last = next((one for one in reversed(self.happenings) if _settles(one)), None)
        return last.body.get("stage") if last is not None and last.body.get("result") in REFUSING else None


REFUSING = ("refused", "not_eligible")
"""Results of a stage after which only a refusal, or a new inquiry after an objection, can follow."""


def _settles(one: Happening) -> bool:
    """A refusing result, an inquiry that changed it, or the case taken up again."""
    refused = one.kind == "stage" and one.body.get("result") in REFUSING
    return refused or one.body.get("outcome") == "changed" or one.kind == "reopening"


def _application(state: CaseState, one: Happening) -> None:
    state.opened_on = state.rules_on = one.happened_on
    _place(state, one)


def _place(state: CaseState, one: Happening) -> None:
    for name in ("division", "path"):
        if name in one.body:
            setattr(state, name, one.body[name])


def _opened(state: CaseState, one: Happening) -> None:
    _place(state, one)
    state.taken_over = True
    state.opened_on = _day(one.body, "opened_on") or one.happened_on
    state.accepted_on = _day(one.body, "accepted_on")
    state.rules_on = _day(one.body, "rules_on") or state.opened_on


def _day(body: Mapping[str, Any], name: str) -> date | None:
    return date.fromisoformat(body[name]) if body.get(name) else None


def _acceptance(state: CaseState, one: Happening) -> None:
    state.accepted_on = state.rules_on = one.happened_on


def _objection(state: CaseState, one: Happening) -> None:
    state.objections[one.sequence] = one


def _objection_answered(state: CaseState, one: Happening) -> None:
    state.objections.pop(one.body["objection"], None)


def _finding(state: CaseState, one: Happening) -> None:
    state.findings[one.body["finding"]] = one.body["value"]


def _change_proposed(state: CaseState, one: Happening) -> None:
    state.changes[one.sequence] = one


def _change_over(state: CaseState, one: Happening) -> None:
    state.changes.pop(one.body["change"], None)


def _exit_proposed(state: CaseState, one: Happening) -> None:
    state.exit = one


def _exit_dropped(state: CaseState, one: Happening) -> None:
    if state.exit is not None and state.exit.sequence == one.body["exit"]:
        state.exit = None


def _closing(state: CaseState, one: Happening) -> None:
    state.exit = None
    state.closed_on = one.happened_on
    state.exit_reason = one.body["reason"]


def _reopening(state: CaseState, one: Happening) -> None:
    state.closed_on = state.exit_reason = None
    for key in one.body.get("again", ()):
        state.done.pop(key, None)


def _withdrawal(state: CaseState, one: Happening) -> None:
    state.closed_on = one.happened_on


def _posting_ended(state: CaseState, one: Happening) -> None:
    state.postings[one.body["event"]] = one.happened_on


def _extension(state: CaseState, one: Happening) -> None:
    state.extensions.append(one)


_TAKERS: Mapping[str, Callable[[CaseState, Happening], None]] = {
    "application": _application,
    "opened": _opened,
    "acceptance": _acceptance,
    "objection": _objection,
    "objection_answered": _objection_answered,
    "finding": _finding,
    "change_proposed": _change_proposed,
    "change_dropped": _change_over,
    "change_decided": _change_over,
    "exit_proposed": _exit_proposed,
    "exit_dropped": _exit_dropped,
    "closing": _closing,
    "reopening": _reopening,
    "withdrawal": _withdrawal,
    "move": _place,
    "posting_ended": _posting_ended,
    "extension": _extension,
}
