"""What an import leaves beside the households: its job and the events of who put it up, approved and ran it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from benchmarks.bulk.office import MAKER, SIGNER
from benchmarks.bulk.roll import Chunk, Lot, chunks
from benchmarks.bulk.rows import span
from core.casework.job import start_job
from core.casework.roster.opening import Signed
from core.casework.roster.takeover import KIND, Takeover, import_id
from core.casework.staff import actor_of
from core.store.tables import Job
from regions.platform import Platform

FROM, PAID = date(2018, 5, 1), date(2018, 5, 1)
DOCUMENT = "合成数据：存量转入"


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A lot with the terms it comes in on and the digest its roster would have."""

    lot: Lot
    takeover: Takeover
    digest: str

    @property
    def id(self) -> str:
        """The id the import goes by."""
        return import_id(self.takeover, self.digest)


def import_of(lot: Lot, *, rich: bool) -> Import:
    """Return the import of a lot. Rich households bring their own incomes; of the others the roster's is recorded."""
    takeover = Takeover(
        division=lot.division, programme="dibao", area=lot.area, since=FROM, paid_through=PAID, document=DOCUMENT,
        income_item=None if rich else "wage",
    )  # fmt: skip
    digest = hashlib.sha256(f"{lot.division}/{lot.area}/{lot.households}".encode()).hexdigest()
    return Import(lot=lot, takeover=takeover, digest=digest)


def sign(platform: Platform, imports: Sequence[Import]) -> list[Signed]:
    """Return who answers for each import."""
    with platform.reading_desk(SIGNER) as desk:
        maker, signer = actor_of(desk.session, MAKER), desk.actor
    return [
        Signed(takeover=one.takeover, import_id=one.id, prepared_by=maker.id, approved_by=signer.id) for one in imports
    ]


def enter_import(platform: Platform, one: Import, *, monthly: int) -> None:
    """Enter the job as put up by one, approved by another and run to its end; there is no workbook behind it.

    ``monthly`` is what its households get a month, in fen.
    """
    whole = Chunk(lot=one.lot, at=0, households=one.lot.households)
    totals = {"households": one.lot.households, "persons": whole.persons, "monthly": monthly}
    with platform.desk(MAKER) as desk:
        said = {**one.takeover.arguments(), "digest": one.digest, "refused": [], "prepared_by": desk.actor.id,
                "totals": totals}  # fmt: skip
        start_job(desk.session, one.id, KIND, arguments={**said, "file": f"{one.lot.division}.xlsx"},
                  total=one.lot.households, actor_id=desk.actor.id, moment=desk.moment)  # fmt: skip
        desk.record(f"import/{one.id}", "prepared", said)
    with platform.desk(SIGNER) as desk:
        desk.record(f"import/{one.id}", "approved", {"digest": one.digest, **totals})
        done = {"row": -1, "left_out": [], "kept": [], "households": 0}
        for chunk in chunks(one.lot):
            if chunk.households:
                rows = span(chunk)
                done = {**done, "row": rows[1], "households": done["households"] + chunk.households}
                desk.record(f"import/{one.id}", "chunk", {"rows": rows, "opened": chunk.households, "left_out": []})
        desk.record(f"import/{one.id}", "finished", done)
        job = desk.session.get_one(Job, one.id)
        job.cursor, job.done, job.status, job.finished_at = done, one.lot.households, "done", desk.moment
