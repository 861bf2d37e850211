"""The limits of a procedure's stages, added up along the way to the decision, against the limit of the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import JiuzhuError, Problem, Text
from core.kinds.contribution import listed
from core.policy import Line, Policy
from core.rulebook import Rulebook
from regions.check.report import Finding
from regions.check.subject import Subject

_DAYS = {"calendar": Text("日", "days"), "working": Text("个工作日", "working days")}
DECISION = "approval"
"""The stage a limit of the whole runs to where it names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """The longest way to a stage: the days of each limit on it, the fewest they can be, and whose limits they are."""

    days: tuple[int, ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def sum(self) -> int:
        return sum(self.days)

    def on(self, line: Line, days: int) -> _Way:
        return _Way(days=(*self.days, days), lines=(*self.lines, line))


def stage_sums(subject: Subject) -> Iterator[Finding]:
    """The stages up to the decision may together take as long as the whole may, where the plugin rules one of them."""
    seen: set[Problem] = set()
    for book in subject.books:
        for problem in _of_place(subject, book.policy) if isinstance(book, Rulebook) else ():
            if problem not in seen:
                seen.add(problem)
                yield Finding(check="limits", problem=problem, fault=False)


def _of_place(subject: Subject, policy: Policy) -> Iterator[Problem]:
    found = (_too_long(subject, policy, programme) for programme in policy.programmes)
    return (problem for problem in found if problem is not None)


def _too_long(subject: Subject, policy: Policy, programme: str) -> Problem | None:
    whole = policy.line("procedure", programme)
    total = whole.value.get("total") if whole is not None and not whole.is_gap else None
    if whole is None or not isinstance(total, Mapping) or "days" not in total or "from" not in total:
        return None
    way = _longest(policy, programme, total)
    own = [line for line in (whole, *way.lines) if line.provision.plugin == subject.name]
    if way.sum <= total["days"] or not own:
        return None
    kind = _DAYS[_kind(total)]
    parts, sides = "+".join(map(str, way.days)), (f"{total['days']}{kind.zh}", f"{total['days']} {kind.en}")
    text = Text(
        f"各环节时限合计{parts}={way.sum}{kind.zh}，长于总时限{sides[0]}（{whole.provision.address}，{whole.provision.citation}）",
        f"the stages' limits, {parts} = {way.sum} {kind.en}, are longer than the {sides[1]} for the whole "
        f"({whole.provision.address}, {whole.provision.citation})",
    )
    at, part = (whole, "total") if whole in own else (own[-1], "within")
    return Problem(code="stages_exceed_total", message=text, where=subject.where(at.provision, part))


def _longest(policy: Policy, programme: str, total: Mapping[str, Any]) -> _Way:
    """The longest way from the event the whole counts from to the decision; what may be left out is left out."""
    ways: dict[str, _Way] = {total["from"]: _Way()}
    postings = {line.key: line for line in policy.lines("publicity_rule", programme)}
    try:
        stages = policy.stages(programme)
    except JiuzhuError:
        return _Way()  # told where the place is asked about
    for line in stages:
        before = [ways[one] for one in listed(line.value.get("after", ())) if one in ways]
        left_out = line.value.get("skippable") or "when" in line.value or line.key in listed(total.get("excludes", ()))
        if line.key not in ways and before:
            start = max(before, key=lambda way: way.sum)
            ways[line.key] = start if left_out else _through(line, start, ways, postings, kind=_kind(total))
    end = total.get("until", DECISION)
    return ways.get(end, _Way())


def _through(
    line: Line, start: _Way, ways: Mapping[str, _Way], postings: Mapping[str, Line], *, kind: str
) -> _Way:  # fmt: skip
    limit = line.value.get("within")
    posting = postings.get(line.value.get("publicity", ""))
    if isinstance(limit, Mapping) and "days" in limit and limit.get("from") in ways:
        return max(start, ways[limit["from"]].on(line, _fewest(limit, kind)), key=lambda way: way.sum)
    if posting is not None and isinstance(posting.value.get("days"), int):
        return start.on(posting, _fewest(posting.value, kind))
    return start


def _kind(limit: Mapping[str, Any]) -> str:
    return str(limit.get("day_kind", "calendar"))


def _fewest(limit: Mapping[str, Any], kind: str) -> int:
    """The fewest days of a kind a limit can be: working days have weekends between them, calendar days hold some."""
    days = int(limit["days"])
    if _kind(limit) == kind:
        return days
    return days + (days - 1) // 5 * 2 if kind == "calendar" else max(days - 2 * -(-days // 7), 0)
