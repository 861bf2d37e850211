"""Whom an impact is computed on: cases with their facts, named as what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal, Protocol

from core.errors import Text

Standing = Literal["paid", "apart", "refused", "margin"]
STANDING: Mapping[Standing, Text] = {
    "paid": Text("在册", "on the roll"),
    "apart": Text("在册但须个案决定", "on the roll, decided one by one"),
    "refused": Text("被拒", "refused"),
    "margin": Text("边缘户", "margin households"),
}
NOT_COUNTED = Text("未申请家庭不在测算内", "households that never applied are not counted")

ON_ROLL = ("in_payment", "suspended", "phasing_out")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """A case as an impact sees it.

    ``persons`` are those entitled; ``current`` is the exact amount a month it has now, if known; ``since`` the first
    month it is entitled in, if known; ``apart`` why a re-decision batch would leave it to a person; ``elsewhere`` the
    linked programmes in which somebody of the household has a case of his own, counted there.
    """

    reference: str
    programme: str
    division: str
    area: str
    persons: int
    facts: Mapping[str, Any]
    standing: Standing = "paid"
    current: Fraction | None = None
    since: date | None = None
    apart: str | None = None
    elsewhere: frozenset[str] = frozenset()


class Caseload(Protocol):
    """Cases to compute on. ``population`` says who they are; ``size`` how many, for progress."""

    @property
    def population(self) -> Text:
        """Who is counted, in words."""
        ...

    @property
    def size(self) -> int:
        """How many cases there are."""
        ...

    def __iter__(self) -> Iterator[CaseFacts]:
        """Yield the cases; those of one place and area best one after the other."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenCaseload:
    """Cases made by a program; ``label`` must say that they are synthetic where they are."""

    label: Text
    size: int
    make: Callable[[], Iterable[CaseFacts]]

    @property
    def population(self) -> Text:
        """The label."""
        return self.label

    def __iter__(self) -> Iterator[CaseFacts]:
        return iter(self.make())
