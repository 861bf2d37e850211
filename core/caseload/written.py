"""Facts as they are written (canonical JSON, one text a household) laid into a snapshot's columns.

Arrow's own reader parses the texts of a whole part at once. A household that does not fit keeps its text and has empty
facts; where the reader stumbles over one, the texts are looked at one by one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as arrow_json

from core.caseload.layout import facts_type
from core.caseload.typed import text_type, typed
from core.facts import Catalogue
from core.formula.columns import Array
from core.source import located

_BLOCK = 1 << 22


def laid(texts: Any, facts: Catalogue, case: Any = None) -> tuple[Any, Any]:
    """Return facts as a struct array and, for households that do not fit, their texts (null for all others).

    ``texts`` is an array of JSON objects; null for a household of which nothing is known. ``case``: casework's own
    facts of the same households, a struct array of texts; what is kept as written has them in it.
    """
    wanted = text_type(facts)
    parsed, broken = _parsed(texts.fill_null("{}"), wanted)
    found = typed(parsed, facts, case)
    unfit = found.unfit | broken
    if not unfit.any():
        return found.facts, pa.nulls(len(texts), pa.string())
    kept = _kept(texts, unfit, case)
    return _emptied(found.facts, unfit, facts), kept


def laid_texts(texts: Any, facts: Catalogue) -> tuple[Any, Any]:
    """Return the same of facts that are parsed already: a struct array of texts, lists by their plural."""
    found = typed(texts, facts)
    kept: list[str | None] = [None] * len(texts)
    for at in np.flatnonzero(found.unfit).tolist():
        kept[at] = json.dumps(plain_facts(texts[at].as_py()), ensure_ascii=False, separators=(",", ":"))
    laid_out = _emptied(found.facts, found.unfit, facts) if found.unfit.any() else found.facts
    return laid_out, pa.array(kept, pa.string())


def plain_facts(record: Any) -> Any:
    """Return facts without what was not given."""
    if isinstance(record, Mapping):
        return {name: plain_facts(value) for name, value in record.items() if value not in (None, [])}
    return [plain_facts(one) for one in record] if isinstance(record, list) else record


def _parsed(texts: Any, wanted: Any) -> tuple[Any, Array]:
    """Parse the texts; mark those that are no facts at all, in whose place nothing stands."""
    sound = np.zeros(len(texts), np.bool_)
    try:
        return _read(texts, wanted), sound
    except pa.ArrowInvalid:
        plain = [_plain(text, wanted) for text in texts.to_pylist()]
        broken = np.array([one is None for one in plain], np.bool_)
        return _read(pa.array([one or "{}" for one in plain]), wanted), broken


def _read(texts: Any, wanted: Any) -> Any:
    if not len(texts):
        return pa.array([], wanted)
    # One text a line: canonical JSON has no line breaks in it, and any other is checked by the number of rows.
    lines = pa.ListArray.from_arrays(pa.array([0, len(texts)], pa.int32()), texts)
    source = pa.BufferReader(pc.binary_join(lines, "\n")[0].as_buffer())
    table = arrow_json.read_json(
        source,
        read_options=arrow_json.ReadOptions(block_size=max(_BLOCK, source.size() // 64)),
        parse_options=arrow_json.ParseOptions(
            explicit_schema=pa.schema(list(wanted)), newlines_in_values=False, unexpected_field_behavior="infer"
        ),
    )
    if table.num_rows != len(texts):
        raise pa.ArrowInvalid("a text is not one line")
    return table.to_struct_array().combine_chunks()


def _plain(text: str, wanted: Any) -> str | None:
    """Return a text in the shape the reader takes: scalars as text; None for what has another shape."""
    try:
        data = located(json.loads(text), "facts").data
    except (ValueError, RecursionError):
        return None
    return json.dumps(data, ensure_ascii=False) if _has_shape(data, wanted) else None


def _has_shape(data: Any, wanted: Any) -> bool:
    if pa.types.is_struct(wanted):
        if not isinstance(data, Mapping):
            return False
        kinds = {one.name: one.type for one in wanted}
        return all(name in kinds and _has_shape(value, kinds[name]) for name, value in data.items())
    if pa.types.is_list(wanted):
        return isinstance(data, list) and all(_has_shape(one, wanted.value_type) for one in data)
    return isinstance(data, str)


def _kept(texts: Any, unfit: Array, case: Any) -> Any:
    """The texts of the unfit households, casework's own facts among them."""
    if case is None:
        return pc.if_else(pa.array(unfit), texts, pa.scalar(None, pa.string()))
    kept: list[str | None] = [None] * len(texts)
    for at in np.flatnonzero(unfit).tolist():
        own = {name: value for name, value in case[at].as_py().items() if value is not None}
        kept[at] = _with_case(texts[at].as_py() or "{}", own)
    return pa.array(kept, pa.string())


def _with_case(text: str, own: Mapping[str, str]) -> str:
    try:
        return json.dumps({**json.loads(text), "case": own}, ensure_ascii=False, separators=(",", ":"))
    except (ValueError, TypeError):
        return text


def _emptied(found: Any, unfit: Array, facts: Catalogue) -> Any:
    """Put nothing in the place of the unfit households."""
    nothing = pa.array([{}], facts_type(facts))
    at = np.where(unfit, len(found), np.arange(len(found)))
    return pa.concat_arrays([found, nothing]).take(pa.array(at))
