"""What keeps a household out of a batch though its amount is computed: who prepared and signed may not decide on it.

The office that keeps a case today decides about all its months, those lived elsewhere as well: it pays them, and nobody
acts where he has no right. A batch of the place that was left decides only if its people have their right in both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import select

from core.casework.access import within
from core.casework.desk import Desk
from core.casework.people.recusal import ENFORCED, conflicts, suspects
from core.casework.staff import actor_of
from core.casework.uprating.redecision_case import CaseRows
from core.store.tables import OfficeHolder, RedecisionBatch, StaffUser

Bar = Callable[[CaseRows], str | None]
"""Why people, not rules, keep a household from being decided in a batch; None where nothing does."""
BARRED = ("recusal", "moved_away")


def bars_of(desk: Desk, batch: RedecisionBatch) -> Sequence[Bar]:
    """Return what is asked of every household whose amount changes."""
    return _recusal(desk, batch), _reach(desk, batch)


def _recusal(desk: Desk, batch: RedecisionBatch) -> Bar:
    """Tell of a case whether who prepared or signed must step out; asked case by case only of who could have to."""
    users = [one for one in (batch.prepared_by, batch.signed_by) if one is not None]
    known = desk.session.scalars(select(OfficeHolder.id).where(OfficeHolder.user_id.in_(users))).all()
    concerned = sorted(suspects(desk.session, known))

    def must(rows: CaseRows) -> str | None:
        found = (one for holder_id in concerned for one in conflicts(desk, rows.case, holder_id))
        return "recusal" if any(one.effect == ENFORCED for one in found) else None

    return must


def _reach(desk: Desk, batch: RedecisionBatch) -> Bar:
    """Tell of a case kept elsewhere by now whether who prepared and signed have their right there too."""
    asked = (("redecision.prepare", batch.prepared_by), ("redecision.sign", batch.signed_by))
    logins = {action: desk.session.get_one(StaffUser, one).login for action, one in asked if one is not None}
    people = {action: actor_of(desk.session, login) for action, login in logins.items()}

    def lacks(rows: CaseRows) -> str | None:
        path = rows.case.path
        free = within(path, batch.path) or all(one.may(action, path, desk.today) for action, one in people.items())
        return None if free else "moved_away"

    return lacks
