"""Two whole lives on SQLite and on a real PostgreSQL started for the purpose: what ``make life`` runs."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from regions.life.policy_day import policy_day
from regions.life.run import TALES, run_life
from tests.databases import PostgreSQL


def main() -> int:
    """Tell every tale on both databases; 3 when a figure is wrong."""
    server = PostgreSQL()
    try:
        embedded: tuple[str | None, ...] = (None,) * len(TALES)
        told = [*run_life(embedded), *run_life(tuple(server.fresh(empty=True) for _ in TALES))]
    finally:
        server.stop()
    day = policy_day()
    lines = [line for one in told for line in one.lines("zh")] + list(day.lines("zh"))
    wrong = [text for one in told for text in one.wrong] + list(day.wrong)
    sys.stdout.write("\n".join([*lines, "", f"✗ {len(wrong)}" if wrong else "全部与预期一致 / all as expected", ""]))
    return 3 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
