"""The life of a plugin in a deployment: a draft until two people accept it, switched in every process at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select, text

from core.casework.row_check import row_faults
from core.casework.staff import add_user, first_administrator, grant_role
from core.casework.trail import verify
from core.declarative import from_folder
from core.errors import InvalidInput, JiuzhuError
from core.kinds import BUILTIN
from core.plugin import Candidate, PluginManager
from core.store.tables import Event, PluginStep
from regions.platform import Platform, open_platform
from regions.plugin_lifecycle import accept, disable, enable, propose, refuse, remove
from regions.plugin_reading import Reading, read_plugin, reading_of
from regions.plugin_state import standings
from regions.settings import Settings

DALI = "610523"
ON = date(2008, 6, 1)


def now() -> datetime:
    return datetime(2018, 7, 1, 4, 30, tzinfo=UTC)


@pytest.fixture
def base(bases: Any, settings: Settings) -> Iterator[Settings]:
    """A database with administrators of Dali and one of elsewhere."""

    def prepare(url: str) -> None:
        platform = open_platform(replace(settings, database_url=url), clock=now)
        with platform.database.writing() as session:
            first_administrator(session, "root", "管理员", moment="2000-01-01T00:00:00+00:00", today=date(2000, 1, 1))
        with platform.desk("root") as desk:
            for login, place in (("one", DALI), ("two", DALI), ("abroad", "430900")):
                add_user(desk, login, login)
                grant_role(desk, login, "administrator", place, since=date(2000, 1, 1))
        platform.database.close()

    url = bases.copy_of("lifecycle", prepare)
    yield replace(settings, database_url=url)
    bases.drop(url)


Open = Callable[..., Platform]


@pytest.fixture
def process(base: Settings) -> Iterator[Open]:
    """Open a process of the deployment, with plugin folders as ``jiuzhu.toml`` would name them."""
    opened: list[Platform] = []

    def start(*folders: Path, **more: Any) -> Platform:
        opened.append(open_platform(replace(base, plugin_dirs=folders, **more), clock=now))
        return opened[-1]

    yield start
    for one in opened:
        one.database.close()


def yuan(platform: Platform) -> str:
    """The amount of Dali's rural line in June 2008."""
    book = platform.registry.rulebook(DALI, on=ON, area="rural")
    return str(book.policy.require("standard", "dibao").value["amount"]["yuan"])


def line(platform: Platform) -> str:
    """Which provision gives Dali its rural line in June 2008."""
    book = platform.registry.rulebook(DALI, on=ON, area="rural")
    return book.policy.require("standard", "dibao").provision.address


FLOOR = "shaanxi_rural/floor-2007"


@pytest.fixture(scope="module")
def dali(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a plugin most tests are content with: it is read once for all of them."""
    return written(tmp_path_factory.mktemp("plugins"))


def written(folder: Path, *, name: str = "dali", yuan: str = "760", version: str = "0.1.0") -> Path:
    """Write a plugin with a rural standard of Dali in 2008."""
    frame = {
        "plugin": {"name": name, "title": {"zh": "大荔", "en": "Dali"}, "version": version},
        "documents": {"doc": {"title": "大荔县办法"}},
        "defaults": {
            "division": DALI, "programme": "dibao", "area": "rural", "document": "doc", "cite": "第一条",
            "from": "2008-01-01",
        },
        "provisions": [{"id": "standard", "kind": "standard", "amount": {"yuan": yuan, "per": "person-year"}}],
    }  # fmt: skip
    (folder / name).mkdir(exist_ok=True)
    (folder / name / "policy.yaml").write_text(yaml.safe_dump(frame, allow_unicode=True), encoding="utf-8")
    return folder / name


def read(folder: Path) -> Reading:
    """Read a folder's plugin here and alone; that this is done in quarantine is a test of its own."""
    manager = PluginManager(BUILTIN)
    manager.load([Candidate(name=folder.name, origin=str(folder), load=lambda: from_folder(folder))])
    return reading_of(manager, folder.name)


def proposing(platform: Platform, folder: Path, login: str = "one") -> None:
    with platform.desk(login) as desk:
        propose(desk, read(folder))


def accepting(platform: Platform, folder: Path) -> None:
    proposing(platform, folder)
    with platform.desk("two") as desk:
        accept(desk, "dali")


# a draft -------------------------------------------------------------------------------------------------------------


def test_an_outside_plugin_rules_nothing_and_runs_no_line_before_it_is_accepted(process: Open, tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "__init__.py").write_text("raise SystemExit('ran')", encoding="utf-8")
    found = process(folder)
    assert (found.manager.plugins["dali"].state, found.manager.plugins["dali"].error) == ("draft", None)
    assert line(found) == FLOOR


def test_what_is_proposed_is_read_in_quarantine(process: Open, dali: Path) -> None:
    found = read_plugin(process(dali).settings, "dali", accepted={})
    assert found == read(dali)


def test_accepted_by_a_second_person_it_rules_in_every_running_process_at_once(process: Open, dali: Path) -> None:
    here, there = process(dali), process(dali)
    assert line(there) == FLOOR
    accepting(here, dali)
    assert line(there) == line(here) == "dali/standard"
    assert there.manager.plugins["dali"].state == "active", "its hooks are loaded there too"
    assert line(process(dali)) == "dali/standard"


def test_nobody_accepts_what_he_proposed(process: Open, dali: Path) -> None:
    found = process(dali)
    proposing(found, dali)
    with pytest.raises(JiuzhuError, match="same_person"), found.desk("one") as desk:
        accept(desk, "dali")


def test_the_database_refuses_one_person_for_both(process: Open, dali: Path) -> None:
    found = process(dali)
    proposing(found, dali)
    with found.database.reading() as session:
        step = standings(session).of("dali").proposal
    assert step is not None
    alone = PluginStep(
        plugin="dali", step="accepted", version="1", digest=step.digest, told=step.told,
        proposed_by=step.actor_id, actor_id=step.actor_id, recorded_at=step.recorded_at,
    )  # fmt: skip
    with pytest.raises(JiuzhuError, match="maker_is_not_checker"), found.database.writing() as session:
        session.add(alone)


@pytest.mark.parametrize("step", ["propose", "accept", "disable"])
def test_the_right_is_asked_in_every_division_the_plugin_rules_for(process: Open, dali: Path, step: str) -> None:
    found = process(dali)
    reading = read(dali)
    if step == "accept":
        proposing(found, dali)
    elif step == "disable":
        accepting(found, dali)
    acts: dict[str, Callable[[Any], Any]] = {
        "propose": lambda desk: propose(desk, reading), "accept": lambda desk: accept(desk, "dali"),
        "disable": lambda desk: disable(desk, "dali", reason="示例"),
    }  # fmt: skip
    with pytest.raises(JiuzhuError, match="not_permitted"), found.desk("abroad") as desk:
        acts[step](desk)


def test_what_is_accepted_is_what_was_proposed_whatever_lies_there_now(process: Open, tmp_path: Path) -> None:
    folder = written(tmp_path)
    found = process(folder)
    proposing(found, folder)
    written(tmp_path, yuan="999")
    with found.desk("two") as desk:
        accept(desk, "dali")
    assert yuan(found) == "760"


def test_a_refused_proposal_is_gone_and_what_was_accepted_stays(process: Open, dali: Path) -> None:
    found = process(dali)
    proposing(found, dali)
    with found.desk("two") as desk:
        refuse(desk, "dali", reason="附件不全")
    with pytest.raises(JiuzhuError, match="nothing_proposed"), found.desk("two") as desk:
        accept(desk, "dali")


def test_another_version_proposed_meanwhile_is_not_accepted_unseen(process: Open, dali: Path) -> None:
    found = process(dali)
    proposing(found, dali)
    with pytest.raises(JiuzhuError, match="conflict"), found.desk("two") as desk:
        accept(desk, "dali", digest="0" * 64)


def test_two_plugins_in_one_slot_are_refused_and_both_are_named(process: Open, dali: Path, tmp_path: Path) -> None:
    found = process(dali)
    accepting(found, dali)
    with pytest.raises(InvalidInput) as caught, found.desk("one") as desk:
        propose(desk, read(written(tmp_path, name="dali_too", yuan="770")))
    (problem,) = caught.value.problems
    assert problem.code == "slot_taken"
    assert "dali/standard" in problem.message.zh and "dali_too/standard" in problem.message.en


def test_a_broken_plugin_is_not_proposed_but_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"policy\.yaml"):
        read(written(tmp_path, yuan="7x0"))


# switching -----------------------------------------------------------------------------------------------------------


def test_disabled_it_rules_in_no_running_process_and_enabled_it_rules_again(process: Open, dali: Path) -> None:
    here, there = process(dali), process(dali)
    accepting(here, dali)
    with here.desk("one") as desk:
        disable(desk, "dali", reason="示例")
    assert (line(there), there.manager.plugins["dali"].state) == (FLOOR, "disabled")
    assert line(process(dali)) == FLOOR
    with there.desk("two") as desk:
        enable(desk, "dali")
    assert line(here) == line(there) == "dali/standard"


def test_a_bundled_plugin_is_switched_in_the_same_way(process: Open) -> None:
    here, there = process(), process()
    with here.desk("root") as desk:
        disable(desk, "shaanxi_rural", reason="示例")
    assert there.registry.rulebook(DALI, on=ON, area="rural").policy.line("standard", "dibao") is None
    with here.desk("root") as desk:
        enable(desk, "shaanxi_rural")
    assert line(there) == FLOOR


def test_what_is_not_in_use_is_not_disabled_and_what_is_not_disabled_not_enabled(process: Open, dali: Path) -> None:
    found = process(dali)
    with pytest.raises(JiuzhuError, match="plugin_state"), found.desk("root") as desk:
        disable(desk, "dali", reason="示例")
    with pytest.raises(JiuzhuError, match="plugin_state"), found.desk("root") as desk:
        enable(desk, "yiyang")
    with pytest.raises(JiuzhuError, match="unknown_plugin"), found.desk("root") as desk:
        disable(desk, "nowhere", reason="示例")


def test_taken_out_its_rules_end_and_what_was_known_then_is_still_answered(process: Open, dali: Path) -> None:
    found = process(dali)
    accepting(found, dali)
    assert line(found) == "dali/standard"
    known = f"#{len(found.registry.log.entries)}"
    with found.desk("two") as desk:
        remove(desk, "dali", reason="撤出")
    assert line(found) == FLOOR
    then = found.registry.rulebook(DALI, on=ON, area="rural", known_at=known)
    assert then.policy.require("standard", "dibao").provision.address == "dali/standard"
    assert found.manager.plugins["dali"].state == "draft"


# other processes and settings -----------------------------------------------------------------------------------------


def test_an_accepted_plugin_that_is_not_installed_stops_its_places_only(process: Open, dali: Path) -> None:
    accepting(process(dali), dali)
    bare = process()
    with pytest.raises(JiuzhuError, match="broken_rules"):
        line(bare)
    elsewhere = bare.registry.rulebook("610522", on=ON, area="rural").policy.require("standard", "dibao")
    assert elsewhere.provision.address == FLOOR


def test_in_safe_mode_no_outside_plugin_is_loaded_and_its_places_are_refused(process: Open, dali: Path) -> None:
    accepting(process(dali), dali)
    safe = process(dali, safe=True)
    error = safe.manager.plugins["dali"].error
    assert error is not None and error.code == "safe_mode"
    with pytest.raises(JiuzhuError, match="broken_rules"):
        line(safe)
    with safe.desk("one") as desk:
        disable(desk, "dali", reason="示例")
    assert line(safe) == FLOOR


def test_a_folder_of_the_environment_is_a_trial_of_one_process(process: Open, dali: Path) -> None:
    tried = process(dali, origins={"plugin_dirs": "environment JIUZHU_PLUGIN_DIRS"})
    assert line(tried) == "dali/standard"
    assert line(process()) == FLOOR


def test_a_process_that_tries_a_plugin_changes_no_rule_for_others(process: Open, dali: Path) -> None:
    others = process(dali)
    proposing(others, dali)
    tried = process(dali, origins={"plugin_dirs": "environment JIUZHU_PLUGIN_DIRS"})
    with pytest.raises(JiuzhuError, match="trial_process"), tried.desk("two") as desk:
        accept(desk, "dali")
    assert line(others) == FLOOR
    with others.desk("two") as desk:
        accept(desk, "dali")
    assert line(process(dali)) == "dali/standard", "the log is whole"


def test_an_upgrade_waits_while_what_was_accepted_rules(process: Open, tmp_path: Path) -> None:
    folder = written(tmp_path)
    accepting(process(folder), folder)
    written(tmp_path, yuan="770", version="0.2.0")
    found = process(folder)
    assert yuan(found) == "760"
    accepting(found, folder)
    assert yuan(found) == "770"


def test_switched_off_by_a_setting_it_rules_not_and_returns_with_the_setting(process: Open, dali: Path) -> None:
    accepting(process(dali), dali)
    assert line(process(dali, disabled=("dali",))) == FLOOR
    assert line(process(dali)) == "dali/standard"


def test_every_step_stands_on_the_plugins_chain(process: Open, dali: Path) -> None:
    found = process(dali)
    accepting(found, dali)
    with found.database.reading() as session:
        kinds = session.scalars(select(Event.kind).where(Event.chain == "plugin/dali").order_by(Event.sequence)).all()
        assert verify(session).sound
    assert kinds == ["plugin_proposed", "plugin_accepted"]


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("DELETE FROM plugin_step WHERE step = 'accepted'", "removed"),
        ("UPDATE plugin_step SET proposed_by = 4 WHERE step = 'accepted'", "altered"),
        ("UPDATE plugin_step SET told = '{}' WHERE step = 'accepted'", "altered"),
    ],
)
def test_a_step_of_a_plugin_altered_past_the_trail_is_found(
    process: Open, dali: Path, statement: str, what: str
) -> None:
    found = process(dali)
    accepting(found, dali)
    with found.database.writing() as session:
        assert list(row_faults(session)) == []
        session.execute(text(statement))
    with found.database.reading() as session:
        assert [(one.table, one.what) for one in row_faults(session)] == [("plugin_step", what)]
