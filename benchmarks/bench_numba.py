"""SPEC.md as one compiled loop (numba): what a machine-code compiler would gain. Compilation is not timed."""

from __future__ import annotations

import argparse
from importlib.metadata import version
from typing import Any

import measure
import numba
import numpy as np
from gen import COUNTED, DEDUCTED, RURAL_ANNUAL_FEN, URBAN_ANNUAL_FEN, Roll, load


def _decide(offsets: Any, member: Any, household: Any, standards: Any, outputs: Any) -> None:
    age, grade, farming, migrant, wage, rent, support, gift, other, tax, insurance = member
    urban, vehicles, houses, deposits = household
    urban_annual, rural_annual = standards
    counted, eligible, benefit, review, care, living = outputs
    for i in range(urban.shape[0]):
        begin, end = offsets[i], offsets[i + 1]
        income = weak = worked = np.int64(0)
        for j in range(begin, end):
            income += np.int64(farming[j]) + migrant[j] + wage[j] + rent[j] + support[j] + gift[j] + other[j]
            income -= np.int64(tax[j]) + insurance[j]
            worked += np.int64(wage[j]) + migrant[j]
            severe = grade[j] == 1 or grade[j] == 2
            weak += severe or age[j] >= 70 or age[j] < 16
            care[j] = 5500 if severe else 0
        standard = urban_annual if urban[i] else rural_annual
        line = standard * (end - begin)
        granted = income < line and vehicles[i] == 0 and houses[i] <= 1 and deposits[i] <= 2 * line
        counted[i] = income
        eligible[i] = granted
        benefit[i] = max(1000, (5 * (line - income) + standard * weak + 30) // 60) if granted else 0
        review[i] = 12 if worked == 0 else 6
        for j in range(begin, end):
            living[j] = 5500 if granted and grade[j] > 0 else 0


def compute(compiled: Any, roll: Roll) -> dict[str, Any]:
    """Return the six outputs."""
    n, m = roll.households, roll.members
    outputs = {
        "counted": np.empty(n, np.int64), "eligible": np.empty(n, bool), "benefit": np.empty(n, np.int64),
        "review": np.empty(n, np.int8), "care": np.empty(m, np.int32), "living": np.empty(m, np.int32),
    }  # fmt: skip
    member = tuple(roll.member[name] for name in ("age", "grade", *COUNTED, *DEDUCTED))
    household = tuple(roll.household[name] for name in ("urban", "vehicles", "houses", "deposits"))
    compiled(roll.offsets, member, household, (URBAN_ANNUAL_FEN, RURAL_ANNUAL_FEN), tuple(outputs.values()))
    return outputs


def main() -> None:
    """Time the loop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("households", type=int)
    roll = load(parser.parse_args().households)
    compiled = numba.njit(_decide)
    timing = measure.repeat(lambda: None, lambda _: compute(compiled, roll))
    measure.report("numba", roll, timing, version=version("numba"))


if __name__ == "__main__":
    main()
