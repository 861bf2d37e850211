"""Amounts in Chinese capital figures (人民币大写), as receipts and decisions write them."""

from __future__ import annotations

DIGITS = "零壹贰叁肆伍陆柒捌玖"
WITHIN = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")


def capital(fen: int) -> str:
    """Write whole fen in capital figures.

    >>> capital(39000), capital(1640902), capital(140950)
    ('叁佰玖拾元整', '壹万陆仟肆佰零玖元零贰分', '壹仟肆佰零玖元伍角')

    Raises:
        ValueError: more than 9,999 万亿, which nobody is paid.
    """
    if fen < 0:
        return "负" + capital(-fen)
    yuan, jiao, cent = fen // 100, fen // 10 % 10, fen % 10
    whole = f"{_whole(yuan)}元" if yuan else ""
    if not jiao and not cent:
        return f"{whole or '零元'}整"
    tenths = f"{DIGITS[jiao]}角" if jiao else "零" if whole else ""
    return whole + tenths + (f"{DIGITS[cent]}分" if cent else "")


def _whole(yuan: int) -> str:
    if yuan >= 10_000 ** len(GROUPS):
        raise ValueError(yuan)
    text, before = "", 1
    for place in range(len(GROUPS) - 1, -1, -1):
        group = yuan // 10_000**place % 10_000
        if group:
            zero = "零" if text and (group < 1000 or before % 10 == 0) else ""
            text += zero + _group(group) + GROUPS[place]
        before = group
    return text


def _group(number: int) -> str:
    """Four figures; zeros between others are said once, those at the end not at all."""
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if not digit:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + DIGITS[digit] + WITHIN[place]
        gap = False
    return text
