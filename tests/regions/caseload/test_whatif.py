"""Other rules over a snapshot: what becomes of households and money is what the impact of a change says one by one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from core.caseload.audit import open_audit
from core.caseload.change import CHANGES, Changed
from core.caseload.manifest import Manifest
from core.caseload.snapshot import Key, Snapshot, begin, rows_of
from core.caseload.whatif import Variant, open_whatif
from core.caseload.written import laid
from core.errors import Text
from core.provision import Provision
from regions.caseload import books, facts_of_places
from regions.impact import impact
from regions.impact_changes import Changes
from regions.impact_source import CaseFacts, GivenCaseload, Standing
from regions.platform import Platform
from regions.preview import preview
from regions.registry import Registry

ON = date(2018, 6, 1)
PLACES: tuple[Key, ...] = (("dibao", "430902", "rural"), ("dibao", "430903", "urban"), ("dibao", "610523", "rural"))
FEN = Fraction(1)


def raised(registry: Registry, urban: int, rural: int) -> tuple[Registry, tuple[Provision, ...]]:
    """Yiyang's standards of 2018 at other amounts."""
    amounts = {
        "yiyang/urban-2018": {"yuan": str(urban), "per": "person-month"},
        "yiyang/rural-2018": {"yuan": str(rural), "per": "person-year"},
    }
    own = [one for one in registry.provisions() if one.plugin == "yiyang"]
    new = [replace(one, value={**one.value, "amount": amounts[one.id]}) if one.id in amounts else one for one in own]
    return preview(registry, "yiyang", new), tuple(one for one in new if one.id in amounts)


def facts_of(number: int) -> dict[str, Any]:
    """A household of one to three persons; a seventh is far beyond any line, a fifth between the old and the new one."""
    size = 1 + number % 3
    members: list[dict[str, Any]] = [
        {"id": f"p{at}", "relation": "head" if not at else "child", "birth_date": "1970-03-02"} for at in range(size)
    ]
    between = size * (5280 if 80 <= number < 160 else 3300)
    income = 90_000 if number % 7 == 0 else between if number % 5 == 0 else 997 * number % 16_000
    members[0]["income"] = [{"item": "wage", "amount": str(income), "frequency": "year"}]
    return {"members": members} | ({} if number % 11 == 0 else {"assets_meet_local_rule": "true"})


STANDINGS: tuple[tuple[Standing, str | None], ...] = (
    ("paid", None), ("paid", "390"), ("paid", "17.55"), ("paid", "0"), ("refused", None), ("margin", None),
    ("apart", "360"), ("paid", "850/3"),
)  # fmt: skip
"""How the households stand and the yuan a month decided: by a rule, by no rule, nothing, unknown."""


def cases(size: int = 240) -> list[CaseFacts]:
    """The households, in the order of a snapshot."""
    found = []
    for number in range(size):
        programme, division, area = PLACES[number * len(PLACES) // size]
        standing, yuan = STANDINGS[number % len(STANDINGS)]
        apart = "phasing_out" if standing == "apart" else None
        found.append(CaseFacts(
            reference=f"h{number:04}", programme=programme, division=division, area=area, persons=1 + number % 3,
            facts=facts_of(number), standing="paid" if standing == "apart" else standing, apart=apart,
            current=None if yuan is None else Fraction(yuan) * 100,
        ))  # fmt: skip
    return found


def snapshot_of(registry: Registry, found: Sequence[CaseFacts], folder: Path) -> Snapshot:
    """The same households as a snapshot of several parts."""
    facts = facts_of_places(registry, PLACES, ON)
    writer = begin(folder, Manifest(day=ON, label=Text("合成数据", "synthetic"), source={}, facts=facts.canonical()))
    for at in range(0, len(found), 90):
        rows = found[at : at + 90]
        laid_out, kept = laid(pa.array([json.dumps(one.facts) for one in rows]), facts)
        current = [
            None
            if one.current is None
            else {"numerator": one.current.numerator, "denominator": one.current.denominator}
            for one in rows
        ]
        kind = pa.struct([("numerator", pa.int64()), ("denominator", pa.int64())])
        names = {"household": "reference", "programme": "programme", "division": "division", "area": "area"}
        writer.add(rows_of(
            facts, laid_out, kept=kept, persons=pa.array([one.persons for one in rows]),
            standing=pa.array(["apart" if one.apart else one.standing for one in rows]),
            current=pa.array(current, kind),
            **{column: pa.array([getattr(one, name) for one in rows]) for column, name in names.items()},
        ))  # fmt: skip
    return writer.finish()


@pytest.fixture(scope="module")
def snapshot(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return snapshot_of(platform.registry, cases(), tmp_path_factory.mktemp("whatif") / "one")


def changed(snapshot: Snapshot, base: Registry, *others: Registry) -> tuple[Changed, ...]:
    variants = [Variant(name=str(at), books=books(one, ON)) for at, one in enumerate(others)]
    return open_whatif(snapshot, books(base, ON), variants, on=ON).run()


def test_a_what_if_says_of_every_group_what_the_impact_of_the_change_says(
    platform: Platform, snapshot: Snapshot
) -> None:
    after, provisions = raised(platform.registry, 450, 3400)
    changes = Changes(
        before=platform.registry, after=after, provisions=provisions, on=ON, starts=(ON,), until=date(2019, 1, 1),
        first_payment=ON,
    )  # fmt: skip
    source = GivenCaseload(label=Text("合成数据", "synthetic"), size=240, make=cases)
    one_by_one = impact(changes, source)  # so few are computed household by household
    (found,) = changed(snapshot, platform.registry, after)
    assert one_by_one.failed == 0 and found.total.errors == 0
    shown = {key[1]: change for key, change in found.by(0, 3).items()}
    wanted = {key[1]: tally for key, tally in one_by_one.tallies.items() if key[0] == "dibao"}
    assert set(shown) == set(wanted) == {"paid", "apart", "refused", "margin"}
    for standing, tally in wanted.items():
        change = shown[standing]
        assert {name: (change.households[name], change.persons[name]) for name in CHANGES} == {
            name: (count.households, count.persons) for name, count in tally.changes.items()
        }, standing
        assert (change.before, change.after, change.receiving) == (tally.before, tally.after, tally.receiving_after)
    assert shown["paid"].households["raised"] and shown["refused"].households["gained"]


def test_what_no_variant_changes_is_computed_once(platform: Platform, snapshot: Snapshot) -> None:
    after, _ = raised(platform.registry, 450, 3400)
    prepared = open_whatif(
        snapshot, books(platform.registry, ON), [Variant(name="", books=books(after, ON))], on=ON
    )  # fmt: skip
    pairs = {key: prepared.numbers[0][number] for key, number in prepared.kernel.keys.items()}
    yiyang, shaanxi = prepared.shared[pairs[PLACES[1]]], prepared.shared[pairs[PLACES[2]]]
    assert {"dibao.counted_income", "dibao.household_size"} <= yiyang
    assert "dibao.benefit_monthly" not in yiyang and "dibao.benefit_monthly" in shaanxi
    assert len({id(prepared.kernel.shape_of[one]) for one in (*pairs.values(), *prepared.kernel.keys.values())}) < 6


def test_a_sweep_gives_for_each_step_what_the_step_alone_gives(platform: Platform, snapshot: Snapshot) -> None:
    steps = [raised(platform.registry, urban, 3200)[0] for urban in (420, 440, 520)]
    together = changed(snapshot, platform.registry, *steps)
    for one, found in zip(steps, together, strict=True):
        (alone,) = changed(snapshot, platform.registry, one)
        assert found.groups == alone.groups
    costs = [one.total.monthly for one in together]
    assert costs[0] < 0 < costs[1] < costs[2]


def test_the_distribution_counts_every_household_whose_amount_changes(platform: Platform, snapshot: Snapshot) -> None:
    (found,) = changed(snapshot, platform.registry, raised(platform.registry, 450, 3400)[0])
    moved = sum(found.total.households[name] for name in ("gained", "lost", "raised", "lowered"))
    assert sum(found.total.steps.values()) == moved > 0
    by_rule = [step for key, one in found.groups.items() if key[3] != "apart" for step in one.steps]
    assert min(by_rule) >= 0  # nobody whose amount is a rule's gets less from a higher line


def test_a_household_paid_where_no_rule_says_who_is_eligible_is_undecided_and_not_passed_over(
    platform: Platform, tmp_path: Path
) -> None:
    alone = {"members": [{"id": "p0", "relation": "head", "birth_date": "1940-03-02"}]}
    paid = CaseFacts(
        reference="h1", programme="special_hardship", division="430903", area="rural", persons=1, facts=alone,
        current=Fraction(39_000),
    )  # fmt: skip
    taken = snapshot_of(platform.registry, [paid], tmp_path / "one")
    (found,) = open_audit(taken, books(platform.registry, ON)).run()
    assert (found.household, found.found, found.computed) == (paid.reference, "undecided", None)
    (change,) = changed(taken, platform.registry, platform.registry)
    assert change.total.households["undecided"] == 1
