"""The impact of an amendment on the cases of its place, as they stand in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.casework.desk import Desk
from core.casework.uprating.redecision_case import Terms
from core.casework.uprating.redecision_reach import first_payment, from_month
from core.store.tables import Amendment
from regions.amendment import checked_of
from regions.amendment_state import open_amendment, registry_of
from regions.impact import Impact, Progress, impact
from regions.impact_changes import Changes, changes_of
from regions.impact_places import linked_programmes
from regions.impact_stored import StoredCaseload
from regions.preview import preview, without

EFFECTIVE = ("published", "superseded")


def impact_of(desk: Desk, uuid: str, *, starts: Sequence[date] = (), progress: Progress | None = None) -> Impact:
    """Compute what an amendment changes for the cases of its division and all below; a published one against before.

    Raises:
        JiuzhuError: ``unknown_amendment``, ``not_permitted``.
        InvalidInput: what is wrong with a draft today.
    """
    amendment = open_amendment(desk, uuid, "amendment.read", hold=False)
    changes = changes_by(desk, amendment, starts=starts)
    return impact(changes, caseload_of(desk, amendment, changes), progress=progress)


def caseload_of(desk: Desk, amendment: Amendment, changes: Changes) -> StoredCaseload:
    """Return the cases an amendment may change, as they stand."""
    terms = Terms(from_month=from_month(amendment), first_payment=first_payment(amendment), known_before="")
    return StoredCaseload(
        session=desk.session, root=amendment.path, programmes=changes.programmes, on=max(changes.on, desk.today),
        linked=linked_programmes(changes), terms=terms, earliest=min(*changes.starts, terms.from_month),
    )  # fmt: skip


def changes_by(desk: Desk, amendment: Amendment, *, starts: Sequence[date] = ()) -> Changes:
    """Return the rules with and without an amendment."""
    registry = registry_of(desk)
    checked = checked_of(desk, amendment)
    if amendment.status in EFFECTIVE:
        before, after = without(registry, [checked.source]), registry
    else:
        before, after = registry, preview(registry, checked.source, checked.provisions, documents=checked.documents)
    return changes_of(before, after, checked.provisions, starts=starts, first_payment=amendment.first_payment_month)
