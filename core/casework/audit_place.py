"""Which events of the trail belong to a place: by the case, row, division or officer their chain is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import BigInteger, ColumnElement, String, bindparam, cast, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.casework.desk import Desk
from core.casework.scope import inside
from core.store.tables import (
    Amendment,
    AssistanceCase,
    BudgetPlan,
    CaseMember,
    Event,
    Job,
    Meeting,
    MonthlyReport,
    PayrollRun,
    Person,
    PluginStep,
    Posting,
    ProblemEntry,
    RedecisionBatch,
    ReviewRound,
    RoleGrant,
    SampleDraw,
    VisitRound,
)

ROWS: Mapping[str, tuple[InstrumentedAttribute[str] | InstrumentedAttribute[int], InstrumentedAttribute[str]]] = {
    "amendment": (Amendment.uuid, Amendment.path),
    "budget": (BudgetPlan.id, BudgetPlan.path),
    "meeting": (Meeting.id, Meeting.path),
    "payroll": (PayrollRun.id, PayrollRun.path),
    "posting": (Posting.id, Posting.path),
    "problem": (ProblemEntry.id, ProblemEntry.path),
    "redecision": (RedecisionBatch.id, RedecisionBatch.path),
    "report": (MonthlyReport.id, MonthlyReport.path),
    "review": (ReviewRound.id, ReviewRound.path),
    "sample": (SampleDraw.id, SampleDraw.path),
    "visit": (VisitRound.id, VisitRound.path),
}
"""Subjects whose chain names a row: its key, and where it lies."""
DIVISIONS = ("fund", "kin", "office", "reveal", "reviews")
"""Subjects whose chain names a division."""


def of_place(desk: Desk, path: str) -> ColumnElement[bool]:
    """Return what picks the events of a place and of all below it; ``AssistanceCase`` is joined to the events of cases.

    What is the whole country's (the calendar, keys, backups, anchors) is of no place.
    """
    code = path.rpartition("/")[2]
    codes = {code, *desk.tree.descendants(code, desk.today)}
    session = desk.session
    rows = (
        Event.chain.in_(select(literal(f"{subject}/").concat(cast(key, String))).where(inside(place, [path])))
        for subject, (key, place) in ROWS.items()
    )
    return or_(
        inside(AssistanceCase.path, [path]), *rows, _of_persons(path),
        _named([f"{subject}/{one}" for subject in DIVISIONS for one in sorted(codes)]),
        _named(_plugins(session, codes)), _named(_imports(session, codes)), _of_officers(session, path),
    )  # fmt: skip


def _named(chains: Iterable[str]) -> ColumnElement[bool]:
    return Event.chain.in_(bindparam(None, list(chains), expanding=True, literal_execute=True, type_=String))


def _of_persons(path: str) -> ColumnElement[bool]:
    """What was written of somebody who belongs or belonged to a household there."""
    member = (
        select(Person.id)
        .join(CaseMember, CaseMember.person_id == Person.id)
        .join(AssistanceCase, AssistanceCase.id == CaseMember.case_id)
        .where(Person.token == func.substr(Event.chain, len("person/") + 1), inside(AssistanceCase.path, [path]))
        .correlate(Event)
    )
    return Event.chain.like("person/%") & member.exists()


def _plugins(session: Session, codes: set[str]) -> Iterable[str]:
    """Plugins that rule for the place or one below it."""
    query = select(PluginStep.plugin, PluginStep.told).where(PluginStep.told.is_not(None))
    return sorted({f"plugin/{name}" for name, told in session.execute(query) if codes & set(told["divisions"])})


def _imports(session: Session, codes: set[str]) -> Iterable[str]:
    query = select(Job.id, Job.arguments).where(Job.kind == "roster_import")
    return [f"import/{key}" for key, arguments in session.execute(query) if str(arguments["division"]) in codes]


def _of_officers(session: Session, path: str) -> ColumnElement[bool]:
    """What was done to the users who hold or held a role there."""
    users = set(session.scalars(select(RoleGrant.user_id).where(inside(RoleGrant.path, [path]))))
    told = session.execute(select(Event.id, Event.body).where(Event.chain == "staff"))
    ids = [key for key, body in told if body.get("user") in users]
    return Event.id.in_(bindparam(None, ids, expanding=True, literal_execute=True, type_=BigInteger))
