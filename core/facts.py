"""Declared facts: the schema of one policy, and a household's facts checked and typed against it.

Prepared facts are nested dicts keyed by short names, lists by record name; money in fen (one that declares ``parts`` in
parts of a fen), dates as ordinals. A fact that was not given is an absent key: reading it is a failure, never zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files

from core.errors import InvalidInput, JiuzhuError, Text
from core.fact_check import FactChecker, Prepared
from core.formula.schema import HOUSEHOLD, FactSchema, Field, ListType, ValueType
from core.provision import Json, plain, text_of
from core.source import Located, read_text
from core.values import MONEY, NUMBER, Unit, exact

DEFAULT_MONEY = 10**12
LAST_DAY = date.max.toordinal()
_TYPES: Mapping[str, ValueType] = {
    "money": "number", "integer": "number", "decimal": "number", "boolean": "boolean", "choice": "text", "text": "text",
    "division": "text", "date": "date",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The declared facts with what a form and a check need beside the formula's view of them."""

    schema: FactSchema
    declared: Mapping[str, Mapping[str, Json]]
    filled: frozenset[str]
    lists: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    income_items: tuple[str, ...] = ()
    gap_items: Mapping[str, Text] = field(default_factory=dict)

    def canonical(self) -> dict[str, Json]:
        """Return the declarations as plain JSON: what may be given, and what a stored policy is rebuilt from."""
        return {
            "declared": plain(self.declared),
            "lists": plain(self.lists),
            "income_items": list(self.income_items),
            "gap_items": {code: [text.zh, text.en] for code, text in self.gap_items.items()},
        }

    def prepare(self, source: Located, on: date | None = None) -> Prepared:
        """Check and type a household's facts; dates that lie behind must not be after ``on``.

        Raises:
            InvalidInput: unknown properties (with the nearest name), wrong types, values out of range, missing required
                facts, income items that are a gap; all at once, each with its place.
        """
        checker = FactChecker(self, source, on)
        prepared = checker.record(source.data, HOUSEHOLD, ())
        if not prepared.get("member") and "member" in self.schema.lists and not checker.problems:
            checker.fault_no_members()
        if checker.problems:
            raise InvalidInput(checker.problems)
        return prepared


@cache
def core_facts() -> Mapping[str, Json]:
    """Return the facts every place shares, as written in ``facts.yaml``."""
    text = files("core").joinpath("facts.yaml").read_text(encoding="utf-8")
    data: Mapping[str, Json] = read_text(text, "core/facts.yaml").data
    return data


def catalogue(
    declarations: Iterable[tuple[str, Mapping[str, Json]]],
    lists: Mapping[str, Mapping[str, Json]],
    *,
    income_items: Mapping[str, bool],
    gap_items: Mapping[str, Text],
) -> Catalogue:
    """Compose the facts of a policy: the core's, its plugins' and its findings.

    ``declarations`` are (fact name, declaration); ``income_items`` the item codes that may be entered; ``gap_items``
    code → why it may not.

    Raises:
        JiuzhuError: ``fact_conflict`` when a fact is declared twice and differently.
    """
    core = core_facts()
    declared: dict[str, Mapping[str, Json]] = dict(core["items"])
    for name, one in declarations:
        if name in declared and not _same(declared[name], one):
            message = Text(f"事实“{name}”被重复声明且内容不同", f"fact '{name}' is declared twice and differently")
            raise JiuzhuError("fact_conflict", message, value=name)
        declared[name] = one
    return composed(declared, {**core["lists"], **lists}, income_items=tuple(income_items), gap_items=gap_items)


def composed(
    declared: Mapping[str, Mapping[str, Json]],
    lists: Mapping[str, Mapping[str, Json]],
    *,
    income_items: tuple[str, ...],
    gap_items: Mapping[str, Text],
) -> Catalogue:
    """Compose a catalogue of declarations that are whole: the core's are among them."""
    fields = {name: _field(name, one, income_items) for name, one in declared.items()}
    schema = FactSchema(fields=fields, lists={name: _list(name, one) for name, one in lists.items()})
    filled = frozenset(name for name, one in declared.items() if str(one.get("filled", "")) == "true")
    return Catalogue(
        schema=schema, declared=declared, lists=lists, income_items=income_items, filled=filled, gap_items=gap_items
    )


_PRESENTATION = ("label", "stage", "role", "evidence", "note")


def _same(one: Mapping[str, Json], other: Mapping[str, Json]) -> bool:
    def meaning(declaration: Mapping[str, Json]) -> dict[str, str]:
        return {key: str(value) for key, value in declaration.items() if key not in _PRESENTATION}

    return meaning(one) == meaning(other)


def _list(name: str, raw: Mapping[str, Json]) -> ListType:
    return ListType(
        name=name,
        plural=raw.get("plural", name),
        parent=raw.get("parent", HOUSEHOLD),
        counts=Unit.parse(raw.get("counts", "count")),
        longest=int(raw.get("longest", 1000)),
        label=text_of(raw.get("label")),
    )


def _field(name: str, raw: Mapping[str, Json], income_items: tuple[str, ...]) -> Field:
    kind = raw["type"]
    scale = 10 ** int(raw.get("decimals", 2)) if kind == "decimal" else int(raw.get("parts", 1))
    low, high = _range(raw, kind, scale)
    choices = tuple(raw.get("choices", ()))
    if name in ("income.item", "shared_income.item"):
        choices = income_items
    return Field(
        name=name,
        level=raw["level"],
        type=_TYPES[kind],
        unit=_unit(raw, kind),
        low=low,
        high=high,
        scale=scale,
        choices=choices,
        aliases=_aliases(raw),
        required=any(str(raw.get(key, "false")).lower() == "true" for key in ("required", "filled"))
        or "default" in raw,
        default=None,
        label=text_of(raw.get("label")),
    )


def _aliases(raw: Mapping[str, Json]) -> tuple[str, ...]:
    """The Chinese names a formula may use: those declared, else the label where it is one plain word."""
    if "alias" in raw:
        return (raw["alias"],) if isinstance(raw["alias"], str) else tuple(raw["alias"])
    label = text_of(raw.get("label"))
    return (label.zh,) if label is not None and re.fullmatch(r"[\u4e00-\u9fff]{2,12}", label.zh) else ()


def _unit(raw: Mapping[str, Json], kind: str) -> Unit:
    if "unit" in raw:
        return Unit.parse(raw["unit"])
    return MONEY if kind == "money" else NUMBER


def _range(raw: Mapping[str, Json], kind: str, scale: int) -> tuple[int, int]:
    """Return the bounds of the stored int; money from 0 to 10^12 fen unless declared."""
    if kind == "date":
        return 1, LAST_DAY
    if kind == "money":
        most = exact(str(raw["max"])) * 100 if "max" in raw else DEFAULT_MONEY
        return int(exact(str(raw.get("min", 0))) * 100 * scale), int(most * scale)
    if kind in ("integer", "decimal"):
        return int(exact(str(raw.get("min", 0))) * scale), int(exact(str(raw.get("max", 10**9))) * scale)
    return 0, 1
