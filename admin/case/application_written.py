"""An application as it was written: what the service takes of the form, and where its faults are told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from admin.case.application_form import ApplicationForm
from admin.case.fact_form import Draft, Facts, Row, facts_of, values_of
from admin.form import read
from core.casework.flow.applicant import Applicant, DeclaredRelation
from core.casework.flow.application import Application
from core.casework.people.identity import read_id_number
from core.casework.people.person import Identity
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where

IDENTITY = ("name", "id_number", "phone", "address", "bank", "account", "account_name")
ASKED = (*IDENTITY, "kin", "kin_relation", "kin_holder", "kin_post")
"""What the form asks of a member that is no fact."""
PERSONAL = {
    "not_declared": "kin",
    "same_person": "id_number",
    "already_in_a_case": "id_number",
    "duplicate_member": "name",
}
"""Faults of a member told by his key → the field of his row."""
RECEIPT = {
    "signature_missing": "signatures",
    "papers_missing": "evidence",
    "not_delegable": "",
    "in_the_future": "happened_on",
    "before_predecessor": "township_on",
    "too_few_people": "township_on",
}
"""Faults of the receipt → their field; of a delegation the value names it (``received_by: village``)."""


@dataclass(frozen=True)
class Written:
    """An application as it was written: what the service takes, and where its faults are told."""

    application: Application
    facts: Facts
    rows: tuple[int, ...]
    township_on: date | None
    delegated_to: str | None

    def placed(self, error: JiuzhuError) -> JiuzhuError:
        """Return the faults of the service at the fields they were typed at."""
        return InvalidInput(
            [self._at_member(one) or self._at_receipt(one) or self.facts.place(one) for one in error.problems]
        )

    def _at_member(self, one: Problem) -> Problem | None:
        """A fault of a person: told by his key, or by his place among those who apply."""
        if one.code in PERSONAL and one.value is not None and one.value.isdecimal():
            return replace(one, where=Where(path=f"$.m{one.value}-{PERSONAL[one.code]}"), value=None)
        place = re.search(r"members\[(\d+)\]$", one.where.path) if one.where is not None else None
        if one.code.startswith("id_number") and place is not None:
            return replace(one, where=Where(path=f"$.m{self.rows[int(place[1])]}-id_number"))
        if one.code == "one_head":
            return replace(one, where=Where(path=f"$.m{self.rows[0]}-relation"), value=None)
        return None

    def _at_receipt(self, one: Problem) -> Problem | None:
        if one.where is not None or one.code not in RECEIPT:
            return None
        name = RECEIPT[one.code] or (one.value or "").partition(":")[0]
        return replace(one, where=Where(path=f"$.{name if ':' in (one.value or '') else name or 'delegated_to'}"))


def written(form: ApplicationForm) -> Written:
    """Read the application.

    Raises:
        InvalidInput: every fault a field has by itself; those of the household are the service's to find.
    """
    assert form.facts is not None
    rows = tuple(n for n, row in enumerate(form.draft.members) if any(row.get(name) for name in ("name", "id_number")))
    faults = list(_faults(form, rows))
    told: dict[str, Any] = {}
    try:
        told = read((*form.where, *form.receipt()), form.given)
    except InvalidInput as error:
        faults = [*error.problems, *faults]
    if faults:
        raise InvalidInput(faults)
    for n in rows:
        _complete(form.draft.members[n])
    facts = facts_of(form.draft, form.facts, ids={n: str(n) for n in rows}, asked=ASKED)
    application = Application(
        division=told["division"], programme=told["programme"], area=told["area"], happened_on=told["happened_on"],
        members=[_applicant(n, form.draft.members[n]) for n in rows], facts=facts.facts, evidence=told["evidence"],
        signatures=told["signatures"], received_by=told["received_by"], submitted_by=told["submitted_by"],
        village=told["village"], unit=told["unit"], category=told["category"],
    )  # fmt: skip
    return Written(application, facts, rows, told["township_on"], told.get("delegated_to"))


def _complete(row: Row) -> None:
    """Fill in what the ID number says and nobody typed: the date of birth and the sex."""
    with suppress(JiuzhuError):
        found = read_id_number(row.get("id_number", ""))
        row["birth_date"] = row.get("birth_date") or found.birth_date.isoformat()
        row["sex"] = row.get("sex") or found.sex


def _faults(form: ApplicationForm, rows: Sequence[int]) -> Iterator[Problem]:
    """What a member's row lacks by itself."""
    if not rows:
        message = Text("至少填写户主一人", "write in the head at least")
        yield Problem(code="missing_property", message=message, where=Where(path="$.m0-name"))
    for n in rows:
        row, fields = form.draft.members[n], form.member(n)
        asked = [fields[name] for name in ("name", "relation", "birth_date", "sex", "kin_relation", "kin_holder")]
        try:
            read(asked, values_of(Draft(members=[{}] * n + [row])))
        except InvalidInput as error:
            yield from error.problems
        if row.get("kin") == "yes" and not row.get("kin_relation"):
            message = Text("请选择是何种亲属关系", "say which relation")
            yield Problem(code="missing_property", message=message, where=Where(path=f"$.m{n}-kin_relation"))


def _applicant(n: int, row: Row) -> Applicant:
    known = {name: row[name] for name in IDENTITY if row.get(name)}
    born = date.fromisoformat(row["birth_date"]) if row.get("birth_date") else None
    identity = Identity(**known, birth_date=born, sex=row.get("sex") or None)
    return Applicant(key=str(n), identity=identity, relation=row.get("relation", ""), relatives=_relatives(row))


def _relatives(row: Row) -> list[DeclaredRelation] | None:
    """What was answered on relatives in office: None where nothing was."""
    if row.get("kin") not in ("yes", "no"):
        return None
    if row["kin"] == "no":
        return []
    holder = int(row["kin_holder"]) if row.get("kin_holder") else None
    return [DeclaredRelation(relation=row["kin_relation"], holder=holder, post=row.get("kin_post", ""))]
