"""A standard (保障标准): the line, in the unit it was ruled in; floors and ceilings are the cascade's."""

from __future__ import annotations

from collections.abc import Iterator

from core.errors import Text
from core.formula.schema import FormulaSource
from core.kinds.contribution import Line, Rules, number, quantity, unavailable
from core.kinds.money import converted, is_per_person, period_of, rate, unit_of
from core.kinds.schema import amount, boolean, choice, codes, share, text, value
from core.provision import Kind, text_of
from core.values import Unit

LABEL = Text("保障标准", "standard")


def contribute(policy: Rules, programme: str) -> Iterator[FormulaSource]:
    """Write ``standard`` and, for every named one, ``standard_<name>``."""
    for line in policy.lines("standard", programme):
        name = f"standard_{line.key}" if line.key not in ("", "standard") else "standard"
        label = text_of(line.value.get("label")) or LABEL
        if line.is_gap:
            yield unavailable(line, programme, name, number(unit_in_force(policy, programme), label))
        else:
            figure = line.value["amount"]
            yield quantity(line, programme, name, rate(figure), number(unit_of(figure), label))


def main_line(policy: Rules, programme: str) -> Line | None:
    """Return the programme's unnamed standard, the one that becomes ``line``."""
    return policy.line("standard", programme)


def unit_in_force(policy: Rules, programme: str) -> Unit:
    """Return the unit of ``standard``; for a gap that of the reference period, else yearly."""
    line = main_line(policy, programme)
    if line is not None and not line.is_gap:
        return unit_of(line.value["amount"])
    reference = policy.line("reference_period", programme)
    ruled = reference.value.get("period") if reference is not None and not reference.is_gap else None
    return Unit.parse(f"yuan/person-{ruled if ruled in ('month', 'quarter') else 'year'}")


def period_ruled(policy: Rules, programme: str) -> str | None:
    """Return the period ``standard`` was ruled in, or None where there is none."""
    line = main_line(policy, programme)
    return None if line is None or line.is_gap else period_of(line.value["amount"])


def of_standard(policy: Rules, programme: str, factor: str, *, period: str, persons: str | None) -> str:
    """Write ``factor`` times the standard as money per ``period``, for one person or for ``persons``.

    A standard that is a gap or not in force is still named: what reads it then fails by that name.
    """
    line = main_line(policy, programme)
    ruled = line.value["amount"] if line is not None and not line.is_gap else {"per": "person-unknown"}
    was = period_of(ruled) if line is not None and not line.is_gap else "unknown"
    text = converted("standard", period, was=was)
    if is_per_person(ruled):
        text += f" * {persons or '1 person'}"
    return f"{factor} * {text}" if factor else text


RULED = ("person-year", "person-quarter", "person-month")
"""A standard is so much a person and period; floors and own values are compared in one unit."""

KIND = Kind(
    name="standard",
    title=Text("保障标准", "standard"),
    schema=value(
        {
            "role": choice(("standard", "floor", "ceiling"), "作用", "role"),
            "amount": amount("标准", "amount", periods=RULED),
            "previous": amount("原标准", "previous amount", periods=RULED),
            "set_by": codes("制定机关", "set by"),
            "method": text("测算方法", "method"),
            "share": share("占比要求", "share"),
            "in_principle": boolean("原则性要求", "in principle"),
        },
        required=("amount",),
        named=True,
    ),
    compile=contribute,
)
