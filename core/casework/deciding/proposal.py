"""A proposal: what the rules of a month say about a case's facts. It decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from core.assess import Assessment, Status, assess
from core.casework.deciding.case_facts import case_facts
from core.casework.deciding.facts import facts_on, prepare_facts
from core.casework.deciding.place import place_on
from core.casework.desk import Desk
from core.casework.month import last_day
from core.errors import JiuzhuError, Text
from core.formula.tree import Failure
from core.kinds.contribution import settings, suffixed
from core.rulebook import Rulebook
from core.store.tables import AssistanceCase, FactsVersion

PARTS = ("benefit", "household_topup", "member_topup", "price_subsidy", "phase_out")
"""The parts of a month's entitlement: 保障金、家庭分类施保、人员分类施保、物价补贴、渐退期保障金."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a month's rules give a household.

    ``parts`` are exact fen a month; ``missing`` says why a part has no value (a gap of one payment line stops that line
    only). ``status`` is ``undecided`` where eligibility or the benefit itself cannot be computed.
    """

    case_id: int
    month: date
    status: Status
    parts: Mapping[str, Fraction]
    method: str
    review_class: str | None
    review_months: int | None
    assessment: Assessment
    rulebook: Rulebook
    facts: FactsVersion
    case_facts: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, Failure] = field(default_factory=dict)

    @property
    def monthly(self) -> Fraction:
        """The exact entitlement a month, all parts."""
        return sum(self.parts.values(), Fraction(0))


def propose(
    desk: Desk,
    case: AssistanceCase,
    *,
    month: date,
    facts: FactsVersion | None = None,
    rulebook: Rulebook | None = None,
    own: Mapping[str, str] | None = None,
) -> Proposal:
    """Assess a case under the rules of a month's first day, with the newest facts effective in that month.

    The rules are those of the place where the household lived on that day. ``own``: the case's own facts, where they
    are not those of the decisions made so far (months decided together).

    Raises:
        JiuzhuError: ``no_facts``; what the rules of the place raise.
        InvalidInput: the facts do not fit the rules of that month.
    """
    first = month.replace(day=1)
    known = facts or facts_on(desk.session, case.id, last_day(first))
    if known is None:
        text = Text("该月没有家庭情况记录", "no facts are recorded for that month")
        raise JiuzhuError("no_facts", text, value=f"{case.number} {first:%Y-%m}")
    book = rulebook or _rulebook(desk, case, first)
    known_of_case = case_facts(desk.session, case.id, first) if own is None else own
    return proposed(case.id, case.programme, book, facts=known, own=known_of_case, month=first)


def _rulebook(desk: Desk, case: AssistanceCase, first: date) -> Rulebook:
    division = place_on(desk.session, case, first).division
    return desk.policies.rulebook(division, on=first, area=case.area, programmes=(case.programme,))


def proposed(
    case_id: int, programme: str, book: Rulebook, *, facts: FactsVersion, own: Mapping[str, str], month: date
) -> Proposal:
    """Assess facts at hand; asks the database nothing."""
    day = max(month, facts.effective_on)
    found = assess(book, prepare_facts(book, facts.facts, on=day, case_facts=own))
    parts, missing = month_parts(found, programme)
    status = found.statuses.get(programme, "undecided")
    if "benefit" in missing:
        status = "undecided"
    paid = status == "eligible" or parts.get("phase_out")
    line = book.policy.line("benefit", programme)
    return Proposal(
        case_id=case_id,
        month=month,
        status=status,
        parts=parts if paid else {},
        method=str(line.value.get("method", "")) if line is not None and not line.is_gap else "",
        review_class=_text(found, f"{programme}.review_class"),
        review_months=_whole(found, f"{programme}.review_months"),
        assessment=found,
        rulebook=book,
        facts=facts,
        case_facts=own,
        missing=missing,
    )


def month_parts(found: Assessment, programme: str) -> tuple[dict[str, Fraction], dict[str, Failure]]:
    """Return the parts of a month an assessment gives, exact, and those that have no value with the reason.

    Several price subsidies (``price_subsidy``, and named ones) are one part, 物价补贴; of one without a value only that
    one is missing.
    """
    whole = _topups_within_benefit(found.rulebook, programme)
    values: dict[str, Any] = {"benefit": value(found, f"{programme}.benefit_monthly")}
    if not whole:
        values |= _topups(found, programme)
    subsidies = _price_subsidies(found, programme)
    if value(found, f"{programme}.phase_out_active") is True:
        values, subsidies = {"phase_out": value(found, f"{programme}.phase_out_amount")}, {}
    parts = {name: Fraction(one) for name, one in values.items() if one is not None and not isinstance(one, Failure)}
    missing = {name: one for name, one in (values | subsidies).items() if isinstance(one, Failure)}
    paid = (Fraction(one) for one in subsidies.values() if one is not None and not isinstance(one, Failure))
    parts["price_subsidy"] = sum(paid, Fraction(0))
    return {name: one for name, one in parts.items() if one}, missing


def _price_subsidies(found: Assessment, programme: str) -> dict[str, Any]:
    lines = found.rulebook.policy.lines("price_subsidy", programme)
    names = dict.fromkeys(("price_subsidy", *(suffixed("price_subsidy", line.key) for line in lines)))
    return {name: value(found, f"{programme}.{name}") for name in names}


def _topups(found: Assessment, programme: str) -> dict[str, Any]:
    total, household = (value(found, f"{programme}.{name}") for name in ("topup", "household_topup"))
    if total is None or isinstance(total, Failure):
        return {"member_topup": total}
    own = household if isinstance(household, Fraction | int) else 0
    return {"household_topup": own, "member_topup": total - own}


def _topups_within_benefit(book: Rulebook, programme: str) -> bool:
    return bool(settings(book.policy, "topup", programme).get("counts_toward_gap", False))


def value(found: Assessment, key: str) -> Any:
    """Return a quantity where the programme has it, else None."""
    return found.value(key) if key in found.rulebook.scalar.outputs else None


def _text(found: Assessment, key: str) -> str | None:
    one = value(found, key)
    return one if isinstance(one, str) else None


def _whole(found: Assessment, key: str) -> int | None:
    one = value(found, key)
    return int(one) if isinstance(one, Fraction | int) and not isinstance(one, bool) else None
