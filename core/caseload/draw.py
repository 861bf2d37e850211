"""What households are drawn from: the chance, the place's own facts, its line and a counted item of income."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from core.facts import Catalogue
from core.formula.columns import Array
from core.formula.schema import Field


@dataclass(slots=True, kw_only=True)
class Draw:
    """What is drawn from: the place's own facts, its line and a counted item, and the shares of the unusual."""

    random: np.random.Generator
    lot_facts: Catalogue
    stored: Catalogue
    on: date
    area: str
    line: int | None
    counted: str | None
    first: int
    errors: float
    on_line: float
    ages: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    relations: Array = field(default_factory=lambda: np.zeros(0, np.int64))

    def knows(self, one: Field) -> bool:
        """Tell whether the place declares a fact."""
        return one.name in self.lot_facts.schema.fields

    def chance(self, share: float | Array, size: int) -> Array:
        """Return which of ``size`` records are among a share."""
        found: Array = self.random.random(size) < share
        return found
