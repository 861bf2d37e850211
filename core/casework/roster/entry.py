"""One row of a roster read into a household: what it says, or everything that is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.casework.people.identity import IdNumber, read_id_number
from core.casework.roster.cells import LONGEST, TITLES, Cells
from core.casework.workbook import Row
from core.errors import JiuzhuError, Problem

LONG_NUMBER = re.compile(r"[0-9]{15}")
SEPARATORS = re.compile(r"[\s-]")
METHODS: Mapping[str, str] = {"补差": "gap", "差额": "gap", "分档": "tiered", "定额": "flat"}
RELATIONS: Mapping[str, str] = {
    "户主": "head", "本人": "head", "配偶": "spouse", "夫": "spouse", "妻": "spouse", "丈夫": "spouse",
    "妻子": "spouse",
    "子女": "child", "子": "child", "女": "child", "儿子": "child", "女儿": "child", "长子": "child", "长女": "child",
    "次子": "child", "次女": "child", "父母": "parent", "父亲": "parent", "母亲": "parent", "父": "parent",
    "母": "parent", "祖父母": "grandparent", "祖父": "grandparent", "祖母": "grandparent", "外祖父": "grandparent",
    "外祖母": "grandparent", "孙子女": "grandchild", "孙子": "grandchild", "孙女": "grandchild",
    "外孙": "grandchild", "外孙女": "grandchild", "兄弟姐妹": "sibling", "兄弟": "sibling", "姐妹": "sibling",
    "其他": "other",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person of the household, as the row says; names and numbers never leave for logs."""

    name: str = field(repr=False)
    number: str = field(repr=False)
    birth_date: date
    sex: str
    relation: str
    entitled: bool
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Further facts of the member, where more than a roster is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A household as a row of the roster gives it; money in fen. ``members`` begin with the head.

    ``said`` are amounts that become neither facts nor benefits, kept in the opening event; ``texts`` are free words,
    in which names and numbers are found: they are kept sealed (``roster.note``).
    """

    row: int
    members: tuple[Member, ...]
    parts: Mapping[str, int]
    income: int | None
    houses: int | None
    first_month: date
    method: str
    place: tuple[str, str, str]
    contact: Mapping[str, str] = field(repr=False)
    said: Mapping[str, int]
    texts: Mapping[str, str] = field(repr=False)
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Further facts of the household, where more than a roster is known."""

    @property
    def monthly(self) -> int:
        """The household's monthly amount, all parts."""
        return sum(self.parts.values())

    @property
    def entitled(self) -> int:
        """How many members the benefit is for."""
        return sum(one.entitled for one in self.members)


def read_entry(row: Row, *, file: str, today: date) -> Entry | tuple[Problem, ...]:
    """Read a row; return the household, or every fault of the row."""
    reader = _Reader(row, file, today)
    entry = reader.entry()
    return entry if entry is not None and not reader.problems else tuple(reader.problems)


class _Reader(Cells):
    """Reads a row as a household."""

    def entry(self) -> Entry | None:
        members = self._members()
        parts = {name: self.money(name) or 0 for name in ("benefit", "household_topup", "member_topup")}
        total = self.money("total", required=True)
        if not self.problems and total != sum(parts.values()):
            self.fault(
                "sum_differs",
                "户月保障金额与两项分类施保之和不等于合计",
                "the parts do not add up to the total",
                "total",
            )
        income = self._income(len(members))
        first_month = self.month("first_month")
        method = self._method()
        houses = self.count("houses") if self.cells.get("houses") else None
        texts = {name: self.short(name) for name in LONGEST}
        contact = {"phone": self.digits("phone"), "address": texts["address"], "bank": texts["bank"],
                   "account_name": self.cells.get("account_name", "")[:60],
                   "account": self.digits("account") or self.digits("card")}  # fmt: skip
        financial, free = self.money("financial_assets"), self._texts(texts)
        said = {"financial_assets": financial} if financial else {}
        if self.problems or first_month is None or method is None:
            return None
        return Entry(
            row=self.row, members=members, parts=parts, income=income, houses=houses, first_month=first_month,
            method=method, place=(self.cells.get("county", ""), texts["township"], texts["village"]),
            contact=contact, said=said, texts=free,
        )  # fmt: skip

    def _texts(self, texts: Mapping[str, str]) -> dict[str, str]:
        free = {"certificate": texts["certificate"], "reason": texts["reason"]}
        for name in ("tier", "house_area", "other_assets"):
            free[name] = self.cells.get(name, "")[:60]
        for name, text in free.items():
            if name != "certificate" and LONG_NUMBER.search(SEPARATORS.sub("", unicodedata.normalize("NFKC", text))):
                self.fault("holds_a_number", f"{TITLES[name]}中不得填写身份证号、账号",
                           f"{name} may hold no ID number or account", name)  # fmt: skip
        return {name: text for name, text in free.items() if text}

    def _members(self) -> tuple[Member, ...]:
        head_number = self._identity(self.cells["head_number"], "head_number")
        head = (self.short("head"), self.cells["head_number"])
        if not head[0]:
            self.fault("name_missing", "缺少户主姓名", "the head's name is missing", "head")
        listed = self._listed()
        numbers = [self._identity(number, "member_numbers") for _, number, _, _ in listed]
        if head_number is None or None in numbers or self.problems:
            return ()
        found = [_member(head[0], head_number, "head", entitled=True)]
        for (name, _, relation, entitled), one in zip(listed, numbers, strict=True):
            assert one is not None
            if one.number == head_number.number:
                self._same_head(name, head[0])
                found[0] = _member(head[0], head_number, "head", entitled=entitled)
            else:
                found.append(_member(name, one, relation, entitled=entitled))
        self._counts(found)
        return tuple(found)

    def _same_head(self, name: str, head: str) -> None:
        if name != head:
            self.fault("head_named_twice", "成员中的户主姓名与户主姓名不同", "the head has two names", "member_names")

    def _counts(self, found: list[Member]) -> None:
        numbers = [one.number for one in found]
        if len(set(numbers)) < len(numbers):
            self.fault(
                "person_twice",
                "同一身份证号在本户出现两次",
                "one ID number is twice in the household",
                "member_numbers",
            )
        size, entitled = self.count("persons"), self.count("entitled")
        if size is not None and size != len(found):
            self.fault("size_differs", f"家庭人口数为 {size}，户主和成员共 {len(found)} 人",
                        f"{size} persons are given, {len(found)} are listed", "persons")  # fmt: skip
        marked = sum(one.entitled for one in found)
        if entitled is not None and entitled != marked:
            self.fault("entitled_differs", f"保障人口数为 {entitled}，“成员是否保障”为 {marked} 人，请逐人注明",
                        f"{entitled} are entitled, {marked} are marked so", "entitled")  # fmt: skip

    def _listed(self) -> list[tuple[str, str, str, bool]]:
        names, numbers = self.split("member_names"), self.split("member_numbers")
        relations, entitlements = self.split("relations"), self.split("entitlements")
        if len(names) != len(numbers):
            self.fault("pairs_differ", f"成员姓名 {len(names)} 个，成员身份证号 {len(numbers)} 个",
                        f"{len(names)} names and {len(numbers)} ID numbers", "member_numbers")  # fmt: skip
            return []
        for name, given in (("relations", relations), ("entitlements", entitlements)):
            if given and len(given) != len(names):
                self.fault("pairs_differ", f"与成员姓名的个数不同（{len(given)} 对 {len(names)}）",
                            f"{len(given)} for {len(names)} members", name)  # fmt: skip
                return []
        return [
            (name, number, self._relation(relations, at), self._entitled(entitlements, at))
            for at, (name, number) in enumerate(zip(names, numbers, strict=True))
        ]

    def _relation(self, given: list[str], at: int) -> str:
        if not given:
            return "other"
        if given[at] not in RELATIONS:
            self.fault(
                "unknown_relation", "与户主关系无法识别", "unknown relation to the head", "relations", value=given[at]
            )
        return RELATIONS.get(given[at], "other")

    def _entitled(self, given: list[str], at: int) -> bool:
        if given and given[at] not in ("是", "否"):
            self.fault("yes_or_no", "应为 是 或 否", "must be 是 or 否", "entitlements", value=given[at])
        return not given or given[at] == "是"

    def _identity(self, text: str, name: str) -> IdNumber | None:
        try:
            return read_id_number(text, today=self.today)
        except JiuzhuError as error:
            for one in error.problems:
                self.fault(one.code, one.message.zh, one.message.en, name)
            return None

    def _income(self, persons: int) -> int | None:
        income, per_head = self.money("income"), self.money("income_per_head")
        if (
            income is not None
            and per_head is not None
            and persons
            and abs(per_head * persons - income) >= 100 * persons
        ):
            self.fault("per_head_differs", "家庭年人均收入与年总收入、人口数不符",
                        "income per head does not fit income and persons", "income_per_head")  # fmt: skip
        return income

    def _method(self) -> str | None:
        text = self.cells["method"]
        method = METHODS.get(text)
        if method is None:
            self.fault(
                "unknown_method",
                f"救助金计算方式应为 {'、'.join(METHODS)}",
                "unknown method",
                "method",
                value=text[:20],
            )
        elif method == "tiered" and not self.cells.get("tier"):
            self.fault("tier_missing", "分档的须填写分档类型", "a tiered benefit needs its tier", "tier")
        return method


def _member(name: str, known: IdNumber, relation: str, *, entitled: bool) -> Member:
    return Member(
        name=name, number=known.number, birth_date=known.birth_date, sex=known.sex, relation=relation, entitled=entitled
    )
