"""Checks of what is ruled: citations, days, floors and ceilings, limits of procedure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

from core.bounds import beyond_bound_at_start
from core.cascade import repeals_of
from core.errors import JiuzhuError, Problem, Text
from core.policy import dated_text
from core.provision import Provision
from core.rulebook import Rulebook
from core.slot import holding, same_slot
from regions.check.report import Finding
from regions.check.stage_sum import stage_sums
from regions.check.subject import Subject

_DAYS = {"calendar": Text("日", "days"), "working": Text("个工作日", "working days")}


def citations(subject: Subject) -> Iterator[Finding]:
    """Every provision names its document and article; what rests on no text in hand is remarked once a document."""
    unsure: dict[str, int] = {}
    for one in subject.provisions:
        if one.citation is None and one.basis == "document":
            text = Text("须注明依据：文件和条款", "must cite its document and article")
            yield _fault("citations", "missing_citation", text, subject, one)
        if one.citation is not None and one.assurance in ("excerpt", "inferred"):
            unsure[one.citation.document] = unsure.get(one.citation.document, 0) + 1
    for document, number in unsure.items():
        text = Text(
            f"{number} 条依据 {document} 的摘录或推断，未核全文",
            f"{number} provisions rest on an excerpt of {document} or are inferred; the full text is not verified",
        )
        yield Finding(check="citations", problem=Problem(code="not_verified", message=text), fault=False)


def days(subject: Subject) -> Iterator[Finding]:
    """Successive values of one slot follow each other: no day is ruled twice, none is left out in silence."""
    for group in _slots(subject.provisions):
        dated = sorted(group, key=lambda one: (one.period.start.day or date.min, one.period.until.day or date.max))
        for before, after in pairwise(dated):
            yield from _between(before, after, subject)


def _slots(provisions: Sequence[Provision]) -> Iterator[list[Provision]]:
    left = [one for one in provisions if one.period.start.day is not None]
    while left:
        first = left[0]
        yield [one for one in left if same_slot(one, first)]
        left = [one for one in left if not same_slot(one, first)]


def _between(before: Provision, after: Provision, subject: Subject) -> Iterator[Finding]:
    ends, begins = before.period.until.day, after.period.start.day
    if ends is None or begins is None or ends == begins:
        return
    same = _document(before) == _document(after)
    if begins < ends and begins != before.period.start.day and same:  # else a later document prevails
        text = Text(
            f"与 {before.address} 自{begins}至{ends}重叠", f"overlaps with {before.address} from {begins} to {ends}"
        )
        hint = Text("请写前一条款止于后一条款起始之日", "let the first end on the day the second begins")
        yield _fault("days", "period_overlap", text, subject, after, value=str(begins), hint=hint)
    elif begins > ends:
        text = Text(
            f"{before.address} 止于{ends}，此后至{begins}没有规定",
            f"{before.address} ends on {ends} and nothing is ruled until {begins}",
        )
        hint = Text(
            "来源确无规定的，请写一条 status: gap 并说明理由",
            "where the source is silent write a provision with status: gap and say why",
        )
        yield _fault("days", "period_gap", text, subject, after, value=str(begins), hint=hint)


def _document(one: Provision) -> str:
    return one.citation.document if one.citation is not None else ""


def bounds(subject: Subject) -> Iterator[Finding]:
    """Standards keep the floors and ceilings of the levels above, and are set by a level that may set them."""
    for one in subject.provisions:
        for role, bound in _beyond(one, subject):
            named = dated_text(bound)
            en = f"below the floor in force at its start: {named.en}; it never holds"
            below = Text(f"低于施行时的上级标准 {named.zh}，不生效", en)
            above = Text(f"高于施行时的上级上限 {named.zh}", f"above the ceiling in force at its start: {named.en}")
            text = below if role == "floor" else above
            found = _fault("bounds", "below_floor" if role == "floor" else "above_ceiling", text, subject, one)
            yield replace(found, fault=False, problem=replace(found.problem, value=str(one.value["amount"]["yuan"])))
    yield from _flagged(subject)


def _beyond(one: Provision, subject: Subject) -> tuple[tuple[str, Provision], ...]:
    start = one.period.start.day
    if one.kind != "standard" or start is None:
        return ()
    registry = subject.platform.registry
    ladder = registry.ladder(one.scope.division, start)
    own = one.scope
    above = [
        other for other in registry.provisions()
        if other.kind == "standard" and other.scope.division in ladder.codes
        and other.scope.programme in (own.programme, "any") and other.scope.area in (own.area, "any")
        and other.value.get("name", "standard") == one.value.get("name", "standard")
    ]  # fmt: skip
    return beyond_bound_at_start(one, above, ladder=ladder, repealed=repeals_of(above))


def _flagged(subject: Subject) -> Iterator[Finding]:
    """What the rules of its own places say of the plugin's standards: a level that may not set them, say."""
    known = {one.address: one for one in subject.provisions}
    seen: set[tuple[str, str]] = set()
    for book in subject.books:
        for code, text, address in book.policy.flags if isinstance(book, Rulebook) else ():
            if address in known and (code, address) not in seen:
                seen.add((code, address))
                yield replace(_fault("bounds", code, text, subject, known[address]), fault=False)


def limits(subject: Subject) -> Iterator[Finding]:
    """No limit of a procedure is longer than a level above rules for that step or the whole, nor the steps together."""
    for one in subject.provisions:
        if one.kind == "procedure" and one.period.start.day is not None and not one.is_gap:
            part = "within" if one.key else "total"
            above = _above(one, one.period.start.day, subject)
            if above is not None and not above.is_gap and _longer(one.value.get(part), above.value.get(part)):
                yield _too_long(one, above, part, subject)
    yield from stage_sums(subject)


def _above(one: Provision, on: date, subject: Subject) -> Provision | None:
    """What the levels above the provision's own rule in its slot on the day it begins."""
    registry = subject.platform.registry
    ladder = registry.ladder(one.scope.division, on)
    higher = [other for other in registry.provisions() if other.scope.division in ladder.codes[:-1]]
    try:
        return holding(higher, one, on=on, ladder=ladder)
    except JiuzhuError:
        return None  # a tie of others is told where the place is asked about


def _longer(own: Any, limit: Any) -> bool:
    """Tell whether a limit surely exceeds another: n working days are at least n calendar days and their weekends."""
    if not isinstance(own, Mapping) or not isinstance(limit, Mapping) or "days" not in own or "days" not in limit:
        return False
    mine, theirs = int(own["days"]), int(limit["days"])
    kinds = (own.get("day_kind", "calendar"), limit.get("day_kind", "calendar"))
    if kinds == ("working", "calendar"):
        mine += (mine - 1) // 5 * 2
    return mine > theirs if kinds != ("calendar", "working") else mine > theirs * 2


def _too_long(one: Provision, above: Provision, part: str, subject: Subject) -> Finding:
    said, ruled = _limit(one.value[part]), _limit(above.value[part])
    text = Text(
        f"时限{said.zh}，长于上级规定的{ruled.zh}（{above.address}，{above.citation}）",
        f"{said.en} are longer than the {ruled.en} ruled above ({above.address}, {above.citation})",
    )
    problem = Problem(code="limit_exceeded", message=text, where=subject.where(one, part))
    return Finding(check="limits", problem=problem, fault=False)


def _limit(value: Mapping[str, Any]) -> Text:
    kind = _DAYS[value.get("day_kind", "calendar")]
    return Text(f"{value['days']}{kind.zh}", f"{value['days']} {kind.en}")


def _fault(
    check: str, code: str, text: Text, subject: Subject, one: Provision, *, value: str | None = None,
    hint: Text | None = None,
) -> Finding:  # fmt: skip
    where = subject.where(one)
    return Finding(check=check, problem=Problem(code=code, message=text, where=where, value=value, hint=hint))
