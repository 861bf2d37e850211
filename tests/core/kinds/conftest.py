"""A tiny policy to compile kinds against, and one household to run the result on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from core.errors import Where
from core.facts import Catalogue, catalogue
from core.formula.check import check
from core.formula.scalar import write
from core.formula.schema import FormulaSource
from core.kinds import BUILTIN
from core.provision import Provision, Scope
from core.source import located
from core.values import OPEN, Period

KEYED = {kind.name for kind in BUILTIN if kind.merge == "by_key"}
GAP = {"status": "gap"}
WHOLE = "*"
"""Stands for the provision-level keys among the items of a keyed kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeLine:
    """What holds in one slot."""

    key: str
    value: Mapping[str, Any]
    provision: Provision
    parent: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_gap(self) -> bool:
        return self.provision.is_gap


@dataclass(frozen=True, slots=True, kw_only=True)
class FakePolicy:
    """Lines by kind and key, the same for every programme."""

    found: Mapping[str, Mapping[str, FakeLine]]

    def line(self, kind: str, _programme: str, key: str = "") -> FakeLine | None:
        return self.found.get(kind, {}).get(key)

    def lines(self, kind: str, _programme: str) -> tuple[FakeLine, ...]:
        return tuple(self.found.get(kind, {}).values())


def make_line(kind: str, key: str, value: Mapping[str, Any]) -> FakeLine:
    gap = value.get("status") == "gap"
    provision = Provision(
        id=f"test/{kind}", kind=kind, scope=Scope(division="430900"), period=Period(start=OPEN), value=value,
        key=key if kind in KEYED else "", status="gap" if gap else "in_force",
        where=Where(file="policy.yaml", line=7, column=5, path=f"$.{kind}"),
    )  # fmt: skip
    return FakeLine(
        key=key, value={name: part for name, part in value.items() if name != "status"}, provision=provision
    )


def make_policy(**kinds: Mapping[str, Any]) -> FakePolicy:
    """Build a policy: ``standard={"amount": …}``; keyed kinds by code, ``"*"`` above the items."""
    found: dict[str, dict[str, FakeLine]] = {"programme": {"": make_line("programme", "", {"pays": "household"})}}
    for kind, given in kinds.items():
        keyed = given.items() if kind in KEYED else [(str(given.get("name", "")), given)] if given else []
        lines = [make_line(kind, "" if key == WHOLE else key, value) for key, value in keyed]
        found[kind] = {one.key: one for one in lines}
    return FakePolicy(found=found)


def compile_all(policy: FakePolicy, programme: str = "dibao") -> dict[str, FormulaSource]:
    """Return everything the kinds contribute, by name; no name twice."""
    compilers: list[Any] = [kind.compile for kind in BUILTIN if kind.compile is not None]
    found: list[FormulaSource] = [one for compiler in compilers for one in compiler(policy, programme)]
    named = {one.name: one for one in found}
    assert len(named) == len(found)
    return named


Facts = Mapping[str, Any]


def make_catalogue(policy: FakePolicy) -> Catalogue:
    items = {line.key: True for line in policy.lines("income_definition", "") if line.key and not line.is_gap}
    declared = [(line.key, line.value) for kind in ("fact", "finding") for line in policy.lines(kind, "") if line.key]
    return catalogue(declared, {}, income_items=items, gap_items={})


def compute(
    policy: FakePolicy, facts: Facts, *, on: date = date(2018, 6, 1), standards: Any = None
) -> Callable[[str], Any]:
    """Return the reader of results (``benefit``, ``member.topup``) for a household as an author gives it."""
    known = make_catalogue(policy)
    program = check(known.schema, tuple(compile_all(policy).values()))
    prepared = known.prepare(located(facts, "household"))
    prepared |= {"decision_date": on.toordinal(), "area": "urban", "division": "430903"}
    result = write(program).run(prepared, standards or (lambda *_place: None))
    return lambda name: result.get(f"dibao.{name}")


@pytest.fixture(scope="session")
def policy() -> Callable[..., FakePolicy]:
    return make_policy


@pytest.fixture(scope="session")
def sources() -> Callable[..., dict[str, FormulaSource]]:
    """Compile a policy given kind by kind into its named formulas."""
    return lambda **kinds: compile_all(make_policy(**kinds))


@pytest.fixture(scope="session")
def texts() -> Callable[..., dict[str, str]]:
    """Compile a policy given kind by kind into its formula texts."""
    return lambda **kinds: {name: one.text for name, one in compile_all(make_policy(**kinds)).items()}


@pytest.fixture(scope="session")
def result() -> Callable[..., Callable[[str], Any]]:
    """Compute a household under a policy given kind by kind; money comes in fen."""

    def run(
        facts: Facts, *, on: date = date(2018, 6, 1), standards: Any = None, **kinds: Mapping[str, Any]
    ) -> Callable[[str], Any]:
        return compute(make_policy(**kinds), facts, on=on, standards=standards)

    return run
