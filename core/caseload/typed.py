"""Written facts as stored columns: texts nested as a household's facts are, typed all at once.

What the columns cannot hold (an unknown name, a wrong type, a value out of range) is marked by household and left to
the check of single cases: here nothing is refused and nothing repaired.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.caseload.layout import EPOCH, arrow_type, in_namespace, stored_fields
from core.facts import Catalogue
from core.formula.columns import Array
from core.formula.schema import HOUSEHOLD, Field
from core.values import exact

_DECIMAL = r"^-?[0-9]{1,12}(\.[0-9]{1,4})?$"
_FINE = 10_000
"""Decimals of the fast path, as parts of one."""
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_LARGEST = 2**63 - 1


def text_type(facts: Catalogue, level: str = HOUSEHOLD) -> Any:
    """Return the Arrow type of facts as they are written: every value a text, lists by their plural."""
    own = [one for one in stored_fields(facts, level) if not in_namespace(one)]
    below = [one for one in facts.schema.lists.values() if one.parent == level]
    return pa.struct(
        [pa.field(one.short, pa.string()) for one in own]
        + [pa.field(one.plural, pa.list_(text_type(facts, one.name))) for one in below]
    )


@dataclass(frozen=True, slots=True)
class Typed:
    """Typed facts, a struct a household, and which households do not fit the columns."""

    facts: Any
    unfit: Array


def typed(texts: Any, facts: Catalogue, case: Any = None) -> Typed:
    """Type written facts. ``texts`` is a struct array of :func:`text_type`, which may have more members than declared.

    ``case``: casework's own facts of the same households, a struct array of texts.
    """
    typing = _Typing(facts)
    found, unfit = typing.record(texts, HOUSEHOLD)
    if case is not None:
        own, wrong = typing.named(case)
        at = found.type.get_field_index("case")
        parts = [own if number == at else found.field(number) for number in range(found.type.num_fields)]
        found, unfit = pa.StructArray.from_arrays(parts, fields=list(found.type)), unfit | wrong
    return Typed(found, unfit | typing.doubled(len(texts)))


def case_type(facts: Catalogue) -> Any:
    """Return the Arrow type of casework's own facts."""
    return pa.struct([(one.short, arrow_type(one)) for one in filter(in_namespace, stored_fields(facts, HOUSEHOLD))])


def typed_case(case: Any, facts: Catalogue) -> Any:
    """Type casework's own facts, a struct array of texts."""
    return _Typing(facts).named(case)[0]


@dataclass(slots=True)
class _Typing:
    """Walks the levels once; ``ids`` and ``heads`` are held against each other at the end."""

    facts: Catalogue
    ids: list[tuple[Array, Any]] = field(default_factory=list)
    heads: list[Array] = field(default_factory=list)
    owners: Array | None = None

    def record(self, texts: Any, level: str) -> tuple[Any, Array]:
        """Type the records of a level with the lists below them."""
        unfit = np.zeros(len(texts), np.bool_)
        known: dict[str, Any] = {texts.type.field(at).name: texts.field(at) for at in range(texts.type.num_fields)}
        arrays, fields = [], []
        for one in stored_fields(self.facts, level):
            if in_namespace(one):
                continue
            array, wrong = self.column(known.pop(one.short, None), one, len(texts))
            unfit |= wrong
            arrays.append(array)
            fields.append(pa.field(one.short, arrow_type(one)))
        if level == HOUSEHOLD and any(map(in_namespace, stored_fields(self.facts, level))):
            empty, _ = self.named(pa.nulls(len(texts), pa.struct([])))
            arrays.append(empty)
            fields.append(pa.field("case", empty.type))
        for below in self.facts.schema.lists.values():
            if below.parent == level:
                records, wrong = self.list(known.pop(below.plural, None), below.name, len(texts))
                unfit |= wrong
                arrays.append(records)
                fields.append(pa.field(below.name, records.type))
        for unknown in known.values():
            unfit |= _valid(unknown)
        self._note(texts, level)
        return pa.StructArray.from_arrays(arrays, fields=fields), unfit

    def named(self, texts: Any) -> tuple[Any, Array]:
        """Type casework's own facts, given as a struct of texts."""
        unfit = np.zeros(len(texts), np.bool_)
        arrays, fields = [], []
        for one in filter(in_namespace, stored_fields(self.facts, HOUSEHOLD)):
            at = texts.type.get_field_index(one.short)
            array, wrong = self.column(texts.field(at) if at >= 0 else None, one, len(texts))
            unfit |= wrong
            arrays.append(array)
            fields.append(pa.field(one.short, arrow_type(one)))
        return pa.StructArray.from_arrays(arrays, fields=fields), unfit

    def list(self, texts: Any, level: str, parents: int) -> tuple[Any, Array]:
        """Type the records of a list; a parent is unfit when one of its records is, or when it has too many."""
        if texts is None:
            texts = pa.ListArray.from_arrays(np.zeros(parents + 1, np.int32), pa.nulls(0, text_type(self.facts, level)))
        offsets, above = _offsets(texts), self.owners
        lengths = np.diff(offsets)
        owner = np.repeat(np.arange(parents, dtype=np.int64), lengths)
        self.owners = owner if above is None else above[owner]
        records, wrong = self.record(texts.flatten(), level)
        self.owners = above
        unfit = lengths > self.facts.schema.lists[level].longest
        unfit[owner[wrong]] = True
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), records), unfit

    def column(self, texts: Any, one: Field, size: int) -> tuple[Any, Array]:
        """Type one fact; a default stands where nothing was given."""
        if texts is None:
            array, wrong = pa.nulls(size, arrow_type(one)), np.zeros(size, np.bool_)
        else:
            array = _typed(texts, one)
            wrong = _valid(texts) & ~_valid(array)
        default = self.facts.declared[one.name].get("default")
        if default is not None and array.null_count:
            array = array.fill_null(stored_value(str(default), one))
        return array, wrong

    def _note(self, texts: Any, level: str) -> None:
        """Remember who is named and who is head, by household."""
        names = [texts.type.field(at).name for at in range(texts.type.num_fields)]
        owners = np.arange(len(texts)) if self.owners is None else self.owners
        if level != HOUSEHOLD and "id" in names:
            self.ids.append((owners, texts.field(names.index("id"))))
        if level != HOUSEHOLD and "relation" in names:
            head = pc.equal(texts.field(names.index("relation")), "head").fill_null(False)  # noqa: FBT003 - Arrow's word
            self.heads.append(owners[head.to_numpy(zero_copy_only=False)])

    def doubled(self, households: int) -> Array:
        """Return the households in which a person is named twice or two are head."""
        wrong = np.zeros(households, np.bool_)
        for owners, ids in self.ids:
            codes = ids.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
            pairs = (owners.astype(np.int64) * (len(ids) + 1) + codes)[codes >= 0]
            found, counts = np.unique(pairs, return_counts=True)
            wrong[found[counts > 1] // (len(ids) + 1)] = True
        heads = np.bincount(np.concatenate([np.zeros(0, np.int64), *self.heads]), minlength=households)
        return wrong | (heads > 1)


def stored_value(text: str, one: Field) -> Any:
    """Return one written value of a fact as an Arrow scalar in its stored type, null where it is none."""
    return _typed(pa.array([text]), one)[0]


def _valid(array: Any) -> Array:
    found: Array = array.is_valid().to_numpy(zero_copy_only=False)
    return found


def _offsets(lists: Any) -> Array:
    """Return a list's offsets from 0 on; a list that is null is empty."""
    lengths = pc.list_value_length(lists).fill_null(0).to_numpy(zero_copy_only=False)
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])


# One fact


def _typed(texts: Any, one: Field) -> Any:
    """Return a column of texts in its stored type; null where a text is no value of the fact."""
    if one.type == "text":
        return _codes(texts, one)
    writers: Mapping[str, Callable[[Any, Field], Any]] = {"boolean": _conditions, "date": _days, "number": _numbers}
    return writers[one.type](texts, one)


def _codes(texts: Any, one: Field) -> Any:
    if not one.choices:
        return texts
    return pc.index_in(texts, value_set=pa.array(one.choices, pa.string())).cast(arrow_type(one))


def _conditions(texts: Any, _one: Field) -> Any:
    known = pc.is_in(texts, value_set=pa.array(["true", "false"]))
    return pc.if_else(known, pc.equal(texts, "true"), pa.scalar(None, pa.bool_()))


def _days(texts: Any, _one: Field) -> Any:
    shaped = pc.if_else(pc.match_substring_regex(texts, _DAY), texts, pa.scalar(None, pa.string()))
    try:
        days = shaped.cast(pa.date32())
    except pa.ArrowInvalid:  # one of them is no day: 2018-02-30
        days = _one_by_one(shaped, date.fromisoformat, pa.date32())
    first = pa.scalar(1 - EPOCH, pa.int32()).cast(pa.date32())
    return pc.if_else(pc.greater_equal(days, first), days, pa.scalar(None, pa.date32()))


def _numbers(texts: Any, one: Field) -> Any:
    """Plain decimals all at once, what else is a number (``850/3``, ``+5``) one by one."""
    factor = one.scale * (100 if one.unit.is_money else 1)
    plain = pc.match_substring_regex(texts, _DECIMAL).fill_null(False)  # noqa: FBT003 - Arrow's word
    decimals = pc.if_else(plain, texts, pa.scalar(None, pa.string())).cast(pa.decimal128(16, 4))
    fine = np.frombuffer(decimals.buffers()[1] or b"", np.int64)[::2][decimals.offset : decimals.offset + len(texts)]
    stored, rest = np.divmod(fine, _FINE // np.gcd(_FINE, factor))
    lifted = factor // int(np.gcd(_FINE, factor))
    small = np.abs(stored) <= _LARGEST // max(lifted, 1)
    values = np.where(small, stored, 0) * lifted
    taken = _valid(decimals)
    fits = taken & small & (rest == 0) & (one.low <= values) & (values <= one.high)
    result = pa.array(np.where(fits, values, 0), mask=~fits, type=pa.int64())
    odd = ~(taken & small) & _valid(texts)
    if odd.any():
        found = _one_by_one(texts.filter(pa.array(odd)), lambda text: _exactly(text, one, factor), pa.int64())
        result = pc.replace_with_mask(result, pa.array(odd), found)
    return result.cast(arrow_type(one))


def _exactly(text: str, one: Field, factor: int) -> int:
    stored = exact(text) * factor
    if stored.denominator != 1 or not one.low <= stored <= one.high:
        raise ValueError(text)
    return int(stored)


def _one_by_one(texts: Any, read: Callable[[str], Any], kind: Any) -> Any:
    def value(text: str | None) -> Any:
        try:
            return None if text is None else read(text)
        except ValueError:
            return None

    coded = texts.dictionary_encode()  # few texts are odd, and those many times
    return pa.array([value(text) for text in coded.dictionary.to_pylist()], kind).take(coded.indices)
