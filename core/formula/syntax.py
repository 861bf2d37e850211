"""Text to syntax tree, or in words what is wrong and where. The characters allowed are in ``characters.py``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args

from core.errors import InvalidInput, Problem, Text, Where
from core.formula.characters import cleaned, foreign, odd_numbers, place, too_deep, too_long, too_nested
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
)


def parse(text: str, where: Where | None = None) -> Expression:
    """Parse one formula.

    ``where`` is the place of the text's first character; problems point from there to the offending character.

    Raises:
        InvalidInput: too long or too deep, characters that are not allowed, or not an expression.
    """
    try:
        return _sound(text)
    except InvalidInput:
        if where is None:
            raise
        return _read(text, where)  # once more, for the places of its faults


@lru_cache(maxsize=4096)
def _sound(text: str) -> Expression:
    """The same texts rule in many places: a sound one is read once, and its tree, never changed, is shared."""
    return _read(text, None)


def _read(text: str, where: Where | None) -> Expression:
    _refuse(too_long(text, where))
    plain = cleaned(text)
    _refuse((*foreign(plain, where), *too_nested(plain, where)))
    tree = _parsed(plain, where)
    _refuse((*too_deep(tree, plain, where), *odd_numbers(tree, plain, where)))
    return tree


def _refuse(problems: Iterable[Problem]) -> None:
    found = tuple(problems)
    if found:
        raise InvalidInput(found)


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
    if _CALLED_WORD.match(rest):
        return Text("and、or 是运算符：a and b", "and, or are operators: a and b")
    if rest[0] in "<>=≤≥≠":
        return Text("比较只有两边；请写 a < b and b < c", "a comparison has two sides; write a < b and b < c")
    if rest[0] == ".":
        return Text("名称中最多一个点；小数请写 0.5", "a name has one dot at most; write decimals as 0.5")
    return None


_CALLED_WORD = re.compile(r"(and|or)\s*\(", re.IGNORECASE)
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
