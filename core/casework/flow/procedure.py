"""A case's procedure: the stages ruled for the day it runs under, and where each of them stands.

A case follows the rules of the day it was accepted (before that, of the day of application); a later procedure reaches
it only where it says so itself (``transition: running_cases_follow``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from core.assess import assess
from core.casework.deciding.facts import facts_on, prepare_facts
from core.casework.desk import Desk
from core.casework.flow.stage_rule import Stage, TimeLimit, limit_of, stage_of
from core.casework.flow.state import CaseState
from core.casework.flow.transition import state_of
from core.errors import JiuzhuError, Text, did_you_mean
from core.kinds.contribution import listed
from core.kinds.procedure import order_stages
from core.kinds.schema import is_gap
from core.policy import Line
from core.provision import Json
from core.rulebook import Rulebook
from core.store.tables import AssistanceCase, FactsVersion

APPROVAL = "approval"
"""The stage that decides where a procedure names no results."""
TOTAL = "total"
"""The name under which the limit of the whole procedure is listed."""
WHOLE = Text("总时限", "overall time limit")
Standing = Literal["done", "ready", "waiting", "skipped"]
Conditions = Mapping[str, bool | None]
"""Stage → whether its condition holds; None where facts for it are missing."""


@dataclass(frozen=True)
class Procedure:
    """Stages in their order, the limit of the whole, the rules of its clock, and the rulebook they come from."""

    rulebook: Rulebook
    stages: tuple[Stage, ...]
    total: TimeLimit | None = None
    total_label: Text = WHOLE
    whole_citation: str = ""
    clock: Mapping[str, Json] | None = None

    @cached_property
    def by_key(self) -> Mapping[str, Stage]:
        """The stages by code."""
        return {one.key: one for one in self.stages}

    def stage(self, key: str) -> Stage:
        """Return a stage.

        Raises:
            JiuzhuError: ``unknown_stage``, with the nearest code.
        """
        found = self.by_key.get(key)
        if found is None:
            text = Text("现行程序没有这个环节", "the procedure in force has no such stage")
            hint = did_you_mean(key, self.by_key)
            raise JiuzhuError("unknown_stage", text, hint=hint or _all(self.stages), value=key)
        return found

    @cached_property
    def whole(self) -> Stage | None:
        """The whole as a stage of its own, of whoever decides; None where no limit is ruled."""
        if self.total is None:
            return None
        actors = self.decision.actors if self.decision is not None else ()
        return Stage(
            key=TOTAL, label=self.total_label, address="", citation=self.whole_citation, actors=actors,
            within=self.total,
        )  # fmt: skip

    def limited(self, key: str) -> Stage:
        """Return what a limit is of: a stage, or the whole.

        Raises:
            JiuzhuError: ``unknown_stage``, with the nearest code.
        """
        return self.whole if key == TOTAL and self.whole is not None else self.stage(key)

    @cached_property
    def decision(self) -> Stage | None:
        """The stage at which the case is decided."""
        return next((one for one in self.stages if one.approves), self.by_key.get(APPROVAL))

    @cached_property
    def after_decision(self) -> frozenset[str]:
        """The stages that come only once the case is decided; they may be done again and again."""
        return self.behind[self.decision.key] if self.decision is not None else frozenset()

    @cached_property
    def behind(self) -> Mapping[str, frozenset[str]]:
        """Stage → the stages that come after it, however many steps on."""
        return {one.key: self._behind(one.key) for one in self.stages}

    def _behind(self, key: str) -> frozenset[str]:
        found = {key}
        for one in self.stages:
            if found & set(one.waits):
                found.add(one.key)
        return frozenset(found - {key})

    @cached_property
    def conditional(self) -> tuple[str, ...]:
        """The stages that only some cases need."""
        return tuple(one.key for one in self.stages if one.conditional)

    @cached_property
    def inquiries(self) -> frozenset[str]:
        """The stages that are done only after an objection."""
        return frozenset(one.on_objection for one in self.stages if one.on_objection is not None)

    def waiting_for(self, key: str, state: CaseState, conditions: Conditions) -> tuple[Stage, ...]:
        """Return what must be done before a stage; stages that may be left out or do not apply let through."""
        return tuple(dict.fromkeys(self._missing(self.stage(key), state, conditions)))

    def _missing(self, stage: Stage, state: CaseState, conditions: Conditions) -> Iterator[Stage]:
        for name in stage.waits:
            before = self.by_key[name]
            if name in state.done or (state.taken_over and name not in self.after_decision):
                continue
            if before.skippable or conditions.get(name) is False:
                yield from self._missing(before, state, conditions)
            else:
                yield before

    def standing(self, key: str, state: CaseState, conditions: Conditions) -> Standing:
        """Tell where a stage stands."""
        if key in state.done:
            return "done"
        if conditions.get(key) is False or self._left_out(key, state):
            return "skipped"
        return "waiting" if self.waiting_for(key, state, conditions) else "ready"

    def _left_out(self, key: str, state: CaseState) -> bool:
        """What may be left out is, once the case is past it; an inquiry, while nobody objects."""
        if key in self.inquiries and not state.objections:
            return True
        if state.taken_over and key not in self.after_decision:
            return True
        stage = self.by_key[key]
        if not stage.skippable or key in self.inquiries:
            return False
        if stage.tells_of_refusal:
            return state.refused_at is None and any(one in state.done for one in stage.waits)
        decided = self.decision is not None and self.decision.key in state.done
        return (decided and key not in self.after_decision) or bool(self.behind[key] & state.done.keys())

    def standings(self, state: CaseState, conditions: Conditions) -> Mapping[str, Standing]:
        """Tell where every stage stands, in their order."""
        return {one.key: self.standing(one.key, state, conditions) for one in self.stages}


def _all(stages: tuple[Stage, ...]) -> Text:
    return Text(
        "环节有：" + "、".join(f"{one.key}（{one.label.zh}）" for one in stages),
        "stages: " + ", ".join(one.key for one in stages),
    )


def procedure_of(desk: Desk, case: AssistanceCase) -> Procedure:
    """Return the procedure a case runs under.

    Raises:
        JiuzhuError: ``nothing_in_force`` when the place has no procedure for the programme on that day.
    """
    book = _book(desk, case, case.rules_on)
    lines = {line.key: line for line in book.policy.stages(case.programme)}
    whole = book.policy.line("procedure", case.programme)
    if case.rules_on != desk.today:
        today = _book(desk, case, desk.today).policy
        now = {line.key: line for line in today.stages(case.programme)}
        lines |= {key: line for key, line in now.items() if _follow(line.parent)}
        newer = today.line("procedure", case.programme)
        whole = newer if newer is not None and _follow(newer.value) else whole
    if not lines:
        raise book.policy.nothing_in_force("procedure", case.programme)
    return _procedure(book, lines, whole)


def _book(desk: Desk, case: AssistanceCase, on: date) -> Rulebook:
    return desk.policies.rulebook(case.division, on=on, area=case.area, programmes=(case.programme,))


def _follow(parent: Mapping[str, Json]) -> bool:
    return parent.get("transition") == "running_cases_follow"


_ORDER = ("after", "before")


def _procedure(book: Rulebook, lines: Mapping[str, Line], whole: Line | None) -> Procedure:
    values = {key: line.value for key, line in lines.items()}
    named = {
        other for value in values.values() for word in ("after", "before") for other in listed(value.get(word, ()))
    }
    order = order_stages(values, removed=named - values.keys())
    waits = {key: [one for one in listed(values[key].get("after", ())) if one in values] for key in order}
    for key in order:
        for later in listed(values[key].get("before", ())):
            if later in waits and key not in waits[later]:
                waits[later].append(key)
    settings = dict(whole.value) if whole is not None and not whole.is_gap else {}
    total, clock = settings.get("total"), settings.get("clock")
    stages = tuple(stage_of(lines[key], tuple(waits[key])) for key in order)
    return Procedure(
        rulebook=book,
        stages=stages,
        total=limit_of(total, deciders=_deciders(stages)) if total and not is_gap(total) else None,
        total_label=whole.provision.label if whole is not None else WHOLE,
        whole_citation=str(whole.provision.citation or "") if whole is not None else "",
        clock=clock if clock and not is_gap(clock) else None,
    )


def _deciders(stages: tuple[Stage, ...]) -> tuple[str, ...]:
    return next((one.actors for one in stages if one.approves or one.key == APPROVAL), ())


def conditions_of(desk: Desk, case: AssistanceCase, procedure: Procedure) -> Conditions:
    """Tell of each stage that only some cases need whether this one does, by its newest facts."""
    facts = facts_on(desk.session, case.id, desk.today) if procedure.conditional else None
    return conditions_by(procedure, case.programme, facts)


def conditions_by(procedure: Procedure, programme: str, facts: FactsVersion | None) -> Conditions:
    """Tell the same by facts at hand; without any, nothing is known."""
    keys = procedure.conditional
    if not keys or facts is None:
        return dict.fromkeys(keys)
    found = assess(procedure.rulebook, prepare_facts(procedure.rulebook, facts.facts, on=procedure.rulebook.policy.on))
    values = {key: found.value(f"{programme}.stage_{key}_when") for key in keys}
    return {key: value if isinstance(value, bool) else None for key, value in values.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A case under way: its procedure, its state and which conditional stages it needs."""

    procedure: Procedure
    state: CaseState
    conditions: Conditions

    @property
    def standings(self) -> Mapping[str, Standing]:
        """Where every stage stands."""
        return self.procedure.standings(self.state, self.conditions)


def course_of(desk: Desk, case: AssistanceCase) -> Course:
    """Return a case's procedure together with where it stands."""
    procedure = procedure_of(desk, case)
    return Course(
        procedure=procedure,
        state=state_of(desk.session, case),
        conditions=conditions_of(desk, case, procedure),
    )
