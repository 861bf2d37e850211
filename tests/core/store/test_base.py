"""Canonical JSON: what is hashed is the same bytes, however it was written."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from core.store.base import canonical

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner) | st.dictionaries(st.text('ab\\"/\x01', max_size=3), inner),
    max_leaves=20,
)  # fmt: skip


@given(VALUES)
def test_every_value_is_written_as_rfc_8785_does(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("keys", [("\U00010000", "\ue000"), ("乙", "甲"), ("b", "B", "a", "é")])
def test_keys_sort_by_utf_16(keys: tuple[str, ...]) -> None:
    value = dict.fromkeys(keys, 1)
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [1.0, {"a": [1.5]}, [{"甲": 0.5}], (2, 3.0)])
def test_float_is_refused_wherever_it_stands(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical(value)


def test_integer_beyond_the_standard_is_refused() -> None:
    with pytest.raises(rfc8785.IntegerDomainError):
        canonical({"a": 2**53})
