"""Exact arithmetic in generated code: numerators and denominators, a denominator known now wherever one is.

Every function takes operands whose failures have been written already, and returns an operand; lines are added to
the block only where a value is needed twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

from core.formula.scalar_code import NO, YES, ZERO, Block, Operand, fixed

_PYTHON = {"=": "==", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def scaled(code: str, factor: int | str) -> str:
    """Return ``code`` times a factor, without writing a factor of 1."""
    if factor == 1:
        return code
    return f"{code}*{factor}"


def aligned(operands: Sequence[Operand], block: Block) -> tuple[list[str], int | str]:
    """Return the numerators over one common denominator."""
    belows = list(dict.fromkeys(one.below for one in operands))
    if len(belows) == 1:
        return [one.code for one in operands], belows[0]
    if all(isinstance(below, int) for below in belows):
        common = lcm(*(below for below in belows if isinstance(below, int)))
        return [scaled(one.code, common // int(one.below)) for one in operands], common
    product = block.keep("*".join(str(below) for below in belows if below != 1))
    codes = []
    for one in operands:
        others = "*".join(str(below) for below in belows if below not in (1, one.below))
        codes.append(f"{one.code}*{others}" if others else one.code)
    return codes, product


def add(left: Operand, right: Operand, block: Block, *, sign: str = "+") -> Operand:
    """Return ``left + right`` or ``left - right``."""
    if isinstance(left.constant, Fraction) and isinstance(right.constant, Fraction):
        return fixed(left.constant + right.constant if sign == "+" else left.constant - right.constant)
    if right.constant == 0:
        return left
    if left.constant == 0:
        return right if sign == "+" else negative(right)
    (above, other), below = aligned((left, right), block)
    return Operand(f"({above} {sign} {other})", below, depth=_depth(left, right))


def _depth(*operands: Operand) -> int:
    return 1 + max(one.depth for one in operands)


def negative(operand: Operand) -> Operand:
    """Return ``-operand``."""
    if isinstance(operand.constant, Fraction):
        return fixed(-operand.constant)
    return Operand(f"(-{operand.code})", operand.below, depth=operand.depth + 1)


def multiply(left: Operand, right: Operand, block: Block) -> Operand:
    """Return ``left * right``; a constant factor is cancelled against the denominator now."""
    if isinstance(left.constant, Fraction):
        left, right = right, left
    if isinstance(right.constant, Fraction):
        return _times(left, right.constant, block)
    below = _product(left.below, right.below, block)
    return Operand(f"({left.code}*{right.code})", below, depth=_depth(left, right))


def _times(operand: Operand, factor: Fraction, block: Block) -> Operand:
    if isinstance(operand.constant, Fraction):
        return fixed(operand.constant * factor)
    if factor == 0:
        return ZERO
    below = operand.below
    above = factor.numerator
    if isinstance(below, int):
        common = gcd(above, below)
        above, below = above // common, below // common
    code = operand.code if above == 1 else f"(-{operand.code})" if above == -1 else f"({operand.code}*{above})"
    return Operand(code, _product(below, factor.denominator, block), depth=operand.depth + (above != 1))


def _product(one: int | str, other: int | str, block: Block) -> int | str:
    if isinstance(one, int) and isinstance(other, int):
        return one * other
    if one == 1:
        return other
    return one if other == 1 else block.keep(f"{one}*{other}")


def divide(left: Operand, right: Operand, block: Block, *, zero: str, positive: bool) -> Operand:
    """Return ``left / right``; ``zero`` names the failure, ``positive`` tells that the divisor is never below 0."""
    if isinstance(right.constant, Fraction):
        if right.constant != 0:
            return multiply(left, fixed(1 / right.constant), block)
        block.fail(zero)
        return ZERO
    common = gcd(left.below, right.below) if isinstance(left.below, int) and isinstance(right.below, int) else 1
    above = scaled(left.code, right.below // common if isinstance(right.below, int) else right.below)
    divisor = block.keep(right.code)
    block.fail(zero, condition=f"not {divisor}")
    if not positive:
        divisor, above = _turned(divisor, above, block)
    below = left.below // common if isinstance(left.below, int) else left.below
    return Operand(above, block.keep(scaled(divisor, below)), depth=left.depth + 1)


def _turned(divisor: str, above: str, block: Block) -> tuple[str, str]:
    """Carry the divisor's sign to the numerator, in fresh variables."""
    turned, numerator = block.names.fresh("t"), block.names.fresh("t")
    block.add(f"{turned} = {divisor}; {numerator} = {above}")
    block.add(f"if {turned} < 0: {turned} = -{turned}; {numerator} = -{numerator}")
    return turned, numerator


def compare(operator: str, left: Operand, right: Operand, block: Block) -> Operand:
    """Return the comparison of two numbers, by cross-multiplication."""
    if isinstance(left.constant, Fraction) and isinstance(right.constant, Fraction):
        return YES if _holds(operator, left.constant, right.constant) else NO
    if isinstance(left.below, int) and isinstance(right.below, int):
        (above, other), _ = aligned((left, right), block)
    else:
        above, other = crossed(left, right)
    return Operand(f"({above} {_PYTHON[operator]} {other})", depth=_depth(left, right))


def crossed(left: Operand, right: Operand) -> tuple[str, str]:
    """Return two codes that compare as the operands do; beside 0 and alike denominators the numerators are enough."""
    if left.below == right.below or 0 in (left.constant, right.constant):
        return left.code, right.code
    return scaled(left.code, right.below), scaled(right.code, left.below)


def compare_plain(operator: str, left: Operand, right: Operand) -> Operand:
    """Return the comparison of two texts, conditions or dates."""
    if left.constant is not None and right.constant is not None:
        return YES if (left.constant == right.constant) == (operator == "=") else NO
    return Operand(f"({left.code} {_PYTHON[operator]} {right.code})", depth=_depth(left, right))


def _holds(operator: str, left: Fraction, right: Fraction) -> bool:
    return {
        "=": left == right,
        "<>": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }[operator]


def rounded(operand: Operand, block: Block, *, mode: str, quantum: int, parts: int) -> Operand:
    """Return the operand rounded to a multiple of ``quantum / parts``: to the nearest, away from or toward zero."""
    step = Fraction(quantum, parts)
    if isinstance(operand.constant, Fraction):
        return fixed(_round(operand.constant / step, mode) * step)
    steps = multiply(operand, fixed(1 / step), block)
    if steps.below == 1:
        return operand
    above = block.keep(steps.code)
    below = steps.below
    twice = 2 * below if isinstance(below, int) else f"(2*{below})"
    code = {
        "half": f"((2*{above} + {below})//{twice} if {above} >= 0 else -(({below} - 2*{above})//{twice}))",
        "up": f"(-(-{above}//{below}) if {above} >= 0 else {above}//{below})",
        "down": f"({above}//{below} if {above} >= 0 else -(-{above}//{below}))",
    }[mode]
    return multiply(Operand(block.keep(code)), fixed(step), block)


def _round(value: Fraction, mode: str) -> int:
    size = abs(value)
    whole = {"half": (2 * size + 1) // 2, "up": -(-size // 1), "down": size // 1}[mode]
    return int(whole) if value >= 0 else -int(whole)


def reduced(above: str, below: str, block: Block) -> None:
    """Append the reduction of two variables by their greatest common divisor."""
    common = block.names.fresh("t")
    block.add(f"{common} = gcd({above}, {below})")
    block.add(f"if {common} != 1: {above} //= {common}; {below} //= {common}")
