"""The limit of near-relative filing (备案时限): a clock beside those of the procedure, where a filing rule sets one.

It starts with the event the rule names, else with the stage at which it has the relation declared, and ends with the
filing. A rule that names neither starts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.casework.desk import Desk
from core.casework.flow.stage_rule import Stage, TimeLimit, limit_of
from core.casework.people.filing import filing_lines, matches
from core.kinds.contribution import listed
from core.kinds.schema import is_gap
from core.policy import Line
from core.store.tables import AssistanceCase, CaseMember, KinshipLink, RelativeFiling

FILING = "relative_filing"
"""The code under which the limit is listed."""
FILED = "filed"
"""The event that ends it."""


def filing_stages(desk: Desk, cases: Sequence[AssistanceCase]) -> Mapping[int, Stage]:
    """Return filing as a stage with its limit, by case, for those that a rule with a limit has filed.

    Of a case that is filed the rule it was filed by counts; of any other the one of today that would file it. Two
    queries for all, and further ones only for a household with a relation on record where a rule sets a limit.
    """
    ids = [one.id for one in cases]
    filed = {one.case_id: one for one in _filings(desk.session, ids)}
    asked = filed.keys() | _related(desk.session, ids)
    lines = {one.id: _line(desk, one, filed.get(one.id)) for one in cases if one.id in asked}
    limits = {case_id: (line, _limit(line)) for case_id, line in lines.items() if line is not None}
    return {case_id: _stage(line, limit) for case_id, (line, limit) in limits.items() if limit is not None}


def _filings(session: Session, cases: Sequence[int]) -> Iterable[RelativeFiling]:
    return session.scalars(select(RelativeFiling).where(RelativeFiling.case_id.in_(cases)))


def _related(session: Session, cases: Sequence[int]) -> set[int]:
    """The cases with a member of whom any relation is on record."""
    linked = or_(KinshipLink.person_id == CaseMember.person_id, KinshipLink.of_id == CaseMember.person_id)
    query = select(CaseMember.case_id).join(KinshipLink, linked).where(CaseMember.case_id.in_(cases)).distinct()
    return set(session.scalars(query))


def _line(desk: Desk, case: AssistanceCase, filed: RelativeFiling | None) -> Line | None:
    lines = filing_lines(desk, case, on=filed.filed_on if filed is not None else desk.today)
    if filed is not None:
        return next((one for one in lines if one.provision.address == filed.provision), None)
    if all(_limit(one) is None for one in lines):
        return None
    return next((one.line for one in matches(desk, case) if one.line is not None), None)


def _limit(line: Line) -> TimeLimit | None:
    value = line.value.get("within")
    if value is None or is_gap(value):
        return None
    limit = limit_of(value)
    return limit if limit.days is not None or limit.months is not None else None


def _stage(line: Line, limit: TimeLimit) -> Stage:
    provision = line.provision
    return Stage(
        key=FILING, label=provision.label, address=provision.address, citation=str(provision.citation or ""),
        waits=listed(line.value.get("declared_at", ())), within=replace(limit, until=FILED),
    )  # fmt: skip
