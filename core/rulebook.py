"""A rulebook: a policy made executable. Its facts, its formulas in order, and their compiled form.

Kinds contribute ordinary named formulas, so there is one calculation path. A quantity whose rule is a gap or not in
force is declared all the same: reading it is that failure, and only the step that needs it stops.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import rfc8785

from core.errors import JiuzhuError, Text, Where
from core.facts import Catalogue, catalogue
from core.formula.check import check
from core.formula.scalar import ScalarProgram, write
from core.formula.schema import FormulaSource
from core.formula.tree import Program
from core.policy import Line, Place, Policy
from core.provision import Document, Json, Kind, Provision, plain
from core.resolve import resolve
from core.standards import StandardTable, programmes_asked, standard_table
from core.values import Unit

LANGUAGE_VERSION = "1"
"""Version of the formula language; part of the policy hash."""

_MEMBER = re.compile(r"\b([a-z][a-z0-9_]*)\s*\.")
_EXPECTED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "standard": (("standard", "yuan/person-year"), ("line", "yuan/person-year")),
    "income_definition": (("member.counted_income", "yuan/year"), ("counted_income", "yuan/year")),
    "benefit": (("benefit", "yuan/year"),),
    "payment_schedule": (("payment", "yuan/month"),),
}
"""Quantities other rules may name, and the kind that must be in force for them to be there."""


@dataclass(frozen=True)
class Rulebook:
    """A policy with its facts and checked formulas. Compiled forms are made when first asked for."""

    policy: Policy
    facts: Catalogue
    program: Program
    standards: StandardTable
    sources: tuple[FormulaSource, ...]
    documents: Mapping[str, Document] = field(default_factory=dict)

    @cached_property
    def scalar(self) -> ScalarProgram:
        """The program for one household with every named quantity."""
        return write(self.program)

    @cached_property
    def _derived(self) -> dict[Callable[..., Any], Any]:
        return {}

    def derived(self, make: Callable[[Rulebook], Any]) -> Any:
        """Return ``make(self)``, made once: what other modules derive from an immutable rulebook."""
        if make not in self._derived:
            self._derived[make] = make(self)
        return self._derived[make]

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the canonical JSON (RFC 8785) of :meth:`canonical`."""
        return hashlib.sha256(rfc8785.dumps(self.canonical())).hexdigest()

    def canonical(self) -> dict[str, Any]:
        """Return everything an answer depends on: integers and text only, no floats, no file places.

        Enough to rebuild the rulebook (``core.rulebook_json.restored``) when the plugins are gone.
        """
        place = self.policy.place
        return {
            "language": LANGUAGE_VERSION,
            "place": {
                "division": place.division,
                "area": place.area,
                "ladder": [[code, place.ladder.levels[code]] for code in place.ladder.codes],
            },
            "on": place.on.isoformat(),
            "programmes": list(self.policy.programmes),
            "values": [_line_json(line) for group in self.policy.found.values() for line in group.values()],
            "formulas": [_source_json(one) for one in self.sources],
            "facts": self.facts.canonical(),
            "standards": self.standards.canonical(),
        }


def _line_json(line: Line) -> dict[str, Any]:
    """A line with its provisions, the origin first."""
    return {
        "slot": [line.kind, line.programme, line.key],
        "value": plain(line.value),
        "provisions": [{"revision": one.revision, "content": plain(one.canonical())} for one in line.provisions],
    }


def _source_json(source: FormulaSource) -> dict[str, Any]:
    return {
        "programme": source.programme,
        "name": source.name,
        "text": source.text,
        "provision": source.provision,
        "unit": str(source.unit) if source.unit is not None else None,
        "type": source.type,
        "label": _words(source.label),
        "message": _words(source.message),
        "overrides": source.overrides,
        "flags": list(source.flags),
    }


def _words(text: Text | None) -> list[str] | None:
    return None if text is None else [text.zh, text.en]


def build(
    provisions: Iterable[Provision],
    *,
    place: Place,
    programmes: Sequence[str],
    kinds: Mapping[str, Kind],
    places: Callable[[], Mapping[str, Place]] = dict,
    documents: Mapping[str, Document] | None = None,
    known_at: str | None = None,
) -> Rulebook:
    """Resolve the programmes asked and those their formulas read, and check the whole.

    ``places`` gives the places STANDARD() may be asked about, by division code; asked only when a formula uses it.

    Raises:
        JiuzhuError: a tie, a fact declared twice and differently, or stages that go in a circle.
        InvalidInput: every fault of the merged formulas: unknown names, cycles, units, types.
    """
    here = tuple(provisions)
    wanted = tuple(programmes)
    titles = {name: kind.title for name, kind in kinds.items()}
    while True:
        policy = resolve(here, place=place, programmes=wanted, known_at=known_at, titles=titles)
        sources = tuple(source for programme in wanted for source in _sources(policy, programme, kinds))
        read = _programmes_read(sources, here, wanted)
        if not read:
            break
        wanted += read
    for programme in wanted:
        policy.stages(programme)  # a procedure that goes in a circle is found here, not at the counter
    facts = _catalogue(policy)
    program = check(facts.schema, sources)
    needs = any(programmes_asked(source.text) for source in sources)
    table = standard_table(here, place=place, places=places(), programmes=wanted) if needs else StandardTable({})
    return Rulebook(
        policy=policy, facts=facts, program=program, standards=table, sources=sources, documents=documents or {}
    )


def _sources(policy: Policy, programme: str, kinds: Mapping[str, Kind]) -> Iterator[FormulaSource]:
    found = [one for kind in kinds.values() for one in _contributed(kind, policy, programme)]
    named = {one.name for one in found}
    yield from found
    if policy.line("programme", programme) is None and not found:
        return
    for kind, expected in _EXPECTED.items():
        for name, unit in expected:
            if name not in named:
                yield _absent(policy, programme, kind, name, _in_period(policy, programme, unit))


def _in_period(policy: Policy, programme: str, unit: str) -> str:
    """Put the unit of what is not in force into the period in which income is compared here, as what is in force is."""
    line = policy.line("reference_period", programme)
    period = "as_standard" if line is None or line.is_gap else str(line.value.get("period", "as_standard"))
    return unit if period == "as_standard" else unit.replace("year", period)


def _contributed(kind: Kind, policy: Policy, programme: str) -> list[FormulaSource]:
    """Ask a kind for its formulas; what a plugin's kind raises is told as its fault."""
    if kind.compile is None:
        return []
    try:
        return list(kind.compile(policy, programme))
    except JiuzhuError:
        raise
    except Exception as error:
        text = Text(f"条款种类“{kind.name}”出错：{error!r}", f"kind '{kind.name}' failed: {error!r}")
        raise JiuzhuError("kind_failed", text, value=kind.name) from error


def _absent(policy: Policy, programme: str, kind: str, name: str, unit: str) -> FormulaSource:
    """Declare a quantity whose rule is not in force, so that only what reads it stops."""
    line = policy.line(kind, programme)
    flags = (
        ("gap", line.provision.address)
        if line is not None and line.is_gap
        else ("nothing_in_force", f"{kind}:{programme}")
    )
    return FormulaSource(
        programme=programme,
        name=name,
        text="",
        provision=flags[1],
        unit=Unit.parse(unit),
        type="number",
        flags=flags,
    )


def _programmes_read(
    sources: Iterable[FormulaSource], provisions: Iterable[Provision], known: Sequence[str]
) -> tuple[str, ...]:
    named = {one.scope.programme for one in provisions}
    found = {word for source in sources for word in _MEMBER.findall(source.text) if word in named}
    found |= {word for source in sources for word in programmes_asked(source.text) if word in named}
    return tuple(sorted(found - set(known)))


def _catalogue(policy: Policy) -> Catalogue:
    lists: dict[str, Mapping[str, Json]] = {}
    items: dict[str, bool] = {}
    gaps: dict[str, Text] = {}
    pairs: list[tuple[str, Mapping[str, Json]]] = []
    for programme in policy.programmes:
        for kind in ("fact", "finding"):
            for line in policy.lines(kind, programme):
                lists.update(line.parent.get("lists", {}) or line.value.get("lists", {}))
                if line.key and not line.is_gap:
                    pairs.append((_fact_name(line), line.value))
        for line in policy.lines("income_definition", programme):
            if line.key and line.is_gap:
                because = line.provision.because
                gaps[line.key] = because or Text("", "")
            elif line.key:
                items[line.key] = True
    try:
        return catalogue(
            _distinct(pairs),
            lists,
            income_items=items,
            gap_items={k: v for k, v in gaps.items() if k not in items},
        )
    except JiuzhuError as error:
        raise JiuzhuError(error.code, error.message, where=_declared(policy, error.value), value=error.value) from error


def _declared(policy: Policy, name: str | None) -> Where | None:
    """Where a plugin declares a fact, the last of several."""
    kinds = ((programme, kind) for programme in policy.programmes for kind in ("fact", "finding"))
    lines = [line for programme, kind in kinds for line in policy.lines(kind, programme) if line.key]
    return next((line.provision.where for line in reversed(lines) if _fact_name(line) == name), None)


def _fact_name(line: Line) -> str:
    level = line.value.get("level", "household")
    return line.key if level == "household" or "." in line.key else f"{level}.{line.key}"


def _distinct(pairs: Iterable[tuple[str, Mapping[str, Json]]]) -> Iterator[tuple[str, Mapping[str, Json]]]:
    seen: list[tuple[str, Mapping[str, Json]]] = []
    for pair in pairs:
        if pair not in seen:
            seen.append(pair)
            yield pair
