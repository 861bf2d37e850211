"""Trace v1: how each named quantity came about and the provisions it rests on. Its JSON Schema: ``trace_v1.json``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import Language
from core.fact_check import Prepared
from core.formula.scalar import ScalarResult
from core.formula.schema import HOUSEHOLD
from core.formula.tree import CheckedFormula, Failure
from core.kinds.contribution import ASSUMED, IDENTITIES
from core.policy import Line
from core.provision import ASSURED
from core.rulebook import Rulebook
from core.wording import raw_json

TRACE_VERSION = 1


def steps(rulebook: Rulebook, facts: Prepared, result: ScalarResult) -> Iterator[dict[str, Any]]:
    """Yield one step a named quantity and record, in evaluation order.

    A step has name, level, record (None for the household), value, unit, formula, inputs (names read), provision
    (``id@revision``) and flags (``assumed_date``, ``excerpt``, ``technical_default``, ``gap``). A value that could not
    be computed is ``{error, name}``.
    """
    makers: Sequence[StepMaker] = rulebook.derived(step_makers)
    records: dict[str, list[str]] = {}
    for maker in makers:
        raw = result.values[maker.position]
        if maker.level == HOUSEHOLD:
            yield maker.step(None, raw)
            continue
        if maker.level not in records:
            records[maker.level] = record_names(rulebook, facts, maker.level)
        values = [one for part in raw for one in part] if maker.nested else raw
        for name, one in zip(records[maker.level], values, strict=True):
            yield maker.step(name, one)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMaker:
    """Turns a quantity's raw value into a step. Made once a rulebook: a trace costs a copy and a number's text."""

    fixed: dict[str, Any]
    position: int
    level: str
    nested: bool
    shown: Callable[[Any], Any]

    def step(self, record: str | None, raw: Any) -> dict[str, Any]:
        """Return the step of one record."""
        step = self.fixed.copy()
        step["record"] = record
        step["value"] = {"error": raw.code, "name": raw.name} if type(raw) is Failure else self.shown(raw)
        return step

    def one(self, raw: Any) -> Any:
        """Return one raw value as JSON."""
        return {"error": raw.code, "name": raw.name} if isinstance(raw, Failure) else self.shown(raw)

    def value(self, raw: Any) -> Any:
        """Return the value of the household, or the list of the records' values, as JSON."""
        if self.level == HOUSEHOLD:
            return self.one(raw)
        return [self.one(part) for part in ([x for row in raw for x in row] if self.nested else raw)]


def record_names(rulebook: Rulebook, facts: Prepared, level: str) -> list[str]:
    """Name the records of a list: a member by its id, others by their parent and number (``a/income/1``)."""
    parent = rulebook.program.schema.lists[level].parent
    if parent == HOUSEHOLD:
        return [str(one.get("id", f"{level}/{number}")) for number, one in enumerate(facts.get(level, ()), 1)]
    owners = zip(record_names(rulebook, facts, parent), facts.get(parent, ()), strict=True)
    return [
        f"{owner}/{level}/{number}" for owner, record in owners for number, _ in enumerate(record.get(level, ()), 1)
    ]


def step_makers(rulebook: Rulebook) -> tuple[StepMaker, ...]:
    """Return a maker for every quantity, in evaluation order."""
    lines = lines_by_address(rulebook)
    lists, outputs = rulebook.program.schema.lists, rulebook.scalar.outputs
    return tuple(
        StepMaker(
            fixed=_fixed(formula, lines.get(formula.source.provision)),
            position=outputs[formula.key].position,
            level=formula.level,
            nested=formula.level != HOUSEHOLD and lists[formula.level].parent != HOUSEHOLD,
            shown=raw_json(formula.type, formula.unit, outputs[formula.key].denominator),
        )
        for formula in rulebook.program.formulas
    )


def _fixed(formula: CheckedFormula, line: Line | None) -> dict[str, Any]:
    origin = formula.source.provision
    return {
        "name": formula.key,
        "level": formula.level,
        "record": None,
        "value": None,
        "unit": str(formula.unit),
        "formula": formula.source.text,
        "inputs": list(formula.reads),
        "provision": f"{origin}@{line.provision.revision}" if line is not None else origin,
        "flags": list(line_flags(line)) if line is not None else ["technical_default"] if origin in ASSUMED else [],
    }


def line_flags(line: Line) -> tuple[str, ...]:
    """Say what a reader must know about the origin of a line."""
    flags = []
    if line.assumptions:
        flags.append("assumed_date")
    if any(one.assurance not in ASSURED for one in line.provisions):
        flags.append("excerpt")
    if line.provision.basis == "technical_default":
        flags.append("technical_default")
    if line.is_gap:
        flags.append("gap")
    return tuple(flags)


def lines_by_address(rulebook: Rulebook) -> dict[str, Line]:
    """Return the lines in force by the address of their origin."""
    return {line.provision.address: line for group in rulebook.policy.found.values() for line in group.values()}


def provision_table(rulebook: Rulebook, language: Language) -> dict[str, dict[str, Any]]:
    """Return the provisions the formulas rest on, once each: citation, dates, assumptions, assurance."""
    used = {formula.source.provision for formula in rulebook.program.formulas}
    lines = lines_by_address(rulebook)
    core = {at: _core_row(at, language) for at in sorted(used) if at in ASSUMED or at in IDENTITIES}
    return core | {
        f"{at}@{line.provision.revision}": _row(line, language) for at, line in sorted(lines.items()) if at in used
    }


def _core_row(address: str, language: Language) -> dict[str, Any]:
    """A technical default or an identity of the core: no document, no dates."""
    assumed = address in ASSUMED
    return {
        "kind": "core",
        "label": {**ASSUMED, **IDENTITIES}[address].pick(language),
        "division": None,
        "cite": [],
        "from": None,
        "until": None,
        "assumptions": [],
        "assurance": None,
        "basis": "technical_default" if assumed else "arithmetic",
        "because": ASSUMED[address].pick(language) if assumed else None,
        "flags": ["technical_default"] if assumed else [],
    }


def _row(line: Line, language: Language) -> dict[str, Any]:
    one = line.provision
    return {
        "kind": one.kind,
        "label": one.label.pick(language),
        "division": one.scope.division,
        "cite": [str(p.citation) for p in line.provisions if p.citation],
        "from": one.period.start.day.isoformat() if one.period.start.day else None,
        "until": one.period.until.day.isoformat() if one.period.until.day else None,
        "assumptions": [text.pick(language) for text in line.assumptions],
        "assurance": one.assurance,
        "basis": one.basis,
        "because": one.because.pick(language) if one.because else None,
        "flags": list(line_flags(line)),
    }
