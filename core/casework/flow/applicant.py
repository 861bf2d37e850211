"""The persons of an application: who they are, and what each answered on relatives in office.

Every member is asked 是否与经办人员或村（居）委会成员有近亲属关系; no application comes in with that unanswered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.flow.transition import table
from core.casework.people.identity import read_id_number
from core.casework.people.kinship import RELATIONS, Link
from core.casework.people.kinship_register import relate
from core.casework.people.office import holder
from core.casework.people.person import Identity, find_person
from core.errors import InvalidInput, Problem, Text, Where, did_you_mean
from core.store.tables import AssistanceCase, CaseMember, Person

QUESTION = Text(
    "是否与经办人员或村（居）委会成员有近亲属关系",
    "is there a near relative among the officers or the village committee?",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredRelation:
    """A relation declared: the member is the ``relation`` of somebody in office.

    ``holder`` is his number in the register, where he is in it; ``post`` his post in words.
    """

    relation: str
    holder: int | None = None
    post: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """A member of the household. ``relatives`` None: not asked; empty: asked, and there are none."""

    key: str
    identity: Identity
    relation: str
    relatives: Sequence[DeclaredRelation] | None = None


def check_applicants(desk: Desk, members: Sequence[Applicant], programme: str) -> Iterator[Problem]:
    """Yield what is wrong with the persons of an application."""
    heads = [one for one in members if one.relation == "head"]
    if len(heads) != 1:
        message = Text("应当有且只有一名户主", "there must be exactly one head of household")
        yield Problem(code="one_head", message=message, value=str(len(heads)))
    for key, count in Counter(one.key for one in members).items():
        if count > 1:
            yield Problem(code="duplicate_member", message=Text("成员编号重复", "a member is there twice"), value=key)
    for place, one in enumerate(members):
        yield from _answered(one)
        faults = list(_number(desk, one, place))
        yield from faults or _already(desk, one, programme)
    yield from _twice(members)


def _number(desk: Desk, one: Applicant, place: int) -> Iterator[Problem]:
    if one.identity.id_number:
        try:
            read_id_number(one.identity.id_number, where=Where(path=f"$.members[{place}]"), today=desk.today)
        except InvalidInput as error:
            yield from error.problems


def _twice(members: Sequence[Applicant]) -> Iterator[Problem]:
    """Nobody is two members; the number itself is not repeated in the message."""
    numbers = Counter(one.identity.id_number.upper() for one in members if one.identity.id_number)
    for one in members:
        if one.identity.id_number and numbers[one.identity.id_number.upper()] > 1:
            message = Text("身份证号与另一成员相同", "another member has the same ID number")
            yield Problem(code="same_person", message=message, value=one.key)


def _answered(one: Applicant) -> Iterator[Problem]:
    if one.relatives is None:
        message = Text(f"未回答：{QUESTION.zh}", f"not answered: {QUESTION.en}")
        yield Problem(code="not_declared", message=message, value=one.key)
    for relation in one.relatives or ():
        if relation.relation not in RELATIONS:
            message = Text("没有这种亲属关系", "there is no such relation")
            hint = did_you_mean(relation.relation, RELATIONS)
            yield Problem(code="unknown_relation", message=message, hint=hint, value=relation.relation)


def _already(desk: Desk, one: Applicant, programme: str) -> Iterator[Problem]:
    """A person belongs to one living case of a programme."""
    person = find_person(desk, one.identity.id_number) if one.identity.id_number else None
    if person is None:
        return
    groups = table()["groups"]
    query = (
        select(AssistanceCase.number)
        .join(CaseMember, CaseMember.case_id == AssistanceCase.id)
        .where(CaseMember.person_id == person.id, CaseMember.until.is_(None), AssistanceCase.programme == programme)
        .where(AssistanceCase.status.in_([*groups["pending"], *groups["recipient"]]))
    )
    for number in desk.session.scalars(query):
        message = Text(f"该成员已在案件{number}中", f"the member belongs to case {number}")
        yield Problem(code="already_in_a_case", message=message, value=one.key)


def declared_relations(members: Sequence[Applicant], persons: Mapping[str, Person]) -> list[dict[str, Any]]:
    """Return what was declared, as the case's event keeps it: tokens and codes."""
    return [
        {"person": persons[one.key].token, "relation": said.relation, "holder": said.holder, "post": said.post}
        for one in members
        for said in one.relatives or ()
    ]


def relate_declared(desk: Desk, members: Sequence[Applicant], persons: Mapping[str, Person], *, path: str) -> None:
    """Enter declared relations to persons of the register, so that recusal knows them.

    Raises:
        JiuzhuError: ``unknown_holder``.
    """
    for one in members:
        for said in one.relatives or ():
            if said.holder is not None:
                official = holder(desk, said.holder)
                link = Link(person=persons[one.key].id, of=official.person_id, link=said.relation)
                relate(desk, link, path=path, basis="application")
