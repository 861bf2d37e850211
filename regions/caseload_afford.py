"""The standard a budget affords: looked for in the snapshot, many amounts a pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from core.errors import JiuzhuError, Text
from core.values import fraction_text
from regions.caseload_rules import StandardAt
from regions.caseload_whatif import Asked, Step, sweep

AT_ONCE = 9
"""Amounts of one pass: each pass narrows the range tenfold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Affords:
    """The highest standard a budget pays for, and the next one it does not; ``tried`` are all that were looked at."""

    budget: Fraction
    best: Step | None
    beyond: Step | None
    tried: tuple[Step, ...]


def affords(
    asked: Asked, at: StandardAt, *, budget: Fraction, low: Fraction, high: Fraction, step: Fraction
) -> Affords:
    """Find the highest standard whose month costs all places together no more than ``budget`` (fen).

    Only amounts ``low + n · step`` up to ``high`` are looked at. A month never costs less at a higher line; should the
    rules of a place make it so, ``tried`` shows it; the answer is the highest amount below the first that is too dear.

    Raises:
        JiuzhuError: ``bad_range``.
    """
    count = int((high - low) / step) if step > 0 else -1
    if count < 0:
        text = Text("区间或步长有误", "the range or the step is wrong")
        raise JiuzhuError("bad_range", text, value=fraction_text(step))
    known: dict[int, Step] = {}
    first, last = 0, count
    while first <= last:
        wanted = sorted({first, last, *_between(first, last)} - known.keys())
        amounts = [low + step * one for one in wanted]
        known |= dict(zip(wanted, sweep(asked, at, amounts), strict=True)) if wanted else {}
        dear = [one for one in sorted(known) if known[one].changed.total.after > budget]
        first, last = _narrowed(known, dear, count)
    return _answer(budget, known, count)


def _between(first: int, last: int) -> Iterator[int]:
    return (first + (last - first) * part // (AT_ONCE + 1) for part in range(1, AT_ONCE + 1))


def _narrowed(known: dict[int, Step], dear: list[int], count: int) -> tuple[int, int]:
    """What is left to look at: between the last amount that is paid for and the first that is not."""
    end = dear[0] if dear else count + 1
    start = max((one for one in known if one < end), default=-1)
    return start + 1, end - 1


def _answer(budget: Fraction, known: dict[int, Step], count: int) -> Affords:
    dear = [one for one in sorted(known) if known[one].changed.total.after > budget]
    end = dear[0] if dear else count + 1
    best = max((one for one in known if one < end), default=None)
    return Affords(
        budget=budget, best=None if best is None else known[best], beyond=known[dear[0]] if dear else None,
        tried=tuple(known[one] for one in sorted(known)),
    )  # fmt: skip
