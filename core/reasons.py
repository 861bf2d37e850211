"""Why a quantity has no value, in words: a missing fact, a gap, nothing in force, an impossible calculation."""

from __future__ import annotations

from core.errors import Text
from core.formula.tree import Failure
from core.kinds.schema import is_gap
from core.policy import Line
from core.provision import text_of
from core.rulebook import Rulebook

_ARITHMETIC = {
    "division_by_zero": Text("计算“{name}”时除数为零", "division by zero in '{name}'"),
    "no_match": Text("“{name}”没有符合的情形", "no case of '{name}' applies"),
    "no_band": Text("“{name}”低于最低一档", "'{name}' lies below the lowest band"),
    "empty_list": Text("“{name}”没有可比较的记录", "'{name}' has no record to compare"),
    "no_standard": Text(
        "义务人所在区划 {name} 没有现行标准；可经认定选用申请人所在地标准",
        "no standard is in force in division {name}; the applicant's own may be chosen",
    ),
}


def failure_text(failure: Failure, rulebook: Rulebook) -> Text:
    """Say what is missing and who or what can cure it."""
    if failure.code == "missing_fact":
        field = rulebook.facts.schema.fields.get(failure.name)
        label = field.label if field is not None and field.label is not None else Text(failure.name, failure.name)
        return Text("缺少事实：{label}", "missing fact: {label}").format(label=label)
    if failure.code == "gap":
        return gap_text(failure.name, rulebook)
    if failure.code == "nothing_in_force":
        kind, _, programme = failure.name.partition(":")
        error = rulebook.policy.nothing_in_force(kind, programme)
        hint = error.hint or Text("", "")
        return Text(f"{error.message.zh}。{hint.zh}", f"{error.message.en}; {hint.en}")
    return arithmetic_text(failure)


def arithmetic_text(failure: Failure) -> Text:
    """Say of an impossible calculation what it was.

    >>> arithmetic_text(Failure("division_by_zero", "share")).en
    "division by zero in 'share'"
    """
    return _ARITHMETIC.get(failure.code, Text("{name}", "{name}")).format(name=failure.name)


def gap_text(address: str, rulebook: Rulebook) -> Text:
    """Say that the source is silent on a rule or a part of it, why, and that a cited amendment settles it."""
    ruled = (line for group in rulebook.policy.found.values() for line in group.values())
    line = next((one for one in ruled if one.provision.address == address), None)
    because = None if line is None else line.provision.because or _why_torn(line)
    reason = because or Text("来源未载", "the source does not say")
    label = line.provision.label if line is not None else Text(address, address)
    return Text(
        "上级文件未规定：{label}。{reason}。可由有权机关以修订补入并注明依据",
        "not ruled by the documents in hand: {label}. {reason}. An authority may settle it by a cited amendment",
    ).format(label=label, reason=reason)


def _why_torn(line: Line) -> Text | None:
    """The reason written at the part of a value that the source lacks."""
    parts = (part for part in line.value.values() if is_gap(part))
    return next((text_of(part.get("gap", part.get("because"))) for part in parts), None)
