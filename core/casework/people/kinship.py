"""Kinship: which relation two persons have, derived from elementary links; pure, but for reading and writing the links.

"Three generations" (三代以内旁系血亲) counts from the common ancestor: the larger of both numbers of parent-steps is at
most 2. The sum, often seen, would let a grandparent's sibling (3 and 1) in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Nature = Literal["blood", "adoptive", "step"]
Node = int | tuple[str, int]
"""A person, or the unknown parents of a group of siblings."""

PARENTS = ("father", "mother", "parent")
LINKS = (*PARENTS, "spouse", "sibling")
LINEAL = frozenset({"parent", "child", "grandparent", "maternal_grandparent", "grandchild", "maternal_grandchild"})
COLLATERAL: Mapping[str, tuple[int, int]] = {
    "sibling": (1, 1),
    "uncle_aunt": (2, 1),
    "nephew_niece": (1, 2),
    "cousin": (2, 2),
}
"""Codes of collateral kin within three generations, with the parent-steps of both to the common ancestor."""
INVERSE: Mapping[str, str] = {
    "self": "self",
    "spouse": "spouse",
    "parent": "child",
    "grandparent": "grandchild",
    "maternal_grandparent": "maternal_grandchild",
    "other_lineal": "other_lineal",
    "sibling": "sibling",
    "uncle_aunt": "nephew_niece",
    "cousin": "cousin",
    "collateral": "collateral",
    "parents_in_law": "child_in_law",
    "child_in_law_parent": "child_in_law_parent",
    "sibling_in_law": "collateral_spouse",
    "sibling_in_law_spouse": "sibling_in_law_spouse",
    "close_affinity": "close_affinity",
    "other_affinity": "other_affinity",
    "other_interest": "other_interest",
}
RELATIONS = frozenset(INVERSE) | frozenset(INVERSE.values())
"""Every relation code; what a declaration may say."""


def inverse(code: str) -> str:
    """Return a relation seen from the other side.

    >>> inverse("uncle_aunt"), inverse("nephew_niece"), inverse("cousin")
    ('nephew_niece', 'uncle_aunt', 'cousin')
    """
    back = {after: before for before, after in INVERSE.items()}
    return INVERSE.get(code, back.get(code, code))


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """``person`` is the ``link`` of ``of``: father, mother, parent, spouse, sibling, or a declared relation code."""

    person: int
    of: int
    link: str
    nature: Nature = "blood"
    supported: bool = False

    @property
    def counts(self) -> bool:
        """Whether the law treats it as kinship: step relations only where there was support."""
        return self.nature != "step" or self.supported


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """What somebody is to somebody: ``code``; ``steps`` of both to the nearest common ancestor, for blood relations."""

    code: str
    steps: tuple[int, int] | None = None
    nature: Nature = "blood"
    declared: bool = False


def relations(links: Iterable[Link], ego: int, other: int) -> tuple[Kin, ...]:
    """Return everything ``other`` is to ``ego``; nothing when they are not related.

    >>> links = [Link(person=1, of=2, link="father"), Link(person=1, of=3, link="father")]
    >>> [(one.code, one.steps) for one in relations(links, 2, 3)]
    [('sibling', (1, 1))]
    """
    known = tuple(links)
    family = _Family(known)
    found = [*family.blood(ego, other), *family.affinity(ego, other), *_declared(known, ego, other)]
    return tuple({one.code: one for one in reversed(found)}.values())[::-1]


def _declared(links: Iterable[Link], ego: int, other: int) -> Iterator[Kin]:
    for one in links:
        if one.link in LINKS:
            continue
        if (one.person, one.of) == (other, ego):
            yield _as_declared(one.link, one.nature)
        elif (one.person, one.of) == (ego, other):
            yield _as_declared(inverse(one.link), one.nature)


def _as_declared(code: str, nature: Nature) -> Kin:
    return Kin(code=code, steps=COLLATERAL.get(code), nature=nature, declared=True)


class _Family:
    """The links as a graph: parents, spouses, and groups of siblings whose parents are not known."""

    def __init__(self, links: Iterable[Link]) -> None:
        self._parents: dict[Node, dict[Node, tuple[str, Nature]]] = defaultdict(dict)
        self._spouses: dict[Node, set[int]] = defaultdict(set)
        siblings: list[Link] = []
        for one in links:
            if one.link in PARENTS and one.counts:
                self._parents[one.of][one.person] = (one.link, one.nature)
            elif one.link == "spouse":
                self._spouses[one.person].add(one.of)
                self._spouses[one.of].add(one.person)
            elif one.link == "sibling" and one.counts:
                siblings.append(one)
        self._join(siblings)

    def _join(self, siblings: Iterable[Link]) -> None:
        """Give each group of siblings one unknown common parent, and to those without parents those of the others."""
        group: dict[int, set[int]] = {}
        for one in siblings:
            merged = group.get(one.person, {one.person}) | group.get(one.of, {one.of})
            group.update(dict.fromkeys(merged, merged))
        for person, members in group.items():
            if not self._parents[person]:
                for other in sorted(members - {person}):
                    self._parents[person] |= {
                        node: how for node, how in self._parents[other].items() if isinstance(node, int)
                    }
            self._parents[person]["unknown", min(members)] = ("parent", "blood")

    def _ancestors(self, person: int) -> dict[Node, tuple[int, Node, Nature]]:
        """Ancestor → steps, the last link on the way up, the least natural link on it."""
        found: dict[Node, tuple[int, Node, Nature]] = {person: (0, person, "blood")}
        frontier: list[Node] = [person]
        while frontier:
            above: list[Node] = []
            for node in frontier:
                steps, _, nature = found[node]
                for parent, (_, how) in self._parents.get(node, {}).items():
                    if parent not in found:
                        found[parent] = (steps + 1, node, how if how != "blood" else nature)
                        above.append(parent)
            frontier = above
        return found

    def blood(self, ego: int, other: int) -> Iterator[Kin]:
        """The relation by descent, adoptive and step kin among it; by the nearest common ancestor."""
        mine, theirs = self._ancestors(ego), self._ancestors(other)
        common = mine.keys() & theirs.keys()
        if not common:
            return
        top = min(common, key=lambda node: (max(mine[node][0], theirs[node][0]), mine[node][0] + theirs[node][0]))
        steps = (mine[top][0], theirs[top][0])
        nature = mine[top][2] if mine[top][2] != "blood" else theirs[top][2]
        yield Kin(code=self._code(steps, mine[top], theirs[top]), steps=steps, nature=nature)

    def _code(self, steps: tuple[int, int], mine: tuple[int, Node, Nature], theirs: tuple[int, Node, Nature]) -> str:
        match steps:
            case (0, 0):
                return "self"
            case (1, 0):
                return "parent"
            case (0, 1):
                return "child"
            case (2, 0):
                return "maternal_grandparent" if self._is_mother(mine[1]) else "grandparent"
            case (0, 2):
                return "maternal_grandchild" if self._is_mother(theirs[1]) else "grandchild"
            case (0, _) | (_, 0):
                return "other_lineal"
        return next((code for code, pair in COLLATERAL.items() if pair == steps), "collateral")

    def _is_mother(self, node: Node) -> bool:
        return any(parents[node][0] == "mother" for parents in self._parents.values() if node in parents)

    def affinity(self, ego: int, other: int) -> Iterator[Kin]:
        """The relation by marriage: spouse, the spouse's kin, the kin's spouses, and one marriage at either end."""
        if other in self._spouses[ego]:
            yield Kin(code="spouse")
        if any(kin.code != "collateral" for kin in self.blood(ego, other)):
            return
        for mate in sorted(self._spouses[ego] - {other}):
            yield from (_by_marriage(kin, _OF_SPOUSE) for kin in self.blood(mate, other))
        for mate in sorted(self._spouses[other] - {ego}):
            yield from (_by_marriage(kin, _SPOUSE_OF) for kin in self.blood(ego, mate))
            yield from self._siblings_spouses(ego, mate)
        yield from self._childs_parents_in_law(ego, other)

    def _siblings_spouses(self, ego: int, mate: int) -> Iterator[Kin]:
        """The spouses of the spouse's siblings (连襟、妯娌)."""
        for own in sorted(self._spouses[ego] - {mate}):
            if any(kin.code == "sibling" for kin in self.blood(own, mate)):
                yield Kin(code="sibling_in_law_spouse")

    def _childs_parents_in_law(self, ego: int, other: int) -> Iterator[Kin]:
        """The parents of a child's spouse (亲家)."""
        for child in sorted(node for node, parents in list(self._parents.items()) if ego in parents):
            for mate in sorted(self._spouses[child]):
                if any(kin.code == "parent" for kin in self.blood(mate, other)):
                    yield Kin(code="child_in_law_parent")


_OF_SPOUSE: Mapping[str, str] = {"parent": "parents_in_law", "sibling": "sibling_in_law"}
_SPOUSE_OF: Mapping[str, str] = {"child": "child_in_law", **dict.fromkeys(COLLATERAL, "collateral_spouse")}


def _by_marriage(kin: Kin, codes: Mapping[str, str]) -> Kin:
    """What a blood relation becomes through one marriage; those no rule names are one further group."""
    return Kin(code=codes.get(kin.code, "other_affinity"), nature=kin.nature)
