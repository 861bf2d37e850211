"""The limits of many pending cases at once are those of each, and cost no query a case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from core.casework.desk import Desk
from core.casework.flow import docket
from core.casework.flow.acceptance import accept
from core.casework.flow.application import apply
from core.casework.flow.case_list import readable
from core.casework.flow.clock import deadlines
from core.casework.flow.docket import pending_limits
from core.errors import JiuzhuError
from tests.core.casework.clients import again, rural

DALI = "610523"
MONDAY = date(2008, 3, 3)
LARGE_ONLY = """
plugin: {name: large_only, title: {zh: 多人户核查（虚构示例）, en: Large households (made up)}, version: 0.1.0,
         requires: {core: ">=0.1,<0.2", plugins: {shaanxi_rural: ">=0.1"}}}
documents: {rules: {title: 多人户核查的通知（虚构示例）, issuer: 大荔县民政局, number: 示民发〔2008〕6号, issued: 2008-01-10}}
defaults: {division: "610523", programme: dibao, area: rural, document: rules, from: 2008-02-01}
provisions:
  - id: large
    kind: procedure
    cite: 全文
    items:
      large_check:
        label: {zh: 多人户核查（示例）, en: Check of large households (made up)}
        actor: township
        after: [acceptance]
        within: {days: 5, day_kind: working, from: acceptance}
        when: household_size >= 4
        cite: 第一条
"""


@pytest.fixture
def bureau(make_bureau: Any, tmp_path: Path) -> Any:
    """A county in which only households of four are checked once more."""
    folder = tmp_path / "large_only"
    folder.mkdir()
    (folder / "policy.yaml").write_text(LARGE_ONLY, encoding="utf-8")
    return make_bureau(DALI, plugin_dirs=(folder,))


def accepted(bureau: Any, *sizes: int) -> list[Any]:
    with bureau.desk(f"clerk.{DALI}") as desk:
        cases = [apply(desk, rural(size, "2000", day=MONDAY)) for size in sizes]
        for case in cases:
            accept(desk, case, happened_on=MONDAY)
        apply(desk, rural(2, "2000", day=MONDAY))  # not accepted: no limit runs
    return cases


@contextmanager
def counted(desk: Desk) -> Iterator[list[str]]:
    """The statements the database is asked meanwhile."""
    asked: list[str] = []
    engine = desk.session.get_bind()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_limits_are_those_of_each_case_across_chunks(bureau: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docket, "CHUNK", 2)
    cases = accepted(bureau, 4, 2, 4, 3, 1)
    bureau.on("2008-03-31")
    with bureau.desk(f"auditor.{DALI}") as desk:
        found = [(case.number, one) for case, one in pending_limits(desk, readable(desk))]
        each = [(case.number, one) for case in cases for one in deadlines(desk, again(desk, case))]
    assert sorted(found, key=repr) == sorted(each, key=repr)
    late = {case.number for case in cases if case.persons == 4}
    assert {number for number, one in found if one.stage == "large_check"} == late and len(late) == 2
    assert all(one.passed == (one.stage == "large_check") for _, one in found)


def test_more_cases_cost_no_more_queries(bureau: Any) -> None:
    accepted(bureau, 4)
    with bureau.desk(f"auditor.{DALI}") as desk, counted(desk) as few:
        assert len(list(pending_limits(desk, readable(desk)))) == 2
    accepted(bureau, *[4] * 9)
    with bureau.desk(f"auditor.{DALI}") as desk, counted(desk) as many:
        assert len(list(pending_limits(desk, readable(desk)))) == 20
    assert 0 < len(many) == len(few)


def test_cases_of_other_places_are_not_read(bureau: Any) -> None:
    with bureau.desk(f"auditor.{DALI}") as desk, pytest.raises(JiuzhuError) as refused:
        list(pending_limits(desk, [desk.path("610524")]))
    assert refused.value.code == "not_permitted"
