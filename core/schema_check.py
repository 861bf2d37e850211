"""Typing text by a JSON Schema, and telling every fault with its place, the bad value and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema

from core.errors import InvalidInput, Problem, Text, Where, did_you_mean
from core.source import Json, Key, Located, Schema

_INTEGER = re.compile(r"[+-]?\d{1,30}")


_TRUTH = {"true": True, "false": False}


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[jsonschema.ValidationError]:
    r"""JSON Schema's patterns are ECMA-262's: ``\d`` is 0–9, never a full-width digit nobody could calculate with."""
    if isinstance(instance, str) and not re.search(pattern, instance, re.ASCII):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


_Validator: Any = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
    jsonschema.Draft202012Validator, {"pattern": _pattern}
)


def typed(source: Located, schema: Schema) -> Json:
    """Type every scalar by ``schema`` and check the whole against it.

    Raises:
        InvalidInput: every fault, each with its place, the bad value and what is allowed.
    """
    data, problems = checked(source, schema)
    if problems:
        raise InvalidInput(problems)
    return data


def checked(
    source: Located, schema: Schema, base: tuple[Key, ...] = (), data: Json = None
) -> tuple[Json, list[Problem]]:
    """Like :func:`typed`, returning the faults instead of raising them.

    ``data``, where given, is what stands at path ``base`` of the source (possibly completed by defaults).
    """
    value = coerce(source.data if data is None else data, schema, schema)
    validator = _Validator(schema)
    found = sorted(validator.iter_errors(value), key=lambda error: [str(part) for part in error.absolute_path])
    return value, [problem for error in found for problem in _problems(error, source, base)]


def coerce(data: Json, schema: Schema, root: Schema) -> Json:
    """Type text by the schema: integers and booleans where it asks for them, text everywhere else."""
    if isinstance(data, Mapping):
        return {key: coerce(value, {"anyOf": list(_below(schema, key, root))}, root) for key, value in data.items()}
    if isinstance(data, list):
        items = {"anyOf": [one["items"] for one in _options(schema, root) if "items" in one]}
        return [coerce(value, items, root) for value in data]
    types = {one.get("type") for one in _options(schema, root)}
    if "string" in types or not isinstance(data, str):
        return data
    if "integer" in types and _INTEGER.fullmatch(data):
        return int(data)
    if "boolean" in types and data in _TRUTH:
        return _TRUTH[data]
    return data


def _options(schema: Schema, root: Schema) -> Iterator[Schema]:
    """Yield the schema and whatever it may stand for by $ref, anyOf, oneOf, allOf, then or else."""
    if "$ref" in schema:
        yield from _options(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    yield schema
    for word in ("anyOf", "oneOf", "allOf"):
        for part in schema.get(word, ()):
            yield from _options(part, root)
    for word in ("then", "else"):
        if word in schema:
            yield from _options(schema[word], root)


def _below(schema: Schema, key: str, root: Schema) -> Iterator[Schema]:
    for one in _options(schema, root):
        if key in one.get("properties", {}):
            yield one["properties"][key]
        elif isinstance(one.get("additionalProperties"), Mapping):
            yield one["additionalProperties"]


def _problems(error: Any, source: Located, base: tuple[Key, ...]) -> Iterator[Problem]:
    path = (*base, *error.absolute_path)
    if error.validator in ("anyOf", "oneOf") and error.context:
        yield from _closest(error, source, base)
    elif error.validator == "additionalProperties":
        known = tuple(error.schema.get("properties", ()))
        for extra in sorted(set(error.instance) - set(known)):
            message = Text("未知的项", "unknown property")
            yield Problem(
                code="unknown_property",
                message=message,
                hint=did_you_mean(extra, known),
                where=source.where((*path, extra)),
                value=extra,
                allowed=known if len(known) <= 30 else (),
            )
    elif error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        named = [name for name in missing if error.message.startswith(f"{name!r} ")]  # each has an error of its own
        for name in named or missing:
            yield Problem(
                code="missing_property",
                message=Text(f"缺少必填项“{name}”", f"'{name}' is required"),
                where=source.where(path),
            )
    else:
        yield _plain(error, source.where(path))


def _closest(error: Any, source: Located, base: tuple[Key, ...]) -> Iterator[Problem]:
    """Report the alternative that came nearest: the one failing deepest, with the right type."""
    groups: dict[int, list[jsonschema.ValidationError]] = {}
    for sub in error.context:
        groups.setdefault(int(sub.schema_path[0]), []).append(sub)

    def distance(group: list[jsonschema.ValidationError]) -> tuple[bool, int]:
        return any(sub.validator == "type" and not sub.path for sub in group), len(group)

    for sub in min(groups.values(), key=distance):
        yield from _problems(sub, source, base)


def _plain(error: Any, where: Where) -> Problem:
    value = (
        error.instance
        if isinstance(error.instance, str)
        else None
        if isinstance(error.instance, dict | list)
        else str(error.instance)
    )
    rule = error.validator_value
    if error.validator in ("enum", "const"):
        allowed = tuple(str(one) for one in (rule if error.validator == "enum" else [rule]))
        return Problem(
            code="not_allowed",
            message=Text("取值不在允许范围内", "not one of the allowed values"),
            hint=did_you_mean(value or "", allowed),
            where=where,
            value=value,
            allowed=allowed,
        )
    if error.validator == "pattern" and "x-form" in error.schema:
        form = error.schema["x-form"]
        rule = Text(form["zh"], form["en"])
    message = _MESSAGES.get(str(error.validator), Text("不符合要求（{rule}）", "does not fit ({rule})")).format(
        rule=rule
    )
    return Problem(code=f"bad_{error.validator}".lower(), message=message, where=where, value=value)


_MESSAGES = {
    "type": Text("类型不符，应为 {rule}", "wrong type, expected {rule}"),
    "pattern": Text("格式不符，应为{rule}", "does not have the right form: {rule}"),
    "minimum": Text("不得小于 {rule}", "must be at least {rule}"),
    "maximum": Text("不得大于 {rule}", "must be at most {rule}"),
    "minLength": Text("不得为空", "must not be empty"),
    "maxLength": Text("过长（上限 {rule} 字）", "too long (at most {rule} characters)"),
    "minItems": Text("至少需要 {rule} 项", "needs at least {rule} items"),
    "uniqueItems": Text("有重复项", "has duplicates"),
}
