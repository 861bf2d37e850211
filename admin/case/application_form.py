"""The form of application: who, the household in a grid, their facts, and the question on relatives in office."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from admin.asking import division_in, programmes
from admin.case.fact_form import Draft, FactForm, Facts, Row, draft_of, facts_of, values_of
from admin.case.listing import AREAS
from admin.case.situation import Options, worded
from admin.form import Field, read, ticked
from admin.work import platform
from core.casework.flow.acceptance import PROTECTED
from core.casework.flow.applicant import Applicant, DeclaredRelation
from core.casework.flow.application import Application
from core.casework.people.identity import read_id_number
from core.casework.people.kinship import RELATIONS
from core.casework.people.person import Identity
from core.casework.people.recusal_rules import RELATION_TEXT
from core.casework.words import word
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where
from core.kinds.contribution import listed
from core.kinds.schema import is_gap
from core.policy import Line
from core.rulebook import Rulebook

BEGINNING = 3
"""Rows of a new form: a household of three is written in without asking for more."""
IDENTITY = ("name", "id_number", "phone", "address", "bank", "account", "account_name")
ASKED = (*IDENTITY, "kin", "kin_relation", "kin_holder", "kin_post")
"""What the form asks of a member that is no fact."""
OFFICES = ("township", "village")
PERSONAL = {
    "not_declared": "kin",
    "same_person": "id_number",
    "already_in_a_case": "id_number",
    "duplicate_member": "name",
}
"""Faults of a member told by his key → the field of his row."""
RECEIPT = {
    "signature_missing": "signatures",
    "papers_missing": "evidence",
    "not_delegable": "",
    "in_the_future": "happened_on",
    "before_predecessor": "township_on",
    "too_few_people": "township_on",
}
"""Faults of the receipt → their field; of a delegation the value names it (``received_by: village``)."""


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


@dataclass(frozen=True)
class Written:
    """An application as it was written: what the service takes, and where its faults are told."""

    application: Application
    facts: Facts
    rows: tuple[int, ...]
    township_on: date | None
    delegated_to: str | None

    def placed(self, error: JiuzhuError) -> JiuzhuError:
        """Return the faults of the service at the fields they were typed at."""
        return InvalidInput(
            [self._at_member(one) or self._at_receipt(one) or self.facts.place(one) for one in error.problems]
        )

    def _at_member(self, one: Problem) -> Problem | None:
        """A fault of a person: told by his key, or by his place among those who apply."""
        if one.code in PERSONAL and one.value is not None and one.value.isdecimal():
            return replace(one, where=Where(path=f"$.m{one.value}-{PERSONAL[one.code]}"), value=None)
        place = re.search(r"members\[(\d+)\]$", one.where.path) if one.where is not None else None
        if one.code.startswith("id_number") and place is not None:
            return replace(one, where=Where(path=f"$.m{self.rows[int(place[1])]}-id_number"))
        if one.code == "one_head":
            return replace(one, where=Where(path=f"$.m{self.rows[0]}-relation"), value=None)
        return None

    def _at_receipt(self, one: Problem) -> Problem | None:
        if one.where is not None or one.code not in RECEIPT:
            return None
        name = RECEIPT[one.code] or (one.value or "").partition(":")[0]
        return replace(one, where=Where(path=f"$.{name if ':' in (one.value or '') else name or 'delegated_to'}"))


def written(form: ApplicationForm) -> Written:
    """Read the application.

    Raises:
        InvalidInput: every fault a field has by itself; those of the household are the service's to find.
    """
    assert form.facts is not None
    rows = tuple(n for n, row in enumerate(form.draft.members) if any(row.get(name) for name in ("name", "id_number")))
    faults = list(_faults(form, rows))
    told: dict[str, Any] = {}
    try:
        told = read((*form.where, *form.receipt()), form.given)
    except InvalidInput as error:
        faults = [*error.problems, *faults]
    if faults:
        raise InvalidInput(faults)
    for n in rows:
        _complete(form.draft.members[n])
    facts = facts_of(form.draft, form.facts, ids={n: str(n) for n in rows}, asked=ASKED)
    application = Application(
        division=told["division"], programme=told["programme"], area=told["area"], happened_on=told["happened_on"],
        members=[_applicant(n, form.draft.members[n]) for n in rows], facts=facts.facts, evidence=told["evidence"],
        signatures=told["signatures"], received_by=told["received_by"], submitted_by=told["submitted_by"],
        village=told["village"], unit=told["unit"], category=told["category"],
    )  # fmt: skip
    return Written(application, facts, rows, told["township_on"], told.get("delegated_to"))


def _complete(row: Row) -> None:
    """Fill in what the ID number says and nobody typed: the date of birth and the sex."""
    with suppress(JiuzhuError):
        found = read_id_number(row.get("id_number", ""))
        row["birth_date"] = row.get("birth_date") or found.birth_date.isoformat()
        row["sex"] = row.get("sex") or found.sex


def _faults(form: ApplicationForm, rows: Sequence[int]) -> Iterator[Problem]:
    """What a member's row lacks by itself."""
    if not rows:
        message = Text("至少填写户主一人", "write in the head at least")
        yield Problem(code="missing_property", message=message, where=Where(path="$.m0-name"))
    for n in rows:
        row, fields = form.draft.members[n], form.member(n)
        asked = [fields[name] for name in ("name", "relation", "birth_date", "sex", "kin_relation", "kin_holder")]
        try:
            read(asked, values_of(Draft(members=[{}] * n + [row])))
        except InvalidInput as error:
            yield from error.problems
        if row.get("kin") == "yes" and not row.get("kin_relation"):
            message = Text("请选择是何种亲属关系", "say which relation")
            yield Problem(code="missing_property", message=message, where=Where(path=f"$.m{n}-kin_relation"))


def _applicant(n: int, row: Row) -> Applicant:
    known = {name: row[name] for name in IDENTITY if row.get(name)}
    born = date.fromisoformat(row["birth_date"]) if row.get("birth_date") else None
    identity = Identity(**known, birth_date=born, sex=row.get("sex") or None)
    return Applicant(key=str(n), identity=identity, relation=row.get("relation", ""), relatives=_relatives(row))


def _relatives(row: Row) -> list[DeclaredRelation] | None:
    """What was answered on relatives in office: None where nothing was."""
    if row.get("kin") not in ("yes", "no"):
        return None
    if row["kin"] == "no":
        return []
    holder = int(row["kin_holder"]) if row.get("kin_holder") else None
    return [DeclaredRelation(relation=row["kin_relation"], holder=holder, post=row.get("kin_post", ""))]
