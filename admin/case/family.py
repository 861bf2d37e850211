"""The household on a page: members with masked numbers, relatives in office, who may see more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from admin.case.situation import Member, Situation
from admin.form import Field
from admin.language import language
from core.casework.people.kinship import relations
from core.casework.people.kinship_register import links_around
from core.casework.people.person import masked
from core.casework.people.recusal_rules import RELATION_TEXT
from core.errors import Text
from core.store.sealed import open_in
from core.store.tables import OfficeHolder, Person

SHOWN = {"id_number": (6, 4), "phone": (3, 4), "account": (4, 4)}
"""How many characters of a number stay readable at either end."""
REASONS = (Field("reason", Text("查看的原因", "why you need to see it"), required=True),)
REVEALED = {
    "id_number": Text("身份证号", "ID number"),
    "phone": Text("电话", "telephone"),
    "address": Text("住址", "address"),
    "account": Text("账号", "account"),
    "account_name": Text("户名", "name of the account"),
}


def members(now: Situation) -> list[dict[str, Any]]:
    """Return everybody of the household, numbers masked."""
    return [
        {
            "member": one, "relation": now.relation(one.relation).pick(language()), "sex": _sex(now, one),
            **{name: _masked(now, one.person, name) for name in SHOWN},
            "has": {name for name in REVEALED if getattr(one.person, name)},
        }
        for one in now.all_members
    ]  # fmt: skip


def _sex(now: Situation, one: Member) -> str:
    said = now.book.facts.declared["member.sex"]["choices"].get(one.person.sex or "")
    return said[language()] if said else "—"


def _masked(now: Situation, person: Person, name: str) -> str:
    text = open_in(person, name, cipher=now.desk.cipher)
    head, tail = SHOWN[name]
    return masked(text, head=head, tail=tail) if text else "—"


def related(now: Situation) -> list[dict[str, Any]]:
    """Return whom of the register of office the members are related to, and what was declared beside it."""
    found = [one for member in now.members for one in _registered(now, member)]
    application = now.course.state.done.get("application")
    declared = application.body.get("declared_relations", ()) if application is not None else ()
    names = {one.token: one.name for one in now.all_members}
    said = [
        {"member": names.get(one["person"], ""), "relation": RELATION_TEXT.get(one["relation"]),
         "of": one.get("post") or "", "declared": True}
        for one in declared if one.get("holder") is None
    ]  # fmt: skip
    return [*found, *said]


def _registered(now: Situation, member: Member) -> Iterator[dict[str, Any]]:
    links = links_around(now.desk.session, member.person.id, on=now.desk.today)
    others = {one for link in links for one in (link.person, link.of)} - {member.person.id}
    query = select(OfficeHolder).where(OfficeHolder.person_id.in_(sorted(others)))
    for holder in now.desk.session.scalars(query) if others else ():
        for kin in relations(links, holder.person_id, member.person.id):
            yield {"member": member.name, "relation": RELATION_TEXT.get(kin.code), "holder": holder.id,
                   "of": dict(now.officers).get(str(holder.id), f"#{holder.id}"), "declared": kin.declared}  # fmt: skip
