"""Reviews by anniversary or by campaign, as the rule of the place says; where it is silent, as the setting does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.assumed import ASSUMED, REVIEW
from core.casework.reviews.duty import duties
from core.casework.reviews.review_mode import place_modes
from core.casework.reviews.review_round import items_of, open_round
from core.errors import JiuzhuError
from core.store.tables import Event

PLACE = "610523"
RULE = """
plugin: {{name: reviewing, title: {{zh: 复核方式（虚构示例）, en: made up}}, version: 0.1.0,
         requires: {{core: ">=0.1,<0.3", plugins: {{shaanxi_rural: ">=0.1"}}}}}}
documents: {{rules: {{title: 复核方式（虚构示例）, issuer: 大荔县民政局, number: 示〔2008〕6号, issued: 2008-01-10}}}}
defaults: {{division: "610523", programme: dibao, area: rural, document: rules, from: 2008-02-01}}
provisions:
  - id: review
    kind: review_interval
    mode: {mode}
    cite: 第一条
    items:
      all: {{label: {{zh: 全部, en: all}}, months: 6}}
"""


@pytest.fixture
def bureau_of(make_bureau: Any, tmp_path: Path, add_roll: Any) -> Callable[[str | None], Any]:
    """Two households of Dali whose dates are 1 September and 1 December 2008, under a rule of a mode or of none."""

    def make(mode: str | None) -> Any:
        folders: tuple[Path, ...] = ()
        if mode is not None:
            (tmp_path / "reviewing").mkdir()
            (tmp_path / "reviewing" / "policy.yaml").write_text(RULE.format(mode=mode), encoding="utf-8")
            folders = (tmp_path / "reviewing",)
        bureau = make_bureau(PLACE, plugin_dirs=folders)
        with bureau.desk("root") as desk:
            rows = [{"area": "rural", "monthly": 6433, "review_class": "all", "review_due": date(2008, month, 1)}
                    for month in (9, 12)]  # fmt: skip
            add_roll(desk, rows, division=PLACE, since=date(2008, 1, 1))
        return bureau

    return make


def in_round(platform: Any, due_on: date) -> int:
    """How many households a round takes that is to be done by a day."""
    with platform.desk(f"clerk.{PLACE}") as desk:
        made = open_round(desk, PLACE, name="复核", programme="dibao", due_on=due_on)
        return len(items_of(desk, made.id))


def duties_of(platform: Any) -> list[tuple[str, date, int]]:
    with platform.reading_desk(f"clerk.{PLACE}") as desk:
        found = duties(desk, PLACE, programme="dibao", since=date(2008, 3, 1), until=date(2008, 12, 31))
        return [(one.label.zh, one.due, one.count) for one in found if one.code == "review"]


@pytest.mark.parametrize(
    ("mode", "september", "calendar"),
    [
        ("anniversary", 1, [("定期复核", date(2008, 9, 1), 1), ("定期复核", date(2008, 12, 1), 1)]),
        ("campaign", 2, [("集中复核", date(2008, 9, 1), 2)]),
    ],
)
def test_round_and_calendar_follow_the_mode_the_rule_of_the_place_says(
    bureau_of: Callable[[str | None], Any], mode: str, september: int, calendar: list[tuple[str, date, int]]
) -> None:
    platform = bureau_of(mode).platform
    with platform.reading_desk(f"clerk.{PLACE}") as desk:
        (found,) = place_modes(desk, PLACE, programme="dibao")
    assert (found.mode, found.provision, found.assumed) == (mode, "reviewing/review#all", None)
    assert duties_of(platform) == calendar
    with pytest.raises(JiuzhuError) as early:
        in_round(platform, date(2008, 8, 31))
    assert early.value.code == "nothing_to_review"
    assert in_round(platform, date(2008, 9, 30)) == september


@pytest.mark.parametrize(("setting", "september"), [("anniversary", 1), ("campaign", 2)])
def test_where_the_rule_is_silent_the_setting_holds_and_is_marked(
    bureau_of: Callable[[str | None], Any], setting: str, september: int
) -> None:
    here = bureau_of(None).platform
    platform = replace(here, settings=replace(here.settings, review_mode=setting))
    with platform.reading_desk(f"clerk.{PLACE}") as desk:
        (found,) = place_modes(desk, PLACE, programme="dibao")
    assert (found.mode, found.assumed) == (setting, ASSUMED[REVIEW])
    assert in_round(platform, date(2008, 9, 30)) == september
    with platform.database.reading() as session:
        body = session.scalars(select(Event.body).where(Event.kind == "round_opened")).one()
    assert (body["modes"], body["assumed"]) == ([setting], ["mode"])
