"""A draw as its page shows it: what was drawn and found, and who may look at a case and who may not, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from core.casework.access import denied
from core.casework.desk import Desk
from core.casework.people.office import holder
from core.casework.people.person import shown_name
from core.casework.people.recusal import ENFORCED, conflicts
from core.casework.people.seats import Seat, name_of, seats
from core.casework.reviews.sample_check import STAGE, unfit
from core.casework.reviews.sampling import draw_of, drawn_cases
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, Person, SampleCheck, SampleDraw, SampleItem


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """A drawn case and what was found there."""

    number: str
    head: str = field(repr=False)
    division: str
    village: str | None
    stratum: str
    rank: int
    checked_on: date | None
    inspectors: Sequence[str]
    outcome: str | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspector:
    """Somebody who could check a case; ``because`` says why he may not."""

    seat: Seat
    because: Sequence[Text]


def draw_for(desk: Desk, draw_id: int) -> SampleDraw:
    """Return a draw, for whoever may read the cases of its place.

    Raises:
        JiuzhuError: ``unknown_draw``, ``not_permitted``.
    """
    made = draw_of(desk, draw_id)
    if not desk.actor.may("case.read", made.path, desk.today):
        raise denied(desk.actor, "case.read", made.path)
    return made


def item_lines(desk: Desk, draw_id: int) -> list[ItemLine]:
    """Return the drawn cases in order, with what was found.

    Raises:
        JiuzhuError: ``unknown_draw``, ``not_permitted``, ``draw_altered``.
    """
    query = (
        select(SampleCheck).join(SampleItem, SampleItem.id == SampleCheck.item_id).where(SampleItem.draw_id == draw_id)
    )
    checks = {one.item_id: one for one in desk.session.scalars(query)}
    return [_line(desk, item, case, checks.get(item.id)) for item, case in drawn_cases(desk, draw_id)]


def _line(desk: Desk, item: SampleItem, case: AssistanceCase, check: SampleCheck | None) -> ItemLine:
    return ItemLine(
        number=case.number, head=shown_name(desk, desk.session.get_one(Person, case.head_id)), division=case.division,
        village=case.village, stratum=item.stratum, rank=item.rank,
        checked_on=check.checked_on if check is not None else None,
        inspectors=[name_of(desk, one) for one in check.inspectors] if check is not None else (),
        outcome=check.outcome if check is not None else None, note=check.note if check is not None else None,
    )  # fmt: skip


def inspectors(desk: Desk, draw_id: int, number: str, *, on: date) -> list[Inspector]:
    """Return who is in office at a drawn case's place, each with what keeps him from checking it.

    Raises:
        JiuzhuError: ``unknown_draw``, ``not_permitted``, ``not_drawn``.
    """
    case = next((one for _, one in drawn_cases(desk, draw_id) if one.number == number), None)
    if case is None:
        raise JiuzhuError("not_drawn", Text("该户不在抽取名单中", "the case was not drawn"), value=number)
    return [Inspector(seat=one, because=_because(desk, case, one, on)) for one in seats(desk, case.division, on=on)]


def _because(desk: Desk, case: AssistanceCase, seat: Seat, on: date) -> list[Text]:
    told = [one.message for one in unfit(desk, case, holder(desk, seat.holder), on=on)]
    told += [one.reason for one in conflicts(desk, case, seat.holder, stage=STAGE, on=on) if one.effect == ENFORCED]
    return list(dict.fromkeys(told))
