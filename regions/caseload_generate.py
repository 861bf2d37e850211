"""Synthetic snapshots on this platform: counts by place, the rules of each place for what to draw."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from io import StringIO
from pathlib import Path

from core.bounds import rate
from core.caseload.generate import LABEL, Lot, Plan, parts
from core.caseload.manifest import Manifest
from core.caseload.snapshot import Key, Snapshot, begin
from core.caseload.together import united
from core.errors import InvalidInput, Problem, Text, Where
from core.rulebook import Rulebook
from core.source import content_of
from regions.caseload import books
from regions.life.exhibit_roll import lots as exhibit_lots
from regions.registry import Registry

Progress = Callable[[int, int], None]
HEADINGS = ("programme", "division", "area", "households", "persons")


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many households and persons there are of a place."""

    key: Key
    households: int
    persons: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What to generate: the counts, scaled to ``households`` where given; the shares of errors and on the line."""

    counts: Sequence[Count]
    on: date
    seed: int
    households: int | None = None
    errors: float = 0.0
    on_line: float = 0.01


def published_counts() -> list[Count]:
    """Return the published counts of Yiyang and Ruian the demonstration stands on."""
    return [
        Count(key=("dibao", one.division, one.area), households=one.households, persons=one.persons)
        for one in exhibit_lots()
    ]


def read_counts(path: Path) -> list[Count]:
    """Read counts from a CSV with the headings programme, division, area, households, persons.

    Raises:
        InvalidInput: every line at fault; a file without any.
    """
    rows = list(csv.DictReader(StringIO(content_of(path).decode("utf-8-sig"))))
    problems: list[Problem] = []
    counted = [_count(row, Where(file=str(path), line=line), problems) for line, row in enumerate(rows, 2)]
    if not rows:
        text = Text("没有数据行", "there is no row")
        problems.append(Problem(code="empty_file", message=text, where=Where(file=str(path)), allowed=HEADINGS))
    if problems:
        raise InvalidInput(problems)
    return [one for one in counted if one is not None]


def _count(row: dict[str, str], where: Where, problems: list[Problem]) -> Count | None:
    numbers = [(row.get(name) or "").strip() for name in ("households", "persons")]
    if not all(one.isdecimal() and one.isascii() for one in numbers) or not row.get("division"):
        text = Text("户数和人数应为整数，区划必填", "households and persons are whole numbers, a division is needed")
        problems.append(Problem(code="bad_count", message=text, where=where, value=",".join(map(str, row.values()))))
        return None
    if int(numbers[1]) < int(numbers[0]):
        text = Text("人数不能少于户数", "there are no fewer persons than households")
        problems.append(Problem(code="bad_count", message=text, where=where, value=numbers[1]))
        return None
    key = (row.get("programme") or "dibao", row["division"], row.get("area") or "any")
    return Count(key=key, households=int(numbers[0]), persons=int(numbers[1]))


def scaled(counts: Sequence[Count], households: int | None) -> list[Count]:
    """Return counts that come to a number of households in the same proportions, persons likewise.

    >>> one, other = (Count(key=("dibao", code, "rural"), households=3, persons=6) for code in ("430902", "430903"))
    >>> [(count.households, count.persons) for count in scaled([one, other], 5)]
    [(3, 6), (2, 4)]
    """
    total = sum(one.households for one in counts)
    if households is None or not total:
        return list(counts)
    exact = [Fraction(one.households * households, total) for one in counts]
    whole = [int(one) for one in exact]
    order = sorted(range(len(exact)), key=lambda at: whole[at] - exact[at])
    for at in order[: households - sum(whole)]:
        whole[at] += 1
    return [
        Count(key=one.key, households=number, persons=max(number, number * one.persons // max(one.households, 1)))
        for one, number in zip(counts, whole, strict=True)
        if number
    ]


def generate(
    registry: Registry, folder: Path, wish: Wish, *, resume: bool = False, progress: Progress | None = None
) -> Snapshot:
    """Write a synthetic snapshot; the same for the same counts, seed and rules.

    Raises:
        JiuzhuError: what the rules of a place raise; ``snapshot_there``.
    """
    counts = sorted(scaled(wish.counts, wish.households), key=lambda one: one.key)
    of = books(registry, wish.on)
    rules = {one.key: of(one.key) for one in counts}
    stored = united(book.facts for book in rules.values())
    plan = Plan(lots=tuple(_lot(one, rules[one.key]) for one in counts), stored=stored, on=wish.on, seed=wish.seed,
                errors=wish.errors, on_line=wish.on_line)  # fmt: skip
    source = {"kind": "synthetic", "seed": wish.seed, "errors": str(wish.errors), "on_line": str(wish.on_line)}
    manifest = Manifest(day=wish.on, label=LABEL, facts=stored.canonical(), source=source, synthetic=True)
    writer = begin(folder, manifest, resume=resume)
    for batch in parts(plan, begin=len(writer.manifest.parts)):
        writer.add(batch)
        if progress is not None:
            progress(writer.rows, plan.households)
    return writer.finish()


def _lot(count: Count, book: Rulebook) -> Lot:
    programme = count.key[0]
    line = book.policy.line("standard", programme)
    amount = None if line is None or line.is_gap else rate(line.provision).yearly()
    whole = int(amount) if amount is not None and amount.denominator == 1 else None
    return Lot(key=count.key, households=count.households, persons=count.persons, facts=book.facts, line=whole,
               counted=next(_counted(book, programme), None))  # fmt: skip


def _counted(book: Rulebook, programme: str) -> Iterator[str]:
    for line in book.policy.lines("income_definition", programme):
        if line.key and not line.is_gap and line.value.get("treatment") == "counted":
            yield line.key
