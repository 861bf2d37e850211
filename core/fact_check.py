"""A household's facts checked and typed against a catalogue; all faults at once, each with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any, Protocol

from core.errors import Problem, Text, did_you_mean
from core.formula.schema import HOUSEHOLD, FactSchema, Field, ListType
from core.provision import Json
from core.source import Key, Located
from core.values import exact

Prepared = dict[str, Any]
Scalar = int | bool | str
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Declared(Protocol):
    """What a check needs of a catalogue of facts (see ``core.facts.Catalogue``)."""

    @property
    def schema(self) -> FactSchema:
        """The facts as formulas see them."""

    @property
    def declared(self) -> Mapping[str, Mapping[str, Json]]:
        """Each fact as declared, by name."""

    @property
    def filled(self) -> frozenset[str]:
        """Facts that come from the question asked, not from the household."""

    @property
    def gap_items(self) -> Mapping[str, Text]:
        """Income items that may not be entered, and why."""


class FactChecker:
    """Walks a household's facts once, converting what is right and collecting what is not."""

    def __init__(self, facts: Declared, source: Located, on: date | None = None) -> None:
        self.on = None if on is None else on.toordinal()
        self.facts = facts
        self.source = source
        self.problems: list[Problem] = []
        self.ids: set[str] = set()
        self.heads = 0

    def record(self, data: Json, level: str, path: tuple[Key, ...]) -> Prepared:
        """Return one record with its lists."""
        if not isinstance(data, Mapping):
            self._fault("bad_type", Text("应为一组“项: 值”", "expected a mapping"), path, data)
            return {}
        schema = self.facts.schema
        prefix = "" if level == HOUSEHOLD else f"{level}."
        fields = {
            one.short: one for one in schema.fields_of(level) if one.name.rpartition(".")[0] == prefix.rstrip(".")
        }
        lists = {name: one for one in schema.lists.values() if one.parent == level for name in (one.name, one.plural)}
        known = [name for name, one in fields.items() if one.name not in self.facts.filled] + [
            one.plural for one in lists.values()
        ]
        prepared: Prepared = {one.name: [] for one in lists.values()}
        for name, value in data.items():
            here = (*path, name)
            if name in lists and prepared[lists[name].name]:
                message = Text("同一名单给了两次", "the same list is given twice")
                self._fault("given_twice", message, here, name)
            elif name in lists:
                prepared[lists[name].name] = self._list(value, lists[name], here)
            elif name == "case" and level == HOUSEHOLD:
                prepared["case"] = self._case(value, here)
            elif name in fields and fields[name].name not in self.facts.filled:
                self._put(prepared, name, self._value(value, fields[name], here))
            else:
                hint = did_you_mean(str(name), known)
                self._fault(
                    "unknown_fact",
                    Text("未知的事实", "unknown fact"),
                    here,
                    name,
                    hint=hint,
                    allowed=tuple(dict.fromkeys(known)),
                )
        self._complete(prepared, fields, path, given=data)
        return prepared

    def fault_no_members(self) -> None:
        """Refuse a household without members: nothing can be said of nobody."""
        message = Text("没有家庭成员，请至少列出户主", "no household members; list at least the head")
        self._fault("missing_fact", message, ("members",), None)

    def _case(self, data: Json, path: tuple[Key, ...]) -> Prepared:
        fields = {one.short: one for one in self.facts.schema.fields.values() if one.name.startswith("case.")}
        if not isinstance(data, Mapping):
            self._fault("bad_type", Text("应为一组“项: 值”", "expected a mapping"), path, data)
            return {}
        prepared: Prepared = {}
        for name, value in data.items():
            if name in fields:
                self._put(prepared, name, self._value(value, fields[name], (*path, name)))
            else:
                self._fault(
                    "unknown_fact",
                    Text("未知的事实", "unknown fact"),
                    (*path, name),
                    name,
                    hint=did_you_mean(name, fields),
                )
        return prepared

    def _list(self, value: Json, kind: ListType, path: tuple[Key, ...]) -> list[Prepared]:
        if not isinstance(value, list):
            self._fault("bad_type", Text("应为列表", "expected a list"), path, value)
            return []
        if len(value) > kind.longest:
            message = Text(f"记录过多（上限 {kind.longest} 条）", f"too many records (at most {kind.longest})")
            self._fault("list_too_long", message, path, str(len(value)))
            return []
        return [self.record(one, kind.name, (*path, index)) for index, one in enumerate(value)]

    def _complete(
        self,
        prepared: Prepared,
        fields: Mapping[str, Field],
        path: tuple[Key, ...],
        *,
        given: Mapping[str, Json],
    ) -> None:
        for name, one in fields.items():
            raw = self.facts.declared[one.name]
            if name in given or one.name in self.facts.filled:
                continue
            if "default" in raw:
                prepared[name] = self._value(raw["default"], one, path)
            elif one.required:
                message = Text(f"缺少必填项“{name}”", f"'{name}' is required")
                self._fault("missing_fact", message, path, None)
        key = prepared.get("id")
        if key is not None:
            if key in self.ids:
                self._fault("duplicate_person", Text("人员编号重复", "person id used twice"), path, str(key))
            self.ids.add(key)
        if prepared.get("relation") == "head":
            self.heads += 1
            if self.heads == 2:
                self._fault("two_heads", Text("户主只能有一人", "there can be only one head"), path, str(key))

    @staticmethod
    def _put(prepared: Prepared, name: str, value: Scalar | None) -> None:
        if value is not None:
            prepared[name] = value

    def _value(self, value: Json, one: Field, path: tuple[Key, ...]) -> Scalar | None:
        kind = self.facts.declared[one.name]["type"]
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if isinstance(value, Mapping | list):
            self._fault("bad_type", Text("应为单个值", "expected a single value"), path, None)
            return None
        if kind == "boolean":
            return self._boolean(text, path)
        if kind == "date":
            return self._past(self._date(text, path), one, text, path)
        if one.type == "number":
            return self._number(text, one, kind, path)
        return self._text(text, one, path)

    def _boolean(self, text: str, path: tuple[Key, ...]) -> bool | None:
        if text in ("true", "false"):
            return text == "true"
        self._fault(
            "not_allowed",
            Text("应为 true 或 false", "must be true or false"),
            path,
            text,
            allowed=("true", "false"),
        )
        return None

    def _date(self, text: str, path: tuple[Key, ...]) -> int | None:
        if _DAY.fullmatch(text):
            with suppress(ValueError):
                return date.fromisoformat(text).toordinal()
        message = Text("不是有效日期，应为 2018-04-27 的形式", "not a date such as 2018-04-27")
        self._fault("bad_date", message, path, text)
        return None

    def _past(self, day: int | None, one: Field, text: str, path: tuple[Key, ...]) -> int | None:
        past = str(self.facts.declared[one.name].get("past", "false")).lower() == "true"
        if past and day is not None and self.on is not None and day > self.on:
            self._fault("in_the_future", Text("日期晚于计算日期", "lies after the date of assessment"), path, text)
        return day

    def _number(self, text: str, one: Field, kind: str, path: tuple[Key, ...]) -> int | None:
        factor = 100 * one.scale if one.unit.is_money else one.scale
        try:
            stored = exact(text) * factor
        except ValueError:
            self._fault("bad_number", Text("不是数字", "not a number"), path, text)
            return None
        if stored.denominator != 1:
            finest = (
                Text("最多两位小数（精确到分）", "at most two decimals (to the fen)")
                if kind == "money" and one.scale == 1
                else Text("小数位过多", "too many decimals")
            )
            self._fault("too_fine", finest, path, text)
            return None
        if not one.low <= stored <= one.high:
            low, high = one.low // factor, one.high // factor
            message = Text(f"超出范围（{low} 至 {high}）", f"out of range ({low} to {high})")
            self._fault("out_of_range", message, path, text)
            return None
        return int(stored)

    def _text(self, text: str, one: Field, path: tuple[Key, ...]) -> str | None:
        if text in self.facts.gap_items and one.name in ("income.item", "shared_income.item"):
            reason = self.facts.gap_items[text]
            message = Text("该项目为空缺，不能使用：{reason}", "this item is a gap and cannot be used: {reason}")
            message = message.format(reason=reason)
            hint = Text("可由有权机关以修订补入并注明依据", "an authority may settle it by a cited amendment")
            self._fault("gap_item", message, path, text, hint=hint)
            return None
        if one.choices and text not in one.choices:
            self._fault(
                "not_allowed", Text("取值不在允许范围内", "not one of the allowed values"), path, text,
                hint=did_you_mean(text, one.choices), allowed=one.choices,
            )  # fmt: skip
            return None
        return text

    def _fault(
        self,
        code: str,
        message: Text,
        path: tuple[Key, ...],
        value: Json,
        *,
        hint: Text | None = None,
        allowed: tuple[str, ...] = (),
    ) -> None:
        shown = None if value is None or isinstance(value, Mapping | list) else str(value)
        self.problems.append(
            Problem(
                code=code,
                message=message,
                where=self.source.where(path),
                value=shown,
                hint=hint,
                allowed=allowed,
            )
        )
