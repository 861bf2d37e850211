"""Kinship as rows: entering links and declarations, ending them, and reading the kin around a person in office."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.casework.desk import Desk
from core.casework.people.kinship import LINKS, RELATIONS, Link, Nature
from core.casework.people.office import CHAIN
from core.errors import JiuzhuError, Text, did_you_mean
from core.store.tables import AssistanceCase, CaseMember, KinshipLink, OfficeHolder, OfficePost, Person

REACH = 6
"""Links from a person to the farthest relation a rule names (a cousin's spouse), and one more."""
BASES = ("application", "officer", "household", "record", "investigation")
_CHUNK = 500


def relate(desk: Desk, link: Link, *, path: str, basis: str, on: date | None = None) -> KinshipLink:
    """Record that ``link.person`` is the ``link.link`` of ``link.of``; said again, it changes nothing.

    ``path`` is the place where it is recorded: the case's, or the office's.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_relation``, ``unknown_basis``, ``unknown_person``, ``own_kin``.
    """
    desk.require("office.relate", path)
    _check(desk.session, link, basis)
    known = _same(desk.session, link)
    if known is not None and known.ended_on is None:
        return known
    row = known or KinshipLink(person_id=link.person, of_id=link.of, link=link.link)
    row.nature, row.supported, row.basis, row.ended_on = link.nature, link.supported, basis, None
    desk.session.add(row)
    desk.session.flush()
    desk.record(chain_of_kin(path), "related", _body(row), happened_on=on)
    return row


def unrelate(desk: Desk, link_id: int, *, ended_on: date, reason: str) -> KinshipLink:
    """End a link (a divorce, a correction) from a day on; never one's own, and by right wherever it matters.

    Raises:
        JiuzhuError: ``unknown_link``; ``not_permitted`` at any place where one of the two has a case or a post;
            ``own_kin`` when the acting officer is one of the two.
    """
    row = desk.session.get(KinshipLink, link_id)
    both = (row.person_id, row.of_id) if row is not None else ()
    places = _places(desk.session, both)
    if row is None or not any(map(desk.reaches, places)):
        raise JiuzhuError("unknown_link", Text("没有这条亲属关系", "there is no such link"), value=str(link_id))
    for path in places:
        desk.require("office.relate", path)
    acting = desk.session.scalars(select(OfficeHolder.person_id).where(OfficeHolder.user_id == desk.actor.id)).first()
    if acting in both:
        text = Text("不能解除本人的亲属关系登记", "nobody ends a relation of his own")
        raise JiuzhuError("own_kin", text, value=str(link_id))
    row.ended_on = ended_on
    body = {**_body(row), "ended_on": ended_on.isoformat()}
    desk.record(chain_of_kin(places[0] if places else ""), "relation_ended", body, reason=reason)
    return row


def _places(session: Session, persons: Sequence[int]) -> list[str]:
    """Where either of two persons has a case or a post: the places a relation between them matters to."""
    cases = (
        select(AssistanceCase.path)
        .join(CaseMember, CaseMember.case_id == AssistanceCase.id)
        .where(CaseMember.person_id.in_(persons))
    )
    posts = (
        select(OfficePost.path)
        .join(OfficeHolder, OfficeHolder.id == OfficePost.holder_id)
        .where(OfficeHolder.person_id.in_(persons))
    )
    return sorted({*session.scalars(cases), *session.scalars(posts)})


def chain_of_kin(path: str) -> str:
    """Return the chain relations recorded at a place are written to."""
    return CHAIN.format(path.rpartition("/")[2] or "kin")


def _body(row: KinshipLink) -> dict[str, Any]:
    return {"link": row.id, "person": row.person_id, "of": row.of_id, "is": row.link, "nature": row.nature,
            "supported": row.supported, "basis": row.basis}  # fmt: skip


def _check(session: Session, link: Link, basis: str) -> None:
    allowed = {*LINKS, *RELATIONS} - {"self", "collateral"}
    if link.link not in allowed:
        text = Text("没有这种亲属关系", "there is no such relation")
        raise JiuzhuError("unknown_relation", text, hint=did_you_mean(link.link, allowed), value=link.link)
    if basis not in BASES:
        raise JiuzhuError("unknown_basis", Text("没有这种依据", "there is no such basis"), value=basis)
    if link.person == link.of:
        raise JiuzhuError("own_kin", Text("不能与本人有亲属关系", "nobody is his own kin"), value=str(link.of))
    for one in (link.person, link.of):
        if session.get(Person, one) is None:
            raise JiuzhuError("unknown_person", Text("没有此人", "there is no such person"), value=str(one))


def _same(session: Session, link: Link) -> KinshipLink | None:
    query = select(KinshipLink).where(
        KinshipLink.person_id == link.person, KinshipLink.of_id == link.of, KinshipLink.link == link.link
    )
    return session.scalars(query).first()


def links_around(session: Session, person_id: int, *, on: date) -> tuple[Link, ...]:
    """Return the links that hold on a day within reach of a person."""
    found: dict[int, KinshipLink] = {}
    seen, frontier = {person_id}, {person_id}
    for _ in range(REACH):
        rows = [row for row in _touching(session, frontier) if row.ended_on is None or on < row.ended_on]
        found.update({row.id: row for row in rows})
        frontier = {one for row in rows for one in (row.person_id, row.of_id)} - seen
        seen |= frontier
        if not frontier:
            break
    return tuple(_link(found[key]) for key in sorted(found))


def _touching(session: Session, persons: Iterable[int]) -> Iterable[KinshipLink]:
    wanted = sorted(persons)
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        query = select(KinshipLink).where(or_(KinshipLink.person_id.in_(part), KinshipLink.of_id.in_(part)))
        yield from session.scalars(query)


def _link(row: KinshipLink) -> Link:
    nature: Nature = "step" if row.nature == "step" else "adoptive" if row.nature == "adoptive" else "blood"
    return Link(person=row.person_id, of=row.of_id, link=row.link, nature=nature, supported=row.supported)
