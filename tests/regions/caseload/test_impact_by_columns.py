"""Impacts computed by columns say what impacts computed household by household say, whatever changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from core.errors import Text
from core.provision import Provision
from regions.amendment_report import impact_json
from regions.impact import Outcome, begin, count_cases
from regions.impact_amounts import Ruling, by_columns, one_by_one
from regions.impact_changes import Changes
from regions.impact_source import CaseFacts, GivenCaseload
from regions.life.roll import roll
from regions.platform import Platform
from regions.preview import preview
from regions.registry import Registry
from tests.regions.caseload.test_whatif import ON, cases, raised

Edit = Callable[[Provision], Provision]


def edited(registry: Registry, plugin: str, ids: tuple[str, ...], edit: Edit) -> tuple[Registry, tuple[Provision, ...]]:
    """The rules with some provisions of a plugin changed, and those provisions."""
    own = [one for one in registry.provisions() if one.plugin == plugin]
    changed = {one.address: edit(one) for one in own if one.id in ids}
    assert changed
    return preview(registry, plugin, [changed.get(one.address, one) for one in own]), tuple(changed.values())


def of_a_standard(registry: Registry) -> tuple[Registry, Registry, tuple[Provision, ...]]:
    return registry, *raised(registry, 450, 3400)


def of_a_formula(registry: Registry) -> tuple[Registry, Registry, tuple[Provision, ...]]:
    """Half the line is what counts: some households leave."""

    def halved(one: Provision) -> Provision:
        if one.key != "income_ok":
            return one
        return replace(one, value={**one.value, "text": "counted_income < line * household_size / 2"})

    return registry, *edited(registry, "national", ("national/eligibility-2014",), halved)


def of_a_settled_gap(registry: Registry) -> tuple[Registry, Registry, tuple[Provision, ...]]:
    """Before, nobody knew Yiyang's urban standard."""
    because = Text("来源未载数额", "the source gives no amount")

    def open_(one: Provision) -> Provision:
        return replace(one, status="gap", because=because, value={})

    before, gaps = edited(registry, "yiyang", ("yiyang/urban-2018",), open_)
    named = {one.address for one in gaps}
    return before, registry, tuple(one for one in registry.provisions() if one.address in named)


def households() -> list[CaseFacts]:
    """A demonstration in small, households of every standing in three places, and some that cannot be computed."""
    first = cases(3)[0]
    disabled: dict[str, Any] = {"id": "a", "relation": "head", "birth_date": "1970-03-02", "disability_level": "1"}
    return [
        *roll(share=800), *cases(),
        replace(first, reference="wrong", facts={"members": [{"id": "a", "relation": "boss", "income": "1"}]}),
        replace(first, reference="nobody", facts={}),
        replace(first, reference="no such place", division="999999"),
        replace(first, reference="born later", facts={"members": [disabled | {"birth_date": "2018-12-01"}]}),
        replace(first, reference="disabled", standing="refused", current=Fraction(0),
                facts={"assets_meet_local_rule": "true", "members": [disabled]}),
        replace(first, reference="disabled, paid there", elsewhere=frozenset({"living_subsidy"}),
                facts={"members": [disabled]}),
        replace(first, reference="paid the subsidy", programme="living_subsidy", facts={"members": [disabled]}),
    ]  # fmt: skip


def told(changes: Changes, ruling: Ruling) -> tuple[dict[str, Any], list[Outcome], list[tuple[str, str]]]:
    """An impact as it is shown, what becomes of each household, and every fault of those refused."""
    size = len(households())
    source = GivenCaseload(label=Text("合成数据", "synthetic"), size=size, make=households)
    found, notes = begin(changes, source), list[Outcome]()
    assert list(count_cases(found, source, note=notes.append, ruling=ruling)) == list(range(1, size + 1))
    return impact_json(found, "zh"), notes, [(one.reference, one.error.render("en")) for one in found.faults]


@pytest.mark.parametrize(
    ("change", "kinds"),
    [(of_a_standard, {"raised", "gained"}), (of_a_formula, {"lost"}), (of_a_settled_gap, {"undecided"})],
)
def test_an_impact_by_columns_is_that_of_the_households_one_by_one(
    platform: Platform, change: Callable[..., Any], kinds: set[str]
) -> None:
    before, after, provisions = change(platform.registry)
    changes = Changes(before=before, after=after, provisions=provisions, on=ON, starts=(ON,), until=date(2019, 1, 1),
                      first_payment=ON)  # fmt: skip
    shown, notes, faults = told(changes, by_columns)
    assert (shown, notes, faults) == told(changes, one_by_one)
    assert [name for name, _ in faults] == ["wrong", "nobody", "no such place"]
    assert {one.change for one in notes if one.programme == "dibao"} >= {"same", "undecided", *kinds}
