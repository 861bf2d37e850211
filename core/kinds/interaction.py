"""An interaction (待遇衔接): whether a programme may be had beside another benefit, whom that excludes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.errors import Text
from core.formula.schema import FormulaSource
from core.kinds.contribution import (
    Line,
    Rules,
    by_core,
    claim,
    condition,
    conjunction,
    is_run,
    items,
    pays_member,
    quantity,
    unavailable,
)
from core.kinds.schema import choice, formula, item, record, string, text
from core.provision import Kind, text_of

RULES = ("compatible", "mutually_exclusive", "choose_higher", "not_income")
OK = Text("不因其他待遇而排除", "not excluded by another benefit")


def contribute(policy: Rules, programme: str) -> Iterator[FormulaSource]:
    """Write each condition, and ``member.interaction_ok`` or ``interaction_ok``: no exclusion applies.

    The household's own exclusions reach its members.
    """
    ruled = [line for line in items(policy, "interaction", programme) if "when" in line.value]
    for line in ruled:
        yield from _applies(line, programme)
    exclusive = [line for line in ruled if line.value.get("rule") == "mutually_exclusive"]
    persons = [line for line in exclusive if _of_member(line)]
    households = [line for line in exclusive if not _of_member(line)]
    if not exclusive:
        if is_run(policy, programme):
            name = f"{'member.' if pays_member(policy, programme) else ''}interaction_ok"
            yield by_core("core/no_exclusion", programme, name, "TRUE", claim(OK))
        return
    if households:
        yield _ok(households, programme, "interaction_ok", [])
    if persons:
        yield _ok(persons, programme, "member.interaction_ok", ["interaction_ok"] if households else [])


def _applies(line: Line, programme: str) -> Iterator[FormulaSource]:
    name, label = _name(line), text_of(line.value.get("label"))
    if line.is_gap:
        yield unavailable(line, programme, name, claim(label))
    else:
        yield condition(line, programme, name, "when")


def _ok(lines: Sequence[Line], programme: str, name: str, above: list[str]) -> FormulaSource:
    conditions = above + [f"not {_name(line)}" for line in lines]
    return quantity(lines[0], programme, name, conjunction(conditions, "and", empty="TRUE"), claim(OK))


def _of_member(line: Line) -> bool:
    return str(line.value.get("level", "member")) == "member"


def _name(line: Line) -> str:
    return f"{'member.' if _of_member(line) else ''}interaction_{line.key}"


KIND = Kind(
    name="interaction",
    title=Text("待遇衔接", "interaction"),
    schema=record({"label": text()}),
    merge="by_key",
    item_schema=item(
        {
            "with": string("另一待遇", "with"),
            "rule": choice(RULES, "关系", "rule"),
            "when": formula("适用条件", "when"),
            "level": choice(("household", "member"), "层次", "level"),
            "of": string("比较范围", "of"),
            "message": text("说明", "message"),
        },
        required=("label", "with", "rule"),
    ),
    compile=contribute,
)
