"""The registry: accepted plugins → policies; broken ones never half; floors hold new values; two times."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from core.declarative import from_folder
from core.errors import InvalidInput, JiuzhuError
from core.kinds import BUILTIN
from core.plugin import Candidate, PluginManager
from core.policy import Line
from core.provision import Provision
from core.store.engine import Store
from regions.log import Log
from regions.registry import Registry

TREE = {
    "000000": ("nation", None),
    "610000": ("province", "000000"),
    "610100": ("prefecture", "610000"),
    "610122": ("county", "610100"),
}


class Tree:
    """Four divisions."""

    def ladder(self, code: str, on: date) -> tuple[str, ...]:
        parent = TREE[code][1]
        return (*(self.ladder(parent, on) if parent else ()), code)

    def path(self, code: str, on: date) -> str:
        return "/".join(self.ladder(code, on))

    def level(self, code: str) -> str:
        return TREE[code][0]

    def name(self, code: str) -> str:
        return code

    def descendants(self, code: str, on: date) -> Iterable[str]:
        return [one for one in TREE if code in self.ladder(one, on)[:-1]]


class Clock:
    """A clock set by hand."""

    now = datetime(2018, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


Make = Callable[..., Registry]


@pytest.fixture
def registry(tmp_path: Path, store: Store) -> Make:
    """Make a registry of plugins given as name → provisions, on one database."""

    def make(**plugins: list[dict[str, object]] | str) -> Registry:
        candidates = []
        for name, provisions in plugins.items():
            folder = tmp_path / "plugins" / name
            folder.mkdir(parents=True, exist_ok=True)
            frame = {
                "plugin": {"name": name, "title": name, "version": "0.1.0"},
                "documents": {"doc": {"title": "办法"}},
                "defaults": {
                    "division": "610000",
                    "programme": "dibao",
                    "document": "doc",
                    "cite": "一",
                    "from": "2007-01-01",
                },
                "provisions": provisions,
            }
            text = provisions if isinstance(provisions, str) else yaml.safe_dump(frame, allow_unicode=True)
            (folder / "policy.yaml").write_text(text, encoding="utf-8")
            candidates.append(Candidate(name=name, origin=str(folder), load=lambda folder=folder: from_folder(folder)))
        manager = PluginManager(BUILTIN)
        manager.load(candidates)
        found = Registry(manager=manager, tree=Tree(), log=Log(store=store, clock=Clock()))
        found.accept(manager.plugins.values())
        return found

    return make


def standard(id_: str, yuan: str, **more: object) -> dict[str, object]:
    return {"id": id_, "kind": "standard", "amount": {"yuan": yuan, "per": "person-year"}, **more}


FLOOR = standard("floor", "693", role="floor")


def in_force(registry: Registry, *, known_at: str | None = None) -> Line:
    """The standard of the county on 2008-06-01."""
    book = registry.rulebook("610122", on=date(2008, 6, 1), area="rural", known_at=known_at)
    line = book.policy.line("standard", "dibao")
    assert line is not None
    return line


def test_a_county_value_below_the_provincial_floor_at_its_start_is_inert_and_named(registry: Make) -> None:
    found = registry(province=[FLOOR], county=[standard("low", "600", division="610122", **{"from": "2008-01-01"})])
    inert = {one.address: one.inert.zh for one in found.provisions() if one.inert is not None}
    assert list(inert) == ["county/low"] and "693" in inert["county/low"]
    assert in_force(found).provision.address == "province/floor"


def test_a_value_older_than_the_floor_keeps_paying_the_floor_and_is_flagged(registry: Make) -> None:
    found = registry(province=[FLOOR], county=[standard("low", "600", division="610122", **{"from": "2006-01-01"})])
    governed = in_force(found).governed
    assert governed is not None and governed.own_below


def test_a_floor_of_another_area_does_not_hold(registry: Make) -> None:
    urban = standard("floor", "693", role="floor", area="urban")
    found = registry(
        province=[urban],
        county=[standard("low", "600", division="610122", area="rural", **{"from": "2008-01-01"})],
    )
    assert not [one for one in found.provisions() if one.inert is not None]


def test_known_at_answers_from_what_was_recorded_then(registry: Make) -> None:
    registry(county=[standard("own", "700", division="610122")])
    Clock.now += timedelta(days=1)
    later = registry(county=[standard("own", "800", division="610122")])
    Clock.now -= timedelta(days=1)
    assert in_force(later).value["amount"]["yuan"] == "800"
    assert in_force(later, known_at="2018-01-01T12:00:00+00:00").value["amount"]["yuan"] == "700"
    assert in_force(later).provision.revision == 2


def test_two_open_registries_see_each_others_acceptance_without_a_restart(registry: Make) -> None:
    first = registry(county=[standard("own", "700", division="610122")])
    assert in_force(first).value["amount"]["yuan"] == "700"
    registry(county=[standard("own", "800", division="610122")])
    assert in_force(first).value["amount"]["yuan"] == "800"


def test_the_rules_of_a_broken_plugin_are_an_error_for_its_places_and_nowhere_else(registry: Make) -> None:
    found = registry(county=[standard("own", "7x0", division="610122")], province=[FLOOR])
    with pytest.raises(JiuzhuError) as caught:
        in_force(found)
    assert caught.value.code == "broken_rules" and "county" in caught.value.render("zh")


def test_a_plugin_whose_file_cannot_be_read_at_all_still_claims_the_places_it_ruled_before(registry: Make) -> None:
    registry(county=[standard("own", "700", division="610122")])
    found = registry(county="plugin: [", province=[FLOOR])
    with pytest.raises(JiuzhuError, match="county"):
        in_force(found)
    assert found.rulebook("610100", on=date(2008, 6, 1), area="rural").policy.line("standard", "dibao") is not None


def test_a_disabled_plugin_is_withdrawn(registry: Make) -> None:
    registry(county=[standard("own", "700", division="610122")], province=[FLOOR])
    assert in_force(registry(province=[FLOOR])).provision.address == "province/floor"


def test_a_published_amendment_is_no_plugin_and_stays(
    registry: Make, store: Store, provision: Callable[..., Provision]
) -> None:
    found = registry(province=[FLOOR])
    amended = provision("amendment/1/own", yuan="800", division="610122", area="rural", start="2007-01-01")
    with store.writing() as session:
        found.log.publish(session, "amendment/1", "1", [amended])
    assert in_force(found).value["amount"]["yuan"] == "800"
    assert in_force(registry(province=[FLOOR])).value["amount"]["yuan"] == "800"


def test_the_same_question_gives_the_same_rulebook_and_hash(registry: Make) -> None:
    found = registry(province=[FLOOR])
    one = found.rulebook("610122", on=date(2008, 6, 1), area="rural")
    assert one is found.rulebook("610122", on=date(2008, 6, 1), area="rural")
    assert one.hash == registry(province=[FLOOR]).rulebook("610122", on=date(2008, 6, 1), area="rural").hash
    assert one.hash != found.rulebook("610122", on=date(2008, 6, 2), area="rural").hash


def test_explain_returns_the_ladder(registry: Make) -> None:
    found = registry(province=[FLOOR], county=[standard("own", "700", division="610122")])
    rungs = found.explain("standard", division="610122", on=date(2008, 6, 1), area="rural", programme="dibao")
    assert [(rung.provision.address, rung.state) for rung in rungs] == [
        ("county/own", "in_force"),
        ("province/floor", "bound"),
    ]


def test_faults_of_merged_formulas_are_found_when_the_policy_is_built(registry: Make) -> None:
    broken = {
        "id": "f",
        "kind": "formula",
        "items": {"eligible": {"text": "countd_income < 3", "type": "boolean", "label": "条件"}},
    }
    with pytest.raises(InvalidInput) as caught:
        in_force(registry(province=[FLOOR, broken]))
    assert "countd_income" in caught.value.render("en")
