"""The problem register: found, due, set right, verified by another person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.casework.reviews.problem import (
    Finding,
    problem_sheet,
    problems,
    rectify_problem,
    register_problem,
    verify_problem,
)
from core.casework.staff import grant_role
from core.casework.workbook import as_bytes
from core.errors import InvalidInput, JiuzhuError

CITY = "430900"


def register(bureau: Any, **given: Any) -> int:
    settled: dict[str, Any] = {
        "source": "2018年5月14—17日督查", "division": "430903", "finding": "公示未留照片",
        "found_on": date(2018, 5, 17), "due_on": date(2018, 6, 30),
    } | given  # fmt: skip
    with bureau.desk("auditor.430900") as desk:
        return register_problem(desk, Finding(**settled)).id


def test_problem_is_found_set_right_and_verified_by_another(yiyang: Any) -> None:
    number = register(yiyang)
    with yiyang.desk("clerk.430900") as desk:
        rectify_problem(desk, number, rectified_on=date(2018, 5, 30), how="补拍补存")
    with yiyang.desk("approver.430900") as desk:
        verify_problem(desk, number, passed=True)
        ((row, case),) = problems(desk, CITY, status="verified")
        sheet = problem_sheet(desk, [(row, case)])
        assert as_bytes(sheet).startswith(b"PK")
    assert [one.title for one in sheet.columns] == [
        "编号", "地区", "来源", "案件", "问题", "发现日期", "整改期限", "整改情况", "整改日期", "核验日期", "状态",
    ]  # fmt: skip
    assert (row.finding, row.rectification, case) == ("公示未留照片", "补拍补存", None)


def test_nobody_verifies_what_he_set_right(yiyang: Any) -> None:
    number = register(yiyang)
    with yiyang.desk("root") as desk:
        grant_role(desk, "clerk.430900", "reviewer", CITY)
    with yiyang.desk("clerk.430900") as desk:
        rectify_problem(desk, number, rectified_on=date(2018, 5, 30), how="补拍")
        with pytest.raises(JiuzhuError) as refused:
            verify_problem(desk, number, passed=True)
    assert refused.value.code == "maker_is_checker"


def test_problem_sent_back_is_open_again(yiyang: Any) -> None:
    number = register(yiyang)
    with yiyang.desk("clerk.430900") as desk:
        rectify_problem(desk, number, rectified_on=date(2018, 5, 30), how="补拍")
    with yiyang.desk("auditor.430900") as desk:
        verify_problem(desk, number, passed=False, reason="照片不清")
        assert [row.id for row, _ in problems(desk, CITY, status="open")] == [number]
        with pytest.raises(JiuzhuError) as refused:
            verify_problem(desk, number, passed=True)
    assert refused.value.code == "problem_not_rectified"


def test_finding_is_refused_with_every_fault(yiyang: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        register(yiyang, source=" ", finding="", due_on=date(2018, 5, 1))
    assert [one.code for one in refused.value.problems] == ["empty", "empty", "due_before_found"]


def test_finding_about_a_case_names_one_of_the_place(yiyang: Any, add_roll: Any) -> None:
    with yiyang.desk("root") as desk:
        add_roll(desk, [{"monthly": 36000}], division="430902", since=date(2018, 1, 1))
    assert register(yiyang, division="430902", case_number="430902-000000") == 1
    with pytest.raises(JiuzhuError) as refused:
        register(yiyang, division="430903", case_number="430902-000000")
    assert refused.value.code == "unknown_case"


def test_problem_is_set_right_in_words_and_sent_back_with_a_reason(yiyang: Any) -> None:
    number = register(yiyang)
    with yiyang.desk("clerk.430900") as desk:
        with pytest.raises(JiuzhuError) as unsaid:
            rectify_problem(desk, number, rectified_on=date(2018, 5, 30), how=" ")
        with pytest.raises(JiuzhuError) as unknown:
            rectify_problem(desk, 9, rectified_on=date(2018, 5, 30), how="补拍")
        rectify_problem(desk, number, rectified_on=date(2018, 5, 30), how="补拍")
    with yiyang.desk("auditor.430900") as desk, pytest.raises(JiuzhuError) as bare:
        verify_problem(desk, number, passed=False, reason="")
    told = [one.value for one in (unsaid, unknown, bare)]
    assert [one.code for one in told] == ["empty", "unknown_problem", "no_reason"]
    assert [one.message.zh for one in told] == ["须写明整改情况", "台账中没有这个问题", "退回须写明理由"]
