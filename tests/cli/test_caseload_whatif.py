"""``jiuzhu caseload whatif | sweep | afford | year`` as typed, on a small synthetic snapshot."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from cli import cli
from regions.caseload_chart import bars_of

URBAN = "430900:dibao:urban"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Six hundred made-up households of two districts."""
    folder = tmp_path_factory.mktemp("synthetic")
    environ = {"JIUZHU_DATA_DIR": str(folder / "data")}
    counts = folder / "counts.csv"
    counts.write_text(
        "programme,division,area,households,persons\ndibao,430902,urban,400,520\ndibao,430903,rural,200,410\n",
        encoding="utf-8",
    )
    words = ["caseload", "generate", str(folder / "one"), "--counts", str(counts), "--seed", "7", "--on", "2018-06-01"]
    result = CliRunner().invoke(cli, words, env=environ)
    assert result.exit_code == 0, result.output
    return str(folder / "one")


def answer(run: Any, *words: str) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_standard_at_another_amount_is_compared_by_place_and_adds_up(run: Any, snapshot: str) -> None:
    found = answer(
        run, "caseload", "whatif", snapshot, "--standard", f"{URBAN}=450", "--standard", "430900:dibao:rural=3400"
    )
    groups = found["groups"]
    assert found["on"] == "2018-06-01" and "合成数据" in found["label"]
    assert sum(Fraction(one["monthly_fen"]) for one in groups) == Fraction(found["total"]["monthly_fen"]) > 0
    assert sum(sum(one["households"].values()) for one in groups) == 600
    assert found["total"]["households"]["raised"] > 0
    shown = run("caseload", "whatif", snapshot, "--standard", f"{URBAN}=450")
    assert "资阳区 430902" in shown.stdout and "合计" in shown.stdout and "未申请家庭不在测算内" in shown.stdout


def test_a_sweep_costs_more_at_each_step_and_nothing_at_the_standard_in_force(
    run: Any, snapshot: str, tmp_path: Path
) -> None:
    chart = tmp_path / "sweep.svg"
    found = answer(
        run, "caseload", "sweep", snapshot, "--standard", URBAN, "--from", "420", "--to", "450", "--chart", str(chart)
    )  # fmt: skip
    costs = {one["yuan"]: Fraction(one["monthly_fen"]) for one in found["steps"]}
    assert list(costs) == ["420", "430", "440", "450"] and costs["430"] == 0
    assert costs["420"] < 0 < costs["440"] < costs["450"]
    dots = [one for one in ET.parse(chart).iter() if one.get("class") == "dots"]  # noqa: S314 - our own
    assert len(dots) == len(costs)


def test_the_standard_a_budget_affords_costs_no_more_and_the_next_one_does(run: Any, snapshot: str) -> None:
    sweep = answer(
        run, "caseload", "sweep", snapshot, "--standard", URBAN, "--from", "438", "--to", "442", "--step", "1"
    )
    costs = {int(one["yuan"]): Fraction(one["after_fen"]) for one in sweep["steps"]}
    budget = costs[441]
    found = answer(
        run, "caseload", "afford", snapshot, "--standard", URBAN, "--from", "430", "--to", "460", "--budget", f"{float(budget) / 100 + 0.01:.2f}"
    )  # fmt: skip
    assert found["affords"] == "441" and costs[442] > budget
    none = answer(
        run, "caseload", "afford", snapshot, "--standard", URBAN, "--from", "420", "--to", "430", "--budget", "1"
    )
    assert none["affords"] is None


def test_a_year_is_twelve_months_each_under_its_own_rules(run: Any, snapshot: str) -> None:
    found = answer(run, "caseload", "year", snapshot, "--year", "2019", "--standard", f"2019-07={URBAN}=450")
    months = {one["month"]: one for one in found["months"]}
    assert len(months) == 12 and [one["planned"] for one in found["months"]] == [False] * 6 + [True] * 6
    raised = answer(run, "caseload", "whatif", snapshot, "--standard", f"{URBAN}=450", "--on", "2019-07-01")

    def cost(month: str) -> Fraction:
        return sum((Fraction(one["after_fen"]) for one in months[month]["groups"]), Fraction(0))

    assert cost("2019-07") == Fraction(raised["total"]["after_fen"]) > cost("2019-06")


def test_a_year_says_what_it_does_not_reckon_and_is_drawn_by_month(run: Any, snapshot: str, tmp_path: Path) -> None:
    chart = tmp_path / "year.svg"
    shown = run("caseload", "year", snapshot, "--year", "2019", "--chart", str(chart))
    assert shown.exit_code == 0, shown.output
    for left_out in ("新增和退出的家庭", "补发和追回", "渐退", "jiuzhu budget-plan", "已画出"):
        assert left_out in shown.stdout
    assert len(bars(chart)) == 12 and "合成数据" in chart.read_text(encoding="utf-8")


def test_who_gets_how_much_more_is_drawn_as_a_distribution(run: Any, snapshot: str, tmp_path: Path) -> None:
    chart = tmp_path / "changes.svg"
    found = answer(
        run, "caseload", "whatif", snapshot, "--standard", f"{URBAN}=450", "--standard", "430900:dibao:rural=3000",
        "--chart", str(chart),
    )  # fmt: skip
    steps = {int(fen): count for fen, count in found["total"]["steps"].items()}
    assert min(steps) < 0 < max(steps), "some get more, some less"
    drawn = dict(bars_of({fen // 1000: count for fen, count in steps.items()}))
    assert sum(drawn.values()) == sum(steps.values()) and len(bars(chart)) == len(drawn)


def bars(chart: Path) -> list[ET.Element]:
    """What is drawn of each value."""
    return [one for one in ET.parse(chart).iter() if one.get("class") == "bar"]  # noqa: S314 - our own


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("whatif", "--standard", "430900-dibao=450"), "bad_standard"),
        (("sweep", "--standard", URBAN, "--from", "450", "--to", "420"), "bad_range"),
        (("sweep", "--standard", "430900:wubao:urban", "--from", "1", "--to", "2"), "nothing_in_force"),
    ],
)
def test_a_question_that_is_none_is_refused_with_what_is_allowed(
    run: Any, refused: Any, snapshot: str, words: tuple[str, ...], code: str
) -> None:
    refused(run("caseload", words[0], snapshot, *words[1:]), code)


def test_a_what_if_without_a_change_says_how_to_give_one(run: Any, snapshot: str) -> None:
    result = run("caseload", "whatif", snapshot)
    assert result.exit_code == 2 and "--amendment" in result.output


def test_a_snapshot_goes_out_as_parquet_once(run: Any, refused: Any, snapshot: str, tmp_path: Path) -> None:
    out = str(tmp_path / "parquet")
    assert answer(run, "caseload", "parquet", snapshot, out) == {"folder": out, "rows": 600}
    refused(run("caseload", "parquet", snapshot, out), "out_is_there")


def test_what_needs_a_snapshot_or_an_officer_says_so(run: Any, refused: Any, snapshot: str) -> None:
    refused(run("caseload", "spark", "nowhere", "in", "out"), "no_snapshot")
    refused(run("caseload", "audit", snapshot), "no_user")
