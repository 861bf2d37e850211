"""Clocks: when each stage is due, by the day things happened on.

What starts, stops, resumes or extends a limit is what the procedure rules; where it rules nothing, nothing does. A
limit that reaches into a year whose holidays are not loaded is due provisionally, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from core.calendar import ONE_DAY, Due, WorkingCalendar
from core.casework.desk import Desk
from core.casework.flow.cite import cited
from core.casework.flow.history import Happening
from core.casework.flow.procedure import TOTAL, Course, Procedure, Standing, course_of
from core.casework.flow.stage_rule import DayKind, Stage, TimeLimit
from core.casework.flow.state import CaseState
from core.casework.month import months_on
from core.casework.people.filing_clock import FILED, FILING, filing_stages
from core.errors import Text
from core.kinds.contribution import listed
from core.store.tables import AssistanceCase

WARNING_DAYS = 5
"""Working days of early warning: no document rules it, the platform's default (平台默认)."""
Span = tuple[date, date]
"""Days that do not count: after the first, through the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """When a stage is due. ``from_event`` is what started the clock, on ``since``; ``done_on`` what ended it.

    ``passed``: not done and the day is over, or done late. ``warning``: due within the warning days. ``paused``:
    stopped by an event its rule names and not resumed; the day due then counts on from today.
    """

    stage: str
    label: Text
    due: Due
    from_event: str
    since: date
    citation: str
    done_on: date | None = None
    passed: bool = False
    warning: bool = False
    paused: bool = False


def deadlines(
    desk: Desk, case: AssistanceCase, *, course: Course | None = None, warning_days: int = WARNING_DAYS
) -> list[Deadline]:
    """Return the limits of a case that are running or have run, the earliest due first.

    ``course`` is the case's, where it has been read. ``warning_days`` are working days; the default is the
    platform's, no document rules it.
    """
    filing = filing_stages(desk, [case]).get(case.id)
    return deadlines_of(desk, course or course_of(desk, case), filing=filing, warning_days=warning_days)


def deadlines_of(
    desk: Desk, course: Course, *, filing: Stage | None = None, warning_days: int = WARNING_DAYS
) -> list[Deadline]:
    """Return the limits of a course that are running or have run, the earliest due first.

    ``filing`` is near-relative filing where a rule limits it: no stage of the procedure, and a limit like the others.
    """
    clock = Clock(calendar=desk.calendar, procedure=course.procedure, state=course.state, today=desk.today)
    warn = desk.calendar.add(desk.today, warning_days, "working").day
    stages = (*course.procedure.stages, *([filing] if filing is not None else ()))
    found = [clock.of_whole(warn), *(clock.of_stage(one, warn) for one in stages)]
    standings = course.standings
    running = [
        one for one in found if one is not None and (one.done_on is not None or _still_runs(one, course, standings))
    ]
    told = [replace(one, citation=cited(one.citation, desk.policies.documents)) for one in running]
    return sorted(told, key=lambda one: one.due.day)


def _still_runs(one: Deadline, course: Course, standings: Mapping[str, Standing]) -> bool:
    """Tell whether a limit that nothing has ended yet still binds anybody."""
    if course.state.status in ("withdrawn", "closed"):
        return False
    if one.stage == TOTAL:
        return True
    if one.stage == FILING:
        return course.state.status != "refused" and all(past.kind != FILED for past in course.state.happenings)
    if course.state.status == "refused" and not course.procedure.stage(one.stage).notice:
        return False
    return standings[one.stage] != "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The clocks of one case: its procedure, its state, the calendar and today."""

    calendar: WorkingCalendar
    procedure: Procedure
    state: CaseState
    today: date

    def of_stage(self, stage: Stage, warn: date) -> Deadline | None:
        """Return a stage's limit; None where none is ruled or nothing has started it."""
        started = None if stage.within is None else self._start(stage, stage.within)
        if stage.within is None or started is None:
            return None
        done = self._ended(stage, stage.within, after=started)
        subject = (stage.key, stage.label, stage.citation)
        return self._deadline(subject, stage.within, started=started, done=done, warn=warn)

    def of_whole(self, warn: date) -> Deadline | None:
        """Return the limit of the whole procedure; it ends with the decision where its rule names no other end."""
        limit = self.procedure.total
        started = None if limit is None else self._event(limit.since or "application")
        if limit is None or started is None:
            return None
        ends = limit.until or (self.procedure.decision.key if self.procedure.decision is not None else None)
        done = self._event(ends) if ends else None
        day = done.happened_on if done is not None else self._refusal()
        subject = (TOTAL, self.procedure.total_label, self.procedure.whole_citation)
        return self._deadline(subject, limit, started=started, done=day, warn=warn)

    def _refusal(self) -> date | None:
        ends = ("decision.grant", "decision.refuse", "withdrawal", "acceptance_refused")
        return next((one.happened_on for one in self.state.happenings if one.key in ends), None)

    def _start(self, stage: Stage, limit: TimeLimit) -> Happening | None:
        """What starts a stage's limit: the event it names, else the last of the stages it comes after."""
        if limit.since is not None:
            return self._event(limit.since)
        done = [self.state.done[one] for one in stage.waits if one in self.state.done]
        return max(done, key=lambda one: (one.happened_on, one.sequence), default=None)

    def _event(self, name: str) -> Happening | None:
        """The latest event of a name: a stage done, else one of that kind (``objection``) or reason (``death``)."""
        if name in self.state.done:
            return self.state.done[name]
        named = (one for one in reversed(self.state.happenings) if name in (one.kind, one.key, one.body.get("why")))
        return next(named, None)

    def _ended(self, stage: Stage, limit: TimeLimit, *, after: Happening) -> date | None:
        ended = self._event(limit.until) if limit.until else self.state.done.get(stage.key)
        if ended is None or ended.sequence < after.sequence:
            return None
        return ended.happened_on

    def _deadline(
        self, subject: tuple[str, Text, str], limit: TimeLimit, *, started: Happening, done: date | None, warn: date
    ) -> Deadline:
        key, label, citation = subject
        due, paused = self._due(key, limit, started)
        open_now = done is None and not paused
        return Deadline(
            stage=key,
            label=label,
            due=due,
            from_event=_name(started),
            since=started.happened_on,
            citation=citation,
            done_on=done,
            passed=(done if done is not None else self.today) > due.day and not (paused and done is None),
            warning=open_now and self.today <= due.day <= warn,
            paused=paused and done is None,
        )

    def _due(self, key: str, limit: TimeLimit, started: Happening) -> tuple[Due, bool]:
        start = started.happened_on - (ONE_DAY if limit.first_day == "same_day" else 0 * ONE_DAY)
        spans, paused = self._spans(limit, start)
        days, kind, since = limit.days, limit.day_kind, start
        if days is None:
            since, days, kind = months_on(start, limit.months or 0), 0, "calendar"
        due = without(self.calendar, since, days, kind=kind, spans=spans)
        for extra in self._extensions(key, limit):
            due = _joined(due, without(self.calendar, due.day, extra[0], kind=extra[1], spans=spans))
        return due, paused

    def _extensions(self, key: str, limit: TimeLimit) -> Iterator[tuple[int, DayKind]]:
        for one in self.state.extensions:
            if one.body["stage"] == key:
                special = limit.extended[one.body["case"]]
                yield special.days, special.day_kind

    def _spans(self, limit: TimeLimit, start: date) -> tuple[list[Span], bool]:
        """The days that do not count: between stop and resume, and of stages the rule excludes."""
        clock = self.procedure.clock or {}
        stops = {*limit.stops, *listed(clock.get("stops", ()))}
        resumes = {*limit.resumes, *listed(clock.get("resumes", ()))}
        spans: list[Span] = []
        since: date | None = None
        for one in self.state.happenings:
            if since is None and _named(one, stops) and one.happened_on >= start:
                since = one.happened_on
            elif since is not None and _named(one, resumes):
                spans.append((since, one.happened_on))
                since = None
        if since is not None:
            spans.append((since, self.today))
        return spans + list(self._excluded(limit)), since is not None

    def _excluded(self, limit: TimeLimit) -> Iterator[Span]:
        for key in limit.excludes:
            done = self.state.done.get(key)
            waits = self.procedure.by_key[key].waits if key in self.procedure.by_key else ()
            before = [self.state.done[one].happened_on for one in waits if one in self.state.done]
            if before:
                yield max(before), done.happened_on if done is not None else self.today


def _named(one: Happening, names: Iterable[str]) -> bool:
    return bool({one.kind, one.key, one.body.get("stage")} & set(names))


def _name(one: Happening) -> str:
    return str(one.body["stage"]) if one.kind == "stage" else one.kind


def without(calendar: WorkingCalendar, start: date, days: int, *, kind: DayKind, spans: Sequence[Span]) -> Due:
    """Return the last day of a period of which the days of ``spans`` do not count.

    >>> from datetime import date
    >>> pause = [(date(2008, 3, 5), date(2008, 3, 7))]
    >>> without(WorkingCalendar.load(), date(2008, 3, 3), 5, kind="calendar", spans=pause).day
    datetime.date(2008, 3, 10)
    """
    if not spans:
        return calendar.add(start, days, kind)
    due, left = Due(day=start), days
    while left:
        step = calendar.add(due.day, 1, kind)
        due = _joined(due, step)
        left -= not any(first < step.day <= last for first, last in spans)
    return due


def _joined(before: Due, later: Due) -> Due:
    """The later day, provisional for every unknown year on the way."""
    years = tuple(sorted({*before.unknown_years, *later.unknown_years}))
    return Due(day=later.day, unknown_years=years)
