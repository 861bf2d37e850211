"""jiuzhu's columnar writer on SPEC.md: the formulas of ``work.py`` over the roll's own arrays.

``load`` names the arrays and offsets (nothing is copied); ``compute`` is the writer's run, which holds every column
against its declared range. With ``--bounds`` the minima and maxima come with the columns, as a stored snapshot brings
them, and are believed. Compiling the policy, once for any number of households, is reported apart, as the loading of
rules is left out for the peers.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from typing import Any

import measure
import numpy as np
import ref_numpy_chunked
import work
from gen import Roll, generate, load

from core.formula.check import check
from core.formula.columnar import Column, Columns, write


def columns(roll: Roll, bounds: Mapping[str, tuple[int, int]]) -> Columns:
    """Return the roll as the writer takes it."""
    return Columns(size=roll.households, values=work.arrays(roll), offsets={"member": roll.offsets}, bounds=bounds)


def plain(found: Mapping[str, Column]) -> dict[str, Any]:
    """Return the six outputs as arrays.

    Raises:
        SystemExit: a household has an error, or an amount is not whole fen.
    """
    outputs = {}
    for name, key in work.OUTPUTS.items():
        column = found[key]
        if column.error is not None and np.any(column.error):
            raise SystemExit(f"{key}: {column.errors}")
        if np.any(np.asarray(column.denominator) != 1):
            raise SystemExit(f"{key} is not whole")
        outputs[name] = column.numerator
    return outputs


def check_empty() -> None:
    """Hold the writer against the reference where households have no members, first, in between and last."""
    roll = generate(3_000, seed=7, empty=True)
    program = write(check(work.schema(roll), work.sources()), tuple(work.OUTPUTS.values()))
    want, got = ref_numpy_chunked.compute(roll), plain(program.run(columns(roll, {}), chunk=700))
    wrong = [name for name, values in want.items() if not np.array_equal(got[name], values)]
    if wrong:
        raise SystemExit(f"wrong on households without members: {wrong}")


def main() -> None:
    """Check and time the writer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("households", type=int)
    parser.add_argument("--bounds", action="store_true", help="give the columns' minima and maxima along")
    options = parser.parse_args()
    check_empty()
    roll = load(options.households)
    schema = work.schema(roll)
    bounds = work.bounds(schema) if options.bounds else {}
    begin = time.perf_counter()
    program = write(check(schema, work.sources()), tuple(work.OUTPUTS.values()))
    program.source(columns(roll, bounds))
    compiled = time.perf_counter() - begin
    if program.fallbacks:
        raise SystemExit(f"not on columns: {program.fallbacks}")
    timing = measure.repeat(lambda: columns(roll, bounds), lambda state: plain(program.run(state)))
    measure.report("jiuzhu" + "_bounds" * options.bounds, roll, timing, compile_s=compiled)


if __name__ == "__main__":
    main()
