"""The procedure (办理程序): stages, who acts, evidence, clocks; merged stage by stage in one order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from core.errors import InvalidInput, JiuzhuError, Problem, Text, did_you_mean
from core.formula.schema import FormulaSource
from core.kinds.contribution import Rules, condition, items, listed
from core.kinds.schema import (
    array,
    boolean,
    choice,
    code,
    codes,
    formula,
    integer,
    item,
    or_gap,
    record,
    share,
    text,
    time_limit,
    titled,
)
from core.provision import Json, Kind

Stages = Mapping[str, Mapping[str, Json]]


def contribute(policy: Rules, programme: str) -> Iterator[FormulaSource]:
    """Name the condition of each stage that only some cases need: ``stage_<code>_when``."""
    for line in items(policy, "procedure", programme):
        if "when" in line.value:
            yield condition(line, programme, f"stage_{line.key}_when", "when")


def order_stages(stages: Stages, *, removed: Collection[str] = ()) -> tuple[str, ...]:
    """Return the stages so that each comes after what it names; among free ones the given order holds.

    A reference to a stage in ``removed`` says nothing any more.

    >>> order_stages({"decision": {"after": ["visit"]}, "visit": {}})
    ('visit', 'decision')

    Raises:
        InvalidInput: ``unknown_stage``, every reference to a stage that is not there.
        JiuzhuError: ``stage_cycle``, naming the stages that wait for each other.

    """
    waits = _predecessors(stages, removed)
    done: list[str] = []
    while len(done) < len(stages):
        ready = next((name for name in stages if name not in done and waits[name] <= set(done)), None)
        if ready is None:
            raise _cycle([name for name in stages if name not in done])
        done.append(ready)
    return tuple(done)


def _predecessors(stages: Stages, removed: Collection[str]) -> dict[str, set[str]]:
    problems = list(_unknown(stages, removed))
    if problems:
        raise InvalidInput(problems)
    waits: dict[str, set[str]] = {name: set() for name in stages}
    for name, stage in stages.items():
        waits[name].update(one for one in listed(stage.get("after", ())) if one in stages)
        for later in listed(stage.get("before", ())):
            if later in stages:
                waits[later].add(name)
    return waits


def _unknown(stages: Stages, removed: Collection[str]) -> Iterator[Problem]:
    for name, stage in stages.items():
        for word in ("after", "before"):
            for other in listed(stage.get(word, ())):
                if other not in stages and other not in removed:
                    message = Text(f"环节“{name}”引用了不存在的环节", f"stage '{name}' names a stage that is not there")
                    hint = did_you_mean(other, stages)
                    yield Problem(code="unknown_stage", message=message, value=other, allowed=tuple(stages), hint=hint)


def _cycle(waiting: list[str]) -> JiuzhuError:
    named = ", ".join(waiting)
    message = Text(f"环节互相等待，无法排序：{'、'.join(waiting)}", f"stages wait for each other: {named}")
    return JiuzhuError("stage_cycle", message, value=named)


def check(value: Mapping[str, Json]) -> Iterator[tuple[str, Text]]:
    """No stage both after and before the same one."""
    both = set(listed(value.get("after", ()))) & set(listed(value.get("before", ())))
    if both:
        name = min(both)
        yield "before", Text(f"不能既在“{name}”之后又在其之前", f"cannot come both after and before '{name}'")


_PARTICIPANTS = record(
    {
        "min": integer("最少人数", "least", low=1, high=1000),
        "max": integer("最多人数", "most", low=1, high=1000),
        "villagers_share": share("村(居)民代表比例下限", "least share of villagers"),
        "attendance_share": share("到会比例下限", "least attendance"),
        "pass_share": share("通过比例", "share to pass"),
        "roles": codes("参加人员", "roles"),
        "secret": boolean("无记名", "secret"),
    }
)
_VISITS = record(
    {
        "population": code("范围", "population"),
        "label": text(),
        "share": or_gap(share()),
        "at_least": boolean("为下限", "at least"),
    },
    required=("population", "share"),
)
_CLOCK = record(
    {
        "starts": codes("起算事件", "started by"),
        "stops": codes("中止事件", "stopped by"),
        "resumes": codes("恢复事件", "resumed by"),
        "extends": codes("延长事件", "extended by"),
        "first_day": choice(("same_day", "next_day"), "起算日", "first day counted"),
    }
)

KIND = Kind(
    name="procedure",
    title=Text("办理程序", "procedure"),
    schema=record(
        {
            "label": text(),
            "total": time_limit("总时限", "total"),
            "clock": or_gap(titled(_CLOCK, "计时规则", "clock")),
            "transition": choice(("running_cases_keep", "running_cases_follow"), "在办案件", "transition"),
        }
    ),
    merge="by_key",
    item_schema=item(
        {
            "actor": or_gap(codes("办理人", "actor")),
            "after": codes("在其后", "after"),
            "before": codes("在其前", "before"),
            "within": time_limit("时限", "within"),
            "when": formula("仅当", "when"),
            "minimum_people": integer("最少人数", "minimum people", low=1, high=100),
            "signatures": or_gap(
                titled(
                    {"anyOf": [integer("签字数", "signatures"), codes("签字人", "signed by")]},
                    "签字",
                    "signatures",
                )
            ),
            "delegable_to": codes("可委托给", "delegable to"),
            "assisted_by": codes("协助", "assisted by"),
            "participants": or_gap(titled(_PARTICIPANTS, "参加人", "participants")),
            "visits": array(_VISITS, "入户抽查", "visits"),
            "evidence": codes("材料", "evidence"),
            "methods": codes("方式", "methods"),
            "result": codes("结果", "result"),
            "notes": text("说明", "notes"),
            "skippable": boolean("可省略", "skippable"),
            "written": boolean("书面", "in writing"),
            "reasons": boolean("说明理由", "with reasons"),
            "notice": codes("告知文书", "notice"),
            "publicity": code("公示事项", "publicity event"),
            "on_objection": code("有异议时", "on objection"),
            "forbidden": codes("不得", "forbidden"),
        },
    ),
    compile=contribute,
    check=check,
)
