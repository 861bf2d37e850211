"""批量公示: one sheet a village for an uprating, where the rule has changes posted."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from core.casework.rounds.posting_sheet import print_sheet
from core.casework.uprating import redecision
from core.casework.uprating.redecision_notice import BatchNotice, draw_notices
from core.errors import InvalidInput, JiuzhuError
from core.source import read_text
from core.store.tables import Posting
from regions import amendment
from tests.core.casework.uprating.batches import (
    APPROVER,
    CLERK,
    DECIDER,
    EDITOR,
    Granted,
    Publish,
    carried_out,
    prepared,
    run,
    sign,
)

RULE = """
division: "430900"
document: {{number: 示一号, issuer: 益阳市民政局, title: 变动公示（示例）, issued: 2018-01-02, effective: 2018-01-03}}
rows:
  - kind: publicity_rule
    programme: dibao
    area: urban
    cite: 第一条
    items:
      change: {{label: 补助水平变动公示（示例）, posted_by: [township], places: [residents_committee],
               fields: [head_name, household_size, amount, change], days: 7, day_kind: calendar{timing}}}
"""
PHONE = BatchNotice(phone="0737-3222222")


@pytest.fixture
def ruled(city: Any) -> Any:
    """Publish a rule that has changes posted for urban households, at a time if one is given."""

    def rule(timing: str = "") -> None:
        text = RULE.format(timing=f", timing: {timing}" if timing else "")
        with city.desk(EDITOR) as desk:
            uuid = amendment.submit(desk, amendment.propose(desk, read_text(text, "rule.yaml")).uuid).uuid
        with city.desk(DECIDER) as desk:
            amendment.approve(desk, uuid)
            amendment.publish(desk, uuid)

    return rule


def test_uprating_has_one_sheet_a_village_with_every_household_that_knows_its_batch(
    city: Any, granted: Granted, publish: Publish, ruled: Any
) -> None:
    ruled()
    for number in ("E1", "E2"):
        granted(number)
    granted("W1", village="西村")
    granted("R1", persons=2, income=3000, area="rural")
    objected = granted("E3")
    with city.desk(APPROVER) as desk:
        desk.record(f"case/{objected}", "objection", {"by": "neighbour"})
    uuid = publish()
    city.on("2018-05-02")
    batch_id = carried_out(city, uuid)
    with city.desk(CLERK) as desk:
        sheets = draw_notices(desk, batch_id, PHONE)
        assert [(one.village, len(one.lines), one.batch) for one in sheets] == [
            ("东村", 2, batch_id), ("西村", 1, batch_id),
        ]  # fmt: skip
        printed = print_sheet(desk, sheets[0].id)
        assert printed.rows == (("E10", "3人", "390.00元/月", "增发"), ("E20", "3人", "390.00元/月", "增发"))
    with city.desk(CLERK) as desk, pytest.raises(JiuzhuError) as refused:
        draw_notices(desk, batch_id, PHONE)
    assert refused.value.code == "notice_drawn"


def test_where_no_rule_has_changes_posted_none_is_drawn(city: Any, granted: Granted, publish: Publish) -> None:
    granted("E1")
    batch_id = prepared(city, publish())
    with city.desk(CLERK) as desk, pytest.raises(JiuzhuError) as refused:
        draw_notices(desk, batch_id, PHONE)
    assert refused.value.code == "no_publicity_rule"
    with city.platform.database.reading() as session:
        assert session.scalars(select(Posting)).all() == []


@pytest.mark.parametrize("timing", ["after_decision", "after_effect"])
def test_sheet_waits_until_the_time_the_rule_says(
    city: Any, granted: Granted, publish: Publish, ruled: Any, timing: str
) -> None:
    ruled(timing)
    granted("E1")
    batch_id = prepared(city, publish())
    with city.desk(CLERK) as desk, pytest.raises(InvalidInput) as refused:
        draw_notices(desk, batch_id, PHONE)
    assert [one.code for one in refused.value.problems] == ["wrong_time"]
    city.on("2018-05-02")
    sign(city, batch_id)
    run(city, batch_id, redecision.DECIDE)
    with city.desk(CLERK) as desk:
        assert len(draw_notices(desk, batch_id, PHONE)) == 1


def test_sheet_that_hangs_before_the_decision_is_drawn_from_the_list_to_be_signed(
    city: Any, granted: Granted, publish: Publish, ruled: Any
) -> None:
    ruled("before_decision")
    granted("E1")
    batch_id = prepared(city, publish())
    with city.desk(CLERK) as desk:
        (sheet,) = draw_notices(desk, batch_id, PHONE)
        assert sheet.lines[0].values["amount"] == 39_000
