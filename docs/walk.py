"""Every page of the panel on the demonstration's data, as somebody sees it who may open it: what ``make walk`` runs.

    python docs/walk.py [FOLDER] [exhibit] [shaanxi] [yiyang]

At the size of an office screen and of a telephone; dialogs opened, required fields left empty, charts drawn; then in
English. Pictures go to a folder, to be looked at; what a machine can see of them is printed as a table.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from playwright.sync_api import Browser
from walk_worlds import WORLDS, World
from walker import Seen, Walker

from tests.browser import served, started


def walk(browser: Browser, world: World, pictures: Path) -> list[Seen]:
    """Look at every page of a world; returns what was seen."""
    with served(world.app) as address:
        walker = Walker(browser, address, world, pictures)
        done = []
        for rule, path in world.pages():
            seen = walker.see(rule, path)
            done.append((seen, path))
            counted = f"dialogs {len(seen.dialogs)}  charts {seen.charts}  refused {seen.faults}"
            said = f"{world.name:<9}{rule:<24}{seen.login or '—':<16}{seen.status:>4}  {counted}"
            sys.stdout.write("\n    ".join([said, *seen.wrong]) + "\n")
            sys.stdout.flush()
        walker.speak_english(done)
    world.platform.database.close()
    return [seen for seen, _ in done]


def main(pictures: Path, worlds: Sequence[str]) -> int:
    """Walk through the worlds; 1 where something is wrong, 3 where there is no browser."""
    pictures.mkdir(parents=True, exist_ok=True)
    wrong = 0
    for browser in started():
        if browser is None:
            return 3
        for name in worlds:
            with tempfile.TemporaryDirectory(prefix="jiuzhu-") as folder:
                for seen in walk(browser, WORLDS[name](Path(folder), browser), pictures):
                    wrong += len(seen.wrong)
    sys.stdout.write(f"{wrong} wrong\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "walk"), sys.argv[2:] or list(WORLDS)))
