"""What a step of a plugin would do: the difference value by value, lower values day by day, what stands on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from core.declarative import from_folder
from core.kinds import BUILTIN
from core.plugin import Candidate, PluginManager
from core.provision import Provision
from regions.platform import Platform
from regions.plugin_change import difference
from regions.plugin_floor import overtaken
from regions.plugin_reading import Reading, reading_of
from regions.preview import preview

MakeProvision = Callable[..., Provision]


def test_difference_names_what_came_what_went_and_every_value_that_differs(provision: MakeProvision) -> None:
    before = [provision("p/gone"), provision("p/same"), provision("p/line", yuan="760", start="2008-01-01")]
    after = [provision("p/same"), provision("p/line", yuan="770", start="2008-02-01"), provision("p/new")]
    found = {one.provision.address: one for one in difference(before, after)}
    assert {name: one.what for name, one in found.items()} == {
        "p/gone": "removed",
        "p/line": "changed",
        "p/new": "added",
    }
    parts = {part.path: (part.before, part.after) for part in found["p/line"].parts}
    assert parts == {"value.amount.yuan": ("760", "770"), "from": ("2008-01-01", "2008-02-01")}
    assert found["p/gone"].parts == () and found["p/new"].to_json("zh")["what"] == "added"


def test_difference_of_equal_versions_is_nothing(provision: MakeProvision) -> None:
    assert difference([provision("p/a")], [provision("p/a")]) == ()


def floors(platform: Platform, tmp_path: Path, *rows: dict[str, Any]) -> Reading:
    """A made-up plugin of the province of Hunan with urban floors."""
    frame = {
        "plugin": {"name": "hunan", "title": {"zh": "示例", "en": "example"}, "version": "0.1.0"},
        "documents": {"doc": {"title": "示例通知（虚构）", "issued": "2018-01-05"}},
        "defaults": {"division": "430000", "programme": "dibao", "area": "urban", "document": "doc", "cite": "一"},
        "provisions": [
            {"id": f"floor-{at}", "kind": "standard", "role": "floor", **row} for at, row in enumerate(rows)
        ],
    }
    folder = tmp_path / "hunan"
    folder.mkdir()
    (folder / "policy.yaml").write_text(yaml.safe_dump(frame, allow_unicode=True), encoding="utf-8")
    manager = PluginManager(BUILTIN)
    manager.load([Candidate(name="hunan", origin="test", load=lambda: from_folder(folder))])
    return reading_of(manager, "hunan")


def below(platform: Platform, reading: Reading) -> list[tuple[str, str, str, str | None]]:
    """Each lower value of Yiyang with the days it lies below."""
    after = preview(platform.registry, "hunan", reading.provisions)
    rows = [one.to_json("zh") for one in overtaken(after, reading.provisions)]
    return [(one["own"], one["floor"], one["since"], one["until"]) for one in rows if one["division"] == "430900"]


def monthly(yuan: str, start: str, until: str | None = None) -> dict[str, Any]:
    """A floor from a day on."""
    ending = {"until": until} if until else {}
    return {"amount": {"yuan": yuan, "per": "person-month"}, "from": start, **ending}


def test_every_lower_value_is_told_with_the_days_it_lies_below(platform: Platform, tmp_path: Path) -> None:
    found = below(platform, floors(platform, tmp_path, monthly("425", "2018-01-01"), monthly("445", "2018-07-01")))
    assert found == [
        ("420元/人·月", "425元/人·月", "2018-01-01", "2018-04-27"),
        ("430元/人·月", "445元/人·月", "2018-07-01", None),
    ]


def test_a_value_at_the_floor_is_not_below_it(platform: Platform, tmp_path: Path) -> None:
    assert below(platform, floors(platform, tmp_path, monthly("430", "2018-05-01"))) == []


def test_a_floor_that_came_later_makes_no_earlier_value_inert(platform: Platform, tmp_path: Path) -> None:
    reading = floors(platform, tmp_path, monthly("445", "2018-01-01"))
    after = preview(platform.registry, "hunan", reading.provisions)
    own = next(one for one in after.provisions() if one.id == "yiyang/urban-2018")
    assert own.inert is None
    line = after.rulebook("430900", on=date(2018, 6, 1), area="urban").policy.require("standard", "dibao")
    assert line.governed is not None and line.governed.own_below
