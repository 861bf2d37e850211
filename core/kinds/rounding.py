"""Rounding (取整): where, to what, which way. Without a rule the platform rounds once, at payment, to fen.

A rounding gap says that the source is silent, which is just what that default is for: it stops nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import Text
from core.kinds.contribution import Line, Rules
from core.kinds.schema import choice, value
from core.provision import Json, Kind

DIGITS = {"fen": 2, "jiao": 1, "yuan": 0}
FUNCTIONS = {"half_up": "ROUND", "up": "ROUNDUP", "down": "ROUNDDOWN"}


def rule(policy: Rules, programme: str, at: str) -> Line | None:
    """Return the rounding ruled for ``entitlement`` or ``payment``, or None."""
    lines = policy.lines("rounding", programme)
    return next((line for line in lines if not line.is_gap and line.value["at"] == at), None)


def rounded(text: str, ruled: Mapping[str, Json]) -> str:
    """Write ``text`` rounded as ruled.

    >>> rounded("benefit", {"unit": "yuan", "mode": "up"})
    'ROUNDUP(benefit, 0)'
    """
    return f"{FUNCTIONS[ruled['mode']]}({text}, {DIGITS[ruled['unit']]})"


KIND = Kind(
    name="rounding",
    title=Text("取整", "rounding"),
    schema=value(
        {
            "at": choice(("payment", "entitlement"), "取整环节", "at"),
            "unit": choice(tuple(DIGITS), "取整到", "unit"),
            "mode": choice(tuple(FUNCTIONS), "方式", "mode"),
        },
        required=("at", "unit", "mode"),
        named=True,
    ),
)
