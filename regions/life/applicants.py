"""The made-up households of the demonstration: persons, papers and facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from core.casework.flow.applicant import Applicant, DeclaredRelation
from core.casework.flow.application import Application
from core.casework.people.person import Identity

PAPERS = (
    "written_application", "means_declaration", "verification_authorisation", "truth_commitment",
    "relative_declaration",
)  # fmt: skip

BORN = {"head": date(1970, 5, 6), "spouse": date(1972, 7, 8), "child": date(2004, 9, 10)}


def household(label: str, persons: int, relatives: Sequence[DeclaredRelation] = ()) -> tuple[Applicant, ...]:
    """Return a head, a spouse and children; declared relatives in office are the head's."""
    relations = ("head", "spouse", *("child" for _ in range(persons)))[:persons]
    return tuple(
        Applicant(
            key=str(number),
            identity=Identity(name=f"演示{label}{number}", account=f"00000000{number:04d}", bank="演示银行",
                              account_name=f"演示{label}{number}"),
            relation=relation,
            relatives=relatives if relation == "head" else (),
        )
        for number, relation in enumerate(relations, 1)
    )  # fmt: skip


def facts(members: Sequence[Applicant], item: str, amount: str, frequency: str, **more: str) -> dict[str, Any]:
    """Return the facts of a household with one income of it all."""
    return {
        "members": [
            {"id": one.key, "relation": one.relation, "birth_date": BORN[one.relation].isoformat()} for one in members
        ],
        "shared_income": [{"item": item, "amount": amount, "frequency": frequency}],
        **more,
    }


def rural(
    label: str, persons: int, income: str, *, day: date, relatives: Sequence[DeclaredRelation] = ()
) -> Application:
    """Return an application in Dali county, Shaanxi, received by the village."""
    members = household(label, persons, relatives)
    return Application(
        division="610523", programme="dibao", area="rural", happened_on=day, village="演示村", received_by="village",
        members=members, facts=facts(members, "farming", income, "year"),
    )  # fmt: skip


def urban(label: str, persons: int, income: str, *, day: date) -> Application:
    """Return an application in Ziyang district, Yiyang, with every paper the rules of 2014 ask for."""
    members = household(label, persons)
    told = facts(members, "wage", income, "month", assets_meet_local_rule="true", income_stability="relatively_stable")
    return Application(
        division="430902", programme="dibao", area="urban", happened_on=day, village="演示社区", members=members,
        facts=told, evidence=PAPERS,
    )  # fmt: skip


def with_income(known: Mapping[str, Any], amount: str) -> dict[str, Any]:
    """Return facts with another amount of the household's income."""
    income = [{**one, "amount": amount} for one in known["shared_income"]]
    return {**known, "shared_income": income}
