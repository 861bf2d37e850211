"""jiuzhu, one household at a time, after validation: SPEC.md's rules, and Yiyang's real dibao policy with its trace.

``python bench_single.py 100000`` takes the first cases of that roll, and made-up households for Yiyang.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import measure
import ref_python
import work
from gen import SEED, load

from core.assess import Assessment, assess, complete
from core.fact_check import Prepared
from core.formula.check import check
from core.formula.scalar import write
from core.formula.tree import Failure
from core.rulebook import Rulebook
from core.source import Located, located
from core.trace import steps
from regions.platform import open_platform
from regions.settings import Settings

CASES = 2_000
HESHAN, DAY = "430903", date(2018, 6, 1)
WANTED = ("dibao.eligible", "dibao.benefit", "dibao.payment", "dibao.review_class", "dibao.review_months")
# Three persons with 900 yuan a month under the urban standard of 430: 390 yuan a month.
KNOWN_FEN = Fraction(39_000)


def main() -> None:
    """Time the made-up rules, then the real ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("households", type=int)
    time_spec(parser.parse_args().households)
    time_yiyang(yiyang())


def time_spec(households: int) -> None:
    """Time SPEC.md's six outputs through the scalar writer, to be held against the hand-written ``ref_python``."""
    roll = load(households)
    program = write(check(work.schema(roll), work.sources()), tuple(work.OUTPUTS.values()))
    if any(program.outputs[key].denominator != 1 for key in work.OUTPUTS.values()):
        raise SystemExit("an output of SPEC.md is not a whole number")
    cases = list(ref_python.cases(roll, 0, CASES))
    want = [tuple(ref_python.decide(case)[name] for name in work.OUTPUTS) for case in cases]
    prepared = [work.facts(case) for case in cases]
    measure.single("jiuzhu_spec", lambda facts: program.run(facts).values, prepared, want)


def yiyang() -> Rulebook:
    """Return the urban rules of Heshan district in Yiyang from the bundled plugins; nothing is written to disk."""
    platform = open_platform(Settings(data_dir=Path(), lang="en"), in_memory=True)
    return platform.registry.rulebook(HESHAN, on=DAY, area="urban", programmes=("dibao",))


def time_yiyang(rules: Rulebook) -> None:
    """Time the policy: outputs only, every quantity, all steps of the trace, canonical assessment, validation."""
    sources = _households(CASES)
    prepared = [rules.facts.prepare(one) for one in sources]
    whole = [complete(rules, facts) for facts in prepared]
    _check_known(assess(rules, rules.facts.prepare(located(_KNOWN, "known"))))
    only = write(rules.program, WANTED)
    every = [rules.scalar.run(facts, rules.standards) for facts in whole]

    def trace(facts: Prepared) -> list[dict[str, Any]]:
        return list(steps(rules, facts, rules.scalar.run(facts, rules.standards)))

    size = {"quantities": len(rules.program.formulas)}
    wanted = [tuple(one.raw(key) for key in WANTED) for one in every]
    measure.single("jiuzhu_yiyang_outputs", lambda f: only.run(f, rules.standards).values, whole, wanted, **size)
    values = [one.values for one in every]
    measure.single("jiuzhu_yiyang_all", lambda f: rules.scalar.run(f, rules.standards).values, whole, values, **size)
    traces = [list(steps(rules, facts, result)) for facts, result in zip(whole, every, strict=True)]
    length = sum(map(len, traces)) / len(traces)
    measure.single("jiuzhu_yiyang_trace", trace, whole, traces, **size, steps=round(length, 1))
    documents = [assess(rules, facts).canonical() for facts in prepared]
    measure.single("jiuzhu_yiyang_assess", lambda f: assess(rules, f).canonical(), prepared, documents, **size)
    measure.single("jiuzhu_yiyang_validate", rules.facts.prepare, sources, prepared, **size)


_KNOWN: dict[str, Any] = {
    "assets_meet_local_rule": True,
    "income_stability": "relatively_stable",
    "members": [
        {"id": "a", "relation": "head"},
        {"id": "b", "relation": "spouse"},
        {"id": "c", "relation": "child", "birth_date": "2005-09-01"},
    ],
    "shared_income": [{"item": "wage", "amount": 900, "frequency": "month"}],
}


def _check_known(assessment: Assessment) -> None:
    """Hold the rules against the case a civil servant could sign, and against values that are no values."""
    if assessment.value("dibao.payment") != KNOWN_FEN or assessment.value("dibao.eligible") is not True:
        raise SystemExit(f"the known case gives {assessment.outputs}")
    failed = [key for key in WANTED if isinstance(assessment.value(key), Failure)]
    if failed:
        raise SystemExit(f"no value in Yiyang: {failed}")


def _households(count: int) -> Sequence[Located]:
    """Return made-up households of one to five, as a file would give them."""
    draw = random.Random(SEED)
    return [located(_household(draw), f"household {number}") for number in range(count)]


def _household(draw: random.Random) -> dict[str, Any]:
    size = draw.choices((1, 2, 3, 4, 5), (32, 36, 17, 10, 5))[0]
    relations = ("head", "spouse", "child", "parent", "child")
    return {
        "assets_meet_local_rule": draw.random() < 0.9,
        "income_stability": draw.choice(("unchanged", "relatively_stable")),
        "members": [_member(draw, at, relations[at]) for at in range(size)],
        "shared_income": [{"item": "wage", "amount": draw.randrange(0, 1500), "frequency": "month"}],
    }


def _member(draw: random.Random, at: int, relation: str) -> dict[str, Any]:
    born = date(draw.randrange(1930, 2015), draw.randrange(1, 13), draw.randrange(1, 29))
    member: dict[str, Any] = {"id": f"p{at}", "relation": relation, "birth_date": born.isoformat()}
    if draw.random() < 0.16:
        member |= {"disability_level": draw.randrange(1, 5), "disability_kind": "physical"}
    if draw.random() < 0.3:
        member["income"] = [{"item": "wage", "amount": draw.randrange(0, 20_000), "frequency": "year"}]
    return member


if __name__ == "__main__":
    main()
