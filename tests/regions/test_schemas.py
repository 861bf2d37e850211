"""The schemas for editors: valid 2020-12, titled in both languages, and of one mind with what the loader accepts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from cli import cli
from regions.discovery import BUNDLED, folder_of
from regions.schemas import SCHEMAS

SOUND = Path(__file__).parents[1] / "faulty_plugins" / "sound"
FILES = {
    "policy.schema.json": "policy.yaml",
    "cases.schema.json": "cases.yaml",
    "articles.schema.json": "articles.yaml",
}


class PlainLoader(yaml.SafeLoader):
    """YAML as an editor reads it (1.2): a day stays a text, and so does ``on``."""


OLD = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rows if tag not in OLD]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), ["t", "f"])  # on is a word


def as_an_editor(path: Path) -> Any:
    """What an editor makes of a file: its keys as text."""
    return json.loads(json.dumps(yaml.load(path.read_text(encoding="utf-8"), PlainLoader)))  # noqa: S506 - a safe loader


@pytest.fixture(scope="module", params=sorted(SCHEMAS))
def named(request: pytest.FixtureRequest) -> tuple[str, Mapping[str, Any]]:
    """One schema with its name."""
    make: Callable[[], Mapping[str, Any]] = SCHEMAS[request.param]
    return request.param, json.loads(json.dumps(make()))


def test_a_schema_is_valid_2020_12(named: tuple[str, Mapping[str, Any]]) -> None:
    assert named[1]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(named[1])


@pytest.mark.parametrize("name", BUNDLED)
def test_the_files_of_a_bundled_plugin_fit(name: str, named: tuple[str, Mapping[str, Any]]) -> None:
    data = as_an_editor(folder_of(name) / FILES[named[0]])
    faults = [
        f"{error.json_path}: {error.message[:100]}"
        for error in jsonschema.Draft202012Validator(named[1]).iter_errors(data)
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("schema", "change"),
    [
        ("policy.schema.json", lambda data: data["provisions"][0].update(ammount={})),
        ("policy.schema.json", lambda data: data["provisions"][0].pop("amount")),
        ("policy.schema.json", lambda data: data["provisions"][1].update(kind="income_defintion")),
        ("policy.schema.json", lambda data: data["provisions"][1]["items"]["fishing"].update(treatment="count")),
        ("cases.schema.json", lambda data: data[0].pop("place")),
        ("articles.schema.json", lambda data: data["notice"][0].pop("topic")),
    ],
)
def test_a_slip_is_marked_while_typing(schema: str, change: Callable[[Any], Any]) -> None:
    data = as_an_editor(SOUND / FILES[schema])
    validator = jsonschema.Draft202012Validator(SCHEMAS[schema]())
    assert validator.is_valid(data)
    change(data)
    assert not validator.is_valid(data)


def test_every_property_is_titled_in_both_languages(named: tuple[str, Mapping[str, Any]]) -> None:
    mute = [
        name for name, one in properties(named[1]) if "title" not in one and "$ref" not in one and "const" not in one
    ]
    assert sorted(set(mute)) == []


def properties(schema: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every property of a schema with its name."""
    if isinstance(schema, Mapping):
        if isinstance(schema.get("properties"), Mapping) and schema.get("type") == "object":
            yield from schema["properties"].items()
        for one in schema.values():
            yield from properties(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from properties(one)


def test_they_are_exported(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["--lang", "en", "schema", "export", str(tmp_path / "schemas")])
    assert done.exit_code == 0, done.output
    for name, make in SCHEMAS.items():
        assert json.loads((tmp_path / "schemas" / name).read_text(encoding="utf-8")) == json.loads(json.dumps(make()))
