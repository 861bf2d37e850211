"""Amendments: propose → submit → approve, reject or send back → (file) → publish; withdrawn, superseded, rolled back.

A set is published as a whole or not at all: the registry's entry, the status and the event are one transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.rounds.proof import Photo, attach
from core.errors import InvalidInput, JiuzhuError, Problem, Text
from core.provision import Json, Provision
from core.slot import same_slot
from core.source import Located
from core.store.tables import Amendment, AmendmentRow, Attachment, RedecisionBatch
from regions.amendment_check import Checked, check, relying_on
from regions.amendment_draft import Draft, Paper, draft_of, read_draft
from regions.amendment_rows import row_faults
from regions.amendment_state import moved, open_amendment, record, registry_of, require_another, require_status

REPLACED_SINCE = "replaced_since"
"""The code of a finding that outlives a new check: a rollback left a row out, another value rules there by now."""

# Proposing -----------------------------------------------------------------------------------------------------------


def propose(
    desk: Desk, source: Located, *, revise: str | None = None, rolls_back: str | None = None, version: int | None = None
) -> Amendment:
    """Register a document with its changed values as a draft, or write a draft anew (``version``: the one seen).

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``, ``conflict``; ``amendment_state`` when what is revised is
            no draft.
        InvalidInput: every fault of the document and of the rows, each with row and field.
    """
    draft = _read(desk, source)
    path = desk.path(draft.division)
    desk.require("amendment.propose", path)
    amendment = _draft(desk, revise, version) if revise else Amendment(uuid=secrets.token_hex(16))
    amendment.rows = []
    desk.session.flush()  # the positions of the rows written anew are free again
    checked = check(registry_of(desk), draft, amendment.uuid)
    _write(amendment, checked, path)
    amendment.status, amendment.rolls_back = "draft", rolls_back or amendment.rolls_back
    amendment.version = (amendment.version or 0) + 1
    amendment.proposed_by, amendment.proposed_at = desk.actor.id, desk.moment
    desk.session.add(amendment)
    desk.session.flush()
    record(desk, amendment, "revised" if revise else "proposed", {"rows": len(amendment.rows)})
    return amendment


def _read(desk: Desk, source: Located) -> Draft:
    """Read the document; where it has faults, those of the rows are told with them."""
    try:
        return read_draft(source)
    except InvalidInput as error:
        raise InvalidInput([*error.problems, *row_faults(registry_of(desk), source, "draft")]) from None


def _draft(desk: Desk, uuid: str, version: int | None) -> Amendment:
    amendment = open_amendment(desk, uuid, "amendment.propose", version=version)
    require_status(amendment, "draft")
    return amendment


def _write(amendment: Amendment, checked: Checked, path: str) -> None:
    draft = checked.draft
    amendment.division, amendment.path = draft.division, path
    _write_paper(amendment, draft.paper)
    _note_findings(amendment, checked)
    amendment.rows = [
        AmendmentRow(position=position, raw=dict(raw), previous=_previous(checked, position))
        for position, raw in enumerate(draft.rows)
    ]


def _write_paper(amendment: Amendment, paper: Paper) -> None:
    amendment.title, amendment.issuer, amendment.number = paper.title, paper.issuer, paper.number
    amendment.issued, amendment.announced, amendment.effective = paper.issued, paper.announced, paper.effective
    amendment.first_payment_month, amendment.arrears_from = paper.first_payment_month, paper.arrears_from
    amendment.filed_on, amendment.assurance = paper.filed, paper.assurance


def _note_findings(amendment: Amendment, checked: Checked) -> None:
    """Keep what the check found, and what a rollback left out."""
    kept = [one for one in amendment.findings or () if one["code"] == REPLACED_SINCE]
    amendment.findings = [*map(finding_json, checked.findings), *kept]


def finding_json(one: Problem) -> dict[str, Json]:
    """Return a finding as it is kept."""
    where = one.where.path if one.where else ""
    return {"code": one.code, "zh": one.message.zh, "en": one.message.en, "where": where}


def _previous(checked: Checked, position: int) -> dict[str, Json] | None:
    """What the row replaces, by item, as it was when proposed: the 原标准 column, and what a rollback re-issues."""
    found = {
        row.provision.key: {"value": dict(row.previous.value), "status": row.previous.status,
                            "provision": row.previous.address}
        for row in checked.rows
        if row.position == position and row.previous is not None
    }  # fmt: skip
    return found or None


# Deciding ------------------------------------------------------------------------------------------------------------


def submit(desk: Desk, uuid: str, *, version: int | None = None) -> Amendment:
    """Hand a draft to those who decide, checked once more against the rules of today.

    Raises:
        JiuzhuError: ``not_permitted``, ``amendment_state``, ``conflict``.
        InvalidInput: what has become wrong with it.
    """
    amendment = open_amendment(desk, uuid, "amendment.propose", version=version)
    require_status(amendment, "draft")
    checked = check(registry_of(desk), draft_of(amendment), amendment.uuid)
    _note_findings(amendment, checked)
    return moved(desk, amendment, "submitted", "submitted")


def approve(desk: Desk, uuid: str, *, version: int | None = None, reason: str | None = None) -> Amendment:
    """Approve a submitted amendment; never one's own.

    Raises:
        JiuzhuError: ``not_permitted``, ``amendment_state``, ``conflict``, ``same_person``.
        InvalidInput: what has become wrong with it.
    """
    amendment = _to_decide(desk, uuid, version)
    check(registry_of(desk), draft_of(amendment), amendment.uuid)
    amendment.approved_by, amendment.approved_at = desk.actor.id, desk.moment
    return moved(desk, amendment, "approved", "approved", reason=reason)


def reject(desk: Desk, uuid: str, *, reason: str, version: int | None = None) -> Amendment:
    """Refuse a submitted amendment for good."""
    return moved(desk, _to_decide(desk, uuid, version), "rejected", "rejected", reason=reason)


def send_back(desk: Desk, uuid: str, *, reason: str, version: int | None = None) -> Amendment:
    """Return a submitted amendment to its author as a draft."""
    return moved(desk, _to_decide(desk, uuid, version), "draft", "sent_back", reason=reason)


def _to_decide(desk: Desk, uuid: str, version: int | None) -> Amendment:
    amendment = open_amendment(desk, uuid, "amendment.decide", version=version)
    require_status(amendment, "submitted")
    require_another(desk, amendment)
    return amendment


def attach_paper(desk: Desk, uuid: str, paper: Photo) -> Attachment:
    """Keep a scan of the document beside its amendment (附件).

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_amendment``, ``empty_file``, ``file_too_large``,
            ``unknown_file_type``.
    """
    amendment = open_amendment(desk, uuid, "amendment.propose")
    kept = attach(desk, f"amendment/{amendment.uuid}", paper)
    record(desk, amendment, "attached", {"attachment": kept.id, "digest": kept.digest})
    return kept


# Filing and publishing -----------------------------------------------------------------------------------------------


def file_with_superior(desk: Desk, uuid: str, *, filed_on: date, filed_with: str) -> Amendment:
    """Record that an approved set was filed with the level above (备案).

    Raises:
        JiuzhuError: ``not_permitted``, ``amendment_state``, ``in_the_future``.
    """
    amendment = open_amendment(desk, uuid, "amendment.file")
    require_status(amendment, "approved")
    amendment.filed_on, amendment.filed_with = filed_on, filed_with
    amendment.version += 1
    desk.session.flush()
    record(desk, amendment, "filed", {"filed_on": filed_on.isoformat(), "with": filed_with}, happened_on=filed_on)
    return amendment


def publish(desk: Desk, uuid: str, *, version: int | None = None) -> Amendment:
    """Publish an approved set as a whole: from this commit on every process answers by it.

    Values whose start lies ahead are published now and hold from their day.

    Raises:
        JiuzhuError: ``not_permitted``, ``amendment_state``, ``conflict``, ``same_person``, ``filing_missing``.
        InvalidInput: what has become wrong with it since it was approved.
    """
    amendment = open_amendment(desk, uuid, "amendment.publish", version=version)
    require_status(amendment, "approved")
    require_another(desk, amendment)
    registry = registry_of(desk)
    registry.log.hold(desk.session)  # two publications queue here, so the check below sees the other's rows
    checked = check(registry, draft_of(amendment), amendment.uuid)
    _require_filed(amendment, checked)
    registry.log.publish(desk.session, checked.source, str(amendment.version), checked.provisions)
    amendment.published_by, amendment.published_at = desk.actor.id, desk.moment
    moved(desk, amendment, "published", "published", body={"contents": [one.content for one in checked.provisions]})
    _supersede(desk, amendment, checked)
    return amendment


def _require_filed(amendment: Amendment, checked: Checked) -> None:
    if checked.filing and amendment.filed_on is None:
        cites = "、".join(str(one.citation) for one in checked.filing)
        text = Text(
            f"标准须先报上一级备案再公布（{cites}）",
            f"must be filed with the level above before it is announced ({cites})",
        )
        hint = Text("请先登记备案：备案日期和受理机关", "record the filing first: the day and the authority")
        raise JiuzhuError("filing_missing", text, hint=hint, value=amendment.uuid)


def _supersede(desk: Desk, amendment: Amendment, checked: Checked) -> None:
    """Mark earlier amendments of the place whose every row a later row of this one replaces."""
    query = select(Amendment).where(Amendment.status == "published", Amendment.path == amendment.path)
    for earlier in desk.session.scalars(query.where(Amendment.uuid != amendment.uuid).with_for_update()):
        ruled = published_provisions(desk, earlier.uuid)
        if ruled and all(any(_replaces(new, old) for new in checked.provisions) for old in ruled):
            earlier.superseded_by = amendment.uuid
            moved(desk, earlier, "superseded", "superseded", body={"by": amendment.uuid})


def _replaces(new: Provision, old: Provision) -> bool:
    begun = (old.period.start.day or date.min) <= (new.period.start.day or date.min)
    return same_slot(new, old) and begun


def published_provisions(desk: Desk, uuid: str) -> tuple[Provision, ...]:
    """Return what an amendment rules as published, with revisions; nothing when it is not, or was withdrawn."""
    return tuple(one for one in registry_of(desk).provisions() if one.id.startswith(f"amendment/{uuid}/"))


# Taking back ---------------------------------------------------------------------------------------------------------


def withdraw(desk: Desk, uuid: str, *, reason: str, version: int | None = None) -> Amendment:
    """Take an amendment back before it has any effect.

    Raises:
        JiuzhuError: ``not_permitted``, ``conflict``, ``amendment_state``; ``already_in_effect``, which only a rollback
            can answer.
        InvalidInput: ``relied_upon``: what another amendment's end has counted on.
    """
    amendment = open_amendment(desk, uuid, "amendment.publish", version=version)
    require_status(amendment, "draft", "submitted", "approved", "published")
    if amendment.status == "published":
        registry = registry_of(desk)
        registry.log.hold(desk.session)
        _require_ahead(desk, published_provisions(desk, amendment.uuid))
        _require_no_batch(desk, amendment.uuid)
        if relied := list(relying_on(registry, amendment.uuid)):
            raise InvalidInput(relied)
        registry.log.publish(desk.session, f"amendment/{amendment.uuid}", str(amendment.version), ())
        _restore(desk, amendment.uuid)
    return moved(desk, amendment, "withdrawn", "withdrawn", reason=reason)


def _require_ahead(desk: Desk, ruled: Iterable[Provision]) -> None:
    begun = [one for one in ruled if one.period.begun(desk.today)]
    if begun:
        text = Text("修订已经生效，不能撤回", "the amendment is in effect and cannot be withdrawn")
        hint = Text("请用“恢复原值”另拟一份修订", "restore the earlier values by an amendment of its own")
        raise JiuzhuError("already_in_effect", text, hint=hint, value=str(begun[0].period.start.day))


def _require_no_batch(desk: Desk, uuid: str) -> None:
    """Decisions that rest on an amendment must go first."""
    query = select(RedecisionBatch.id).where(RedecisionBatch.amendment == uuid, RedecisionBatch.status != "withdrawn")
    batch = desk.session.scalars(query.limit(1)).first()
    if batch is not None:
        text = Text("已有批量调标批次，须先撤回批次", "there is a re-decision batch: withdraw that first")
        raise JiuzhuError("batch_exists", text, value=batch)


def _restore(desk: Desk, uuid: str) -> None:
    """What the withdrawn amendment had superseded stands again."""
    query = select(Amendment).where(Amendment.superseded_by == uuid).with_for_update()
    for earlier in desk.session.scalars(query):
        earlier.superseded_by = None
        moved(desk, earlier, "published", "restored", body={"withdrawn": uuid})


def checked_of(desk: Desk, amendment: Amendment) -> Checked:
    """Check a stored amendment against the rules of today."""
    return check(registry_of(desk), draft_of(amendment), amendment.uuid)
