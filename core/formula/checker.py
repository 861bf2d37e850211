"""Checks one formula: every part gets a type, a unit and the level it is computed at; every fault is noted, none stops.

A part with a fault becomes an ``Unavailable`` node, and what stands on it is not faulted a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from core.errors import Problem, Text, Where, did_you_mean, nearest
from core.formula.functions import CLAUSES, FUNCTIONS, MONEY_WORDS, NUMBER_UNITS
from core.formula.literal import adopt, is_literal, may_adopt, results_of
from core.formula.names import Meaning, Names, Unknown
from core.formula.schema import FormulaSource, ValueType
from core.formula.syntax import place
from core.formula.syntax_tree import (
    BooleanLiteral,
    Calculation,
    Call,
    Comparison,
    Expression,
    Junction,
    Minus,
    Name,
    Negation,
    NumberLiteral,
    TextLiteral,
)
from core.formula.tree import (
    Arithmetic,
    Compare,
    Constant,
    Fact,
    Lookup,
    Negate,
    Node,
    Not,
    Quantity,
    Switch,
    Unavailable,
)
from core.formula.tree import Choose as ChooseNode
from core.formula.tree import Logic as LogicNode
from core.values import NUMBER, Unit

TYPE_NAMES: Mapping[ValueType, Text] = {
    "number": Text("数", "a number"),
    "boolean": Text("是非值", "a condition"),
    "text": Text("文本", "a text"),
    "date": Text("日期", "a date"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What others may know of a quantity. ``texts`` are the texts it can be (None: any); ``loose``: nothing was declared."""

    type: ValueType
    unit: Unit
    texts: tuple[str, ...] | None = None
    loose: bool = False


CallRule = Callable[["Checker", Call, str], Node]


class Checker:
    """Checks the expression of one source against the names and the quantities known so far."""

    def __init__(
        self, source: FormulaSource, *, names: Names, known: Mapping[str, Signature], rules: Mapping[str, CallRule]
    ) -> None:
        self.source = source
        self.names = names
        self.known = known
        self.rules = rules
        self.problems: list[Problem] = []
        self.reads: dict[str, None] = {}

    # Faults

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

    # Expressions

    def expression(self, one: Expression, level: str) -> Node:
        """Check ``one`` where it is computed at ``level``."""
        match one:
            case NumberLiteral():
                return self._number(one, level)
            case TextLiteral():
                return Constant(type="text", level=level, at=one.at, value=one.value)
            case BooleanLiteral():
                return Constant(type="boolean", level=level, at=one.at, value=one.value)
            case Name():
                return self._name(one, level)
            case Minus():
                return self._minus(one, level)
            case Negation():
                operand = self.condition(one.operand, level)
                return operand if is_broken(operand) else Not(type="boolean", level=level, at=one.at, operand=operand)
            case Calculation():
                return self._calculation(one, level)
            case Comparison():
                return self._comparison(one, level)
            case Junction():
                return self._junction(one, level)
            case Call():
                return self._call(one, level)
        raise AssertionError(one)

    def condition(self, one: Expression, level: str) -> Node:
        """Check a part that must be a condition."""
        return self.typed(self.expression(one, level), "boolean")

    def number(self, one: Expression, level: str) -> Node:
        """Check a part that must be a number."""
        return self.typed(self.expression(one, level), "number")

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

    # Literals and names

    def _number(self, one: NumberLiteral, level: str) -> Node:
        value = Fraction(one.digits) / (100 if one.percent else 1)
        unit = NUMBER
        if one.unit in NUMBER_UNITS:
            unit = Unit.parse(NUMBER_UNITS[one.unit])
        elif one.unit:
            return self._bad_unit(one)
        return constant(value, unit, level=level, at=one.at)

    def _bad_unit(self, one: NumberLiteral) -> Node:
        if one.unit in MONEY_WORDS:
            hint = Text(f"金额请写 YUAN({one.digits})", f"write money as YUAN({one.digits})")
        else:
            hint = did_you_mean(one.unit, NUMBER_UNITS) or Text("如 24 months、24个月", "for instance 24 months")
        message = Text("不是计量单位", "not a unit")
        allowed = ("years", "quarters", "months", "persons", "count")
        return self.fault("unknown_unit", one.unit_at, message, hint=hint, value=one.unit, allowed=allowed)

    def _name(self, one: Name, level: str) -> Node:
        meaning = self.names.find(one, self.source.programme)
        if isinstance(meaning, Unknown):
            hint = (
                Text(f"是否为“{meaning.suggestion}”？", f"Did you mean '{meaning.suggestion}'?")
                if meaning.suggestion
                else None
            )
            return self.fault("unknown_name", one.at, meaning.reason, hint=hint, value=one.written)
        if meaning.list is not None:
            hint = Text(f"人数或条数请写 COUNT({one.name})", f"to count its records write COUNT({one.name})")
            return self.fault(
                "list_not_value", one.at, Text("名单不是数值", "a list is not a value"), hint=hint, value=one.written
            )
        if meaning.owner != level and meaning.owner not in self.names.schema.ancestors(level):
            return self._out_of_reach(one, meaning, level)
        return self.read(meaning, level, one.at)

    def read(self, meaning: Meaning, level: str, at: int) -> Node:
        """Return the node that reads a fact or a quantity."""
        field = meaning.field
        if field is not None:
            self.reads[field.name] = None
            return Fact(
                type=field.type,
                unit=field.unit,
                level=level,
                at=at,
                name=field.name,
                owner=meaning.owner,
                scale=field.scale,
            )
        self.reads[meaning.key] = None
        signature = self.known.get(meaning.key)
        if signature is None:
            return broken(at)
        return Quantity(
            type=signature.type, unit=signature.unit, level=level, at=at, key=meaning.key, owner=meaning.owner
        )

    def _out_of_reach(self, one: Name, meaning: Meaning, level: str) -> Node:
        if self.names.schema.is_below(meaning.owner, level):
            hint = Text(
                f"请用 SUM、ANY 等合计，如 SUM({one.written})", f"gather it by an aggregate, such as SUM({one.written})"
            )
        else:
            hint = Text(
                "请先在户一级写成有名称的公式，再引用其名称",
                "name it by a formula of the household first and read that name",
            )
        message = Text(
            f"此处（{level}）读不到“{one.written}”", f"'{one.written}' cannot be read here (at the level of {level})"
        )
        return self.fault("out_of_reach", one.at, message, hint=hint, value=one.written)

    # Operators

    def _minus(self, one: Minus, level: str) -> Node:
        operand = self.number(one.operand, level)
        if is_broken(operand):
            return operand
        return Negate(type="number", unit=operand.unit, level=level, at=one.at, operand=operand)

    def _calculation(self, one: Calculation, level: str) -> Node:
        left, right = self.number(one.left, level), self.number(one.right, level)
        if is_broken(left) or is_broken(right):
            return broken(one.at)
        if one.sign in "+-":
            both = self.same_unit([left, right], at=one.at)
            if both is None:
                return broken(one.at)
            left, right = both
            unit = left.unit
        else:
            unit = left.unit * right.unit if one.sign == "*" else left.unit / right.unit
        return Arithmetic(type="number", unit=unit, level=level, at=one.at, operator=one.sign, left=left, right=right)

    def _comparison(self, one: Comparison, level: str) -> Node:
        left, right = self.same_type([self.expression(one.left, level), self.expression(one.right, level)], at=one.at)
        if is_broken(left) or is_broken(right):
            return broken(one.at)
        if left.type in ("text", "boolean") and one.sign not in ("=", "<>"):
            return self.fault(
                "type_mismatch",
                one.at,
                Text("文本和是非值只能用 = 或 <>", "texts and conditions compare by = or <> only"),
            )
        if left.type == "number":
            both = self.same_unit([left, right], at=one.at)
            if both is None:
                return broken(one.at)
            left, right = both
        if left.type == "text" and not self.texts_meet(left, right):
            return broken(one.at)
        return Compare(type="boolean", level=level, at=one.at, operator=one.sign, left=left, right=right)

    def _junction(self, one: Junction, level: str) -> Node:
        operands = tuple(self.condition(part, level) for part in one.operands)
        if any(is_broken(part) for part in operands):
            return broken(one.at)
        return LogicNode(type="boolean", level=level, at=one.at, operator=one.word, operands=operands)

    def _call(self, one: Call, level: str) -> Node:
        if one.function in CLAUSES:
            message = Text(f"{one.function} 只能写在合计类函数之内", f"{one.function} belongs inside an aggregate")
            return self.fault("misplaced_clause", one.at, message, value=one.written)
        function = FUNCTIONS.get(one.function)
        if function is None:
            return self._unknown_function(one)
        most = function.most if function.most is not None else len(one.arguments)
        if not function.least <= len(one.arguments) <= most:
            message = Text(f"{function.name} 的参数个数不对", f"wrong number of arguments for {function.name}")
            hint = Text(f"写法：{function.signature}", f"it is written {function.signature}")
            return self.fault("wrong_arguments", one.at, message, hint=hint, value=str(len(one.arguments)))
        return self.rules[function.name](self, one, level)

    def _unknown_function(self, one: Call) -> Node:
        if self.names.list_named(one.written) is not None or isinstance(
            self.names.find(Name(at=0, before="", name=one.written), self.source.programme), Meaning
        ):
            hint: Text | None = Text("名称后面不写括号", "a name takes no brackets")
        else:
            close = nearest(one.function, FUNCTIONS)
            hint = Text(f"是否为“{close}”？", f"Did you mean '{close}'?") if close else None
        message = Text("没有这个函数", "there is no such function")
        allowed = () if hint else tuple(FUNCTIONS)
        return self.fault("unknown_function", one.at, message, hint=hint, value=one.written, allowed=allowed)

    # What several parts must share

    def same_type(self, nodes: Sequence[Node], *, at: int) -> list[Node]:
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

    def texts_meet(self, *nodes: Node) -> bool:
        """Check that texts to be compared can be equal at all; a literal outside the allowed values is a fault."""
        known = [(one, self.texts(one)) for one in nodes]
        for one, mine in known:
            for other, theirs in known:
                if one is other or mine is None or theirs is None or set(mine) & set(theirs):
                    continue
                literal, allowed = (one, theirs) if isinstance(one, Constant) else (other, mine)
                value = str(literal.value) if isinstance(literal, Constant) else None
                message = Text("取值不在允许范围内，永不相等", "not one of the allowed values: they can never be equal")
                self.fault(
                    "not_allowed",
                    literal.at,
                    message,
                    value=value,
                    allowed=allowed,
                    hint=did_you_mean(value or "", allowed),
                )
                return False
        return True

    def texts(self, node: Node) -> tuple[str, ...] | None:
        """Return the texts a node can be, or None for any."""
        if isinstance(node, Constant):
            return (str(node.value),)
        if isinstance(node, Fact):
            return self.names.schema.fields[node.name].choices or None
        if isinstance(node, Quantity):
            return self.known[node.key].texts
        if isinstance(node, ChooseNode | Switch | Lookup):
            found = [self.texts(one) for one in results_of(node)]
            return None if None in found else tuple(dict.fromkeys(text for one in found for text in one or ()))
        return None


def broken(at: int) -> Unavailable:
    """Return the node that stands for a faulty part."""
    return Unavailable(type="number", level="", at=at, code="", name="")


def is_broken(node: Node) -> bool:
    """Tell whether a part was faulted already."""
    return isinstance(node, Unavailable)


def constant(value: Fraction, unit: Unit, *, level: str, at: int) -> Constant:
    """Return a number literal as a node."""
    return Constant(type="number", unit=unit, level=level, at=at, value=value.numerator, denominator=value.denominator)


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
    if first.person != second.person:
        return Text(
            "人均与户总额不同：请乘以人数", "per person and per household differ: multiply by the number of persons"
        )
    return None
