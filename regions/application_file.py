"""An application as a file (YAML or JSON): checked against its schema, every fault with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from core.casework.flow.applicant import Applicant, DeclaredRelation
from core.casework.flow.application import Application
from core.casework.people.person import Identity
from core.kinds.schema import array, boolean, choice, code, codes, integer, record, string, titled
from core.kinds.schema import day as day_of
from core.schema_check import typed
from core.source import read

_RELATIVE = record(
    {
        "relation": code("亲属关系", "relation"),
        "holder": integer("名册编号", "number in the register", low=1),
        "post": string("职务", "post"),
    },
    required=("relation",),
)
_MEMBER = record(
    {
        "id": string("编号", "key"),
        "name": string("姓名", "name"),
        "relation": code("与户主关系", "relation to the head"),
        "id_number": string("身份证号", "ID number"),
        "phone": string("电话", "phone"),
        "address": string("住址", "address"),
        "bank": string("开户行", "bank"),
        "account": string("账号", "account"),
        "account_name": string("户名", "name of the account"),
        "birth_date": day_of("出生日期", "date of birth"),
        "sex": choice(("male", "female"), "性别", "sex"),
        "relatives": array(_RELATIVE, "与经办人员或村（居）委会成员的近亲属关系", "near relatives in office"),
    },
    required=("id", "name", "relation"),
)
SCHEMA = record(
    {
        "division": string("区划代码", "division"),
        "programme": code("项目", "programme"),
        "area": choice(("urban", "rural"), "城乡", "area"),
        "happened_on": day_of("接收日期", "received on"),
        "received_by": choice(("village", "township"), "接收", "received by"),
        "submitted_by": choice(("household", "agent", "village"), "提出", "submitted by"),
        "village": string("村（居）", "village"),
        "unit": code("填报单位", "unit"),
        "category": code("类别", "category"),
        "evidence": codes("材料", "papers"),
        "signatures": codes("签字", "signatures"),
        "members": array(_MEMBER, "家庭成员", "members"),
        "facts": titled({"type": "object"}, "家庭情况", "facts"),
        "demonstration": boolean("示例", "made up"),
    },
    required=("division", "area", "happened_on", "members"),
)
IDENTITY = ("name", "id_number", "phone", "address", "bank", "account", "account_name", "sex")
"""What of a member goes into the person table, and nowhere else."""


def read_application(path: Path) -> Application:
    """Read an application.

    Raises:
        InvalidInput: everything that is wrong with the file, with line and column.
    """
    source = read(path)
    found: Mapping[str, Any] = typed(source, SCHEMA)
    plain = {key: found[key] for key in ("received_by", "submitted_by", "village", "unit", "category") if key in found}
    facts = source.data.get("facts", {})
    return Application(
        division=found["division"],
        programme=found.get("programme", "dibao"),
        area=found["area"],
        happened_on=date.fromisoformat(found["happened_on"]),
        members=[_applicant(one) for one in found["members"]],
        facts=facts if "members" in facts else {**facts, "members": [_member_facts(one) for one in found["members"]]},
        evidence=_list(found.get("evidence", ())),
        signatures=_list(found.get("signatures", "applicant")),
        **plain,
    )


def _list(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _applicant(one: Mapping[str, Any]) -> Applicant:
    known = {key: one[key] for key in IDENTITY if key in one}
    born = date.fromisoformat(one["birth_date"]) if "birth_date" in one else None
    relatives = [
        DeclaredRelation(relation=said["relation"], holder=said.get("holder"), post=said.get("post", ""))
        for said in one.get("relatives", ())
    ]
    return Applicant(
        key=one["id"],
        identity=Identity(**known, birth_date=born),
        relation=one["relation"],
        relatives=relatives if "relatives" in one else None,
    )


def _member_facts(one: Mapping[str, Any]) -> dict[str, str]:
    return {key: one[key] for key in ("id", "relation", "birth_date", "sex") if key in one}
