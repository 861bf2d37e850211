"""When a person died, as the register of persons keeps it: no programme goes on paying him."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.people.fingerprint import note_written
from core.store.tables import Person


def record_death(desk: Desk, token: str, day: date | None) -> None:
    """Keep of a person when he died; None takes back a death that was none."""
    person = desk.session.scalars(select(Person).where(Person.token == token)).one()
    person.died_on = day
    note_written(desk, person, ["died_on"])
