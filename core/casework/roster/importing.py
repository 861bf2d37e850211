"""Importing a roster: prepared by one person, approved by another, then opened chunk by chunk as a durable job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.deciding.decision import refuse_own
from core.casework.desk import Desk
from core.casework.job import Step, run_job, start_job
from core.casework.people.person import kept
from core.casework.roster.entry import Entry, read_entry
from core.casework.roster.examination import Examination, Progress, examine, open_roster
from core.casework.roster.known import Rules, index_of, look_up
from core.casework.roster.opening import Opening, Review, Signed, identity_of, new_person, open_cases
from core.casework.roster.place import Gazetteer
from core.casework.roster.takeover import KIND, Takeover, digest_of_file, import_id, sound
from core.casework.workbook import Row
from core.errors import JiuzhuError, Text
from core.store.engine import Store
from core.store.tables import Event, Job
from core.store.turn import take_turn

CHUNK = 500
"""Households a transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A roster examined. ``job`` is None where nothing may be imported; then ``examination`` says why."""

    import_id: str
    examination: Examination
    job: Job | None
    totals: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A roster held against itself and the database: on which terms, which file of which content, with what result."""

    takeover: Takeover
    path: Path
    digest: str
    examination: Examination


def prepare_import(desk: Desk, takeover: Takeover, path: Path, *, progress: Progress | None = None) -> Prepared:
    """Examine a roster and put it up, at one desk; where others are at work, a large one is examined at a reading one.

    Raises:
        JiuzhuError, InvalidInput: see :func:`examine_import` and :func:`put_up`.
    """
    return put_up(desk, examine_import(desk, takeover, path, progress=progress))


def examine_import(desk: Desk, takeover: Takeover, path: Path, *, progress: Progress | None = None) -> Examined:
    """Examine a roster; a desk that only reads will do, so that nobody waits for the minutes it takes.

    Raises:
        JiuzhuError: ``not_permitted``; ``known_import`` when this file was put up before.
        InvalidInput: terms or headings that are wrong.
    """
    desk.require("roster.prepare", desk.path(takeover.division))
    takeover = sound(desk, takeover)
    content = read_file(path)
    digest = digest_of_file(content)
    _free_id(desk, takeover, digest)
    found = examine(desk, takeover, open_roster(content, path.name), progress)
    return Examined(takeover=takeover, path=path, digest=digest, examination=found)


def put_up(desk: Desk, examined: Examined, *, prepared_by: int | None = None) -> Prepared:
    """Put an examined roster up for another person's approval, when it may be imported.

    One faulty row keeps the whole file out, unless the terms are ``partial``: then the sound rows may go in. Persons
    are looked up again by each chunk of the import: what somebody has opened since is left out there. ``prepared_by``
    is who handed the roster in, where another goes on with its examination: he does not approve it either way.

    Raises:
        JiuzhuError: ``not_permitted``; ``known_import`` when this file was put up before.
    """
    takeover, found = examined.takeover, examined.examination
    desk.require("roster.prepare", desk.path(takeover.division))
    job_id, totals = _free_id(desk, takeover, examined.digest), found.totals()
    if (found.faults and not takeover.partial) or not totals["households"]:
        return Prepared(import_id=job_id, examination=found, job=None, totals=totals)
    arguments = {**takeover.arguments(), "file": str(examined.path.resolve()), "digest": examined.digest,
                 "refused": found.refused(), "prepared_by": prepared_by or desk.actor.id, "totals": totals}  # fmt: skip
    job = start_job(desk.session, job_id, KIND, arguments=arguments, total=totals["households"],
                    actor_id=desk.actor.id, moment=desk.moment)  # fmt: skip
    desk.record(f"import/{job_id}", "prepared", {name: arguments[name] for name in arguments if name != "file"})
    return Prepared(import_id=job_id, examination=found, job=job, totals=totals)


def _free_id(desk: Desk, takeover: Takeover, digest: str) -> str:
    """Return the id of this import: of its next attempt, where those before were cancelled.

    What a cancelled one has opened is found by its persons; a row that is left can still open one case only.
    """
    job_id = first = import_id(takeover, digest)
    attempt = 1
    while (known := desk.session.get(Job, job_id)) is not None:
        if known.status != "cancelled":
            text = Text("这份花名册已经提交过", "this roster was put up before")
            hint = Text(f"请查看任务 {job_id}", f"see the job {job_id}")
            raise JiuzhuError("known_import", text, hint=hint, value=f"{job_id} {known.status}")
        attempt += 1
        job_id = f"{first}-{attempt}"
    return job_id


def approve_import(desk: Desk, job_id: str) -> Job:
    """Approve an import that another person prepared: it may run from now on.

    Raises:
        JiuzhuError: ``unknown_import``, ``not_permitted``, ``maker_is_checker``, ``already_approved``,
            ``job_is_over``.
    """
    job = import_job(desk, job_id)
    desk.require("roster.approve", desk.path(job.arguments["division"]))
    if job.status == "cancelled":
        raise JiuzhuError("job_is_over", Text("该导入已取消", "the import was cancelled"), value=job_id)
    refuse_own(desk, job.arguments["prepared_by"])
    if approver_of(desk, job_id) is not None:
        raise JiuzhuError("already_approved", Text("该导入已经审批", "the import is approved already"), value=job_id)
    desk.record(f"import/{job_id}", "approved", {"digest": job.arguments["digest"], **job.arguments["totals"]})
    return job


def import_job(desk: Desk, job_id: str) -> Job:
    """Return the job of an import, of a place in the officer's area.

    Raises:
        JiuzhuError: ``unknown_import``.
    """
    job = desk.session.get(Job, job_id)
    absent = JiuzhuError("unknown_import", Text("没有这个导入", "there is no such import"), value=job_id)
    if job is None or job.kind != KIND:
        raise absent
    desk.reach(desk.path(job.arguments["division"]), absent)
    return job


def approver_of(desk: Desk, job_id: str) -> int | None:
    """Return who approved an import; None while nobody has."""
    query = select(Event.actor_id).where(Event.chain == f"import/{job_id}", Event.kind == "approved")
    return desk.session.scalars(query).first()


def read_file(path: Path) -> bytes:
    """Read a file.

    Raises:
        JiuzhuError: ``cannot_read``.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise JiuzhuError("cannot_read", Text("无法读取文件", "cannot read the file"), value=str(path)) from error


def run_import(store: Store, desk: Desk, job_id: str, *, chunk: int = CHUNK) -> Iterator[Job]:
    """Open the households of an approved import, a chunk a transaction; killed, it goes on behind the last one.

    Each chunk has a session of its own, and its officer's rights, the moment and the keys as they are then.

    Raises:
        JiuzhuError: ``unknown_import``; what a chunk raises: nothing of that chunk is saved, the import can go on.
    """
    with store.reading() as session:
        arguments = import_job(replace(desk, session=session), job_id).arguments
    work = RosterWork(job_id=job_id, arguments=arguments, lent=desk, chunk=chunk)
    return run_job(store, job_id, work, moment=lambda: work.lent.moment)


def resume(store: Store, desk: Desk, job: Job) -> Iterator[Job]:
    """Go on with an import (see ``regions.jobs``)."""
    return run_import(store, desk, job.id)


@dataclass
class RosterWork:
    """The chunks of an import. It keeps the file open between chunks; a new process finds its place by the cursor."""

    job_id: str
    arguments: Mapping[str, Any]
    lent: Desk
    chunk: int = CHUNK
    _walk: Iterator[Row] | None = None
    _at: int = -1

    def __call__(self, session: Session, cursor: Mapping[str, Any]) -> Step:
        """Open the next households.

        Raises:
            JiuzhuError: ``inactive_user``, ``not_permitted``, ``not_approved``, ``file_gone``, ``file_changed``.
        """
        self.lent = desk = self.lent.renew(session)
        takeover = Takeover.of(self.arguments)
        desk.require("roster.run", desk.path(takeover.division))
        signed = self._signed(desk, takeover)
        rows = self._next(int(cursor.get("row", 0)))
        entries = [self._entry(row, desk.today) for row in rows]
        take_turn(desk.session, KIND)  # another import may be opening the same persons just now
        openings, left_out = _openings(desk, takeover, entries)
        open_cases(desk, signed, openings)
        self._at = rows[-1].number if rows else self._at
        finished = len(rows) < self.chunk
        done = {
            "row": self._at,
            "left_out": [*cursor.get("left_out", []), *left_out],
            "kept": [*cursor.get("kept", []), *([one.entry.row, list(one.kept)] for one in openings if one.kept)],
            "households": cursor.get("households", 0) + len(openings),
        }
        if rows:
            said = {"rows": [rows[0].number, self._at], "opened": len(openings), "left_out": left_out}
            desk.record(f"import/{self.job_id}", "chunk", said)
        if finished:
            desk.record(f"import/{self.job_id}", "finished", done)
        return Step(cursor=done, did=len(openings), finished=finished)

    def _signed(self, desk: Desk, takeover: Takeover) -> Signed:
        approver = approver_of(desk, self.job_id)
        if approver is None:
            text = Text("该导入尚未审批", "the import is not approved yet")
            hint = Text("请由另一位审批员先审批这次导入", "another person approves the import first")
            raise JiuzhuError("not_approved", text, hint=hint, value=self.job_id)
        return Signed(takeover=takeover, import_id=self.job_id, prepared_by=self.arguments["prepared_by"],
                      approved_by=approver)  # fmt: skip

    def _next(self, behind: int) -> list[Row]:
        if self._walk is None or self._at != behind:
            self._walk, self._at = self._rows(behind), behind
        rows: list[Row] = []
        for row in self._walk:
            rows.append(row)
            if len(rows) == self.chunk:
                break
        return rows

    def _rows(self, behind: int) -> Iterator[Row]:
        content = self._content()
        refused = iter(self.arguments["refused"])
        span = next(refused, None)
        for row in open_roster(content, Path(self.arguments["file"]).name).rows(behind=behind):
            while span is not None and row.number > span[1]:
                span = next(refused, None)
            if span is None or row.number < span[0]:
                yield row

    def _content(self) -> bytes:
        path = Path(self.arguments["file"])
        if not path.exists():
            text = Text("花名册文件不在原处", "the roster is no longer where it was")
            raise JiuzhuError("file_gone", text, hint=Text("请放回后继续", "put it back and go on"), value=str(path))
        content = read_file(path)
        if digest_of_file(content) != self.arguments["digest"]:
            text = Text("花名册文件在审批后被改动", "the roster was changed after it was put up")
            hint = Text("请放回原文件，或取消后重新提交", "put the original back, or cancel and put it up again")
            raise JiuzhuError("file_changed", text, hint=hint, value=str(path))
        return content

    def _entry(self, row: Row, today: date) -> Entry:
        entry = read_entry(row, file=Path(self.arguments["file"]).name, today=today)
        if not isinstance(entry, Entry):  # the same bytes were sound when they were put up
            text = Text("该行现在读不出", "the row cannot be read any more")
            raise JiuzhuError("row_changed", text, value=str(row.number))
        return entry


def _openings(desk: Desk, takeover: Takeover, entries: list[Entry]) -> tuple[list[Opening], list[list[Any]]]:
    """Return what is to be opened, and the rows somebody else has opened since they were examined."""
    places = Gazetteer(desk, takeover.division)
    rules = Rules.of(desk, takeover.programme, division=takeover.division, area=takeover.area)
    indexes = {one.number: index_of(desk, one.number) for entry in entries for one in entry.members}
    known = look_up(desk, indexes.values())
    openings, left_out = [], []
    reviews: dict[str, Review | None] = {}
    for entry in entries:
        faults = rules.faults(entry, known, desk)
        if faults:
            left_out.append([entry.row, faults[0].code])
            continue
        persons = [new_person(desk, entry, one, known.persons.get(indexes[one.number])) for one in entry.members]
        residence = places.residence(entry.place)
        if residence.division not in reviews:
            reviews[residence.division] = Review.of(desk, takeover, residence.division)
        head = entry.members[0]
        differing = kept(desk, persons[0], identity_of(entry, head)) if indexes[head.number] in known.persons else ()
        openings.append(Opening(entry=entry, residence=residence, persons=persons, kept=differing,
                                review=reviews[residence.division]))  # fmt: skip
    return openings, left_out
