"""The form of application: who, the household in a grid, their facts, and the question on relatives in office."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from admin.asking import division_in, programmes
from admin.case.fact_form import Draft, FactForm, draft_of, values_of
from admin.case.listing import AREAS
from admin.case.situation import Options, worded
from admin.form import Field, ticked
from admin.work import platform
from core.casework.flow.acceptance import PROTECTED
from core.casework.people.kinship import RELATIONS
from core.casework.people.recusal_rules import RELATION_TEXT
from core.casework.words import word
from core.errors import JiuzhuError, Text
from core.kinds.contribution import listed
from core.kinds.schema import is_gap
from core.policy import Line
from core.rulebook import Rulebook

BEGINNING = 3
"""Rows of a new form: a household of three is written in without asking for more."""
OFFICES = ("township", "village")


@dataclass(frozen=True)
class ApplicationForm:
    """A form of application for a place: the rules there, and what was typed."""

    where: tuple[Field, ...]
    given: Mapping[str, Any]
    facts: FactForm | None
    draft: Draft
    trouble: JiuzhuError | None = None
    """Why there are no rules for what was chosen."""

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, by field."""
        own = {one.name: self.given.get(one.name, "") for one in (*self.where, *self.receipt())}
        own |= {name: ticked(name, self.given) for name in ("evidence", "signatures")}
        return {**own, **values_of(self.draft)}

    @property
    def names(self) -> list[str]:
        """The members by name, as far as typed."""
        return [row.get("name", "") for row in self.draft.members]

    def stage(self, key: str) -> Line | None:
        """A stage of the place's procedure."""
        if self.facts is None:
            return None
        policy = self.facts.book.policy
        return next((one for one in policy.stages(policy.programmes[0]) if one.key == key), None)

    def receipt(self) -> tuple[Field, ...]:
        """The fields of who received what when."""
        if self.facts is None:
            return ()
        own, accept = self.stage("application"), self.stage("acceptance")
        papers, signed, delegable = (
            _listed(own, "evidence"),
            _listed(own, "signatures"),
            _listed(accept, "delegable_to"),
        )
        both = worded("offices", OFFICES)
        category: Options = [(one, word("categories", one)) for one in PROTECTED]
        delegated = Field("delegated_to", Text("受理委托办理", "Accepted by delegation"), kind="choice",
                          options=worded("offices", delegable), blank=Text("不委托", "no delegation"))  # fmt: skip
        return (
            Field("submitted_by", Text("由谁提出", "Submitted by"), kind="choice", required=True,
                  options=worded("offices", ("household", "agent", "village"))),
            Field("received_by", Text("由谁接收", "Received by"), kind="choice", required=True, options=both),
            Field("happened_on", Text("收到申请日期", "Received on"), kind="day", required=True,
                  help=Text("村（居）接收的为村（居）收到之日", "the village's day where the village received it")),
            Field("township_on", Text("乡镇（街道）收到并受理日期", "Accepted by the township on"), kind="day",
                  help=Text("材料齐备时填写，即同时受理", "where the papers are complete: it is accepted with it")),
            *([delegated] if delegable else []),
            Field("village", Text("村（居）", "Village")),
            Field("unit", Text("填报单位代码", "Code of the reporting unit"),
                  help=Text("管理区、企业等另行填报的单位", "zones and enterprises that report apart")),
            Field("category", Text("特别类别", "Category"), kind="choice", options=category, blank=Text("无", "none")),
            Field("evidence", Text("已交材料", "Papers handed in"), kind="several", wide=True,
                  options=worded("papers", papers or None)),
            Field("signatures", Text("签字", "Signed by"), kind="several", wide=True, required=bool(signed),
                  options=worded("signatures", signed or ("applicant",))),
        )  # fmt: skip

    def member(self, index: int) -> dict[str, Field]:
        """The fields of a member by what they ask."""
        assert self.facts is not None
        at = f"m{index}-"
        kin: Options = [(one, RELATION_TEXT.get(one, Text(one, one))) for one in sorted(RELATIONS) if one != "self"]
        fields = (
            Field("name", Text("姓名", "Name"), required=True),
            Field("id_number", Text("身份证号", "ID number")),
            Field("birth_date", Text("出生日期", "Date of birth"), kind="day"),
            Field("relation", Text("与户主关系", "Relation to the head"), kind="choice", required=True,
                  options=self.facts.choices("member.relation")),
            Field("sex", Text("性别", "Sex"), kind="choice", options=self.facts.choices("member.sex"),
                  blank=Text("按证件", "by the card")),
            Field("kin", Text("近亲属关系", "Near relative"), kind="choice", required=True,
                  options=[("no", Text("否", "no")), ("yes", Text("是", "yes"))]),
            Field("kin_relation", Text("是对方的", "Is that person's"), kind="choice", options=kin,
                  blank=Text("未填", "—")),
            Field("kin_holder", Text("对方的名册编号", "Number in the register of office"), kind="number"),
            Field("kin_post", Text("对方单位和职务", "Unit and post")),
            Field("phone", Text("联系电话", "Telephone")),
            Field("address", Text("住址", "Address")),
            Field("bank", Text("开户银行", "Bank")),
            Field("account", Text("账号", "Account")),
            Field("account_name", Text("账户名", "Name of the account")),
        )  # fmt: skip
        return {one.name: replace(one, name=f"{at}{one.name}") for one in fields}

    def every_field(self) -> list[Field]:
        """Every field of the form, by which faults find their place."""
        if self.facts is None:
            return list(self.where)
        found = [*self.where, *self.receipt(), *self.facts.household()]
        for n in range(len(self.draft.members)):
            found += [*self.member(n).values(), *self.facts.of_member(n)]
        for kind in self.facts.lists():
            for n in range(len(self.draft.rows[kind.name])):
                found += self.facts.of_row(kind, n, self.names)
        return found


def _listed(line: Line | None, name: str) -> tuple[str, ...]:
    value = line.value.get(name, ()) if line is not None and not line.is_gap else ()
    return () if is_gap(value) or isinstance(value, int) else listed(value)


def where_fields(division: str) -> tuple[Field, ...]:
    """Return what is asked first: by whose rules the household applies, and for what."""
    known: Options = [*programmes(division, platform().today).items()] if division else []
    return (
        Field("division", Text("地区", "Place"), kind="place", required=True),
        Field("programme", Text("项目", "Programme"), kind="choice", required=True,
              options=known or [("dibao", Text("最低生活保障", "minimum living guarantee"))]),
        Field("area", Text("城乡", "Area"), kind="choice", required=True,
              options=[(key, label) for key, label in AREAS.items() if key != "any"]),
    )  # fmt: skip


def form_of(given: Mapping[str, Any]) -> ApplicationForm:
    """Return the form for what was chosen and typed so far; without a place, only the question for it."""
    division = ""
    with suppress(JiuzhuError):
        division = division_in(str(given.get("division", "")))
    where = where_fields(division)
    try:
        book = _book(division, given)
    except JiuzhuError as error:
        return ApplicationForm(where=where, given=given, facts=None, draft=Draft(), trouble=error)
    if book is None:
        return ApplicationForm(where=where, given=given, facts=None, draft=Draft())
    form = FactForm(book)
    count = str(given.get("members", ""))
    members = min(int(count), 60) if count.isdecimal() and len(count) < 4 else BEGINNING
    return ApplicationForm(where=where, given=given, facts=form, draft=draft_of(given, form, members=members))


def _book(division: str, given: Mapping[str, Any]) -> Rulebook | None:
    area, programme = given.get("area", ""), given.get("programme") or "dibao"
    if not division or area not in AREAS or area == "any":
        return None
    day = platform().today
    with suppress(ValueError):
        day = min(date.fromisoformat(str(given.get("happened_on", ""))), day)
    return platform().registry.rulebook(division, on=day, area=area, programmes=(programme,))
