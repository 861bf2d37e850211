"""The commands at the ends of the paths, and words to type behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click

Words = tuple[str, ...]
BY_METAVAR: Mapping[str, str] = {
    "CODE": "430900", "DATE": "2018-06-01", "YYYY-MM": "2018-06", "YYYYQn": "2018Q2", "TIME": "2018-06-01T00:00:00+00:00",
    "2018-06|2008Q1|2008": "2018-06", "YUAN": "1.00", "JSON": "{}", "LOGIN": "all", "PERSON=DATE": "x=2018-06-01",
}  # fmt: skip
"""A word of each kind that is well formed."""
BY_NAME: Mapping[str, str] = {"division": "430900", "divisions": "430900", "code": "430900", "programme": "dibao",
                              "programmes": "dibao"}  # fmt: skip
DAYS = ("DATE", "YYYY-MM", "YYYYQn", "2018-06|2008Q1|2008", "TIME")


def leaves(group: click.Group, *path: str) -> Iterator[tuple[Words, click.Command]]:
    """Every command at the end of a path."""
    for name, one in group.commands.items():
        if isinstance(one, click.Group):
            yield from leaves(one, *path, name)
        else:
            yield (*path, name), one


def typed(one: click.Command, *, bad: Mapping[str, str]) -> list[str]:
    """Return words for every parameter that takes one; ``bad`` gives others by name or by the metavar in the help."""
    options: list[str] = []
    arguments: list[str] = []
    for parameter in one.params:
        if isinstance(parameter, click.Argument):
            arguments.append(_word(parameter, bad))
        elif isinstance(parameter, click.Option) and not parameter.is_flag:
            options += [parameter.opts[0], _word(parameter, bad)]
    return [*options, *arguments]


def _word(parameter: click.Parameter, bad: Mapping[str, str]) -> str:
    name, metavar = str(parameter.name), parameter.metavar or ""
    for told in (bad, BY_METAVAR, BY_NAME):
        if name in told or metavar in told:
            return told.get(name) or told[metavar]
    if isinstance(parameter.type, click.Choice):
        return str(parameter.type.choices[0])
    if isinstance(parameter.type, click.Path):
        return "nowhere/file.yaml"
    return "1999" if isinstance(parameter.type, click.IntRange) or parameter.type is click.INT else "示例"
