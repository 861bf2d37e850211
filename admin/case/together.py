"""Where a stage is entered for many households at once: a meeting, a round of visits, a notice on the board."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import select

from admin.case.situation import Situation
from core.casework.flow.stage_rule import Stage
from core.errors import JiuzhuError, Text
from core.store.tables import Posting, PostingLine

PAIR = 2
"""As many go on a round of visits."""


def together(now: Situation, refusal: JiuzhuError | None) -> list[tuple[Text, str]]:
    """Return the pages that do the stage a step is about for every household it waits in, and what must hang first."""
    stage = now.course.procedure.by_key.get(now.about)
    if refusal is not None:
        events = [str(one.value) for one in refusal.problems if one.code == "posting_not_over"]
        return [_notice(now, event) for event in events]
    if stage is None:
        return []
    if stage.participants is not None:
        return [
            (Text("会议记录（多户一起评议）", "record of a meeting (many households)"), _asked(now, stage, "meetings"))
        ]
    if stage.minimum_people >= PAIR and not stage.results:
        return [(Text("入户记录（多户一起走访）", "round of visits (many households)"), _asked(now, stage, "visits"))]
    return []


def _asked(now: Situation, stage: Stage, subject: str) -> str:
    case = now.case
    return url_for(f"{subject}.new", division=case.division, area=case.area, programme=case.programme, stage=stage.key,
                   village=case.village or None)  # fmt: skip


def _notice(now: Situation, event: str) -> tuple[Text, str]:
    """The sheet the case is on, or the page that draws one."""
    case = now.case
    query = (
        select(Posting.id).join(PostingLine)
        .where(PostingLine.case_id == case.id, Posting.event == event, Posting.status.in_(("drawn", "posted")))
        .order_by(Posting.id.desc()).limit(1)
    )  # fmt: skip
    sheet = now.desk.session.scalar(query)
    if sheet is not None:
        return Text(f"公示单 {sheet}", f"sheet {sheet}"), url_for("postings.card", number=sheet)
    address = url_for("postings.new", division=case.division, area=case.area, programme=case.programme, stage=event,
                      village=case.village or None)  # fmt: skip
    return Text("制作公示单", "draw up the notice"), address
