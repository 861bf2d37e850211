"""Categorical top-ups (分类施保): extra money for vulnerable persons or households, overlaps combined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from core.errors import Text
from core.formula.schema import FormulaSource
from core.kinds.contribution import (
    MONTHLY_MONEY,
    Line,
    Rules,
    by_core,
    condition,
    items,
    number,
    quantity,
    settings,
    unavailable,
)
from core.kinds.household_composition import composition
from core.kinds.money import is_per_person, per_period
from core.kinds.schema import (
    Schema,
    amount,
    boolean,
    choice,
    formula,
    integer,
    item,
    or_gap,
    record,
    share,
    string,
    text,
    titled,
)
from core.kinds.schema import is_gap as is_partial_gap
from core.kinds.standard import of_standard
from core.provision import Json, Kind, text_of

LABEL = Text("分类施保金（月）", "categorical top-up a month")
MEMBER_LABEL = Text("人员分类施保金（月）", "person's top-up a month")
HOUSEHOLD_LABEL = Text("家庭分类施保金（月）", "household's top-up a month")


def contribute(policy: Rules, programme: str) -> Iterator[FormulaSource]:
    """Write each top-up, ``member.topup`` and ``household_topup`` combined, and the sum ``topup``."""
    ruled = items(policy, "topup", programme)
    if not relevant(ruled):
        yield from _all_gaps(policy, ruled, programme)
        return
    persons = [line for line in relevant(ruled) if not _of_household(line)]
    households = [line for line in relevant(ruled) if _of_household(line)]
    for line in (*persons, *households):
        yield from _single(policy, line, programme)
    if persons:
        yield from _combined(policy, persons, programme, "member.topup", label=MEMBER_LABEL)
    if households:
        yield from _combined(policy, households, programme, "household_topup", label=HOUSEHOLD_LABEL)
    yield _total(policy, relevant(ruled)[0], programme, persons=bool(persons), households=bool(households))


def relevant(ruled: Sequence[Line]) -> tuple[Line, ...]:
    """Return the top-ups that say whom they are for; a gap that does not stops nobody else's."""
    return tuple(line for line in ruled if "when" in line.value)


def within_benefit(policy: Rules, programme: str, *, member: bool) -> str | None:
    """Return the monthly top-up paid within a person's or household's benefit; None where paid beside it."""
    lines = relevant(items(policy, "topup", programme))
    if not settings(policy, "topup", programme).get("counts_toward_gap", False):
        return None
    if member:
        return None if all(_of_household(line) for line in lines) else "member.topup"
    return "topup" if lines else None


def _all_gaps(policy: Rules, ruled: Sequence[Line], programme: str) -> Iterator[FormulaSource]:
    whole = policy.line("topup", programme)
    missing = next((line for line in (*ruled, whole) if line is not None and line.is_gap), None)
    if missing is not None:
        yield unavailable(missing, programme, "topup", number(MONTHLY_MONEY, LABEL))


def _of_household(line: Line) -> bool:
    return str(line.value.get("beneficiary", "member")) == "household"


def _name(line: Line) -> str:
    return f"topup_{line.key}" if _of_household(line) else f"member.topup_{line.key}"


def _single(policy: Rules, line: Line, programme: str) -> Iterator[FormulaSource]:
    name, label = _name(line), text_of(line.value.get("label"))
    yield condition(line, programme, f"{name}_when", "when")
    figure = _figure(policy, line, programme)
    if figure is None:
        yield unavailable(line, programme, f"{name}_amount", number(MONTHLY_MONEY, label))
    until = line.value.get("until_fact") or settings(policy, "topup", programme).get("until_fact")
    applies = f"{name}_when" + (f" and decision_date <= {until}" if until else "")
    yield quantity(
        line,
        programme,
        name,
        f"IF({applies}, {figure or f'{name}_amount'}, 0)",
        number(MONTHLY_MONEY, label),
    )


def _figure(policy: Rules, line: Line, programme: str) -> str | None:
    """Write what one top-up is a month, or None where the source does not say how much."""
    persons = "entitled_size" if _of_household(line) else None
    if line.is_gap or is_partial_gap(line.value.get("amount")) or is_partial_gap(line.value.get("share")):
        return None
    if "amount" in line.value:
        return per_period(line.value["amount"], "month", persons=persons)
    each = persons if line.value.get("per") == "person" else None
    return of_standard(policy, programme, line.value["share"], period="month", persons=each)


def _combined(
    policy: Rules, lines: Sequence[Line], programme: str, name: str, *, label: Text
) -> Iterator[FormulaSource]:
    stated = settings(policy, "topup", programme)
    names = [_name(line) for line in sorted(lines, key=lambda line: line.value.get("order", 0))]
    text = _COMBINE[stated.get("combine", "highest")](names)
    cap = _cap(policy, stated, programme, person=name.startswith("member."))
    text = f"MIN({text}, {cap})" if cap else text
    if "combine" in stated or len(names) == 1:
        yield quantity(lines[0], programme, name, text, number(MONTHLY_MONEY, label))
    else:
        yield by_core("core/highest_topup", programme, name, text, number(MONTHLY_MONEY, label))


def _highest(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"MAX({', '.join(names)})"


def _first(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else "IFS(" + "".join(f"{name} > 0, {name}, " for name in names) + "TRUE, 0)"


_COMBINE = {"highest": _highest, "sum": " + ".join, "first": _first}


def _cap(policy: Rules, stated: Mapping[str, Json], programme: str, *, person: bool) -> str | None:
    """A cap per person holds each member's sum, one without persons the household's own."""
    cap = stated.get("cap")
    if cap is None or is_partial_gap(cap):
        return None
    if "yuan" not in cap:
        return of_standard(policy, programme, cap["share"], period="month", persons=None) if person else None
    return per_period(cap, "month", persons=None) if is_per_person(cap) == person else None


def _total(policy: Rules, origin: Line, programme: str, *, persons: bool, households: bool) -> FormulaSource:
    entitled = composition(policy, programme).entitled
    parts = (["household_topup"] if households else []) + ([f"SUM(member.topup{entitled})"] if persons else [])
    text = " + ".join(parts)
    if _silent_on_gap(policy, programme):
        return by_core("core/topup_beside_gap", programme, "topup", text, number(MONTHLY_MONEY, LABEL))
    return quantity(origin, programme, "topup", text, number(MONTHLY_MONEY, LABEL))


def _silent_on_gap(policy: Rules, programme: str) -> bool:
    """Whether a gap is paid and nothing says if top-ups are within it: that they are not is assumed then."""
    benefit = policy.line("benefit", programme)
    pays_gap = benefit is not None and not benefit.is_gap and benefit.value.get("method") == "gap"
    return pays_gap and "counts_toward_gap" not in settings(policy, "topup", programme)


def check(value: Mapping[str, Json]) -> Iterator[tuple[str, Text]]:
    """A top-up is an amount or a share of the standard, not both."""
    if "when" in value and ("amount" in value) == ("share" in value):
        yield (
            "amount",
            Text("须给出金额或占标准的比例，二者择一", "give an amount or a share of the standard, one of them"),
        )


def _capped() -> Schema:
    plain = {key: part for key, part in amount(timed=True).items() if key not in ("title", "x-title-en")}
    of = titled({"type": "string", "const": "standard"}, "基数", "of")
    part = record({"share": share(), "of": of}, required=("share",))
    return titled({"anyOf": [plain, part]}, "上限", "cap")


KIND = Kind(
    name="topup",
    title=Text("分类施保", "categorical top-up"),
    schema=record(
        {
            "label": text(),
            "combine": choice(("highest", "sum", "first"), "多项并存时", "combine"),
            "cap": or_gap(_capped()),
            "counts_toward_gap": boolean("计入补差", "counts toward the gap"),
            "until_fact": string("截止日期事实", "until fact"),
        }
    ),
    merge="by_key",
    item_schema=item(
        {
            "beneficiary": choice(("member", "household"), "受益对象", "beneficiary"),
            "when": formula("条件", "when"),
            "amount": or_gap(amount(timed=True)),
            "share": or_gap(share()),
            "of": titled({"type": "string", "const": "standard"}, "基数", "of"),
            "per": choice(("person", "household"), "按人或按户", "per"),
            "until_fact": string("截止日期事实", "until fact"),
            "order": integer("次序", "order"),
        },
        required=("label", "when"),
    ),
    compile=contribute,
    check=check,
)
