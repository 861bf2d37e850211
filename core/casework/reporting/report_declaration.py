"""Statistical reports as declarations: YAML under ``reports/``, columns as formulas over named sums.

The formula language is the project's own, so that units are checked: persons are never added to money, and an average
is what it is divided by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from core.casework.reporting.aggregate import AGGREGATES
from core.errors import JiuzhuError, Text, did_you_mean
from core.formula.check import check
from core.formula.scalar import ScalarProgram, write
from core.formula.schema import HOUSEHOLD, FactSchema, Field, FormulaSource
from core.kinds.schema import CODE, code, codes, formula, mapping, record, string, text, titled
from core.provision import text_of
from core.schema_check import typed
from core.source import read_text
from core.values import Unit

FOLDER = "reports"
PREFIX = "column_"
"""A column's own name in formulas of other columns, beside the sum of the same key."""
TARGET_UNIT = "yuan/person-month"
AREA = titled({"type": "string", "enum": ["urban", "rural"]}, "城乡", "area")

SCHEMA = record(
    {
        "label": text(),
        "programme": code("项目", "programme"),
        "row": text("行", "row"),
        "sums": mapping(
            record(
                {"of": titled({"type": "string", "enum": list(AGGREGATES)}, "汇总项", "aggregate"), "area": AREA},
                required=("of",),
            ),
            "汇总", "sums", keys=CODE,
        ),
        "targets": mapping(
            record({"target": code("目标", "target"), "area": AREA}, required=("target", "area")),
            "目标", "targets", keys=CODE,
        ),
        "note": text(),
        "order": codes("列的次序", "order of the columns"),
        "columns": mapping(
            record({"label": text(), "formula": formula("公式", "formula"), "unit": string("单位", "unit")},
                   required=("label",)),
            "列", "columns", keys=CODE,
        ),
    },
    required=("label", "programme", "sums", "columns"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A column of a report: its key, heading and unit."""

    key: str
    label: Text
    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A report that can be computed: its words, what it sums, and its columns as one compiled program.

    ``notes`` say what its figures are measured by.

    ``source`` is the declaration as data; the order of its columns is said there, as canonical JSON keeps none.
    """

    name: str
    label: Text
    row: Text
    programme: str
    sums: Mapping[str, Mapping[str, str]]
    targets: Mapping[str, Mapping[str, str]]
    columns: tuple[Heading, ...]
    program: ScalarProgram
    notes: tuple[Text, ...]
    source: Mapping[str, Any]


def report_names() -> tuple[str, ...]:
    """Return the names of all reports."""
    folder = files("core.casework.reporting").joinpath(FOLDER)
    return tuple(sorted(one.name.removesuffix(".yaml") for one in folder.iterdir() if one.name.endswith(".yaml")))


@cache
def declaration(name: str) -> Declaration:
    """Return a report by its name.

    Raises:
        JiuzhuError: ``unknown_report``.
        InvalidInput: every fault of the declaration.
    """
    if name not in report_names():
        text = Text("没有这张报表", "there is no such report")
        raise JiuzhuError("unknown_report", text, hint=did_you_mean(name, report_names()), value=name)
    place = files("core.casework.reporting").joinpath(FOLDER, f"{name}.yaml")
    return declare(name, place.read_text(encoding="utf-8"), file=f"core/casework/{FOLDER}/{name}.yaml")


def declare(name: str, source: str, *, file: str) -> Declaration:
    """Read a report's declaration and check its formulas.

    Raises:
        InvalidInput: every fault of the YAML, or of the formulas.
    """
    data = typed(read_text(source, file), SCHEMA)
    targets: Mapping[str, Mapping[str, str]] = data.get("targets", {})
    fields = [_sum_field(key, one) for key, one in data["sums"].items()]
    fields += [Field(name=key, level=HOUSEHOLD, type="number", unit=Unit.parse(TARGET_UNIT)) for key in targets]
    schema = FactSchema(fields={one.name: one for one in fields}, lists={})
    ordered = {key: data["columns"][key] for key in data.get("order", data["columns"])}
    sources = [_source(name, key, one) for key, one in ordered.items()]
    program = check(schema, sources)
    units = {one.key: one.unit for one in program.formulas}
    return Declaration(
        name=name,
        label=text_of(data["label"]) or Text(name, name),
        row=text_of(data.get("row")) or Text("地区", "place"),
        programme=data["programme"],
        sums=data["sums"],
        targets=targets,
        columns=tuple(
            Heading(key=key, label=text_of(one["label"]) or Text(key, key), unit=units[f"{name}.{PREFIX}{key}"])
            for key, one in ordered.items()
        ),
        program=write(program),
        notes=(note,) if (note := text_of(data.get("note"))) else (),
        source={**data, "order": list(ordered)},
    )


def _sum_field(key: str, one: Mapping[str, str]) -> Field:
    aggregate = AGGREGATES[one["of"]]
    return Field(name=key, level=HOUSEHOLD, type="number", unit=aggregate.unit, high=10**15)


def _source(report: str, key: str, one: Mapping[str, Any]) -> FormulaSource:
    return FormulaSource(
        programme=report,
        name=f"{PREFIX}{key}",
        text=one.get("formula", key),
        provision=f"report:{report}.{key}",
        unit=Unit.parse(one["unit"]) if "unit" in one else None,
        type="number",
        label=text_of(one["label"]),
    )
