"""What if the urban standard were 450 instead of 430: totals of both, by jiuzhu and by the chunked NumPy reference.

``jiuzhu`` computes what the standard does not reach once and hands it to the other rules; ``reference`` computes
everything twice. Compiling the rules, once for any number of households, is left out as for the peers.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import bench_jiuzhu
import measure
import numpy as np
import ref_numpy_chunked
import work
from gen import Roll, load

from core.formula.check import check
from core.formula.columnar import Column, write
from core.formula.schema import FormulaSource
from core.formula.unchanged import unchanged

OUTPUTS = tuple(work.OUTPUTS[name] for name in ("benefit", "living", "eligible"))


def raised() -> tuple[FormulaSource, ...]:
    """The formulas with the urban standard at 450."""
    return tuple(replace(one, text=one.text.replace("YUAN(430)", "YUAN(450)")) for one in work.sources())


def totals(found: Mapping[str, Any]) -> dict[str, int]:
    """What SPEC.md asks of a what-if."""
    return {name: int(np.asarray(found[name]).sum(dtype=np.int64)) for name in measure.TOTALS}


class Ours:
    """Both programs, compiled; the first also gives what the second takes over."""

    def __init__(self, roll: Roll) -> None:
        schema = work.schema(roll)
        now, then = check(schema, work.sources()), check(schema, raised())
        self.shared = tuple(sorted(unchanged(now, then, OUTPUTS)))
        self.now, self.then = write(now, (*OUTPUTS, *self.shared)), write(then, OUTPUTS)

    def compare(self, roll: Roll) -> dict[str, dict[str, int]]:
        """Return the totals of both."""
        facts = bench_jiuzhu.columns(roll, {})
        now = self.now.run(facts)
        then = self.then.run(facts, given={key: now[key] for key in self.shared})
        return {"baseline": totals(_plain(now)), "reform": totals(_plain(then))}


def _plain(found: Mapping[str, Column]) -> dict[str, Any]:
    return {name: found[work.OUTPUTS[name]].numerator for name in measure.TOTALS}


def reference(roll: Roll) -> dict[str, dict[str, int]]:
    """Return the totals of both, everything computed twice."""
    urban = {"baseline": measure.URBAN_NOW, "reform": measure.URBAN_THEN}
    return {name: totals(ref_numpy_chunked.compute(roll, urban=fen)) for name, fen in urban.items()}


def main() -> None:
    """Time one of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", choices=("jiuzhu", "reference"))
    parser.add_argument("households", type=int)
    options = parser.parse_args()
    roll = load(options.households)
    want = reference(roll)
    if options.engine == "reference":
        measure.whatif("ref_numpy_chunked", roll, lambda: reference(roll), want)
        return
    ours = Ours(roll)
    measure.whatif("jiuzhu", roll, lambda: ours.compare(roll), want, shared=list(ours.shared))


if __name__ == "__main__":
    main()
