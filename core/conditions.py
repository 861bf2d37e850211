"""Conditions that were not met, in words an applicant understands: no identifier is shown."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import Language, Text
from core.fact_check import Prepared
from core.facts import Catalogue
from core.formula.scalar import ScalarProgram, ScalarResult, write
from core.formula.schema import HOUSEHOLD, FormulaSource
from core.formula.tree import CheckedFormula, Choose, Compare, Fact, Failure, Logic, Node, Program, Quantity
from core.provision import text_of
from core.rulebook import Rulebook
from core.trace import record_names
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
_HOLDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedCondition:
    """A condition that is false, and the two sides of its comparison where it is one.

    ``member`` is the person a condition on persons is about; ``words`` tells the codes of a choice in words.
    """

    condition: str
    member: str | None
    operator: str | None
    left: Value | None
    right: Value | None
    node: Compare | None
    template: Text
    words: Mapping[str, Text] = field(default_factory=dict)

    def message(self, language: Language) -> str:
        """Return the sentence told to the applicant."""
        return self.template.pick(language).format(**self._arguments(language))

    def _arguments(self, language: Language) -> dict[str, str]:
        if self.node is None or self.left is None or self.right is None:
            return {"left": "", "right": "", "operator": ""}
        return {
            "left": self._told(self.left, self.node.left, language),
            "right": self._told(self.right, self.node.right, language),
            "operator": _OPERATORS[self.node.operator].pick(language),
        }

    def _told(self, value: Value, side: Node, language: Language) -> str:
        word = self.words.get(value) if isinstance(value, str) else None
        return value_text(value, side.type, self.unit, language) if word is None else word.pick(language)

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
    """Yield the conjuncts of ``eligible`` that are false, down to the comparisons behind them.

    A programme that pays persons (``member.eligible``) is told person by person, what concerns the household once.
    """
    by_key = {formula.key: formula for formula in rulebook.program.formulas}
    sides: ScalarProgram = rulebook.derived(_sides_program)
    case = _Case(by_key, result, sides.run(facts, rulebook.standards), rulebook.facts)
    whole, each = by_key.get(f"{programme}.eligible"), by_key.get(f"{programme}.member.eligible")
    seen: set[tuple[str, str | None]] = set()
    if whole is not None:
        yield from _walk(whole, case, None, seen=seen)
    if each is not None:
        for person in enumerate(record_names(rulebook, facts, "member")):
            yield from _walk(each, case, person, seen=seen)


Person = tuple[int, str]
"""A member's number in the list, and the id."""


@dataclass(frozen=True, slots=True)
class _Case:
    """What one household's formulas gave, and both sides of their comparisons."""

    by_key: Mapping[str, CheckedFormula]
    result: ScalarResult
    sides: ScalarResult
    facts: Catalogue

    def value(self, formula: CheckedFormula, person: Person | None) -> Value:
        """Return a formula's value, of a person where it is about persons."""
        return _of(self.result.get(formula.key), formula, person)

    def failing(self, formula: CheckedFormula, person: Person | None) -> tuple[Compare, Value, Value] | None:
        """Return the first comparison of a formula that does not hold, with its two sides."""
        for number, node in enumerate(_conjuncts(formula.tree)):
            if isinstance(node, Compare):
                left = _of(self.sides.get(f"{formula.key}.left{number}"), formula, person)
                right = _of(self.sides.get(f"{formula.key}.right{number}"), formula, person)
                failed = isinstance(left, Failure) or isinstance(right, Failure)
                if not failed and not _HOLDS[node.operator](left, right):
                    return node, left, right
        return None

    def words(self, node: Compare) -> dict[str, Text]:
        """Return the choices of the fact that a comparison reads: nobody outside knows their codes."""
        named = [side.name for side in (node.left, node.right) if isinstance(side, Fact)]
        choices = self.facts.declared[named[0]].get("choices", {}) if named else {}
        return {code: text for code, raw in choices.items() if (text := text_of(raw)) is not None}


def _of(value: Any, formula: CheckedFormula, person: Person | None) -> Value:
    found: Value = value if formula.level == HOUSEHOLD or person is None else value[person[0]]
    return found


def _sides_program(rulebook: Rulebook) -> ScalarProgram:
    """Compile both sides of every comparison that stands in a condition of its own or between ``and``."""
    extra = []
    for formula in rulebook.program.formulas:
        if formula.type == "boolean" and formula.level in (HOUSEHOLD, "member"):
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
    formula: CheckedFormula, case: _Case, person: Person | None, *, seen: set[tuple[str, str | None]]
) -> Iterator[FailedCondition]:
    """Go down through the programme's named conditions to those that made it false.

    Another programme's quantity is not entered: this condition says what is wanted of it.
    """
    member = person[1] if person is not None and formula.level != HOUSEHOLD else None
    if (formula.key, member) in seen or case.value(formula, person) is not False:
        return
    seen.add((formula.key, member))
    named = [
        one for node in _conjuncts(_taken(formula.tree, case, person))
        if isinstance(node, Quantity) and node.type == "boolean"
        if (one := case.by_key[node.key]).source.programme == formula.source.programme
    ]  # fmt: skip
    refused = [one for one in named if case.value(one, person) is False]
    for one in refused:
        yield from _walk(one, case, person, seen=seen)
    failing = case.failing(formula, person)
    if failing is not None or not refused:
        yield _told(formula, case, member, failing)


def _taken(node: Node, case: _Case, person: Person | None) -> Node:
    """Return the branch a choice between named conditions took; anything else is itself."""
    if not isinstance(node, Choose):
        return node
    for condition, branch in node.arms:
        if not isinstance(condition, Quantity):
            return node
        if case.value(case.by_key[condition.key], person) is True:
            return _taken(branch, case, person)
    return node if node.otherwise is None else _taken(node.otherwise, case, person)


def _told(
    formula: CheckedFormula, case: _Case, member: str | None, failing: tuple[Compare, Value, Value] | None
) -> FailedCondition:
    label = _literal(formula.source.label or Text("有一项条件", "one condition"))
    message = formula.source.message
    if failing is None:
        # A message with places for two sides says nothing where no comparison failed.
        plain = message if message is not None and "{" not in message.zh + message.en else None
        return FailedCondition(
            condition=formula.key, member=member, operator=None, left=None, right=None, node=None,
            template=plain or _around(_PLAIN, label),
        )  # fmt: skip
    node, left, right = failing
    return FailedCondition(
        condition=formula.key, member=member, operator=node.operator, left=left, right=right, node=node,
        template=message or _around(_COMPARED, label), words=case.words(node),
    )  # fmt: skip


def _around(template: Text, label: Text) -> Text:
    return Text(template.zh.replace("{label}", label.zh), template.en.replace("{label}", label.pick("en")))


def _literal(label: Text) -> Text:
    """A label is no template: its braces mean themselves."""
    zh, en = (text.replace("{", "{{").replace("}", "}}") for text in (label.zh, label.en))
    return Text(zh, en)
