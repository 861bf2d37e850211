"""One household under one rulebook: its outputs, what failed and why, and what else the policy answers.

Nothing here decides anything: a person with the right turns an assessment into a decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from core.conditions import FailedCondition, failed_conditions
from core.errors import Language, Text
from core.fact_check import Prepared
from core.formula.scalar import ScalarResult
from core.formula.tree import Failure
from core.policy import Line, Policy
from core.reasons import failure_text
from core.rulebook import Rulebook
from core.source import Located
from core.trace import TRACE_VERSION, StepMaker, provision_table, step_makers, steps

MAIN = (
    "household_size", "entitled_size", "counted_income", "standard", "line", "asset_ok", "income_ok", "eligible",
    "benefit", "benefit_monthly", "topup", "price_subsidy", "payment", "phase_out_active", "phase_out_amount",
    "review_class", "review_months", "member.eligible", "member.benefit", "member.payment",
)  # fmt: skip
"""Quantities shown as outputs where a programme has them."""

ANSWERED = (
    "programme", "reference_period", "rounding", "review_interval", "publicity_rule", "payment_schedule", "procedure",
    "recusal_rule", "relative_filing", "sampling", "funding", "target", "indicator", "coverage_requirement",
    "interaction", "phase_out", "earnings_disregard", "price_subsidy",
)  # fmt: skip
"""Kinds a policy answers as they stand, beside its formulas."""

Status = Literal["eligible", "not_eligible", "undecided"]


@dataclass(frozen=True)
class Assessment:
    """What the rules say about a household. Values are exact; wording is made when asked for."""

    rulebook: Rulebook
    facts: Prepared
    result: ScalarResult
    asked: frozenset[tuple[str, str, str]] = frozenset()

    def value(self, key: str) -> Any:
        """Return a quantity (``dibao.benefit``): Fraction, bool, text, ordinal or Failure; of records, a list."""
        return self.result.get(key)

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """The main quantities, as exact JSON values by key."""
        makers: Mapping[str, StepMaker] = self.rulebook.derived(_main_makers)
        return {key: maker.value(self.result.values[maker.position]) for key, maker in makers.items()}

    @cached_property
    def statuses(self) -> dict[str, Status]:
        """What the rules say for each programme that decides on a household or its members."""
        found: dict[str, Status] = {}
        for programme in self.rulebook.policy.programmes:
            for name in ("eligible", "member.eligible"):
                if any(one.key == f"{programme}.{name}" for one in self.rulebook.program.formulas):
                    found[programme] = _status(self.result.get(f"{programme}.{name}"))
        return found

    @cached_property
    def failures(self) -> tuple[tuple[Failure, Text], ...]:
        """Why main quantities have no value, each reason once, in words."""
        seen: dict[Failure, Text] = {}
        for formula in self.rulebook.program.formulas:
            if formula.source.name in MAIN:
                value = self.result.get(formula.key)
                for one in value if isinstance(value, list) else [value]:
                    if isinstance(one, Failure) and one not in seen:
                        seen[one] = failure_text(one, self.rulebook)
        return tuple(seen.items())

    @cached_property
    def failed(self) -> tuple[FailedCondition, ...]:
        """The conditions that were not met, in words an applicant understands."""
        return tuple(
            one for programme, status in self.statuses.items() if status == "not_eligible"
            for one in failed_conditions(self.rulebook, self.facts, self.result, programme)
        )  # fmt: skip

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        """What the policy rules beside amounts (review, posting, payment, procedure …), by programme and kind."""
        policy = self.rulebook.policy
        found: dict[str, dict[str, Any]] = {}
        for programme in policy.programmes:
            kinds = {kind: {line.key: answer(line) for line in ordered(policy, kind, programme)} for kind in ANSWERED}
            found[programme] = {kind: lines for kind, lines in kinds.items() if lines}
        return found

    def canonical(self) -> dict[str, Any]:
        """Return the assessment without wording: what a replay must reproduce byte for byte."""
        return {
            "policy": self.rulebook.hash,
            "outputs": self.outputs,
            "trace": {
                "version": TRACE_VERSION,
                "steps": list(steps(self.rulebook, self.facts, self.result)),
                "standards": self.rulebook.standards.used(self.asked),
            },
        }

    def to_json(self, language: Language) -> dict[str, Any]:
        """Return everything as JSON, sentences in ``language``."""
        policy = self.rulebook.policy
        return {
            "place": {"division": policy.division, "name": policy.place.name, "area": policy.area},
            "on": policy.on.isoformat(),
            "programmes": list(policy.programmes),
            "status": self.statuses,
            **self.canonical(),
            "failed": [one.to_json(language) for one in self.failed],
            "failures": [{"code": f.code, "name": f.name, "message": text.pick(language)} for f, text in self.failures],
            "provisions": provision_table(self.rulebook, language),
            "answers": self.answers,
            "flags": [
                {"code": code, "message": text.pick(language), "provision": at} for code, text, at in policy.flags
            ],
        }


def _main_makers(rulebook: Rulebook) -> dict[str, StepMaker]:
    names = {formula.key: formula.source.name for formula in rulebook.program.formulas}
    makers: tuple[StepMaker, ...] = rulebook.derived(step_makers)
    return {maker.fixed["name"]: maker for maker in makers if names[maker.fixed["name"]] in MAIN}


def _status(value: Any) -> Status:
    if isinstance(value, list):
        return (
            "eligible"
            if True in value
            else "undecided"
            if any(isinstance(one, Failure) for one in value)
            else "not_eligible"
        )
    if isinstance(value, Failure):
        return "undecided"
    return "eligible" if value else "not_eligible"


def ordered(policy: Policy, kind: str, programme: str) -> tuple[Line, ...]:
    """Return the lines of a kind; the stages of a procedure in the order in which they follow each other."""
    if kind != "procedure":
        return policy.lines(kind, programme)
    whole = policy.line("procedure", programme)
    return (*((whole,) if whole is not None else ()), *policy.stages(programme))


def answer(line: Line) -> dict[str, Any]:
    """Return a line as an answer: its value, where it comes from, and whether it is a gap."""
    value = dict(line.value)
    if line.is_gap:
        because = line.provision.because
        value["gap"] = {"zh": because.zh, "en": because.pick("en")} if because else {}
    return value | {
        "provision": f"{line.provision.address}@{line.provision.revision}",
        "cite": str(line.provision.citation or ""),
    }


def complete(rulebook: Rulebook, facts: Prepared) -> Prepared:
    """Add what the question itself tells: the day, the area and the division."""
    policy = rulebook.policy
    return {**facts, "decision_date": policy.on.toordinal(), "area": policy.area, "division": policy.division}


def assess(rulebook: Rulebook, facts: Prepared) -> Assessment:
    """Evaluate every named quantity for a household's prepared facts; nothing is raised for a missing fact or a gap."""
    whole = complete(rulebook, facts)
    asked: set[tuple[str, str, str]] = set()
    result = rulebook.scalar.run(whole, rulebook.standards.recorded(asked))
    return Assessment(rulebook, whole, result, frozenset(asked))


def assess_source(rulebook: Rulebook, source: Located | None) -> Assessment:
    """Check a household's facts as read from a file, and assess them; a file without facts lacks its members.

    Raises:
        InvalidInput: every fault of the facts, each with its place.
    """
    return assess(rulebook, rulebook.facts.prepare(source or Located({}, "facts", {}), rulebook.policy.on))
