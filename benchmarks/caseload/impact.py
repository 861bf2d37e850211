"""The impact of an amendment on the demonstration: by columns, household by household, and as the panel does it.

    python benchmarks/caseload/impact.py FOLDER [--share N]

The demonstration is made in FOLDER where it is not there yet (a few minutes). Both ways must say the same of the whole
and of every household. ``--share`` takes one household of so many.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.source import read_text
from core.store.tables import ImpactPreview
from regions import amendment
from regions.amendment_impact import caseload_of, changes_by
from regions.amendment_report import impact_json
from regions.amendment_state import open_amendment
from regions.impact import Outcome, begin, count_cases
from regions.impact_amounts import Ruling, by_columns, one_by_one
from regions.impact_preview import ask
from regions.impact_source import GivenCaseload
from regions.jobs import resume
from regions.life.exhibit import exhibit_settings, open_exhibit
from regions.platform import Platform
from regions.settings import Settings

NOTICE = """
division: "430900"
document:
  number: 示例〔2018〕1号
  issuer: 益阳市人民政府
  title: 示例：调整城乡低保标准（虚构）
  issued: 2018-06-01
  announced: 2018-06-01
  effective: 2018-07-01
  first_payment_month: 2018-07
  assurance: seed
rows:
  - {kind: standard, programme: dibao, area: urban, amount: {yuan: 450, per: person-month}, cite: 一}
  - {kind: standard, programme: dibao, area: rural, amount: {yuan: 3400, per: person-year}, cite: 二}
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--share", type=int, default=1)
    asked = parser.parse_args()
    platform = open_exhibit(exhibit_settings(Settings(data_dir=asked.folder, lang="zh")), share=asked.share)
    with platform.desk("editor") as desk:
        uuid = amendment.propose(desk, read_text(NOTICE, "notice.yaml")).uuid
    compared(platform, uuid)
    previewed(platform, uuid)
    platform.database.close()


def compared(platform: Platform, uuid: str) -> None:
    """Read the caseload and compute it both ways; the results must be the same."""
    with platform.reading_desk("city-approver") as desk:
        changes = changes_by(desk, open_amendment(desk, uuid, "amendment.read", hold=False))
        stored = caseload_of(desk, open_amendment(desk, uuid, "amendment.read", hold=False), changes)
        with timed("read from the database"):
            cases = list(stored)
    print(f"{len(cases):,} households")
    source = GivenCaseload(label=stored.population, size=len(cases), make=lambda: cases)
    ways: Sequence[tuple[str, Ruling]] = (("by columns", by_columns), ("one by one", one_by_one))
    found = [_computed(name, changes, source, ruling) for name, ruling in ways]
    print("the same:", found[0] == found[1])


def _computed(name: str, changes: Any, source: GivenCaseload, ruling: Ruling) -> tuple[Any, list[Outcome]]:
    found, notes = begin(changes, source), list[Outcome]()
    with timed(f"computed {name}"):
        for _ in count_cases(found, source, note=notes.append, ruling=ruling):
            pass
    return impact_json(found, "zh"), notes


def previewed(platform: Platform, uuid: str) -> None:
    """Do what the panel does: ask, compute in the background, keep every household."""
    with platform.desk("editor") as desk:
        preview = ask(desk, uuid).id
    steps = 0
    with timed("asked for and kept, as the panel does"):
        for _ in resume(platform, "editor", preview):
            steps += 1
    with platform.database.reading() as session:
        result = session.get_one(ImpactPreview, preview).result
    assert result is not None
    print(f"told {steps} times how far it is; a month costs {result['zh']['monthly']['yuan']} yuan more")


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print the seconds of the clock and of the processor that something takes."""
    clock, used = time.perf_counter(), time.process_time()
    yield
    print(f"{what}: {time.perf_counter() - clock:.1f} s, {time.process_time() - used:.1f} s of processor")


if __name__ == "__main__":
    main()
