"""A village of Dali county in March 2008 on the panel: three applications, people in office, one of them a brother."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from core.casework.deciding.decision import decide
from core.casework.deciding.facts import add_facts
from core.casework.deciding.proposal import propose
from core.casework.desk import Desk
from core.casework.flow.acceptance import accept
from core.casework.flow.applicant import DeclaredRelation
from core.casework.flow.application import apply
from core.casework.flow.stage import complete_stage
from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity, register_person
from core.store.tables import AssistanceCase, CaseMember, Event
from tests.core.casework.clients import DEMONSTRATION, hung, rural

DALI = "610523"
CLERK, APPROVER, REVIEWER, AUDITOR = (f"{role}.610523" for role in ("clerk", "approver", "reviewer", "auditor"))
ELSEWHERE = "clerk.430900"
MONDAY = date(2008, 3, 3)
JPEG = b"\xff\xd8\xff\xe0" + bytes(64)


@dataclass
class Village:
    """The panel, the numbers of the three cases, and the numbers of the people in office by name."""

    panel: Any
    cases: list[str] = field(default_factory=list)
    people: dict[str, int] = field(default_factory=dict)

    def rows(self, table: Any, *conditions: Any) -> list[Any]:
        """The rows of a table as the database holds them."""
        with self.panel.platform.database.reading() as session:
            return list(session.scalars(select(table).where(*conditions).order_by(table.id)))

    def kinds(self, number: str) -> list[str]:
        """The kinds of a case's events, in order."""
        with self.panel.platform.database.reading() as session:
            case = session.scalars(select(AssistanceCase.id).where(AssistanceCase.number == number)).one()
            query = select(Event).where(Event.chain == f"case/{case}").order_by(Event.sequence)
            return [str(one.body.get("stage", one.kind)) for one in session.scalars(query)]


def paid(village: Village, *, month: date, income: str = "2000") -> str:
    """Put a household on the roll from a month on: four persons with one yearly income; returns its number."""
    with village.panel.platform.desk(CLERK) as desk:
        persons = [register_person(desk, Identity(name=f"示例户{n}")) for n in range(4)]
        case = AssistanceCase(
            number="610523-2007-00009", division=DALI, path=desk.path(DALI), head_id=persons[0].id, persons=4,
            entitled=4, programme="dibao", area="rural", status="in_payment", opened_on=desk.today,
            rules_on=desk.today, village="东村", monthly=None,
        )  # fmt: skip
        desk.session.add(case)
        desk.session.flush()
        for one in persons:
            relation = "head" if one is persons[0] else "other"
            desk.session.add(CaseMember(case_id=case.id, person_id=one.id, relation=relation, since=desk.today))
        desk.record(f"case/{case.id}", "opened", {"division": DALI, "path": case.path})
        members: list[dict[str, Any]] = [{"id": one.token, "relation": "other"} for one in persons]
        members[0] |= {"relation": "head", "income": [{"item": "farming", "amount": income, "frequency": "year"}]}
        add_facts(desk, case, {"members": members}, basis="declared", effective_on=desk.today)
        key, clerk = case.id, desk.actor.id
    with village.panel.platform.desk(APPROVER) as desk:
        case = desk.session.get_one(AssistanceCase, key)
        proposal = propose(desk, case, month=month)
        decide(desk, case, kind="opening", proposal=proposal, from_month=month, prepared_by=clerk, basis={})
        return str(case.number)


def seat(desk: Desk, name: str, role: str, *, unit: str = "东村村委会", head: bool = False) -> int:
    """Enter somebody in office."""
    post = Post(role=role, division=DALI, unit=unit, position="成员", since=date(2005, 1, 1), is_head=head)
    return add_holder(desk, Identity(name=name), posts=[post]).id


def settled(make_panel: Any, *, day: str = "2008-03-12", surveyed: bool = True) -> Village:
    """Open the village on a day: applied, accepted, posted and (``surveyed``) visited."""
    panel = make_panel("2008-03-03", plugin_dirs=(DEMONSTRATION,))
    village = Village(panel)
    with panel.platform.desk(CLERK) as desk:
        for name, role in (("示例主任", "village_committee"), ("示例干部", "village_committee"),
                           ("示例代表一", "villager_representatives"), ("示例代表二", "villager_representatives"),
                           ("示例乡干部", "township_staff")):  # fmt: skip
            unit = "示例镇政府" if role == "township_staff" else "东村村委会"
            village.people[name] = seat(desk, name, role, unit=unit)
        brother = DeclaredRelation(relation="sibling", holder=village.people["示例干部"])
        made = [apply(desk, rural(4, "2000", day=MONDAY)), apply(desk, rural(3, "2000", day=MONDAY)),
                apply(desk, rural(2, "1200", day=MONDAY, relatives=[brother]))]  # fmt: skip
        village.cases = [one.number for one in made]
        for case in made:
            accept(desk, case, happened_on=MONDAY)
    panel.on("2008-03-10")
    with panel.platform.desk(CLERK) as desk:
        for number in village.cases:
            case = desk.session.scalars(select(AssistanceCase).where(AssistanceCase.number == number)).one()
            hung(desk, case, "application", date(2008, 3, 6))
            if surveyed:
                both = [village.people["示例主任"], village.people["示例乡干部"]]
                complete_stage(desk, case, "survey", happened_on=date(2008, 3, 7), by=both)
    panel.on(day)
    return village
