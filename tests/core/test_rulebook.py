"""The rulebook: a policy made executable, its hash, and quantities whose rule is missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.cascade import Ladder
from core.errors import InvalidInput, JiuzhuError, Text, Where
from core.formula.schema import FormulaSource
from core.formula.tree import Failure
from core.policy import Place
from core.provision import Kind, Provision, provision_from
from core.rulebook import Rulebook, build
from core.values import Bound, Period

Law = dict[str, Provision]
Rules = Callable[..., Rulebook]
Provide = Callable[..., Provision]
COUNTY = "430903"


def changed(law: Law, name: str, **parts: Any) -> Law:
    """The law with one provision changed."""
    return law | {name: replace(law[name], **parts)}


def assumed(because: str) -> Period:
    """A period from an assumed day."""
    return Period(start=Bound(kind="unknown", day=date(2010, 1, 1), because=Text(because, "")))


def formula(law: Law, text: str) -> Law:
    """The law with another income condition."""
    return changed(law, "income_ok", value={**law["income_ok"].value, "text": text})


CHANGES: Mapping[str, Callable[[Law], Law]] = {
    "value": lambda law: changed(law, "standard", value={"role": "standard", "amount": {"yuan": "694", "per": "person-year"}}),
    "formula text": lambda law: formula(law, "counted_income <= line * household_size"),
    "treatment of an item": lambda law: changed(law, "gift", value={**law["gift"].value, "treatment": "counted"}),
    "assumption": lambda law: changed(law, "standard", period=assumed("以印发日为准")),
    "reason of an assumption": lambda law: changed(law, "standard", period=assumed("另一理由")),
    "status": lambda law: changed(law, "benefit", status="gap", value={}, because=Text("来源未载", "")),
    "revision": lambda law: changed(law, "standard", revision=2),
    "citation": lambda law: changed(law, "standard", citation=None),
    "a further item": lambda law: law | {"more": replace(law["farming"], key="fishing")},
    "an item less": lambda law: {name: one for name, one in law.items() if name != "gift"},
}  # fmt: skip


@pytest.mark.parametrize("ingredient", CHANGES)
def test_the_hash_changes_with_every_ingredient_of_the_law(law: Law, rules: Rules, ingredient: str) -> None:
    assert rules(CHANGES[ingredient](law)).hash != rules(law).hash


def test_no_two_changes_give_the_same_hash(law: Law, rules: Rules) -> None:
    hashes = {rules(change(law)).hash for change in CHANGES.values()}
    assert len(hashes) == len(CHANGES)


def test_the_hash_changes_with_a_fact_that_may_be_given(law: Law, rules: Rules, provision: Provide) -> None:
    def declared(**more: Any) -> str:
        value = {"label": "地块", "level": "household", "type": "integer", **more}
        return rules(law | {"fact": provision("p/fact", kind="fact", key="p_plots", value=value)}).hash

    assert len({rules(law).hash, declared(), declared(max="9")}) == 3


def test_the_hash_changes_with_day_area_and_programmes(law: Law, rules: Rules) -> None:
    hashes = {
        rules(law).hash, rules(law, on="2018-06-02").hash, rules(law, area="urban").hash,
        rules(law, programmes=("dibao", "other")).hash,
    }  # fmt: skip
    assert len(hashes) == 4


def test_the_hash_changes_with_the_division_and_its_ladder(law: Law, rules: Rules, place: Callable[..., Place]) -> None:
    def at(codes: tuple[str, ...]) -> Rulebook:
        ladder = Ladder(codes=codes, levels=dict.fromkeys(codes, "county"))
        return replace(rules(law), policy=replace(rules(law).policy, place=replace(place(area="rural"), ladder=ladder)))

    nested, direct = at(("000000", "430000", COUNTY)), at(("000000", COUNTY))
    assert len({rules(law).hash, nested.hash, direct.hash}) == 3


def test_the_hash_changes_with_the_version_of_the_language(
    law: Law, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rules(law).hash
    monkeypatch.setattr("core.rulebook.LANGUAGE_VERSION", "2")
    assert rules(law).hash != before


def test_the_hash_knows_no_file_places(law: Law, rules: Rules) -> None:
    moved = {name: replace(one, where=Where(file="a.yaml", line=9, column=1)) for name, one in law.items()}
    assert rules(moved).hash == rules(law).hash


def test_the_hash_knows_no_notes_and_no_names_of_places(law: Law, rules: Rules, place: Callable[..., Place]) -> None:
    noted = changed(law, "standard", note="说明")
    renamed = replace(rules(law).policy, place=replace(place(area="rural"), names={COUNTY: "某区"}))
    assert rules(noted).hash == replace(rules(law), policy=renamed).hash == rules(law).hash


def test_the_hash_is_of_canonical_json_without_floats(law: Law, rules: Rules) -> None:
    def scalars(data: Any) -> Iterator[Any]:
        for one in data.values() if isinstance(data, Mapping) else data if isinstance(data, list | tuple) else ():
            yield from scalars(one)
        if not isinstance(data, Mapping | list | tuple):
            yield data

    book = rules(law)
    found = list(scalars(book.canonical()))
    assert all(one is None or isinstance(one, str | int) for one in found)
    assert json.loads(json.dumps(book.canonical())) == book.canonical()
    assert len(book.hash) == 64 and book.hash == rules(law).hash


def test_a_stored_policy_has_the_hash_of_the_one_that_was_stored(law: Law, rules: Rules) -> None:
    stored = [json.loads(json.dumps(one.canonical())) for one in law.values()]
    assert rules([provision_from(one) for one in stored]).hash == rules(law).hash


# quantities whose rule is missing ----------------------------------------------------------------------------------


def value(book: Rulebook, key: str) -> Any:
    """A quantity of an empty household."""
    return book.scalar.run(
        {"decision_date": 1, "area": "rural", "division": COUNTY, "member": [], "shared_income": []}
    ).get(key)


@pytest.mark.parametrize(
    ("without", "quantity", "kind"),
    [
        ("standard", "line", "standard"),
        ("benefit", "benefit", "benefit"),
        ("payment", "payment", "payment_schedule"),
    ],
)
def test_a_quantity_whose_rule_is_not_in_force_is_declared_and_fails_by_kind(
    law: Law, rules: Rules, without: str, quantity: str, kind: str
) -> None:
    book = rules({name: one for name, one in law.items() if name != without})
    assert value(book, f"dibao.{quantity}") == Failure("nothing_in_force", f"{kind}:dibao")


def test_a_place_without_a_standard_may_compare_income_by_the_month(law: Law, rules: Rules, provision: Provide) -> None:
    monthly = provision("p/period", kind="reference_period", value={"period": "month"})
    book = rules({name: one for name, one in law.items() if name != "standard"} | {"period": monthly})
    assert value(book, "dibao.line") == Failure("nothing_in_force", "standard:dibao")


def test_a_quantity_whose_rule_is_a_gap_fails_by_its_address(law: Law, rules: Rules) -> None:
    book = rules(changed(law, "standard", status="gap", value={}))
    assert value(book, "dibao.line") == Failure("gap", "p/standard")


def test_without_income_items_the_counted_income_is_missing(law: Law, rules: Rules) -> None:
    book = rules({name: one for name, one in law.items() if one.kind != "income_definition"})
    assert value(book, "dibao.counted_income") == Failure("nothing_in_force", "income_definition:dibao")


def test_of_a_keyed_kind_that_is_a_gap_as_a_whole_the_quantities_are_that_gap(
    law: Law, rules: Rules, provision: Provide
) -> None:
    rest = {name: one for name, one in law.items() if one.kind != "income_definition"}
    whole = provision("p/income", kind="income_definition", value={}, status="gap")
    assert value(rules(rest | {"whole": whole}), "dibao.counted_income") == Failure("gap", "p/income")


def test_a_programme_nobody_runs_declares_nothing(rules: Rules) -> None:
    assert rules([]).program.formulas == ()


# other programmes and places ---------------------------------------------------------------------------------------


def with_formula(law: Law, provision: Provide, text: str) -> Law:
    """The law with one more formula."""
    named = {"text": text, "label": "另一项"}
    return law | {"extra": provision("p/formula", kind="formula", key="extra", value=named)}


def other_programme(provision: Provide) -> Law:
    """A second programme with a standard."""
    return {
        "care": provision("q/care", kind="programme", value={"pays": "household"}, programme="care"),
        "care standard": provision("q/standard", programme="care", yuan="1000"),
    }


def test_a_programme_that_formulas_read_comes_with_its_rules(law: Law, rules: Rules, provision: Provide) -> None:
    book = rules(with_formula(law, provision, "care.standard > standard") | other_programme(provision))
    assert book.policy.programmes == ("dibao", "care")
    assert value(book, "dibao.extra") is True


def test_a_programme_nobody_reads_stays_out(law: Law, rules: Rules, provision: Provide) -> None:
    assert rules(law | other_programme(provision)).policy.programmes == ("dibao",)


@pytest.mark.parametrize("text", ['STANDARD("care", area, division)', "standard（“care”，area，division）"])
def test_a_programme_named_by_standard_comes_with_its_rules(
    law: Law, rules: Rules, provision: Provide, text: str
) -> None:
    book = rules(with_formula(law, provision, text) | other_programme(provision))
    assert "care" in book.policy.programmes
    facts = {"decision_date": 1, "area": "rural", "division": COUNTY, "member": [], "shared_income": []}
    assert book.scalar.run(facts, book.standards).get("dibao.extra") == 100000


def test_other_places_are_asked_only_when_a_formula_uses_standard(law: Law, rules: Rules, provision: Provide) -> None:
    def never() -> Mapping[str, Place]:
        raise AssertionError

    assert rules(law, places=never).standards.lines == {}
    with pytest.raises(AssertionError):
        rules(with_formula(law, provision, 'STANDARD("dibao", area, division)'), places=never)


def test_another_places_standard_is_part_of_the_hash(
    law: Law, rules: Rules, provision: Provide, place: Callable[..., Place]
) -> None:
    reading = with_formula(law, provision, 'STANDARD("dibao", area, "430900")')

    def with_city(yuan: str) -> str:
        # A closed period: the county's own value is in force, the city's matters to STANDARD alone.
        own, city = provision("p/own", division=COUNTY, yuan="800"), provision("p/city", division="430900", yuan=yuan)
        city_place = replace(place(depth=3), area="rural")
        return rules(reading | {"own": own, "city": city}, places=lambda: {"430900": city_place}).hash

    assert with_city("700") != with_city("701")


# facts -------------------------------------------------------------------------------------------------------------


def fact(provision: Provide, key: str, level: str, kind: str = "fact", **more: Any) -> Provision:
    """A declared fact."""
    parts = {name: more.pop(name) for name in ("status", "parent", "programme", "id_") if name in more}
    value = {"label": "事实", "level": level, "type": "integer", **more}
    return provision(parts.pop("id_", "p/facts"), kind=kind, key=key, value=value, **parts)


def test_facts_and_findings_of_plugins_are_declared_at_their_level(law: Law, rules: Rules, provision: Provide) -> None:
    book = rules(law | {
        "a": fact(provision, "p_plots", "household"),
        "b": fact(provision, "p_years", "member"),
        "c": fact(provision, "member.p_months", "member"),
        "d": fact(provision, "p_tier", "household", kind="finding"),
    })  # fmt: skip
    assert {"p_plots", "member.p_years", "member.p_months", "p_tier"} <= set(book.facts.schema.fields)


def test_a_fact_that_is_a_gap_cannot_be_given(law: Law, rules: Rules, provision: Provide) -> None:
    assert (
        "p_plots" not in rules(law | {"a": fact(provision, "p_plots", "household", status="gap")}).facts.schema.fields
    )


def test_a_list_comes_with_the_facts_on_it(law: Law, rules: Rules, provision: Provide) -> None:
    lists = {"plot": {"plural": "plots", "parent": "household", "label": "地块"}}
    book = rules(law | {"a": fact(provision, "area_mu", "plot", parent={"lists": lists})})
    assert "plot" in book.facts.schema.lists and "plot.area_mu" in book.facts.schema.fields


def test_two_programmes_may_declare_the_same_fact_but_not_a_different_one(
    law: Law, rules: Rules, provision: Provide
) -> None:
    one = fact(provision, "p_plots", "household", programme="any")
    assert rules(law | {"a": one}, programmes=("dibao", "care")).facts.declared["p_plots"]["type"] == "integer"
    other = fact(provision, "p_plots", "household", programme="care", id_="q/facts", max="9")
    with pytest.raises(JiuzhuError) as caught:
        rules(law | {"a": one, "b": other}, programmes=("dibao", "care"))
    assert caught.value.code == "fact_conflict"


def test_an_income_item_that_is_a_gap_in_one_programme_may_be_entered_for_another(
    law: Law, rules: Rules, provision: Provide
) -> None:
    assert rules(law).facts.gap_items == {"lost": Text("来源缺文", "missing in the source")}
    found = provision(
        "q/income",
        kind="income_definition",
        key="lost",
        value={"label": "项", "treatment": "counted"},
        programme="care",
    )
    assert rules(law | {"care": found}, programmes=("dibao", "care")).facts.gap_items == {}


def test_all_faults_of_the_merged_formulas_come_at_once(law: Law, rules: Rules, provision: Provide) -> None:
    def broken(name: str, text: str) -> Provision:
        return provision("p/formula", kind="formula", key=name, value={"text": text, "label": "错"})

    with pytest.raises(InvalidInput) as caught:
        rules(law | {"a": broken("a", "hausehold_size > 1"), "b": broken("b", "standard + 1 month")})
    assert len(caught.value.problems) == 2


def test_what_others_derive_from_a_rulebook_is_made_once(law: Law, rules: Rules) -> None:
    book = rules(law)
    made: list[Rulebook] = []
    assert book.derived(made.append) is book.derived(made.append)
    assert made == [book]


def test_a_kind_that_raises_is_named_as_the_fault(law: Law, place: Callable[..., Place]) -> None:
    def fail(policy: object, programme: str) -> Iterator[FormulaSource]:
        raise ZeroDivisionError(programme)

    def refuse(policy: object, programme: str) -> Iterator[FormulaSource]:
        raise JiuzhuError("own", Text("自己的", "its own"))

    for compiler, code in ((fail, "kind_failed"), (refuse, "own")):
        kind = Kind(name="odd", title=Text("怪", "odd"), schema={}, compile=compiler)
        with pytest.raises(JiuzhuError) as caught:
            build(law.values(), place=place(area="rural"), programmes=["dibao"], kinds={"odd": kind})
        assert caught.value.code == code
