"""The persons of a case: who handles it, telephone and address, and where the money goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from admin.case.fact_words import choices_of
from admin.case.situation import Options, Situation
from admin.case.stage_form import stage_options
from admin.case.step import REASON, Step, Values
from admin.form import Field
from core.casework.people import assignment, contact, particulars
from core.casework.people.person import member_of
from core.errors import InvalidInput, Problem, Text, Where

PERSON = "person"
WHOLE: Options = [("clerk", Text("全案经办", "the whole case"))]


def _assign_fields(now: Situation) -> list[Field]:
    role = Text("负责", "For")
    above = Text("由负责人或上一级接办、替下谁时填写", "where the head or the level above takes over from somebody")
    return [
        Field("holder", Text("经办人员", "Officer"), kind="choice", required=True, options=now.officers),
        Field("role", role, kind="choice", required=True, options=[*WHOLE, *stage_options(now)], default="clerk"),
        Field("on", Text("自何日起", "From"), kind="day", required=True),
        Field("instead_of", Text("接替", "Instead of"), kind="choice", options=now.officers, help=above),
    ]


def _assign(now: Situation, values: Values) -> Any:
    holder, role, day = int(values["holder"]), values["role"], values["on"]
    if values["instead_of"]:
        instead = int(values["instead_of"])
        return assignment.take_over(now.desk, now.case, holder, instead_of=instead, role=role, on=day)
    return assignment.assign(now.desk, now.case, holder, role=role, on=day)


def _contact(now: Situation, values: Values) -> None:
    told = {name: values[name] for name in ("phone", "address") if values[name]}
    if not told:
        message = Text("至少填写一项", "fill in one of them at least")
        raise InvalidInput([Problem(code="nothing_said", message=message, where=Where(path="$.phone"))])
    contact.change_contact(now.desk, member_of(now.desk, now.case, now.about), told, reason=values["reason"])


def _particulars_fields(now: Situation) -> list[Field]:
    follow = Text("出生日期和性别随之更正", "date of birth and sex are corrected with it")
    return [
        Field("name", Text("姓名", "Name")),
        Field("id_number", Text("身份证号", "ID number"), help=follow),
        Field("birth_date", Text("出生日期", "Date of birth"), kind="day"),
        Field("sex", Text("性别", "Sex"), kind="choice", options=choices_of(now.book.facts.declared["member.sex"])),
        REASON,
    ]


def _particulars(now: Situation, values: Values) -> None:
    told = {name: values[name] for name in ("name", "id_number", "birth_date", "sex")}
    right = particulars.Particulars(**told)
    particulars.correct_particulars(now.desk, member_of(now.desk, now.case, now.about), right, reason=values["reason"])


def _account_fields(_: Situation) -> list[Field]:
    return [
        Field("bank", Text("开户银行", "Bank"), required=True),
        Field("account", Text("账号", "Account"), required=True),
        Field("account_name", Text("账户名", "Name of the account"), required=True),
        REASON,
    ]


def _account(now: Situation, values: Values) -> tuple[Any, contact.Account]:
    account = contact.Account(bank=values["bank"], account=values["account"], account_name=values["account_name"])
    return member_of(now.desk, now.case, now.about), account


def _propose(now: Situation, values: Values) -> None:
    person, account = _account(now, values)
    contact.propose_account(now.desk, person, account, reason=values["reason"])


def _confirm(now: Situation, values: Values) -> None:
    person, account = _account(now, values)
    contact.confirm_account(now.desk, person, account, reason=values["reason"])


def _members(now: Situation) -> Options:
    return now.member_options()


def _waiting(now: Situation) -> Options:
    """The members of whom another account waits for confirmation."""
    said = {
        one.body["person"]: one.kind
        for one in now.course.state.happenings
        if one.kind in ("account_proposed", "account_changed")
    }
    return [one for one in now.member_options() if said.get(one[0]) == "account_proposed"]


def steps() -> Sequence[Step]:
    """Return the steps about persons."""
    return (
        Step(
            key="assign", group=PERSON, label=Text("指派经办人员", "Assign an officer"), actions=("case.assign",),
            explain=Text("有回避情形的不能指派", "nobody with a conflict"), fields=_assign_fields, do=_assign,
        ),
        Step(
            key="contact", group=PERSON, label=Text("变更联系方式", "Change contacts"), actions=("person.contact",),
            explain=Text("电话、住址", "telephone and address"), about=_members, do=_contact,
            fields=lambda _: [Field("phone", Text("联系电话", "Telephone")),
                              Field("address", Text("家庭住址", "Address"), wide=True), REASON],
        ),
        Step(
            key="particulars", group=PERSON, label=Text("更正身份信息", "Correct who somebody is"), about=_members,
            explain=Text("登记错误的姓名、证件号、出生日期、性别；只填有误的", "fill in only what is wrong"),
            actions=("case.correct",), fields=_particulars_fields, do=_particulars,
        ),
        Step(
            key="account-propose", group=PERSON, label=Text("提出变更账户", "Propose another account"), about=_members,
            explain=Text("由另一人重新录入复核后生效", "another officer enters it anew before it takes effect"),
            actions=("person.contact",), fields=_account_fields, do=_propose,
        ),
        Step(
            key="account-confirm", group=PERSON, label=Text("复核变更账户", "Confirm another account"), about=_waiting,
            explain=Text("重新录入，两次一致才生效", "entered anew: both must agree"), actions=("person.account",),
            nothing=Text("没有待复核的账户变更", "no change of account waits"), fields=_account_fields, do=_confirm,
        ),
    )  # fmt: skip
