"""Impact previews as long work: computed once, kept with every household, shown again to whoever asks.

The work writes nothing but itself, so a killed preview is computed anew from its first household. It is outdated when
the amendment, the rules or the caseload of its place have moved on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from core.casework.desk import Desk
from core.casework.job import start_job
from core.casework.people.person import shown_name
from core.casework.scope import inside
from core.errors import Text
from core.store.base import canonical
from core.store.engine import Store
from core.store.tables import (
    Amendment,
    AssistanceCase,
    ImpactHousehold,
    ImpactPreview,
    Job,
    Person,
)
from regions.amendment_impact import caseload_of, changes_by
from regions.amendment_report import impact_json
from regions.amendment_state import open_amendment
from regions.caseload_standing import caseload_standing, moved
from regions.impact import Impact, Outcome, begin, count_cases

KIND = "impact_preview"
STEP = 1_000
"""Households between two notes of how far it is."""


def ask(desk: Desk, uuid: str, *, starts: Sequence[date] = ()) -> ImpactPreview:
    """Return the preview of an amendment as everything stands now, with its job; begun where there is none yet.

    Raises:
        JiuzhuError: ``unknown_amendment``, ``not_permitted``.
        InvalidInput: what is wrong with a draft today.
    """
    amendment = open_amendment(desk, uuid, "amendment.read", hold=False)
    changes_by(desk, amendment, starts=starts)  # what is wrong with it is told now, not by the job
    months = [f"{one:%Y-%m}" for one in starts]
    basis = basis_of(desk, amendment)
    id_ = f"impact/{amendment.uuid[:16]}/{hashlib.sha256(canonical([basis, months])).hexdigest()[:24]}"
    found = desk.session.get(ImpactPreview, id_)
    if found is None:
        found = ImpactPreview(id=id_, amendment=amendment.uuid, path=amendment.path, basis=basis, starts=months,
                              result=None, asked_by=desk.actor.id, asked_at=desk.moment)  # fmt: skip
        desk.session.add(found)
        desk.session.flush()
    job = desk.session.get(Job, id_, with_for_update=True)
    if job is None:
        start_job(desk.session, id_, KIND, arguments={"division": amendment.division}, total=int(basis["cases"]),
                  actor_id=desk.actor.id, moment=desk.moment)  # fmt: skip
    elif job.status == "cancelled" or latest(desk, amendment.uuid) is not found:
        job.status, job.done, job.finished_at, found.result = "running", 0, None, None
        found.asked_by, found.asked_at = desk.actor.id, desk.moment
    return found


def basis_of(desk: Desk, amendment: Amendment) -> dict[str, Any]:
    """Return what a preview rests on: what the amendment says, the rules, the day, the newest of the place's cases.

    Its submission and approval count in its version and change none of it.
    """
    days = [str(one) for one in (amendment.effective, amendment.first_payment_month, amendment.arrears_from)]
    said = hashlib.sha256(canonical([days, [one.raw for one in amendment.rows]])).hexdigest()
    return {"amendment": said, **caseload_standing(desk, amendment.path)}


def latest(desk: Desk, uuid: str) -> ImpactPreview | None:
    """Return the newest preview of an amendment, whoever asked for it.

    Raises:
        JiuzhuError: ``unknown_amendment``, ``not_permitted``.
    """
    amendment = open_amendment(desk, uuid, "amendment.read", hold=False)
    query = select(ImpactPreview).where(ImpactPreview.amendment == amendment.uuid)
    return desk.session.scalars(query.order_by(ImpactPreview.asked_at.desc(), ImpactPreview.id).limit(1)).first()


def moved_on(desk: Desk, preview: ImpactPreview) -> list[Text]:
    """Return what has moved on since a preview was asked for; nothing while it holds."""
    amendment = desk.session.get_one(Amendment, preview.amendment)
    return moved(preview.basis, basis_of(desk, amendment))


# The work ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class _Work:
    """A preview under way: what is counted, and the households not written yet."""

    store: Store
    job_id: str
    rows: list[dict[str, Any]] = field(default_factory=list)

    def note(self, one: Outcome) -> None:
        """Take a household down."""
        self.rows.append({
            "preview": self.job_id, "case_number": one.reference, "programme": one.programme,
            "standing": one.standing, "change": one.change, "persons": one.persons, "before": one.before,
            "after": one.after,
        })  # fmt: skip

    def write(self, done: int) -> Job:
        """Write the households so far and how many are done; the job as it is then, perhaps cancelled."""
        with self.store.writing() as session:
            job = session.get_one(Job, self.job_id, with_for_update=True)
            if job.status == "running":
                if self.rows:
                    session.execute(insert(ImpactHousehold), self.rows)
                job.done = done
        self.rows = []
        return job


def run(store: Store, desk: Desk, job: Job) -> Iterator[Job]:
    """Compute a preview from its first household on (see ``regions.jobs``)."""
    work = _Work(store=store, job_id=job.id)
    with store.writing() as session:
        session.execute(delete(ImpactHousehold).where(ImpactHousehold.preview == job.id))
        _forget_older(session, job.id)
    with store.reading() as session:
        here = replace(desk, session=session)  # nothing is opened here: the keys are left to whoever would change them
        preview = session.get_one(ImpactPreview, job.id)
        amendment = open_amendment(here, preview.amendment, "amendment.read", hold=False)
        changes = changes_by(here, amendment, starts=[date.fromisoformat(f"{one}-01") for one in preview.starts])
        source = caseload_of(here, amendment, changes)
        found = begin(changes, source)
        done = 0
        for done in count_cases(found, source, note=work.note):
            if done % STEP == 0:
                now = work.write(done)
                yield now
                if now.status != "running":
                    return
    yield _finish(work, found, done, desk.moment)


def _finish(work: _Work, found: Impact, done: int, moment: str) -> Job:
    with work.store.writing() as session:
        job = session.get_one(Job, work.job_id, with_for_update=True)
        if job.status == "running":
            if work.rows:
                session.execute(insert(ImpactHousehold), work.rows)
            session.get_one(ImpactPreview, work.job_id).result = {
                "zh": impact_json(found, "zh"),
                "en": impact_json(found, "en"),
            }
            job.done = job.total = done
            job.status, job.finished_at = "done", moment
    return job


def _forget_older(session: Session, id_: str) -> None:
    """The households of an amendment's earlier previews are not kept: nobody asks for them again."""
    own = session.get_one(ImpactPreview, id_)
    older = select(ImpactPreview.id).where(ImpactPreview.amendment == own.amendment, ImpactPreview.id != id_)
    session.execute(delete(ImpactHousehold).where(ImpactHousehold.preview.in_(older)))


# The households ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A household of the list: the case by its number, the head as shown, and what becomes of it."""

    row: ImpactHousehold
    case: AssistanceCase
    head: str


def affected(
    desk: Desk, preview: ImpactPreview, *, change: str, after: int = 0, limit: int = 50
) -> tuple[list[Affected], int | None]:
    """Return the households to whom something happens, where the actor may read cases, and where the next page begins.

    Raises:
        JiuzhuError: ``not_permitted`` for who may read no case there.
    """
    roots = desk.actor.roots("case.read", desk.today)
    if not roots:
        desk.require("case.read", preview.path)
    query = (
        select(ImpactHousehold, AssistanceCase, Person)
        .join(AssistanceCase, AssistanceCase.number == ImpactHousehold.case_number)
        .join(Person, Person.id == AssistanceCase.head_id)
        .where(ImpactHousehold.preview == preview.id, ImpactHousehold.change == change, ImpactHousehold.id > after)
        .where(inside(AssistanceCase.path, roots))
        .order_by(ImpactHousehold.id)
        .limit(limit + 1)
    )
    rows = desk.session.execute(query).all()
    found = [Affected(row=row, case=case, head=shown_name(desk, head)) for row, case, head in rows[:limit]]
    return found, rows[limit - 1][0].id if len(rows) > limit else None
