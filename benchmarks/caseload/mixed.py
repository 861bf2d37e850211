"""A mixed caseload of places with different formulas: run whole, and a sample held against the single-case engine.

    python benchmarks/caseload/mixed.py [households] [sample]

Every named quantity and every error of the sampled households is compared. The sample takes its share from each place
and outcome (refused, undecided, on the line, eligible, not eligible), so that every policy, households on the line and
wrong ones are in it.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from core.caseload.layout import FACTS, in_namespace, stored_fields  # noqa: E402
from core.caseload.run import open_run  # noqa: E402
from core.facts import Catalogue  # noqa: E402
from core.formula.schema import HOUSEHOLD, Field  # noqa: E402
from core.values import fraction_text  # noqa: E402
from regions.caseload import books  # noqa: E402
from regions.caseload_generate import Count, Wish, generate  # noqa: E402
from regions.platform import open_platform  # noqa: E402
from regions.settings import Settings  # noqa: E402

ON = date(2018, 11, 1)
PLACES = (
    ("dibao", "110101", "urban"), ("dibao", "330381", "rural"), ("dibao", "330381", "urban"),
    ("dibao", "430902", "rural"), ("dibao", "430903", "rural"), ("dibao", "430903", "urban"),
    ("dibao", "230521", "rural"), ("dibao", "230521", "urban"),
    ("dibao", "430971", "urban"), ("dibao", "610523", "rural"), ("dibao", "610523", "urban"),
    ("care_subsidy", "430903", "rural"), ("living_subsidy", "430903", "urban"),
    ("special_hardship", "430903", "rural"),
)  # fmt: skip
"""Of Beijing, Heilongjiang, Zhejiang, Hunan and Shaanxi, four programmes, some reading another one."""


def single_case() -> ModuleType:
    """The test that compares a row of a run with the single case."""
    path = ROOT / "tests" / "regions" / "caseload" / "test_run_is_single_case.py"
    spec = importlib.util.spec_from_file_location("single_case", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    vars(module)["ON"] = ON
    return module


def written(facts: Catalogue, record: Mapping[str, Any], level: str = HOUSEHOLD) -> dict[str, Any]:
    """Return a snapshot's facts as a case file has them: yuan, codes in words, days as text."""
    found: dict[str, Any] = {}
    for one in stored_fields(facts, level):
        holder = (record["case"] or {}) if in_namespace(one) else record
        if holder.get(one.short) is not None:
            into = found.setdefault("case", {}) if in_namespace(one) else found
            into[one.short] = _text(one, holder[one.short])
    for below in facts.schema.lists.values():
        if below.parent == level and record[below.name]:
            found[below.plural] = [written(facts, one, below.name) for one in record[below.name]]
    return found


def _text(one: Field, value: Any) -> str:
    if one.type == "text":
        return one.choices[value] if one.choices else str(value)
    if one.type == "boolean":
        return "true" if value else "false"
    if one.type == "date":
        return str(value.isoformat())
    return fraction_text(Fraction(value, one.scale * (100 if one.unit.is_money else 1)))


def outcomes(rows: Any) -> list[str]:
    """Tell what came of each row."""
    programme = rows["programme"].to_pylist()
    status = {one: rows[f"{one}.status"].to_pylist() for one in set(programme)}
    income, line, size = (_exact(rows, f"dibao.{name}") for name in ("counted_income", "line", "household_size"))
    found = []
    for at, own in enumerate(programme):
        known = income[at] is not None and line[at] is not None and size[at] is not None
        on_line = known and income[at] == line[at] * size[at]
        found.append("on the line" if on_line and status[own][at] else status[own][at] or "refused")
    return found


def _exact(rows: Any, name: str) -> list[Fraction | None]:
    def exact(one: Any) -> Fraction | None:
        if isinstance(one, dict):
            return Fraction(one["numerator"], one["denominator"])
        return None if one is None else Fraction(one)

    return [exact(one) for one in rows[name].to_pylist()]


def sampled(groups: Mapping[tuple[str, ...], list[int]], wanted: int, seed: int = 1) -> list[int]:
    """Draw from every group, small ones whole, until there are as many as wanted."""
    random = np.random.default_rng(seed)
    found: list[int] = []
    left = sorted(groups.values(), key=len)
    while left:
        share = max(1, (wanted - len(found)) // len(left))
        first = left.pop(0)
        found += random.permutation(first)[:share].tolist()
    return sorted(found)


def main() -> None:
    """Generate, run, sample, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("households", type=int, nargs="?", default=1_000_000)
    parser.add_argument("sample", type=int, nargs="?", default=10_000)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="jiuzhu-mixed-"))
    try:
        compared(options.households, options.sample, folder)
    finally:
        shutil.rmtree(folder)


def compared(households: int, wanted: int, folder: Path) -> None:
    """Run and compare.

    Raises:
        SystemExit: a difference.
    """
    platform = open_platform(Settings(data_dir=folder, lang="en"), in_memory=True)
    counts = [Count(key=key, households=1000, persons=2200) for key in PLACES]
    wish = Wish(counts=counts, on=ON, seed=5, households=households, errors=0.02, on_line=0.02)
    snapshot = generate(platform.registry, folder / "snapshot", wish)
    begun, used = time.perf_counter(), time.process_time()
    run = open_run(snapshot, books(platform.registry, ON), on=ON, wanted=None)
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    first = 0
    for done in run.results():
        places = zip(*(done.rows[name].to_pylist() for name in ("programme", "division", "area")), strict=True)
        for at, (place, outcome) in enumerate(zip(places, outcomes(done.rows), strict=True)):
            groups[(*place, outcome)].append(first + at)
        first += len(done.rows)
    print(f"{first:,} households, {len(run.columns)} quantities, {len(groups)} groups of place and outcome: "
          f"{time.perf_counter() - begun:.1f} s, {time.process_time() - used:.1f} s of processor, sorting into groups "
          "included")  # fmt: skip
    taken = sampled(groups, wanted)
    seen = {"values": 0, "failures": 0, "refused": 0}
    wrong = list(_differences(platform, run, taken, seen))
    print(f"{len(taken):,} compared: {seen['values']:,} values, {seen['failures']:,} failures, "
          f"{seen['refused']:,} refused households; {len(wrong)} differences")  # fmt: skip
    if wrong:
        raise SystemExit("\n".join(wrong[:20]))


def _differences(platform: Any, run: Any, taken: list[int], seen: dict[str, int]) -> Iterator[str]:
    test, facts = single_case(), run.snapshot.manifest.catalogue
    first = 0
    for part in run.parts:
        batch = run.snapshot.batch(part)
        mine = [one - first for one in taken if first <= one < first + len(batch)]
        first += len(batch)
        if not mine:
            continue
        done, errors = run.batch(batch), defaultdict(list)
        for one in done.errors.to_pylist():
            errors[one["household"]].append(one)
        for row, given in zip(done.rows.take(mine).to_pylist(), batch.take(mine).to_pylist(), strict=True):
            own = json.loads(given["kept"]) if given["kept"] else written(facts, given[FACTS])
            key = (given["programme"], given["division"], given["area"])
            for one in test.compare(platform, key, own, row=row, errors=errors[row["household"]], seen=seen):
                yield f"{row['household']} {key}: {one}"


if __name__ == "__main__":
    main()
