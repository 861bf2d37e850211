"""What generated column code may call beside NumPy itself: failures, extremes and fractions by list."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Counted = Array | bool
"""Which records count, or all or none of them."""


def first_error(errors: Array, offsets: Array) -> Array:
    """Return the first failure of each list, 0 where there is none; failures are expected to be rare."""
    found = np.flatnonzero(errors != 0)  # ten times faster on conditions than on bytes
    return _by_list(errors, found, _owners(found, offsets), len(offsets) - 1)


def first_error_before(errors: Array, hits: Array, offsets: Array) -> Array:
    """Return the first failure of each list unless a hit comes before it; ``hits`` are running sums."""
    found = np.flatnonzero(errors != 0)
    owners = _owners(found, offsets)
    open_ = hits[found] == hits[offsets[owners]]
    return _by_list(errors, found[open_], owners[open_], len(offsets) - 1)


def _owners(records: Array, offsets: Array) -> Array:
    """Return the list each record is in; empty lists have none."""
    return np.searchsorted(offsets, records, side="right") - 1


def _by_list(errors: Array, records: Array, owners: Array, lists: int) -> Array:
    """Put each record's failure to its list, the first record last so that it stays."""
    result = np.zeros(lists, errors.dtype)
    result[owners[::-1]] = errors[records[::-1]]
    return result


def greatest(values: Array, offsets: Array, weakest: int) -> Array:
    """Return the greatest value of each list, ``weakest`` for an empty one."""
    return _reduced(np.maximum, values, offsets, weakest)


def least(values: Array, offsets: Array, weakest: int) -> Array:
    """Return the least value of each list, ``weakest`` for an empty one."""
    return _reduced(np.minimum, values, offsets, weakest)


def _reduced(ufunc: np.ufunc, values: Array, offsets: Array, weakest: int) -> Array:
    """Reduce by list. ``reduceat`` is asked about lists with records only: it is wrong on empty ones."""
    starts = offsets[:-1]
    filled = starts < offsets[1:]
    result = np.full(len(starts), weakest, values.dtype)
    if filled.any():
        result[filled] = ufunc.reduceat(values, starts[filled])
    return result


def sum_of_fractions(above: Array, below: Array, counted: Counted, offsets: Array) -> tuple[Array, Array]:
    """Return the sum of each list's fractions over their least common multiple, 0/1 for an empty list."""
    totals, multiples = np.zeros(len(offsets) - 1, np.int64), np.ones(len(offsets) - 1, np.int64)
    for lists, records in _turns(counted, offsets):
        one, other = multiples[lists], below[records].astype(np.int64)
        shared = np.gcd(one, other)
        totals[lists] = totals[lists] * (other // shared) + above[records] * (one // shared)
        multiples[lists] = one * (other // shared)
    return totals, multiples


def greatest_fraction(above: Array, below: Array, counted: Counted, offsets: Array) -> tuple[Array, Array]:
    """Return the greatest fraction of each list, 0/1 for an empty list."""
    return _extreme_fraction(np.greater, above, below, counted, offsets)


def least_fraction(above: Array, below: Array, counted: Counted, offsets: Array) -> tuple[Array, Array]:
    """Return the least fraction of each list, 0/1 for an empty list."""
    return _extreme_fraction(np.less, above, below, counted, offsets)


def _extreme_fraction(
    beats: np.ufunc, above: Array, below: Array, counted: Counted, offsets: Array
) -> tuple[Array, Array]:
    best, under = np.zeros(len(offsets) - 1, np.int64), np.zeros(len(offsets) - 1, np.int64)
    for lists, records in _turns(counted, offsets):
        one, other = above[records].astype(np.int64), below[records].astype(np.int64)
        better = (under[lists] == 0) | beats(one * under[lists], best[lists] * other)
        best[lists], under[lists] = np.where(better, one, best[lists]), np.where(better, other, under[lists])
    return best, np.maximum(under, 1)


def _turns(counted: Counted, offsets: Array) -> list[tuple[Array, Array]]:
    """Return, for the first, second … counted record of every list, the lists that have one and the records."""
    records = np.flatnonzero(np.full(offsets[-1], counted) if isinstance(counted, bool) else counted)
    owners = _owners(records, offsets)
    lists, starts, lengths = np.unique(owners, return_index=True, return_counts=True)
    longest = int(lengths.max(initial=0))
    return [(lists[lengths > turn], records[starts[lengths > turn] + turn]) for turn in range(longest)]
