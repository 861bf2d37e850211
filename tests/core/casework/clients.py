"""Applications for the tests: made-up households, the three of a township in Shaanxi on 2008-03-03 among them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.flow.applicant import Applicant, DeclaredRelation
from core.casework.flow.application import Application
from core.casework.people.person import Identity
from core.store.tables import AssistanceCase, StaffUser

DEMONSTRATION = Path(str(files("regions").joinpath("data", "demonstration")))
"""The demonstration provisions that ship: days of posting, who inquires into an objection, when money is paid."""
BORN = {"head": "1970-03-02", "spouse": "1972-08-15", "child": "2006-05-20"}
PAPERS_2014 = (
    "written_application", "means_declaration", "verification_authorisation", "truth_commitment", "relative_declaration",
)  # fmt: skip


def household(persons: int, *, name: str = "示例", relatives: Sequence[DeclaredRelation] = ()) -> tuple[Applicant, ...]:
    """A head, a spouse and children; relatives in office are the head's."""
    relations = ("head", "spouse", *("child" for _ in range(persons)))[:persons]
    return tuple(
        Applicant(
            key=str(number), identity=Identity(name=f"{name}{number}"), relation=relation,
            relatives=relatives if relation == "head" else (),
        )
        for number, relation in enumerate(relations, 1)
    )  # fmt: skip


def facts(persons: int, income: str, *, frequency: str = "year", item: str = "farming", **more: str) -> dict[str, Any]:
    """The facts of such a household, with one income of it all."""
    members = [
        {"id": one.key, "relation": one.relation, "birth_date": BORN[one.relation]} for one in household(persons)
    ]
    return {"members": members, "shared_income": [{"item": item, "amount": income, "frequency": frequency}], **more}


def rural(persons: int, income: str, *, day: date, **more: Any) -> Application:
    """An application in Dali county, Shaanxi, received by the village."""
    relatives = more.pop("relatives", ())
    return Application(
        division="610523", programme="dibao", area="rural", happened_on=day, village="示例村", received_by="village",
        members=household(persons, relatives=relatives), facts=facts(persons, income), **more,
    )  # fmt: skip


def urban(persons: int, income: str, *, day: date, **more: Any) -> Application:
    """An application in Ziyang district, Yiyang, with every paper the rules of 2014 ask for."""
    told = {"evidence": PAPERS_2014} | more
    found = {"assets_meet_local_rule": "true", "income_stability": "relatively_stable"}
    return Application(
        division="430902", programme="dibao", area="urban", happened_on=day, members=household(persons),
        facts=facts(persons, income, frequency="month", item="wage", **found), **told,
    )  # fmt: skip


def user(desk: Desk, login: str) -> int:
    """A user's id."""
    return desk.session.scalars(select(StaffUser.id).where(StaffUser.login == login)).one()


def again(desk: Desk, case: AssistanceCase) -> AssistanceCase:
    """The case, in this desk's session."""
    return desk.session.get_one(AssistanceCase, case.id)


def hung(desk: Desk, case: AssistanceCase, event: str, on: date) -> None:
    """A notice has hung its days."""
    desk.record(f"case/{case.id}", "posting_ended", {"event": event}, happened_on=on)
