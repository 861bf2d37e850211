"""A process that has answered before: it opens the platform once and answers every line it is given.

    python warm_process.py DATABASE_URL DATA_DIR PLUGIN_FOLDER

Each line in is ``division area day``; the answer is the amount of the standard, its provision and a household's benefit.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from core.assess import assess_source
from core.source import located
from regions.platform import open_platform
from regions.settings import Settings

HOUSEHOLD = {
    "assets_meet_local_rule": "true",
    "members": [
        {"id": "a", "relation": "head", "birth_date": "1975-03-02",
         "income": [{"item": "wage", "amount": "900", "frequency": "month"}]},
        {"id": "b", "relation": "spouse", "birth_date": "1977-08-15"},
        {"id": "c", "relation": "child", "birth_date": "2006-05-20"},
    ],
}  # fmt: skip


def main(url: str, data_dir: str, plugin: str) -> None:
    """Answer until the input ends."""
    settings = Settings(data_dir=Path(data_dir), lang="zh", database_url=url)
    registry = open_platform(settings, trial=Path(plugin)).registry
    for line in sys.stdin:
        division, area, day = line.split()
        book = registry.rulebook(division, on=date.fromisoformat(day), area=area)
        standard = book.policy.require("standard", "dibao")
        benefit = assess_source(book, located(HOUSEHOLD, "household")).value("dibao.payment")
        sys.stdout.write(f"{standard.value['amount']['yuan']} {standard.provision.plugin} {benefit}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
