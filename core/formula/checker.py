"""Checks one formula: every part gets a type, a unit and the level it is computed at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from core.errors import Text, did_you_mean, nearest
from core.formula.agreement import Agreement, Signature, broken, is_broken
from core.formula.functions import CLAUSES, FUNCTIONS, MONEY_WORDS, NUMBER_UNITS
from core.formula.names import Meaning, Names, Unknown
from core.formula.schema import FormulaSource
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
from core.formula.tree import Arithmetic, Compare, Constant, Fact, Logic, Negate, Node, Not, Quantity
from core.values import NUMBER, Unit

CallRule = Callable[["Checker", Call, str], Node]
"""Checks one call at a level."""


class Checker(Agreement):
    """Checks the expression of one source against the names and the quantities known so far."""

    def __init__(
        self, source: FormulaSource, *, names: Names, known: Mapping[str, Signature], rules: Mapping[str, CallRule]
    ) -> None:
        super().__init__(source, names=names, known=known)
        self.rules = rules
        self.reads: dict[str, None] = {}

    def expression(self, one: Expression, level: str) -> Node:  # noqa: C901, PLR0911 - one case a kind
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
        left, right = self.same_type([self.expression(one.left, level), self.expression(one.right, level)])
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
        return Logic(type="boolean", level=level, at=one.at, operator=one.word, operands=operands)

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


def constant(value: Fraction, unit: Unit, *, level: str, at: int) -> Constant:
    """Return a number literal as a node."""
    return Constant(type="number", unit=unit, level=level, at=at, value=value.numerator, denominator=value.denominator)
