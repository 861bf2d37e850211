"""A case as its pages know it: read once a request, with the words and choices the forms of its steps need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import or_, select

from admin.asking import whole
from core.casework.access import within
from core.casework.deciding.facts import facts_on
from core.casework.desk import Desk
from core.casework.flow.clock import Deadline, deadlines
from core.casework.flow.history import Happening
from core.casework.flow.procedure import Course, course_of
from core.casework.people.office import ROLES, posts_on
from core.casework.people.person import shown_name
from core.casework.scope import inside, upwards
from core.casework.words import word, words
from core.errors import Text
from core.rulebook import Rulebook
from core.store.tables import AssistanceCase, CaseMember, OfficeHolder, OfficePost, Person

Options = list[tuple[str, Text | str]]


@dataclass(frozen=True)
class Member:
    """A member as pages name him: who reads the case sees the name."""

    person: Person
    relation: str
    name: str
    since: date
    until: date | None
    entitled: bool

    @property
    def token(self) -> str:
        """His token in facts and events."""
        return self.person.token


@dataclass(frozen=True)
class Situation:
    """A case on a desk. ``about`` is what a step is about: a stage, the number of an event, a member's token."""

    desk: Desk
    case: AssistanceCase
    about: str = ""

    @cached_property
    def course(self) -> Course:
        """The procedure and where the case stands in it."""
        return course_of(self.desk, self.case)

    @cached_property
    def limits(self) -> tuple[Deadline, ...]:
        """The limits that run or have run."""
        return tuple(deadlines(self.desk, self.case, course=self.course))

    @cached_property
    def book(self) -> Rulebook:
        """The rules of the place today."""
        case = self.case
        return self.desk.policies.rulebook(
            case.division, on=self.desk.today, area=case.area, programmes=(case.programme,)
        )

    @cached_property
    def all_members(self) -> tuple[Member, ...]:
        """Everybody who belongs or belonged to the household, the head first."""
        query = (
            select(CaseMember, Person)
            .join(Person, Person.id == CaseMember.person_id)
            .where(CaseMember.case_id == self.case.id)
            .order_by(CaseMember.until.is_not(None), Person.id != self.case.head_id, CaseMember.id)
        )
        return tuple(
            Member(person=person, relation=row.relation, name=shown_name(self.desk, person), since=row.since,
                   until=row.until, entitled=row.entitled)
            for row, person in self.desk.session.execute(query)
        )  # fmt: skip

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """The household of today."""
        return tuple(one for one in self.all_members if one.until is None)

    def relation(self, code: str) -> Text:
        """Return a relation to the head in words."""
        declared = self.book.facts.declared["member.relation"]["choices"].get(code)
        return Text(declared["zh"], declared["en"]) if declared else Text(code, code)

    def member_options(self) -> Options:
        """The members by name and relation."""
        said = [(one, self.relation(one.relation)) for one in self.members]
        return [(one.token, Text(f"{one.name}（{of.zh}）", f"{one.name} ({of.en})")) for one, of in said]

    @cached_property
    def officers(self) -> Options:
        """Persons in office today whose post reaches the case, and those below it in its place."""
        path = self.case.path
        query = (
            select(OfficeHolder)
            .join(OfficePost)
            .where(or_(OfficePost.path.in_(upwards(path)), inside(OfficePost.path, [path])))
            .order_by(OfficeHolder.id)
            .distinct()
        )
        found = [(one, self._readable_posts(one)) for one in self.desk.session.scalars(query)]
        people = {person.id: person for person in self._people([one.person_id for one, _ in found])}
        return [(str(one.id), self._official(people[one.person_id], posts[0])) for one, posts in found if posts]

    def _readable_posts(self, one: OfficeHolder) -> list[OfficePost]:
        """The posts of today that the officer may see: those of his area and of the levels above it."""
        roots = self.desk.actor.roots("office.read", self.desk.today)
        held = posts_on(one, self.desk.today)
        return [post for post in held if any(within(post.path, root) or within(root, post.path) for root in roots)]

    def _official(self, person: Person, post: OfficePost) -> Text:
        name, role = shown_name(self.desk, person), ROLES[post.role]
        held = f"{post.unit}{post.position}"
        return Text(f"{name}　{held}（{role.zh}）", f"{name} {held} ({role.en})")

    def _people(self, ids: Sequence[int]) -> Sequence[Person]:
        return self.desk.session.scalars(select(Person).where(Person.id.in_(ids))).all()

    @property
    def happening(self) -> Happening | None:
        """The event the step is about, where it names one."""
        wanted = whole(self.about)
        return next((one for one in self.course.state.happenings if one.sequence == wanted), None)

    def known_facts(self) -> dict[str, object]:
        """The facts in effect today."""
        found = facts_on(self.desk.session, self.case.id, self.desk.today)
        return dict(found.facts) if found is not None else {}


def worded(group: str, codes: Sequence[str] | None = None) -> Options:
    """Return codes of a group of words as options; without codes every one of the group."""
    return [(one, word(group, one)) for one in (codes if codes is not None else words()[group])]
