"""SPEC.md for one household in plain integers: the oracle for every other program, and the floor of a single case.

``python ref_python.py check 100000`` holds ``ref_numpy_chunked`` against it; ``single`` times it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

import measure
import numpy as np
import ref_numpy_chunked
from gen import COUNTED, EXEMPT, RURAL_ANNUAL_FEN, URBAN_ANNUAL_FEN, Roll, generate, load

ANNUAL_FEN = {"urban": URBAN_ANNUAL_FEN, "rural": RURAL_ANNUAL_FEN}
MINIMUM_FEN = 1_000
SUBSIDY_FEN = 5_500
CHECKED_HOUSEHOLDS = 20_000


def decide(case: dict[str, Any]) -> dict[str, Any]:
    """Return the six outputs for one household; ``care`` and ``living`` are lists in member order."""
    standard = ANNUAL_FEN[case["area"]]
    members = case["members"]
    counted = worked = weak = 0
    for member in members:
        income = member["income"]
        for kind in COUNTED:
            counted += income[kind]
        counted -= member["tax"] + member["social_insurance"]
        worked += income["wage"] + income["migrant_work"]
        weak += member["age"] >= 70 or member["age"] < 16 or member["grade"] in (1, 2)
    line = standard * len(members)
    means = case["vehicles"] == 0 and case["houses"] <= 1 and case["deposits"] <= 2 * line
    eligible = counted < line and means
    exact_60ths = 5 * (line - counted) + standard * weak
    return {
        "counted": counted,
        "eligible": eligible,
        "benefit": max(MINIMUM_FEN, (exact_60ths + 30) // 60) if eligible else 0,
        "review": 12 if worked == 0 else 6,
        "care": [SUBSIDY_FEN if member["grade"] in (1, 2) else 0 for member in members],
        "living": [SUBSIDY_FEN if eligible and member["grade"] > 0 else 0 for member in members],
    }


def cases(roll: Roll, first: int = 0, last: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield households ``first:last`` of a roll as JSON-like dicts of plain Python values."""
    last = roll.households if last is None else last
    begin, end = int(roll.offsets[first]), int(roll.offsets[last])
    household = {name: values[first:last].tolist() for name, values in roll.household.items()}
    member = {name: values[begin:end].tolist() for name, values in roll.member.items()}
    bounds = (roll.offsets[first : last + 1] - begin).tolist()
    for at in range(last - first):
        yield {
            "area": "urban" if household["urban"][at] else "rural",
            **{name: household[name][at] for name in ("region", "vehicles", "houses", "deposits")},
            "members": [_member(member, row) for row in range(bounds[at], bounds[at + 1])],
        }


def _member(member: dict[str, list[Any]], row: int) -> dict[str, Any]:
    plain = ("age", "grade", "is_student", "tax", "social_insurance")
    return {
        **{name: member[name][row] for name in plain},
        "income": {kind: member[kind][row] for kind in (*COUNTED, *EXEMPT)},
    }


def columns(answers: list[dict[str, Any]]) -> dict[str, Any]:
    """Turn single answers into the six arrays."""
    household = ("counted", "eligible", "benefit", "review")
    one = {name: np.array([answer[name] for answer in answers]) for name in household}
    each = {name: np.array([v for answer in answers for v in answer[name]]) for name in ("care", "living")}
    return one | each


def check_vectors(roll: Roll, first: int, last: int) -> None:
    """Compare the chunked reference with the oracle on households ``first:last``; raise SystemExit on a difference."""
    fits = ref_numpy_chunked.fits_narrow(roll)
    want = columns([decide(case) for case in cases(roll, first, last)])
    members = slice(int(roll.offsets[first]), int(roll.offsets[last]))
    for chunk, narrow in ((ref_numpy_chunked.CHUNK_HOUSEHOLDS, False), (777, False), (777, True)):
        got = ref_numpy_chunked.compute(roll, chunk=chunk, narrow=narrow and fits)
        for name, values in want.items():
            part = got[name][members if name in ("care", "living") else slice(first, last)]
            if not np.array_equal(part, values):
                raise SystemExit(f"ref_numpy_chunked is not ref_python: {name}, chunk {chunk}, narrow {narrow}")


def check(households: int) -> None:
    """Hold the reference against the oracle on five stretches of the roll and on empty households; keep its answers."""
    roll = load(households)
    part = min(CHECKED_HOUSEHOLDS, households)
    for first in range(0, households, max(part, households // 5)):
        check_vectors(roll, first, min(first + part, households))
    for size in (1, 5, 3_000):
        check_vectors(generate(size, seed=7, empty=True), 0, size)
    outputs = ref_numpy_chunked.compute(roll)
    measure.keep_answers(households, outputs)
    measure.emit(kind="answers", households=households, digest=measure.digest(outputs))


def main() -> None:
    """Check the reference and keep its answers, or time single cases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=("check", "single"))
    parser.add_argument("households", type=int)
    options = parser.parse_args()
    if options.mode == "check":
        check(options.households)
        return
    some = list(cases(load(options.households), 0, 2_000))
    measure.single("ref_python", decide, some, [decide(case) for case in some])


if __name__ == "__main__":
    main()
