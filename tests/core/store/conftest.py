"""A database with a few households of everything the store knows: exact amounts, bytes, days, links, a chain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.casework.staff import first_administrator
from core.casework.trail import Deed, append_event
from core.store.base import Base, CanonicalJson
from core.store.cipher import Cipher, new_cipher
from core.store.engine import Store, open_store
from core.store.rows import kind_of
from core.store.tables import (
    Amendment,
    AssistanceCase,
    Attachment,
    CaseMember,
    Decision,
    FactsVersion,
    Person,
    RegistryContent,
    RegistryEntry,
    StaffUser,
    StoredPolicy,
)

MOMENT = "2018-04-27T01:02:03+00:00"
DAY = date(2018, 4, 27)


@pytest.fixture
def cipher() -> Cipher:
    return new_cipher()


def household(session: Session, number: int, cipher: Cipher) -> None:
    """A household with its facts, its decision and one event, all in one transaction."""
    token = f"{number:032x}"
    person = row(Person, token=token, name=cipher.seal(f"示例{number}", "person.name", row=token),
                    name_index=cipher.index(f"示例{number}", "person.name"), birth_date=date(1949, 12, 31))  # fmt: skip
    session.add(person)
    session.flush()
    case = row(
        AssistanceCase, number=f"示例-{number:04d}", programme="dibao", area="rural", division="430903",
        path="000000/430000/430900/430903", head_id=person.id, status="in_payment", opened_on=DAY, rules_on=DAY,
        persons=1, entitled=1, monthly=28333, filed=number % 2 == 0, version=1,
    )  # fmt: skip
    session.add(case)
    session.flush()
    session.add(row(CaseMember, case_id=case.id, person_id=person.id, relation="head", since=DAY))
    facts = row(FactsVersion, case_id=case.id, number=1, basis="verified", effective_on=DAY, recorded_at=MOMENT,
                         facts={"members": [{"id": person.token, "note": "行\n\u2028“引”"}]}, digest="0" * 64)  # fmt: skip
    session.add(facts)
    session.flush()
    session.add(
        row(
        Decision, case_id=case.id, number=1, kind="grant", decided_on=DAY, recorded_at=MOMENT, from_month=date(2018, 5, 1),
            monthly=Fraction(85000, 3), parts={"benefit": "85000/3"}, method="gap", policy_hash="a" * 64,
            facts_id=facts.id, trace=bytes(range(256)), basis={}, prepared_by=1, decided_by=2, digest="0" * 64,
        )
    )  # fmt: skip
    deed = Deed(kind="granted", happened_on=DAY, recorded_at=MOMENT, actor_id=1, body={"monthly": "85000/3"})
    append_event(session, f"case/{case.id}", deed)


@pytest.fixture
def fill(cipher: Cipher) -> Callable[..., None]:
    """Fill an empty database with so many households."""

    def run(store: Store, households: int = 3) -> None:
        with store.writing() as session:
            first_administrator(session, "root", "管理员", moment=MOMENT, today=DAY)
            session.add_all([row(StaffUser, login=one, name=one, password=None) for one in ("maker", "checker")])
            session.add(row(StoredPolicy, hash="a" * 64, recorded_at=MOMENT, body=b"\x00\xffpolicy"))
            session.add(row(RegistryContent, content="b" * 64, body={"id": "p/one", "key": "", "n": 1}))
            session.flush()
            session.add(row(RegistryEntry, sequence=1, recorded_at=MOMENT, source="p", version="1",
                                      contents=["b" * 64], new=["b" * 64], chain="c" * 64))  # fmt: skip
            session.add(row(Attachment, subject="case/1", name="照片.jpg", media_type="image/jpeg", size=3, digest="d" * 64,
                                   recorded_at=MOMENT, content=b"\xff\xd8\xff"))  # fmt: skip
            for uuid in ("1" * 32, "2" * 32):
                session.add(row(Amendment, uuid=uuid, proposed_by=1))
            session.flush()
            session.get_one(Amendment, "1" * 32).superseded_by = "2" * 32
            session.get_one(Amendment, "2" * 32).rolls_back = "1" * 32
            for number in range(households):
                household(session, number, cipher)

    return run


def row(table: type[Base], **given: Any) -> Any:
    """A row with what is given and, in every other column that must be filled, something of its kind."""
    plain: dict[str, Any] = {"text": "x", "integer": 1, "date": DAY, "boolean": False, "bytes": b"x"}
    for column in Base.metadata.tables[table.__tablename__].columns:
        if column.name not in given and not (column.nullable or column.default or column.primary_key):
            given[column.name] = {} if isinstance(column.type, CanonicalJson) else plain[kind_of(column)]
    return table(**given)


@pytest.fixture
def empty(tmp_path: Path, postgresql: Any) -> Iterator[Callable[[str], Store]]:
    """Open a new database of a dialect without any table."""
    opened: list[tuple[Store, str]] = []

    def make(dialect: str) -> Store:
        if dialect == "postgresql" and postgresql is None:
            pytest.skip("no PostgreSQL on this machine")
        url = postgresql.fresh(empty=True) if dialect == "postgresql" else f"sqlite:///{tmp_path}/{len(opened)}.db"
        opened.append((open_store(url), url))
        return opened[-1][0]

    yield make
    for store, url in opened:
        store.close()
        if store.dialect == "postgresql":
            postgresql.drop(url)


@pytest.fixture
def source(store: Store, fill: Callable[..., None]) -> Store:
    """A filled database."""
    fill(store)
    return store


@pytest.fixture
def new_household(cipher: Cipher) -> Callable[[Session, int], None]:
    """Add a household to a session."""
    return lambda session, number: household(session, number, cipher)
