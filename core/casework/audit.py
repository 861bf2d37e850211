"""The audit trail as an auditor uses it: verifying chains, anchoring them, reading one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from core.casework.access import denied
from core.casework.desk import Desk
from core.casework.flow.history import CHINA
from core.casework.row_check import row_faults
from core.casework.row_fault import RowFault
from core.casework.sealed_check import sealed_faults
from core.casework.staff import NATION
from core.casework.trail import Fault, Verification, anchor, is_anchored, verify
from core.errors import JiuzhuError, Text
from core.store.tables import Anchor, AssistanceCase, Event, StaffUser

LEFT_TO_THE_COUNTRY = Text(
    "用户和权限、名册导入、亲属关系和公职人员、日历、附件、修订条目、插件等不属于某一地区的登记，核对全国时才核对",
    "what lies at no place (users, rights, imports, kin, offices, calendars, files, amendments' rows, plugins) "
    "is checked for the whole country only",
)
"""What a check of a part of the country does not look at: said beside its answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An event as it is shown, with its officer's login and name; ``late``: it was entered on a later day (补录)."""

    sequence: int
    kind: str
    happened_on: date
    recorded_at: str
    late: bool
    actor: str
    name: str
    reason: str | None
    body: dict[str, Any]
    digest: str


def verify_chains(desk: Desk, *, chain: str | None = None, digest: str | None = None) -> Verification:
    """Read every chain (or one); ``digest`` is an anchor's that was kept elsewhere and must still be there.

    Who may audit anywhere may verify everything: the answer tells positions, no content.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    if not desk.actor.roots("audit.read", desk.today):
        raise denied(desk.actor, "audit.read", NATION)
    found = verify(desk.session, chain=chain)
    if digest is not None and not is_anchored(desk.session, digest):
        return replace(found, faults=(*found.faults, Fault(chain="anchor", sequence=0, what="lost")))
    return found


def check_rows(desk: Desk, path: str) -> Iterator[RowFault]:
    """Yield the rows of a subtree that are not what the trail says, or are sealed for others; rights too for NATION.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    desk.require("audit.read", path)
    yield from row_faults(desk.session, path)
    yield from sealed_faults(desk.session, desk.cipher, path)


def anchor_chains(desk: Desk) -> Anchor:
    """Anchor every chain; keep the digest elsewhere, and a tail lost with its anchors shows too.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    desk.require("audit.anchor", NATION)
    return anchor(desk.session, recorded_at=desk.moment)


def show_chain(desk: Desk, chain: str) -> tuple[Shown, ...]:
    """Return the events of a chain, first to last: a case's for who audits its place, any other for the whole country.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_chain``.
    """
    path = _path(desk, chain)
    if chain.startswith("case/"):
        desk.reach(path, _unknown(chain))
    desk.require("audit.read", path)
    query = (
        select(Event, StaffUser.login, StaffUser.name)
        .outerjoin(StaffUser, StaffUser.id == Event.actor_id)
        .where(Event.chain == chain)
        .order_by(Event.sequence)
    )
    found = tuple(_shown(event, login or "", name or "") for event, login, name in desk.session.execute(query))
    if not found:
        raise _unknown(chain)
    return found


def _unknown(chain: str) -> JiuzhuError:
    text = Text("没有这条审计链", "there is no such chain")
    hint = Text("例如 case/12、payroll/3、staff、registry", "for instance case/12, payroll/3, staff, registry")
    return JiuzhuError("unknown_chain", text, hint=hint, value=chain)


def _path(desk: Desk, chain: str) -> str:
    subject, _, number = chain.partition("/")
    if subject != "case" or not number.isascii() or not number.isdigit() or len(number) > 18:
        return NATION
    return desk.session.scalar(select(AssistanceCase.path).where(AssistanceCase.id == int(number))) or NATION


def _shown(event: Event, actor: str, name: str) -> Shown:
    return Shown(
        sequence=event.sequence,
        kind=event.kind,
        happened_on=event.happened_on,
        recorded_at=event.recorded_at,
        late=datetime.fromisoformat(event.recorded_at).astimezone(CHINA).date() > event.happened_on,
        actor=actor,
        name=name,
        reason=event.reason,
        body=event.body,
        digest=event.digest,
    )
