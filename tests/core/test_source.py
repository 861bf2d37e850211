"""Reading YAML: text stays text, every fault has its place, all faults come at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import InvalidInput
from core.schema_check import checked, typed
from core.source import located, read, read_text

SCHEMA = {
    "type": "object",
    "properties": {
        "code": {"type": "string"},
        "count": {"type": "integer", "minimum": 1, "maximum": 9},
        "on": {"type": "boolean"},
        "area": {"enum": ["urban", "rural"], "type": "string"},
        "list": {"type": "array", "items": {"type": "integer"}, "minItems": 1},
        "either": {
            "oneOf": [
                {"type": "string", "pattern": "^a"},
                {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]},
            ]
        },
        "shared": {"$ref": "#/$defs/number"},
        "free": {"type": "object", "additionalProperties": {"type": "integer"}},
    },
    "required": ["code"],
    "additionalProperties": False,
    "$defs": {"number": {"type": "integer"}},
}


def codes(caught: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, int, int]]:
    """Code, line and column of every fault."""
    return [(p.code, p.where.line, p.where.column) for p in caught.value.problems if p.where]


@pytest.mark.parametrize("scalar", ["000000", "010100", "on", "no", "693.10", "1e3", "~", "2018-04-27"])
def test_every_scalar_means_what_it_says(scalar: str) -> None:
    assert read_text(f"code: {scalar}", "f").data == {"code": scalar}


def test_scalars_are_typed_by_the_schema() -> None:
    data = typed(
        read_text("{code: 000000, count: 3, on: true, list: [1, 2], shared: 7, either: {x: 5}, free: {a: 1}}", "f"),
        SCHEMA,
    )
    assert data == {
        "code": "000000",
        "count": 3,
        "on": True,
        "list": [1, 2],
        "shared": 7,
        "either": {"x": 5},
        "free": {"a": 1},
    }


def test_each_missing_property_is_told_once() -> None:
    schema = {"type": "object", "properties": {}, "required": ["at", "place"]}
    with pytest.raises(InvalidInput) as caught:
        typed(read_text("{}\n", "f.yaml"), schema)
    assert [one.message.en for one in caught.value.problems] == ["'at' is required", "'place' is required"]


def test_all_faults_come_at_once_each_with_its_place() -> None:
    with pytest.raises(InvalidInput) as caught:
        typed(read_text("count: 12\narea: urbn\nlist: []\ncuont: 1\non: maybe\n", "f.yaml"), SCHEMA)
    assert sorted(codes(caught)) == sorted(
        [
            ("missing_property", 1, 1),
            ("bad_maximum", 1, 8),
            ("not_allowed", 2, 7),
            ("bad_minitems", 3, 7),
            ("unknown_property", 4, 8),
            ("bad_type", 5, 5),
        ]
    )
    told = caught.value.render("zh")
    assert (
        "f.yaml:2:7 $.area" in told and "urban、rural" in told and "是否为“urban”" in told and "是否为“count”" in told
    )


def test_of_alternatives_the_nearest_is_reported() -> None:
    _, problems = checked(read_text("{code: x, either: {y: 1}}", "f"), SCHEMA)
    assert [problem.code for problem in problems] == ["missing_property"]
    _, problems = checked(read_text("{code: x, either: b}", "f"), SCHEMA)
    assert [problem.code for problem in problems] == ["bad_pattern"]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\na: 2\n", "duplicate_key", 2),
        ("a: &x 1\nb: *x\n", "yaml_anchor", 1),
        ("a: !!int 1\n", "yaml_tag", 1),
        ("a: [1\n", "bad_yaml", 2),
        ("? [1]\n: 2\n", "bad_key", 1),
        ("[" * 60 + "]" * 60, "too_deep", 1),
        ("a: \x01", "bad_yaml", 0),
    ],
)
def test_what_yaml_can_do_but_a_rule_file_may_not(text: str, code: str, line: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_text(text, "f")
    where = caught.value.where
    assert where is not None and (caught.value.code, where.line) == (code, line)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(InvalidInput, match="empty"):
        read_text("# nothing\n", "f")


def test_a_missing_or_foreign_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(tmp_path / "none.yaml")
    assert caught.value.code == "unreadable_file"
    (tmp_path / "gbk.yaml").write_bytes("标准: 1".encode("gbk"))
    with pytest.raises(InvalidInput) as caught:
        read(tmp_path / "gbk.yaml")
    assert caught.value.code == "not_utf8"


def test_a_huge_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.source.LARGEST", 3)
    (tmp_path / "big.yaml").write_text("a: 1234")
    with pytest.raises(InvalidInput) as caught:
        read(tmp_path / "big.yaml")
    assert caught.value.code == "file_too_large"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a:\n  b: 1\n  cite：第一条\n", "a key is followed by a plain colon and a space"),
        ("a:\n\tb: 1\n", "indent by spaces, not by tabs"),
        ("a: [1\n", None),
    ],
)
def test_what_an_input_method_does_to_yaml_is_guessed(text: str, said: str | None) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_text(text, "one.yaml")
    (problem,) = caught.value.problems
    assert problem.code == "bad_yaml" and (problem.hint.en if problem.hint else None) == said


def test_json_is_read_like_yaml() -> None:
    assert read_text('{"code": "000000", "list": [1, 2]}', "f.json").data == {
        "code": "000000",
        "list": ["1", "2"],
    }


def test_data_from_a_hook_becomes_text_and_names_its_origin() -> None:
    source = located({"a": [1, True, "x"]}, "plugin.hook()")
    assert source.data == {"a": ["1", "true", "x"]}
    assert str(source.where(("a", 0))) == "plugin.hook() $.a[0]"


def test_a_part_of_a_file_keeps_its_places() -> None:
    part = read_text("cases:\n  - on: 1\n", "f").at("cases", 0)
    assert (part.where(("on",)).line, part.where(("on",)).path) == (2, "$.on")
