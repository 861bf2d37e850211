"""What the kinds that contribute formulas share: how they ask the policy, and how they write a quantity.

A quantity that needs a rule which is a gap is declared unavailable, so that only what reads it stops. What no
source rules and the platform assumes is in ``ASSUMED``; what is true of nothing at all in ``IDENTITIES``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from core.errors import Text, Where
from core.formula.schema import FormulaSource, ValueType
from core.provision import Json, Provision, text_of
from core.values import Unit

PERSON = Unit(person=1)
MONTHS = Unit(month=1)
MONTHLY_MONEY = Unit(money=1, month=-1)
YEARLY_MONEY = Unit(money=1, year=-1)

CONVERT: Mapping[str, str] = {"year": "ANNUAL", "quarter": "QUARTERLY", "month": "MONTHLY"}
"""The function that converts to a period."""

ASSUMED: Mapping[str, Text] = {
    "core/all_members": Text(
        "未见家庭成员认定规定，列明的成员全部计入家庭人口",
        "no household rule is in force: every member listed belongs to the household",
    ),
    "core/yearly_income": Text(
        "收入按年折算：月×12、季×4，一次性收入计入当年",
        "income is put on a year: monthly × 12, quarterly × 4, a one-off in full in its year",
    ),
    "core/round_payment": Text("未见取整规定，按分四舍五入", "no rounding rule found: rounded to the fen, half up"),
    "core/highest_topup": Text(
        "未见分类施保重叠规定，就高不重复",
        "no rule on overlapping top-ups: the highest one counts, each person once",
    ),
    "core/topup_beside_gap": Text(
        "未见分类施保是否计入补差的规定，按不计入、在保障金之外另行发放",
        "no rule says whether top-ups count toward the gap: they do not and are paid beside the benefit",
    ),
}
"""Technical defaults of the core: the address a quantity carries in place of a provision's, and why."""

IDENTITIES: Mapping[str, Text] = {
    "core/no_asset_test": Text("没有现行财产条件，视为符合", "no asset condition is in force, so none is failed"),
    "core/no_exclusion": Text("没有现行的不得重复享受情形", "no exclusion by another benefit is in force"),
}
"""Arithmetic of the core: true because there is nothing to fail."""


class Line(Protocol):
    """What holds in one slot (see ``core.policy.Line``)."""

    @property
    def key(self) -> str:
        """The item's code, a value's name, or empty."""

    @property
    def value(self) -> Mapping[str, Json]:
        """The value in force."""

    @property
    def provision(self) -> Provision:
        """Where it comes from."""

    @property
    def is_gap(self) -> bool:
        """Whether the source is silent here."""

    @property
    def parent(self) -> Mapping[str, Json]:
        """The provision-level keys beside an item."""


class Rules(Protocol):
    """What a kind may ask a resolved policy (see ``core.policy.Policy``)."""

    def line(self, kind: str, programme: str, key: str = "") -> Line | None:
        """Return what is in force in a slot."""

    def lines(self, kind: str, programme: str) -> Iterable[Line]:
        """Return every line of a kind."""


def items(policy: Rules, kind: str, programme: str) -> tuple[Line, ...]:
    """Return the items of a keyed kind, in merged order; the provision-level line is not one of them."""
    return tuple(line for line in policy.lines(kind, programme) if line.key)


def settings(policy: Rules, kind: str, programme: str) -> Mapping[str, Json]:
    """Return the provision-level keys in force of a keyed kind (``combine``, ``mode`` …)."""
    whole = policy.line(kind, programme)
    if whole is not None:
        return {} if whole.is_gap else whole.value
    return next((line.parent for line in items(policy, kind, programme) if line.parent), {})


def is_run(policy: Rules, programme: str) -> bool:
    """Tell whether a programme is run here at all, so that it needs the core's defaults."""
    if policy.line("programme", programme) is not None:
        return True
    return any(any(True for _ in policy.lines(kind, programme)) for kind in ("standard", "benefit", "formula"))


def pays_member(policy: Rules, programme: str) -> bool:
    """Tell whether a programme pays persons and not the household."""
    line = policy.line("programme", programme)
    return line is not None and line.value.get("pays") == "member"


def suffixed(name: str, key: str) -> str:
    """Return the name of a quantity, with the value's own name behind it where it has one.

    >>> suffixed("price_subsidy", "winter"), suffixed("price_subsidy", "")
    ('price_subsidy_winter', 'price_subsidy')
    """
    return f"{name}_{key}" if key else name


def place(line: Line, path: str) -> Where | None:
    """Return where the text at ``path`` inside a line's value stands, or None where that is unknown."""
    where = line.provision.where
    below = "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in path.split("."))
    return None if where is None else replace(where, path=where.path + below)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a quantity is said to be: checked against its text, and its label shown to people."""

    type: ValueType
    unit: Unit | None = None
    label: Text | None = None


def number(unit: Unit | None, label: Text | None) -> Promise:
    """Promise a number in ``unit``; None leaves the unit to the checker."""
    return Promise(type="number", unit=unit, label=label)


def claim(label: Text | None) -> Promise:
    """Promise a boolean."""
    return Promise(type="boolean", label=label)


def word(label: Text | None) -> Promise:
    """Promise a text."""
    return Promise(type="text", label=label)


def quantity(line: Line, programme: str, name: str, text: str, promise: Promise) -> FormulaSource:
    """Write a quantity that rests on a line."""
    return FormulaSource(
        programme=programme, name=name, text=text, provision=line.provision.address, type=promise.type,
        unit=promise.unit, label=promise.label, where=line.provision.where,
    )  # fmt: skip


def condition(line: Line, programme: str, name: str, path: str, *, label: Text | None = None) -> FormulaSource:
    """Write the condition an author wrote at ``path`` of a value as a named boolean with its own place."""
    return FormulaSource(
        programme=programme, name=name, text=str(at(line.value, path)), provision=line.provision.address,
        type="boolean", label=label or text_of(line.value.get("label")), where=place(line, path),
    )  # fmt: skip


def at(value: Json, path: str) -> Json:
    """Return the part of a value at a dotted path with list positions: ``exclude.0.when``.

    >>> at({"exclude": [{"when": "member.imprisoned"}]}, "exclude.0.when")
    'member.imprisoned'
    """
    for key in path.split("."):
        value = value[int(key)] if isinstance(value, list | tuple) else value[key]
    return value


def unavailable(line: Line, programme: str, name: str, promise: Promise) -> FormulaSource:
    """Declare a quantity whose rule is a gap: reading it is the failure ``gap`` with the line's address."""
    return replace(quantity(line, programme, name, "", promise), flags=("gap", line.provision.address))


def by_core(address: str, programme: str, name: str, text: str, promise: Promise) -> FormulaSource:
    """Write a quantity that no provision rules: a technical default or an identity of the core."""
    return FormulaSource(
        programme=programme, name=name, text=text, provision=address, type=promise.type, unit=promise.unit,
        label=promise.label,
    )  # fmt: skip


def months(number: int) -> str:
    """Write a number of months.

    >>> months(1), months(6)
    ('1 month', '6 months')
    """
    return f"{number} month{'' if number == 1 else 's'}"


def listed(value: Json) -> tuple[str, ...]:
    """Return one code or a list of codes as a tuple.

    >>> listed("wage"), listed(["wage", "business"])
    (('wage',), ('wage', 'business'))
    """
    return (value,) if isinstance(value, str) else tuple(value)


def conjunction(words: Iterable[str], joint: str, *, empty: str) -> str:
    """Join conditions with ``and`` or ``or``; ``empty`` where there are none.

    >>> conjunction(["a", "b"], "or", empty="FALSE")
    'a or b'
    """
    return f" {joint} ".join(words) or empty
