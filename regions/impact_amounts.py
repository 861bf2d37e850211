"""What households get under both rules: by columns as a whole caseload is computed, or one after the other.

Both ways say the same of every household. By columns is for many; the other way is sooner done for a few, and says of
a household that is refused every fault of its facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from core.assess import Assessment, assess
from core.caseload.at_hand import AtHand, Written
from core.caseload.entitlement import ELIGIBLE, UNDECIDED, Amount, paid_by
from core.caseload.snapshot import Key
from core.caseload.tags import Tags
from core.caseload.whole import Whole, whole
from core.casework.deciding.proposal import month_parts, value
from core.errors import JiuzhuError
from core.formula.columns import Array
from core.rulebook import Rulebook
from core.source import located
from regions.impact_places import Pair, Places
from regions.impact_source import CaseFacts

Amounts = Mapping[str, tuple[Fraction | None, Fraction | None]]
"""By programme, the exact fen a month before and after; None is what cannot be computed."""
Ruling = Callable[[Places, Sequence[CaseFacts]], Iterable[Amounts | JiuzhuError]]
"""Gives what each of some households gets, or why that cannot be said; in their order."""
FEW = 500
"""So many households are computed one by one while the code for columns is being written."""


def soonest(places: Places, cases: Sequence[CaseFacts]) -> Iterator[Amounts | JiuzhuError]:
    """Compute households the way that is sooner done."""
    return one_by_one(places, cases) if len(cases) < FEW else by_columns(places, cases)


def one_by_one(places: Places, cases: Sequence[CaseFacts]) -> Iterator[Amounts | JiuzhuError]:
    """Compute each household by itself."""
    for case in cases:
        try:
            yield _single(places.of(case), case)
        except JiuzhuError as error:
            yield error


def _single(pair: Pair, case: CaseFacts) -> Amounts:
    source = located(dict(case.facts), case.reference)
    new = pair.after.facts.prepare(source)
    old = new if pair.same_facts else pair.before.facts.prepare(source)
    before, after = assess(pair.before, old), assess(pair.after, new)
    return {name: (amount_of(before, name), amount_of(after, name)) for name in pair.programmes}


def amount_of(found: Assessment, programme: str) -> Fraction | None:
    """Return the exact amount a month an assessment gives, nothing for who is not eligible, None for undecided."""
    eligible = value(found, f"{programme}.eligible")
    if eligible is False:
        return Fraction(0)
    parts, missing = month_parts(found, programme)
    if "benefit" in missing or (eligible is not None and eligible is not True):
        return None
    return sum(parts.values(), Fraction(0))


# By columns ----------------------------------------------------------------------------------------------------------


def by_columns(places: Places, cases: Sequence[CaseFacts]) -> Iterator[Amounts | JiuzhuError]:
    """Compute all households at once; those that cannot be are looked at one by one, for every reason."""
    households = [Written(key=(one.programme, one.division, one.area), facts=one.facts) for one in cases]
    found = _pairs(places, {household.key: case for household, case in zip(households, cases, strict=True)})
    at_hand = AtHand(households=households)
    before = _Side.of(at_hand, {key: one.before for key, one in found.items()})
    after = _Side.of(at_hand, {key: one.after for key, one in found.items()})
    for at, (household, case) in enumerate(zip(households, cases, strict=True)):
        pair = found.get(household.key)
        if pair is None or before.failed[at] or after.failed[at]:
            yield from one_by_one(places, [case])
        else:
            yield {name: (before.money[name][at], after.money[name][at]) for name in pair.programmes}


def _pairs(places: Places, cases: Mapping[Key, CaseFacts]) -> dict[Key, Pair]:
    """The rules of the places of some households, one of each; not of those whose rules are broken."""
    found = {}
    for key, case in cases.items():
        try:
            found[key] = places.of(case)
        except JiuzhuError:
            continue
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """What some households get under one of the rules, by programme; ``failed`` marks those without a result."""

    failed: Array
    money: Mapping[str, list[Fraction | None]]

    @staticmethod
    def of(at_hand: AtHand, books: Mapping[Key, Rulebook]) -> _Side:
        """Compute it."""
        size = len(at_hand.households)
        decided = tuple(dict.fromkeys(name for book in books.values() for name in book.policy.programmes))
        paid = (paid_by(book.policy, name) for book in books.values() for name in decided)
        side = _Side(failed=np.ones(size, np.bool_), money={name: [None] * size for name in decided})
        for computed in at_hand.under(books, {name: None for one in paid for name in one.reads}):
            for piece in computed.pieces:
                side.failed[computed.rows[piece.start : piece.stop]] = piece.faulty
            tags = Tags.of(computed.batch)
            for name, money in side.money.items():
                found = whole(computed.pieces, name, tags, asked=True)
                for at, amount in zip(computed.rows, _amounts(found), strict=True):
                    money[at] = amount
        return side


def _amounts(one: Whole) -> list[Fraction | None]:
    """What each household gets; None where that is undecided."""
    found = one.found
    amounts = Amount(found.numerator, found.denominator, found.status == ELIGIBLE).where(~one.faulty).exact
    unknown = (found.status == UNDECIDED).tolist()
    return [None if left else amount for amount, left in zip(amounts, unknown, strict=True)]
