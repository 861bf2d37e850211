"""The hook asks about the one relation the register cannot tell, in Guyuan only."""

from __future__ import annotations

import pytest
from guyuan_filing import plugin

from core.hookspecs import Case, Relation


def relation(code: str) -> Relation:
    """How a member is related to an officer of the township."""
    return Relation(official="o", role="township_staff", member="m", relation=code)


def case(division: str) -> Case:
    """A case somewhere."""
    return Case(division=division, area="rural", on="2023-06-01", programmes=("dibao",), facts={})


def test_an_unclear_relation_by_marriage_is_asked_about() -> None:
    (found,) = plugin.jiuzhu_find_conflicts(case("640402"), [relation("other_affinity"), relation("parent")])
    assert (found.member, found.effect, found.provision) == ("m", "advise", "guyuan_filing/filing")


@pytest.mark.parametrize(("division", "code"), [("640402", "parent"), ("610523", "other_affinity")])
def test_nothing_is_asked_elsewhere_or_of_a_clear_relation(division: str, code: str) -> None:
    assert plugin.jiuzhu_find_conflicts(case(division), [relation(code)]) == []
