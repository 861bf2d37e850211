"""Where an audit's differences come from, by what the database keeps of the decision; and who receives twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby, islice
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.assess import assess
from core.caseload.audit import Found
from core.caseload.kernel import Books
from core.casework.deciding.decision import entitled_in
from core.casework.deciding.facts import prepare_facts
from core.casework.deciding.newest_facts import newest_facts
from core.casework.deciding.stored_policy import load_policy
from core.casework.desk import Desk
from core.casework.month import month_of
from core.casework.scope import inside
from core.errors import JiuzhuError, Text
from core.rulebook import Rulebook
from core.store.tables import AssistanceCase, CaseMember, Decision, FactsVersion, Person
from regions.impact_amounts import amount_of
from regions.impact_source import ON_ROLL

CHUNK = 500
CAUSES: Mapping[str, Text] = {
    "": Text("", ""),
    "rounding": Text("取整", "rounding"),
    "override": Text("人工偏离（有认定和理由）", "a departure, with its finding and reason"),
    "opening": Text("存量转入，没有计算过程", "taken over, without a computation"),
    "fact": Text("情况变了，未重新决定", "the facts have changed since"),
    "rule": Text("规则变了，未重新决定", "the rules have changed since"),
    "rule_and_fact": Text("规则和情况都变了", "rules and facts have changed since"),
    "unknown": Text("原决定不能重算", "the decision cannot be recomputed"),
}
"""Why a decision is not what the rules give now, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A finding with its cause (a key of ``CAUSES``) and the decision it is about, if any."""

    found: Found
    cause: str
    decision_id: int | None = None


def with_causes(desk: Desk, found: Iterator[Found], books: Books, on: date) -> Iterator[Difference]:
    """Yield the findings with their causes, some hundred cases a query."""
    stored: dict[str, Rulebook | None] = {}
    while chunk := list(islice(found, CHUNK)):
        numbers = [one.household for one in chunk]
        cases = desk.session.scalars(select(AssistanceCase).where(AssistanceCase.number.in_(numbers)))
        known = {one.number: one for one in cases}
        ids = [one.id for one in known.values()]
        decided = _decisions(desk.session, ids)
        newest = newest_facts(desk.session, ids, on=on)
        for one in chunk:
            case = known.get(one.household)
            if case is None or one.found in ("left_out", "error", "undecided"):
                yield Difference(found=one, cause="")
                continue
            decision = entitled_in(decided.get(case.id, []), month_of(on))
            cause = "rounding" if one.found == "rounding" else _cause(
                desk.session, one, decision, books=books, stored=stored, newest=newest.get(case.id)
            )  # fmt: skip
            yield Difference(found=one, cause=cause, decision_id=None if decision is None else decision.id)


def _decisions(session: Session, ids: Sequence[int]) -> dict[int, list[Decision]]:
    query = select(Decision).where(Decision.case_id.in_(ids)).order_by(Decision.case_id, Decision.number)
    rows = session.scalars(query)
    return {case: list(own) for case, own in groupby(rows, key=lambda one: one.case_id)}


def _cause(
    session: Session, one: Found, decision: Decision | None, *, books: Books, stored: dict[str, Rulebook | None],
    newest: FactsVersion | None,
) -> str:  # fmt: skip
    if decision is None or decision.policy_hash is None or decision.facts_id is None:
        return "opening"
    if "departure" in decision.basis:
        return "override"
    if newest is None or decision.facts_id == newest.id:
        return "rule"
    book = _stored(session, decision.policy_hash, stored)
    if book is None:
        return "unknown"
    facts = session.get_one(FactsVersion, decision.facts_id)
    now = books((one.programme, one.division, one.area))
    old_facts = _amount(now, facts, decision, one.programme) == decision.monthly
    old_rules = _amount(book, newest, decision, one.programme) == decision.monthly
    return "fact" if old_facts else "rule" if old_rules else "rule_and_fact"


def _stored(session: Session, policy: str, known: dict[str, Rulebook | None]) -> Rulebook | None:
    if policy not in known:
        try:
            known[policy] = load_policy(session, policy)
        except JiuzhuError:
            known[policy] = None  # altered, or of another version of the language: audit rows tells which
    return known[policy]


def _amount(book: Rulebook, facts: FactsVersion, decision: Decision, programme: str) -> Fraction | None:
    try:
        prepared = prepare_facts(
            book, facts.facts, on=max(book.policy.on, facts.effective_on), case_facts=decision.basis.get("case", {})
        )  # fmt: skip
    except JiuzhuError:
        return None  # facts of one time need not fit the rules of another
    return amount_of(assess(book, prepared), programme)


@dataclass(frozen=True, slots=True, kw_only=True)
class Twice:
    """A person, by token, who is entitled in several cases on the roll: number, programme and division of each."""

    token: str
    cases: tuple[tuple[str, str, str], ...]

    @property
    def same_programme(self) -> bool:
        """Whether one programme pays twice; else other programmes, which the rules may allow beside each other."""
        programmes = [one[1] for one in self.cases]
        return len(set(programmes)) < len(programmes)


def receiving_twice(desk: Desk, path: str) -> Iterator[Twice]:
    """Yield who of a subtree is entitled in more than one case on the roll, wherever the other is.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    desk.require("case.read", path)
    on_roll = (CaseMember.until.is_(None), CaseMember.entitled, AssistanceCase.status.in_(ON_ROLL))
    here = select(CaseMember.person_id).join(AssistanceCase, AssistanceCase.id == CaseMember.case_id).where(
        *on_roll, inside(AssistanceCase.path, [path])
    )  # fmt: skip
    twice: Any = (
        select(CaseMember.person_id).join(AssistanceCase, AssistanceCase.id == CaseMember.case_id)
        .where(*on_roll, CaseMember.person_id.in_(here))
        .group_by(CaseMember.person_id).having(func.count() > 1)
    )  # fmt: skip
    rows = desk.session.execute(
        select(Person.token, AssistanceCase.number, AssistanceCase.programme, AssistanceCase.division)
        .join(CaseMember, CaseMember.person_id == Person.id)
        .join(AssistanceCase, AssistanceCase.id == CaseMember.case_id)
        .where(*on_roll, CaseMember.person_id.in_(twice))
        .order_by(Person.token, AssistanceCase.number)
    )  # fmt: skip
    for token, own in groupby(rows, key=lambda row: row.token):
        yield Twice(token=token, cases=tuple((row.number, row.programme, row.division) for row in own))
