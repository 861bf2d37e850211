"""What the platform answers about a rule, exactly: each file of ``answers/`` was read against the sources by a person.

A file holds the question (kind, place, area, day, what was known), the made-up plugins beside the bundled ones, why the
answer is right, and the whole answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli import cli
from core.errors import JiuzhuError, Language
from regions.discovery import load_plugins
from regions.platform import Platform, open_platform
from regions.report import Ask, explain
from regions.settings import Settings

FOLDER = Path(__file__).parent
CASES = sorted((FOLDER / "answers").glob("*.json"))
SHOWN = {
    "own_value", "floor_governs", "floor_alone", "shadowed", "superseded_by_mandatory_law", "assumed_date", "gap",
    "nothing_in_force", "tie_refused", "known_at_an_earlier_time", "inert_below_the_floor", "repealed_by_name",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One file of ``answers/``; ``states`` are what was installed when, oldest first."""

    ask: dict[str, Any]
    states: list[dict[str, Any]]
    answer: dict[str, Any]

    @property
    def language(self) -> Language:
        """The language of the answer's sentences."""
        return "en" if self.ask.get("lang") == "en" else "zh"


def case_name(path: Path) -> str:
    """The file's name is the rule it shows."""
    return path.stem


def opened(path: Path) -> Asked:
    """Read a case file."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    return Asked(ask=raw["ask"], states=raw["states"], answer=raw["answer"])


def folders(state: dict[str, Any]) -> tuple[Path, ...]:
    """The folders of the made-up plugins of a state."""
    return tuple(FOLDER / "plugins" / name for name in state["plugins"])


def clock(moment: str) -> Callable[[], datetime]:
    """A clock that stands still."""
    return lambda: datetime.fromisoformat(moment)


def ruled(data_dir: Path, plugin_dirs: tuple[Path, ...], *, at: str) -> Platform:
    """A platform on which the plugins of the folders rule from a moment on; who accepted them is another matter."""
    settings = Settings(data_dir=data_dir, lang="zh", plugin_dirs=plugin_dirs)
    return open_platform(settings, clock=clock(at), loaded=load_plugins(settings))


def answered(asked: Asked, data_dir: Path) -> dict[str, Any]:
    """Install state after state into one data folder and ask the last of them."""
    platforms = [ruled(data_dir, folders(state), at=state["recorded_at"]) for state in asked.states]
    ask = asked.ask
    question = Ask(
        division=ask["division"],
        area=ask["area"],
        on=date.fromisoformat(ask["on"]),
        programmes=(ask["programme"],),
        known_at=ask["known_at"],
    )
    try:
        return explain(platforms[-1], question, kind=ask["kind"], key=ask["key"], language=asked.language)
    except JiuzhuError as error:
        return refusal(error, asked.language)


def refusal(error: JiuzhuError, language: Language) -> dict[str, Any]:
    """An error as a case file holds it."""
    return {
        "refused": error.code,
        "message": error.message.pick(language),
        "hint": error.hint.pick(language) if error.hint else None,
    }


@pytest.mark.parametrize("path", CASES, ids=case_name)
def test_the_answer_is_exactly_the_reviewed_one(path: Path, tmp_path: Path) -> None:
    asked = opened(path)
    assert answered(asked, tmp_path) == asked.answer


@pytest.mark.parametrize(
    "path",
    [one for one in CASES if len(opened(one).states) == 1 and "refused" not in opened(one).answer],
    ids=case_name,
)
def test_the_command_line_prints_the_same_answer(path: Path, tmp_path: Path) -> None:
    asked = opened(path)
    given = asked.ask
    named = ",".join(str(one) for one in folders(asked.states[0]))
    words = ["policy", "explain", given["kind"], "--key", given["key"], "--on", given["on"], "--json"]
    place = ["--division", given["division"], "--area", given["area"], "--programme", given["programme"]]
    environ = {"JIUZHU_DATA_DIR": str(tmp_path), "JIUZHU_PLUGIN_DIRS": named}
    result = CliRunner().invoke(cli, ["--lang", asked.language, *words, *place], env=environ)
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout) == asked.answer


def test_a_tie_ends_the_command_with_one_message_and_exit_code_1(tmp_path: Path) -> None:
    asked = opened(FOLDER / "answers" / "tie_refused.json")
    named = ",".join(str(one) for one in folders(asked.states[0]))
    result = CliRunner().invoke(
        cli,
        ["policy", "explain", "standard", "--division", "610523", "--area", "rural", "--on", "2008-06-01", "--json"],
        env={"JIUZHU_DATA_DIR": str(tmp_path), "JIUZHU_PLUGIN_DIRS": named, "JIUZHU_LANG": "zh"},
    )
    assert result.exit_code == 1
    assert asked.answer["message"] in result.stderr
    assert "[tie]" in result.stderr


def standard_known_at(platform: Platform, moment: str) -> str | None:
    """The amount of Dali's standard of 2008 as known at a moment."""
    ask = Ask(division="610523", area="rural", on=date(2008, 6, 1), known_at=moment)
    line = explain(platform, ask, kind="standard", key="", language="zh")["in_force"]
    return None if line is None else str(line["value"]["amount"]["yuan"])


@pytest.mark.parametrize(
    ("moment", "yuan"),
    [
        ("2025-12-31T23:59:59+00:00", None),
        ("2026-01-01T00:00:00+00:00", "760"),
        ("2026-01-01T00:00:00Z", "760"),
        ("2026-01-01T07:30:00+08:00", None),
        ("2026-01-01T08:30:00+08:00", "760"),
        ("2025-12-31T20:00:00-05:00", "760"),
        ("2026-01-02", "760"),
    ],
)
def test_what_was_known_is_a_matter_of_the_moment_not_of_how_it_is_written(
    moment: str, yuan: str | None, tmp_path: Path
) -> None:
    platform = ruled(tmp_path, (FOLDER / "plugins" / "dali_own",), at="2026-01-01T00:00:00+00:00")
    assert standard_known_at(platform, moment) == yuan


def test_a_moment_that_is_none_is_refused(tmp_path: Path) -> None:
    platform = open_platform(Settings(data_dir=tmp_path, lang="zh"), clock=clock("2026-01-01T00:00:00+00:00"))
    with pytest.raises(JiuzhuError, match="yesterday"):
        standard_known_at(platform, "yesterday")


def test_every_way_a_rule_can_stand_has_an_answer_on_file() -> None:
    assert {path.stem for path in CASES} >= SHOWN
    assert all(json.loads(path.read_text(encoding="utf-8"))["why"] for path in CASES)
