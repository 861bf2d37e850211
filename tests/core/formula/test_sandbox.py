"""A formula reaches nothing: no attribute, no builtin, no module, no endless work."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import pytest

from core.errors import InvalidInput
from core.formula.check import check
from core.formula.scalar import write
from core.formula.schema import FactSchema, Field, FormulaSource
from core.formula.syntax import parse
from core.formula.tree import Program

Source = Callable[..., FormulaSource]

ATTACKS = [
    "__import__",
    '__import__("os")',
    "__builtins__",
    "a.__class__",
    "().__class__",
    '"".__class__',
    "member.__dict__",
    "case.__init__",
    "(1).real",
    "vehicles.__add__(1)",
    "members.sex.upper",
    "x.y.z",
    "f(x)(y)",
    "eval(1)",
    'exec("1")',
    'open("x")',
    "print(1)",
    "getattr(members, 1)",
    "type(1)",
    "globals()",
    "h",
    "standards",
    "run",
    "Failed(1)",
    "day_key(1)",
    "gcd(1, 2)",
    "len(members)",
    "zip(members)",
    "lambda: 1",
    "lambda x: x",
    "[x for x in members]",
    "{x: 1}",
    "(x for x in members)",
    "members[0]",
    "income.amount[0]",
    "1 if urgent else 2",
    "x := 1",
    "vehicles = 1; 2",
    "import os",
    "yield 1",
    "await x",
    "*members",
    "**members",
    "f'{x}'",
    "`x`",
    "x\\n",
    "9 ** 9 ** 9",
    "9 ^ 9",
    "1 << 99",
    "1 // 2",
    "1 % 2 3",
    "~1",
    "x @ y",
    "1e999",
    "0x10",
    "1_000",
    "1j",
    "0b1",
    "inf(1)",
    "nan(1)",
    '"""x"""',
    "'x'",
    "$x",
    "@x",
    "#",
    "# comment",
    "-- x",
    "/* x */",
    "<script>",
    "${x}",
    "{{x}}",
    "%s",
    "x\x00y",
    "x\u200by",
    "x\u202ey",
    "\ud800",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_attack_is_refused_as_the_users_fault(text: str, schema: FactSchema, source: Source) -> None:
    with pytest.raises(InvalidInput) as caught:
        check(schema, [source("tested", text)])
    assert caught.value.render("zh")
    assert caught.value.render("en")


@pytest.mark.parametrize(
    "text",
    [
        "\u0430rea",
        "are\u0430",
        "\u0456ncome.amount",
        "ＡＧＥ(decision_date)",
        "A\u0405(1)",
        "\u041cAX(1, 2)",
        "vehic\u217ces",
        "v\u0435hicles",
        "０",
        "²",
        "①",
        "½",
        "Ⅳ",
    ],
)
def test_look_alikes_are_refused(text: str, schema: FactSchema, source: Source) -> None:
    with pytest.raises(InvalidInput) as caught:
        check(schema, [source("tested", text)])
    assert caught.value.code == "look_alike"


@pytest.mark.parametrize(
    "character", ["(", "-", "not ", "1+", "IF(", "SUM(", "((", '"', "“", "（", "0", "9", "a", "é", "\u200b", ",", "."]
)
def test_ten_megabytes_are_refused_at_once(character: str) -> None:
    text = character * (10_000_000 // len(character))
    with pytest.raises(InvalidInput) as caught:
        parse(text)
    assert caught.value.code == "too_long"


@pytest.mark.parametrize(
    "piece", ["(", "-", "not ", "1+", "IF(TRUE,", "SUM(", "MAX(1,", "a.", "a and (", "1-(", "24 months*("]
)
def test_two_thousand_characters_of_nesting_are_refused_without_recursion(piece: str) -> None:
    text = piece * (2000 // len(piece))
    with pytest.raises(InvalidInput):
        parse(text)
    opened = text.count("(")
    with pytest.raises(InvalidInput):
        parse((piece * (1000 // len(piece)) + "1" + ")" * opened)[:2000])


def test_a_closed_deep_formula_is_refused(schema: FactSchema, source: Source) -> None:
    text = "(" * 900 + "1" + ")" * 900
    with pytest.raises(InvalidInput) as caught:
        check(schema, [source("tested", text)])
    assert caught.value.code == "too_deep"


def generated(program: Program) -> ast.Module:
    return ast.parse(write(program).source)


def test_generated_code_knows_only_what_it_was_given(program: Callable[[dict[str, str]], Program]) -> None:
    """Every name is a parameter, a variable of the function, a constant made by the writer, or one of a few tools."""
    everything = {
        "member.age": "AGE(member.birth_date)",
        "income.yearly": 'income.amount * SWITCH(income.frequency, "month", 12, 1) / 1 year',
        "member.income": "SUM(income.yearly)",
        "counted": "SUM(member.income, WHEN(member.age >= 16)) / COUNT(members)",
        "class": 'IFS(counted > YUAN(100) / 1 year / 1 person, "a", local, "b")',
        "months": "MONTHS_BETWEEN(case.last_review, decision_date)",
        "other": 'STANDARD("dibao", area, division) - counted',
        "oldest": "MAX(member.age, DEFAULT(0)) + LOOKUP(vehicles, 0, 1, 3, 2)",
        "ok": 'ANY(members.sex = "female") and not ALL(income.verified)',
        "rounded": "ROUND(MONTHLY(other), 2)",
    }
    module = generated(program(everything))
    tools = {"Failed", "Failure", "NOTHING", "day_key", "gcd", "len", "months_between", "zip"}
    assigned = {node.id for node in ast.walk(module) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    caught = {node.name for node in ast.walk(module) if isinstance(node, ast.ExceptHandler) and node.name}
    read = {node.id for node in ast.walk(module) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    constants = {name for name in read if name[0] in "FT" and name[1:].isdecimal()}
    assert read <= assigned | caught | constants | tools | {"h", "standards"}
    attributes = {node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute)}
    assert attributes <= {"get", "append", "failure", "__class__"}
    assert not [
        node for node in ast.walk(module) if isinstance(node, ast.Import | ast.ImportFrom | ast.Lambda | ast.Global)
    ]
    assert not [node for node in ast.walk(module) if isinstance(node, ast.Constant) and isinstance(node.value, float)]


def test_texts_enter_generated_code_only_quoted(
    program: Callable[[dict[str, str]], Program], household: Callable[..., Any]
) -> None:
    nasty = """');import os;os.system('x')#"""
    checked = program(
        {
            "tested": f'division = "{nasty}"',
            "other": f'IF(urgent, "{nasty}", division)',
            "table": f'SWITCH(division, "{nasty}", 1, 2)',
        }
    )
    compiled = write(checked)
    result = compiled.run(household(division=nasty))
    assert [result.get(f"dibao.{name}") for name in ("tested", "other", "table")] == [True, nasty, 1]


def test_names_of_facts_enter_generated_code_only_quoted(
    schema: FactSchema, source: Source, household: Callable[..., Any]
) -> None:
    """Facts come from plugins, which are trusted; still, a Python word as a name does no harm."""
    words = {
        name: Field(name=name, level="household", type="number")
        for name in ("class", "import", "lambda", "print", "day_key", "e", "h", "q1")
    }
    program = check(
        FactSchema(fields={**schema.fields, **words}, lists=schema.lists), [source("tested", " + ".join(words))]
    )
    facts = household(**dict.fromkeys(words, 2))
    assert write(program).run(facts).get("dibao.tested") == 16


def test_generated_functions_have_no_builtins(program: Callable[[dict[str, str]], Program]) -> None:
    run: Any = write(program({"tested": "1"}))._run
    assert run.__globals__["__builtins__"] == {}
    assert "os" not in run.__globals__
