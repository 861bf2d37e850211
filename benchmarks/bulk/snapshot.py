"""A caseload out of the database as a snapshot: rows a second, killed in the middle and gone on with, equal both ways.

    python -m benchmarks.bulk.snapshot FOLDER [--url postgresql://…] [--write]

FOLDER is a deployment made by ``benchmarks.bulk.build`` or ``copying``. The commands are those a user types, in
processes of their own. The second one is ended by SIGKILL when a third of its parts are written, then resumed; its
files must be those of the first, byte for byte: nobody else may be at work in the database meanwhile.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.bulk.build import settings_of
from regions.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
REPORT, RESULTS = ROOT / "benchmarks" / "CASELOAD.md", Path(__file__).with_name("snapshots.json")
TITLE = "## Snapshots out of the database"
ABOUT = """\
Written by `python -m benchmarks.bulk.snapshot FOLDER --write`. The households are 合成数据 built by `benchmarks/bulk`:
2.2 persons and five income records each, in 128 counties. `jiuzhu caseload snapshot` runs in a process of its own;
another run is killed (SIGKILL) after a third of its parts, resumed, and its files compared with those of the first.
Seconds are wall time, processor seconds those of the command without the database server; the load is the machine's
before and after: far above the number of processors means that other work took most of them.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One command: wall and processor seconds, greatest resident megabytes."""

    seconds: float
    processor: float
    megabytes: int


def command(settings: Settings, *words: str) -> subprocess.Popen[bytes]:
    """Start a command."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("JIUZHU_")}
    environ = {**kept, **settings.environment(), "PYTHONUTF8": "1"}
    return subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), "--lang", "en", "--as", "signer", *words], cwd=ROOT, env=environ,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


def finished(child: subprocess.Popen[bytes], began: float) -> Measure:
    """Wait for a command and return what it took."""
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"the command ended with {child.returncode}")
    return Measure(seconds=time.monotonic() - began, processor=usage.ru_utime + usage.ru_stime,
                   megabytes=usage.ru_maxrss // 1024)  # fmt: skip


def parts_of(folder: Path) -> int:
    """Return how many parts are written."""
    return len(list(folder.glob("*.arrow")))


def killed(settings: Settings, out: Path, parts: int) -> int:
    """Begin a snapshot, end it by SIGKILL when so many parts are there, and return how many there are."""
    child = command(settings, "caseload", "snapshot", str(out))
    while parts_of(out) < parts:
        if child.poll() is not None:
            raise SystemExit("it ended before it could be killed")
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    child.wait()
    return parts_of(out)


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a snapshot."""
    return {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in sorted(folder.iterdir())}


def measured(settings: Settings, folder: Path) -> dict[str, Any]:
    """Take both snapshots and compare them."""
    load, began = os.getloadavg()[0], time.monotonic()
    whole, other = folder / "whole", folder / "resumed"
    first = finished(command(settings, "caseload", "snapshot", str(whole)), began)
    manifest = json.loads((whole / "manifest.json").read_text(encoding="utf-8"))
    parts = parts_of(whole)
    left = killed(settings, other, max(1, parts // 3))
    began = time.monotonic()
    second = finished(command(settings, "caseload", "snapshot", str(other), "--resume"), began)
    same = digests(whole) == digests(other)
    if not same:
        raise SystemExit("the resumed snapshot differs")
    records: dict[str, int] = {}
    for part in manifest["parts"]:
        for level, count in part["extents"]["records"].items():
            records[level] = records.get(level, 0) + count
    rows = sum(part["extents"]["rows"] for part in manifest["parts"])
    return {
        "day": date.today().isoformat(), "machine": f"{platform.machine()}, {os.cpu_count()} processors",  # noqa: DTZ011
        "load": [round(load, 1), round(os.getloadavg()[0], 1)], "rows": rows, "records": records, "parts": parts,
        "bytes": sum(one.stat().st_size for one in whole.iterdir()), "left": left,
        **{f"{name}_{key}": value for name, one in (("whole", first), ("resumed", second)) for key, value in
           (("seconds", one.seconds), ("processor", one.processor), ("megabytes", one.megabytes))},
    }  # fmt: skip


def lines(kind: str, run: dict[str, Any]) -> list[str]:
    """Return a run as rows of the page."""
    seconds = run["whole_seconds"]
    records = ", ".join(f"{count:,} {level}" for level, count in run["records"].items() if count)
    size = f"{run['rows']:,} households, {run['day']}, {run['machine']}"
    whole = f"{seconds:.1f} | {run['whole_processor']:.1f} | {run['whole_megabytes']}"
    resumed = f"{run['resumed_seconds']:.1f} | {run['resumed_processor']:.1f} | {run['resumed_megabytes']}"
    return [
        f"### {kind}, {size}, load {run['load'][0]} to {run['load'][1]}",
        "",
        f"{records} records; {run['parts']} parts, {run['bytes'] / 2**20:.0f} MiB.",
        "",
        "| run | seconds | processor s | MB | households/s |",
        "|---|---:|---:|---:|---:|",
        f"| whole | {whole} | {run['rows'] / seconds:,.0f} |",
        f"| killed after {run['left']} parts, then resumed | {resumed} | the same files, byte for byte |",
        "",
    ]


def keep(kind: str, run: dict[str, Any]) -> None:
    """Put a run into its part of CASELOAD.md; what else stands there stays."""
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    found[kind] = run
    RESULTS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    section = "\n".join([TITLE, "", ABOUT, *(line for name, one in found.items() for line in lines(name, one))])
    page = REPORT.read_text(encoding="utf-8") if REPORT.exists() else "# The caseload at once\n\n"
    before, _, rest = page.partition(TITLE)
    _, mark, after = rest.partition("\n## ")
    REPORT.write_text(f"{before}{section.rstrip()}\n{mark and chr(10)}{mark}{after}", encoding="utf-8")


def main() -> None:
    """Measure one database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url", default="")
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    settings = settings_of(chosen.folder.resolve(), chosen.url)
    folder = settings.data_dir / "snapshots"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        run = measured(settings, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    kind = "postgresql" if chosen.url else "sqlite"
    print("\n".join(lines(kind, run)))
    if chosen.write:
        keep(kind, run)


if __name__ == "__main__":
    main()
