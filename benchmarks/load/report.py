"""The page of the load's figures: benchmarks/LOAD.md, the newest run of each database."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
REPORT, RESULTS = HERE.parent / "LOAD.md", HERE / "results.json"
MARK = "built.json"
"""What a deployment says of how it was built."""
AIMED = ("case list", "case page", "standards page")
AIM = 200
"""Milliseconds the 95th percentile of those should stay below."""
ABOUT = """\
# The panel under load

Written by `make bench-load`. The households are 合成数据, built by `benchmarks/bulk` as imports would have left them,
in 128 counties of Yiyang, Shaanxi and Wenzhou. Twenty officers of different counties, prefectures and a province are
signed in at once: clerks, reviewers, approvers, auditors and an editor of rules. Ids, places and filters are drawn at
random; every answer is asserted to be of the right place, not empty, and to show what was asked for. One request of ten
writes, by forms with their token: findings, certificates, new circumstances, a number revealed on record, persons in
office, a document typed so far.

Each officer is a closed loop: he waits for the answer, thinks (a time exponentially distributed around the mean that is
named) and goes on; so the rate falls where answers are slow. The panel is `jiuzhu serve --behind-proxy` (gunicorn,
synchronous workers) on the same machine as the database and the officers, all sharing its processors; milliseconds
are from sending a request to having read the whole answer, without TLS. A warm-up is not counted.
A load of the machine far above the number of its processors means that other work took most of them: the milliseconds
are then those of waiting for it, and say that the answers were right, not how fast the panel is.
"""


def percentile(found: Sequence[float], share: float) -> float:
    """Return the value that this share of sorted values does not exceed."""
    return found[min(len(found) - 1, int(len(found) * share))]


def table(run: Mapping[str, Any]) -> list[str]:
    """Return a run's pages in milliseconds, the aimed-at ones first."""
    lines = ["| page | requests | p50 ms | p95 ms | p99 ms | max ms |", "|---|---:|---:|---:|---:|---:|"]
    pages = run["pages"]
    for page in (*AIMED, *sorted(set(pages) - set(AIMED))):
        if page in pages:
            row = pages[page]
            lines.append(f"| {page} | {row['requests']} | " + " | ".join(str(row[k]) for k in COLUMNS) + " |")
    return lines


COLUMNS = ("p50", "p95", "p99", "max")


def summed(found: Sequence[float]) -> dict[str, int]:
    """Return count and percentiles of sorted seconds, in whole milliseconds."""
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    return {"requests": len(found), **{name: round(1000 * percentile(found, share)) for name, share in shares.items()},
            "max": round(1000 * found[-1])}  # fmt: skip


def section(kind: str, run: Mapping[str, Any]) -> list[str]:
    """Return one database's part of the page."""
    before, after = run["load"]
    wrong = sum(run["errors"].values())
    met = all(run["pages"][page]["p95"] < AIM for page in AIMED if page in run["pages"])
    told = (
        f"{run['officers']} officers, {run['workers']} workers, {run['think']} s of thought on average; "
        f"{run['requests']:,} requests in {run['seconds']:.0f} s: {run['requests'] / run['seconds']:.1f} a second; "
        f"{wrong} wrong answers. Load of the machine {before} before and {after} after. "
        f"p95 of {', '.join(AIMED)} below {AIM} ms: {'yes' if met else 'no'}."
    )
    if "processor" in run:
        each = 1000 * run["processor"] / (run["requests"] + run["warm"])
        told += f" The panel's processes took {each:.0f} ms of a processor a request, their start included."
    if "seconds" in run["built"]:
        made = run["built"]
        size = f"{made['persons']:,} persons with them, {made['bytes'] / 2**30:.2f} GiB"
        told += f" Built in {made['seconds']} s, {size}, load {made['load'][0]} before and {made['load'][1]} after."
    title = f"## {kind}, {run['households']:,} households, {run['day']}, {run['machine']}"
    wrongs = [f"* wrong {count} times: {what}" for what, count in run["errors"].items()]
    return [title, "", told, "", *table(run), "", *wrongs]


def write_report(kind: str, run: Mapping[str, Any], *, keep: bool) -> str:
    """Return a run's figures; ``keep`` puts them into LOAD.md beside those of the other database."""
    whole = {**run, "requests": sum(map(len, run["pages"].values())),
             "pages": {page: summed(found) for page, found in run["pages"].items()}}  # fmt: skip
    if keep:
        found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
        found[kind] = whole
        RESULTS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        parts = [line for name, one in found.items() for line in section(name, one)]
        REPORT.write_text("\n".join([ABOUT, *parts]).rstrip() + "\n", encoding="utf-8")
    return "\n".join(section(kind, whole))
