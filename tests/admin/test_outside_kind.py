"""A kind brought by somebody's plugin has a form without a line written for it."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import Text
from core.kinds.schema import amount, array, boolean, choice, integer, levels, mapping, or_gap, record, string, titled
from core.provision import Kind
from tests.admin.amending import DOCUMENT, EDITOR, stored, text_of

NEW = "/amendments/new"
DEPTH = {"$ref": "#/$defs/depth"}
WELL = Kind(
    name="well",
    title=Text("水井", "well"),
    schema={
        **record({
            "depth": titled(DEPTH, "井深", "depth"),
            "owner": choice(("village", "household"), "权属", "owner"),
            "public": boolean("公用", "public"),
            "levels": levels("批准层级", "levels"),
            "fee": or_gap(amount("水费", "fee")),
            "users": array(record({"name": string("用户", "user"), "share": integer("份额", "share")}, required=("name",)),
                           "用水户", "users"),
            "prices": mapping(amount("价格", "price"), "分档价格", "prices"),
            "limit": {"anyOf": [integer("数", "number"), record({"when": string("条件", "when")}, required=("when",))],
                      "title": "限额", "x-title-en": "limit"},
        }, required=("depth",)),
        "$defs": {"depth": {"type": "integer", "minimum": 1}},
    },
)  # fmt: skip
ROW = {"rows[0].kind": "well", "rows[0].programme": "any", "rows[0].area": "any", "rows[0].cite": "第一条"}


@pytest.fixture
def visitor(panel: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An editor where the kind is known."""
    monkeypatch.setitem(panel.platform.manager.kinds, "well", WELL)
    return panel.visitor(EDITOR)


def form(visitor: Any, **given: str) -> str:
    data = DOCUMENT | ROW | given
    source: str = visitor.post("/amendments/form", data, at=NEW).get_data(as_text=True)
    return source


def test_every_part_has_its_field_with_its_title(visitor: Any) -> None:
    source = form(visitor)
    for title in ("水井", "井深", "权属", "公用", "批准层级", "水费", "用水户", "分档价格", "限额", "来源未载"):
        assert title in source, title
    assert '<option value="household">' in source and 'name="rows[0].levels@list" value="county"' in source
    assert 'name="rows[0].fee.yuan"' in source and 'name="rows[0].fee@gap"' in source
    assert 'name="rows[0].users[0].name"' not in source


def test_elements_and_entries_are_added_and_taken_out(visitor: Any) -> None:
    source = form(visitor, do="add:rows[0].users")
    assert 'name="rows[0].users[0].name"' in source
    assert 'name="rows[0].prices[0].@key"' in form(visitor, do="add:rows[0].prices")
    two = {"rows[0].users[0].name": "甲", "rows[0].users[1].name": "乙"}
    source = visitor.post("/amendments/form", DOCUMENT | ROW | two | {"do": "drop:rows[0].users[0]"}, at=NEW).get_data(
        as_text=True
    )
    assert 'value="乙"' in source and 'value="甲"' not in source


def test_another_way_of_saying_it_is_shown_when_chosen(visitor: Any) -> None:
    assert 'name="rows[0].limit.when"' not in form(visitor)
    chosen = visitor.post("/amendments/form", DOCUMENT | ROW | {"rows[0].limit@as": "1"}, at=NEW)
    assert 'name="rows[0].limit.when"' in chosen.get_data(as_text=True)


def test_what_was_typed_is_handed_in_typed_by_its_schema(panel: Any, visitor: Any) -> None:
    given = {
        "rows[0].depth": "12", "rows[0].owner": "village", "rows[0].public": "true", "rows[0].fee@gap": "来源未载",
        "rows[0].users[0].name": "甲", "rows[0].users[0].share": "2", "rows[0].users[3].name": "",
        "rows[0].prices[0].@key": "first", "rows[0].prices[0].@value.yuan": "3.50",
    }  # fmt: skip
    answer = visitor.post(NEW, DOCUMENT | ROW | given, at=NEW)
    assert answer.status_code == 303, text_of(answer)
    raw = stored(panel, answer.location.rpartition("/")[2]).rows[0].raw
    assert raw["users"] == [{"name": "甲", "share": "2"}] and raw["prices"] == {"first": {"yuan": "3.50"}}
    assert (raw["depth"], raw["public"], raw["fee"]) == ("12", "true", {"gap": "来源未载"})
    told = text_of(visitor.get(f"/amendments/{answer.location.rpartition('/')[2]}"))
    assert "水井" in told and "井深" in told and "空缺：来源未载" in told


def test_faults_stand_at_their_fields_however_deep(visitor: Any) -> None:
    given = {"rows[0].depth": "0", "rows[0].users[0].share": "x", "rows[0].owner": "nobody"}
    answer = visitor.post(NEW, DOCUMENT | ROW | given, at=NEW)
    source = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for field in ("rows-0-depth", "rows-0-users-0-share", "rows-0-users-0-name", "rows-0-owner"):
        assert f'id="n-{field}-fault-1"' in source, field
