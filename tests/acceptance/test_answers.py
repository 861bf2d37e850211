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
from regions.platform import open_platform
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


def answered(asked: Asked, data_dir: Path) -> dict[str, Any]:
    """Install state after state into one data folder and ask the last of them."""
    settings = [Settings(data_dir=data_dir, lang="zh", plugin_dirs=folders(one)) for one in asked.states]
    for setting, state in zip(settings, asked.states, strict=True):
        platform = open_platform(setting, clock=clock(state["recorded_at"]))
    ask = asked.ask
    question = Ask(
        division=ask["division"],
        area=ask["area"],
        on=date.fromisoformat(ask["on"]),
        programmes=(ask["programme"],),
        known_at=ask["known_at"],
    )
    try:
        return explain(platform, question, kind=ask["kind"], key=ask["key"], language=asked.language)
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
    "path", [one for one in CASES if len(opened(one).states) == 1 and "refused" not in opened(one).answer], ids=case_name
)
def test_the_command_line_prints_the_same_answer(path: Path, tmp_path: Path) -> None:
    asked = opened(path)
    given = asked.ask
    named = ",".join(str(one) for one in folders(asked.states[0]))
    result = CliRunner().invoke(
        cli,
        ["--lang", asked.language, "policy", "explain", given["kind"], "--key", given["key"], "--division", given["division"],
         "--area", given["area"], "--on", given["on"], "--programme", given["programme"], "--json"],
        env={"JIUZHU_DATA_DIR": str(tmp_path), "JIUZHU_PLUGIN_DIRS": named},
    )  # fmt: skip
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


def test_every_way_a_rule_can_stand_has_an_answer_on_file() -> None:
    assert {path.stem for path in CASES} >= SHOWN
    assert all(json.loads(path.read_text(encoding="utf-8"))["why"] for path in CASES)
