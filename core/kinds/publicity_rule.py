"""A publicity rule (公示规定), by event: who posts what where, for how long, and who is spared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.errors import Text
from core.formula.schema import FormulaSource
from core.kinds.contribution import Rules, condition, items
from core.kinds.schema import (
    DAY_KINDS,
    array,
    boolean,
    choice,
    codes,
    formula,
    integer,
    item,
    or_gap,
    record,
    text,
)
from core.provision import Json, Kind


def contribute(policy: Rules, programme: str) -> Iterator[FormulaSource]:
    """Name the condition of each exception: ``publicity_<event>_exception_<n>``."""
    for line in items(policy, "publicity_rule", programme):
        for number, exception in enumerate(line.value.get("exceptions", ())):
            if "when" in exception:
                name = f"publicity_{line.key}_exception_{number + 1}"
                yield condition(line, programme, name, f"exceptions.{number}.when")


def check(value: Mapping[str, Json]) -> Iterator[tuple[str, Text]]:
    """A number of days says which kind of day is meant."""
    if isinstance(value.get("days"), int) and "day_kind" not in value:
        yield "days", Text("须注明日历日还是工作日（day_kind）", "say calendar or working days (day_kind)")


_EXCEPTION = record({"label": text(), "when": formula("适用条件", "when")})

KIND = Kind(
    name="publicity_rule",
    title=Text("公示规定", "publicity rule"),
    schema=record({"label": text()}),
    merge="by_key",
    item_schema=item(
        {
            "posted_by": or_gap(codes("公示主体", "posted by")),
            "places": or_gap(codes("公示地点", "places")),
            "discouraged_places": codes("不提倡的地点", "discouraged places"),
            "identified_by": or_gap(codes("指明家庭的内容", "what names the household")),
            "fields": or_gap(codes("公示内容", "fields")),
            "withheld": codes("不得公示的内容", "fields withheld"),
            "days": or_gap(integer("公示天数", "days", low=1, high=3660)),
            "day_kind": choice(DAY_KINDS, "日的种类", "kind of day"),
            "at_least": boolean("为下限", "at least"),
            "timing": choice(
                ("before_decision", "after_decision", "before_effect", "after_effect", "standing"),
                "公示时点",
                "timing",
            ),
            "only_places": boolean("仅限所列地点", "only there"),
            "only_fields": boolean("仅限所列内容", "only these fields"),
            "repeat_after_objection": boolean("异议处理后重新公示", "again after an objection"),
            "exceptions": array(_EXCEPTION, "例外", "exceptions"),
            "proof": or_gap(codes("公示凭证", "proof")),
            "on_objection": codes("异议处理", "on objection"),
        },
    ),
    compile=contribute,
    check=check,
)
