"""The form of a stage of the procedure, made of what its rule asks for, and what is typed as the service takes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from admin.case.situation import Options, Situation, worded
from admin.case.step import ON, Values, people
from admin.form import Field
from core.casework.flow.cite import cited
from core.casework.flow.stage_rule import Stage
from core.casework.people.office import ROLES
from core.casework.words import named
from core.errors import Text

VOTES: Mapping[str, Text] = {
    "expected": Text("应到人数", "Expected"),
    "present": Text("实到人数", "Present"),
    "for": Text("同意", "For"),
    "against": Text("不同意", "Against"),
    "abstain": Text("弃权", "Abstaining"),
}
ROLE = "role_"
"""Before the name of a field that counts those of a role who took part."""


def stage_fields(now: Situation, stage: Stage) -> list[Field]:
    """Return the fields of a stage: nothing is asked that its rule does not ask."""
    return [ON, people(now, least=stage.minimum_people), *_result(stage), *_papers(stage), *_counts(stage)]


def _result(stage: Stage) -> Iterator[Field]:
    if stage.results:
        options = worded("results", stage.results)
        yield Field("result", Text("结果", "Result"), kind="choice", required=True, options=options)
    if stage.reasons:
        yield Field("reasons", Text("理由", "Reasons"), kind="text_long", required=True, wide=True)
    if stage.delegable_to:
        label = Text("受委托办理", "Done by delegation")
        options = worded("offices", stage.delegable_to)
        yield Field("delegated_to", label, kind="choice", options=options)


def _papers(stage: Stage) -> Iterator[Field]:
    if stage.evidence:
        options = worded("papers", stage.evidence)
        yield Field("evidence", Text("材料", "Papers"), kind="several", options=options, wide=True)
    if stage.methods:
        options = worded("sources", stage.methods)
        yield Field("methods", Text("来源和方式", "Sources and ways"), kind="several", options=options, wide=True)
    if isinstance(stage.signatures, tuple) and stage.signatures:
        options = worded("signatures", stage.signatures)
        yield Field("signatures", Text("签字", "Signed by"), kind="several", options=options, wide=True)


def _counts(stage: Stage) -> Iterator[Field]:
    if isinstance(stage.signatures, int) and stage.signatures:
        label = Text("签字人数", "Signatures")
        help_ = Text(f"须有{stage.signatures}人签字", f"{stage.signatures} are needed")
        yield Field("signatures", label, kind="number", required=True, help=help_)
    if stage.participants is not None:
        for role in stage.participants.get("roles", ()):
            label = ROLES.get(role, Text(role, role))
            yield Field(f"{ROLE}{role}", Text(f"{label.zh}人数", f"Number: {label.en}"), kind="number")
        yield from (Field(name, label, kind="number") for name, label in VOTES.items())


def body_of(values: Values) -> dict[str, Any]:
    """Return the particulars of a stage as its service takes them; what was left empty is not said."""
    told: dict[str, Any] = {
        name: list(values[name]) for name in ("evidence", "methods") if values.get(name)
    }  # fmt: skip
    signed = values.get("signatures")
    if signed:
        told["signatures"] = [str(n) for n in range(1, signed + 1)] if isinstance(signed, int) else list(signed)
    told |= {name: values[name] for name in ("reasons", "delegated_to") if values.get(name)}
    roles = {name.removeprefix(ROLE): count for name, count in values.items() if name.startswith(ROLE) and count}
    counts = {name: values[name] for name in VOTES if values.get(name) is not None}
    if roles or counts:
        told["participants"] = {**counts, **({"roles": roles} if roles else {})}
    return told


def stage_notes(now: Situation, stage: Stage) -> Iterator[Text]:
    """Yield what the rule says of a stage that the form cannot ask: its article, who helps, what is left open."""
    if stage.citation:
        rule = cited(stage.citation, now.desk.policies.documents)
        yield Text(f"依据：{rule}", f"Source: {rule}")
    if stage.assisted_by:
        who = named("offices", stage.assisted_by)
        yield Text(f"协助：{who.zh}", f"Assisted by: {who.en}")
    if stage.written:
        yield Text("须书面办理", "In writing")
    for because in stage.gaps.values():
        yield Text(f"来源未载，不据以检查：{because.zh}", f"Not ruled, and not checked: {because.en}")


def stage_options(now: Situation) -> Options:
    """Return the stages of the case's procedure by code and name."""
    return [(one.key, one.label) for one in now.course.procedure.stages]
