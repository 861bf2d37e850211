"""Amounts of a value (``{yuan: 430, per: person-month}``) as the formula language writes them."""

from __future__ import annotations

from collections.abc import Mapping

from core.kinds.contribution import CONVERT
from core.provision import Json
from core.values import Unit

Amount = Mapping[str, Json]


def period_of(amount: Amount) -> str | None:
    """Return ``year``, ``quarter`` or ``month``, or None for an amount without a period.

    >>> period_of({"yuan": "430", "per": "person-month"})
    'month'
    """
    last = str(amount.get("per", "")).rpartition("-")[2]
    return last if last in CONVERT else None


def is_per_person(amount: Amount) -> bool:
    """Tell whether an amount is for each person."""
    return str(amount.get("per", "")).startswith("person")


def unit_of(amount: Amount) -> Unit:
    """Return the unit an amount is ruled in."""
    per = amount.get("per")
    return Unit.parse(f"yuan/{per}" if per else "yuan")


def rate(amount: Amount) -> str:
    """Write an amount in the unit it was ruled in.

    >>> rate({"yuan": "430", "per": "person-month"})
    'YUAN(430) / 1 person / 1 month'
    """
    words = [word for word in str(amount.get("per", "")).split("-") if word]
    return " / ".join([f"YUAN({amount['yuan']})", *(f"1 {word}" for word in words)])


def converted(text: str, period: str, *, was: str | None) -> str:
    """Write ``text``, an amount per ``was``, per ``period``; unchanged where nothing changes.

    >>> converted("topup", "year", was="month")
    'ANNUAL(topup)'
    """
    return text if was in (None, period) else f"{CONVERT[period]}({text})"


def per_period(amount: Amount, period: str, *, persons: str | None) -> str:
    """Write an amount as money per ``period``: for one person, or for ``persons`` where ruled for each.

    >>> per_period({"yuan": "50", "per": "person-month"}, "month", persons=None)
    'YUAN(50) / 1 month'
    >>> per_period({"yuan": "600", "per": "person-year"}, "month", persons="entitled_size")
    'MONTHLY(YUAN(600) / 1 person / 1 year) * entitled_size'
    """
    was = period_of(amount)
    if not is_per_person(amount):
        return converted(rate(amount), period, was=was)
    if persons is None:
        alone = {"yuan": amount["yuan"], **({"per": was} if was else {})}
        return converted(rate(alone), period, was=was)
    return f"{converted(rate(amount), period, was=was)} * {persons}"
