"""Text to syntax tree: what may be written, and where a fault is said to be."""

from __future__ import annotations

from importlib.resources import files

import pytest

from core.errors import InvalidInput, Problem, Where
from core.formula.characters import DEEPEST, LONGEST
from core.formula.syntax import parse
from core.formula.syntax_tree import (
    BooleanLiteral,
    Calculation,
    Call,
    Comparison,
    Expression,
    Junction,
    Minus,
    Name,
    Negation,
    NumberLiteral,
    TextLiteral,
)


def refused(text: str, where: Where | None = None) -> list[Problem]:
    with pytest.raises(InvalidInput) as caught:
        parse(text, where)
    return list(caught.value.problems)


def shape(one: Expression) -> object:  # noqa: PLR0911 - one case a kind
    """Return a tree as nested tuples, without offsets."""
    match one:
        case NumberLiteral():
            return one.digits + ("%" if one.percent else "") + (f" {one.unit}" if one.unit else "")
        case TextLiteral():
            return f'"{one.value}"'
        case BooleanLiteral():
            return one.value
        case Name():
            return one.written
        case Calculation() | Comparison():
            return (one.sign, shape(one.left), shape(one.right))
        case Junction():
            return (one.word, *map(shape, one.operands))
        case Minus():
            return ("-", shape(one.operand))
        case Negation():
            return ("not", shape(one.operand))
        case Call():
            return (one.function, *map(shape, one.arguments))
    raise AssertionError(one)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b * c", ("+", "a", ("*", "b", "c"))),
        ("a - b - c", ("-", ("-", "a", "b"), "c")),
        ("a / b * c", ("*", ("/", "a", "b"), "c")),
        ("(a + b) * c", ("*", ("+", "a", "b"), "c")),
        ("-a * b", ("*", ("-", "a"), "b")),
        ("a - -b", ("-", "a", ("-", "b"))),
        ("+a", "a"),
        ("a + 1 < b", ("<", ("+", "a", "1"), "b")),
        ("not a = b", ("not", ("=", "a", "b"))),
        ("a or b and c", ("or", "a", ("and", "b", "c"))),
        ("a and b and c", ("and", "a", "b", "c")),
        ("A AND b Or c", ("or", ("and", "A", "b"), "c")),
        ("not not a", ("not", ("not", "a"))),
        ("andy + orange + nothing", ("+", ("+", "andy", "orange"), "nothing")),
    ],
)
def test_operators_bind_as_in_excel(text: str, expected: object) -> None:
    assert shape(parse(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24", "24"),
        ("0.5", "0.5"),
        ("50%", "50%"),
        ("24 months", "24 months"),
        ("24个月", "24 个月"),
        ("2年", "2 年"),
        ("693.10", "693.10"),
        ('"rural"', '"rural"'),
        ("TRUE", True),
        ("false", False),
        ("member.birth_date", "member.birth_date"),
        ("车辆数", "车辆数"),
        ("member . id", "member.id"),
    ],
)
def test_literals_and_names(text: str, expected: object) -> None:
    assert shape(parse(text)) == expected


@pytest.mark.parametrize("sign", ["=", "<>", "<", "<=", ">", ">="])
def test_comparison_signs(sign: str) -> None:
    assert shape(parse(f"a {sign} b")) == (sign, "a", "b")


@pytest.mark.parametrize(
    ("written", "sign"), [("≤", "<="), ("≥", ">="), ("≠", "<>"), ("＜＝", "<="), ("＜＞", "<>"), ("＝", "=")]
)
def test_signs_people_type_are_accepted(written: str, sign: str) -> None:
    assert shape(parse(f"a{written}b")) == (sign, "a", "b")


def test_full_width_punctuation_is_ascii() -> None:
    text = "ＩＦ".translate({ord("Ｉ"): "I", ord("Ｆ"): "F"}) + "（a＜b，c＋d－e×f÷g，50％）"
    assert shape(parse(text)) == (
        "IF",
        ("<", "a", "b"),
        ("-", ("+", "c", "d"), ("/", ("*", "e", "f"), "g")),
        "50%",
    )


def test_chinese_quotation_marks_and_list_commas() -> None:
    assert shape(parse("SWITCH（area、“urban”，1，2）")) == ("SWITCH", "area", '"urban"', "1", "2")


def test_full_width_spaces_and_line_breaks_are_space() -> None:
    assert shape(parse("a\u3000+\u00a0b\r\n\t+ c")) == ("+", ("+", "a", "b"), "c")


def test_function_names_in_any_case() -> None:
    assert shape(parse("sum(a)")) == ("SUM", "a")


def test_offsets_point_at_what_a_message_is_about() -> None:
    tree = parse("a + b.c * SUM(d)")
    assert isinstance(tree, Calculation)
    assert (tree.at, tree.left.at, tree.right.at) == (2, 0, 8)
    assert isinstance(tree.right, Calculation)
    assert (tree.right.left.at, tree.right.right.at) == (4, 10)


@pytest.mark.parametrize(
    ("text", "column", "hint"),
    [
        ("", 1, "a value is expected here"),
        ("   ", 4, "a value is expected here"),
        ("a +", 4, "a value is expected here"),
        ("(a", 3, "an operator, a comma or a closing bracket is expected here"),
        ("a b", 3, "an operator, a comma or a closing bracket is expected here"),
        ("a)", 2, "an operator, a comma or a closing bracket is expected here"),
        ("a == b", 4, "write = once"),
        ("a != b", 3, "write <> for 'not equal'"),
        ("a ** b", 4, "there are no powers; write the product out"),
        ("a ^ b", 3, "there are no powers; write the product out"),
        ("a < b < c", 7, "a comparison has two sides; write a < b and b < c"),
        ("a.b.c", 4, "a name has one dot at most; write decimals as 0.5"),
        (".5", 1, "a name has one dot at most; write decimals as 0.5"),
        ("SUM(a; b)", 6, "separate arguments by commas"),
        ("a & b", 3, "write and"),
        ("a | b", 3, "write or"),
        ("'rural'", 1, "text stands in double quotes"),
        ('"rural', 1, "a quotation mark is not closed"),
        ("AND(a, b)", 1, "and, or are operators: a and b"),
        ("a and or(b)", 7, "and, or are operators: a and b"),
        ("a and (b, c)", 9, "an operator, a comma or a closing bracket is expected here"),
        ("SUM(,a)", 5, "a value is expected here"),
        ("1,000", 2, "an operator, a comma or a closing bracket is expected here"),
    ],
)
def test_syntax_error_says_where_and_what_to_write(text: str, column: int, hint: str) -> None:
    (problem,) = refused(text)
    assert problem.code == "syntax_error"
    assert problem.where is not None
    assert (problem.where.line, problem.where.column) == (1, column)
    assert problem.hint is not None
    assert problem.hint.en == hint
    assert problem.hint.zh


def test_place_counts_from_the_place_of_the_text() -> None:
    start = Where(file="policy.yaml", line=7, column=11, path="$.provisions[3].text")
    (problem,) = refused("a +\n  b b", start)
    assert problem.where == Where(file="policy.yaml", line=8, column=5, path="$.provisions[3].text")
    (problem,) = refused("a b", start)
    assert problem.where == Where(file="policy.yaml", line=7, column=13, path="$.provisions[3].text")


def test_unknown_line_stays_unknown() -> None:
    start = Where(file="plugin.py", path="$.text")
    (problem,) = refused("a b", start)
    assert problem.where == start


@pytest.mark.parametrize(
    ("text", "value", "name"),
    [
        ("\u0430rea", "\u0430", "CYRILLIC SMALL LETTER A"),
        ("l\u03b9ne", "\u03b9", "GREEK SMALL LETTER IOTA"),
        ("ｌine", "ｌ", "FULLWIDTH LATIN SMALL LETTER L"),
        ("１ + 2", "１", "FULLWIDTH DIGIT ONE"),
        ("caf\u00e9", "\u00e9", "LATIN SMALL LETTER E WITH ACUTE"),
        ("e\u0301", "\u0301", "COMBINING ACUTE ACCENT"),
        ("⼈口", "⼈", "KANGXI RADICAL MAN"),
        ('area = "rur\u0430l"', "\u0430", "CYRILLIC SMALL LETTER A"),
    ],
)
def test_look_alike_letters_are_refused_by_name(text: str, value: str, name: str) -> None:
    (problem,) = refused(text)
    assert (problem.code, problem.value) == ("look_alike", value)
    assert name in problem.message.zh
    assert name in problem.message.en


def test_look_alike_with_a_plain_form_is_answered_with_it() -> None:
    (problem,) = refused("ｌine")
    assert problem.hint is not None
    assert problem.hint.en == "write 'l'"


@pytest.mark.parametrize("character", ["\u200b", "\u202e", "\ufeff", "\x00", "$", "#", "@", "\\", "。", "→", "😀"])
def test_other_characters_are_refused(character: str) -> None:
    assert refused(f"a{character}b")[0].code in ("bad_character", "syntax_error")


def test_every_foreign_character_is_reported_once() -> None:
    assert [one.value for one in refused("\u0430 + \u0430 + \u03b9")] == ["\u0430", "\u03b9"]


def test_text_of_the_longest_length_is_read() -> None:
    assert shape(parse(" " * (LONGEST - 1) + "a")) == "a"
    (problem,) = refused(" " * LONGEST + "a")
    assert problem.code == "too_long"


@pytest.mark.parametrize("nested", ["({})", "-{}", "not {}", "MAX({}, 1)", "1 - ({})"])
def test_depth_is_limited(nested: str) -> None:
    text = "a"
    for _ in range(DEEPEST - 1):
        text = nested.format(text)
    if nested != "1 - ({})":
        parse(text)
    for _ in range(2):
        text = nested.format(text)
    assert refused(text)[0].code == "too_deep"


def test_long_chain_of_sums_is_deep() -> None:
    parse("+".join("a" * DEEPEST))
    assert refused("+".join("a" * (DEEPEST + 1)))[0].code == "too_deep"


def test_long_chain_of_conditions_is_not_deep() -> None:
    assert shape(parse(" or ".join(["a"] * 200))) == ("or", *["a"] * 200)


def test_brackets_inside_quotes_are_text() -> None:
    assert shape(parse('"' + "(" * 50 + '"')) == '"' + "(" * 50 + '"'


@pytest.mark.parametrize(
    ("digits", "code"),
    [
        ("9" * 15, None),
        ("9" * 16, "number_too_long"),
        ("0." + "1" * 9, None),
        ("0." + "1" * 10, "number_too_long"),
        ("0", None),
        ("007", "leading_zero"),
        ("000", "leading_zero"),
    ],
)
def test_digits_are_limited(digits: str, code: str | None) -> None:
    if code is None:
        assert shape(parse(digits)) == digits
    else:
        assert [one.code for one in refused(digits)] == [code]


def test_all_odd_numbers_are_reported_in_order() -> None:
    assert [one.value for one in refused("007 + 08 + 1")] == ["007", "08"]


def test_grammar_explains_itself() -> None:
    """The grammar file is the documentation of the syntax: every rule has a comment above or beside it."""
    grammar = files("core.formula").joinpath("grammar.lark").read_text(encoding="utf-8")
    assert grammar.count("//") >= 12
    assert "Nothing else can be called" in grammar
