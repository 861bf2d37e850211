"""What may stand in a formula's text: characters, length, depth and digits, and where in the file a character is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from core.errors import Problem, Text, Where
from core.formula.syntax_tree import Expression, NumberLiteral, walk

LONGEST = 2000
"""Most characters in a formula."""
DEEPEST = 32
"""Most levels of nesting, brackets included."""
DIGITS_BEFORE_POINT = 15
DIGITS_AFTER_POINT = 9

_MAPPED = str.maketrans("（），、；：＝＜＞“”＂％＋－−×÷＊／．　\u00a0", '(),,;:=<>"""%+--*/*/.  ')
_CHINESE = ((0x3007, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF))
_ACCEPTED = "≤≥≠"


def too_long(text: str, where: Where | None) -> Iterator[Problem]:
    """Refuse a long text before anything looks at its characters."""
    if len(text) > LONGEST:
        message = Text(
            f"公式过长（上限 {LONGEST} 字，现 {len(text)} 字）",
            f"the formula is too long (at most {LONGEST} characters, this has {len(text)})",
        )
        yield Problem(code="too_long", message=message, where=where, hint=_SPLIT)


def cleaned(text: str) -> str:
    """Return the text with full-width punctuation and spaces in ASCII, one character for one.

    >>> cleaned("IF（a≥１，“rural”，b）")
    'IF(a≥１,"rural",b)'
    """
    return text.translate(_MAPPED)


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


def foreign(text: str, where: Where | None) -> Iterator[Problem]:
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
        if _is_letter(character):
            message = Text(
                f"形近字符“{character}”（{name}）不允许使用",
                f"'{character}' ({name}) is not allowed: it may look like another letter",
            )
            yield Problem(code="look_alike", message=message, where=at, value=character, hint=_ascii_hint(character))
        else:
            shown = character if character.isprintable() else f"U+{ord(character):04X}"
            message = Text(f"不允许的字符（{name}）", f"character not allowed ({name})")
            yield Problem(code="bad_character", message=message, where=at, value=shown)


def _is_letter(character: str) -> bool:
    """Tell letters, digits, marks and whatever is only another form of one from mere signs."""
    return any(unicodedata.category(one)[0] in "LNM" for one in unicodedata.normalize("NFKC", character))


def _is_chinese(character: str) -> bool:
    return any(low <= ord(character) <= high for low, high in _CHINESE)


def _ascii_hint(character: str) -> Text:
    plain = unicodedata.normalize("NFKC", character)
    if plain != character and len(plain) == 1 and (plain.isascii() or _is_chinese(plain)):
        return Text(f"请改为“{plain}”", f"write '{plain}'")
    return Text("请用英文半角字母重新输入", "type it again in plain ASCII")


def too_nested(text: str, where: Where | None) -> Iterator[Problem]:
    """Refuse deep brackets before parsing: brackets leave no trace in the tree."""
    depth = 0
    quoted = False
    for offset, character in enumerate(text):
        quoted ^= character == '"'
        depth += 0 if quoted else (character == "(") - (character == ")")
        if depth > DEEPEST:
            yield _depth_problem(place(where, text, offset))
            return


def too_deep(tree: Expression, text: str, where: Where | None) -> Iterator[Problem]:
    """Refuse a tree of many levels; a chain of plus signs has one for each."""
    deep = next((one for one, depth in walk(tree) if depth > DEEPEST), None)
    if deep is not None:
        yield _depth_problem(place(where, text, deep.at))


def _depth_problem(where: Where) -> Problem:
    message = Text(f"公式嵌套过深（上限 {DEEPEST} 层）", f"the formula is nested too deeply (at most {DEEPEST} levels)")
    return Problem(code="too_deep", message=message, where=where, hint=_SPLIT)


def odd_numbers(tree: Expression, text: str, where: Where | None) -> Iterator[Problem]:
    """Refuse numbers that are too long, or written like codes."""
    for one, _ in walk(tree):
        if not isinstance(one, NumberLiteral):
            continue
        whole, _, decimals = one.digits.partition(".")
        at = place(where, text, one.at)
        if len(whole) > DIGITS_BEFORE_POINT or len(decimals) > DIGITS_AFTER_POINT:
            message = Text(
                f"数字过长（整数最多 {DIGITS_BEFORE_POINT} 位，小数最多 {DIGITS_AFTER_POINT} 位）",
                f"the number is too long (at most {DIGITS_BEFORE_POINT} digits and {DIGITS_AFTER_POINT} decimals)",
            )
            yield Problem(code="number_too_long", message=message, where=at, value=one.digits[:40])
        elif len(whole) > 1 and whole[0] == "0":
            message = Text(
                "数字不能以0开头，也不能用千分位逗号", "a number has no leading zeros and no thousands separators"
            )
            yield Problem(code="leading_zero", message=message, where=at, value=one.digits)
