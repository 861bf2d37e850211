"""GoRules zen-engine on SPEC.md: a decision table for the standard, then expressions.

``python bench_zen.py loop 100000``: one call a household; ``batch``: its own batch call, 5,000 households at a time;
``single``: one case at a time, without and with its trace.
"""

from __future__ import annotations

import argparse
import json
from functools import partial
from importlib.metadata import version
from itertools import pairwise
from typing import Any

import measure
import numpy as np
import ref_python
import zen
from gen import COUNTED, load

BATCH = 5_000
MANY = 1_000_000
"""From so many households a pass takes a minute, and one is measured."""
_INCOME = " + ".join(f"#.income.{kind}" for kind in COUNTED)
_RULES = {
    "size": "len(members)",
    "counted": f"sum(map(members, {_INCOME} - #.tax - #.social_insurance))",
    "worked": "sum(map(members, #.income.wage + #.income.migrant_work))",
    "weak": "count(members, #.age >= 70 or #.age < 16 or #.grade in [1, 2])",
    "line": "standard * $.size",
    "eligible": "$.counted < $.line and vehicles == 0 and houses <= 1 and deposits <= 2 * $.line",
    "benefit": "$.eligible ? max([1000, floor((5 * ($.line - $.counted) + standard * $.weak + 30) / 60)]) : 0",
    "review": "$.worked == 0 ? 12 : 6",
    "care": "map(members, #.grade in [1, 2] ? 5500 : 0)",
}
# `$` cannot be read inside a closure, so the living subsidy needs a node of its own.
_ANSWER = {
    **{name: name for name in ("counted", "eligible", "benefit", "review", "care")},
    "living": "eligible ? map(members, #.grade > 0 ? 5500 : 0) : map(members, 0)",
}


def graph() -> dict[str, Any]:
    """Return the decision graph: input, table, rules, answer, output."""
    nodes = [
        _node("in", "inputNode"),
        _node("standard", "decisionTableNode", _standard()),
        _node("rules", "expressionNode", _expressions(_RULES, keep=True)),
        _node("answer", "expressionNode", _expressions(_ANSWER, keep=False)),
        _node("out", "outputNode"),
    ]
    names = [node["id"] for node in nodes]
    edges = [
        {"id": f"{source}-{target}", "type": "edge", "sourceId": source, "targetId": target}
        for source, target in pairwise(names)
    ]
    return {"nodes": nodes, "edges": edges}


def _node(name: str, kind: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
    node: dict[str, Any] = {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}}
    common = {"inputField": None, "outputPath": None, "executionMode": "single"}
    return node if content is None else node | {"content": common | content}


def _standard() -> dict[str, Any]:
    return {
        "hitPolicy": "first",
        "passThrough": True,
        "inputs": [{"id": "area", "name": "area", "field": "area"}],
        "outputs": [{"id": "standard", "name": "standard", "field": "standard"}],
        "rules": [
            {"_id": "urban", "area": '"urban"', "standard": "43000 * 12"},
            {"_id": "rural", "area": '"rural"', "standard": "320000"},
        ],
    }


def _expressions(rules: dict[str, str], *, keep: bool) -> dict[str, Any]:
    rows = [{"id": name, "key": name, "value": text} for name, text in rules.items()]
    return {"expressions": rows, "passThrough": keep}


def _batch(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"dibao": graph()}}})
    answers: list[dict[str, Any]] = []
    for first in range(0, len(cases), BATCH):
        asked = [{"key": "dibao", "context": case} for case in cases[first : first + BATCH]]
        answers += [one["data"]["result"] for one in engine.evaluate_batch(asked)]
    return answers


def _one(decision: Any, settings: dict[str, bool], case: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = decision.evaluate(case, settings)["result"]
    return answer


def main() -> None:
    """Time one mode."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=("loop", "batch", "single"))
    parser.add_argument("households", type=int)
    options = parser.parse_args()
    decision = zen.ZenEngine().create_decision(json.dumps(graph()))
    release = version("zen-engine")
    roll = load(options.households)
    if options.mode == "single":
        cases = list(ref_python.cases(roll, 0, 1_000))
        want = [ref_python.decide(case) for case in cases]
        for name, settings in (("zen", {}), ("zen_trace", {"trace": True})):
            measure.single(name, partial(_one, decision, settings), cases, want, runs=5, version=release)
        return

    def compute(cases: list[dict[str, Any]]) -> dict[str, np.ndarray[Any, Any]]:
        if options.mode == "batch":
            return ref_python.columns(_batch(cases))
        return ref_python.columns([decision.evaluate(case)["result"] for case in cases])

    runs = 5 if options.households < MANY else 1
    timing = measure.repeat(lambda: list(ref_python.cases(roll)), compute, runs=runs)
    measure.report(f"zen_{options.mode}", roll, timing, version=release)


if __name__ == "__main__":
    main()
