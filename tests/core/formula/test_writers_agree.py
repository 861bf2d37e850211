"""Scalar = columnar: random programs over random households, equal to the fen and to the failure's code and name."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.formula.both_writers import Seen, differences
from tests.core.formula.growth import grow_program
from tests.core.formula.small_country import columns, households, odd_standards, standards

EXAMPLES = 800


@pytest.mark.slow
def test_both_writers_agree_on_every_function_and_branch(capsys: pytest.CaptureFixture[str]) -> None:
    seen = Seen()

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
    @given(seed=st.integers(0, 2**32 - 1), formulas=st.integers(1, 5), depth=st.integers(2, 5), size=st.integers(3, 8))
    def agree(seed: int, formulas: int, depth: int, size: int) -> None:
        random = Random(seed)  # noqa: S311 - test data
        program = grow_program(random, formulas=formulas, depth=depth)
        roll = households(random, size, random.choice((0, 0, 0.05, 0.1, 0.4, 0.9)))
        found = differences(
            program,
            roll,
            columns(roll, empty=random.random() < 0.5),
            random.choice((standards, standards, standards, odd_standards)),
            chunk=random.choice((2, 3, 100)),
            seen=seen,
        )
        assert found == []

    agree()
    with capsys.disabled():
        print(f"\n{sum(seen.codes.values()):,} values\n{seen.report()}")  # noqa: T201 - the coverage is to be seen
    assert seen.missing() == []
