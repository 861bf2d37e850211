"""A notice marked as an example that raises Yiyang's standards, as the panel's form is filled with it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from sqlalchemy import select

from core.casework.deciding.decision import decide, propose
from core.casework.deciding.facts import write_facts
from core.casework.people.person import Identity, register_person
from core.store.tables import Amendment, AssistanceCase, CaseMember
from regions.life.roll import facts

EDITOR, CHECKER = "policy_editor.430900", "policy_approver.430900"
CLERK, APPROVER = "clerk.430900", "approver.430900"
ABROAD = "policy_editor.610523"

DOCUMENT = {
    "division": "430900 益阳市",
    "document.number": "示例〔2018〕1号",
    "document.issuer": "益阳市人民政府（示例）",
    "document.title": "关于调整城乡低保标准的通知（示例）",
    "document.issued": "2018-05-28",
    "document.effective": "2018-07-01",
    "document.first_payment_month": "2018-07",
    "document.assurance": "primary",
}
URBAN = {
    "rows[0].kind": "standard", "rows[0].programme": "dibao", "rows[0].area": "urban", "rows[0].amount.yuan": "450",
    "rows[0].amount.per": "person-month",
}  # fmt: skip
RURAL = {
    "rows[1].kind": "standard", "rows[1].programme": "dibao", "rows[1].area": "rural", "rows[1].amount.yuan": "3400",
    "rows[1].amount.per": "person-year",
}  # fmt: skip


def notice(**changed: str) -> dict[str, str]:
    """The whole form; ``document_effective="…"`` changes a part of the document."""
    return {**DOCUMENT, **URBAN, **RURAL, **{name.replace("_", ".", 1): value for name, value in changed.items()}}


def registered(panel: Any, login: str = EDITOR, **changed: str) -> str:
    """Register the notice by the form and return its id."""
    visitor = panel.visitor(login)
    answer = visitor.post("/amendments/new", notice(**changed), at="/amendments/new")
    assert answer.status_code == 303, text_of(answer)
    return str(answer.location.rpartition("/")[2])


def stepped(panel: Any, login: str, uuid: str, step: str, **given: str) -> Any:
    """Take a step on the version that is there."""
    version = stored(panel, uuid).version
    return panel.visitor(login).post(f"/amendments/{uuid}/step/{step}", {"version": str(version), **given})


def published(panel: Any, **changed: str) -> str:
    """Register, submit, approve and publish the notice."""
    uuid = registered(panel, **changed)
    for login, step in ((EDITOR, "submit"), (CHECKER, "approve"), (CHECKER, "publish")):
        answer = stepped(panel, login, uuid, step)
        assert answer.status_code == 303, text_of(answer)
    return uuid


def stored(panel: Any, uuid: str) -> Amendment:
    with panel.platform.database.reading() as session:
        found: Amendment = session.get_one(Amendment, uuid)
        return found


def count(panel: Any) -> int:
    with panel.platform.database.reading() as session:
        return len(session.scalars(select(Amendment)).all())


def text_of(answer: Any) -> str:
    """The page without its marks, white space drawn together."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def granted(panel: Any, number: str, *, name: str = "示例甲", persons: int = 3, income: int = 900,
            division: str = "430903", area: str = "urban") -> int:  # fmt: skip
    """A household with its benefit from June on."""
    with panel.platform.desk(CLERK) as desk:
        clerk = desk.actor.id
        people = [register_person(desk, Identity(name=f"{name}{at or ''}")) for at in range(persons)]
        case = AssistanceCase(
            number=number, division=division, path=desk.path(division), head_id=people[0].id, persons=persons,
            entitled=persons, programme="dibao", area=area, status="in_procedure", opened_on=date(2018, 6, 1),
            rules_on=date(2018, 6, 1), village="东村", monthly=None,
        )  # fmt: skip
        desk.session.add(case)
        desk.session.flush()
        for one in people:
            relation = "head" if one is people[0] else "other"
            desk.session.add(CaseMember(case_id=case.id, person_id=one.id, relation=relation, since=case.opened_on))
        said = facts(persons, income, "month" if area == "urban" else "year")
        for member, one in zip(said["members"], people, strict=True):
            member["id"] = one.token
        desk.session.flush()
        write_facts(desk, case, said, basis="verified", effective_on=date(2018, 6, 1))
        case_id: int = case.id
    with panel.platform.desk(APPROVER) as desk:
        case = desk.session.get_one(AssistanceCase, case_id)
        proposal = propose(desk, case, month=date(2018, 6, 1))
        kind: Any = "grant" if proposal.status == "eligible" else "refuse"
        decide(desk, case, kind=kind, proposal=proposal, from_month=date(2018, 6, 1), prepared_by=clerk, basis={})
    return case_id
