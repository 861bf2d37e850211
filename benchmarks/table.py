"""The records of one run as a Markdown page: ratios first, what was aimed at beside what was reached."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from typing import Any

Record = dict[str, Any]

REFERENCE, OURS = "ref_numpy_chunked", "jiuzhu"
_AIMS = (
    # what, record kind, size, numerator, denominator (None: absolute), aim, whether the aim is a greatest value
    ("jiuzhu / chunked NumPy reference, 1M", "batch", 1_000_000, OURS, REFERENCE, 1.2, True),
    ("OpenFisca documented path / jiuzhu, 1M", "batch", 1_000_000, "openfisca_documented", OURS, 6.0, False),
    ("what-if: OpenFisca / jiuzhu, 1M", "whatif", 1_000_000, "openfisca", OURS, 10.0, False),
    ("one Yiyang dibao case, outputs only, µs", "single", None, "jiuzhu_yiyang_outputs", None, 25.0, True),
    ("one Yiyang dibao case, full trace, µs", "single", None, "jiuzhu_yiyang_trace", None, 60.0, True),
)


def markdown(records: Sequence[Record], *, day: str) -> str:
    """Return the page."""
    sizes = sorted({one["households"] for one in records if one["kind"] == "batch"})
    parts = [
        _head(day),
        _aims(records),
        *(_batch(records, n) for n in sizes),
        _whatif(records),
        _single(records),
        _rest(records),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(day: str) -> str:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    return (
        f"# Results\n\nWritten by `run.py` on {day} ({machine}); what is measured is in SPEC.md. Each engine's quietest"
        " round, median (least – greatest). Times depend on the machine; the ratios less so."
    )


def _aims(records: Sequence[Record]) -> str:
    rows = [row for aim in _AIMS for row in _aim(records, aim)]
    return (
        "\n".join(("## Aims", "", *_header(("aim", "at", "measured", "of the least times", "")), *rows)) if rows else ""
    )


def _aim(records: Sequence[Record], aim: tuple[Any, ...]) -> Iterator[str]:
    what, kind, size, above, below, bound, at_most = aim
    one, other = _find(records, kind, above, size), _find(records, kind, below, size)
    if one is None or (below is not None and other is None):
        return
    ratio, least = (_time(one)[which] / (_time(other)[which] if other else 1.0) for which in ("median", "min"))
    met = ratio <= bound if at_most else ratio >= bound
    sign, verdict = "≤" if at_most else "≥", "met" if met else "**missed**"
    yield f"| {what} | {sign} {bound:g} | {ratio:.2f} | {least:.2f} | {verdict} |"


def _find(records: Sequence[Record], kind: str, engine: str | None, size: int | None) -> Record | None:
    found = (one for one in records if (one["kind"], one.get("engine")) == (kind, engine))
    return next((one for one in found if size in (None, one.get("households"))), None)


def _median(records: Sequence[Record], kind: str, engine: str, size: int | None) -> float | None:
    one = _find(records, kind, engine, size)
    return None if one is None else _time(one)["median"]


def _time(record: Record) -> dict[str, float]:
    time: dict[str, float] = record["us_per_case"] if record["kind"] == "single" else record["total_s"]
    return time


def _batch(records: Sequence[Record], size: int) -> str:
    chosen = [one for one in records if one.get("households") == size and one["kind"] in ("batch", "floor")]
    reference = _median(records, "batch", REFERENCE, size)
    ours = _median(records, "batch", OURS, size)
    heads = ("engine", "load ms", "compute ms", "total ms", "× reference", "× jiuzhu", "peak MiB", "agrees")
    lines = [f"## {size:,} households", "", *_header(heads)]
    for one in sorted(chosen, key=lambda record: _time(record)["median"]):
        total = _time(one)["median"]
        cells = (
            _name(one), _ms(one.get("load_s")), _ms(one.get("compute_s")), _ms(one["total_s"]),
            _ratio(total, reference), _ratio(total, ours), str(one.get("peak_mib", "")), _agrees(one),
        )  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _whatif(records: Sequence[Record]) -> str:
    chosen = sorted((one for one in records if one["kind"] == "whatif"), key=lambda one: _time(one)["median"])
    if not chosen:
        return ""
    heads = ("engine", "households", "both ms", "× jiuzhu", "peak MiB", "agrees")
    lines = ["## What if the urban standard were 450 instead of 430", "", *_header(heads)]
    for one in sorted(chosen, key=lambda record: record["households"]):
        ours, size = _median(records, "whatif", OURS, one["households"]), f"{one['households']:,}"
        cells = (
            _name(one),
            size,
            _ms(one["total_s"]),
            _ratio(_time(one)["median"], ours),
            str(one["peak_mib"]),
            _agrees(one),
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _header(cells: Sequence[str]) -> tuple[str, str]:
    return "| " + " | ".join(cells) + " |", "|" + " --- |" * len(cells)


def _single(records: Sequence[Record]) -> str:
    chosen = sorted((one for one in records if one["kind"] == "single"), key=lambda one: _time(one)["median"])
    if not chosen:
        return ""
    ours = _median(records, "single", "jiuzhu_spec", None)
    lines = ["## One case at a time", "", *_header(("engine", "µs a case", "× jiuzhu_spec", "agrees"))]
    for one in chosen:
        time = _time(one)
        shown = f"{time['median']:.1f} ({time['min']:.1f} – {time['max']:.1f})"
        ratio = "" if "yiyang" in one["engine"] else _ratio(time["median"], ours)
        lines.append(f"| {_name(one)} | {shown} | {ratio} | {_agrees(one)} |")
    lines += ["", "`jiuzhu_yiyang_*` is another, larger policy (the real one), so it has no ratio to SPEC.md's rules."]
    return "\n".join(lines)


def _rest(records: Sequence[Record]) -> str:
    missing = sorted({str(one["engine"]) for one in records if one["kind"] == "missing"})
    lines = [f"Not installed, left out: {', '.join(missing)}."] if missing else []
    lines += [f"Failed: {one['engine']}: {one['reason']}" for one in records if one["kind"] == "failed"]
    return "\n\n".join(lines)


def _name(record: Record) -> str:
    version = record.get("version")
    if record["kind"] == "floor":
        return f"floor ({record['bytes'] / 1e6:.0f} MB read once)"
    return f"{record['engine']} {version}" if version else str(record["engine"])


def _ms(spread: dict[str, float] | None) -> str:
    if spread is None:
        return ""
    return f"{spread['median'] * 1e3:.1f} ({spread['min'] * 1e3:.1f} – {spread['max'] * 1e3:.1f})"


def _ratio(value: float, unit: float | None) -> str:
    return f"{value / unit:.2f}" if unit else ""


def _agrees(record: Record) -> str:
    return "" if "agrees" not in record else "yes" if record["agrees"] else f"**NO** {record.get('wrong', '')}"
