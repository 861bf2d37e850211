"""A household taken over from a roster, and its officers: what is decided on it is the subject of a test."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from core.casework.deciding.decision import decide, decisions_of, propose
from core.casework.deciding.facts import add_facts, facts_on
from core.casework.deciding.standing import entitled_in
from core.casework.desk import Desk
from core.casework.flow.change import Settlement, decide_change, propose_change
from core.casework.flow.stage import complete_stage
from core.casework.flow.transition import verify_case
from core.store.tables import AssistanceCase
from tests.core.casework.purse import household, person, user

Act = Callable[[Desk, AssistanceCase], Any]
RELATIONS = ("head", "spouse", "child", "child")
BORN = ("1970-03-02", "1972-08-15", "2006-05-20", "2007-05-20")


class TakenOver:
    """A case and desks for it; ``place`` names its officers, ``item`` and ``each`` its one income."""

    def __init__(self, bureau: Any, place: str, *, item: str, each: str) -> None:
        self.bureau, self.place, self.item, self.each = bureau, place, item, each
        self.case_id = 0

    def enter(self, number: str, income: str, *, since: str, division: str, area: str, persons: int) -> None:
        """Put it on the roll as the rules of its first month give."""
        first = date.fromisoformat(f"{since}-01")
        with self.bureau.desk(f"clerk.{self.place}") as desk:
            people = [person(desk, f"示例{number}{one}") for one in range(persons)]
            case = household(desk, number, division=division, area=area, head=people[0])
            desk.record(f"case/{case.id}", "opened", {"division": division, "path": case.path,
                                                      "opened_on": case.opened_on.isoformat()})  # fmt: skip
            members = [
                {"id": one.token, "relation": relation, "birth_date": born}
                for one, relation, born in zip(people, RELATIONS, BORN, strict=False)
            ]
            told = {"assets_meet_local_rule": "true", "members": members} if area == "urban" else {"members": members}
            add_facts(desk, case, {**told, "shared_income": self.income(income)}, basis="import", effective_on=first)
            self.case_id = case.id
        self.do(
            lambda desk, case: decide(
                desk, case, kind="opening", proposal=propose(desk, case, month=first), from_month=first,
                prepared_by=user(desk, f"clerk.{self.place}"), basis={},
            ), login="approver",
        )  # fmt: skip

    def income(self, amount: str) -> list[dict[str, str]]:
        return [{"item": self.item, "amount": amount, "frequency": self.each}]

    def do(self, act: Act, *, login: str = "clerk", on: str = "") -> Any:
        if on:
            self.bureau.on(on)
        with self.bureau.desk(f"{login}.{self.place}") as desk:
            return act(desk, desk.session.get_one(AssistanceCase, self.case_id))

    def earns(self, amount: str, *, since: str, on: str = "") -> None:
        """New facts with another income from a day on."""
        day = date.fromisoformat(since)

        def act(desk: Desk, case: AssistanceCase) -> None:
            known = facts_on(desk.session, case.id, date.max)
            assert known is not None
            said = {**known.facts, "shared_income": self.income(amount)}
            add_facts(desk, case, said, basis="verified", effective_on=day)

        self.do(act, on=on)

    def verified(self) -> None:
        """The periodic verification some procedures want before a change."""
        self.do(
            lambda desk, case: complete_stage(desk, case, "periodic_verification", happened_on=desk.today),
            login="reviewer",
        )

    def propose(self, month: str, *, on: str = "", **more: Any) -> Any:
        first = date.fromisoformat(f"{month}-01")
        return self.do(
            lambda desk, case: propose_change(desk, case, from_month=first, happened_on=desk.today, **more), on=on
        )

    def decide(self, proposed: int, *, on: str = "") -> Any:
        return self.do(
            lambda desk, case: decide_change(desk, case, proposed, Settlement(happened_on=desk.today)),
            login="approver", on=on,
        )  # fmt: skip

    def change(self, month: str, *, on: str = "", **more: Any) -> Any:
        """Propose and decide on one day."""
        return self.decide(self.propose(month, on=on, **more).sequence)

    def months(self, *months: str) -> list[tuple[str, Fraction | int]]:
        """What rules each month: the kind and the exact fen."""

        def act(desk: Desk, case: AssistanceCase) -> list[tuple[str, Fraction | int]]:
            rows = decisions_of(desk.session, case.id)
            ruling: Iterable[Any] = (entitled_in(rows, date.fromisoformat(f"{one}-01")) for one in months)
            return [(one.kind, one.monthly) for one in ruling]

        found: list[tuple[str, Fraction | int]] = self.do(act)
        return found

    def row(self) -> tuple[str, int | None, date | None]:
        """Status, amount and review date as lists show them; the row is what its events say."""

        def act(desk: Desk, case: AssistanceCase) -> tuple[str, int | None, date | None]:
            assert verify_case(desk.session, case) == ()
            return case.status, case.monthly, case.review_due

        found: tuple[str, int | None, date | None] = self.do(act)
        return found
