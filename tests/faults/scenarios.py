"""The pieces of work that are killed at every point: what they start from, what they do, what must be true at the end.

``run`` is what an operator does, and does again after a crash: it looks where the work stands and goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from core.casework.deciding.facts import facts_on, write_facts
from core.casework.flow.transition import verify_case
from core.casework.money import bank, payroll
from core.casework.money.payroll import PayPeriod, Scope
from core.casework.people.identity import check_character
from core.casework.roster.importing import approve_import, approver_of, prepare_import, run_import
from core.casework.roster.layout import EXAMPLE, HEADINGS, columns_of_roster
from core.casework.roster.takeover import Takeover
from core.casework.staff import add_user, first_administrator, grant_role
from core.casework.trail import verify
from core.casework.uprating import redecision
from core.casework.uprating.redecision_work import run_batch
from core.casework.workbook import Sheet, as_bytes
from core.store.engine import open_store
from core.store.migration import state_of, upgrade
from core.store.tables import (
    Amendment,
    AssistanceCase,
    Decision,
    Event,
    Job,
    PayrollLine,
    PayrollRun,
    Person,
    RedecisionBatch,
    RegistryEntry,
)
from regions import amendment
from regions.life.yiyang import before_the_notice
from regions.platform import Platform, open_platform
from regions.settings import Settings
from tests.notices import notice

CITY, HESHAN = "430900", "430903"
ROLES = ("clerk", "reviewer", "approver", "policy_editor", "policy_approver", "auditor")
HOUSEHOLDS = 6
CHUNK = 2
NEW = date(2018, 5, 2)


class Clock:
    """A clock on a day; a second later at every look."""

    def __init__(self, day: date) -> None:
        self.moment = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


@contextmanager
def opened(url: str, data_dir: Path, day: date) -> Iterator[Platform]:
    """A platform on a day, with Yiyang's rules as they were before the notice."""
    folder = data_dir / "plugins"
    trial = folder / "yiyang"
    if not trial.exists():
        folder.mkdir()
        before_the_notice(folder)
    settings = Settings(data_dir=data_dir, lang="zh", database_url=url)
    platform = open_platform(settings, clock=Clock(day), trial=trial)
    try:
        yield platform
    finally:
        platform.database.close()


def officers(platform: Platform) -> None:
    """One user of every role for the city."""
    since = date(2000, 1, 1)
    with platform.database.writing() as session:
        first_administrator(session, "root", "管理员", moment="2000-01-01T00:00:00+00:00", today=since)
    with platform.desk("root") as desk:
        for role in ROLES:
            add_user(desk, role, role)
            grant_role(desk, role, role, CITY, since=since)


def roster(data_dir: Path) -> Path:
    """A roster of made-up households, urban, each 360.00 a month."""
    path = data_dir / "roster.xlsx"
    if not path.exists():
        rows = [[_household(number)[one.name] for one in HEADINGS] for number in range(HOUSEHOLDS)]
        path.write_bytes(as_bytes(Sheet(title="花名册", columns=columns_of_roster(), rows=rows)))
    return path


def _household(number: int) -> dict[str, Any]:
    place = {"province": "湖南省", "prefecture": "益阳市", "county": "赫山区", "township": "某镇", "village": "东村"}
    money = {"income": 576_000, "income_per_head": 288_000, "benefit": 36_000, "total": 36_000}
    return {
        **EXAMPLE, **place, **money, "head": f"合成甲{number}", "head_number": _number(2 * number),
        "member_names": f"合成乙{number}", "member_numbers": _number(2 * number + 1),
    }  # fmt: skip


def _number(sequence: int) -> str:
    digits = f"99010119500307{sequence:03}"
    return digits + check_character(digits)


TERMS = Takeover(
    division=CITY, programme="dibao", area="urban", since=date(2018, 1, 1), paid_through=date(2018, 4, 1),
    document="花名册（虚构）", income_item="wage",
)  # fmt: skip


def chunks(work: Iterator[Any]) -> None:
    """Do a job to its end."""
    for _ in work:
        pass


def bare(url: str, data_dir: Path) -> None:
    """A platform with officers and nothing else."""
    with opened(url, data_dir, date(2018, 4, 27)) as platform:
        officers(platform)


def do_import(url: str, data_dir: Path) -> None:
    """Put the roster up, approve it, run it; wherever it stands."""
    path = roster(data_dir)
    with opened(url, data_dir, date(2018, 4, 27)) as platform:
        with platform.database.reading() as session:
            job_id = session.scalars(select(Job.id).where(Job.kind == "roster_import")).first()
        if job_id is None:
            with platform.desk("clerk") as desk:
                job_id = prepare_import(desk, TERMS, path).import_id
        with platform.reading_desk("approver") as desk:
            approved = approver_of(desk, job_id) is not None
        if not approved:
            with platform.desk("approver") as desk:
                approve_import(desk, job_id)
        with platform.reading_desk("approver") as desk:
            pass
        chunks(run_import(platform.database, desk, job_id, chunk=CHUNK))


def imported(url: str, data_dir: Path) -> None:
    """The roster's households on the roll, with the facts a recomputation needs."""
    bare(url, data_dir)
    do_import(url, data_dir)
    told = {"assets_meet_local_rule": "true", "income_stability": "relatively_stable"}
    with opened(url, data_dir, date(2018, 4, 27)) as platform, platform.desk("clerk") as desk:
        for case in desk.session.scalars(select(AssistanceCase)).all():
            known = facts_on(desk.session, case.id, desk.today)
            assert known is not None
            write_facts(desk, case, {**known.facts, **told}, basis="verified", effective_on=date(2018, 1, 1))


def do_publication(url: str, data_dir: Path) -> None:
    """Propose, submit, approve and publish the notice; wherever it stands."""
    with opened(url, data_dir, date(2018, 4, 27)) as platform:
        with platform.database.reading() as session:
            row = session.scalars(select(Amendment)).first()
        if row is None:
            with platform.desk("policy_editor") as desk:
                uuid = amendment.propose(desk, notice(arrears="2018-01")).uuid
                amendment.submit(desk, uuid)
        else:
            uuid = row.uuid
        if row is None or row.status == "submitted":
            with platform.desk("policy_approver") as desk:
                amendment.approve(desk, uuid)
        if row is None or row.status in ("submitted", "approved"):
            with platform.desk("policy_approver") as desk:
                amendment.publish(desk, uuid)


def published(url: str, data_dir: Path) -> None:
    """The roster's households, and the notice in force."""
    imported(url, data_dir)
    do_publication(url, data_dir)


def do_redecision(url: str, data_dir: Path) -> None:
    """Prepare, sign and run the district's batch; wherever it stands."""
    with opened(url, data_dir, NEW) as platform:
        batch = _batch(platform)
        if batch is None:
            with platform.database.reading() as session:
                uuid = session.scalars(select(Amendment.uuid)).one()
            with platform.desk("clerk") as desk:
                redecision.prepare(desk, uuid, HESHAN)
            batch = _batch(platform)
        assert batch is not None
        _run(platform, batch.id, redecision.PREPARE)
        batch = _batch(platform)
        assert batch is not None
        if batch.signed_by is None:
            with platform.desk("approver") as desk:
                redecision.sign(desk, batch.id, digest=str(batch.digest))
        _run(platform, batch.id, redecision.DECIDE)


def _batch(platform: Platform) -> RedecisionBatch | None:
    with platform.database.reading() as session:
        return session.scalars(select(RedecisionBatch)).first()


def _run(platform: Platform, batch: str, kind: str) -> None:
    with platform.reading_desk("clerk") as desk:
        pass
    chunks(run_batch(platform.database, desk, batch, kind, chunk=CHUNK))


def do_payroll(url: str, data_dir: Path) -> None:
    """Open, prepare, approve, export and confirm May's payroll; wherever it stands."""
    with opened(url, data_dir, date(2018, 5, 8)) as platform:
        run = _payroll(platform)
        if run is None:
            scope = Scope(programme="dibao", division=HESHAN, period=PayPeriod.parse("2018-05"))
            payroll.prepare(platform.database, partial(platform.desk, "clerk"), scope, chunk=CHUNK)
            run = _payroll(platform)
        assert run is not None
        if run.status == "draft":
            with platform.reading_desk("clerk") as desk:
                pass
            chunks(payroll.prepare_lines(platform.database, desk, run.id, chunk=CHUNK))
        _send(platform, run.number)


def _send(platform: Platform, number: str) -> None:
    steps: tuple[tuple[str, str, Callable[[Any], object]], ...] = (
        ("prepared", "approver", lambda desk: payroll.approve(desk, number)),
        ("approved", "reviewer", lambda desk: _write(platform, bank.export(desk, number, form="csv"))),
        ("exported", "clerk", lambda desk: bank.confirm(desk, number)),
    )
    for status, login, step in steps:
        run = _payroll(platform)
        assert run is not None
        if run.status == status:
            with platform.desk(login) as desk:
                step(desk)


def _write(platform: Platform, content: bytes) -> None:
    """The bank's file: beside, then in its place, as the command does it."""
    beside = platform.settings.data_dir / "bank.csv.new"
    beside.write_bytes(content)
    beside.replace(platform.settings.data_dir / "bank.csv")


def _payroll(platform: Platform) -> PayrollRun | None:
    with platform.database.reading() as session:
        return session.scalars(select(PayrollRun)).first()


def nothing(url: str, data_dir: Path) -> None:
    """An empty database."""


def do_migration(url: str, data_dir: Path) -> None:
    """Bring the database to today's tables."""
    store = open_store(url)
    try:
        upgrade(store)
    finally:
        store.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One piece of work: what it starts from, and what is done (again)."""

    prepare: Callable[[str, Path], None]
    run: Callable[[str, Path], None]
    empty: bool = False


SCENARIOS: dict[str, Scenario] = {
    "migration": Scenario(prepare=nothing, run=do_migration, empty=True),
    "import": Scenario(prepare=bare, run=do_import),
    "publication": Scenario(prepare=imported, run=do_publication),
    "redecision": Scenario(prepare=published, run=do_redecision),
    "payroll": Scenario(prepare=published, run=do_payroll),
}


def outcome(url: str) -> dict[str, Any]:
    """Count everything a crash could lose or double, and read the chains; what two runs are compared by."""
    store = open_store(url)
    try:
        assert state_of(store) == "current"
        with store.reading() as session:
            tables = (
                AssistanceCase,
                Person,
                Decision,
                PayrollLine,
                PayrollRun,
                RegistryEntry,
                Amendment,
                RedecisionBatch,
            )
            counts = {one.__tablename__: session.scalar(select(func.count()).select_from(one)) for one in tables}
            kinds = session.execute(select(Event.kind, func.count()).group_by(Event.kind).order_by(Event.kind)).all()
            trail = verify(session)
            cases = session.scalars(select(AssistanceCase).order_by(AssistanceCase.number)).all()
            return {
                "counts": counts,
                "events": {row[0]: row[1] for row in kinds},
                "faults": [(one.chain, one.sequence, one.what) for one in trail.faults],
                "amounts": [(case.number, case.status, case.monthly) for case in cases],
                "differences": [str(one) for case in cases for one in verify_case(session, case)],
                "paid": sorted(session.execute(select(PayrollLine.case_id, PayrollLine.total)).all()),
                "jobs": sorted(session.execute(select(Job.kind, Job.status, Job.done, Job.total)).all()),
            }
    finally:
        store.close()
