"""One stage of a procedure as values, read from its rule with every gap kept as a gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from core.errors import Text
from core.kinds.contribution import listed
from core.kinds.schema import is_gap
from core.policy import Line
from core.provision import Json, text_of

DayKind = Literal["calendar", "working"]
GAP_PARTS = ("actor", "within", "participants", "signatures")
"""Parts of a stage that a source may leave open."""
REFUSAL_NOTICE = "refusal_notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Special:
    """A special case in which a limit is longer by some days."""

    label: Text
    days: int
    day_kind: DayKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit:
    """A limit in days or months: what starts, stops, resumes or extends it, what does not count. No value: nothing."""

    days: int | None = None
    months: int | None = None
    day_kind: DayKind = "calendar"
    since: str | None = None
    first_day: Literal["same_day", "next_day"] = "next_day"
    until: str | None = None
    excludes: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    extended: tuple[Special, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stage:
    """What a procedure rules of one stage. ``gaps`` says, part by part, why the source is silent."""

    key: str
    label: Text
    address: str
    citation: str
    actors: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()
    within: TimeLimit | None = None
    conditional: bool = False
    minimum_people: int = 0
    signatures: int | tuple[str, ...] = ()
    delegable_to: tuple[str, ...] = ()
    assisted_by: tuple[str, ...] = ()
    participants: Mapping[str, Json] | None = None
    evidence: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    skippable: bool = False
    written: bool = False
    reasons: bool = False
    notice: tuple[str, ...] = ()
    publicity: str | None = None
    on_objection: str | None = None
    forbidden: tuple[str, ...] = ()
    gaps: Mapping[str, Text] = field(default_factory=dict)
    follows: bool = False

    @property
    def approves(self) -> bool:
        """Whether the case is decided here: one of its results is an approval."""
        return any(one == "approved" or one.startswith("approved_") for one in self.results)

    @property
    def tells_of_refusal(self) -> bool:
        """Whether the stage is nothing but the written notice of a refusal: due only to whoever is refused."""
        return self.skippable and REFUSAL_NOTICE in self.notice

    @property
    def is_posting(self) -> bool:
        """Whether the stage is itself the posting of its publicity event (``approval_posting`` of ``approval``)."""
        return self.publicity is not None and self.key == f"{self.publicity}_posting"


def stage_of(line: Line, waits: tuple[str, ...]) -> Stage:
    """Read a stage from its line; ``waits`` are the stages it comes after."""
    value, provision = line.value, line.provision
    gaps = {part: _because(value[part]) for part in GAP_PARTS if is_gap(value.get(part))}
    if line.is_gap:
        gaps["stage"] = provision.because or Text("来源未载", "the source does not say")
    return Stage(
        key=line.key,
        label=provision.label,
        address=provision.address,
        citation=str(provision.citation or ""),
        actors=() if "actor" in gaps else listed(value.get("actor", ())),
        waits=waits,
        within=None if "within" in gaps or "within" not in value else limit_of(value["within"]),
        conditional="when" in value,
        minimum_people=int(value.get("minimum_people", 0)),
        signatures=() if "signatures" in gaps else _signatures(value.get("signatures", ())),
        delegable_to=listed(value.get("delegable_to", ())),
        assisted_by=listed(value.get("assisted_by", ())),
        participants=None if "participants" in gaps else value.get("participants"),
        evidence=listed(value.get("evidence", ())),
        methods=listed(value.get("methods", ())),
        results=listed(value.get("result", ())),
        skippable=bool(value.get("skippable", False)),
        written=bool(value.get("written", False)),
        reasons=bool(value.get("reasons", False)),
        notice=listed(value.get("notice", ())),
        publicity=value.get("publicity"),
        on_objection=value.get("on_objection"),
        forbidden=listed(value.get("forbidden", ())),
        gaps=gaps,
        follows=line.parent.get("transition") == "running_cases_follow",
    )


def _signatures(value: Json) -> int | tuple[str, ...]:
    return value if isinstance(value, int) else listed(value)


def _because(part: Mapping[str, Any]) -> Text:
    return text_of(part.get("gap", part.get("because"))) or Text("来源未载", "the source does not say")


def limit_of(value: Mapping[str, Json], *, deciders: Sequence[str] = ()) -> TimeLimit:
    """Read a time limit that is no gap; ``deciders`` are the offices that decide the case."""
    days = next((days for office, days in value.get("decided_by", {}).items() if office in deciders), value.get("days"))
    return TimeLimit(
        days=days,
        months=value.get("months"),
        day_kind=value.get("day_kind", "calendar"),
        since=value.get("from"),
        first_day=value.get("first_day", "next_day"),
        until=value.get("until"),
        excludes=listed(value.get("excludes", ())),
        stops=listed(value.get("stops", ())),
        resumes=listed(value.get("resumes", ())),
        extended=tuple(_special(one, days or 0) for one in value.get("extended", ())),
    )


def _special(value: Mapping[str, Json], limit: int) -> Special:
    label = text_of(value.get("label")) or Text("特殊情形", "special case")
    days = value["days"] if "days" in value else max(value["up_to"] - limit, 0)
    return Special(label=label, days=days, day_kind=value.get("day_kind", "calendar"))
