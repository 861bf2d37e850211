"""A procedure drawn: each stage in the row after the last stage it waits for, lines from what comes before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.kinds.contribution import listed
from core.policy import Line

WIDTH, HEIGHT, ACROSS, DOWN, EDGE = 172, 52, 192, 88, 12
LETTERS = 12
"""Characters of a line in a box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A stage in the drawing."""

    key: str
    x: int
    y: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Boxes and the lines between them, as SVG paths."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    paths: tuple[str, ...]


def waits(stages: Sequence[Line]) -> dict[str, list[str]]:
    """Return, by stage, the stages right before it; stages that are not in force say nothing."""
    found: dict[str, list[str]] = {one.key: [] for one in stages if one.key}
    for one in stages:
        if not one.key:
            continue
        found[one.key] += [key for key in listed(one.value.get("after", ())) if key in found]
        for later in listed(one.value.get("before", ())):
            if later in found:
                found[later].append(one.key)
    return {key: list(dict.fromkeys(before)) for key, before in found.items()}


def drawn(stages: Sequence[Line], labels: Mapping[str, str]) -> Drawing:
    """Lay the stages out, given in their checked order."""
    before = waits(stages)
    row: dict[str, int] = {}
    for one in stages:
        if one.key:
            row[one.key] = max((row[key] + 1 for key in before[one.key] if key in row), default=0)
    rows: dict[int, list[str]] = {}
    for key, at in row.items():
        rows.setdefault(at, []).append(key)
    widest = max((len(keys) for keys in rows.values()), default=1)
    place = {
        key: (EDGE + n * ACROSS + (widest - len(keys)) * ACROSS // 2, EDGE + at * DOWN)
        for at, keys in rows.items()
        for n, key in enumerate(keys)
    }
    boxes = tuple(Box(key=key, x=x, y=y, lines=_broken(labels[key])) for key, (x, y) in place.items())
    paths = tuple(_path(place[key], place[after]) for after, keys in before.items() for key in keys)
    return Drawing(
        width=EDGE * 2 + widest * ACROSS, height=EDGE * 2 + len(rows) * DOWN, boxes=boxes, paths=paths
    )  # fmt: skip


def _path(start: tuple[int, int], end: tuple[int, int]) -> str:
    x, y = start[0] + WIDTH // 2, start[1] + HEIGHT
    to_x, to_y = end[0] + WIDTH // 2, end[1]
    bend = (to_y - y) // 2
    return f"M{x},{y} C{x},{y + bend} {to_x},{to_y - bend} {to_x},{to_y}"


def _broken(text: str) -> tuple[str, ...]:
    """A label on at most two lines of a box; a letter of the Latin script takes half the room."""
    lines, line, room = [], "", 0
    for letter in text:
        wide = 2 if ord(letter) > 0x2E80 else 1
        if room + wide > LETTERS * 2:
            lines.append(line)
            line, room = "", 0
        line, room = line + letter, room + wide
    lines.append(line)
    return tuple(lines[:2]) if len(lines) <= 2 else (lines[0], lines[1][:-1] + "…")
