"""The first recompute of households taken over: 一致 or 不一致, and where a difference comes from; nothing changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from core.casework.deciding.case_facts import case_facts, previous_amount
from core.casework.deciding.place import Place, moves_of, place_in
from core.casework.deciding.proposal import Proposal, proposed, value
from core.casework.desk import Desk
from core.casework.flow.history import chain_of
from core.casework.month import last_day
from core.casework.scope import inside
from core.errors import JiuzhuError, Language, Text
from core.formula.tree import Failure
from core.reasons import failure_text
from core.rulebook import Rulebook
from core.store.tables import AssistanceCase, Decision, Event, FactsVersion, Person
from core.values import yuan_text

CHUNK = 500
MOST_REASONS = 3
CAUSES: Mapping[str, Text] = {
    "same": Text("一致", "the same"),
    "income_missing": Text("缺少收入事实", "income is missing"),
    "fact_missing": Text("缺少事实", "a fact is missing"),
    "facts_do_not_fit": Text("事实不符合规定栏目", "the facts do not fit the rules"),
    "rule_missing": Text("规则空缺", "a rule is missing"),
    "tier": Text("分档依据不全", "the tier cannot be decided"),
    "not_eligible": Text("按现行规则不符合条件", "not eligible under the rules"),
    "rounding": Text("取整方式不同", "rounded differently"),
    "topup": Text("分类施保不同", "top-ups differ"),
    "amount": Text("金额不同", "the amount differs"),
}
"""Why a recompute differs, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A household as the roster has it and as the rules give it; amounts exact fen a month, None where not computed."""

    case: AssistanceCase
    head: Person = field(repr=False)
    was: Fraction
    now: Fraction | None
    cause: str
    detail: Text

    @property
    def is_same(self) -> bool:
        """Whether the rules give what the roster says."""
        return self.cause == "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which households: those of some subtrees or of one import whose only decision is still the opening one."""

    roots: Sequence[str]
    month: date
    import_id: str | None = None


def recompute(desk: Desk, question: Question) -> Iterator[Comparison]:
    """Compare every household that still lives by its opening decision with what the rules of a month give.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    for root in question.roots:
        desk.require("case.read", root)
    books: dict[tuple[str, str, str], Rulebook | JiuzhuError] = {}
    after = 0
    while rows := desk.session.execute(_chunk(question, after)).all():
        after = rows[-1][0].id
        ids = [row[0].id for row in rows]
        eventful, moves = _eventful(desk.session, ids), moves_of(desk.session, ids)
        for case, head, decision, facts in rows:
            here = Place(division=case.division, path=case.path)
            then = place_in(moves[case.id], question.month, now=here)
            book = _book(desk, books, (then.division, case.area, case.programme), question.month)
            own = case_facts(desk.session, case.id, question.month) if case.id in eventful else _own(decision, question)
            cause, detail, now = _compare(case, decision, facts, book, own=own, month=question.month)
            yield Comparison(case=case, head=head, was=decision.monthly, now=now, cause=cause, detail=detail)


def _chunk(question: Question, after: int) -> Select[AssistanceCase, Person, Decision, FactsVersion]:
    newest = (
        select(FactsVersion.case_id, func.max(FactsVersion.number).label("number"))
        .where(FactsVersion.effective_on <= last_day(question.month))
        .group_by(FactsVersion.case_id)
        .subquery()
    )
    other = aliased(Decision)
    later = select(other.id).where(other.case_id == AssistanceCase.id, other.number > 1).exists()
    query = (
        select(AssistanceCase, Person, Decision, FactsVersion)
        .join(Person, Person.id == AssistanceCase.head_id)
        .join(Decision, (Decision.case_id == AssistanceCase.id) & (Decision.kind == "opening"))
        .join(newest, newest.c.case_id == AssistanceCase.id)
        .join(FactsVersion, (FactsVersion.case_id == AssistanceCase.id) & (FactsVersion.number == newest.c.number))
        .where(AssistanceCase.id > after, inside(AssistanceCase.path, question.roots), ~later)
        .order_by(AssistanceCase.id)
        .limit(CHUNK)
    )
    return query if question.import_id is None else query.where(Decision.batch == question.import_id)


def _eventful(session: Session, case_ids: Sequence[int]) -> set[int]:
    """Cases with events that rules may read (``case.*``); the others are known by their opening alone."""
    chains = {chain_of(one): one for one in case_ids}
    query = select(Event.chain).where(Event.chain.in_(chains), Event.kind.in_(("work_refused", "reviewed")))
    return {chains[one] for one in session.scalars(query)}


def _own(decision: Decision, question: Question) -> dict[str, str]:
    before = decision.from_month < question.month
    own = {"months_in_phase_out": "0", "disregard_months_used": "0", "refusals": "0"}
    return own | ({"previous_amount": previous_amount(decision.monthly)} if before else {})


def _book(
    desk: Desk, books: dict[tuple[str, str, str], Rulebook | JiuzhuError], key: tuple[str, str, str], month: date
) -> Rulebook | JiuzhuError:
    """The rules of a division, area and programme: those of the place a household lived in on the month's first day."""
    if key not in books:
        division, area, programme = key
        try:
            books[key] = desk.policies.rulebook(division, on=month, area=area, programmes=(programme,))
        except JiuzhuError as error:
            books[key] = error
    return books[key]


Outcome = tuple[str, Text, Fraction | None]


def _compare(
    case: AssistanceCase,
    decision: Decision,
    facts: FactsVersion,
    book: Rulebook | JiuzhuError,
    *,
    own: Mapping[str, str],
    month: date,
) -> Outcome:
    if isinstance(book, JiuzhuError):
        return "rule_missing", book.message, None
    if not _has_income(facts):
        text = Text(
            "花名册没有可登记的收入，登记后再复算", "the roster had no income to record; record it, then recompute"
        )
        return "income_missing", text, None
    try:
        found = proposed(case.id, case.programme, book, facts=facts, own=own, month=month)
    except JiuzhuError as error:
        return "facts_do_not_fit", _joined([one.message for one in error.problems]), None
    return _verdict(case, decision, found)


def _has_income(facts: FactsVersion) -> bool:
    """Whether income is known at all: a version that says nothing about it does not say that there is none."""
    whole = facts.facts
    return "shared_income" in whole or any("income" in member for member in whole["members"])


def _verdict(case: AssistanceCase, decision: Decision, found: Proposal) -> Outcome:
    if found.status == "undecided":
        return _undecided(case, found)
    if found.status == "not_eligible":
        failed = [Text(one.message("zh"), one.message("en")) for one in found.assessment.failed]
        return "not_eligible", _joined(failed), Fraction(0)
    now, was = found.monthly, decision.monthly
    if _rounded(now) == was:
        return "same", Text("", ""), now
    if was in _roundings(now):
        text = Text(f"精确值 {yuan_text(now, places=4)} 元", f"exactly {yuan_text(now, places=4)} yuan")
        return "rounding", text, now
    if case.method == "tiered" and found.method != "tiered":
        return "tier", Text("原按分档发放，现行规则为补差", "paid by tier; the rules in force pay the gap"), now
    parts = {name: Fraction(one) for name, one in decision.parts.items()}
    if _rounded(found.parts.get("benefit", Fraction(0))) == parts.get("benefit", 0):
        return "topup", Text("保障金一致，分类施保不同", "the benefit is the same, top-ups differ"), now
    return "amount", Text("收入、标准或计算口径不同", "income, standard or method differ"), now


def _undecided(case: AssistanceCase, found: Proposal) -> Outcome:
    stops = _what_stops(found, case.programme)
    text = _joined([failure_text(one, found.rulebook) for one in stops])
    missing = all(one.code == "missing_fact" for one in stops)
    if case.method == "tiered" and not missing:
        return "tier", text, None
    return ("fact_missing" if missing else "rule_missing"), text, None


def _what_stops(found: Proposal, programme: str) -> list[Failure]:
    """What keeps eligibility or the benefit itself from being computed; other lines may lack something too."""
    eligible = value(found.assessment, f"{programme}.eligible")
    stops = [one for one in (eligible, found.missing.get("benefit")) if isinstance(one, Failure)]
    return list(dict.fromkeys(stops)) or [one for one, _ in found.assessment.failures]


def _rounded(amount: Fraction) -> Fraction:
    """An amount to the fen, half up, as a roster shows it."""
    return Fraction(_floor(amount + Fraction(1, 2)))


def _roundings(amount: Fraction) -> set[Fraction]:
    """The amount to fen, jiao and yuan, up, down and half up: what another system may have paid."""
    found = set()
    for unit in (1, 10, 100):
        units = amount / unit
        found |= {Fraction(_floor(units) * unit), Fraction(-_floor(-units) * unit)}
    return found


def _floor(amount: Fraction) -> int:
    return amount.numerator // amount.denominator


def _joined(texts: Sequence[Text]) -> Text:
    kept = list(texts)[:MOST_REASONS]
    return Text("；".join(one.zh for one in kept), "; ".join(one.pick("en") for one in kept))


def cause_text(cause: str, language: Language) -> str:
    """Return a cause in words."""
    return CAUSES[cause].pick(language)
