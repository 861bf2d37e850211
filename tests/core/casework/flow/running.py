"""A case in payment and what officers do to it, for the tests of changes, exits, members and corrections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from core.casework.deciding.decision import Departure
from core.casework.deciding.facts import facts_on
from core.casework.desk import Desk
from core.casework.flow.acceptance import accept
from core.casework.flow.application import apply
from core.casework.flow.approval import CountyRuling, approve
from core.casework.flow.change import Settlement, decide_change, propose_change, report_change
from core.casework.flow.closing import close_case
from core.casework.flow.exit_proposal import propose_exit
from core.casework.flow.stage import complete_stage
from core.store.tables import AssistanceCase
from tests.core.casework.clients import again, facts, hung, rural

MONDAY = date(2008, 3, 3)
PLACE = "610523"
APRIL, OCTOBER = date(2008, 4, 1), date(2008, 10, 1)
Act = Callable[[Desk, AssistanceCase], Any]
PHASE_OUT = """
plugin: {name: phasing, title: {zh: 渐退期（虚构示例）, en: Phase-out (made up)}, version: 0.1.0,
         requires: {core: ">=0.1,<0.2", plugins: {shaanxi_rural: ">=0.1"}}}
documents: {rules: {title: 渐退期的通知（虚构示例）, issuer: 大荔县民政局, number: 示民发〔2008〕4号, issued: 2008-01-10}}
defaults: {division: "610523", programme: dibao, area: rural, document: rules, from: 2008-02-01}
provisions:
  - id: phase-out
    kind: phase_out
    label: {zh: 渐退期（示例）, en: Phase-out (made up)}
    when: counted_income >= line * household_size
    months: 3
    amount: previous
    cite: 第一条
"""


class Running:
    """A case in payment since April 2008, and desks for it."""

    def __init__(self, bureau: Any, case: AssistanceCase) -> None:
        self.bureau, self.case = bureau, case

    def do(self, act: Act, *, login: str = "clerk", on: str = "2008-09-10") -> Any:
        """Let an officer do something to the case on a day."""
        self.bureau.on(on)
        with self.bureau.desk(f"{login}.{PLACE}") as desk:
            return act(desk, again(desk, self.case))

    def tokens(self) -> list[str]:
        """The members' tokens, the head first."""

        def act(desk: Desk, case: AssistanceCase) -> list[str]:
            known = facts_on(desk.session, case.id, desk.today)
            assert known is not None
            return [one["id"] for one in known.facts["members"]]

        found: list[str] = self.do(act)
        return found

    def declared(self, income: str) -> dict[str, Any]:
        """The facts the household declares with this yearly income."""
        told = facts(4, income)
        keys = dict(zip(("1", "2", "3", "4"), self.tokens(), strict=True))
        return {**told, "members": [{**one, "id": keys[one["id"]]} for one in told["members"]]}


def to_the_county(desk: Desk, case: AssistanceCase) -> None:
    """Bring a case from its acceptance to the county."""
    hung(desk, case, "application", date(2008, 3, 6))
    complete_stage(desk, case, "survey", happened_on=date(2008, 3, 7))
    complete_stage(desk, case, "appraisal", happened_on=date(2008, 3, 10))
    hung(desk, case, "appraisal", date(2008, 3, 13))
    complete_stage(desk, case, "preliminary_opinion", happened_on=date(2008, 3, 14), result="recommended")
    complete_stage(desk, case, "review", happened_on=date(2008, 3, 31), result="recommended")


def grant(desk: Desk, case: AssistanceCase) -> None:
    """Grant it from April."""
    hung(desk, case, "review", date(2008, 4, 7))
    ruling = CountyRuling(happened_on=date(2008, 4, 15))
    approve(desk, case, ruling, from_month=APRIL)


def report(running: Running, income: str) -> None:
    """Have the household report another income in September."""
    told = running.declared(income)
    running.do(
        lambda desk, case: report_change(
            desk, case, told, happened_on=date(2008, 9, 10), effective_on=date(2008, 9, 10), about=["income"]
        )
    )


def propose(running: Running, **more: Any) -> Any:
    """Have the clerk propose what follows from October."""
    return running.do(
        lambda desk, case: propose_change(desk, case, from_month=OCTOBER, happened_on=date(2008, 9, 12), **more),
        on="2008-09-12",
    )


def decide(running: Running, proposed: int, *, on: date = date(2008, 9, 20), **more: Any) -> Any:
    """Have the approver decide a proposal."""
    settlement = Settlement(happened_on=on, **more)
    return running.do(
        lambda desk, case: decide_change(desk, case, proposed, settlement), login="approver", on=on.isoformat()
    )


def leave_by(running: Running, *, on: str = "2008-09-10", departure: Departure | None = None, **said: Any) -> Any:
    """Have the clerk propose an exit and the approver decide it on the same day."""
    day = date.fromisoformat(on)
    asked = running.do(lambda desk, case: propose_exit(desk, case, happened_on=day, **said), on=on)
    return running.do(
        lambda desk, case: close_case(desk, case, asked.sequence, happened_on=day, departure=departure),
        login="approver", on=on,
    )  # fmt: skip


def first_household(bureau: Any) -> Running:
    """The first household of the township: four persons with 2,000, 772.00 a year."""
    with bureau.desk(f"clerk.{PLACE}") as desk:
        case = apply(desk, rural(4, "2000", day=MONDAY))
        accept(desk, case, happened_on=MONDAY)
    found = Running(bureau, case)
    found.do(to_the_county, login="reviewer", on="2008-03-31")
    found.do(grant, login="approver", on="2008-04-15")
    return found
