"""Recusal (回避): who must step out of which case, by which article; who takes his place.

What is enforced is what a rule in force says. Where none is, a relation is shown and advised against, never enforced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.casework.desk import Desk
from core.casework.people.kinship import Kin, relations
from core.casework.people.kinship_register import links_around
from core.casework.people.office import acting_holder, holder, posts_on, require_in_office
from core.casework.people.recusal_rules import RELATION_TEXT, Finding, judge
from core.errors import JiuzhuError, Text
from core.hookspecs import Case, Conflict, Relation
from core.kinds.contribution import listed
from core.policy import Line, Policy
from core.store.tables import AssistanceCase, CaseMember, KinshipLink, OfficeHolder, OfficePost, Person, RecusalDemand
from core.wording import article_text

ENFORCED = "recuse"
REVIEW, APPROVAL = "review", "approval"
"""The two phases of 审核审批: what village and township do, what the county does. A rule may name a phase."""


def conflicts(
    desk: Desk, case: AssistanceCase, holder_id: int, *, stage: str | None = None, on: date | None = None
) -> tuple[Conflict, ...]:
    """Return the conflicts of interest a person in office has with a case on a day (today), at a stage or at any.

    Effects: ``recuse`` is enforced; ``register``, ``record`` and ``advise`` are shown. ``provision`` is empty where
    no rule is in force.

    Raises:
        JiuzhuError: ``unknown_holder``; ``plugin_failed`` when a plugin's hook cannot say.
    """
    day = on or desk.today
    official = holder(desk, holder_id)
    token = _person(desk.session, official.person_id).token
    told = tuple(_granted(desk, case, official, token))
    kin = kin_in_case(desk.session, case, official, on=day)
    if not kin:
        return told
    policy = _policy(desk, case, day)
    roles = frozenset(post.role for post in posts_on(official, day))
    phases = None if stage is None else phases_of(policy, case.programme, stage)
    lines = policy.lines("recusal_rule", case.programme)
    found = [
        _conflict(desk, token, member, one, finding)
        for member, ones in kin.items()
        for one in ones
        for finding in judge(lines, one, roles=roles, phases=phases)
    ]
    found += _by_plugins(desk, case, token, kin=kin, roles=roles, day=day)
    return tuple(dict.fromkeys((*found, *told)))


def suspects(session: Session, holder_ids: Iterable[int]) -> frozenset[int]:
    """Return those who could have a conflict in any case at all: kin on record, a household, a granted demand.

    What a whole meeting asks once, so that only these are looked at case by case.
    """
    wanted = select(OfficeHolder.person_id).where(OfficeHolder.id.in_(sorted(set(holder_ids))))
    related = or_(
        OfficeHolder.person_id.in_(select(KinshipLink.person_id).where(KinshipLink.person_id.in_(wanted))),
        OfficeHolder.person_id.in_(select(KinshipLink.of_id).where(KinshipLink.of_id.in_(wanted))),
        OfficeHolder.person_id.in_(select(CaseMember.person_id).where(CaseMember.person_id.in_(wanted))),
        OfficeHolder.id.in_(select(RecusalDemand.holder_id).where(RecusalDemand.granted.is_(True))),
    )
    query = select(OfficeHolder.id).where(OfficeHolder.id.in_(sorted(set(holder_ids))), related)
    return frozenset(session.scalars(query))


def require_no_conflict(
    desk: Desk, case: AssistanceCase, holder_id: int, stage: str, *, on: date | None = None
) -> None:
    """Refuse somebody who must step out, naming relation, article and a substitute.

    Raises:
        JiuzhuError: ``recusal_required``; ``unknown_holder``; ``not_in_office`` on that day.
    """
    day = on or desk.today
    require_in_office(holder(desk, holder_id), day)
    enforced = [one for one in conflicts(desk, case, holder_id, stage=stage, on=day) if one.effect == ENFORCED]
    if not enforced:
        return
    zh = "；".join(dict.fromkeys(one.reason.zh for one in enforced))
    en = "; ".join(dict.fromkeys(one.reason.en for one in enforced))
    message = Text(f"名册第{holder_id}号须回避：{zh}", f"no. {holder_id} of the register must step out: {en}")
    raise JiuzhuError(
        "recusal_required",
        message,
        hint=_substitute_hint(desk, case, holder_id, stage=stage, on=day),
        value=f"{case.number} {stage}",
    )


def require_actor_free(desk: Desk, case: AssistanceCase, stage: str, *, on: date | None = None) -> None:
    """Refuse the acting user where the register knows him and he must step out.

    Raises:
        JiuzhuError: ``recusal_required``.
    """
    acting = acting_holder(desk)
    if acting is not None and posts_on(acting, on or desk.today):
        require_no_conflict(desk, case, acting.id, stage, on=on)


def substitutes(
    desk: Desk, case: AssistanceCase, holder_id: int, *, stage: str, on: date | None = None
) -> list[OfficeHolder]:
    """Return who could act instead: same role, same division or one above it, in office and without a conflict.

    Those of the nearest division come first.
    """
    day = on or desk.today
    mine = posts_on(holder(desk, holder_id), day)
    roles = {post.role for post in mine}
    places = {path for post in mine for path in _up(post.path)}
    query = (
        select(OfficePost)
        .where(OfficePost.role.in_(sorted(roles)), OfficePost.path.in_(sorted(places)))
        .where(OfficePost.holder_id != holder_id, OfficePost.since <= day)
        .where(or_(OfficePost.until.is_(None), OfficePost.until > day))
    )
    near = sorted(desk.session.scalars(query), key=lambda post: (-len(post.path), post.holder_id))
    free = [
        one
        for one in dict.fromkeys(post.holder_id for post in near)
        if not any(c.effect == ENFORCED for c in conflicts(desk, case, one, stage=stage, on=day))
    ]
    return [holder(desk, one) for one in free]


def _up(path: str) -> Iterator[str]:
    parts = path.split("/")
    yield from ("/".join(parts[:end]) for end in range(len(parts), 0, -1))


def _substitute_hint(desk: Desk, case: AssistanceCase, holder_id: int, *, stage: str, on: date) -> Text:
    found = substitutes(desk, case, holder_id, stage=stage, on=on)
    if not found:
        return Text(
            "同一职能没有可以接办的人，由负责人或上一级接办",
            "nobody of the same office is free: the head or the level above takes the case over",
        )
    first = found[0]
    post = posts_on(first, on)[0]
    return Text(
        f"可由名册第{first.id}号（{post.unit}{post.position}）接办",
        f"no. {first.id} of the register ({post.unit} {post.position}) could act instead",
    )


def rule_gaps(desk: Desk, case: AssistanceCase, *, on: date | None = None) -> tuple[Line, ...]:
    """Return the recusal rules of the case's place whose text is not in hand: shown beside every answer."""
    return tuple(line for line in recusal_lines(desk, case, on=on) if line.is_gap)


def recusal_lines(desk: Desk, case: AssistanceCase, *, on: date | None = None) -> tuple[Line, ...]:
    """Return every recusal rule in force at the case's place on a day, gaps among them."""
    return _policy(desk, case, on or desk.today).lines("recusal_rule", case.programme)


def kin_in_case(
    session: Session, case: AssistanceCase, official: OfficeHolder, *, on: date
) -> Mapping[Person, tuple[Kin, ...]]:
    """Return the members of the household an official is related to, and how: what each is to him."""
    links = links_around(session, official.person_id, on=on)
    found = {one: relations(links, official.person_id, one) for one in members_on(session, case, on)}
    return {_person(session, one): kin for one, kin in found.items() if kin}


def members_on(session: Session, case: AssistanceCase, on: date) -> list[int]:
    """Return the persons of a household on a day, the head first."""
    query = select(CaseMember.person_id).where(
        CaseMember.case_id == case.id, or_(CaseMember.until.is_(None), CaseMember.until > on)
    )
    return list(dict.fromkeys([case.head_id, *session.scalars(query.order_by(CaseMember.id))]))


def phases_of(policy: Policy, programme: str, stage: str) -> frozenset[str]:
    """Return the words a rule may call a stage by: its code, and its phase (审核 up to the township, 审批 the county).

    A stage the procedure does not know belongs to both: who must step out of it is not made fewer by that.
    """
    line = policy.line("procedure", programme, stage)
    actor = line.value.get("actor", ()) if line is not None else ()
    actors = set() if isinstance(actor, Mapping) else set(listed(actor))
    if not actors:
        return frozenset({stage, REVIEW, APPROVAL})
    county = {REVIEW, APPROVAL} if actors - {"county"} and "county" in actors else {APPROVAL}
    return frozenset({stage, *(county if "county" in actors else {REVIEW})})


def _policy(desk: Desk, case: AssistanceCase, day: date) -> Policy:
    book = desk.policies.rulebook(case.division, on=day, area=case.area, programmes=(case.programme,))
    return book.policy


def _person(session: Session, person_id: int) -> Person:
    return session.get_one(Person, person_id)


def _conflict(desk: Desk, official: str, member: Person, kin: Kin, finding: Finding) -> Conflict:
    address = finding.line.provision.address if finding.line is not None else ""
    reason = _reason(desk, kin, finding)
    return Conflict(official=official, member=member.token, effect=finding.effect, provision=address, reason=reason)


def _reason(desk: Desk, kin: Kin, finding: Finding) -> Text:
    relation = RELATION_TEXT.get(kin.code, Text(kin.code, kin.code))
    if finding.line is None:
        return Text(
            f"家庭成员为其{relation.zh}：无规定，建议回避", f"{relation.en}: no rule in force, recusal is advised"
        )
    rule = cited(desk, finding.line)
    if finding.why == "gap":
        because = finding.line.provision.because or Text("来源未载", "the source is silent")
        return Text(
            f"家庭成员为其{relation.zh}：{rule.zh}{because.zh}，无规定，建议回避",
            f"{relation.en}: {rule.en}: {because.en}; recusal is advised",
        )
    if finding.why == "undefined":
        return Text(
            f"家庭成员为其{relation.zh}：{rule.zh}未列明近姻亲的范围，建议回避",
            f"{relation.en}: {rule.en} does not say who is a close in-law; recusal is advised",
        )
    return Text(f"家庭成员为其{relation.zh}（{rule.zh}）", f"{relation.en} ({rule.en})")


def cited(desk: Desk, line: Line) -> Text:
    """Return a rule as it is cited: title of the document and article; its label where it has no document."""
    found = line.provision.citation
    document = desk.policies.documents.get(found.document) if found is not None else None
    if found is None or document is None or not document.title:
        return line.provision.label
    said = f"《{document.title}》{article_text(found.article)}"
    return Text(said, said)


def _by_plugins(
    desk: Desk,
    case: AssistanceCase,
    official: str,
    *,
    kin: Mapping[Person, tuple[Kin, ...]],
    roles: Iterable[str],
    day: date,
) -> Iterator[Conflict]:
    seen = [
        Relation(official=official, role=role, member=member.token, relation=one.code, steps=one.steps)
        for member, ones in kin.items()
        for one in ones
        for role in sorted(roles)
    ]
    if not seen:
        return
    asked = Case(division=case.division, area=case.area, on=day.isoformat(), programmes=(case.programme,), facts={})
    found, problems = desk.plugins.find_conflicts(asked, seen)
    if problems:
        first = problems[0]
        raise JiuzhuError(first.code, first.message, where=first.where)
    yield from (Conflict(**asdict(one) | {"reason": one.reason}) for one in found if one.official == official)


def _granted(desk: Desk, case: AssistanceCase, official: OfficeHolder, token: str) -> Iterator[Conflict]:
    """Whoever the head told to step out stays out, whatever the register says of his kin."""
    query = select(RecusalDemand).where(
        RecusalDemand.case_id == case.id, RecusalDemand.holder_id == official.id, RecusalDemand.granted.is_(True)
    )
    for one in desk.session.scalars(query):
        reason = Text(f"已于{one.decided_on}决定回避", f"recusal was granted on {one.decided_on}")
        yield Conflict(official=token, member="", effect=ENFORCED, provision=one.provision or "", reason=reason)
