"""Near-relative filing (近亲属备案): the relative of staff stays eligible, is registered apart, and the county visits.

Filing is not recusal: nobody leaves the case by it. Where no rule is in force a relation may still be written down
(自行登记); nothing follows from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.casework.access import within
from core.casework.desk import Desk
from core.casework.people.kinship import Kin, Link, relations
from core.casework.people.kinship_register import links_around, relate
from core.casework.people.office import holder, posts_on
from core.casework.people.recusal import cited, members_on
from core.casework.people.recusal_rules import covers
from core.casework.scope import inside
from core.errors import JiuzhuError, Text
from core.kinds.contribution import listed
from core.kinds.schema import is_gap
from core.policy import Line
from core.store.tables import AssistanceCase, CaseMember, KinshipLink, OfficeHolder, OfficePost, RelativeFiling

AT_ONCE = 200
"""Cases held in memory while a list is read."""

COUNTY_VISIT = "county_visit"
UNRULED = ""
OVER = ("refused", "withdrawn", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A member of the household who is kin to somebody in office, and the rule that has it filed (None: 无规定)."""

    holder: OfficeHolder
    post: OfficePost
    person_id: int
    kin: Kin
    line: Line | None


def declare(
    desk: Desk, case: AssistanceCase, person_id: int, *, holder_id: int, relation: str, basis: str
) -> KinshipLink:
    """Record that a member of the household is a relative of somebody in office, as the household or he says.

    ``relation`` is what the member is to the person in office: ``sibling``, ``parent``, …

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_holder``, ``unknown_relation``, ``not_a_member``.
    """
    if person_id not in members_on(desk.session, case, desk.today):
        text = Text("不是本户成员", "not a member of the household")
        raise JiuzhuError("not_a_member", text, value=case.number)
    official = holder(desk, holder_id)
    link = Link(person=person_id, of=official.person_id, link=relation)
    return relate(desk, link, path=case.path, basis=basis)


def matches(desk: Desk, case: AssistanceCase, *, on: date | None = None) -> tuple[Match, ...]:
    """Return every relation between the household and persons in office over its place, with the rule that files it.

    Relations that a rule in force covers by role but not by its relations are left out; where no rule covers the
    role, the relation stands without one.
    """
    day = on or desk.today
    lines = filing_lines(desk, case, on=day)
    found: list[Match] = []
    for person_id in members_on(desk.session, case, day):
        links = links_around(desk.session, person_id, on=day)
        for official in _officials(desk.session, links):
            for post in posts_on(official, day):
                if within(case.path, post.path) or within(post.path, case.path):
                    kin = relations(links, official.person_id, person_id)
                    found += _judged(lines, official, post, person_id=person_id, kin=kin)
    return tuple(found)


def _officials(session: Session, links: Sequence[Link]) -> list[OfficeHolder]:
    persons = sorted({one for link in links for one in (link.person, link.of)})
    query = select(OfficeHolder).where(OfficeHolder.person_id.in_(persons)).order_by(OfficeHolder.id)
    return list(session.scalars(query))


def _judged(
    lines: Sequence[Line], official: OfficeHolder, post: OfficePost, *, person_id: int, kin: Sequence[Kin]
) -> list[Match]:
    covering = [line for line in lines if post.role in listed(line.value["staff"])]
    if covering:
        pairs = [(one, line) for one in kin for line in covering if covers(line.value, one)]
        return [Match(holder=official, post=post, person_id=person_id, kin=one, line=line) for one, line in pairs]
    return [Match(holder=official, post=post, person_id=person_id, kin=one, line=None) for one in kin]


def filing_lines(desk: Desk, case: AssistanceCase, *, on: date) -> tuple[Line, ...]:
    """Return the filing rules in force that say whose relatives are filed; a mere list of relations is none."""
    book = desk.policies.rulebook(case.division, on=on, area=case.area, programmes=(case.programme,))
    lines = book.policy.lines("relative_filing", case.programme)
    return tuple(
        line for line in lines if not line.is_gap and "staff" in line.value and not is_gap(line.value["staff"])
    )


def file_case(
    desk: Desk, case: AssistanceCase, *, holder_id: int | None = None, on: date | None = None
) -> RelativeFiling:
    """Register a case apart, under one person in office: the one named, or the first a rule in force covers.

    Where no rule is in force only a named one is written down, with no visit required.

    Raises:
        JiuzhuError: ``not_permitted``, ``no_relative``, ``filed_already``.
    """
    desk.require("filing.record", case.path)
    day = on or desk.today
    known = filing_of(desk.session, case.id)
    if known is not None:
        text = Text("该户已登记在一名工作人员名下", "the case is filed under one member of staff already")
        raise JiuzhuError("filed_already", text, value=f"{case.number} #{known.holder_id}")
    match = _chosen(matches(desk, case, on=day), holder_id)
    if match is None:
        text = Text("未登记需要备案的近亲属关系", "no relation to be filed is on record")
        hint = Text("请先在公职人员名册中登记亲属关系", "record the relation in the register of office first")
        raise JiuzhuError("no_relative", text, hint=hint, value=case.number)
    return _file(desk, case, match, day)


def _chosen(found: Sequence[Match], holder_id: int | None) -> Match | None:
    if holder_id is None:
        return next((one for one in found if one.line is not None), None)
    mine = [one for one in found if one.holder.id == holder_id]
    return next((one for one in mine if one.line is not None), mine[0] if mine else None)


def _file(desk: Desk, case: AssistanceCase, match: Match, day: date) -> RelativeFiling:
    effects = listed(match.line.value.get("effect", ())) if match.line is not None else ()
    row = RelativeFiling(
        case_id=case.id, holder_id=match.holder.id, person_id=match.person_id, relation=match.kin.code, filed_on=day,
        provision=match.line.provision.address if match.line is not None else UNRULED, filed_by=desk.actor.id,
        visit_required=COUNTY_VISIT in effects, visited_on=None, visited_by=[], township_opinion=None,
    )  # fmt: skip
    desk.session.add(row)
    case.filed = True
    desk.session.flush()
    body = {"filing": row.id, "holder": row.holder_id, "relation": row.relation, "provision": row.provision,
            "visit_required": row.visit_required}  # fmt: skip
    desk.record(f"case/{case.id}", "filed", body, happened_on=day)
    return row


def filing_of(session: Session, case_id: int) -> RelativeFiling | None:
    """Return the filing of a case."""
    return session.scalars(select(RelativeFiling).where(RelativeFiling.case_id == case_id)).first()


def set_opinion(desk: Desk, case: AssistanceCase, opinion: str, *, on: date | None = None) -> None:
    """Write down the township's opinion (乡镇意见) on a filed case: ``agreed`` or ``not_agreed``.

    Raises:
        JiuzhuError: ``not_permitted``, ``not_filed``, ``bad_opinion``.
    """
    desk.require("filing.record", case.path)
    row = _filed(desk, case)
    if opinion not in ("agreed", "not_agreed"):
        text = Text("乡镇意见应为同意或不同意", "an opinion is to agree or not to agree")
        raise JiuzhuError("bad_opinion", text, value=opinion)
    row.township_opinion = opinion
    desk.record(f"case/{case.id}", "filing_opinion", {"filing": row.id, "opinion": opinion}, happened_on=on)


def note_county_visit(desk: Desk, case: AssistanceCase, *, by: Sequence[int], on: date) -> None:
    """Note the county's visit to a filed household; for a case that is not filed there is nothing to note."""
    row = filing_of(desk.session, case.id)
    if row is not None:
        row.visited_on, row.visited_by = on, sorted(set(by))
        body = {"filing": row.id, "by": sorted(set(by))}
        desk.record(f"case/{case.id}", "filing_visited", body, happened_on=on)


def require_county_visit(desk: Desk, case: AssistanceCase) -> None:
    """Refuse a county decision on a relative of staff who is not filed, or whom the county has not visited.

    Raises:
        JiuzhuError: ``not_filed_yet``, ``county_visit_missing``, naming the article.
    """
    row = filing_of(desk.session, case.id)
    if row is None:
        _refuse_unfiled(desk, case)
        return
    if not row.visit_required or row.visited_on is not None:
        return
    lines = filing_lines(desk, case, on=row.filed_on)
    line = next((one for one in lines if one.provision.address == row.provision), None)
    rule = cited(desk, line) if line is not None else Text(row.provision, row.provision)
    text = Text(
        f"近亲属备案户须经县级入户核查后才能审批（{rule.zh}）",
        f"a filed relative is decided only after the county's own visit ({rule.en})",
    )
    hint = Text("请先登记县级人员的入户调查，再审批", "record the county's visit, then decide")
    raise JiuzhuError("county_visit_missing", text, hint=hint, value=case.number)


def _refuse_unfiled(desk: Desk, case: AssistanceCase) -> None:
    line = next((one.line for one in matches(desk, case) if one.line is not None), None)
    if line is not None:
        rule = cited(desk, line)
        text = Text(
            f"申报了与工作人员的近亲属关系，尚未单独登记备案（{rule.zh}）",
            f"a near relative of staff is declared and not filed ({rule.en})",
        )
        hint = Text("请先在“近亲属备案”中登记", "file the case under its relative first")
        raise JiuzhuError("not_filed_yet", text, hint=hint, value=case.number)


def unfiled(desk: Desk, division: str) -> Iterator[AssistanceCase]:
    """Yield the cases of a subtree whose recorded relations a rule in force files and that are not filed.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    path = desk.path(division)
    desk.require("case.read", path)
    linked = select(CaseMember.case_id).join(
        KinshipLink, or_(KinshipLink.person_id == CaseMember.person_id, KinshipLink.of_id == CaseMember.person_id)
    )
    query = (
        select(AssistanceCase)
        .where(inside(AssistanceCase.path, (path,)), AssistanceCase.id.in_(linked))
        .where(AssistanceCase.filed.is_(False), AssistanceCase.status.not_in(OVER))
        .order_by(AssistanceCase.number)
    )
    found = desk.session.scalars(query.execution_options(yield_per=AT_ONCE))
    return (one for one in found if any(match.line is not None for match in matches(desk, one)))


def _filed(desk: Desk, case: AssistanceCase) -> RelativeFiling:
    row = filing_of(desk.session, case.id)
    if row is None:
        raise JiuzhuError("not_filed", Text("该户未作近亲属备案", "the case is not filed"), value=case.number)
    return row
