"""What the recusal rules of a place say of a relation: pure, over the lines of a policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from core.casework.people.kinship import COLLATERAL, Kin
from core.errors import Text
from core.kinds.contribution import listed
from core.kinds.schema import is_gap
from core.policy import Line
from core.provision import Json

AFFINITY = frozenset(
    {
        "parents_in_law",
        "sibling_in_law",
        "sibling_in_law_spouse",
        "child_in_law",
        "child_in_law_parent",
        "collateral_spouse",
        "other_affinity",
        "close_affinity",
    }
)
"""Relations by marriage, the spouse not among them."""
UNDEFINED = "close_affinity"
"""The group of in-laws the civil servants' law leaves undefined; another rule of the place may write it out."""

RELATION_TEXT: Mapping[str, Text] = {
    "self": Text("本人", "self"),
    "spouse": Text("配偶", "spouse"),
    "parent": Text("父母", "parent"),
    "child": Text("子女", "child"),
    "grandparent": Text("祖父母", "grandparent"),
    "maternal_grandparent": Text("外祖父母", "maternal grandparent"),
    "grandchild": Text("孙子女", "grandchild"),
    "maternal_grandchild": Text("外孙子女", "daughter's child"),
    "other_lineal": Text("其他直系血亲", "other lineal kin"),
    "sibling": Text("兄弟姐妹", "sibling"),
    "uncle_aunt": Text("伯叔姑舅姨", "uncle or aunt"),
    "cousin": Text("堂表兄弟姐妹", "first cousin"),
    "nephew_niece": Text("侄甥", "nephew or niece"),
    "collateral": Text("三代以外旁系血亲", "collateral kin beyond three generations"),
    "parents_in_law": Text("配偶的父母", "parent-in-law"),
    "sibling_in_law": Text("配偶的兄弟姐妹", "spouse's sibling"),
    "sibling_in_law_spouse": Text("配偶的兄弟姐妹的配偶", "spouse of a spouse's sibling"),
    "child_in_law": Text("子女的配偶", "child's spouse"),
    "child_in_law_parent": Text("子女配偶的父母", "parent of a child's spouse"),
    "collateral_spouse": Text("三代以内旁系血亲的配偶", "spouse of collateral kin"),
    "close_affinity": Text("近姻亲", "close in-law"),
    "other_affinity": Text("其他姻亲", "other in-law"),
    "other_interest": Text("其他利害关系", "other interest"),
}


Why = Literal["named", "undefined", "gap", "unruled"]
"""A rule names the relation; it names in-laws without saying which; the rule is a gap; none is in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the rules say of a relation: the effect, why, and the line it comes from."""

    effect: str
    why: Why
    line: Line | None = None


def judge(
    lines: Iterable[Line], kin: Kin, *, roles: Iterable[str], phases: Iterable[str] | None = None
) -> tuple[Finding, ...]:
    """Return what the rules in force say of a relation of somebody with these roles, at a stage.

    ``phases`` are the words a rule may call the stage by; None asks about any stage. A relation no rule in force
    speaks of, where no rule covers the role, is advised against and never enforced (无规定，建议回避); where the rules
    that cover the role do not name it, there is nothing to say.
    """
    known, held = tuple(lines), frozenset(roles)
    open_lines = [line for line in known if _is_open(line)]
    covering = [line for line in known if not _is_open(line) and held & set(listed(line.value.get("who", ())))]
    spelled = frozenset(code for line in known for code in _affinity(line.value)) - {UNDEFINED}
    found = [one for line in covering for one in _by_line(line, kin, spelled=spelled, phases=phases)]
    if found:
        return tuple(found)
    if covering and (phases is None or any(_at(line, phases) for line in covering)):
        return ()
    return tuple(_unruled(open_lines))


def _is_open(line: Line) -> bool:
    return line.is_gap or "who" not in line.value or is_gap(line.value["who"])


def _by_line(line: Line, kin: Kin, *, spelled: frozenset[str], phases: Iterable[str] | None) -> Iterator[Finding]:
    if phases is not None and not _at(line, phases):
        return
    if covers(line.value, kin, spelled=spelled):
        yield Finding(effect=line.value.get("effect", "recuse"), why="named", line=line)
    elif kin.code in AFFINITY and UNDEFINED in _affinity(line.value) and not spelled:
        yield Finding(effect="advise", why="undefined", line=line)


def covers(value: Mapping[str, Json], kin: Kin, *, spelled: frozenset[str] = frozenset()) -> bool:
    """Tell whether a rule's set of relations holds a relation; ``spelled`` is how other rules write close in-laws out.

    Collateral kin count by the larger number of steps to the common ancestor, never by their sum.
    """
    if kin.nature != "blood" and value.get("step_and_adoptive") is False:
        return False
    if kin.code == "other_interest":
        return bool(value.get("other_interest"))
    if kin.code in AFFINITY:
        return _covers_affinity(value, kin, spelled)
    named = () if is_gap(value.get("relations")) else listed(value.get("relations", ()))
    most = value.get("max_steps")
    if kin.code in COLLATERAL or kin.code == "collateral":
        if most is not None and kin.steps is not None and max(kin.steps) > most:
            return False
        within = most is not None and kin.steps is not None and bool(set(named) & COLLATERAL.keys())
        return kin.code in named or (within and kin.code == "collateral")
    return kin.code in named


def _covers_affinity(value: Mapping[str, Json], kin: Kin, spelled: frozenset[str]) -> bool:
    named = set(_affinity(value))
    if UNDEFINED in named:
        named |= spelled
    if value.get("affinity_spouses") and "sibling_in_law" in named:
        named.add("sibling_in_law_spouse")
    return kin.code in named


def _affinity(value: Mapping[str, Json]) -> tuple[str, ...]:
    given = value.get("affinity", ())
    return () if is_gap(given) else tuple(listed(given))


def _at(line: Line, phases: Iterable[str]) -> bool:
    stages = set(listed(line.value.get("stages", ())))
    return not stages or bool(stages & set(phases))


def _unruled(gaps: Iterable[Line]) -> Iterator[Finding]:
    found = list(gaps)
    yield from (Finding(effect="advise", why="gap", line=line) for line in found)
    if not found:
        yield Finding(effect="advise", why="unruled")
