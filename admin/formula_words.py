"""A formula read aloud: quantities and facts by their labels, choices by their words; the formula stands beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from admin.language import language, pick
from core.errors import Text
from core.provision import text_of
from core.rulebook import Rulebook

FUNCTIONS = {
    "AGE": "年龄", "SUM": "合计", "COUNT": "个数", "ANY": "任一", "ALL": "全部", "WHEN": "限于", "MAX": "较大者",
    "MIN": "较小者", "STANDARD": "标准", "IF": "如果", "SWITCH": "按情形", "ROUND": "取整", "DATE": "日期",
    "TRUE": "是", "FALSE": "否", "IFS": "依次判断", "YUAN": "元", "MONTHLY": "折合每月", "QUARTERLY": "折合每季",
    "ANNUAL": "折合每年", "LOOKUP": "查表", "ROUNDUP": "进位", "ROUNDDOWN": "舍尾", "MONTHS_BETWEEN": "相隔月数",
    "DEFAULT": "默认",
}  # fmt: skip
SIGNS = {"and": "且", "or": "或", "not": "非", "in": "属于", "true": "是", "false": "否", "person": "人", "month": "月",
         "quarter": "季", "year": "年"}  # fmt: skip
MARKS = {"<=": "≤", ">=": "≥", "<>": "≠", "*": "×"}
_TOKEN = re.compile(r'"(?P<literal>[^"]*)"|(?P<name>[A-Za-z_][A-Za-z0-9_.]*)|(?P<mark><=|>=|<>|\*)')


class Names:
    """The labels of what formulas of a rulebook name."""

    def __init__(self, book: Rulebook) -> None:
        self._declared: Mapping[str, Any] = book.facts.declared
        self._labels = {
            one.source.name: one.source.label for one in book.program.formulas if one.source.label is not None
        }
        lines = (line for group in book.policy.found.values() for line in group.values() if line.key)
        self._keys = {line.key: line.provision.label for line in lines if line.value.get("label")}
        lists = {kind.plural: kind.label for kind in book.facts.schema.lists.values() if kind.label is not None}
        self._labels |= {**lists, **{name: kind.label for name, kind in book.facts.schema.lists.items() if kind.label}}

    def read(self, formula: str) -> str:
        """Return a formula with its names in words.

        A name nobody labelled stays as it is written.
        """
        said, last = [], ""
        at = 0
        for token in _TOKEN.finditer(formula):
            said.append(formula[at : token.start()])
            at = token.end()
            if token["literal"] is not None:
                said.append(self._choice(last, token["literal"]))
            elif token["mark"]:
                said.append(MARKS[token["mark"]])
            else:
                said.append(self._name(token["name"]))
                last = token["name"] if token["name"].lower() not in SIGNS else last
        said.append(formula[at:])
        return "".join(said)

    def _name(self, name: str) -> str:
        zh = language() == "zh"
        if zh and name in FUNCTIONS:
            return FUNCTIONS[name]
        if zh and name in SIGNS:
            return SIGNS[name]
        owner, _, field = name.partition(".")
        one = f"{owner.removesuffix('s')}.{field}"  # members.topup: member.topup of each
        label = self._labels.get(name) or self._labels.get(one) or self._fact(name)
        return pick(label) if label is not None else name

    def _fact(self, name: str) -> Text | None:
        """A fact's label; one of a list's members goes by the fact's: ``members.severe_illness``."""
        owner, _, field = name.partition(".")
        known = self._declared.get(name) or (
            self._declared.get(f"{owner.removesuffix('s')}.{field}") if field else None
        )
        return text_of(known["label"]) if known and known.get("label") else None

    def _choice(self, name: str, code: str) -> str:
        owner, _, field = name.partition(".")
        known = self._declared.get(name) or self._declared.get(f"{owner.removesuffix('s')}.{field}") or {}
        choices = known.get("choices", {})
        said = text_of(choices.get(code)) if isinstance(choices, Mapping) else None
        said = said or self._keys.get(code)
        return f"“{pick(said)}”" if said is not None else f'"{code}"'
