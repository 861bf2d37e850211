"""Two at once: barrier-started, exactly one wins, the other gets a clear conflict and nothing half done.

One database and two platforms serve all rounds of a race; every round lays new rows of its own before the officers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.source import read_text
from core.store.tables import Amendment, AmendmentRow, Event, RegistryEntry, StaffUser
from regions import amendment
from tests.core.casework.race import ROUNDS, at_once

pytestmark = pytest.mark.slow

EDITOR, APPROVER = "policy_editor.430900", "policy_approver.430900"
ONE_ROW = """
division: "430900"
document: {issuer: 益阳市人民政府, title: 提高城市低保标准, issued: 2018-04-27, effective: 2018-05-01}
rows:
  - {kind: standard, programme: dibao, area: urban, amount: {yuan: 430, per: person-month}, cite: 一}
"""


@pytest.fixture
def lay(city: Any) -> Callable[..., str]:
    """Lay an amendment of one row before the officers, like one proposed before but for a later day."""
    with city.desk(EDITOR) as desk:
        model = amendment.propose(desk, read_text(ONE_ROW, "one.yaml"))
        like = {column.name: getattr(model, column.name) for column in Amendment.__table__.columns}
        raw = dict(model.rows[0].raw)
        approver = desk.session.scalars(select(StaffUser.id).where(StaffUser.login == APPROVER)).one()
    count = iter(range(1, 10 * ROUNDS + 10))

    def new(number: int, *, status: str = "submitted", urban: str = "430") -> str:
        signed = {"approved_by": approver, "approved_at": like["proposed_at"]} if status == "approved" else {}
        made = like | signed | {
            "uuid": f"{next(count):032x}"[::-1], "status": status,
            "effective": date(2018, 5, 1) + timedelta(days=number),
        }  # fmt: skip
        amount = {"yuan": urban, "per": "person-month"}
        with city.platform.database.writing() as session:
            row = AmendmentRow(position=0, raw=raw | {"amount": amount}, previous=None)
            session.add(Amendment(**made, rows=[row]))
        return str(made["uuid"])

    return new


def act(bureau: Any, step: Callable[..., Any], uuid: str) -> Callable[[], None]:
    def run() -> None:
        with bureau.desk(APPROVER) as desk:
            step(desk, uuid)

    return run


def test_two_approvers_at_once_one_approves_and_the_other_is_told(
    city: Any, make_city: Any, lay: Callable[..., str]
) -> None:
    other = make_city(url=city.platform.settings.database_url)
    found: Counter[tuple[str, ...]] = Counter()
    for number in range(ROUNDS):
        uuid = lay(number)
        found[tuple(at_once(act(city, amendment.approve, uuid), act(other, amendment.approve, uuid)))] += 1
        with city.platform.database.reading() as session:
            kinds = list(session.scalars(select(Event.kind).where(Event.chain == f"amendment/{uuid}")))
        assert kinds.count("amendment_approved") == 1
    assert found == {("amendment_state", "done"): ROUNDS}


def test_two_publications_of_one_amendment_at_once_write_one_entry(
    city: Any, make_city: Any, lay: Callable[..., str]
) -> None:
    other = make_city(url=city.platform.settings.database_url)
    found: Counter[tuple[str, ...]] = Counter()
    for number in range(ROUNDS):
        uuid = lay(number, status="approved")
        found[tuple(at_once(act(city, amendment.publish, uuid), act(other, amendment.publish, uuid)))] += 1
        with city.platform.database.reading() as session:
            entries = session.scalars(
                select(RegistryEntry.sequence).where(RegistryEntry.source == f"amendment/{uuid}")
            ).all()
        assert len(entries) == 1
    assert found == {("amendment_state", "done"): ROUNDS}


def test_two_amendments_that_contradict_each_other_are_not_both_published(
    city: Any, make_city: Any, lay: Callable[..., str]
) -> None:
    other = make_city(url=city.platform.settings.database_url)
    found: Counter[tuple[str, ...]] = Counter()
    for number in range(ROUNDS):
        one, two = (lay(number, status="approved", urban=yuan) for yuan in ("430", "440"))
        found[tuple(at_once(act(city, amendment.publish, one), act(other, amendment.publish, two)))] += 1
    assert found == {("done", "tie"): ROUNDS}
