"""Resolving a policy: the cascade run over every slot of the programmes asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from core.bounds import Governed, govern
from core.cascade import Repeals, Rung, applies, repeals_of, settle, slot_key
from core.errors import Text
from core.policy import Line, Place, Policy
from core.provision import Json, Provision


def resolve(
    provisions: Iterable[Provision],
    *,
    place: Place,
    programmes: Sequence[str],
    known_at: str | None = None,
    titles: Mapping[str, Text] | None = None,
) -> Policy:
    """Run the cascade for every slot of the programmes asked.

    Raises:
        JiuzhuError: ``tie`` between equal provisions that differ in value.
    """
    all_of = tuple(provisions)
    repealed = repeals_of(one for one in all_of if one.scope.division in place.ladder.codes)
    found: dict[tuple[str, str], dict[str, Line]] = {}
    ladders: dict[tuple[str, str, str], tuple[Rung, ...]] = {}
    for programme in programmes:
        here = [p for p in all_of if applies(p, ladder=place.ladder, programme=programme, area=place.area)]
        for (kind, key), group in _slots(here).items():
            line, rungs = _line(kind, programme, key, group=group, place=place, repealed=repealed)
            ladders[kind, programme, key] = rungs
            if line is not None:
                found.setdefault((kind, programme), {})[key] = line
    return Policy(
        place=place,
        programmes=tuple(programmes),
        found=found,
        ladders=ladders,
        known_at=known_at,
        titles=titles or {},
    )


def _slots(here: Iterable[Provision]) -> dict[tuple[str, str], list[Provision]]:
    groups: dict[tuple[str, str], list[Provision]] = {}
    for one in here:
        groups.setdefault((one.kind, slot_key(one)[1]), []).append(one)
    return groups


def _line(
    kind: str,
    programme: str,
    key: str,
    *,
    group: Sequence[Provision],
    place: Place,
    repealed: Repeals,
) -> tuple[Line | None, tuple[Rung, ...]]:
    own = [one for one in group if slot_key(one)[0] in ("", "standard")]
    rungs = settle(own, ladder=place.ladder, on=place.on, repealed=repealed)
    line = _from_rungs(kind, programme, key, rungs)
    if kind != "standard":
        return line, rungs
    floors = [one for one in group if slot_key(one)[0] in ("floor", "ceiling")]
    governed, bound_rungs = govern(
        line.provision if line else None, floors, ladder=place.ladder, on=place.on, repealed=repealed
    )
    every = rungs + bound_rungs
    return _governed(line, governed, programme=programme, key=key, rungs=every), every


def _from_rungs(kind: str, programme: str, key: str, rungs: tuple[Rung, ...]) -> Line | None:
    winner = next((rung.provision for rung in rungs if rung.state == "in_force"), None)
    if winner is None:
        return None
    merged = tuple(rung.provision for rung in rungs if rung.state == "merged")
    return Line(
        kind=kind,
        programme=programme,
        key=key,
        value=winner.value,
        provision=winner,
        provisions=(winner, *merged),
        ladder=rungs,
    )


def _governed(
    line: Line | None, governed: Governed | None, *, programme: str, key: str, rungs: tuple[Rung, ...]
) -> Line | None:
    if governed is None:
        return None if line is None else _with(line, line.value, rungs, None, line.provision)
    if line is None:
        bound = governed.provision
        return Line(
            kind="standard",
            programme=programme,
            key=key,
            value=bound.value,
            provision=bound,
            provisions=(bound,),
            ladder=rungs,
            governed=governed,
        )
    if not governed.governs:
        return _with(line, line.value, rungs, governed, line.provision)
    return _with(line, governed.provision.value, rungs, governed, governed.provision)


def _with(
    line: Line,
    value: Mapping[str, Json],
    rungs: tuple[Rung, ...],
    governed: Governed | None,
    origin: Provision,
) -> Line:
    ahead = (governed.provision,) if governed is not None and governed.governs else ()
    provisions = (*ahead, *line.provisions)
    return Line(
        kind=line.kind,
        programme=line.programme,
        key=line.key,
        value=value,
        provision=origin,
        provisions=provisions,
        ladder=rungs,
        governed=governed,
    )
