"""The random check (抽查): drawn by a recorded seed in an order anybody can repeat, never drawn twice, never changed.

The platform draws the seed. ``sample_span`` says for which days, places and areas there may be a draw at all.

A case's place in the order is the hash of seed and case number, so that seed and lists are enough to check a draw by
hand. Strata are drawn apart, each by its own share, rounded as the rule says. What inspectors find is ``sample_check``.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from core.casework.desk import Desk
from core.casework.reviews.sample_population import CALLED, Span, members_of
from core.casework.reviews.sample_span import refuse_second_draw, require_period
from core.errors import JiuzhuError, Text
from core.kinds.sampling import required
from core.policy import Line
from core.provision import text_of
from core.store.base import canonical
from core.store.tables import AssistanceCase, SampleDraw, SampleItem

ONE_STEP = 5000
"""Rows written at once."""


def draw_sample(desk: Desk, span: Span, *, due_on: date | None = None, doubtful: Sequence[str] = ()) -> SampleDraw:
    """Draw the cases to be looked at for a span, by a seed nobody chooses: whoever chose it would choose the cases.

    ``doubtful`` names pending cases by number where the rule has them checked in full. ``due_on`` is the day by which
    all are checked: the span's last day where nothing else is said.

    Raises:
        JiuzhuError: ``not_permitted``, ``nothing_in_force``, ``gap``, ``not_the_period``, ``already_drawn``,
            ``unknown_population``.
    """
    path = desk.path(span.division)
    desk.require("sample.draw", path)
    line = _rule(desk, span)
    labels = {one["population"]: _label(one) for one in line.value["strata"]}
    require_period(span, line.value.get("per"))
    refuse_second_draw(desk, span, labels)
    used = secrets.token_hex(16)
    lists = {name: members_of(desk, name, span, named=doubtful, label=label) for name, label in labels.items()}
    drawn = {name: draw(used, cases, required(line.value, name, len(cases))) for name, cases in lists.items()}
    strata = [
        {"population": one["population"], "label": _label(one), "share": one["share"],
         "size": len(lists[one["population"]]), "drawn": len(drawn[one["population"]])}
        for one in line.value["strata"]
    ]  # fmt: skip
    made = SampleDraw(
        division=span.division, path=path, programme=span.programme, area=span.area, since=span.since, until=span.until,
        due_on=due_on or _last_day(span.until), rule=line.provision.address, seed=used, strata=strata, digest="",
        drawn_on=desk.today, recorded_at=desk.moment, drawn_by=desk.actor.id,
    )  # fmt: skip
    chosen = _by_stratum(strata, drawn)
    made.digest = draw_digest(made, [(stratum, number) for stratum, _, number in chosen])
    desk.session.add(made)
    desk.session.flush()
    _store(desk, made.id, chosen, lists)
    body = {"draw": made.id, "rule": made.rule, "seed": used, "strata": strata, "digest": made.digest}
    desk.record(f"sample/{made.id}", "sample_drawn", body)
    return made


def draw(seed: str, numbers: Iterable[str], count: int) -> tuple[str, ...]:
    """Return the first ``count`` case numbers in the order of SHA-256 over ``seed:number``.

    >>> draw("2011", ["A-1", "A-2", "A-3"], 2) == draw("2011", ["A-3", "A-2", "A-1"], 2)
    True
    """
    return tuple(sorted(numbers, key=lambda number: (place_in_order(seed, number), number))[:count])


def place_in_order(seed: str, number: str) -> str:
    """Return what a case is ordered by in a draw."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def draw_digest(made: SampleDraw, cases: Iterable[tuple[str, str]]) -> str:
    """Return SHA-256 over a draw and its cases as (stratum, number): whoever alters a row alters it."""
    said = {
        "division": made.division, "programme": made.programme, "area": made.area, "rule": made.rule,
        "since": made.since.isoformat(), "until": made.until.isoformat(), "drawn_on": made.drawn_on.isoformat(),
        "seed": made.seed, "strata": made.strata, "cases": sorted([list(one) for one in cases]),
    }  # fmt: skip
    return hashlib.sha256(canonical(said)).hexdigest()


def drawn_cases(desk: Desk, draw_id: int) -> list[tuple[SampleItem, AssistanceCase]]:
    """Return what was drawn, in order.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_draw``, ``draw_altered`` when rows are not what was drawn.
    """
    made = draw_of(desk, draw_id)
    desk.require("case.read", made.path)
    query = (
        select(SampleItem, AssistanceCase)
        .join(AssistanceCase, AssistanceCase.id == SampleItem.case_id)
        .where(SampleItem.draw_id == draw_id)
        .order_by(SampleItem.stratum, SampleItem.rank)
    )
    found = [(item, case) for item, case in desk.session.execute(query)]
    if draw_digest(made, [(item.stratum, case.number) for item, case in found]) != made.digest:
        text = Text("抽取名单与抽取时不一致", "the rows are not what was drawn")
        raise JiuzhuError("draw_altered", text, value=str(draw_id))
    return found


def draw_of(desk: Desk, draw_id: int) -> SampleDraw:
    """Return a draw by its number, of a place in the officer's area.

    Raises:
        JiuzhuError: ``unknown_draw``.
    """
    made = desk.session.get(SampleDraw, draw_id)
    text = Text("没有这次抽取", "there is no such draw")
    return desk.found(made, JiuzhuError("unknown_draw", text, value=str(draw_id)))


def labels_of(made: SampleDraw) -> dict[str, str]:
    """Return what the populations of a draw are called."""
    return {one["population"]: one["label"] for one in made.strata}


def _rule(desk: Desk, span: Span) -> Line:
    asked = desk.policies.rulebook(span.division, on=desk.today, area=span.area, programmes=(span.programme,))
    lines = asked.policy.lines("sampling", span.programme)
    if not lines:
        raise asked.policy.nothing_in_force("sampling", span.programme, "")
    line = next((one for one in lines if not one.is_gap), lines[0])
    if line.is_gap:
        because = line.provision.because or Text("来源未载抽查规定", "the source gives no sampling rule")
        hint = Text("由有权机关规定后，以修订载入", "once ruled, enter it by an amendment with its citation")
        raise JiuzhuError("gap", because, hint=hint, value=line.provision.address)
    return line


def _by_stratum(strata: Sequence[Mapping[str, Any]], drawn: Mapping[str, Sequence[str]]) -> list[tuple[str, int, str]]:
    """Each case once, as (stratum, rank, number): one of two strata is counted where more of the cases are checked."""
    chosen: dict[str, tuple[str, int]] = {}
    for one in sorted(strata, key=lambda stratum: stratum["size"] - stratum["drawn"]):
        for rank, number in enumerate(drawn[one["population"]], start=1):
            chosen.setdefault(number, (one["population"], rank))
    return [(stratum, rank, number) for number, (stratum, rank) in chosen.items()]


def _store(
    desk: Desk, draw_id: int, chosen: Sequence[tuple[str, int, str]], lists: Mapping[str, Mapping[str, int]]
) -> None:
    rows = [
        {"draw_id": draw_id, "case_id": lists[stratum][number], "stratum": stratum, "rank": rank}
        for stratum, rank, number in chosen
    ]
    for start in range(0, len(rows), ONE_STEP):
        desk.session.execute(insert(SampleItem), rows[start : start + ONE_STEP])


def _label(stratum: Mapping[str, Any]) -> str:
    label = text_of(stratum.get("label")) or CALLED.get(stratum["population"])
    return label.zh if label else str(stratum["population"])


def _last_day(until: date) -> date:
    return date.fromordinal(until.toordinal() - 1)
