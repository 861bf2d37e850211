"""A policy: everything in force for a place on a day, each value with its origin.

``resolve`` runs the cascade over all slots. What the resolved values mean for formulas lives in ``core.kinds`` and
``core.rulebook``; the order of provisions within one slot in ``core.cascade``; floors and ceilings in ``core.bounds``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from core.bounds import Governed
from core.cascade import Ladder, Rung
from core.errors import JiuzhuError, Language, Text
from core.kinds.procedure import order_stages
from core.provision import Json, Provision
from core.values import Unit

LEVELS: Mapping[str, Text] = {
    "nation": Text("国家", "nation"),
    "province": Text("省级", "province"),
    "prefecture": Text("设区的市级", "prefecture"),
    "county": Text("县级", "county"),
    "township": Text("乡镇", "township"),
    "village": Text("村居", "village"),
    "unit": Text("单位", "unit"),
}
AREAS: Mapping[str, Text] = {
    "urban": Text("城市", "urban"),
    "rural": Text("农村", "rural"),
    "any": Text("不分城乡", "any area"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and when a question is asked: a division's ladder, urban or rural, and a day."""

    ladder: Ladder
    area: str
    on: date
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def division(self) -> str:
        """The code of the place itself."""
        return self.ladder.codes[-1]

    @property
    def name(self) -> str:
        """The place in words, province first."""
        return "".join(self.names.get(code, code) for code in self.ladder.codes[1:]) or self.names.get(
            self.division, self.division
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What holds in one slot: the value, the provision it comes from, and the ladder that led there.

    ``value`` is the value in force (for a standard already held against floor and ceiling). ``provisions`` are the
    origin and those merged with it. ``provision`` is the floor itself where a floor stands alone.
    """

    kind: str
    programme: str
    key: str
    value: Mapping[str, Json]
    provision: Provision
    provisions: tuple[Provision, ...]
    ladder: tuple[Rung, ...]
    governed: Governed | None = None

    @property
    def is_gap(self) -> bool:
        """Whether the source is silent here."""
        return self.provision.is_gap

    @property
    def parent(self) -> Mapping[str, Json]:
        """The provision-level keys of a keyed kind."""
        return self.provision.parent

    @property
    def assumptions(self) -> tuple[Text, ...]:
        """Why the dates this line rests on are assumed; empty when they are known."""
        bounds = [bound for one in self.provisions for bound in (one.period.start, one.period.until)]
        return tuple(dict.fromkeys(bound.because for bound in bounds if bound.assumed and bound.because))


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules of a place on a day, for the programmes asked. Immutable; hash and formulas are derived from it."""

    place: Place
    programmes: tuple[str, ...]
    found: Mapping[tuple[str, str], Mapping[str, Line]]
    ladders: Mapping[tuple[str, str, str], tuple[Rung, ...]]
    known_at: str | None = None
    titles: Mapping[str, Text] = field(default_factory=dict)

    @property
    def on(self) -> date:
        """The day asked about."""
        return self.place.on

    @property
    def division(self) -> str:
        """The division asked about."""
        return self.place.division

    @property
    def area(self) -> str:
        """``urban``, ``rural`` or ``any``."""
        return self.place.area

    def line(self, kind: str, programme: str, key: str = "") -> Line | None:
        """Return what is in force (a value or a gap) in a slot, or None."""
        return self.found.get((kind, programme), {}).get(key)

    def lines(self, kind: str, programme: str) -> tuple[Line, ...]:
        """Return every line of a kind for a programme, in merged order."""
        return tuple(self.found.get((kind, programme), {}).values())

    def stages(self, programme: str) -> tuple[Line, ...]:
        """Return the stages of the procedure in force, each after those it names.

        A stage that was removed or has ended says nothing any more.

        Raises:
            InvalidInput: ``unknown_stage``.
            JiuzhuError: ``stage_cycle``.
        """
        lines = {line.key: line for line in self.lines("procedure", programme) if line.key}
        gone = {key for kind, of, key in self.ladders if (kind, of) == ("procedure", programme)} - lines.keys()
        try:
            return tuple(lines[key] for key in order_stages({k: one.value for k, one in lines.items()}, removed=gone))
        except JiuzhuError as error:
            if error.code != "stage_cycle":
                raise
            first = next(one for key, one in lines.items() if key in str(error.value).split(", "))
            where = first.provision.where
            raise JiuzhuError(error.code, error.message, where=where, value=error.value) from error

    def require(self, kind: str, programme: str, key: str = "") -> Line:
        """Return what is in force.

        Raises:
            JiuzhuError: ``nothing_in_force``, naming kind, place, day and the nearest dated values.
        """
        line = self.line(kind, programme, key)
        if line is None:
            raise self.nothing_in_force(kind, programme, key)
        return line

    def nothing_in_force(self, kind: str, programme: str, key: str = "") -> JiuzhuError:
        """Build the error for an empty slot; its hint lists the nearest dated values."""
        title = self.titles.get(kind, Text(kind, kind))
        line = self.line("programme", programme)
        of = line.provision.label if line is not None else Text(programme, programme)
        area = AREAS[self.area]
        message = Text(
            f"{self.place.name}（{area.zh}）在{self.on}没有现行有效的{title.zh}（{of.zh}）",
            f"no {title.en} of {of.pick('en')} is in force for {self.place.name} ({area.en}) on {self.on}",
        )
        return JiuzhuError("nothing_in_force", message, hint=self._nearest(kind, programme, key), value=str(self.on))

    def _nearest(self, kind: str, programme: str, key: str) -> Text | None:
        rungs = self.ladders.get((kind, programme, key), ())
        dated = sorted(
            (one for one in rungs if one.state != "undatable"),
            key=lambda rung: _distance(rung.provision, self.on),
        )
        listed = [dated_text(rung.provision) for rung in dated[:2]]
        listed += [_undated(rung.provision) for rung in rungs if rung.state == "undatable"]
        if not listed:
            return Text("没有任何相近日期的规定", "no rule of a near date is known")
        return Text("最近的规定：" + "；".join(t.zh for t in listed), "nearest: " + "; ".join(t.en for t in listed))

    @property
    def gaps(self) -> tuple[Line, ...]:
        """The gaps in force."""
        return tuple(line for group in self.found.values() for line in group.values() if line.is_gap)

    @property
    def flags(self) -> tuple[tuple[str, Text, str], ...]:
        """What a reader must know though it stops nothing: (code, message, provision address)."""
        return tuple(flag for group in self.found.values() for line in group.values() for flag in _flags(line, self))


def _distance(one: Provision, on: date) -> int:
    days = [abs((day - on).days) for day in (one.period.start.day, one.period.until.day) if day is not None]
    return min(days, default=10**9)


def dated_text(one: Provision) -> Text:
    """Name a provision with its value and dates, for people."""
    start = one.period.start.day or "…"
    until = one.period.until.day or "…"
    zh = f"{one.label.zh} {amount_text(one.value, 'zh')}".rstrip()
    en = f"{one.label.pick('en')} {amount_text(one.value, 'en')}".rstrip()
    return Text(f"{zh}（{start} 至 {until}）", f"{en} ({start} to {until})")


def amount_text(value: Mapping[str, Json], language: Language) -> str:
    """Return a raw ``{yuan, per}`` amount as a reader sees it, or an empty text."""
    amount = value.get("amount")
    if not isinstance(amount, Mapping) or "yuan" not in amount:
        return ""
    unit = Unit.parse("yuan" + (f"/{amount['per']}" if "per" in amount else ""))
    return f"{amount['yuan']}{'' if language == 'zh' else ' '}{unit.label(language)}"


def _undated(one: Provision) -> Text:
    return Text("{name}（日期不明，不生效）", "{name} (dates unknown, never in force)").format(name=one.label)


def _flags(line: Line, policy: Policy) -> Iterable[tuple[str, Text, str]]:
    if line.governed is not None and line.governed.own_below:
        message = Text("低于上级标准，限期调整", "below the standard of the level above, to be adjusted")
        yield "below_floor", message, line.governed.own_address
    if line.kind == "standard" and not line.is_gap:
        for rung in line.ladder:
            if rung.state == "in_force" and rung.provision.is_gap and rung.provision.value.get("role") == "floor":
                message = Text(
                    "上级底线不在手，无法核对", "the floor from above is not in hand; this value cannot be checked"
                )
                yield "floor_is_gap", message, rung.provision.address
    setters = _may_set(line, policy)
    if setters is None:
        return
    levels, by = setters
    for one in line.provisions:
        level = policy.place.ladder.levels[one.scope.division]
        if level not in levels and one.value.get("role", "standard") == "standard" and not one.is_gap:
            basis = by.citation
            zh, en = LEVELS[level].zh, LEVELS[level].en
            allowed_zh = "、".join(LEVELS[one].zh for one in levels)
            allowed_en = ", ".join(LEVELS[one].en for one in levels)
            message = Text(
                f"{zh}无权制定标准（{basis}），应由{allowed_zh}制定",
                f"the {en} level may not set the standard ({basis}); it is for {allowed_en}",
            )
            yield "not_competent", message, one.address


def _may_set(line: Line, policy: Policy) -> tuple[tuple[str, ...], Provision] | None:
    """The levels that may set a standard on the day it started, by the programme in force."""
    programme = policy.line("programme", line.programme)
    if line.kind != "standard" or programme is None or "standard_set_by" not in programme.value:
        return None
    since = programme.provision.period.start.day
    if since is not None and (line.provision.period.start.day or date.min) < since:
        return None
    return tuple(programme.value["standard_set_by"]), programme.provision
