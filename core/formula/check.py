"""Formulas as written to a program: names, levels, types, units and order; every fault of every formula at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from core.errors import InvalidInput, Problem, Text, Where
from core.formula.aggregates import AGGREGATE_RULES
from core.formula.agreement import TYPE_NAMES, Signature, is_broken
from core.formula.calls import PLAIN_RULES
from core.formula.checker import CallRule, Checker
from core.formula.literal import adopt, may_adopt
from core.formula.magnitude import LONGEST_BITS, Magnitude, Measure
from core.formula.names import Names
from core.formula.order import arrange
from core.formula.schema import FactSchema, FormulaSource, ValueType
from core.formula.syntax import parse
from core.formula.syntax_tree import Expression
from core.formula.tree import CheckedFormula, Node, Program, Unavailable
from core.values import NUMBER, Unit

RULES: Mapping[str, CallRule] = MappingProxyType({**PLAIN_RULES, **AGGREGATE_RULES})


def check(schema: FactSchema, sources: Sequence[FormulaSource]) -> Program:
    """Check formulas against the declared facts and each other, and put them in order.

    A source that ``overrides`` another of its programme takes its place; the replaced one is checked and dropped.

    Raises:
        InvalidInput: syntax, unknown names (with the nearest), levels, types, units, duplicates, loops; all of them,
            each with its place, in the order of the sources.
    """
    work = _Work(schema, sources)
    work.parse()
    work.settle_names()
    work.check_in_order()
    work.check_replaced()
    if work.problems:
        raise InvalidInput(problem for _, problem in sorted(work.problems, key=lambda pair: pair[0]))
    return Program(schema=schema, formulas=tuple(work.checked))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """A source that could be parsed; ``tree`` is None for a quantity whose rule is missing."""

    source: FormulaSource
    number: int
    tree: Expression | None


class _Work:
    """The state of one check."""

    def __init__(self, schema: FactSchema, sources: Sequence[FormulaSource]) -> None:
        self.schema = schema
        self.sources = sources
        self.names = Names(schema, sources)
        self.problems: list[tuple[int, Problem]] = []
        self.written: dict[str, _Written] = {}
        self.replaced: list[_Written] = []
        self.known: dict[str, Signature] = {}
        self.magnitudes: dict[str, Magnitude] = {}
        self.checked: list[CheckedFormula] = []

    # Before any formula is looked into

    def parse(self) -> None:
        """Parse every text; a text that is no formula is reported and takes part no further."""
        for number, source in enumerate(self.sources):
            if source.flags and not source.text:
                self._take(_Written(source=source, number=number, tree=None))
                continue
            try:
                tree = parse(source.text, source.where or Where(file=source.key, line=1, column=1))
            except InvalidInput as error:
                self.problems += [(number, problem) for problem in error.problems]
            else:
                self._take(_Written(source=source, number=number, tree=tree))

    def _take(self, one: _Written) -> None:
        """Note a formula under its name; a second one must say that it overrides the first."""
        other = self.written.get(one.source.key)
        if other is None:
            self.written[one.source.key] = one
        elif one.source.overrides and not other.source.overrides:
            self.replaced.append(other)
            self.written[one.source.key] = one
        elif other.source.overrides and not one.source.overrides:
            self.replaced.append(one)
        else:
            message = Text("同一项目内名称重复", "this name exists already in the programme")
            hint = Text(
                f"另见 {other.source.provision}；要替换请写 overrides",
                f"see {other.source.provision}; to replace it say overrides",
            )
            self._fault(one, "duplicate_name", message, hint=hint, value=one.source.name)

    def settle_names(self) -> None:
        """Check what formulas are called: level, clashes with facts, lists and programmes, and overrides."""
        for one in self.written.values():
            self._check_name(one)
        replaced = {one.source.key for one in self.replaced}
        for one in self.written.values():
            target = one.source.overrides
            if target and (target != one.source.name or one.source.key not in replaced):
                message = Text("没有可替换的同名公式", "there is no formula of this name to override")
                self._fault(one, "nothing_to_override", message, value=target)

    def _check_name(self, one: _Written) -> None:
        source = one.source
        if self.names.level_of(source) is None:
            allowed = tuple(self.schema.lists)
            message = Text(
                "名称中的点之前应为名单的记录名", "what stands before the dot must be the record name of a list"
            )
            self._fault(one, "unknown_level", message, value=source.name, allowed=allowed)
        if source.name in self.schema.fields:
            self._fault(one, "duplicate_name", Text("已有同名事实", "a fact of this name exists"), value=source.name)
        if self.names.list_named(source.name) is not None:
            self._fault(one, "duplicate_name", Text("已有同名名单", "a list of this name exists"), value=source.name)
        if self.names.list_named(source.programme) is not None or source.programme in self.schema.namespaces:
            message = Text("项目名与名单或 case 重名", "the programme is called like a list or 'case'")
            self._fault(one, "duplicate_name", message, value=source.programme)

    def _fault(
        self,
        one: _Written,
        code: str,
        message: Text,
        *,
        hint: Text | None = None,
        value: str | None = None,
        allowed: tuple[str, ...] = (),
    ) -> None:
        where = one.source.where or Where(file=one.source.key)
        self.problems.append(
            (one.number, Problem(code=code, message=message, hint=hint, where=where, value=value, allowed=allowed))
        )

    # Formula by formula

    def check_in_order(self) -> None:
        """Check each formula after those it reads; what stands on a loop comes last, without new complaints."""
        reads = {key: self._read_by(one) for key, one in self.written.items()}
        order, loops = arrange(reads)
        for loop in loops:
            shown = " → ".join((*loop, loop[0]))
            message = Text(f"公式互相引用成环：{shown}", f"formulas read each other in a loop: {shown}")
            self._fault(self.written[loop[0]], "loop", message, value=loop[0])
        for key in (*order, *(key for key in reads if key not in set(order))):
            formula = self._formula(self.written[key])
            if formula is not None:
                self.checked.append(formula)
                self.known[key] = self._signature(formula)
                self._measure(formula, self.written[key])

    def _measure(self, formula: CheckedFormula, one: _Written) -> None:
        """Refuse numbers that may outgrow any machine; what stands on one is measured as if it were nothing."""
        measure = Measure(self.schema, self.magnitudes)
        found = measure.formula(formula.tree)
        if measure.longest <= LONGEST_BITS:
            self.magnitudes[formula.key] = found
            return
        message = Text("结果可能是过大的数", "the numbers may grow beyond any use")
        hint = Text("请减少连乘或收窄事实的取值范围", "multiply less often, or declare narrower ranges of the facts")
        self._fault(one, "too_large", message, hint=hint, value=formula.source.name)

    def _read_by(self, one: _Written) -> tuple[str, ...]:
        return () if one.tree is None else self.names.read_by(one.tree, one.source.programme)

    def _formula(self, one: _Written) -> CheckedFormula | None:
        source = one.source
        level = self.names.level_of(source)
        if level is None:
            return None
        if one.tree is None:
            node: Node = Unavailable(
                type=source.type or "number",
                unit=source.unit or NUMBER,
                level=level,
                code=source.flags[0],
                name=source.flags[-1],
            )
            return CheckedFormula(source=source, level=level, tree=node, reads=())
        checker = Checker(source, names=self.names, known=self.known, rules=RULES)
        node = _promised(checker, checker.expression(one.tree, level), source)
        self.problems += [(one.number, problem) for problem in checker.problems]
        if is_broken(node):
            return None
        return CheckedFormula(source=source, level=level, tree=node, reads=tuple(checker.reads))

    def _signature(self, formula: CheckedFormula) -> Signature:
        checker = Checker(formula.source, names=self.names, known=self.known, rules=RULES)
        loose = isinstance(formula.tree, Unavailable) and formula.source.type is None and formula.source.unit is None
        texts = None if formula.type != "text" or is_broken(formula.tree) else checker.texts(formula.tree)
        return Signature(type=formula.type, unit=formula.unit, texts=texts, loose=loose)

    # What was replaced

    def check_replaced(self) -> None:
        """Hold each override against what it replaces: same type and unit (the level is in the name)."""
        for old in self.replaced:
            new = self.written[old.source.key]
            before, after = self._formula(old), self.known.get(old.source.key)
            if before is None or after is None or self._signature(before).loose or after.loose:
                continue
            if (before.type, before.unit) != (after.type, after.unit):
                message = Text(
                    "替换后的类型或单位不同：原为{before}，现为{after}",
                    "an override keeps type and unit: {before} became {after}",
                ).format(before=_shown(before.type, before.unit), after=_shown(after.type, after.unit))
                self._fault(new, "override_differs", message, value=new.source.name)


def _shown(of: ValueType, unit: Unit) -> Text:
    name = TYPE_NAMES[of]
    return Text(f"{name.zh}（{unit}）", f"{name.en} ({unit})") if of == "number" else name


def _promised(checker: Checker, node: Node, source: FormulaSource) -> Node:
    """Hold a formula's result against the type and unit its author promised; a plain number takes the unit."""
    if is_broken(node):
        return node
    wanted = source.type or ("number" if source.unit is not None else None)
    if wanted is not None:
        node = checker.typed(node, wanted)
    if is_broken(node):
        return node
    if source.unit is None or source.unit == node.unit:
        return node
    if may_adopt(node, source.unit):
        return adopt(node, source.unit)
    message = Text(f"结果的单位应为 {source.unit}", f"the result must be in {source.unit}")
    return checker.fault("unit_mismatch", 0, message, value=str(node.unit))
