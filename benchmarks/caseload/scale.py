"""Millions more: the peers' work streamed from its snapshot, time a million households and peak memory at each size.

    python benchmarks/caseload/scale.py [--keep FOLDER] [--workers N] 1000000 10000000 50000000

Each size runs in a process of its own, so that the peak is its own. Results of a part are let go when it is done, as a
run does that has written them out. Memory mapped and read counts as resident while the system has no other use for it;
the peak is therefore given with it and, from /proc, without (anonymous memory only).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import peers
import sparse

from core.caseload.in_order import in_order
from core.caseload.manifest import FILE, Part
from core.caseload.snapshot import open_snapshot


def anonymous_megabytes() -> int:
    """Return the memory of this process that no file stands behind."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) // 1024
    return 0


def peak_megabytes() -> int:
    """Return the greatest resident size of this process."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1024
    return 0


def streamed(folder: Path, workers: int) -> dict[str, float]:
    """Compute a snapshot part by part; return seconds, processor seconds, the sum of benefits and the peaks."""
    snapshot = open_snapshot(folder)
    kernel = sparse.kernel_of(snapshot)
    anonymous = 0

    def work(part: Part) -> int:
        found = 0
        for piece in kernel.run(snapshot.batch(part)):
            found += int(piece.results["dibao.benefit"].numerator[~piece.faulty].sum())
        return found

    begun, used, total = time.perf_counter(), time.process_time(), 0
    for found in in_order(snapshot.manifest.parts, work, workers=workers):
        total += found
        anonymous = max(anonymous, anonymous_megabytes())
    return {
        "households": snapshot.manifest.extents.rows, "seconds": time.perf_counter() - begun,
        "processor": time.process_time() - used, "benefits": total, "peak": peak_megabytes(), "anonymous": anonymous,
    }  # fmt: skip


def main() -> None:
    """Make what is not there, and run each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("households", type=int, nargs="+")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "jiuzhu-bench" / "caseload")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(streamed(options.keep / str(options.households[0]), options.workers)))
        return
    for households in options.households:
        folder = options.keep / str(households)
        if not (folder / FILE).exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            peers.snapshot(folder, households)
        words = [sys.executable, __file__, "--one", "--keep", str(options.keep), "--workers", str(options.workers)]
        one = json.loads(subprocess.run([*words, str(households)], check=True, capture_output=True, text=True).stdout)
        million = households / 1_000_000
        print(f"{households:>11,} households: {one['seconds']:.2f} s, {one['processor']:.2f} s of processor "
              f"({one['processor'] / million:.3f} a million), peak {one['peak']} MB, of it without the mapped files "
              f"{one['anonymous']} MB", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
