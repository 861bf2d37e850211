"""Every kind's schema is valid JSON Schema with a Chinese and an English title at every property."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from core.kinds import BUILTIN, schema
from core.provision import Kind
from core.schema_check import checked
from core.source import located, read

NAMES = (
    "programme", "fact", "division", "finding", "standard", "income_definition", "reference_period",
    "household_composition", "formula", "asset_test", "benefit", "rounding", "topup", "price_subsidy",
    "phase_out", "earnings_disregard", "review_interval", "publicity_rule", "recusal_rule", "relative_filing",
    "procedure", "sampling", "payment_schedule", "funding", "target", "indicator", "coverage_requirement",
    "interaction",
)  # fmt: skip
STRUCTURE = {"programme", "fact", "division", "finding", "formula", "household_composition"}
every_kind = pytest.mark.parametrize("kind", BUILTIN, ids=lambda kind: kind.name)


def properties(part: Any, path: str = "$") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every property of a schema at any depth, with its path."""
    if isinstance(part, list):
        for number, one in enumerate(part):
            yield from properties(one, f"{path}[{number}]")
    elif isinstance(part, Mapping):
        for name, one in part.get("properties", {}).items():
            yield f"{path}.{name}", one
        for name, one in part.items():
            inner = one.values() if name == "properties" else [one]
            for number, below in enumerate(inner):
                yield from properties(below, f"{path}.{name}.{number}")


def test_the_built_in_kinds_are_the_ones_the_design_names() -> None:
    assert tuple(kind.name for kind in BUILTIN) == NAMES


@every_kind
def test_schemas_are_valid_json_schema_2020_12(kind: Kind) -> None:
    for one in (kind.schema, kind.item_schema):
        if one is not None:
            jsonschema.Draft202012Validator.check_schema(dict(one))


@every_kind
def test_every_property_has_a_chinese_and_an_english_title(kind: Kind) -> None:
    for path, one in (*properties(kind.schema), *properties(kind.item_schema)):
        assert one.get("title"), f"{kind.name}{path} has no Chinese title"
        assert one.get("x-title-en"), f"{kind.name}{path} has no English title"


@every_kind
def test_every_object_refuses_unknown_properties(kind: Kind) -> None:
    for one in (kind.schema, kind.item_schema or kind.schema):
        assert one["additionalProperties"] is False


@every_kind
def test_a_keyed_kind_says_what_its_codes_look_like(kind: Kind) -> None:
    assert (kind.item_schema is not None) == (kind.merge == "by_key")
    assert kind.item_schema is None or kind.item_schema["x-key-pattern"]


def test_structure_is_changed_by_plugins_only() -> None:
    assert {kind.name for kind in BUILTIN if not kind.amendable} == STRUCTURE


def test_titles_of_kinds_are_in_both_languages() -> None:
    assert all(kind.title.zh and kind.title.en for kind in BUILTIN)


def test_core_facts_are_declared_as_a_plugin_would() -> None:
    """The core's own facts fit the schema plugins use, so that a plugin may redeclare one identically."""
    kind = next(kind for kind in BUILTIN if kind.name == "fact")
    source = read(Path(schema.__file__).parents[1] / "facts.yaml")
    shape = {
        "type": "object",
        "properties": {
            "lists": kind.schema["properties"]["lists"],
            "items": {"type": "object", "additionalProperties": kind.item_schema},
        },
    }
    data, problems = checked(source, shape)
    assert [str(problem.render("en")) for problem in problems] == []
    assert all(not list(kind.check(one)) for one in data["items"].values() if kind.check)


def test_scalars_are_typed_by_the_schema_and_money_stays_text() -> None:
    standard = next(kind for kind in BUILTIN if kind.name == "standard")
    data, problems = checked(
        located({"amount": {"yuan": "693.10", "per": "person-year"}, "in_principle": "true"}, "x"),
        standard.schema,
    )
    assert (data, problems) == (
        {"amount": {"yuan": "693.10", "per": "person-year"}, "in_principle": True},
        [],
    )


@pytest.mark.parametrize(
    "amount",
    [{"yuan": "430.123"}, {"yuan": "-1"}, {"yuan": "1e3"}, {"yuan": "430", "per": "week"}, {"per": "month"}],
)
def test_an_amount_finer_than_a_fen_or_per_an_unknown_unit_is_refused(amount: dict[str, str]) -> None:
    standard = next(kind for kind in BUILTIN if kind.name == "standard")
    assert checked(located({"amount": amount}, "x"), standard.schema)[1]


@pytest.mark.parametrize("written", [{"gap": "来源未载"}, {"status": "gap", "because": "来源未载"}])
def test_one_part_of_a_value_may_be_a_gap(written: dict[str, str]) -> None:
    schedule = next(kind for kind in BUILTIN if kind.name == "payment_schedule")
    data, problems = checked(located({"frequency": "quarter", "pay_by": written}, "x"), schedule.schema)
    assert problems == []
    assert schema.is_gap(data["pay_by"])
    assert not schema.is_gap(data["frequency"])
