"""The access matrix: every role × every action × where and when, and every action of the code in the matrix."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.casework.access import Actor, Grant, action_label, matrix, role_label, roles_of, within
from core.casework.desk import Desk
from core.errors import JiuzhuError

ROOT = Path(__file__).resolve().parents[3]
WRITTEN = yaml.safe_load((ROOT / "core" / "casework" / "access.yaml").read_text(encoding="utf-8"))
ROLES = sorted(WRITTEN["roles"])
ACTIONS = sorted(WRITTEN["actions"])
CELLS = [(role, action) for role in ROLES for action in ACTIONS]

COUNTY = "000000/430000/430900/430903"
INSIDE = (COUNTY, f"{COUNTY}/430903100", f"{COUNTY}/430903100/430903100001")
OUTSIDE = ("000000", "000000/430000", "000000/430000/430900", "000000/430000/430900/430902", f"{COUNTY}9", "610523", "")
SINCE, UNTIL, ON = date(2008, 1, 1), date(2009, 1, 1), date(2008, 6, 1)


def actor(*grants: Grant) -> Actor:
    return Actor(id=1, login="wang", name="王某", grants=grants)


def granted(role: str) -> Actor:
    """Somebody who holds a role over the county for the year 2008."""
    return actor(Grant(role=role, path=COUNTY, since=SINCE, until=UNTIL))


def desk(who: Actor, on: date) -> Desk:
    """A desk of which only the officer and the day matter."""
    nothing: Any = None
    return Desk(session=nothing, actor=who, now=datetime(2008, 6, 1, tzinfo=UTC), today=on, policies=nothing,
                tree=nothing, calendar=nothing, cipher=nothing, plugins=nothing, renew=nothing)  # fmt: skip


def may(who: Actor, action: str, path: str, on: date) -> bool:
    """Ask the actor and the desk; they must agree."""
    asked = who.may(action, path, on)
    if asked:
        desk(who, on).require(action, path)
    else:
        with pytest.raises(JiuzhuError, match="not_permitted"):
            desk(who, on).require(action, path)
    return asked


@pytest.mark.parametrize(("role", "action"), CELLS)
def test_role_may_do_what_the_matrix_says_inside_its_subtree_and_term_only(role: str, action: str) -> None:
    named = role in WRITTEN["actions"][action]["roles"]
    who = granted(role)
    assert [may(who, action, path, ON) for path in INSIDE] == [named] * len(INSIDE)
    assert not any(may(who, action, path, ON) for path in OUTSIDE)
    assert [may(who, action, COUNTY, day) for day in (SINCE, date(2008, 12, 31))] == [named, named]
    assert not any(may(who, action, COUNTY, day) for day in (date(2007, 12, 31), UNTIL, date(2030, 1, 1)))
    assert who.roots(action, ON) == ((COUNTY,) if named else ())
    assert who.roots(action, UNTIL) == ()


@pytest.mark.parametrize("action", ACTIONS)
def test_nobody_without_a_grant_may_do_anything(action: str) -> None:
    assert not may(actor(), action, COUNTY, ON) and actor().roots(action, ON) == ()
    assert not may(actor(Grant(role="no_such_role", path="000000", since=SINCE)), action, COUNTY, ON)


@pytest.mark.parametrize("role", ROLES)
def test_action_nobody_named_is_nobodys(role: str) -> None:
    for action in ("", "case", "case.", "case.no_such_action", "roles", "*"):
        assert not may(actor(Grant(role=role, path="000000", since=SINCE)), action, COUNTY, ON)


def test_grant_without_an_end_goes_on() -> None:
    assert may(actor(Grant(role="clerk", path=COUNTY, since=SINCE)), "case.read", COUNTY, date(2999, 1, 1))


def test_several_grants_add_up_and_roots_are_the_widest() -> None:
    wide, narrow = "000000/430000", COUNTY
    who = actor(*(Grant(role="clerk", path=path, since=SINCE) for path in (narrow, wide, "000000/610000")))
    assert who.roots("case.read", ON) == (wide, "000000/610000")


@pytest.mark.parametrize(
    ("path", "root", "inside"),
    [(COUNTY, COUNTY, True), (f"{COUNTY}/1", COUNTY, True), (f"{COUNTY}1", COUNTY, False), (COUNTY, f"{COUNTY}/", False),
     ("", "", True), (COUNTY, "", False)],
)  # fmt: skip
def test_subtree_is_held_by_whole_codes(path: str, root: str, inside: bool) -> None:
    assert within(path, root) is inside


def test_refusal_names_the_action_and_the_roles_that_may() -> None:
    with pytest.raises(JiuzhuError) as refused:
        desk(granted("auditor"), ON).require("case.decide", COUNTY)
    told = refused.value.render("zh")
    assert all(word in told for word in ("王某", "审批决定", "审批员"))


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_has_words_and_roles_that_exist(action: str) -> None:
    label = action_label(action)
    assert label.zh and label.en and label.zh != action
    assert roles_of(action) and roles_of(action) <= set(ROLES)
    assert WRITTEN["actions"][action].keys() == {"roles", "label"}


def test_every_role_has_words_and_something_to_do() -> None:
    assert all(role_label(role).zh != role and role_label(role).en for role in ROLES)
    assert {role for action in ACTIONS for role in roles_of(action)} == set(ROLES)
    assert matrix()["actions"].keys() == set(ACTIONS)


@pytest.mark.parametrize(
    ("make", "check"),
    [("case.prepare", "case.decide"), ("payroll.prepare", "payroll.approve"), ("amendment.propose", "amendment.decide"),
     ("redecision.prepare", "redecision.sign"), ("roster.prepare", "roster.approve"), ("report.prepare", "report.close"),
     ("budget.prepare", "budget.review")],
)  # fmt: skip
def test_no_role_both_makes_and_checks(make: str, check: str) -> None:
    assert roles_of(make) and roles_of(check) and not roles_of(make) & roles_of(check)


# the code and the matrix -------------------------------------------------------------------------------------------


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Every module of ours that may ask for a right."""
    for folder in ("core", "regions", "admin"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text(encoding="utf-8"))


def asked_in(tree: ast.Module) -> Iterator[str]:
    """The actions named in ``desk.require("…")``, ``actor.may("…")`` and ``actor.roots("…")``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            asks = ast.unparse(node.func).endswith(("desk.require", "actor.may", "actor.roots"))
            if asks and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)


def test_every_action_asked_for_in_the_code_is_in_the_matrix() -> None:
    asked = [(file, action) for file, tree in trees() for action in asked_in(tree)]
    assert len(asked) > 30
    assert [(file, action) for file, action in asked if action not in ACTIONS] == []


def test_every_action_of_the_matrix_is_asked_for_somewhere() -> None:
    said = {node.value for _, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert [action for action in ACTIONS if action not in said] == []
