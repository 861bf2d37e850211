"""Changing what is known of a person: telephone and address by one officer, where the money goes by two.

The right is asked at every case the person lives by, and each of these cases says which fields changed, never to what.
The second officer enters the account anew and the two entries must agree: nothing is kept in the meantime but a keyed
digest, and a slip of the pen shows too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.flow.history import chain_of
from core.casework.flow.transition import table
from core.casework.people.fingerprint import note_written
from core.casework.people.person import ACCOUNT, FIELDS
from core.errors import JiuzhuError, Text
from core.store.sealed import seal_in
from core.store.tables import AssistanceCase, CaseMember, Event, Person

CONTACT = ("phone", "address")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where a person's money is to go."""

    bank: str
    account: str = field(repr=False)
    account_name: str = field(repr=False)


def change_contact(desk: Desk, person: Person, contact: Mapping[str, str], *, reason: str) -> None:
    """Replace telephone or address.

    Raises:
        JiuzhuError: ``no_case``, ``not_permitted``, ``reason_missing``, ``unknown_field``.
    """
    cases = cases_of(desk, person, "person.contact", reason=reason)
    for name in contact:
        if name not in CONTACT:
            raise JiuzhuError("unknown_field", Text("没有这个联系方式", "there is no such contact"), value=name)
    _seal(desk, person, contact)
    note_written(desk, person, contact)
    _note(desk, cases, "contact_changed", {"person": person.token, "fields": sorted(contact)}, reason=reason)


def propose_account(desk: Desk, person: Person, account: Account, *, reason: str) -> None:
    """Say where a person's money is to go from now on; nothing changes before another officer confirms it.

    Raises:
        JiuzhuError: ``no_case``, ``not_permitted``, ``reason_missing``.
    """
    cases = cases_of(desk, person, "person.contact", reason=reason)
    body = {"person": person.token, "account": _digest(desk, person, account)}
    _note(desk, cases, "account_proposed", body, reason=reason)


def confirm_account(desk: Desk, person: Person, account: Account, *, reason: str) -> None:
    """Enter the account another officer proposed, and let it take effect.

    Raises:
        JiuzhuError: ``no_case``, ``not_permitted``, ``reason_missing``, ``no_proposal``, ``maker_is_checker``,
            ``other_account``.
    """
    cases = cases_of(desk, person, "person.account", reason=reason)
    proposed = _proposal(desk, person, cases)
    if proposed is None:
        text = Text("没有待复核的账户变更", "no other account is proposed")
        raise JiuzhuError("no_proposal", text, value=person.token)
    if proposed.actor_id == desk.actor.id:
        text = Text("账户变更须由另一人复核", "another officer confirms the account")
        raise JiuzhuError("maker_is_checker", text, value=desk.actor.login)
    if proposed.body["account"] != _digest(desk, person, account):
        text = Text("两次录入的账户不一致", "the two entries of the account differ")
        hint = Text("请核对存折或银行卡后重新提出", "look at the bank's card and propose it again")
        raise JiuzhuError("other_account", text, hint=hint, value=person.token)
    _seal(desk, person, {"account": account.account, "account_name": account.account_name})
    person.bank = account.bank
    note_written(desk, person, ACCOUNT)
    body = {"person": person.token, "proposed_by": proposed.actor_id}
    _note(desk, cases, "account_changed", body, reason=reason)


def cases_of(desk: Desk, person: Person, action: str, *, reason: str) -> Sequence[AssistanceCase]:
    """Return the living cases of a person, or where there are none all of them; the right is asked at each.

    Raises:
        JiuzhuError: ``no_case``, ``not_permitted``, ``reason_missing``.
    """
    if not reason.strip():
        raise JiuzhuError("reason_missing", Text("请写明原因", "say why"))
    found = desk.session.scalars(
        select(AssistanceCase)
        .join(CaseMember, CaseMember.case_id == AssistanceCase.id)
        .where(CaseMember.person_id == person.id)
        .order_by(AssistanceCase.id)
        .distinct()
    ).all()
    ended = table()["groups"]["ended"]
    cases = [one for one in found if one.status not in ended] or found
    if not cases:
        raise JiuzhuError("no_case", Text("此人不在任何案件中", "the person is in no case"), value=person.token)
    for one in cases:
        desk.require(action, one.path)
    return cases


def _proposal(desk: Desk, person: Person, cases: Sequence[AssistanceCase]) -> Event | None:
    """What was last said of a person's account, if it waits for confirmation."""
    kinds = ("account_proposed", "account_changed")
    query = select(Event).where(Event.chain.in_([chain_of(one.id) for one in cases]), Event.kind.in_(kinds))
    found = [one for one in desk.session.scalars(query.order_by(Event.id)) if one.body["person"] == person.token]
    return found[-1] if found and found[-1].kind == kinds[0] else None


def _digest(desk: Desk, person: Person, account: Account) -> str:
    """A keyed digest of an account for this person: of equal ones alone equal, and saying nothing else."""
    parts = (person.token, account.bank, account.account, account.account_name)
    return desk.cipher.index("\0".join(parts), "person.account")


def _seal(desk: Desk, person: Person, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        assert name in FIELDS
        seal_in(person, name, text, cipher=desk.cipher)


def _note(desk: Desk, cases: Sequence[AssistanceCase], kind: str, body: Mapping[str, object], *, reason: str) -> None:
    for one in cases:
        desk.record(chain_of(one.id), kind, body, reason=reason)
