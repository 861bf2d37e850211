from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from core.errors import InvalidInput
from core.formula.columns import Column, Columns
from core.formula.span import Span
from core.formula.tree import Failure
from tests.core.formula.small_country import SCHEMA


def faults(**given: Any) -> list[tuple[str, str | None]]:
    whole_input: dict[str, Any] = {"size": 2, "values": {}} | given
    try:
        Columns(**whole_input).check(SCHEMA)
    except InvalidInput as error:
        return [(one.code, one.value) for one in error.problems]
    return []


def whole(*values: int) -> Any:
    return np.array(values, np.int64)


@pytest.mark.parametrize(
    "offsets", [whole(1, 2, 3), whole(0, 2, 1), np.array([0.0, 1.0, 2.0]), whole(), np.array([[0, 1, 2]])]
)
def test_offsets_start_at_zero_and_never_descend(offsets: Any) -> None:
    assert faults(offsets={"member": offsets}) == [("bad_offsets", "member")]


def test_every_bad_list_is_named_at_once() -> None:
    assert faults(offsets={"member": whole(0, 1), "pet": whole(0, 0, 0), "asset": whole(0, 5, 5)}) == [
        ("wrong_length", "member"), ("unknown_list", "pet"), ("list_too_long", "asset"),
    ]  # fmt: skip


def test_every_bad_fact_is_named_at_once() -> None:
    values = {
        "vehicles": np.zeros(2), "urgent": np.zeros(2, np.int8), "fortune": np.zeros(2, np.uint64), "house": whole(1, 2),
        "adjustment": whole(1), "division": whole(0, 0),
    }  # fmt: skip
    assert sorted(faults(values=values)) == [
        ("no_vocabulary", "division"), ("unknown_fact", "house"), ("wrong_length", "adjustment"), ("wrong_type", "fortune"),
        ("wrong_type", "urgent"), ("wrong_type", "vehicles"),
    ]  # fmt: skip


def test_sub_records_are_counted_by_the_records_above_them() -> None:
    offsets = {"member": whole(0, 1, 3), "income": whole(0, 2, 2, 3)}
    columns = Columns(size=2, values={"income.amount": whole(5, 6, 7)}, offsets=offsets)
    columns.check(SCHEMA)
    assert [columns.records(level) for level in ("household", "member", "income", "asset")] == [2, 3, 3, 0]
    assert columns.longest == {"member": 2, "income": 2}


def test_narrow_and_unsigned_arrays_are_taken_as_they_are() -> None:
    assert faults(values={"vehicles": np.array([1, 2], np.uint8), "adjustment": np.array([1, 2], np.int16)}) == []


def test_measured_range_is_the_real_one_unless_it_is_known() -> None:
    values = {"adjustment": whole(7, -3), "member.level": whole()}
    columns = Columns(size=2, values=values, bounds={"vehicles": (0, 2)})
    assert columns.measured(SCHEMA.fields["adjustment"]) == Span(-3, 7)
    assert columns.measured(SCHEMA.fields["member.level"]) == Span(0, 0)
    assert columns.measured(SCHEMA.fields["vehicles"]) == Span(0, 2)


def test_column_gives_values_as_the_scalar_writer_does() -> None:
    failure = Failure("missing_fact", "vehicles")
    number = Column(
        type="number",
        level="household",
        numerator=whole(7, 8),
        denominator=whole(2, 4),
        error=whole(0, 1),
        errors=(failure,),
    )
    text = Column(type="text", level="household", numerator=whole(1, 0), vocabulary=("rural", "urban"))
    flag = Column(type="boolean", level="household", numerator=np.array([True, False]))
    day = Column(type="date", level="household", numerator=whole(733_000))
    assert number.tolist() == [Fraction(7, 2), failure]
    assert (text.tolist(), flag.tolist(), day.tolist()) == (["urban", "rural"], [True, False], [733_000])
    assert len(number) == 2
