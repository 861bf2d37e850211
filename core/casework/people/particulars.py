"""Correcting who somebody is (更正身份信息): name, ID number, date of birth, sex, where they were entered wrongly.

The rules count by what is true, so facts follow: each case the person lives by gets corrected versions of its facts,
and what they make of the money is proposed and decided like any other change. Events say which fields, never what.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.casework.deciding.facts import versions_of, write_facts
from core.casework.deciding.membership import timeline
from core.casework.desk import Desk
from core.casework.flow.history import chain_of
from core.casework.people.contact import cases_of
from core.casework.people.fingerprint import note_written
from core.casework.people.identity import read_id_number
from core.casework.people.person import find_person
from core.errors import InvalidInput, JiuzhuError, Problem, Text
from core.store.sealed import open_in, seal_in
from core.store.tables import AssistanceCase, Person

SEXES = ("male", "female")
IN_FACTS = ("birth_date", "sex")


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What is right of a person; what is None stays as it is."""

    name: str | None = field(default=None, repr=False)
    id_number: str | None = field(default=None, repr=False)
    birth_date: date | None = None
    sex: str | None = None


def correct_particulars(desk: Desk, person: Person, right: Particulars, *, reason: str) -> tuple[str, ...]:
    """Correct a person's particulars in every case he lives by; returns the fields that were wrong.

    With an ID number, date of birth and sex are as it says: another one given beside it, or beside the number that
    stays, is refused.

    Raises:
        JiuzhuError: ``no_case``, ``not_permitted``, ``reason_missing``; ``nothing_to_correct``;
            ``another_persons_number``.
        InvalidInput: faults of the number; ``another_birth_date``, ``another_sex``, ``unknown_sex``, ``in_the_future``.
    """
    cases = cases_of(desk, person, "case.correct", reason=reason)
    told = _told(desk, person, right)
    known = {name: open_in(person, name, cipher=desk.cipher) for name in ("name", "id_number")}
    known |= {name: getattr(person, name) for name in IN_FACTS}
    wrong = {name: value for name, value in told.items() if value != known[name]}
    if not wrong:
        text = Text("与已登记的相同，无须更正", "nothing differs from what is registered")
        raise JiuzhuError("nothing_to_correct", text, value=person.token)
    _write(desk, person, wrong)
    for case in cases:
        body = {"person": person.token, "fields": sorted(wrong), "facts": _correct_facts(desk, case, person, wrong)}
        desk.record(chain_of(case.id), "particulars_corrected", body, reason=reason)
    return tuple(sorted(wrong))


def _told(desk: Desk, person: Person, right: Particulars) -> dict[str, Any]:
    """What is said to be right, held against the ID number that is or stays his."""
    said = {name: value for name in ("name", *IN_FACTS) if (value := getattr(right, name)) is not None}
    number = right.id_number or open_in(person, "id_number", cipher=desk.cipher)
    problems = list(_faults(desk, said))
    if number is not None:
        read = read_id_number(number, today=desk.today)
        problems += _differences(said, {"birth_date": read.birth_date, "sex": read.sex})
        if right.id_number is not None:
            _refuse_another(desk, person, read.number)
            said |= {"id_number": read.number, "birth_date": read.birth_date, "sex": read.sex}
    if problems:
        raise InvalidInput(problems)
    return said


def _faults(desk: Desk, said: Mapping[str, Any]) -> Iterator[Problem]:
    if said.get("sex", "male") not in SEXES:
        text = Text("性别应为男或女", "neither male nor female")
        yield Problem(code="unknown_sex", message=text, value=said["sex"], allowed=SEXES)
    if said.get("birth_date", desk.today) > desk.today:
        text = Text("出生日期晚于今天", "born after today")
        yield Problem(code="in_the_future", message=text)


def _differences(said: Mapping[str, Any], number: Mapping[str, Any]) -> Iterator[Problem]:
    for name, label in (("birth_date", Text("出生日期", "date of birth")), ("sex", Text("性别", "sex"))):
        if name in said and said[name] != number[name]:
            text = Text(f"所填{label.zh}与身份证号不符", f"the {label.en} is not the one the ID number says")
            hint = Text("身份证号有误的，请一并更正", "a wrong number is corrected together with it")
            yield Problem(code=f"another_{name}", message=text, hint=hint)


def _refuse_another(desk: Desk, person: Person, number: str) -> None:
    known = find_person(desk, number)
    if known is not None and known.id != person.id:
        text = Text("该身份证号已登记在另一人名下", "the ID number is another person's")
        raise JiuzhuError("another_persons_number", text, value=known.token)


def _write(desk: Desk, person: Person, wrong: Mapping[str, Any]) -> None:
    for name, value in wrong.items():
        if name in IN_FACTS:
            setattr(person, name, value)
        else:
            seal_in(person, name, value, cipher=desk.cipher)
            setattr(person, f"{name}_index", desk.cipher.index(value, f"person.{name}"))
    note_written(desk, person, wrong)


def _correct_facts(desk: Desk, case: AssistanceCase, person: Person, wrong: Mapping[str, Any]) -> list[int]:
    """Record a corrected version of the facts for every day whose version says otherwise; returns their numbers."""
    right = {name: value.isoformat() if isinstance(value, date) else value
             for name, value in wrong.items() if name in IN_FACTS}  # fmt: skip
    made: list[int] = []
    for version in timeline(versions_of(desk.session, case.id)):
        members = [_member(one, person.token, right) for one in version.facts["members"]]
        if members != version.facts["members"]:
            facts, on = {**version.facts, "members": members}, version.effective_on
            made.append(write_facts(desk, case, facts, basis="correction", effective_on=on).number)
    return made


def _member(one: Mapping[str, Any], token: str, right: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a member with what they say of him put right; what they do not say stays unsaid."""
    return {**one, **{name: text for name, text in right.items() if one["id"] == token and name in one}}
