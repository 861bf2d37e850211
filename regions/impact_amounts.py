"""What households get under both rules: by columns as a whole caseload is computed, or one after the other.

Both ways say the same of every household. By columns is for many; the other way is sooner done for a few, and says of
a household that is refused every fault of its facts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from core.assess import Assessment, assess
from core.caseload.entitlement import ELIGIBLE, UNDECIDED, paid_by
from core.caseload.kernel import Kernel
from core.caseload.layout import facts_hash
from core.caseload.snapshot import Key, measure, rows_of
from core.caseload.tags import Tags
from core.caseload.whole import Whole, whole
from core.caseload.written import laid
from core.casework.deciding.proposal import month_parts, value
from core.errors import JiuzhuError
from core.facts import Catalogue
from core.formula.columns import Array
from core.rulebook import Rulebook
from core.source import located
from regions.caseload import united
from regions.impact_places import Pair, Places
from regions.impact_source import CaseFacts

Amounts = Mapping[str, tuple[Fraction | None, Fraction | None]]
"""By programme, the exact fen a month before and after; None is what cannot be computed."""
Ruling = Callable[[Places, Sequence[CaseFacts]], Iterable[Amounts | JiuzhuError]]
"""Gives what each of some households gets, or why that cannot be said; in their order."""
ANY_DAY = date.max
"""Facts may be newer than the day the rules are compared on: no day of theirs lies ahead."""
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

Money = Mapping[str, Sequence[Fraction | None]]
"""By programme, what each household gets."""


def by_columns(places: Places, cases: Sequence[CaseFacts]) -> Iterator[Amounts | JiuzhuError]:
    """Compute all households at once; those that cannot be are looked at one by one, for every reason."""
    keys = [(one.programme, one.division, one.area) for one in cases]
    found = _pairs(places, dict(zip(keys, cases, strict=True)))
    laid_out: dict[Any, Any] = {}
    before, after = (
        _Side(
            cases=cases, keys=keys, books={key: getattr(pair, side) for key, pair in found.items()}, laid_out=laid_out
        )
        for side in ("before", "after")
    )
    before.compute()
    after.compute()
    for at, (key, case) in enumerate(zip(keys, cases, strict=True)):
        pair = found.get(key)
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


@dataclass(slots=True, kw_only=True)
class _Side:
    """What some households get under one of the rules. ``laid_out`` are their facts as columns, for both rules.

    Places that declare a fact differently cannot lie in the same columns: each kind has columns of its own.
    """

    cases: Sequence[CaseFacts]
    keys: Sequence[Key]
    books: Mapping[Key, Rulebook]
    laid_out: dict[Any, Any]
    failed: Array = field(init=False)
    money: dict[str, list[Fraction | None]] = field(default_factory=dict)

    def compute(self) -> None:
        """Fill in ``money`` and ``failed``."""
        self.failed = np.ones(len(self.cases), np.bool_)
        for facts, keys in _alike(self.books):
            rows = sorted((at for at, one in enumerate(self.keys) if one in keys), key=self.keys.__getitem__)
            self._compute(rows, self._batch(rows, facts), facts)

    def _batch(self, rows: Sequence[int], facts: Catalogue) -> Any:
        named = facts_hash(facts), tuple(rows)
        if named not in self.laid_out:
            cases = [self.cases[at] for at in rows]
            texts = pa.array([json.dumps(one.facts, ensure_ascii=False) for one in cases], pa.string())
            found, kept = laid(texts, facts)
            self.laid_out[named] = rows_of(facts, found, kept=kept, **{
                name: pa.array([getattr(one, name) for one in cases], pa.string())
                for name in ("programme", "division", "area")
            })  # fmt: skip
        return self.laid_out[named]

    def _compute(self, rows: Sequence[int], batch: Any, facts: Catalogue) -> None:
        keys = {self.keys[at] for at in rows}
        kernel = Kernel(books=self.books.__getitem__, stored=facts, extents=measure(batch, facts), on=ANY_DAY)
        kernel.learn(sorted(keys))
        decided = tuple(dict.fromkeys(name for key in keys for name in self.books[key].policy.programmes))
        paid = (paid_by(self.books[key].policy, name) for key in keys for name in decided)
        kernel.compile(name for one in paid for name in one.reads)
        pieces = list(kernel.run(batch))
        for piece in pieces:
            self.failed[rows[piece.start : piece.stop]] = piece.faulty
        tags = Tags.of(batch)
        for name in decided:
            money = self.money.setdefault(name, [None] * len(self.cases))
            for at, amount in zip(rows, _amounts(whole(pieces, name, tags, asked=True)), strict=True):
                money[at] = amount


def _alike(books: Mapping[Key, Rulebook]) -> list[tuple[Catalogue, set[Key]]]:
    """Put places together whose facts can lie in the same columns."""
    found: list[tuple[Catalogue, set[Key]]] = []
    for key, book in books.items():
        for at, (facts, keys) in enumerate(found):
            try:
                found[at] = united([facts, book.facts]), keys | {key}
                break
            except JiuzhuError:
                continue
        else:
            found.append((united([book.facts]), {key}))
    return found


def _amounts(one: Whole) -> list[Fraction | None]:
    """What each household gets, exact; few amounts are many times there."""
    size = len(one.faulty)
    above = np.where(one.found.status == ELIGIBLE, one.found.numerator, 0)
    below = np.broadcast_to(np.asarray(one.found.denominator, np.int64), size)
    unknown = one.found.status == UNDECIDED
    pairs = np.stack([np.where(unknown, 0, above), np.where(unknown, 0, below)], axis=1)
    kinds, at = np.unique(pairs, axis=0, return_inverse=True)
    known = [Fraction(over, under) if under else None for over, under in kinds.tolist()]
    return [known[number] for number in at.ravel().tolist()]
