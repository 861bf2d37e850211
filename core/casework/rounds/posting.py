"""Posting sheets (公示): drawn by the rule of the event, hung in its places for its days, proved, taken down.

Default deny: no rule, no posting; no listed field, no word of it. A sheet that came down early, or whose case was
objected to, has not hung its time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.deciding.decision import decisions_of
from core.casework.desk import Desk
from core.casework.rounds.batch import cases_named, problem_at
from core.casework.rounds.posting_content import line_values, spared
from core.casework.rounds.posting_rule import PostingRule, gap, posting_rule
from core.casework.scope import inside
from core.errors import InvalidInput, JiuzhuError, Problem, Text
from core.rulebook import Rulebook
from core.store.tables import AssistanceCase, Posting, PostingLine

DECIDED = ("in_payment", "suspended", "phasing_out", "stopped", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What to post: an event, its cases with values only casework's caller knows, and who is spared.

    ``values``: case number → field → value (a proposed amount in whole fen, a change). ``excepted``: case number →
    whether an exception of the rule spares it, where no formula says so. ``batch`` names what the sheet belongs to: a
    batch says itself whether it is ``decided`` and from which month it takes effect, for all its cases.
    """

    event: str
    division: str
    programme: str
    area: str
    cases: Sequence[str]
    phone: str
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    excepted: Mapping[str, bool] = field(default_factory=dict)
    batch: str | None = None
    repeats: int | None = None
    decided: bool | None = None
    effective: date | None = None


def draw(desk: Desk, notice: Notice) -> list[Posting]:
    """Draw the sheets of a notice, one a village, with exactly the fields the rule lists.

    On a standing sheet (长期公示) whoever an exception spares is left out; on any other his name is masked.

    Raises:
        JiuzhuError: ``not_permitted``, ``no_publicity_rule``, ``gap``.
        InvalidInput: every fault of its lines.
    """
    path = desk.path(notice.division)
    desk.require("posting.draw", path)
    book = desk.policies.rulebook(notice.division, on=desk.today, area=notice.area, programmes=(notice.programme,))
    rule = posting_rule(desk, book.policy, notice.programme, notice.event)
    if not rule.fields:
        because = rule.gaps.get("fields", Text("规定没有列出公示内容", "the rule lists no fields"))
        raise gap(desk, book.policy, rule.address, Text("内容", "fields"), because)
    rows = cases_named(desk, notice.cases, path=path)
    problems = [*rows.problems, *_notice_problems(notice)]
    lines: dict[str | None, list[PostingLine]] = {}
    for case in rows.cases.values():
        try:
            line = _line(desk, book, case, rule, notice)
        except InvalidInput as error:
            problems += error.problems
            continue
        if line is not None:
            lines.setdefault(case.village, []).append(line)
    if problems:
        raise InvalidInput(problems)
    return [_sheet(desk, notice, rule, path, village=village, lines=found) for village, found in lines.items()]


def _notice_problems(notice: Notice) -> list[Problem]:
    if not notice.phone.strip():
        text = Text("须填写异议电话", "a telephone for objections is needed")
        return [problem_at("phone", "phone_missing", text, None)]
    return []


def _line(desk: Desk, book: Rulebook, case: AssistanceCase, rule: PostingRule, notice: Notice) -> PostingLine | None:
    _check_timing(desk, case, rule, notice)
    out = spared(desk, book, case, rule, said=notice.excepted.get(case.number))
    if out is None:
        labels = Text(
            "；".join(one.label.zh for one in rule.exceptions), "; ".join(o.label.en for o in rule.exceptions)
        )
        text = Text(f"须先认定是否属于例外：{labels.zh}", f"say first whether it is excepted: {labels.en}")
        raise InvalidInput([problem_at(case.number, "exception_unanswered", text, case.number)])
    if out and rule.stands:
        return None
    values = line_values(desk, case, rule, given=notice.values.get(case.number, {}), on=desk.today)
    return PostingLine(case_id=case.id, values=values, masked=out, ended_on=None)


def _check_timing(desk: Desk, case: AssistanceCase, rule: PostingRule, notice: Notice) -> None:
    """Hold the notice against the decision, or against the month the decision takes effect."""
    if rule.timing in ("before_effect", "after_effect"):
        _check_effect(desk, case, notice, before=rule.timing == "before_effect")
        return
    decided = case.status in DECIDED if notice.decided is None else notice.decided
    late = rule.timing == "before_decision" and decided
    early = rule.timing in ("after_decision", "standing") and not decided
    if late or early:
        text = Text("规定在决定后公示，该案尚未决定", "the rule posts after the decision: the case is not decided yet")
        if late:
            text = Text("规定在决定前公示，该案已经决定", "the rule posts before the decision: the case is decided")
        raise InvalidInput([problem_at(case.number, "wrong_time", text, rule.timing)])


def _check_effect(desk: Desk, case: AssistanceCase, notice: Notice, *, before: bool) -> None:
    month = notice.effective or _last_decided(desk, case)
    text = Text("尚无决定", "nothing is decided yet")
    if month is not None:
        if before == (desk.today < month):
            return
        text = Text(
            f"规定在生效{'前' if before else '后'}公示，该案决定自{month:%Y-%m}起生效",
            f"the rule posts {'before' if before else 'after'} the effect, which is in {month:%Y-%m}",
        )
    raise InvalidInput([problem_at(case.number, "wrong_time", text, case.number)])


def _last_decided(desk: Desk, case: AssistanceCase) -> date | None:
    decisions = decisions_of(desk.session, case.id)
    return decisions[-1].from_month if decisions else None


def _sheet(
    desk: Desk, notice: Notice, rule: PostingRule, path: str, *, village: str | None, lines: list[PostingLine]
) -> Posting:
    sheet = Posting(
        event=rule.event, programme=notice.programme, area=notice.area, division=notice.division, path=path,
        village=village, provision=rule.address, rules_on=desk.today, fields=list(rule.fields), status="drawn",
        drawn_on=desk.today, drawn_by=desk.actor.id, recorded_at=desk.moment, phone=notice.phone, batch=notice.batch,
        repeats_id=notice.repeats, posted_by=None, posters=[], places=[], posted_on=None, days=None, day_kind=None,
        ends_on=None, provisional=False, taken_down_on=None, lines=lines,
    )  # fmt: skip
    desk.session.add(sheet)
    desk.session.flush()
    body = {"posting": sheet.id, "event": rule.event, "cases": len(lines), "provision": rule.address,
            "fields": list(rule.fields), "batch": notice.batch, "repeats": notice.repeats}  # fmt: skip
    desk.record(chain_of_posting(sheet.id), "posting_drawn", body)
    return sheet


def chain_of_posting(posting_id: int) -> str:
    """Return the name of a sheet's chain, which is also the subject of its proofs."""
    return f"posting/{posting_id}"


def posting_of(desk: Desk, posting_id: int) -> Posting:
    """Return a sheet of a place in the officer's area.

    Raises:
        JiuzhuError: ``unknown_posting``.
    """
    found = desk.session.get(Posting, posting_id)
    text = Text("没有这张公示单", "there is no such sheet")
    return desk.found(found, JiuzhuError("unknown_posting", text, value=str(posting_id)))


def is_posted(session: Session, case: AssistanceCase, event: str, on: date) -> bool:
    """Tell whether a case's notice of an event has hung its full days before a day, with no objection left open.

    An objection open today, or one the rule answers by posting again, keeps the line without an end.
    """
    query = (
        select(PostingLine.ended_on)
        .join(Posting)
        .where(PostingLine.case_id == case.id, Posting.event == event)
        .order_by(Posting.id.desc())
    )
    ended = session.scalars(query.limit(1)).first()
    return ended is not None and ended <= on


def postings_due_down(session: Session, on: date) -> list[Posting]:
    """Return the sheets whose days are over and that still hang."""
    query = select(Posting).where(Posting.status == "posted", Posting.ends_on < on).order_by(Posting.ends_on)
    return list(session.scalars(query))


def postings(desk: Desk, division: str, *, overdue: bool = False) -> list[Posting]:
    """Return the sheets of a division's subtree, newest first; ``overdue``: only those to be taken down by now.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    path = desk.path(division)
    desk.require("case.read", path)
    query = select(Posting).where(inside(Posting.path, (path,))).order_by(Posting.id.desc())
    if overdue:
        query = query.where(Posting.status == "posted", Posting.ends_on < desk.today)
    return list(desk.session.scalars(query))


def next_day(day: date) -> date:
    """The first day after the last one a sheet must hang."""
    return day + timedelta(days=1)
