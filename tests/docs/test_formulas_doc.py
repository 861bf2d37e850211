"""docs/formulas.md: every function is there with its exact signature, and every example gives what the page says."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.errors import InvalidInput
from core.facts import Catalogue, catalogue
from core.formula.functions import CLAUSES, FUNCTIONS
from core.formula.playground import Evaluation, evaluate_text
from core.formula.schema import FormulaSource
from core.formula.tree import Failure
from core.source import located
from core.values import fraction_text, yuan_text

PAGE = (Path(__file__).parents[2] / "docs" / "formulas.md").read_text(encoding="utf-8")
EXAMPLES = [
    tuple(line.split(" => "))
    for block in re.findall(r"```formula\n(.*?)```", PAGE, re.DOTALL)
    for line in block.strip().splitlines()
]
ITEMS = {"wage": True, "farming": True, "pension": True}


@cache
def household() -> dict[str, Any]:
    (text,) = re.findall(r"```yaml household\n(.*?)```", PAGE, re.DOTALL)
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


@cache
def facts() -> Catalogue:
    return catalogue([], {}, income_items=ITEMS, gap_items={})


def evaluated(text: str) -> Evaluation:
    """Compute one example as the page's household has it."""
    given = household()
    prepared = facts().prepare(located(given["facts"], "docs/formulas.md"))
    filled = dict(given["filled"], decision_date=date.fromisoformat(str(given["filled"]["decision_date"])).toordinal())
    sources = [
        FormulaSource(programme="dibao", name=name, text=str(written), provision="docs")
        for name, written in given["formulas"].items()
    ]

    def standards(*place: str) -> tuple[int, int] | None:
        yuan = given["standards"].get(" ".join(place))
        return None if yuan is None else (yuan * 100, 1)

    return evaluate_text(facts().schema, sources, text, {**prepared, **filled}, programme="dibao", standards=standards)


def shown(found: Evaluation) -> str:
    """Write a result the way the page does."""
    value = found.value
    if isinstance(value, Failure):
        return f"error: {value.code}"
    if isinstance(value, bool):
        return str(value).upper()
    if not isinstance(value, Fraction):
        return f'"{value}"'
    if not found.unit.is_money:
        return f"{fraction_text(value)} {found.unit.label('en')}".strip()
    exact = "" if value.denominator == 1 else f" ({fraction_text(value / 100)})"
    return f"{yuan_text(value)} {found.unit}{exact}"


@pytest.mark.parametrize(("text", "expected"), EXAMPLES)
def test_example_gives_what_the_page_says(text: str, expected: str) -> None:
    if expected.startswith("refused: "):
        with pytest.raises(InvalidInput) as caught:
            evaluated(text)
        assert [one.code for one in caught.value.problems] == [expected.removeprefix("refused: ")]
    else:
        assert shown(evaluated(text)) == expected


@pytest.mark.parametrize("name", [*FUNCTIONS, *CLAUSES])
def test_every_function_is_on_the_page(name: str) -> None:
    """Its signature is a heading; its Chinese help and its example stand under it."""
    function = FUNCTIONS.get(name) or CLAUSES[name]
    (section,) = re.findall(rf"^### `{re.escape(function.signature)}`\n(.*?)(?=^##|\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert re.split("[；：]", function.help.zh)[0] in section
    assert f"\n{function.example} => " in section


def test_the_page_documents_nothing_else() -> None:
    headings = re.findall(r"^### `(\w+)\(", PAGE, re.MULTILINE)
    assert sorted(headings) == sorted((*FUNCTIONS, *CLAUSES))


def test_functions_explain_themselves_in_both_languages() -> None:
    for function in (*FUNCTIONS.values(), *CLAUSES.values()):
        assert function.help.zh
        assert function.help.en
        assert function.signature.startswith(f"{function.name}(")
