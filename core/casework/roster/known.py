"""Who of a roster is known already: persons by blind index, and the open cases they are in, one query a batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.flow.transition import table
from core.casework.roster.entry import Entry
from core.errors import Problem, Text
from core.store.tables import AssistanceCase, CaseMember, Person

MOST_VALUES = 5000
"""How many indexes are asked for at once; databases take a limited number of parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """An open case somebody is in."""

    number: str
    programme: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Persons of a batch that the database knows, by index of the ID number, and the open cases they are in."""

    persons: Mapping[str, Person]
    cases: Mapping[str, Sequence[OpenCase]]


def index_of(desk: Desk, number: str) -> str:
    """Return the blind index of an ID number."""
    return desk.cipher.index(number, "person.id_number")


def look_up(desk: Desk, indexes: Iterable[str]) -> Known:
    """Look persons up by the indexes of their ID numbers."""
    wanted = list(indexes)
    persons: dict[str, Person] = {}
    cases: dict[str, list[OpenCase]] = {}
    ended = table()["groups"]["ended"]
    for start in range(0, len(wanted), MOST_VALUES):
        part = wanted[start : start + MOST_VALUES]
        for one in desk.session.scalars(select(Person).where(Person.id_number_index.in_(part))):
            persons[str(one.id_number_index)] = one
        query = (
            select(Person.id_number_index, AssistanceCase.number, AssistanceCase.programme)
            .join(CaseMember, CaseMember.person_id == Person.id)
            .join(AssistanceCase, AssistanceCase.id == CaseMember.case_id)
            .where(Person.id_number_index.in_(part), CaseMember.until.is_(None), AssistanceCase.status.not_in(ended))
        )
        for index, number, programme in desk.session.execute(query):
            cases.setdefault(str(index), []).append(OpenCase(number=number, programme=programme))
    return Known(persons=persons, cases=cases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Which other programmes cannot be had beside the one imported, by the rules in force."""

    programme: str
    excluded: frozenset[str]

    @classmethod
    def of(cls, desk: Desk, programme: str, *, division: str, area: str) -> Rules:
        """Read the interactions in force today."""
        policy = desk.policies.rulebook(division, on=desk.today, area=area, programmes=(programme,)).policy
        lines = policy.lines("interaction", programme)
        exclusive = (one.value["with"] for one in lines if one.value.get("rule") == "mutually_exclusive")
        return cls(programme=programme, excluded=frozenset(exclusive))

    def faults(self, entry: Entry, known: Known, desk: Desk) -> list[Problem]:
        """Return what speaks against a household: a member in a case already, or known by another name."""
        return [one for place in range(len(entry.members)) for one in self._of(entry, place, known, desk)]

    def _of(self, entry: Entry, place: int, known: Known, desk: Desk) -> Iterator[Problem]:
        member = entry.members[place]
        index = index_of(desk, member.number)
        for case in known.cases.get(index, ()):
            if case.programme == self.programme or case.programme in self.excluded:
                yield _in_a_case(place, case)
        person = known.persons.get(index)
        if person is not None and person.name_index != desk.cipher.index(member.name, "person.name"):
            who = _who(place)
            text = Text(
                f"{who.zh}的身份证号已登记在另一姓名之下", f"the ID number of {who.en} is registered under another name"
            )
            yield Problem(code="another_name", message=text)


def _who(place: int) -> Text:
    """Name a member by his place in the row, not by his name: the row tells who holds it."""
    return Text("户主", "the head") if place == 0 else Text(f"第 {place + 1} 人", f"person {place + 1}")


def _in_a_case(place: int, case: OpenCase) -> Problem:
    who = _who(place)
    text = Text(
        f"{who.zh}已在案件 {case.number}（{case.programme}）中", f"{who.en} is in case {case.number} ({case.programme})"
    )
    return Problem(code="already_in_a_case", message=text)
