"""The kernel: rows of a snapshot in, quantities of every household out, whatever places and programmes they mix.

It knows no file and no worker: the same call serves a thread of this machine and a task of a cluster. Rows of one
policy that lie together are computed together, and so are those of policies that differ in amounts only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from core.caseload.arrays import WORDS, Rows, Told, columns
from core.caseload.check import Check, differing
from core.caseload.kept import prepared_kept, row_of
from core.caseload.layout import FACTS, KEPT, facts_type
from core.caseload.manifest import Extents
from core.caseload.shape import Shape, shapes
from core.caseload.snapshot import Key, segments
from core.errors import JiuzhuError, Text
from core.facts import Catalogue
from core.formula.columnar import Column, GivenBesideScalar, write
from core.formula.columns import Array, Columns
from core.formula.schema import HOUSEHOLD
from core.rulebook import Rulebook

Books = Callable[[Key], Rulebook]
"""Gives the rules of a row, or raises why there are none."""


CHUNK = 32_768
"""Households computed at a time: of sparse records a chunk of so many still stays in the second-level cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a household has no results: what is wrong with its facts, or with the rules of its place.

    ``record`` is the number of the record of ``level`` in the whole batch, or None; ``value`` what was found.
    """

    row: int
    code: str
    name: str
    level: str = HOUSEHOLD
    record: int | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Results of the rows ``[start, stop)`` of a batch. ``faulty`` marks the rows whose results say nothing.

    ``segments`` are the places in it: number of the key, first row, row after the last. ``shape`` is None where the
    place has no rules.
    """

    start: int
    stop: int
    shape: Shape | None
    segments: tuple[tuple[int, int, int], ...]
    results: Mapping[str, Column]
    offsets: Mapping[str, Array]
    facts: Columns | None = None
    faulty: Array
    faults: tuple[Fault, ...]


@dataclass(slots=True, kw_only=True, eq=False)
class Kernel:
    """Rulebooks and compiled programs for the rows of one snapshot.

    ``stored`` and ``extents`` are the snapshot's. First :meth:`learn` the places, then :meth:`compile` what is wanted
    of them; :meth:`run` may then be called from several threads.
    """

    books: Books
    stored: Catalogue
    extents: Extents
    on: date
    outputs: tuple[str, ...] = ()
    keys: dict[Key, int] = field(default_factory=dict)
    errors: dict[int, JiuzhuError] = field(default_factory=dict)
    known: dict[int, Rulebook] = field(default_factory=dict)
    shape_of: dict[int, Shape] = field(default_factory=dict)
    alone: set[int] = field(default_factory=set)
    realms: dict[int, str] = field(default_factory=dict)
    compared: dict[int, tuple[Catalogue, tuple[str, ...]]] = field(default_factory=dict)

    def learn(self, keys: Iterable[Key]) -> None:
        """Look up the rules of places; a place without rules is remembered with the reason."""
        for key in keys:
            if key not in self.keys:
                self.keys[key] = self._number(key, self.books)

    def also(self, books: Books, realm: str) -> dict[int, int]:
        """Look up the rules of all places learned under other ``books``; return their numbers by those they had."""
        found = {number: self._number(key, books) for key, number in self.keys.items()}
        self.realms |= dict.fromkeys(found.values(), realm)
        return found

    def _number(self, key: Key, books: Books) -> int:
        number = len(self.known) + len(self.errors)
        try:
            book = books(key)
            self._refuse_differing(book)
            self.known[number] = book
        except JiuzhuError as error:
            self.errors[number] = error
        return number

    def compile(self, outputs: Iterable[str]) -> None:
        """Write the code for the quantities wanted, once for all places that can share it."""
        self.outputs = tuple(dict.fromkeys(outputs))
        found = shapes(self.known, self.outputs, realms=self.realms)
        self.shape_of = {number: one for one in found for number in one.books}

    def _refuse_differing(self, book: Rulebook) -> None:
        if id(book.facts) not in self.compared:
            self.compared[id(book.facts)] = book.facts, differing(book.facts, self.stored)
        names = self.compared[id(book.facts)][1]
        if names:
            text = Text("规则中的事实与快照中的不同", "the rules declare a fact otherwise than the snapshot has it")
            hint = Text("请重新制作快照", "make the snapshot anew")
            raise JiuzhuError("snapshot_outdated", text, hint=hint, value=names[0])

    def run(self, batch: Any) -> Iterator[Piece]:
        """Compute the rows of a batch, piece by piece in their order. Their places must have been learned."""
        yield from self._by_shape(batch, [(self.keys[key], start, stop) for key, start, stop in segments(batch)])

    def again(
        self, batch: Any, piece: Piece, others: Sequence[tuple[int, int, int]], *, given: Mapping[str, Column]
    ) -> Iterator[Piece]:
        """Compute the rows of a piece under other rules (``others``: its segments with their numbers).

        ``given`` are quantities of the piece that the other rules leave as they are.
        """
        shape = self.shape_of.get(others[0][0])
        if shape is None or any(self.shape_of.get(one[0]) is not shape for one in others):
            yield from self._by_shape(batch, others)
            return
        try:
            if piece.facts is None or not given or not self._has_read(piece, others, shape):
                yield self._piece(batch, tuple(others), shape, given=given)
                return
            known = {**given, **_parameters(others, shape)}
            results = shape.compiled.run(piece.facts, shape.standards, given=known, chunk=CHUNK)
            yield replace(piece, shape=shape, segments=tuple(others), results=results)
        except GivenBesideScalar:
            yield from self._by_shape(batch, others)

    def _has_read(self, piece: Piece, others: Sequence[tuple[int, int, int]], shape: Shape) -> bool:
        """Whether the facts a piece has read are those another shape reads, of the same day."""
        assert piece.shape is not None
        day = self.known[others[0][0]].policy.on
        return set(shape.reads) <= set(piece.shape.reads) and day == piece.shape.first.policy.on

    def _by_shape(self, batch: Any, found: Sequence[tuple[int, int, int]]) -> Iterator[Piece]:
        """Compute neighbouring places of one shape together."""
        first = 0
        for at in range(1, len(found) + 1):
            if at == len(found) or self.shape_of.get(found[at][0]) is not self.shape_of.get(found[first][0]):
                yield from self._pieces(batch, tuple(found[first:at]))
                first = at

    def blank(self) -> Iterator[Mapping[str, Column]]:
        """Yield each shape's outputs for no rows at all: their types are known, and their code is written."""
        nothing = pa.array([], facts_type(self.stored))
        for shape in dict.fromkeys(self.shape_of.values()):
            rows = Rows(nothing, self.stored.schema)
            number = next(iter(shape.books))
            given = columns(rows, shape.first.facts.schema, shape.reads, extents=self.extents,
                            told=self._told([(number, 0, 0)], shape))  # fmt: skip
            try:
                yield shape.compiled.run(
                    given, shape.standards, given=_parameters([(number, 0, 0)], shape), chunk=CHUNK
                )
            except GivenBesideScalar:
                yield write(shape.first.program, shape.outputs).run(given, shape.standards)

    def _pieces(self, batch: Any, segments: tuple[tuple[int, int, int], ...]) -> Iterator[Piece]:
        shape = self.shape_of.get(segments[0][0])
        if shape is None:
            yield from (self._without_rules(one) for one in segments)
        elif self.alone.isdisjoint(shape.books):
            try:
                yield self._piece(batch, segments, shape)
            except GivenBesideScalar:
                self.alone.update(shape.books)
                yield from self._one_by_one(batch, segments, shape)
        else:
            yield from self._one_by_one(batch, segments, shape)

    def _one_by_one(self, batch: Any, segments: Sequence[tuple[int, int, int]], shape: Shape) -> Iterator[Piece]:
        """Compute each place by a program of its own."""
        for one in segments:
            (own,) = shapes({one[0]: shape.books[one[0]]}, self.outputs, alone=True)
            yield self._piece(batch, (one,), own)

    def _without_rules(self, segment: tuple[int, int, int]) -> Piece:
        number, start, stop = segment
        error = self.errors[number]
        faults = tuple(Fault(row=row, code=error.code, name=error.value or "") for row in range(start, stop))
        return Piece(start=start, stop=stop, shape=None, segments=(segment,), results={}, offsets={},
                     faulty=np.ones(stop - start, np.bool_), faults=faults)  # fmt: skip

    def _piece(
        self, batch: Any, segments: tuple[tuple[int, int, int], ...], shape: Shape, *,
        given: Mapping[str, Column] | None = None,
    ) -> Piece:  # fmt: skip
        start, stop = segments[0][1], segments[-1][2]
        facts, faults = self._facts(batch, segments)
        rows = Rows(facts, self.stored.schema)
        check = Check(policy=shape.first.facts, stored=self.stored, extents=self.extents, on=self.on)
        faulty = np.zeros(stop - start, np.bool_)
        for fault in faults:
            faulty[fault.row - start] = True
        kept = faulty.copy()
        for found in check.faults(rows):
            at_home = found.level == HOUSEHOLD
            faults += [
                Fault(row=start + owner, code=found.code, name=found.name, level=found.level,
                      record=None if at_home else record)
                for record, owner in zip(found.records.tolist(), found.owners.tolist(), strict=True)
                if not kept[owner]
            ]  # fmt: skip
            faulty[found.owners] = True
        read = columns(rows, shape.first.facts.schema, shape.reads, extents=self.extents,
                       told=self._told(segments, shape))  # fmt: skip
        results = shape.compiled.run(
            read, shape.standards, given={**(given or {}), **_parameters(segments, shape)}, chunk=CHUNK
        )
        return Piece(start=start, stop=stop, shape=shape, segments=segments, results=results, offsets=rows.all_offsets,
                     facts=read, faulty=faulty, faults=tuple(faults))  # fmt: skip

    def _facts(self, batch: Any, segments: Sequence[tuple[int, int, int]]) -> tuple[Any, list[Fault]]:
        """The facts of the rows; those kept as written are held against their rules one by one, laid in if right."""
        start, stop = segments[0][1], segments[-1][2]
        facts = batch.column(FACTS).slice(start, stop - start)
        kept = batch.column(KEPT).slice(start, stop - start)
        faults: list[Fault] = []
        if kept.null_count == len(kept):
            return facts, faults
        pieces, done = [], 0
        for at in np.flatnonzero(kept.is_valid().to_numpy(zero_copy_only=False)).tolist():
            number = next(one for one, first, last in segments if first <= start + at < last)
            found = prepared_kept(self.known[number].facts, json.loads(kept[at].as_py()), self.on)
            row = None if isinstance(found, list) else row_of(self.stored, found)
            if row is None:
                told = found if isinstance(found, list) else [("snapshot_outdated", "", None)]
                faults += [Fault(row=start + at, code=code, name=name, value=value) for code, name, value in told]
                continue
            pieces += [facts.slice(done, at - done), row]
            done = at + 1
        return (pa.concat_arrays([*pieces, facts.slice(done)]) if pieces else facts), faults

    def _told(self, segments: Sequence[tuple[int, int, int]], shape: Shape) -> dict[str, Told]:
        """What the question itself tells of each row: the day, the area, the division."""
        lengths = [stop - start for _, start, stop in segments]
        policies = [self.known[number].policy for number, _, _ in segments]
        found: dict[str, Told] = {}
        if "decision_date" in shape.reads:
            days = [one.on.toordinal() for one in policies]
            found["decision_date"] = Told(np.repeat(np.array(days, np.int32), lengths), (min(days), max(days)))
        if "area" in shape.reads:
            words = shape.first.facts.schema.fields["area"].choices
            codes = np.array([words.index(one.area) for one in policies], np.int8)
            found["area"] = Told(np.repeat(codes, lengths), (0, len(words) - 1), words)
        if "division" in shape.reads:
            words = tuple(dict.fromkeys(one.division for one in policies))
            codes = np.array([words.index(one.division) for one in policies], np.int32)
            found["division"] = Told(np.repeat(codes, lengths), (0, WORDS), words)
        return found

    @property
    def quantities(self) -> tuple[str, ...]:
        """The keys of every quantity that any of the places has."""
        return tuple(dict.fromkeys(one.key for book in self.known.values() for one in book.program.formulas))


def _parameters(segments: Sequence[tuple[int, int, int]], shape: Shape) -> dict[str, Column]:
    lengths = [stop - start for _, start, stop in segments]
    return {
        one.key: Column(
            type="number", level=HOUSEHOLD, denominator=one.denominator, span=one.span,
            numerator=np.repeat(np.array([one.numerators[number] for number, _, _ in segments], np.int64), lengths),
        )
        for one in shape.parameters
    }  # fmt: skip
