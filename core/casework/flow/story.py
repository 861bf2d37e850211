"""The whole story of a case, in order, ready for an auditor: what happened when, by whom, by which article, and why.

Every event with both its dates, late entries and corrections marked; every decision with its amount and reasons; every
clock, kept or missed. No name of the household: persons are the tokens of the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from core.casework.deciding.decision import decisions_of
from core.casework.desk import Desk
from core.casework.flow.cite import Documents, cited
from core.casework.flow.clock import Deadline, deadlines
from core.casework.flow.clock_text import clock_json, clock_text
from core.casework.flow.history import Happening, history
from core.casework.flow.procedure import Procedure, course_of
from core.casework.flow.story_detail import Names, details
from core.casework.flow.transition import Difference, event_label, status_label, verify_case
from core.errors import Language, Text
from core.policy import Line
from core.store.tables import AssistanceCase, Decision, OfficeHolder, StaffUser
from core.values import fraction_text, yuan_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event of the story."""

    happening: Happening
    what: Text
    who: str
    cite: str
    details: tuple[Text, ...]

    def to_json(self, language: Language) -> dict[str, Any]:
        """Return the entry as JSON, sentences in ``language``."""
        one = self.happening
        return {
            "number": one.sequence,
            "kind": one.key,
            "what": self.what.pick(language),
            "happened_on": one.happened_on.isoformat(),
            "recorded_on": one.recorded_on.isoformat(),
            "late": one.is_late,
            "corrected_by": list(one.corrections),
            "void": one.void,
            "who": self.who,
            "cite": self.cite,
            "details": [text.pick(language) for text in self.details],
            "reason": one.reason,
        }

    def line(self, language: Language) -> str:
        """Return the entry as one paragraph of text."""
        one, zh = self.happening, language == "zh"
        marks = ["补录" if zh else "late entry"] if one.is_late else []
        marks += ["已更正" if zh else "corrected"] if one.corrections else []
        marks += ["作废" if zh else "void"] if one.void else []
        entered = (f"{one.recorded_on}录入" if zh else f"entered {one.recorded_on}") if one.is_late else ""
        tail = "，".join(filter(None, [*marks, entered])) if zh else ", ".join(filter(None, [*marks, entered]))
        head = f"{one.happened_on}  {one.sequence:>3}  {self.what.pick(language)}" + (f"  [{tail}]" if tail else "")
        rest = [f"{self.who}  {self.cite}".strip(), *(text.pick(language) for text in self.details)]
        rest += [("理由：" if zh else "reason: ") + one.reason] if one.reason else []
        return "\n".join([head, *(f"            {text}" for text in rest if text)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A case told from its first event to its last."""

    case: AssistanceCase
    entries: tuple[Entry, ...]
    clocks: tuple[Deadline, ...]
    decisions: tuple[Decision, ...]
    differences: tuple[Difference, ...]

    def to_json(self, language: Language) -> dict[str, Any]:
        """Return the story as JSON, sentences in ``language``."""
        case = self.case
        return {
            "number": case.number,
            "programme": case.programme,
            "division": case.division,
            "area": case.area,
            "status": case.status,
            "status_text": status_label(case.status).pick(language),
            "opened_on": case.opened_on.isoformat(),
            "accepted_on": case.accepted_on.isoformat() if case.accepted_on else None,
            "rules_on": case.rules_on.isoformat(),
            "events": [one.to_json(language) for one in self.entries],
            "clocks": [clock_json(one, language) for one in self.clocks],
            "decisions": [_decision_json(one) for one in self.decisions],
            "differences": [
                {"column": one.column, "kept": str(one.kept), "by_events": str(one.derived)} for one in self.differences
            ],
        }

    def text(self, language: Language) -> str:
        """Return the story as text."""
        zh, case = language == "zh", self.case
        place = f"{case.division} {case.village or ''}".strip()
        lines = [
            f"案件 {case.number}（{place}）：{status_label(case.status).zh}"
            if zh
            else f"case {case.number} ({place}): {status_label(case.status).en}",
            f"适用 {case.rules_on} 的程序" if zh else f"under the procedure of {case.rules_on}",
            *(one.line(language) for one in self.entries),
            "期限" if zh else "clocks",
            *(f"  {clock_text(one).pick(language)}" for one in self.clocks),
        ]
        if self.differences:
            lines.append("! 登记状态与事件不符：" if zh else "! the row does not agree with its events:")
            lines += [f"  {one.column}: {one.kept} ≠ {one.derived}" for one in self.differences]
        return "\n".join(lines)


def story_of(desk: Desk, case: AssistanceCase) -> Story:
    """Tell a case.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    desk.require("case.read", case.path)
    course = course_of(desk, case)
    decisions = decisions_of(desk.session, case.id)
    names = _names(desk, case, course.state.happenings)
    return Story(
        case=case,
        entries=tuple(_entry(one, course.procedure, decisions, names) for one in history(desk.session, case.id)),
        clocks=tuple(deadlines(desk, case, course=course)),
        decisions=tuple(decisions),
        differences=verify_case(desk.session, case),
    )


def _entry(one: Happening, procedure: Procedure, decisions: Sequence[Decision], names: _Names) -> Entry:
    key = one.body.get("stage") if one.kind == "stage" else one.kind if one.kind in procedure.by_key else None
    stage = procedure.by_key.get(str(key)) if key else None
    what = stage.label if stage is not None else event_label(str(key) if one.kind == "stage" else one.key)
    made = next((row for row in decisions if one.kind == "decided" and row.number == one.body["decision"]), None)
    cite = one.body.get("cite") or (str(made.basis.get("cite", "")) if made is not None else "")
    return Entry(
        happening=one,
        what=what,
        who=names.of(one),
        cite=cited(str(cite), names.documents),
        details=tuple(details(one, made, names.spoken)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """Officers by user id; persons in office by number: their posts, not their names."""

    users: Mapping[int, str]
    spoken: Names
    documents: Documents

    def of(self, one: Happening) -> str:
        return self.users.get(one.actor_id or 0, "")


def _names(desk: Desk, case: AssistanceCase, happenings: Sequence[Happening]) -> _Names:
    actors = {one.actor_id for one in happenings if one.actor_id is not None}
    users = desk.session.execute(select(StaffUser.id, StaffUser.name).where(StaffUser.id.in_(sorted(actors))))
    numbers = {number for one in happenings for number in one.body.get("by", ()) if isinstance(number, int)}
    held = desk.session.scalars(select(OfficeHolder).where(OfficeHolder.id.in_(sorted(numbers))))
    return _Names(
        users={one.id: one.name for one in users},
        spoken=Names(
            officials={one.id: _official(one) for one in held}, findings=_findings(desk, case), place=desk.tree.name
        ),
        documents=desk.policies.documents,
    )


def _findings(desk: Desk, case: AssistanceCase) -> Mapping[str, Line]:
    programmes = (case.programme,)
    book = desk.policies.rulebook(case.division, on=desk.today, area=case.area, programmes=programmes)
    return {one.key: one for one in book.policy.lines("finding", case.programme)}


def _official(one: OfficeHolder) -> Text:
    post = one.posts[0] if one.posts else None
    held = f"{post.unit}{post.position}" if post is not None else ""
    return Text(f"名册第{one.id}号{held}", f"no. {one.id} {held}".strip())


def _decision_json(row: Decision) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind,
        "decided_on": row.decided_on.isoformat(),
        "from_month": f"{row.from_month:%Y-%m}",
        "until_month": f"{row.until_month:%Y-%m}" if row.until_month else None,
        "monthly_fen": fraction_text(row.monthly),
        "monthly_yuan": yuan_text(row.monthly),
        "parts_fen": dict(row.parts),
        "policy": row.policy_hash,
        "basis": row.basis,
    }
