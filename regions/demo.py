"""The demonstration: the golden cases decided and explained under the real rules of four places, on embedded defaults.

Every figure is computed from the bundled plugins; ``expected`` holds what the sources' arithmetic gives, and a
difference makes the demonstration fail.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from core.assess import Assessment, assess_source
from core.errors import JiuzhuError, Language, Text
from core.example import Question, mismatches, read_questions
from core.kinds.sampling import required
from core.narrative import narrate, value_line
from core.policy import AREAS
from core.provision import Document, text_of
from core.source import read_text
from core.wording import short_citation
from regions.example import rules_for
from regions.platform import Platform, open_platform
from regions.report import Ask, explain
from regions.settings import Settings

HESHAN = "430903"
LADDER_DAYS = (date(2018, 3, 1), date(2018, 6, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One case of the demonstration."""

    question: Question
    found: Assessment | None
    error: JiuzhuError | None
    wrong: tuple[Text, ...]

    def lines(self, language: Language) -> Iterator[str]:
        """Yield the case as text."""
        yield f"── {self.question.name.pick(language)}  [{self.question.article}] " + "─" * 8
        if self.found is not None:
            yield narrate(self.found, language)
        if self.error is not None:
            yield self.error.render(language)
        yield from (f"✗ {one.pick(language)}" for one in self.wrong)
        yield ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """The whole demonstration."""

    cases: tuple[Shown, ...]
    ladders: tuple[dict[str, Any], ...]
    documents: Mapping[str, Document]
    sampling: tuple[tuple[Text, int, int], ...]
    plan_due: str

    @property
    def passed(self) -> bool:
        """Whether every case came out as expected."""
        return not any(one.wrong for one in self.cases)

    def lines(self, language: Language) -> Iterator[str]:
        """Yield the demonstration as text."""
        for one in self.cases:
            yield from one.lines(language)
        yield Text(
            "── 抽查数量（2010年通知，分别计算、向上取整） ──",
            "── Sampling (2010 notice: separately, rounded up) ──",
        ).pick(language)
        for stratum, population, needed in self.sampling:
            yield f"  {stratum.pick(language)}: {population} → {needed}"
        yield Text(
            f"── 下一年度资金预算计划：{self.plan_due} 前提出 ──",
            f"── Budget plan for next year due by {self.plan_due} ──",
        ).pick(language)
        for ladder in self.ladders:
            yield ""
            area = AREAS[ladder["place"]["area"]].pick(language)
            title = Text("保障标准", "standard").pick(language)
            yield f"{ladder['place']['name']} · {area} · {ladder['on']} · {title}"
            for rung in ladder["ladder"]:
                state, division, value = rung["state_text"], rung["division_name"], value_line(rung["value"], language)
                cite = short_citation(rung["cite"], self.documents, language)
                yield f"  {state}  {division}  {value}  {rung['provision']}  {cite}"
        held = sum(not one.wrong for one in self.cases)
        yield ""
        yield Text(f"{held}/{len(self.cases)} 个案例与预期一致", f"{held} of {len(self.cases)} cases as expected").pick(
            language
        )

    def to_json(self, language: Language) -> dict[str, Any]:
        """Return the demonstration as JSON."""
        return {
            "passed": self.passed,
            "cases": [
                {"name": one.question.name.pick(language), "article": one.question.article,
                 "wrong": [wrong.pick(language) for wrong in one.wrong],
                 "assessment": one.found.to_json(language) if one.found else None,
                 "error": one.error.render(language) if one.error else None}
                for one in self.cases
            ],
            "ladders": list(self.ladders),
            "sampling": [{"stratum": s.pick(language), "population": p, "needed": n} for s, p, n in self.sampling],
            "plan_due": self.plan_due,
        }  # fmt: skip


def run_demo(settings: Settings, language: Language = "zh") -> Demo:
    """Run the golden cases; nothing is recorded in the data folder."""
    platform = open_platform(settings, in_memory=True)
    text = files("regions").joinpath("data", "golden.yaml").read_text(encoding="utf-8")
    questions = read_questions(read_text(text, "golden.yaml"))
    ask = [Ask(division=HESHAN, area="urban", on=on) for on in LADDER_DAYS]
    return Demo(
        cases=tuple(_shown(platform, question) for question in questions),
        ladders=tuple(explain(platform, one, kind="standard", key="", language=language) for one in ask),
        documents=platform.registry.documents,
        sampling=_sampling(platform),
        plan_due=_plan_due(platform, 2007),
    )


def _shown(platform: Platform, question: Question) -> Shown:
    wrong = tuple(mismatches(question, lambda q: rules_for(platform, q)))
    try:
        book = rules_for(platform, question)
        return Shown(question=question, found=assess_source(book, question.facts), error=None, wrong=wrong)
    except JiuzhuError as error:
        return Shown(question=question, found=None, error=error, wrong=wrong)


def _sampling(platform: Platform) -> tuple[tuple[Text, int, int], ...]:
    """T8: the policy gives rate and rounding; the populations are Ruian's published 1,010 and 5,930 households."""
    policy = platform.registry.rulebook("330381", on=date(2011, 6, 1), area="urban").policy
    line = policy.require("sampling", "dibao")
    populations = {"new": 1010, "existing": 5930}
    labels = {one["population"]: text_of(one.get("label")) or Text("", "") for one in line.value["strata"]}
    return tuple((labels[name], size, required(line.value, name, size)) for name, size in populations.items())


def _plan_due(platform: Platform, year: int) -> str:
    """T10: the policy gives the day by which next year's plan is due."""
    policy = platform.registry.rulebook("610000", on=date(year, 6, 1), area="rural").policy
    due = policy.require("funding", "dibao").value["plan_due"]
    return date(year, int(due["month"]), int(due["day"])).isoformat()
