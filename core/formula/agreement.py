"""What parts of a formula must agree in: types, units, texts that can be equal. Faults are noted, none stops.

A part with a fault becomes an ``Unavailable`` node, and what stands on it is not faulted a second time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.errors import Problem, Text, Where, did_you_mean
from core.formula.characters import place
from core.formula.literal import adopt, is_literal, may_adopt, results_of
from core.formula.names import Names
from core.formula.schema import FormulaSource, ValueType
from core.formula.tree import Choose, Constant, Fact, Lookup, Node, Quantity, Switch, Unavailable
from core.values import NUMBER, Unit

TYPE_NAMES: Mapping[ValueType, Text] = {
    "number": Text("数", "a number"),
    "boolean": Text("是非值", "a condition"),
    "text": Text("文本", "a text"),
    "date": Text("日期", "a date"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What others may know of a quantity.

    ``texts`` are the texts it can be (None: any); ``loose``: its rule is missing and nothing was declared.
    """

    type: ValueType
    unit: Unit
    texts: tuple[str, ...] | None = None
    loose: bool = False


class Agreement:
    """Holds the parts of one formula against each other and collects what is wrong with them."""

    def __init__(self, source: FormulaSource, *, names: Names, known: Mapping[str, Signature]) -> None:
        self.source = source
        self.names = names
        self.known = known
        self.problems: list[Problem] = []

    def fault(
        self,
        code: str,
        at: int,
        message: Text,
        *,
        hint: Text | None = None,
        value: str | None = None,
        allowed: Sequence[str] = (),
    ) -> Unavailable:
        """Note a problem at an offset and return the node that stands for the faulty part."""
        self.problems.append(
            Problem(code=code, message=message, hint=hint, where=self.place(at), value=value, allowed=tuple(allowed))
        )
        return broken(at)

    def place(self, at: int) -> Where:
        """Return the place of an offset of this formula's text."""
        start = self.source.where or Where(file=self.source.key, line=1, column=1)
        return place(start, self.source.text, at)

    def typed(self, node: Node, wanted: ValueType) -> Node:
        """Return ``node`` where it has the type wanted, else note the fault."""
        if is_broken(node) or node.type == wanted:
            return node
        if self._is_loose(node):
            return replace(node, type=wanted)
        found, asked = TYPE_NAMES[node.type], TYPE_NAMES[wanted]
        message = Text("此处应为{asked}，现为{found}", "{asked} is needed here, not {found}").format(
            asked=asked, found=found
        )
        return self.fault("type_mismatch", node.at, message, hint=_type_hint(node.type, wanted))

    def _is_loose(self, node: Node) -> bool:
        return isinstance(node, Quantity) and self.known[node.key].loose

    def same_type(self, nodes: Sequence[Node]) -> list[Node]:
        """Return the nodes where all have one type; otherwise the first that differs is a fault."""
        whole = [one for one in nodes if not is_broken(one)]
        firm = next((one for one in whole if not self._is_loose(one)), whole[0] if whole else None)
        if firm is None:
            return list(nodes)
        return [self.typed(one, firm.type) for one in nodes]

    def same_unit(self, nodes: Sequence[Node], *, at: int) -> list[Node] | None:
        """Return the numbers in one unit, plain literals having taken it; None (and a fault) where they differ."""
        firm = next((one for one in nodes if not self._is_loose(one) and not is_literal(one)), None)
        firm = firm or next((one for one in nodes if not self._is_loose(one)), nodes[0])
        adopted: list[Node] = []
        for one in nodes:
            if one.unit == firm.unit:
                adopted.append(one)
            elif self._is_loose(one):
                adopted.append(replace(one, unit=firm.unit))
            elif may_adopt(one, firm.unit):
                adopted.append(adopt(one, firm.unit))
            else:
                self._unit_fault(firm, one, at)
                return None
        return adopted

    def _unit_fault(self, first: Node, second: Node, at: int) -> None:
        shown = first.unit, second.unit
        message = Text(
            f"单位不同：{_unit_zh(shown[0])} 与 {_unit_zh(shown[1])}", f"the units differ: {shown[0]} and {shown[1]}"
        )
        self.fault("unit_mismatch", at, message, hint=_unit_hint(*shown))

    def texts_meet(self, one: Node, other: Node) -> bool:
        """Check that two texts can be equal at all; a literal outside the allowed values is a fault."""
        mine, theirs = self.texts(one), self.texts(other)
        if mine is None or theirs is None or set(mine) & set(theirs):
            return True
        literal, allowed = (one, theirs) if isinstance(one, Constant) else (other, mine)
        value = str(literal.value) if isinstance(literal, Constant) else ""
        message = Text("取值不在允许范围内，永不相等", "not one of the allowed values: they can never be equal")
        hint = did_you_mean(value, allowed)
        self.fault("not_allowed", literal.at, message, value=value or None, allowed=allowed, hint=hint)
        return False

    def texts(self, node: Node) -> tuple[str, ...] | None:
        """Return the texts a node can be, or None for any."""
        if isinstance(node, Constant):
            return (str(node.value),)
        if isinstance(node, Fact):
            return self.names.schema.fields[node.name].choices or None
        if isinstance(node, Quantity):
            return self.known[node.key].texts
        if isinstance(node, Choose | Switch | Lookup):
            found = [self.texts(one) for one in results_of(node)]
            return None if None in found else tuple(dict.fromkeys(text for one in found for text in one or ()))
        return None


def broken(at: int) -> Unavailable:
    """Return the node that stands for a faulty part."""
    return Unavailable(type="number", level="", at=at, code="", name="")


def is_broken(node: Node) -> bool:
    """Tell whether a part was faulted already."""
    return isinstance(node, Unavailable)


def _type_hint(found: ValueType, wanted: ValueType) -> Text | None:
    if found == "date" and wanted == "number":
        return Text("日期请用 AGE 或 MONTHS_BETWEEN", "use AGE or MONTHS_BETWEEN for dates")
    if found == "number" and wanted == "boolean":
        return Text("请写成比较，如 x > 0", "write a comparison, such as x > 0")
    return None


def _unit_zh(unit: Unit) -> str:
    return unit.label("zh") or "无单位数"


def _unit_hint(first: Unit, second: Unit) -> Text | None:
    plain = [one for one in (first, second) if one == NUMBER]
    if plain and (first.money or second.money):
        return Text("金额请写 YUAN(…)", "write money as YUAN(…)")
    if plain:
        return Text("请写出单位，如 24 months", "write its unit, as in 24 months")
    times = [{name for name in ("year", "quarter", "month") if getattr(one, name)} for one in (first, second)]
    if times[0] != times[1] and times[0] and times[1]:
        return Text("请用 ANNUAL、QUARTERLY 或 MONTHLY 换算", "convert by ANNUAL, QUARTERLY or MONTHLY")
    if replace(first, person=0) == replace(second, person=0):
        return Text(
            "人均与户总额不同：请乘以人数", "per person and per household differ: multiply by the number of persons"
        )
    return None
