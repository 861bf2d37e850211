"""The cascade in one slot: which of the candidates on the ladder holds on a day, and what became of the others.

Candidates come from nation → province → prefecture → county → township. Everything here is pure: provisions, a ladder
and a day in; rungs and the line in force out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from core.errors import JiuzhuError, Text
from core.provision import ANY, ASSURED, Json, Provision
from core.values import exact

AMENDMENT = "amendment"

Repeals = Mapping[str, tuple[Provision, ...]]
"""Id or address → every provision that ends it by name."""

State = Literal[
    "in_force",
    "merged",
    "shadowed",
    "superseded",
    "repealed",
    "closed",
    "ended",
    "later",
    "undatable",
    "inert",
    "undelegated",
    "removed",
    "bound",
]

STAGES = "procedure"
"""The kind whose items, the stages of a procedure, nobody below leaves out by himself."""

STATE_TEXT: Mapping[str, Text] = {
    "in_force": Text("现行", "in force"),
    "merged": Text("内容相同，并列引用", "same value, cited beside it"),
    "shadowed": Text("被更具体或更新的规定覆盖", "shadowed by a more specific or later rule"),
    "superseded": Text("已被上位法取代", "superseded by mandatory higher law"),
    "repealed": Text("已废止", "repealed by name"),
    "closed": Text("已被本级后续规定取代", "closed by a later rule of the same place"),
    "ended": Text("已失效", "no longer in force"),
    "later": Text("尚未施行", "not yet in force"),
    "undatable": Text("起止日期不明，未作假定", "dates unknown and not assumed"),
    "inert": Text("施行时低于上级标准，不生效", "inert: below the floor in force at its start"),
    "undelegated": Text(
        "上级未授权本级省略这一环节，不生效", "no effect: this level was not given the right to skip the stage"
    ),
    "removed": Text("已被删除", "removed"),
    "bound": Text("上级底线或上限", "a floor or ceiling from above"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One candidate and what became of it; ``by`` is the address of the provision that did it."""

    provision: Provision
    state: State
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Where rules for a place come from: codes nation → place, and the level of each."""

    codes: tuple[str, ...]
    levels: Mapping[str, str]

    def depth(self, division: str) -> int:
        """Return the position of a division on the ladder, 0 for the nation.

        Raises:
            ValueError: the division is not on the ladder.
        """
        return self.codes.index(division)


def applies(provision: Provision, *, ladder: Ladder, programme: str, area: str) -> bool:
    """Tell whether a provision is a candidate for the place, programme and area, whatever its dates."""
    scope = provision.scope
    return scope.division in ladder.codes and scope.programme in (programme, ANY) and scope.area in (area, ANY)


def settle(candidates: Sequence[Provision], *, ladder: Ladder, on: date, repealed: Repeals) -> tuple[Rung, ...]:
    """Order the candidates of one slot and say what became of each on ``on``, the strongest first.

    ``repealed`` maps an id or address to the provision that ends it by name from its own first day.

    Raises:
        JiuzhuError: ``tie`` when the strongest two are equal in all five respects and differ in value.
    """
    settled = sorted(
        candidates, key=lambda one: (one.assurance not in ASSURED, one.address)
    )  # never the order of loading
    ranked = sorted(settled, key=lambda one: _rank(one, ladder), reverse=True)
    states = {id(one): _fate(one, ranked, ladder=ladder, on=on, repealed=repealed) for one in ranked}
    live = [one for one in ranked if states[id(one)] is None]
    if not live:
        return tuple(_rung(one, states[id(one)]) for one in ranked)
    winner = live[0]
    for one in live:
        states[id(one)] = _beside(one, winner, ladder)
    return tuple(_rung(one, states[id(one)]) for one in ranked)


def _rung(provision: Provision, fate: tuple[State, str | None] | None) -> Rung:
    state, by = fate or ("in_force", None)
    return Rung(provision=provision, state=state, by=by)


def _beside(one: Provision, winner: Provision, ladder: Ladder) -> tuple[State, str | None]:
    if one is winner:
        return ("removed" if one.removed else "in_force"), None
    if _rank(one, ladder) != _rank(winner, ladder):
        return "shadowed", winner.address
    if not same_meaning(one, winner):
        raise _tie(one, winner)
    return "merged", winner.address


def same_meaning(one: Provision, other: Provision) -> bool:
    """Tell whether two provisions rule the same, whatever they are called or cited to."""
    return (_meaning(one.value), one.status, one.removed) == (_meaning(other.value), other.status, other.removed)


def _meaning(value: Json) -> Json:
    """What was ruled, whatever it is called: ``693`` and ``693.00`` are one amount, a label rules nothing."""
    if isinstance(value, Mapping):
        return {
            key: exact(part) if key == "yuan" else _meaning(part) for key, part in value.items() if key not in _NAMES
        }
    return [_meaning(part) for part in value] if isinstance(value, list | tuple) else value


_NAMES = ("label", "note", "message")


def _rank(one: Provision, ladder: Ladder) -> tuple[int, bool, bool, bool, date, date]:
    """Division depth, programme named, area named, amendment, start, issue; unknown and open sort lowest."""
    return (
        ladder.depth(one.scope.division),
        one.scope.programme != ANY,
        one.scope.area != ANY,
        one.plugin == AMENDMENT,
        one.period.start.day or date.min,
        one.issued or date.min,
    )


def _fate(
    one: Provision, group: Sequence[Provision], *, ladder: Ladder, on: date, repealed: Repeals
) -> tuple[State, str | None] | None:
    """Say why ``one`` does not hold on ``on``, or None when it is alive."""
    if one.inert is not None:
        return "inert", None
    if one.period.undatable:
        return "undatable", None
    if not one.period.begun(on):
        return "later", None
    for repealer in _repealers(one, ladder, repealed):
        if _effective(repealer, on):
            return "repealed", repealer.id
    if one.period.ended(on):
        return "ended", None
    for reason, test in _ENDINGS:
        for other in group:
            alive = other is not one and _effective(other, on) and not _never_began(other, ladder, repealed)
            if alive and test(one, other, ladder, on):
                return reason, other.address
    return None


def _repealers(one: Provision, ladder: Ladder, repealed: Repeals) -> Iterator[Provision]:
    """A place can end its own rules and those below it by name, never higher law; a gap ends nothing."""
    for repealer in (*repealed.get(one.id, ()), *(repealed.get(one.address, ()) if one.key else ())):
        above = ladder.depth(repealer.scope.division) <= ladder.depth(one.scope.division)
        if repealer is not one and not repealer.is_gap and above:
            yield repealer


def _effective(other: Provision, on: date) -> bool:
    """Whether ``other`` has begun, so that what it ends is ended for good."""
    return other.inert is None and not other.period.undatable and other.period.begun(on)


def _never_began(other: Provision, ladder: Ladder, repealed: Repeals) -> bool:
    """Whether ``other`` was repealed before its own first day, so that it never ended anything."""
    start = other.period.start.day
    return start is not None and any(_effective(one, start) for one in _repealers(other, ladder, repealed))


def _superseded(one: Provision, other: Provision, ladder: Ladder, on: date) -> bool:
    """A mandatory provision above ends an older one below it, unless that was reaffirmed or the matter delegated."""
    if (
        other.binding != "mandatory"
        or other.is_gap
        or ladder.depth(other.scope.division) >= ladder.depth(one.scope.division)
    ):
        return False
    start = other.period.start.day or date.min
    if (one.period.start.day or date.min) >= start or other.delegates_to == ladder.levels[one.scope.division]:
        return False
    if one.issued is not None and one.issued >= start:
        return False  # re-issued after the higher law
    return one.reaffirmed is None or not start <= one.reaffirmed.on <= on


def _closed(one: Provision, other: Provision, _ladder: Ladder, _on: date) -> bool:
    """A later start closes an earlier open-ended one in the same slot; plugin and amendment each among their own."""
    same = one.scope == other.scope and (one.plugin == AMENDMENT) == (other.plugin == AMENDMENT)
    later = (other.period.start.day or date.min) > (one.period.start.day or date.min)
    return same and later and one.period.until.kind == "open"


def _undelegated(one: Provision, other: Provision, ladder: Ladder, _on: date) -> bool:
    """A stage ruled above may be ruled anew below, and others put in; it is skipped only where that was delegated."""
    above = ladder.depth(other.scope.division) < ladder.depth(one.scope.division)
    skips = one.kind == STAGES and one.removed and above and not other.removed
    return skips and other.delegates_to != ladder.levels[one.scope.division]


_ENDINGS: tuple[tuple[State, Callable[[Provision, Provision, Ladder, date], bool]], ...] = (
    ("superseded", _superseded),
    ("closed", _closed),
    ("undelegated", _undelegated),
)


def _tie(one: Provision, other: Provision) -> JiuzhuError:
    first, second = sorted((one.address, other.address))
    message = Text(
        f"“{first}”与“{second}”层级、项目、城乡、起始日和印发日均相同而内容不同，无法取舍",
        f"'{first}' and '{second}' are equal in division, programme, area, start and issue but differ in value",
    )
    hint = Text("请停用其中一个插件，或以修订载明以何者为准", "disable one plugin, or settle it by an amendment")
    return JiuzhuError("tie", message, hint=hint, where=one.where)


def repeals_of(provisions: Iterable[Provision]) -> dict[str, tuple[Provision, ...]]:
    """Return who repeals whom by name: repealed id or address → every repealing provision."""
    found: dict[str, tuple[Provision, ...]] = {}
    for one in provisions:
        for name in one.repeals:
            found[name] = (*found.get(name, ()), one)
    return found


def slot_key(provision: Provision) -> tuple[str, str]:
    """Return (role, name): what makes two provisions of a kind compete. Only standards have a role."""
    role: Json = provision.value.get("role", "standard") if provision.kind == "standard" else ""
    name = provision.key or (provision.value.get("name", "") if provision.kind != "programme" else "")
    return str(role), "" if name == "standard" and provision.kind == "standard" else str(name)
