"""Persons: registering, finding by blind index, revealing by right; everything encrypted, everything else masked."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.people.fingerprint import HELD, note_written
from core.casework.people.identity import read_id_number
from core.errors import JiuzhuError, Text, did_you_mean
from core.store.cipher import Cipher
from core.store.engine import Store
from core.store.sealed import open_in, seal_in
from core.store.tables import AssistanceCase, CaseMember, Person

FIELDS = ("name", "id_number", "phone", "address", "account", "account_name")
"""The encrypted columns of a person."""
CALLED: Mapping[str, Text] = {
    "name": Text("姓名", "name"), "id_number": Text("身份证号", "ID number"), "phone": Text("联系电话", "telephone"),
    "address": Text("家庭住址", "address"), "bank": Text("开户银行", "bank"), "account": Text("账号", "account"),
    "account_name": Text("账户名", "account name"), "birth_date": Text("出生日期", "date of birth"),
    "sex": Text("性别", "sex"),
}  # fmt: skip
"""What is known of a person, in words."""
ACCOUNT = ("bank", "account", "account_name")
"""Where a person's money goes: changed as one, by two persons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What is known of a person in clear text, for as long as a form or an import needs it."""

    name: str = field(repr=False)
    id_number: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    bank: str | None = None
    account: str | None = field(default=None, repr=False)
    account_name: str | None = field(default=None, repr=False)
    birth_date: date | None = None
    sex: str | None = None


def holds_persons(store: Store) -> bool:
    """Tell whether anything is encrypted yet."""
    with store.reading() as session:
        return session.scalars(select(Person.id).limit(1)).first() is not None


def register_person(desk: Desk, identity: Identity) -> Person:
    """Enter a person, or return the one of this ID number; what was not known before is added, nothing is replaced.

    Raises:
        InvalidInput: faults of the ID number.
        JiuzhuError: ``another_name`` when the number is another name's; ``another_birth_date``, ``another_sex`` when
            the form says otherwise than the number or what is known.
    """
    checked = _checked(identity, desk.today)
    known = find_person(desk, checked.id_number) if checked.id_number else None
    if known is not None and known.name_index != desk.cipher.index(checked.name, "person.name"):
        text = Text("该身份证号已登记在另一姓名之下", "the ID number is registered under another name")
        hint = Text("请核对证件上的姓名和号码", "compare name and number with the card")
        raise JiuzhuError("another_name", text, hint=hint, value=known.token)
    person = known or Person(token=secrets.token_hex(16), name=b"", name_index="")
    written = fill_person(person, checked, desk.cipher)
    _refuse_difference(person, identity)
    desk.session.add(person)
    note_written(desk, person, written)
    desk.session.flush()
    return person


def kept(desk: Desk, person: Person, identity: Identity) -> tuple[str, ...]:
    """Return the fields in which a form says otherwise than what stays known of a person: none was replaced.

    Whoever enters the form tells the officer: another account is proposed and confirmed by ``people.contact``.
    """
    said = {name: getattr(identity, name) for name in ("phone", "address", "bank", "account", "account_name")}
    opened = {name: person.bank if name == "bank" else open_in(person, name, cipher=desk.cipher) for name in said}
    return tuple(name for name, text in said.items() if text and text != opened[name])


def _refuse_difference(person: Person, identity: Identity) -> None:
    """Date of birth and sex are what the rules count by: another one is looked into, and never written over."""
    for name, label in (("birth_date", Text("出生日期", "date of birth")), ("sex", Text("性别", "sex"))):
        given, known = getattr(identity, name), getattr(person, name)
        if given is not None and known is not None and given != known:
            text = Text(f"所填{label.zh}与已登记的不一致", f"the {label.en} is not the one registered")
            hint = Text("请核对证件；有身份证号的以号码为准", "compare with the card: the ID number tells both")
            raise JiuzhuError(f"another_{name}", text, hint=hint, value=person.token)


def _checked(identity: Identity, today: date) -> Identity:
    """The identity with its number in 18 characters, and date of birth and sex as the number says."""
    if not identity.id_number:
        return replace(identity, id_number=None)
    read = read_id_number(identity.id_number, today=today)
    return replace(identity, id_number=read.number, birth_date=read.birth_date, sex=read.sex)


def fill_person(person: Person, identity: Identity, cipher: Cipher) -> tuple[str, ...]:
    """Seal what was not known of a person yet, and return which fields; what is known is changed by right alone.

    Bank, account and account name are one: where an account is known, none of them is filled.
    """
    before = {name: getattr(person, name) for name in HELD}
    names = [name for name in FIELDS if not getattr(person, name) and getattr(identity, name) is not None]
    if person.account:
        names = [name for name in names if name not in ACCOUNT]
    else:
        person.bank = identity.bank or person.bank
    for name in names:
        seal_in(person, name, getattr(identity, name), cipher=cipher)
    if "name" in names:
        person.name_index = cipher.index(identity.name, "person.name")
    if identity.id_number is not None and person.id_number_index is None:
        person.id_number_index = cipher.index(identity.id_number, "person.id_number")
    person.birth_date = person.birth_date or identity.birth_date
    person.sex = person.sex or identity.sex
    return tuple(name for name in HELD if getattr(person, name) != before[name])


def find_person(desk: Desk, id_number: str) -> Person | None:
    """Return the person of an ID number.

    Raises:
        InvalidInput: faults of the number.
    """
    index = desk.cipher.index(read_id_number(id_number).number, "person.id_number")
    return desk.session.scalars(select(Person).where(Person.id_number_index == index)).first()


def member_of(desk: Desk, case: AssistanceCase, token: str | None = None) -> Person:
    """Return a member of a case by his token, by default its head.

    Raises:
        JiuzhuError: ``unknown_member``.
    """
    query = select(Person).join(CaseMember, CaseMember.person_id == Person.id).where(CaseMember.case_id == case.id)
    query = query.where(Person.id == case.head_id if token is None else Person.token == token)
    person = desk.session.scalars(query).first()
    if person is None:
        raise JiuzhuError("unknown_member", Text("家庭中没有此人", "nobody of that token is a member"), value=token)
    return person


def shown_name(desk: Desk, person: Person) -> str:
    """Return a person's name: staff who may read a case see it; notices mask it by their own rule."""
    return open_in(person, "name", cipher=desk.cipher) or ""


def masked(text: str, *, head: int, tail: int) -> str:
    """Return a text with its middle hidden; where too little would be, its beginning too, or all of it.

    Hidden is at least the share the usual form of an ID number hides: eight of eighteen.

    >>> masked("330381199001011234", head=6, tail=4), masked("123456789", head=4, tail=4)
    ('330381********1234', '*****6789')
    """
    for shown in (head, 0):
        hidden = len(text) - shown - tail
        if hidden * 18 >= len(text) * 8:
            return text[:shown] + "*" * hidden + text[shown + hidden :]
    return "*" * len(text)


def reveal(desk: Desk, person: Person, name: str, *, path: str, reason: str) -> str:
    """Return one encrypted field in full; by right only, and never without a trace.

    Raises:
        JiuzhuError: ``not_permitted``; ``unknown_field``.
    """
    desk.require("case.reveal", path)
    if name not in FIELDS:
        text = Text("没有这个加密栏目", "there is no such encrypted field")
        raise JiuzhuError("unknown_field", text, hint=did_you_mean(name, FIELDS), value=name)
    desk.record(f"reveal/{path.rpartition('/')[2]}", "revealed", {"person": person.token, "field": name}, reason=reason)
    return open_in(person, name, cipher=desk.cipher) or ""
