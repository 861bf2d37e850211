"""What a step of a plugin would do, found without doing it: places, cases, lower values, what stands on it.

The rules as they would be are the registry's log with the plugin's provisions put in or taken out, in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import func, select

from core.casework.desk import Desk
from core.casework.flow.transition import table
from core.casework.month import add_months, month_of
from core.casework.scope import inside
from core.casework.staff import NATION
from core.errors import JiuzhuError, Language
from core.provision import ANY, Provision
from core.slot import same_slot
from core.store.tables import Amendment, AssistanceCase, Decision
from regions.amendment_state import registry_of
from regions.impact import Impact, Progress, impact
from regions.impact_changes import Changes
from regions.impact_places import linked_programmes
from regions.impact_stored import StoredCaseload
from regions.plugin_change import Changed, difference
from regions.plugin_floor import Overtaken, overtaken
from regions.plugin_lifecycle import nothing_proposed, proposed, require_right, ruled_by, standing_of, standing_on
from regions.plugin_papers import changed_papers
from regions.plugin_reading import Reading
from regions.preview import preview
from regions.registry import AMENDMENT, Registry

Step = Literal["accept", "disable", "enable", "remove"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceImpact:
    """What one division gains and loses: provisions by kind, the programmes they are about, and its cases.

    ``paying`` are the households on the roll, ``running`` those in a procedure.
    """

    division: str
    gained: Mapping[str, int]
    lost: Mapping[str, int]
    changed: Mapping[str, int]
    programmes: tuple[str, ...]
    paying: int
    running: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """Everything a person sees before he takes a step.

    ``standing`` are plugins that require it and could not work, ``amendments`` the published ones in its slots,
    ``decisions`` those made in its places: they are replayed from what was stored with them; ``papers`` the files of
    its papers that are others than those accepted: what became of each, and its name.
    """

    name: str
    step: Step
    version: str
    digest: str
    places: tuple[PlaceImpact, ...]
    changes: tuple[Changed, ...]
    overtaken: tuple[Overtaken, ...]
    standing: tuple[str, ...]
    amendments: tuple[str, ...]
    decisions: int
    papers: tuple[tuple[str, str], ...]
    before: Registry = field(repr=False)
    after: Registry = field(repr=False)

    def to_json(self, language: Language) -> dict[str, Any]:
        """Return it as the command line prints it."""
        return {
            "plugin": self.name, "step": self.step, "version": self.version, "digest": self.digest,
            "places": [
                {"division": one.division, "gained": dict(one.gained), "lost": dict(one.lost),
                 "changed": dict(one.changed), "programmes": list(one.programmes), "paying": one.paying,
                 "running": one.running}
                for one in self.places
            ],
            "changes": [one.to_json(language) for one in self.changes],
            "below_floor": [one.to_json(language) for one in self.overtaken],
            "required_by": list(self.standing), "amendments": list(self.amendments), "decisions": self.decisions,
            "papers": [{"what": what, "file": name} for what, name in self.papers],
        }  # fmt: skip


def consequences(desk: Desk, name: str, step: Step, *, reading: Reading | None = None) -> Consequences:
    """Return what accepting, disabling, enabling or taking a plugin out would do; nothing is changed.

    ``reading`` is a version that is not even proposed yet, instead of the one that is.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_plugin``; ``nothing_proposed`` where nothing waits to be accepted.
    """
    registry = registry_of(desk)
    registry.refresh()
    now = tuple(one for one in registry.provisions() if one.plugin == name)
    reading = reading or _proposed(desk, name, step)
    version, digest, then = _then(desk, name, step) if reading is None else _read(reading)
    touched = {one.scope.division for one in (*now, *then)}
    require_right(desk, "plugin.accept" if step == "accept" else "plugin.manage", then or now, touched)
    changes = difference(now, then)
    after, ruled = preview(registry, name, then), now or then
    new = [one.after for one in changes if one.after is not None]
    return Consequences(
        name=name, step=step, version=version, digest=digest, changes=changes,
        places=tuple(_places(desk, changes)), overtaken=overtaken(after, new),
        standing=standing_on(desk, name) if not then else (), amendments=tuple(_amendments(desk, registry, ruled)),
        decisions=_decisions(desk, ruled), before=registry, after=after, papers=_papers(desk, name, reading),
    )  # fmt: skip


def _read(reading: Reading) -> tuple[str, str, tuple[Provision, ...]]:
    return reading.version, reading.digest, reading.provisions


def _then(desk: Desk, name: str, step: Step) -> tuple[str, str, tuple[Provision, ...]]:
    """What it would rule after it was switched or taken out, of no version of its own."""
    ruled = ruled_by(desk, name)
    return "", "", ruled if step == "enable" else ()


def _proposed(desk: Desk, name: str, step: Step) -> Reading | None:
    """The version that waits to be accepted, where that is the step."""
    if step != "accept":
        return None
    proposal = standing_of(desk, name).proposal
    if proposal is None:
        raise nothing_proposed(name)
    return proposed(desk, proposal)


def _papers(desk: Desk, name: str, reading: Reading | None) -> tuple[tuple[str, str], ...]:
    if reading is None:
        return ()
    accepted = standing_of(desk, name).accepted
    before = proposed(desk, accepted).papers if accepted is not None else {}
    return tuple(changed_papers(before, reading.papers))


def caseload_impact(desk: Desk, found: Consequences, *, progress: Progress | None = None) -> Impact | None:
    """Compute what the step changes for the cases of its places, as they stand; None where no rule changes."""
    touched = tuple(one.provision for one in found.changes)
    if not touched:
        return None
    root = _root(desk, touched)
    month = month_of(desk.today)
    changes = Changes(
        before=found.before, after=found.after, provisions=touched, on=month,
        starts=(month, add_months(month, 1), add_months(month, 2)), until=add_months(month, 12), first_payment=month,
    )  # fmt: skip
    source = StoredCaseload(
        session=desk.session, root=root, programmes=changes.programmes, on=desk.today, linked=linked_programmes(changes)
    )
    return impact(changes, source, progress=progress) if changes.programmes else None


def _root(desk: Desk, touched: Iterable[Provision]) -> str:
    """The smallest subtree that holds every place a rule changes in."""
    paths = [path.split("/") for one in touched if (path := _path(desk, one.scope.division))]
    shared: list[str] = []
    for level in zip(*paths, strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    return "/".join(shared) or NATION


# Places and cases -----------------------------------------------------------------------------------------------------


def _places(desk: Desk, changes: Sequence[Changed]) -> Iterator[PlaceImpact]:
    by_place: dict[str, list[Changed]] = {}
    for one in changes:
        by_place.setdefault(one.provision.scope.division, []).append(one)
    for division, held in sorted(by_place.items()):
        path = _path(desk, division)
        yield PlaceImpact(
            division=division, gained=_kinds(held, "added"), lost=_kinds(held, "removed"),
            changed=_kinds(held, "changed"),
            programmes=tuple(sorted({one.provision.scope.programme for one in held} - {ANY})),
            paying=_cases(desk, path, "recipient") if path else 0, running=_cases(desk, path, "pending") if path else 0,
        )  # fmt: skip


def _kinds(held: Iterable[Changed], what: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in held:
        if one.what == what:
            found[one.provision.kind] = found.get(one.provision.kind, 0) + 1
    return found


def _path(desk: Desk, division: str) -> str | None:
    try:
        return desk.path(division)
    except JiuzhuError:
        return None  # a place the plugin itself brings, or one that is no more: no case stands there


def _cases(desk: Desk, path: str, group: str) -> int:
    groups: Mapping[str, Any] = table()["groups"]
    query = select(func.count()).select_from(AssistanceCase).where(AssistanceCase.status.in_(groups[group]))
    return desk.session.scalar(query.where(inside(AssistanceCase.path, [path]))) or 0


# What stands on it ----------------------------------------------------------------------------------------------------


def _amendments(desk: Desk, registry: Registry, ruled: Sequence[Provision]) -> Iterator[str]:
    """The published amendments that rule in its slots, by number and title: they go on ruling."""
    ours = [one for one in registry.provisions() if one.id.startswith(AMENDMENT)]
    named = {one.id.split("/")[1] for one in ours if any(same_slot(one, other) for other in ruled)}
    for one in desk.session.scalars(select(Amendment).where(Amendment.uuid.in_(named)).order_by(Amendment.effective)):
        yield f"{one.number or ''} {one.title}".strip()


def _decisions(desk: Desk, ruled: Sequence[Provision]) -> int:
    """How many decisions were made in its places."""
    paths = {path for one in ruled if (path := _path(desk, one.scope.division))}
    if not paths:
        return 0
    query = select(func.count()).select_from(Decision).join(AssistanceCase, AssistanceCase.id == Decision.case_id)
    return desk.session.scalar(query.where(inside(AssistanceCase.path, sorted(paths)))) or 0
