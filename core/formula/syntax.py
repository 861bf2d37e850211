"""Text to syntax tree: clean the characters, keep the limits, parse, and say in words what is wrong and where."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args

from core.errors import InvalidInput, Problem, Text, Where
from core.formula.syntax_tree import (
    ArithmeticSign,
    BooleanLiteral,
    Calculation,
    Call,
    Comparison,
    ComparisonSign,
    Expression,
    Junction,
    Minus,
    Name,
    Negation,
    NumberLiteral,
    TextLiteral,
    walk,
)

LONGEST = 2000
"""Most characters in a formula."""
DEEPEST = 32
"""Most levels of nesting, brackets included."""
DIGITS_BEFORE_POINT = 15
DIGITS_AFTER_POINT = 9

_MAPPED = str.maketrans("（），、；：＝＜＞“”＂％＋－−×÷＊／．　\u00a0", '(),,;:=<>"""%+--*/*/.  ')
_CHINESE = ((0x3007, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF))
_ACCEPTED = "≤≥≠"


def parse(text: str, where: Where | None = None) -> Expression:
    """Parse one formula.

    ``where`` is the place of the text's first character; problems point from there to the offending character.

    Raises:
        InvalidInput: too long or too deep, characters that are not allowed, or not an expression.
    """
    if len(text) > LONGEST:
        message = Text(
            f"公式过长（上限 {LONGEST} 字，现 {len(text)} 字）",
            f"the formula is too long (at most {LONGEST} characters)",
        )
        raise InvalidInput([Problem(code="too_long", message=message, where=where, hint=_SPLIT)])
    cleaned = text.translate(_MAPPED)
    problems = [*_foreign(cleaned, where), *_too_nested(cleaned, where)]
    if problems:
        raise InvalidInput(problems)
    tree = _parsed(cleaned, where)
    problems = [*_too_deep(tree, cleaned, where), *_long_numbers(tree, cleaned, where)]
    if problems:
        raise InvalidInput(problems)
    return tree


def place(where: Where | None, text: str, offset: int) -> Where:
    """Return the place of the character at ``offset`` of a text that starts at ``where``.

    >>> str(place(Where(file="policy.yaml", line=7, column=11), "a + b", 4))
    'policy.yaml:7:15'
    """
    start = where or Where(line=1, column=1)
    before = text[:offset]
    below = before.count("\n")
    if not start.line:
        return start
    if below:
        return replace(start, line=start.line + below, column=offset - before.rindex("\n"))
    return replace(start, column=start.column + offset)


_SPLIT = Text("请拆成几个有名称的公式", "split it into several named formulas")


def _foreign(text: str, where: Where | None) -> Iterator[Problem]:
    """Find characters that are no part of the language (each once), letters that look like ASCII ones above all."""
    seen: set[str] = set()
    for offset, character in enumerate(text):
        if (
            character in seen
            or character in "\t\r\n"
            or " " <= character <= "~"
            or character in _ACCEPTED
            or _is_chinese(character)
        ):
            continue
        seen.add(character)
        name = unicodedata.name(character, f"U+{ord(character):04X}")
        at = place(where, text, offset)
        if unicodedata.category(character)[0] in "LNM":
            message = Text(
                f"形近字符“{character}”（{name}）不允许使用",
                f"'{character}' ({name}) is not allowed: it may look like another letter",
            )
            yield Problem(code="look_alike", message=message, where=at, value=character, hint=_ascii_hint(character))
        else:
            shown = character if character.isprintable() else f"U+{ord(character):04X}"
            message = Text(f"不允许的字符（{name}）", f"character not allowed ({name})")
            yield Problem(code="bad_character", message=message, where=at, value=shown)


def _is_chinese(character: str) -> bool:
    return any(low <= ord(character) <= high for low, high in _CHINESE)


def _ascii_hint(character: str) -> Text:
    plain = unicodedata.normalize("NFKC", character)
    if plain != character and len(plain) == 1 and (plain.isascii() or _is_chinese(plain)):
        return Text(f"请改为“{plain}”", f"write '{plain}'")
    return Text("请用英文半角字母重新输入", "type it again in plain ASCII")


def _too_nested(text: str, where: Where | None) -> Iterator[Problem]:
    """Refuse deep brackets before parsing: brackets leave no trace in the tree."""
    depth = 0
    quoted = False
    for offset, character in enumerate(text):
        quoted ^= character == '"'
        depth += 0 if quoted else (character == "(") - (character == ")")
        if depth > DEEPEST:
            yield _depth_problem(place(where, text, offset))
            return


def _too_deep(tree: Expression, text: str, where: Where | None) -> Iterator[Problem]:
    deep = next((one for one, depth in walk(tree) if depth > DEEPEST), None)
    if deep is not None:
        yield _depth_problem(place(where, text, deep.at))


def _depth_problem(where: Where) -> Problem:
    message = Text(f"公式嵌套过深（上限 {DEEPEST} 层）", f"the formula is nested too deeply (at most {DEEPEST} levels)")
    return Problem(code="too_deep", message=message, where=where, hint=_SPLIT)


def _long_numbers(tree: Expression, text: str, where: Where | None) -> Iterator[Problem]:
    for one, _ in walk(tree):
        if not isinstance(one, NumberLiteral):
            continue
        whole, _, decimals = one.digits.partition(".")
        at = place(where, text, one.at)
        if len(whole) > DIGITS_BEFORE_POINT or len(decimals) > DIGITS_AFTER_POINT:
            message = Text(
                f"数字过长（整数最多 {DIGITS_BEFORE_POINT} 位，小数最多 {DIGITS_AFTER_POINT} 位）",
                f"the number is too long (at most {DIGITS_BEFORE_POINT} digits before and {DIGITS_AFTER_POINT} after the point)",
            )
            yield Problem(code="number_too_long", message=message, where=at, value=one.digits[:40])
        elif len(whole) > 1 and whole[0] == "0":
            message = Text(
                "数字不能以0开头，也不能用千分位逗号", "a number has no leading zeros and no thousands separators"
            )
            yield Problem(code="leading_zero", message=message, where=at, value=one.digits)


@v_args(inline=True)
class _Build(Transformer[Token, Expression]):
    """Makes the nodes while the parser runs; keeps no state."""

    def either(self, *operands: Expression) -> Expression:
        return Junction(at=operands[0].at, word="or", operands=operands)

    def both(self, *operands: Expression) -> Expression:
        return Junction(at=operands[0].at, word="and", operands=operands)

    def negation(self, word: Token, operand: Expression) -> Expression:
        return Negation(at=_at(word), operand=operand)

    def comparison(self, left: Expression, sign: Token, right: Expression) -> Expression:
        return Comparison(at=_at(sign), sign=_COMPARISONS[str(sign)], left=left, right=right)

    def arithmetic(self, left: Expression, sign: Token, right: Expression) -> Expression:
        return Calculation(at=_at(sign), sign=_SIGNS[str(sign)], left=left, right=right)

    def minus(self, sign: Token, operand: Expression) -> Expression:
        return Minus(at=_at(sign), operand=operand)

    def plus(self, _: Token, operand: Expression) -> Expression:
        return operand

    def number(self, digits: Token) -> Expression:
        return NumberLiteral(at=_at(digits), digits=str(digits))

    def percent(self, digits: Token, _: Token) -> Expression:
        return NumberLiteral(at=_at(digits), digits=str(digits), percent=True)

    def amount(self, digits: Token, unit: Token) -> Expression:
        return NumberLiteral(at=_at(digits), digits=str(digits), unit=str(unit), unit_at=_at(unit))

    def text(self, quoted: Token) -> Expression:
        return TextLiteral(at=_at(quoted), value=str(quoted)[1:-1])

    def true(self, word: Token) -> Expression:
        return BooleanLiteral(at=_at(word), value=True)

    def false(self, word: Token) -> Expression:
        return BooleanLiteral(at=_at(word), value=False)

    def name(self, name: Token) -> Expression:
        return Name(at=_at(name), before="", name=str(name))

    def dotted(self, before: Token, name: Token) -> Expression:
        return Name(at=_at(before), before=str(before), name=str(name))

    def call(self, function: Token, *arguments: Expression) -> Expression:
        return Call(at=_at(function), function=str(function).upper(), written=str(function), arguments=arguments)


_SIGNS: dict[str, ArithmeticSign] = {"+": "+", "-": "-", "*": "*", "/": "/"}
_COMPARISONS: dict[str, ComparisonSign] = {
    "=": "=",
    "<>": "<>",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
    "≤": "<=",
    "≥": ">=",
    "≠": "<>",
}


def _at(token: Token) -> int:
    return token.start_pos or 0


@cache
def _parser() -> Lark:
    grammar = files("core.formula").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="basic", transformer=_Build(), maybe_placeholders=False)


def _parsed(text: str, where: Where | None) -> Expression:
    try:
        return cast(Expression, _parser().parse(text))
    except UnexpectedInput as error:
        raise InvalidInput([_explained(error, text, where)]) from None


def _explained(error: UnexpectedInput, text: str, where: Where | None) -> Problem:
    """Say in words what the parser stumbled over."""
    expected, found = _stumbled(error, text)
    awaited = _VALUE_AWAITED if "NUMBER" in expected else _OPERATOR_AWAITED
    if not found:
        message = _UNFINISHED if text.strip() else _EMPTY
        return Problem(code="syntax_error", message=message, hint=awaited, where=place(where, text, len(text)))
    offset = getattr(error, "pos_in_stream", 0)
    return Problem(
        code="syntax_error",
        message=_MALFORMED,
        hint=_habit(text, offset) or awaited,
        where=place(where, text, offset),
        value=found[:40],
    )


def _stumbled(error: UnexpectedInput, text: str) -> tuple[set[str], str]:
    """Return the terminals that could have followed, and what stands there instead (nothing at the end)."""
    if isinstance(error, UnexpectedToken):
        return error.expected, "" if error.token.type == "$END" else str(error.token)
    allowed = error.allowed if isinstance(error, UnexpectedCharacters) else None
    return set(allowed or ()), text[getattr(error, "pos_in_stream", 0)]


_EMPTY = Text("公式为空", "the formula is empty")
_UNFINISHED = Text("公式没有写完", "the formula ends too early")
_MALFORMED = Text("公式语法错误", "the formula is not well formed")
_VALUE_AWAITED = Text("此处应为数值、名称或函数", "a value is expected here")
_OPERATOR_AWAITED = Text("此处应为运算符、逗号或右括号", "an operator, a comma or a closing bracket is expected here")


def _habit(text: str, offset: int) -> Text | None:
    """Recognise what people bring from other languages, by the characters around the offence."""
    rest = text[offset:]
    around = text[max(0, offset - 1) : offset + 2]
    for sign, hint in _HABITS.items():
        if sign in around:
            return hint
    if rest.startswith("(") and text[:offset].rstrip().lower().endswith(("and", "or")):
        return Text("and、or 是运算符：a and b", "and, or are operators: a and b")
    if rest[0] in "<>=≤≥≠":
        return Text("比较只有两边；请写 a < b and b < c", "a comparison has two sides; write a < b and b < c")
    if rest[0] == ".":
        return Text("名称中最多一个点；小数请写 0.5", "a name has one dot at most; write decimals as 0.5")
    return None


_HABITS = {
    "==": Text("相等写一个 =", "write = once"),
    "!": Text("不等写 <>", "write <> for 'not equal'"),
    "**": Text("没有乘方，请用乘法写出", "there are no powers; write the product out"),
    "^": Text("没有乘方，请用乘法写出", "there are no powers; write the product out"),
    "'": Text("文本用双引号", "text stands in double quotes"),
    ";": Text("参数之间用逗号", "separate arguments by commas"),
    "&": Text("请用 and", "write and"),
    "|": Text("请用 or", "write or"),
    "[": Text("没有下标", "there are no subscripts"),
    "__": Text("名称不能以下划线开头", "a name does not start with an underscore"),
    '"': Text("文本的引号没有成对", "a quotation mark is not closed"),
}
