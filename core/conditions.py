"""Conditions that were not met, in words an applicant understands: no identifier is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import Language, Text
from core.facts import Prepared
from core.formula.scalar import ScalarResult, write
from core.formula.schema import FormulaSource
from core.formula.tree import CheckedFormula, Compare, Logic, Node, Program, Quantity
from core.rulebook import Rulebook
from core.values import Unit
from core.wording import Value, value_json, value_text

_PLAIN = Text("不符合条件：{label}", "condition not met: {label}")
_COMPARED = Text("{label}：{left}，须{operator}{right}", "{label}: {left}, must be {operator} {right}")
_OPERATORS: Mapping[str, Text] = {
    "<": Text("低于", "below"),
    "<=": Text("不高于", "at most"),
    ">": Text("高于", "above"),
    ">=": Text("不低于", "at least"),
    "=": Text("等于", "equal to"),
    "<>": Text("不等于", "other than"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedCondition:
    """A condition that is false, and the two sides of its comparison where it is one."""

    condition: str
    member: str | None
    operator: str | None
    left: Value | None
    right: Value | None
    node: Compare | None
    template: Text

    def message(self, language: Language) -> str:
        """Return the sentence told to the applicant."""
        return self.template.pick(language).format(**self._arguments(language))

    def _arguments(self, language: Language) -> dict[str, str]:
        if self.node is None or self.left is None or self.right is None:
            return {"left": "", "right": "", "operator": ""}
        unit = self.unit
        return {
            "left": value_text(self.left, self.node.left.type, unit, language),
            "right": value_text(self.right, self.node.right.type, unit, language),
            "operator": _OPERATORS[self.node.operator].pick(language),
        }

    @property
    def unit(self) -> Unit:
        """The unit both sides are compared in; a plain literal takes the other side's."""
        if self.node is None:
            return Unit()
        return self.node.left.unit if self.node.left.unit != Unit() else self.node.right.unit

    def to_json(self, language: Language) -> dict[str, Any]:
        """Return ``{condition, member, left, operator, right, unit, message, arguments}``."""
        type_ = self.node.left.type if self.node is not None else "number"
        left = None if self.left is None else value_json(self.left, type_, self.unit)
        right = None if self.right is None else value_json(self.right, type_, self.unit)
        return {
            "condition": self.condition,
            "member": self.member,
            "left": left,
            "operator": self.operator,
            "right": right,
            "unit": str(self.unit),
            "message": self.message(language),
            "arguments": self._arguments(language),
        }


def failed_conditions(
    rulebook: Rulebook, facts: Prepared, result: ScalarResult, programme: str
) -> Iterator[FailedCondition]:
    """Yield the conjuncts of ``eligible`` that are false, down to the comparisons behind them."""
    by_key = {formula.key: formula for formula in rulebook.program.formulas}
    if f"{programme}.eligible" in by_key:
        yield from _walk(by_key[f"{programme}.eligible"], by_key, result, _Sides(rulebook, facts), seen=set())


class _Sides:
    """Evaluates the two sides of comparisons, compiled once a rulebook."""

    def __init__(self, rulebook: Rulebook, facts: Prepared) -> None:
        self._result = rulebook.derived(_sides_program).run(facts, rulebook.standards)

    def of(self, key: str, number: int) -> tuple[Value, Value]:
        """Return left and right of comparison ``number`` of a formula."""
        return self._result.get(f"{key}.left{number}"), self._result.get(f"{key}.right{number}")


def _sides_program(rulebook: Rulebook) -> Any:
    extra = []
    for formula in rulebook.program.formulas:
        if formula.type == "boolean" and formula.level == "household":
            for number, node in enumerate(_conjuncts(formula.tree)):
                if isinstance(node, Compare):
                    extra += [
                        _side(formula, f"left{number}", node.left),
                        _side(formula, f"right{number}", node.right),
                    ]
    program = Program(schema=rulebook.program.schema, formulas=(*rulebook.program.formulas, *extra))
    return write(program, tuple(one.key for one in extra))


def _side(formula: CheckedFormula, name: str, node: Node) -> CheckedFormula:
    source = FormulaSource(
        programme=formula.source.programme, name=f"{formula.source.name}.{name}", text=formula.source.text,
        provision=formula.source.provision,
    )  # fmt: skip
    return CheckedFormula(source=source, level=formula.level, tree=node, reads=formula.reads)


def _conjuncts(node: Node) -> list[Node]:
    return list(node.operands) if isinstance(node, Logic) and node.operator == "and" else [node]


def _walk(
    formula: CheckedFormula,
    by_key: Mapping[str, CheckedFormula],
    result: ScalarResult,
    sides: _Sides,
    *,
    seen: set[str],
) -> Iterator[FailedCondition]:
    """Go down through named conditions to those that made it false."""
    if formula.key in seen or result.get(formula.key) is not False:
        return
    seen.add(formula.key)
    named = [
        by_key[node.key] for node in _conjuncts(formula.tree) if isinstance(node, Quantity) and node.type == "boolean"
    ]
    if any(result.get(one.key) is False for one in named):
        for one in named:
            yield from _walk(one, by_key, result, sides, seen=seen)
        return
    yield _told(formula, sides)


def _told(formula: CheckedFormula, sides: _Sides) -> FailedCondition:
    compared = [(number, node) for number, node in enumerate(_conjuncts(formula.tree)) if isinstance(node, Compare)]
    label = formula.source.label or Text("有一项条件", "one condition")
    if not compared:
        return FailedCondition(
            condition=formula.key, member=None, operator=None, left=None, right=None, node=None,
            template=formula.source.message or _PLAIN.format(label=label),
        )  # fmt: skip
    number, node = compared[0]
    left, right = sides.of(formula.key, number)
    fallback = Text(_COMPARED.zh.replace("{label}", label.zh), _COMPARED.en.replace("{label}", label.pick("en")))
    return FailedCondition(
        condition=formula.key, member=None, operator=node.operator, left=left, right=right, node=node,
        template=formula.source.message or fallback,
    )  # fmt: skip
