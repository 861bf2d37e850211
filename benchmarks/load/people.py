"""Households to ask about, drawn at random in each officer's area, with names and ID numbers opened for searching."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.bulk.office import Officer
from core.casework.access import within
from core.store.cipher import Cipher
from core.store.sealed import open_in
from core.store.tables import AssistanceCase, Person
from regions.platform import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """A case and its head, as somebody at a counter says them; ``monthly`` in fen."""

    number: str
    division: str
    area: str
    village: str
    monthly: int
    head: str
    id_number: str


def drawn(platform: Platform, officers: Sequence[Officer], each: int, *, seed: int) -> dict[str, list[Household]]:
    """Return so many households of the area of each officer, by login; a place is drawn as often as it is large."""
    rng = random.Random(seed)
    with platform.database.reading() as session:
        ranges = session.execute(
            select(AssistanceCase.path, func.min(AssistanceCase.id), func.max(AssistanceCase.id)).group_by(
                AssistanceCase.path
            )
        ).all()
        found = {}
        for one in officers:
            root = platform.tree.path(one.division, platform.today)
            inside = [row for row in ranges if within(row[0], root)]
            chosen = rng.choices(inside, weights=[last - first + 1 for _, first, last in inside], k=each)
            ids = {rng.randint(first, last) for _, first, last in chosen}
            found[one.login] = _households(session, sorted(ids), platform.cipher)
            rng.shuffle(found[one.login])
    return found


def _households(session: Session, ids: Sequence[int], cipher: Cipher) -> list[Household]:
    rows = session.execute(
        select(AssistanceCase, Person)
        .join(Person, Person.id == AssistanceCase.head_id)
        .where(AssistanceCase.id.in_(ids), AssistanceCase.number.contains("-ZR"))
    )
    return [
        Household(
            number=case.number, division=case.division, area=case.area, village=case.village or "",
            monthly=case.monthly or 0, head=open_in(head, "name", cipher=cipher) or "",
            id_number=open_in(head, "id_number", cipher=cipher) or "",
        )
        for case, head in rows
    ]  # fmt: skip
