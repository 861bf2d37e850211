"""The order in which formulas are computed, and the loops that make an order impossible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def arrange(reads: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the keys so that each comes after those it reads, as near to the given order as can be, and the loops.

    A key on a loop, or reading one, is left out of the order. A loop is named from its first key in the given order.

    >>> arrange({"a": ["b"], "b": [], "c": ["d"], "d": ["c"]})
    (('b', 'a'), (('c', 'd'),))
    """
    loops = tuple(_loops(reads))
    blocked = {key for loop in loops for key in loop}
    done: dict[str, bool] = dict.fromkeys(blocked, False)
    for key in reads:
        _finish(key, reads, done)
    return tuple(key for key, usable in done.items() if usable), loops


def _finish(key: str, reads: Mapping[str, Sequence[str]], done: dict[str, bool]) -> None:
    """Walk down from ``key`` without recursion: policies may chain hundreds of formulas."""
    waiting = [key]
    while waiting:
        one = waiting[-1]
        missing = [read for read in reads[one] if read in reads and read not in done]
        if one in done or not missing:
            waiting.pop()
            if one not in done:
                done[one] = all(done.get(read, True) for read in reads[one])
        else:
            waiting += reversed(missing)


def _loops(reads: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """Find a loop for every group of keys that read each other: the shortest one through its first key."""
    rank = {key: number for number, key in enumerate(reads)}
    found: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for key in reads:
        if key in seen:
            continue
        loop = _shortest(key, reads)
        if loop:
            found.append(min((loop[i:] + loop[:i] for i in range(len(loop))), key=lambda turn: rank[turn[0]]))
            seen.update(loop)
    return found


def _shortest(start: str, reads: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the shortest way from ``start`` back to itself, or nothing."""
    came_from: dict[str, str] = {}
    waiting = [start]
    for one in waiting:
        for read in reads[one]:
            if read == start:
                return _way(start, one, came_from)
            if read in reads and read not in came_from:
                came_from[read] = one
                waiting.append(read)
    return ()


def _way(start: str, end: str, came_from: Mapping[str, str]) -> tuple[str, ...]:
    way = [end]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return tuple(reversed(way))
