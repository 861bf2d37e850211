"""How reviews are organised (复核方式): each household on its own date, or all of a place together (campaign).

The ``review_interval`` of the place says which; where it is silent the deployment's setting holds, marked as assumed.
A campaign is due when the first of its households is, and takes them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from core.casework.assumed import ASSUMED, REVIEW
from core.casework.desk import Desk
from core.casework.reviews.review import reviewed_here
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase

CAMPAIGN = "campaign"
MODES = {"anniversary": Text("各户到期复核", "each on its own date"), CAMPAIGN: Text("集中复核", "campaign")}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMode:
    """How a place reviews one class of households (None: those not classed yet), and since when one is due.

    ``provision`` is the rule's address, or that of the assumption where no rule says it.
    """

    division: str
    area: str
    review_class: str | None
    mode: str
    provision: str
    households: int
    first_due: date | None

    @property
    def assumed(self) -> Text | None:
        """What is assumed, where no rule says the mode."""
        return ASSUMED.get(self.provision)


def place_modes(desk: Desk, division: str, *, programme: str) -> list[PlaceMode]:
    """Return how each place of a subtree reviews its households, by area and class.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    return modes_where(desk, reviewed_here(desk, division, programme), programme=programme)


def modes_where(desk: Desk, which: Sequence[ColumnElement[bool]], *, programme: str) -> list[PlaceMode]:
    """Return the same of the cases a condition names, for who may ask about them."""
    keys = (AssistanceCase.division, AssistanceCase.area, AssistanceCase.review_class)
    rows = desk.session.execute(
        select(*keys, func.count().label("households"), func.min(AssistanceCase.review_due).label("first_due"))
        .where(*which)
        .group_by(*keys)
    ).all()
    ruled = {place: _ruled(desk, *place, programme=programme) for place in {(row.division, row.area) for row in rows}}
    found = []
    for row in sorted(rows, key=lambda row: (row.division, row.area, row.review_class or "")):
        by_class = ruled[row.division, row.area]
        mode, provision = by_class.get(row.review_class or "") or by_class[""]
        found.append(PlaceMode(
            division=row.division, area=row.area, review_class=row.review_class, mode=mode, provision=provision,
            households=int(row.households), first_due=row.first_due,
        ))  # fmt: skip
    return found


def _ruled(desk: Desk, division: str, area: str, *, programme: str) -> dict[str, tuple[str, str]]:
    """The mode by class and where it comes from; under no class what holds for who is not classed yet."""
    assumed = {"": (desk.review_mode, REVIEW)}
    try:
        policy = desk.policies.rulebook(division, on=desk.today, area=area, programmes=(programme,)).policy
    except JiuzhuError:
        return assumed  # rules that are broken there say nothing; who reviews is told so when results are entered
    said = {
        line.key: (str(stated["mode"]), line.provision.address)
        for line in policy.lines("review_interval", programme)
        for stated in (line.parent, line.value) if "mode" in stated
    }  # fmt: skip
    return assumed | ({"": next(iter(said.values()))} if len(set(said.values())) == 1 else {}) | said


def due_by(modes: Iterable[PlaceMode], day: date) -> ColumnElement[bool]:
    """Return the condition on cases whose review is due by a day: their own date, or their campaign is due."""
    known = list(modes)
    due = {(one.division, one.area) for one in campaigns(known) if one.first_due is not None and one.first_due <= day}
    whole = [one for one in campaigns(known) if (one.division, one.area) in due]
    return or_(AssistanceCase.review_due <= day, in_groups(whole))


def in_groups(groups: Iterable[PlaceMode]) -> ColumnElement[bool]:
    """Return the condition on cases of some groups; of none it is never true."""
    return or_(false(), *map(_group, groups))


def campaigns(modes: Iterable[PlaceMode]) -> Sequence[PlaceMode]:
    """Return the groups that are reviewed together."""
    return [one for one in modes if one.mode == CAMPAIGN]


def _group(one: PlaceMode) -> ColumnElement[bool]:
    of, group = AssistanceCase.review_class, one.review_class
    same = of.is_(None) if group is None else of == group
    return and_(AssistanceCase.division == one.division, AssistanceCase.area == one.area, same)
