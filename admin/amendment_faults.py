"""Faults of an amendment at the fields of its form, in words; what has no field stands at its row or above all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from admin.amendment_view import View
from admin.form_node import Node
from admin.language import language, say
from admin.raw_form import tokens
from core.errors import InvalidInput, JiuzhuError, Problem


def place(shown: View, error: JiuzhuError, names: Mapping[str, str]) -> None:
    """Put every fault of an error at its field; ``names`` are the fields by path."""
    nodes = {one.name: one for one in _nodes(shown)}
    rows = {one.name: one for one in shown.rows}
    problems = error.problems
    if not isinstance(error, InvalidInput):
        if error.code in ("unknown_division", "several_divisions"):
            shown.division.faults.append(_told(problems[0]))
        return
    for one in problems:
        name, said = _name(one, names), _told(one)
        spot = next((each for each in _narrowing(name) if each in nodes or each in rows), "")
        if spot in nodes:
            nodes[spot].faults.append(said)
        elif spot in rows:
            rows[spot].faults.append(said)
        else:
            shown.faults.append(said)


def _nodes(shown: View) -> Iterator[Node]:
    yield shown.division
    for one in shown.document:
        yield from one.walk()
    for row in shown.rows:
        for node in row.nodes():
            if node.name != row.name:
                yield node


def _name(one: Problem, names: Mapping[str, str]) -> str:
    path = one.where.path if one.where else "$"
    if one.code == "missing_property":
        missing = one.message.zh.partition("“")[2].partition("”")[0]
        return names.get(f"{path}.{missing}") or f"{names.get(path, path.removeprefix('$.'))}.{missing}"
    while path not in names and len(path) > 1:
        path = path[: max(path.rfind("."), path.rfind("["))]
    return names.get(path, "")


def _narrowing(name: str) -> Iterable[str]:
    """The name and what it stands in, outwards: a record may be shown by its first field only."""
    parts = list(tokens(name))
    while parts:
        whole = ""
        for part in parts:
            whole += part if part.startswith("[") or not whole else f".{part}"
        yield whole
        yield f"{whole}.zh"
        yield f"{whole}.yuan"
        parts.pop()


def _told(one: Problem) -> str:
    if one.code == "missing_property":
        return say("必填", "this is required")
    if one.where is not None and one.where.path == "$.rows":
        return say("没有一行填写了新的内容", "no row says anything new")
    if one.code == "not_allowed":
        return say("请从列表中选择", "choose from the list")
    hint = f"（{one.hint.pick(language())}）" if one.hint else ""
    return f"{one.message.pick(language())}{hint}"
