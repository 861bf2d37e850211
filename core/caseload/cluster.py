"""A run as a cluster does it: everything a task needs as plain data, and the task itself, Arrow batches in and out.

The rules travel as stored policies (``core.rulebook_json``): a worker needs this package and no plugin, whatever plugin
a policy came from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from core.caseload.kernel import Books
from core.caseload.layout import row_schema
from core.caseload.manifest import manifest_from
from core.caseload.output import ERRORS
from core.caseload.run import Run, open_run
from core.caseload.snapshot import Key, Snapshot
from core.caseload.totals import Total, Totals
from core.errors import JiuzhuError, Text
from core.rulebook import Rulebook
from core.rulebook_json import restored

Give = Literal["rows", "errors", "totals"]
TOTALS = pa.schema([pa.field("totals", pa.string())])


def task(run: Run, *, wanted: list[str]) -> str:
    """Return a run as JSON: the snapshot's facts and extents, the rules of every place, what is wanted."""
    kernel = run.kernel
    rules: list[list[Any]] = []
    for key, number in kernel.keys.items():
        error = kernel.errors.get(number)
        if error is not None:
            rules.append([list(key), None, error.code, error.value])
        else:
            rules.append([list(key), kernel.known[number].canonical()])
    told = {"manifest": run.snapshot.manifest.to_json(), "on": kernel.on.isoformat(), "rules": rules,
            "programmes": list(run.programmes) if run.asked else [], "wanted": wanted}  # fmt: skip
    return json.dumps(told, ensure_ascii=False)


@lru_cache(maxsize=1)
def opened(told: str) -> Run:
    """Prepare the run a task tells of; once a worker, however many batches it computes."""
    data = json.loads(told)
    manifest = manifest_from(data["manifest"])
    snapshot = Snapshot(folder=Path(), manifest=manifest)
    return open_run(
        snapshot, _books(data["rules"]), on=date.fromisoformat(data["on"]), programmes=data["programmes"],
        wanted=data["wanted"],
    )  # fmt: skip


def _books(rules: list[list[Any]]) -> Books:
    known = {tuple(one[0]): one[1:] for one in rules}

    def book(key: Key) -> Rulebook:
        stored, *error = known[key]
        if stored is None:
            raise JiuzhuError(error[0], Text("此处没有可用的规则", "no rules can be used here"), value=error[1])
        return restored(stored)

    return book


def work(told: str, give: Give, batches: Iterable[Any]) -> Iterator[Any]:
    """Compute batches of rows and yield what is asked for: results, errors, or the totals of each batch as JSON."""
    run = opened(told)
    schema = row_schema(run.snapshot.manifest.catalogue)
    for batch in batches:
        done = run.batch(conformed(batch, schema))
        if give == "totals":
            yield pa.RecordBatch.from_pydict({"totals": [totals_text(done.totals)]}, schema=TOTALS)
        else:
            yield from plain(done.rows if give == "rows" else done.errors).to_batches()


def schema_of(run: Run, give: Give) -> Any:
    """Return the Arrow schema of what :func:`work` yields."""
    whole = {"rows": run.schema, "errors": ERRORS, "totals": TOTALS}[give]
    return pa.schema([pa.field(one.name, _plain_type(one.type)) for one in whole])


def conformed(batch: Any, schema: Any) -> Any:
    """Return rows that another engine has read, in the types a snapshot has them in."""
    columns = [batch.column(one.name).cast(one.type) for one in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def plain(table: Any) -> Any:
    """Return a table without dictionaries, which not every engine knows."""
    fields = [pa.field(one.name, _plain_type(one.type)) for one in table.schema]
    return table.cast(pa.schema(fields))


def _plain_type(kind: Any) -> Any:
    if pa.types.is_dictionary(kind):
        return kind.value_type
    if pa.types.is_list(kind):
        return pa.list_(_plain_type(kind.value_type))
    return kind


def totals_text(totals: Totals) -> str:
    """Return totals as JSON, to be put together by :func:`totals_from`."""
    return json.dumps([[list(key), total.to_json()] for key, total in sorted(totals.groups.items())])


def totals_from(texts: Iterable[str]) -> Totals:
    """Put the totals of batches together; exact, so in any order the same."""
    found = Totals()
    for text in texts:
        for key, told in json.loads(text):
            counts = {name: told[name] for name in told if name != "monthly_fen"}
            found.add(tuple(key), Total(**counts, monthly=Fraction(told["monthly_fen"])))
    return found
