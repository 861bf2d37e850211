"""The yardstick: SPEC.md by hand in NumPy, in chunks of households so small that every temporary stays in the cache.

Sums over a household are differences of a prefix sum, right for households without members too; all sums are int64.
``python ref_numpy_chunked.py 1000000`` times it; ``--tune`` tries chunk sizes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import measure
import numpy as np
from gen import COUNTED, DEDUCTED, RURAL_ANNUAL_FEN, URBAN_ANNUAL_FEN, Array, Roll, load
from numpy.typing import NDArray

# Tried from 2k to 256k households (--tune): flat between 16k and 64k with 1 MiB of second-level cache a core.
CHUNK_HOUSEHOLDS = 16_384

MINIMUM_FEN = 1_000
SUBSIDY_FEN = np.int32(5_500)
OLD_AGE, ADULT_AGE = 70, 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Households ``first:last`` with members ``begin:end``; ``bounds`` are their offsets counted from ``begin``."""

    first: int
    last: int
    begin: int
    end: int
    bounds: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scratch:
    """Temporaries reused by every chunk, as long as the chunk with the most members; ``running`` one longer."""

    amount: Array
    running: NDArray[np.int64]
    tally: NDArray[np.int32]


def compute(
    roll: Roll,
    *,
    chunk: int = CHUNK_HOUSEHOLDS,
    urban: int = URBAN_ANNUAL_FEN,
    rural: int = RURAL_ANNUAL_FEN,
    narrow: bool = False,
) -> dict[str, Array]:
    """Return the six outputs of SPEC.md.

    ``narrow`` adds up one member's amounts in int32, allowed only where ``fits_narrow`` holds for the roll.
    """
    outputs = _outputs(roll)
    scratch = _scratch(roll, chunk, np.int32 if narrow else np.int64)
    line = np.array([rural, urban])
    for part in _chunks(roll, chunk):
        _decide(roll, part, scratch, line, outputs)
    return outputs


def fits_narrow(roll: Roll) -> bool:
    """Tell whether no sum of one member's amounts, in any order, can leave int32."""
    columns = [roll.member[kind] for kind in (*COUNTED, *DEDUCTED)]
    return sum(max(int(c.max(initial=0)), -int(c.min(initial=0))) for c in columns) <= np.iinfo(np.int32).max


def _outputs(roll: Roll) -> dict[str, Array]:
    n, m = roll.households, roll.members
    return {
        "counted": np.empty(n, np.int64),
        "eligible": np.empty(n, bool),
        "benefit": np.empty(n, np.int64),
        "review": np.empty(n, np.int8),
        "care": np.empty(m, np.int32),
        "living": np.empty(m, np.int32),
    }


def _scratch(roll: Roll, chunk: int, amount: Any) -> Scratch:
    longest = max((part.end - part.begin for part in _chunks(roll, chunk)), default=0)
    scratch = Scratch(
        amount=np.empty(longest, amount),
        running=np.empty(longest + 1, np.int64),
        tally=np.empty(longest + 1, np.int32),
    )
    scratch.running[0] = scratch.tally[0] = 0
    return scratch


def _chunks(roll: Roll, chunk: int) -> Iterator[Chunk]:
    for first in range(0, roll.households, chunk):
        bounds = roll.offsets[first : first + chunk + 1]
        begin, end = int(bounds[0]), int(bounds[-1])
        yield Chunk(first=first, last=first + len(bounds) - 1, begin=begin, end=end, bounds=bounds - begin)


def _decide(roll: Roll, part: Chunk, scratch: Scratch, line: Array, outputs: dict[str, Array]) -> None:
    households, members = slice(part.first, part.last), slice(part.begin, part.end)
    household = {name: values[households] for name, values in roll.household.items()}
    member = {name: values[members] for name, values in roll.member.items()}
    out = {name: values[members if name in ("care", "living") else households] for name, values in outputs.items()}

    grade, age = member["grade"], member["age"]
    severe = (grade == 1) | (grade == 2)
    np.multiply(severe, SUBSIDY_FEN, out=out["care"])

    _counted(member, part, scratch, out["counted"])
    worked = _worked(member, part, scratch)
    weak = severe | (age >= OLD_AGE) | (age < ADULT_AGE)
    _benefit(household, part, line, _tally(weak, part, scratch), out)

    # int8 arithmetic: 12 where nobody worked, else 6.
    np.multiply(worked == 0, np.int8(6), out=out["review"])
    np.add(out["review"], np.int8(6), out=out["review"])
    granted = out["eligible"].take(member["household_id"] - part.first)
    np.multiply(granted & (grade > 0), SUBSIDY_FEN, out=out["living"])


def _counted(member: dict[str, Array], part: Chunk, scratch: Scratch, out: Array) -> None:
    amount = scratch.amount[: part.end - part.begin]
    np.add(member[COUNTED[0]], member[COUNTED[1]], out=amount, dtype=amount.dtype)
    for kind in COUNTED[2:]:
        np.add(amount, member[kind], out=amount)
    for kind in DEDUCTED:
        np.subtract(amount, member[kind], out=amount)
    _household_sums(amount, part, scratch.running, out)


def _worked(member: dict[str, Array], part: Chunk, scratch: Scratch) -> Array:
    amount = scratch.amount[: part.end - part.begin]
    np.add(member["wage"], member["migrant_work"], out=amount, dtype=amount.dtype)
    return _household_sums(amount, part, scratch.running, np.empty(part.last - part.first, np.int64))


def _tally(flag: Array, part: Chunk, scratch: Scratch) -> Array:
    return _household_sums(flag, part, scratch.tally, np.empty(part.last - part.first, np.int32))


def _household_sums(values: Array, part: Chunk, running: Array, out: Array) -> Array:
    """Sum ``values`` over each household; ``running[0]`` is 0 and stays so."""
    np.cumsum(values, dtype=running.dtype, out=running[1 : len(values) + 1])
    reached = running.take(part.bounds)
    np.subtract(reached[1:], reached[:-1], out=out)
    return out


def _benefit(household: dict[str, Array], part: Chunk, line: Array, weak: Array, out: dict[str, Array]) -> None:
    """Write ``eligible`` and ``benefit`` (in sixtieths: five of the gap, one of the standard for each weak member)."""
    standard = line.take(household["urban"].view(np.uint8))
    total = standard * np.diff(part.bounds)
    gap = total - out["counted"]
    eligible = out["eligible"]
    np.greater(gap, 0, out=eligible)
    eligible &= household["vehicles"] == 0
    eligible &= household["houses"] <= 1
    np.add(total, total, out=total)
    eligible &= household["deposits"] <= total
    gap *= 5
    standard *= weak
    gap += standard
    gap += 30
    np.floor_divide(gap, 60, out=gap)
    np.maximum(gap, MINIMUM_FEN, out=gap)
    np.multiply(gap, eligible, out=out["benefit"])


def _tuned(roll: Roll, chunk: int, narrow: bool, _state: None) -> dict[str, Array]:  # noqa: FBT001
    return compute(roll, chunk=chunk, narrow=narrow)


def main() -> None:
    """Time the reference, keep its answers for the other programs and print one record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("households", type=int)
    parser.add_argument("--tune", action="store_true", help="time chunk sizes instead")
    parser.add_argument("--narrow", action="store_true", help="one member's sums in int32, where the data allow it")
    options = parser.parse_args()
    roll = load(options.households)
    if options.tune:
        for exponent in range(11, 19):
            timing = measure.repeat(lambda: None, partial(_tuned, roll, 2**exponent, options.narrow))
            print(f"{2**exponent:>8} households a chunk: {timing.compute.median * 1e3:8.2f} ms")
        return
    if options.narrow and not fits_narrow(roll):
        raise SystemExit("the amounts of this roll do not fit int32")
    timing = measure.repeat(lambda: None, lambda _: compute(roll, narrow=options.narrow))
    measure.report("ref_numpy_chunked" + "_int32" * options.narrow, roll, timing, chunk=CHUNK_HOUSEHOLDS)


if __name__ == "__main__":
    main()
