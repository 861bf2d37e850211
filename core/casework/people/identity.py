"""Citizen ID numbers (公民身份号码, GB 11643): form, date of birth and check digit; who somebody is by his number.

The place code in front is never checked: counties are abolished and people keep their numbers. A number of the old
form (15 digits) is accepted and becomes the 18 digits it stands for, so that one person is found under either. What is
refused is never repeated in a message: it may be nearly somebody's number.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from core.errors import InvalidInput, Problem, Text, Where

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
OLDEST = 1850
"""Nobody alive was born before; an earlier year is a slip of the pen."""
CENTENARIANS = frozenset({"996", "997", "998", "999"})
"""Sequence codes the old form kept for who was over a hundred: born in 18xx."""

Sex = Literal["male", "female"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdNumber:
    """A sound number in 18 characters. ``old_form`` says that it was given with 15."""

    number: str = field(repr=False)
    birth_date: date
    sex: Sex
    old_form: bool = False


def read_id_number(given: str | float, *, where: Where | None = None, today: date | None = None) -> IdNumber:
    """Read a number as typed, pasted or taken from a cell; with ``today`` nobody is born later.

    >>> found = read_id_number("11010519491231002x")
    >>> found.birth_date.isoformat(), found.sex, found.number[-1]
    ('1949-12-31', 'female', 'X')

    Raises:
        InvalidInput: every fault at once: ``id_number_spreadsheet``, ``id_number_length``, ``id_number_character``,
            ``id_number_date``, ``id_number_check``.
    """
    text = _plain(given)
    faults = list(_faults(text, today))
    if faults or text is None:
        raise InvalidInput(_problem(code, message, hint=hint, where=where) for code, message, hint in faults)
    old = len(text) == 15
    whole = modern(text) if old else text
    return IdNumber(
        number=whole,
        birth_date=date(int(whole[6:10]), int(whole[10:12]), int(whole[12:14])),
        sex="male" if int(whole[16]) % 2 else "female",
        old_form=old,
    )


def check_character(digits: str) -> str:
    """Return the check digit of 17 digits (ISO 7064, MOD 11-2).

    >>> check_character("11010519491231002")
    'X'
    """
    return CHECK[sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11]


def modern(old: str) -> str:
    """Return the 18 characters of a number of 15 digits.

    >>> modern("110105491231002")
    '11010519491231002X'
    """
    century = "18" if old[12:] in CENTENARIANS else "19"
    digits = f"{old[:6]}{century}{old[6:]}"
    return digits + check_character(digits)


Fault = tuple[str, Text, Text | None]

SPREADSHEET = (
    "id_number_spreadsheet",
    Text("身份证号被电子表格当作数字，末尾几位已丢失", "a spreadsheet took the ID number for a number and cut it"),
    Text("请把该列设为文本格式后重新填写", "format the column as text and enter it again"),
)  # fmt: skip


def _plain(given: str | float) -> str | None:
    """The characters meant: half-width, without spaces, marks of text cells and separators; None for a lost number."""
    if isinstance(given, int) and abs(given) >= 10**20:
        return None
    if isinstance(given, float):
        return str(int(given)) if given.is_integer() and abs(given) < 10**15 else None
    text = unicodedata.normalize("NFKC", str(given)).strip().lstrip("'‘’`").upper().replace("×", "X")
    text = re.sub(r"[\s\u200b-\u200f\u202a-\u202e\ufeff-]", "", text)
    return None if re.fullmatch(r"\d+(\.\d+)?E\+?\d+", text, re.ASCII) else re.sub(r"\.0+$", "", text)


def _faults(text: str | None, today: date | None) -> list[Fault]:
    if text is None:
        return [SPREADSHEET]
    if len(text) not in (15, 18):
        message = Text(f"身份证号应为 18 位，现为 {len(text)} 位", f"an ID number has 18 characters, here {len(text)}")
        return [("id_number_length", message, None), *_characters(text)]
    faults = [*_characters(text), *_birth(text, today)]
    if len(text) == 18 and _is_digits(text[:17]) and text[17] in CHECK and check_character(text[:17]) != text[17]:
        if text.endswith("000"):
            return [SPREADSHEET]
        message = Text(
            "身份证号校验码不符，至少有一位有误", "the check digit does not fit: at least one digit is wrong"
        )
        faults.append(("id_number_check", message, Text("请对照证件逐位核对", "compare it digit by digit")))
    return faults


def _characters(text: str) -> list[Fault]:
    wrong = [place for place, one in enumerate(text, 1) if not (_is_digits(one) or (place == 18 and one == "X"))]
    if not wrong:
        return []
    zh, en = "、".join(str(place) for place in wrong[:18]), ", ".join(str(place) for place in wrong[:18])
    message = Text(f"第 {zh} 位不是数字", f"no digit at position {en}")
    hint = Text("只有第 18 位可以是 X", "only the 18th may be an X")
    return [("id_number_character", message, hint)]


def _birth(text: str, today: date | None) -> list[Fault]:
    digits = text[6:12] if len(text) == 15 else text[6:14]
    if not _is_digits(digits):
        return []  # told by position already
    whole = digits if len(text) == 18 else ("18" if text[12:] in CENTENARIANS else "19") + digits
    try:
        born = date(int(whole[:4]), int(whole[4:6]), int(whole[6:]))
    except ValueError:
        born = None
    if born is None or born.year < OLDEST or (today is not None and born > today):
        start, end = 7, 6 + len(digits)
        message = Text(
            f"第 {start}—{end} 位不是可能的出生日期", f"positions {start} to {end} are no possible birth date"
        )
        return [("id_number_date", message, None)]
    return []


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _problem(code: str, message: Text, *, hint: Text | None, where: Where | None) -> Problem:
    return Problem(code=code, message=message, hint=hint, where=where)
