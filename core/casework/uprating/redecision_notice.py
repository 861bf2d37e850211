"""One notice a village for an uprating (批量公示), where the rule has changes of the amount posted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from core.casework.deciding.decision import whole_fen
from core.casework.desk import Desk
from core.casework.rounds.posting import Notice, draw
from core.casework.rounds.posting_rule import PostingRule, posting_rule
from core.casework.uprating.redecision import batch_of, record, require_status
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, Posting, RedecisionBatch, RedecisionRow

EVENT = "change"
"""The publicity event of an uprating (补助水平变动公示)."""
NO_RULE = "no_publicity_rule"
Group = tuple[str, str, str]
"""A division, area and programme: what one publicity rule is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchNotice:
    """Where to object, and whom an exception of the rule spares: case number → whether, where no formula says so."""

    phone: str
    excepted: Mapping[str, bool] = field(default_factory=dict)


def draw_notices(desk: Desk, batch_id: str, notice: BatchNotice) -> list[Posting]:
    """Draw the sheets of a batch: one a village (and a programme and area, each by its own rule), with every household.

    A place whose rules have no such posting gets no sheet. Households of the exceptions are on none.

    Raises:
        JiuzhuError: ``not_permitted``, ``batch_state``; ``notice_drawn`` when the batch has its sheets already;
            ``no_publicity_rule`` when no place of the batch has one; ``gap``.
        InvalidInput: every fault of the lines.
    """
    batch = batch_of(desk, batch_id, "posting.draw")
    require_status(batch, "prepared", "signed", "decided")
    _refuse_again(desk, batch)
    sheets: list[Posting] = []
    missing: JiuzhuError | None = None
    for group, rows in sorted(_groups(desk, batch).items()):
        try:
            rule = _rule(desk, group)
        except JiuzhuError as error:
            if error.code != NO_RULE:
                raise
            missing = error
            continue
        sheets += draw(desk, _notice(batch, group, rows, rule=rule, given=notice))
    if missing is not None and not sheets:
        raise missing
    record(desk, batch, "notice_drawn", {"postings": [one.id for one in sheets]})
    return sheets


def _refuse_again(desk: Desk, batch: RedecisionBatch) -> None:
    drawn = desk.session.scalars(select(Posting.id).where(Posting.batch == batch.id, Posting.event == EVENT)).all()
    if drawn:
        text = Text("本批次的公示单已经制作", "the sheets of the batch are drawn already")
        hint = Text("异议后重新公示的，请注明重复哪一次公示", "after an objection say which sheet the new one repeats")
        raise JiuzhuError("notice_drawn", text, hint=hint, value=" ".join(map(str, sorted(drawn))))


Rows = list[tuple[AssistanceCase, RedecisionRow]]


def _groups(desk: Desk, batch: RedecisionBatch) -> dict[Group, Rows]:
    query = (
        select(AssistanceCase, RedecisionRow)
        .join(RedecisionRow, RedecisionRow.case_id == AssistanceCase.id)
        .where(RedecisionRow.batch == batch.id, RedecisionRow.exception.is_(None))
        .order_by(AssistanceCase.number)
    )
    found: dict[Group, Rows] = defaultdict(list)
    for case, row in desk.session.execute(query):
        found[case.division, case.area, case.programme].append((case, row))
    return found


def _rule(desk: Desk, group: Group) -> PostingRule:
    division, area, programme = group
    book = desk.policies.rulebook(division, on=desk.today, area=area, programmes=(programme,))
    return posting_rule(desk, book.policy, programme, EVENT)


def _notice(batch: RedecisionBatch, group: Group, rows: Rows, *, rule: PostingRule, given: BatchNotice) -> Notice:
    division, area, programme = group
    return Notice(
        event=EVENT, division=division, programme=programme, area=area, phone=given.phone, batch=batch.id,
        cases=[case.number for case, _ in rows], excepted=given.excepted,
        values={case.number: _values(row, rule) for case, row in rows},
        decided=batch.status == "decided", effective=batch.first_payment_month,
    )  # fmt: skip


def _values(row: RedecisionRow, rule: PostingRule) -> dict[str, Any]:
    """What only the batch knows: the new amount and which way it goes, as far as the rule lists them."""
    after, before = row.after or Fraction(0), row.before or Fraction(0)
    known = {"amount": whole_fen(after), "change": "increase" if after >= before else "reduce"}
    return {name: value for name, value in known.items() if name in rule.fields}
