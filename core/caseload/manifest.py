"""A snapshot's manifest: what it holds, of which day, from where, under which facts; and what each part's bytes are.

Minima, maxima, empty places and the longest list of every column are kept a part, and folded for the whole: a run
trusts them instead of looking at every value.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from core.caseload.layout import facts_hash, facts_of
from core.errors import JiuzhuError, Text
from core.facts import Catalogue

FILE = "manifest.json"
FORMAT = "jiuzhu-caseload"
VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """Of one column: how many places are empty, and the least and greatest stored value where it has numbers."""

    nulls: int
    low: int | None = None
    high: int | None = None

    def __or__(self, other: Extent) -> Extent:
        """Return the extent of both columns together."""
        lows = [one for one in (self.low, other.low) if one is not None]
        highs = [one for one in (self.high, other.high) if one is not None]
        return Extent(nulls=self.nulls + other.nulls, low=min(lows, default=None), high=max(highs, default=None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Extents:
    """Of some rows: their number, records by level, longest lists, rows kept as written, and every column's extent."""

    rows: int = 0
    kept: int = 0
    records: Mapping[str, int] = field(default_factory=dict)
    longest: Mapping[str, int] = field(default_factory=dict)
    columns: Mapping[str, Extent] = field(default_factory=dict)

    def __or__(self, other: Extents) -> Extents:
        """Return the extents of both together."""
        names = [_names(getattr(self, one), getattr(other, one)) for one in ("records", "longest", "columns")]
        return Extents(
            rows=self.rows + other.rows,
            kept=self.kept + other.kept,
            records={one: self.records.get(one, 0) + other.records.get(one, 0) for one in names[0]},
            longest={one: max(self.longest.get(one, 0), other.longest.get(one, 0)) for one in names[1]},
            columns={one: _joined(self.columns.get(one), other.columns.get(one)) for one in names[2]},
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON."""
        columns = {name: [one.nulls, one.low, one.high] for name, one in self.columns.items()}
        return {"rows": self.rows, "kept": self.kept, "records": dict(self.records), "longest": dict(self.longest),
                "columns": columns}  # fmt: skip

    @staticmethod
    def of_json(data: Mapping[str, Any]) -> Extents:
        """Read it back."""
        columns = {name: Extent(nulls=one[0], low=one[1], high=one[2]) for name, one in data["columns"].items()}
        return Extents(rows=data["rows"], kept=data["kept"], records=data["records"], longest=data["longest"],
                       columns=columns)  # fmt: skip


def _names(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def _joined(one: Extent | None, other: Extent | None) -> Extent:
    return (one or Extent(nulls=0)) | (other or Extent(nulls=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of rows. ``last`` is the key of its last row: where an interrupted snapshot goes on.

    ``places`` are its programme, division and area, each with its number of rows.
    """

    file: str
    sha256: str
    extents: Extents
    places: tuple[tuple[str, str, str, int], ...] = ()
    last: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a snapshot is. ``label`` says in words whose rows these are; ``source`` says for machines."""

    day: date
    label: Text
    source: Mapping[str, Any]
    facts: Mapping[str, Any]
    synthetic: bool = False
    parts: tuple[Part, ...] = ()
    complete: bool = False

    @property
    def extents(self) -> Extents:
        """The extents of all parts together."""
        return _folded(one.extents for one in self.parts)

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as it is written."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "day": self.day.isoformat(),
            "label": {"zh": self.label.zh, "en": self.label.en},
            "synthetic": self.synthetic,
            "source": dict(self.source),
            "complete": self.complete,
            "facts_hash": facts_hash(facts_of(self.facts)),
            "facts": dict(self.facts),
            "extents": self.extents.to_json(),
            "parts": [
                {
                    "file": one.file,
                    "sha256": one.sha256,
                    "places": [list(place) for place in one.places],
                    "last": list(one.last),
                    "extents": one.extents.to_json(),
                }
                for one in self.parts
            ],
        }

    @property
    def places(self) -> tuple[tuple[str, str, str], ...]:
        """The programmes, divisions and areas there are rows of."""
        return tuple(dict.fromkeys(place[:3] for one in self.parts for place in one.places))

    @property
    def catalogue(self) -> Catalogue:
        """The facts the rows are laid out by."""
        return facts_of(self.facts)


def _folded(extents: Iterable[Extents]) -> Extents:
    found = Extents()
    for one in extents:
        found = found | one
    return found


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put a manifest in its place whole: a reader sees the old one or the new one."""
    waiting = folder / f"{FILE}.new"
    waiting.write_text(json.dumps(manifest.to_json(), ensure_ascii=False, indent=1), encoding="utf-8")
    waiting.replace(folder / FILE)


def read_manifest(folder: Path) -> Manifest:
    """Read a snapshot's manifest.

    Raises:
        JiuzhuError: ``no_snapshot``, ``other_snapshot_version``.
    """
    try:
        data = json.loads((folder / FILE).read_text(encoding="utf-8"))
        known = data["format"] == FORMAT
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _no_snapshot(folder) from error
    if not known:
        raise _no_snapshot(folder)
    return manifest_from(data)


def manifest_from(data: Mapping[str, Any]) -> Manifest:
    """Read a manifest back from its JSON.

    Raises:
        JiuzhuError: ``other_snapshot_version``.
    """
    if data["version"] != VERSION:
        text = Text("快照为另一版本的格式", "the snapshot is of another version of the format")
        raise JiuzhuError("other_snapshot_version", text, value=str(data["version"]))
    return Manifest(
        day=date.fromisoformat(data["day"]), label=Text(data["label"]["zh"], data["label"]["en"]),
        source=data["source"], facts=data["facts"], synthetic=data["synthetic"], complete=data["complete"],
        parts=tuple(map(_part, data["parts"])),
    )  # fmt: skip


def _part(data: Mapping[str, Any]) -> Part:
    places = tuple((one[0], one[1], one[2], one[3]) for one in data["places"])
    return Part(file=data["file"], sha256=data["sha256"], last=tuple(data["last"]), places=places,
                extents=Extents.of_json(data["extents"]))  # fmt: skip


def _no_snapshot(folder: Path) -> JiuzhuError:
    text = Text("此处没有案户快照", "there is no snapshot of a caseload here")
    hint = Text("请先运行 jiuzhu caseload snapshot", "make one: jiuzhu caseload snapshot")
    return JiuzhuError("no_snapshot", text, hint=hint, value=str(folder))
