"""What a formula may read: declared facts, the lists they live on, and the formulas as authors wrote them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.errors import Text, Where
from core.values import NUMBER, Unit

HOUSEHOLD = "household"

ValueType = Literal["number", "boolean", "text", "date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A declared fact.

    ``name`` is ``vehicles`` (household) or ``member.birth_date`` (a list's record). A number is stored as an int of
    ``value x scale`` (money: fen, scale 1 unless it is kept to parts of a fen); ``low`` and ``high`` bound the stored
    int. A date is a proleptic ordinal.
    """

    name: str
    level: str
    type: ValueType
    unit: Unit = NUMBER
    low: int = 0
    high: int = 10**12
    scale: int = 1
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    required: bool = True
    default: int | bool | str | None = None
    label: Text | None = None

    @property
    def short(self) -> str:
        """The name inside its record: ``birth_date``."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListType:
    """A list of records below the household (``member``) or below another list (``income`` below ``member``).

    ``counts`` is the unit COUNT gives; ``longest`` the most records one parent may have.
    """

    name: str
    plural: str
    parent: str
    counts: Unit
    longest: int = 1000
    label: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSchema:
    """The facts of one policy. ``fields`` is keyed by qualified name, ``lists`` by record name."""

    fields: Mapping[str, Field]
    lists: Mapping[str, ListType]
    namespaces: tuple[str, ...] = ("case",)

    def list_named(self, name: str) -> ListType | None:
        """Return the list with this record name or plural, or None."""
        if name in self.lists:
            return self.lists[name]
        return next((one for one in self.lists.values() if one.plural == name), None)

    def ancestors(self, level: str) -> tuple[str, ...]:
        """Return the levels above ``level``, nearest first, ending with the household.

        ``ancestors("income") == ("member", "household")``; the household has none.
        """
        return tuple(self._up(level))

    def _up(self, level: str) -> Iterator[str]:
        while level != HOUSEHOLD:
            level = self.lists[level].parent
            yield level

    def is_below(self, level: str, above: str) -> bool:
        """Tell whether ``level`` lies strictly below ``above``."""
        return above in self.ancestors(level)

    def fields_of(self, level: str) -> tuple[Field, ...]:
        """Return the facts stored on one record of ``level``."""
        return tuple(one for one in self.fields.values() if one.level == level)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaSource:
    """A named formula as written by a provision or contributed by a kind.

    The level is told by the name: ``benefit`` household, ``member.topup`` member. ``unit`` and ``type``, where given,
    are promises that are checked. ``message`` is what an applicant is told when a condition is false.
    An empty text with ``flags == (code, name)`` declares a quantity whose rule is missing: reading it is that failure.
    """

    programme: str
    name: str
    text: str
    provision: str
    unit: Unit | None = None
    type: ValueType | None = None
    label: Text | None = None
    message: Text | None = None
    overrides: str | None = None
    where: Where | None = None
    flags: tuple[str, ...] = field(default=())

    @property
    def key(self) -> str:
        """The name across programmes: ``dibao.benefit``, ``dibao.member.topup``."""
        return f"{self.programme}.{self.name}"

    @property
    def level_name(self) -> str:
        """The list the formula is computed on, as its name tells; ``household`` for a bare name."""
        head, dot, _ = self.name.rpartition(".")
        return head if dot else HOUSEHOLD
