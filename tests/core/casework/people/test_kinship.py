"""Every relation code, derived from elementary links alone: a family of four generations, both sides."""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import Any

import pytest

from core.casework.people.kinship import INVERSE, Kin, Link, relations

NUMBER: dict[str, int] = defaultdict(itertools.count(1).__next__)
"""Everybody gets a number when first named."""


def link(person: str, kind: Any, of: str, **more: Any) -> Link:
    return Link(person=NUMBER[person], of=NUMBER[of], link=kind, **more)


FAMILY = [
    link("great_grandfather", "father", "grandfather"),
    link("great_grandfather", "father", "great_uncle"),
    link("grandfather", "father", "father"),
    link("grandmother", "mother", "father"),
    link("uncle", "sibling", "father"),  # whose parents nobody wrote down for him
    link("uncle_wife", "spouse", "uncle"),
    link("uncle", "father", "cousin"),
    link("cousin_wife", "spouse", "cousin"),
    link("cousin", "father", "cousin_child"),
    link("maternal_grandmother", "mother", "mother"),
    link("maternal_grandmother", "mother", "aunt"),
    link("aunt", "mother", "maternal_cousin"),
    link("father", "father", "ego"),
    link("mother", "mother", "ego"),
    link("father", "father", "brother"),
    link("brother_wife", "spouse", "brother"),
    link("brother", "father", "niece"),
    link("wife", "spouse", "ego"),
    link("wife_father", "father", "wife"),
    link("wife_father", "father", "wife_sister"),
    link("wife_uncle", "sibling", "wife_father"),
    link("wife_sister_husband", "spouse", "wife_sister"),
    link("ego", "father", "son"),
    link("son_wife", "spouse", "son"),
    link("son_wife_mother", "mother", "son_wife"),
    link("son", "father", "grandson"),
    link("ego", "father", "daughter"),
    link("daughter", "mother", "granddaughter"),
]


@pytest.mark.parametrize(
    ("other", "code", "steps"),
    [
        ("ego", "self", (0, 0)),
        ("wife", "spouse", None),
        ("father", "parent", (1, 0)),
        ("son", "child", (0, 1)),
        ("grandfather", "grandparent", (2, 0)),
        ("maternal_grandmother", "maternal_grandparent", (2, 0)),
        ("grandson", "grandchild", (0, 2)),
        ("granddaughter", "maternal_grandchild", (0, 2)),
        ("great_grandfather", "other_lineal", (3, 0)),
        ("brother", "sibling", (1, 1)),
        ("uncle", "uncle_aunt", (2, 1)),
        ("aunt", "uncle_aunt", (2, 1)),
        ("cousin", "cousin", (2, 2)),
        ("maternal_cousin", "cousin", (2, 2)),
        ("niece", "nephew_niece", (1, 2)),
        ("great_uncle", "collateral", (3, 1)),
        ("cousin_child", "collateral", (2, 3)),
        ("wife_father", "parents_in_law", None),
        ("wife_sister", "sibling_in_law", None),
        ("wife_sister_husband", "sibling_in_law_spouse", None),
        ("son_wife", "child_in_law", None),
        ("son_wife_mother", "child_in_law_parent", None),
        ("brother_wife", "collateral_spouse", None),
        ("uncle_wife", "collateral_spouse", None),
        ("cousin_wife", "collateral_spouse", None),
        ("wife_uncle", "other_affinity", None),
    ],
)
def test_relation_follows_from_elementary_links(other: str, code: str, steps: tuple[int, int] | None) -> None:
    found = relations(FAMILY, NUMBER["ego"], NUMBER[other])
    assert [(one.code, one.steps) for one in found] == [(code, steps)]


def test_strangers_are_nothing_to_each_other() -> None:
    assert relations(FAMILY, NUMBER["ego"], NUMBER["stranger"]) == ()


def test_seen_from_the_other_side_the_relation_is_the_inverse() -> None:
    inverse = {**{after: before for before, after in INVERSE.items()}, **INVERSE}
    inverse |= {"collateral_spouse": "sibling_in_law", "parents_in_law": "child_in_law"}
    for other in ("father", "brother", "uncle", "cousin", "niece", "wife_father", "wife_sister", "son_wife_mother"):
        (there,), (back,) = (
            relations(FAMILY, NUMBER["ego"], NUMBER[other]),
            relations(FAMILY, NUMBER[other], NUMBER["ego"]),
        )
        assert back.code == inverse[there.code], other


def test_adopted_child_is_a_child() -> None:
    adopted = [link("ego", "father", "stranger", nature="adoptive")]
    assert relations(adopted, NUMBER["ego"], NUMBER["stranger"]) == (
        Kin(code="child", steps=(0, 1), nature="adoptive"),
    )


@pytest.mark.parametrize(("supported", "codes"), [(True, ["child"]), (False, [])])
def test_step_kin_count_only_with_support(supported: bool, codes: list[str]) -> None:
    step = [link("ego", "father", "stranger", nature="step", supported=supported)]
    assert [one.code for one in relations(step, NUMBER["ego"], NUMBER["stranger"])] == codes


def test_declared_relation_is_taken_as_said_and_turned_round() -> None:
    said = [link("stranger", "uncle_aunt", "ego")]
    assert [one.code for one in relations(said, NUMBER["ego"], NUMBER["stranger"])] == ["uncle_aunt"]
    assert [one.code for one in relations(said, NUMBER["stranger"], NUMBER["ego"])] == ["nephew_niece"]


def test_two_relations_at_once_are_both_found() -> None:
    both = [*FAMILY, link("cousin", "spouse", "ego")]
    assert {one.code for one in relations(both, NUMBER["ego"], NUMBER["cousin"])} >= {"spouse", "cousin"}


def test_sibling_without_parents_shares_those_of_the_other() -> None:
    assert [one.code for one in relations(FAMILY, NUMBER["grandfather"], NUMBER["uncle"])] == ["child"]
