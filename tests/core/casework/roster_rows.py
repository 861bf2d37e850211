"""Rows for tests that need many households at once: synthetic, one member each, put in place without the services."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import insert, select

from core.casework.desk import Desk
from core.store.base import canonical
from core.store.tables import AssistanceCase, Decision, Person, StaffUser

KEYS = ("area", "village", "unit", "status", "accepted_on", "persons", "filed", "review_due", "review_class")


def add_roll(desk: Desk, households: Iterable[dict[str, Any]], *, division: str, since: date) -> list[int]:
    """Put households of a division on the roll from a month on; ``monthly`` (fen) None leaves one off it.

    Each is a dict of case columns (``area``, ``persons``, ``accepted_on`` …) and ``monthly``.
    """
    given = list(households)
    count = len(desk.session.scalars(select(AssistanceCase.id)).all())
    persons = [{"token": hashlib.md5(f"{division}/{count + n}".encode(), usedforsecurity=False).hexdigest(),
                "name": b"", "name_index": ""} for n in range(len(given))]  # fmt: skip
    person_ids = list(desk.session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), persons))
    path = desk.path(division)
    cases = [_case(one, division=division, path=path, head=head, number=f"{division}-{count + n:06d}", since=since)
             for n, (one, head) in enumerate(zip(given, person_ids, strict=True))]  # fmt: skip
    ids = list(
        desk.session.scalars(insert(AssistanceCase).returning(AssistanceCase.id, sort_by_parameter_order=True), cases)
    )
    makers = list(desk.session.scalars(select(StaffUser.id).order_by(StaffUser.id).limit(2)))
    decisions = [_decision(case_id, one, since=since, makers=makers)
                 for case_id, one in zip(ids, given, strict=True) if one.get("monthly") is not None]  # fmt: skip
    if decisions:
        desk.session.execute(insert(Decision), decisions)
    return ids


def _case(one: dict[str, Any], *, division: str, path: str, head: int, number: str, since: date) -> dict[str, Any]:
    row = {"area": "urban", "status": "in_payment", "persons": 1, "village": None, "unit": None, "accepted_on": None,
           "filed": False, "review_due": None, "review_class": None}  # fmt: skip
    row |= {name: one[name] for name in KEYS if name in one}
    monthly = one.get("monthly")
    return row | {
        "number": number, "programme": one.get("programme", "dibao"), "division": division, "path": path,
        "head_id": head, "opened_on": row["accepted_on"] or since, "rules_on": row["accepted_on"] or since,
        "entitled": row["persons"], "monthly": None if monthly is None else int(monthly), "version": 1,
    }  # fmt: skip


def _decision(case_id: int, one: dict[str, Any], *, since: date, makers: list[int]) -> dict[str, Any]:
    monthly = Fraction(one["monthly"])
    parts = one.get("parts") or {"benefit": str(monthly)}
    return {
        "case_id": case_id, "number": 1, "kind": "opening", "decided_on": since, "from_month": since.replace(day=1),
        "recorded_at": "2000-01-01T00:00:00+00:00", "until_month": one.get("until_month"), "monthly": monthly,
        "parts": parts, "method": "gap", "basis": {}, "prepared_by": makers[0], "decided_by": makers[1],
        "digest": hashlib.sha256(canonical([case_id, str(monthly)])).hexdigest(),
    }  # fmt: skip
