"""Coverage requirements (四个100%): which share of which cases has passed a stage, and which have not.

Told by the stages in the cases' own events. A requirement for public notice asks for every posting the procedure has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from sqlalchemy import ColumnElement, String, select, type_coerce
from sqlalchemy.orm import Session

from core.casework.desk import Desk
from core.casework.month import month_of
from core.casework.reporting.roll import on_roll
from core.casework.scope import inside
from core.errors import Text
from core.kinds.schema import is_gap
from core.policy import Line, Policy
from core.provision import text_of
from core.store.tables import AssistanceCase, Event
from core.values import proportion

PREFIX = "case/"
OWN_EVENTS = ("application", "deficiency_notice", "acceptance")
"""Stages that are an event of their own kind; every other is an event ``stage`` that names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How far a requirement is met in a place. ``missing`` are case numbers in order; ``note`` says why none counts."""

    area: str
    key: str
    label: Text
    stages: tuple[str, ...]
    of: str
    share: Fraction
    total: int
    missing: tuple[str, ...]
    provision: str
    note: Text | None = None

    @property
    def done(self) -> int:
        """How many cases have passed the stage."""
        return self.total - len(self.missing)

    @property
    def met(self) -> bool | None:
        """Whether the share is reached; None where there is nothing to count."""
        return None if self.note is not None or not self.total else Fraction(self.done, self.total) >= self.share


@dataclass(frozen=True, slots=True, kw_only=True)
class _Records:
    """What the records say, each asked once however many requirements ask it."""

    session: Session
    since: date | None
    cases: dict[tuple[str, str], dict[int, str]] = field(default_factory=dict)
    done: dict[str, set[int]] = field(default_factory=dict)

    def about(self, scope: str, asked: _Asked) -> dict[int, str]:
        """Return the cases a requirement is about, in the order of their numbers."""
        if scope not in _SCOPES:
            return {}
        if (scope, asked.area) not in self.cases:
            self.cases[scope, asked.area] = _SCOPES[scope](self.session, asked)
        return self.cases[scope, asked.area]

    def lacking(self, cases: Mapping[int, str], stages: Iterable[str]) -> tuple[str, ...]:
        """Return the numbers of the cases that have not passed every stage."""
        for stage in stages:
            if stage not in self.done:
                self.done[stage] = cases_with(self.session, stage, since=self.since)
        passed = set.intersection(*(self.done[stage] for stage in stages))
        return tuple(number for one, number in cases.items() if one not in passed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    path: str
    programme: str
    area: str
    since: date | None
    today: date


def coverage(
    desk: Desk, division: str, *, programme: str, since: date | None = None, areas: Iterable[str] = ("urban", "rural")
) -> list[Coverage]:
    """Return every coverage requirement in force in a place with its completion; ``since`` leaves earlier stages out.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    path = desk.path(division)
    desk.require("case.read", path)
    found, records = [], _Records(session=desk.session, since=since)
    for area in areas:
        policy = desk.policies.rulebook(division, on=desk.today, area=area, programmes=(programme,)).policy
        asked = _Asked(path=path, programme=programme, area=area, since=since, today=desk.today)
        lines = [line for line in policy.lines("coverage_requirement", programme) if not line.is_gap]
        found += [_measured(records, policy, line, asked) for line in lines]
    return found


def _measured(records: _Records, policy: Policy, line: Line, asked: _Asked) -> Coverage:
    stages = _stages(policy, asked.programme, line.value["stage"])
    scope = line.value.get("of", "households")
    cases = records.about(scope, asked)
    label = text_of(line.value.get("label")) or Text(line.key, line.key)
    note = None if scope in _SCOPES else _uncounted(label)
    return Coverage(
        area=asked.area,
        key=line.key,
        label=label,
        stages=stages,
        of=scope,
        share=proportion(line.value["share"]),
        total=len(cases),
        missing=records.lacking(cases, stages),
        provision=line.provision.address,
        note=note,
    )


def _uncounted(label: Text) -> Text:
    return Text(
        f"“{label.zh}”所指范围无法由案件记录取数，须人工统计",
        f"what '{label.en}' is about cannot be counted from cases",
    )


def _stages(policy: Policy, programme: str, stage: str) -> tuple[str, ...]:
    """The stages a requirement is about: its own, or (公示) every one that posts something."""
    known = policy.stages(programme)
    if any(one.key == stage for one in known):
        return (stage,)
    again = {one.value.get("on_objection") for one in known if isinstance(one.value.get("on_objection"), str)}
    posting = tuple(one.key for one in known if _posts(one) and one.key not in again)
    return posting if stage == "public_notice" and posting else (stage,)


def _posts(stage: Line) -> bool:
    return bool(stage.value.get("publicity")) and not is_gap(stage.value["publicity"])


def cases_with(session: Session, stage: str, *, since: date | None = None) -> set[int]:
    """Return the ids of the cases whose events say a stage is done (on ``since`` or later), corrections heeded."""
    said = type_coerce(Event.body, String)
    if stage in OWN_EVENTS:
        condition = Event.kind == stage
    else:
        condition = (Event.kind == "stage") & said.contains(f'"stage":"{stage}"', autoescape=True)
    query = select(Event.chain, Event.sequence).where(condition, Event.chain.startswith(PREFIX))
    if since is not None:
        query = query.where(Event.happened_on >= since)
    void = _void(session)
    return {
        int(chain.removeprefix(PREFIX)) for chain, sequence in session.execute(query) if (chain, sequence) not in void
    }


def _void(session: Session) -> set[tuple[str, int]]:
    """The events that a correction has struck out."""
    said = type_coerce(Event.body, String)
    query = select(Event.chain, Event.body).where(
        Event.kind == "correction", said.contains('"void":true'), Event.chain.startswith(PREFIX)
    )
    return {(chain, int(body["corrects"])) for chain, body in session.execute(query)}


def _households(session: Session, asked: _Asked) -> dict[int, str]:
    """Households on the roll this month."""
    month = month_of(asked.today)
    rolled = on_roll(month, programme=asked.programme, roots=[asked.path], area=asked.area)
    return _cases(session, AssistanceCase.id.in_(rolled))


def _applications(session: Session, asked: _Asked) -> dict[int, str]:
    """Applications decided, for or against, in the span asked about."""
    return _cases(session, _accepted(asked) & AssistanceCase.status.not_in(("applying", "in_procedure", "withdrawn")))


def _approvals(session: Session, asked: _Asked) -> dict[int, str]:
    """Applications that were approved in the span asked about."""
    gone = ("applying", "in_procedure", "withdrawn", "refused")
    return _cases(session, _accepted(asked) & AssistanceCase.status.not_in(gone))


def _accepted(asked: _Asked) -> ColumnElement[bool]:
    accepted = AssistanceCase.accepted_on
    here = (AssistanceCase.programme == asked.programme) & (AssistanceCase.area == asked.area)
    here &= inside(AssistanceCase.path, [asked.path])
    return here & (accepted.is_not(None) if asked.since is None else accepted >= asked.since)


def _cases(session: Session, condition: ColumnElement[bool]) -> dict[int, str]:
    query = select(AssistanceCase.id, AssistanceCase.number).where(condition).order_by(AssistanceCase.number)
    return {row.id: row.number for row in session.execute(query)}


_SCOPES: Mapping[str, Callable[[Session, _Asked], dict[int, str]]] = {
    "households": _households,
    "applications": _applications,
    "approvals": _approvals,
}
"""What a requirement may be ``of`` and how it is counted; anything else people count."""
