"""The month a grant begins and a stop takes hold: by the payment schedule; what it leaves open is a gap, or is marked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.casework.deciding.decision import decide, decisions_of
from core.casework.deciding.proposal import propose
from core.casework.flow.acceptance import accept
from core.casework.flow.application import apply
from core.casework.flow.approval import CountyRuling, approve
from core.casework.flow.change import Settlement, decide_change, propose_change, report_change
from core.casework.flow.closing import close_case
from core.casework.flow.exit_proposal import propose_exit
from core.casework.flow.payable_month import first_month, owed_from, stop_month
from core.casework.flow.story import story_of
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase, Decision
from tests.core.casework.clients import DEMONSTRATION, again, rural, user

DALI = "610523"
MONDAY, APRIL, AUGUST = date(2008, 3, 3), date(2008, 4, 1), date(2008, 8, 1)
BY_OTHER_RULES = """
plugin: {name: other_months, title: {zh: 发放安排（虚构示例）, en: Payment schedule (made up)}, version: 0.1.0,
         requires: {core: ">=0.1,<0.2", plugins: {shaanxi_rural: ">=0.1"}}}
documents: {rules: {title: 发放安排的通知（虚构示例）, issuer: 大荔县民政局, number: 示民发〔2008〕5号, issued: 2008-01-10}}
defaults: {division: "610523", programme: dibao, area: rural, document: rules, from: 2008-02-01}
provisions:
  - id: payment
    kind: payment_schedule
    label: {zh: 按月发放（示例）, en: Paid monthly (made up)}
    frequency: month
    first_month: month_of_application
    last_month: month_of_change
    cite: 第一条
"""


def opened(bureau: Any) -> AssistanceCase:
    """Four persons with 2,000 a year, accepted."""
    with bureau.desk(f"clerk.{DALI}") as desk:
        case = apply(desk, rural(4, "2000", day=MONDAY))
        accept(desk, case, happened_on=MONDAY)
    return case


def granted(bureau: Any) -> AssistanceCase:
    """The same, paid since April, however its first month came about."""
    case = opened(bureau)
    with bureau.desk(f"approver.{DALI}") as desk:
        one = again(desk, case)
        decide(
            desk, one, kind="grant", proposal=propose(desk, one, month=APRIL), from_month=APRIL,
            prepared_by=user(desk, f"clerk.{DALI}"), basis={},
        )  # fmt: skip
    return case


def given_up(bureau: Any, case: AssistanceCase, **given: Any) -> int:
    """The household gives up on 12 August, the clerk proposes the exit."""
    day = date(2008, 8, 12)
    bureau.on(day.isoformat())
    with bureau.desk(f"clerk.{DALI}") as desk:
        return propose_exit(desk, again(desk, case), reason="given_up", happened_on=day, **given).sequence


@pytest.mark.parametrize("month", [None, APRIL])
def test_nobody_chooses_the_first_month_where_the_source_leaves_it_open(shaanxi: Any, month: date | None) -> None:
    case = opened(shaanxi)
    with shaanxi.desk(f"approver.{DALI}") as desk:
        ruling = CountyRuling(happened_on=date(2008, 4, 15))
        with pytest.raises(JiuzhuError) as refused:
            approve(desk, again(desk, case), ruling, from_month=month)
    assert (refused.value.code, refused.value.value) == ("gap", "shaanxi_rural/payment first_month")
    told = refused.value.render("zh")
    assert "首次计发月" in told and "有权制定发放办法的机关" in told and "修订登记" in told


def test_stop_holds_from_the_month_said_and_says_that_nobody_ruled_it(shaanxi: Any) -> None:
    case = granted(shaanxi)
    proposed = given_up(shaanxi, case)
    with shaanxi.desk(f"approver.{DALI}") as desk, pytest.raises(JiuzhuError) as open_month:
        close_case(desk, again(desk, case), proposed)
    assert (open_month.value.code, open_month.value.value) == ("gap", "shaanxi_rural/payment last_month")
    proposed = given_up(shaanxi, case, effective_month=AUGUST)
    with shaanxi.desk(f"approver.{DALI}") as desk:
        left = close_case(desk, again(desk, case), proposed)
        last = decisions_of(desk.session, case.id)[-1]
        assert left.body["unruled"] == last.basis["unruled"] == ["last_month"]
        assert (left.body["effective_month"], last.from_month) == ("2008-08-01", AUGUST)
        assert story_of(desk, again(desk, case)).text("zh").count("来源未载：末次计发月") == 2


def test_change_that_stops_says_so_too(shaanxi: Any) -> None:
    case = granted(shaanxi)
    shaanxi.on("2008-07-10")
    with shaanxi.desk(f"clerk.{DALI}") as desk:
        one = again(desk, case)
        told = {**propose(desk, one, month=APRIL).facts.facts}
        told["shared_income"] = [{"item": "farming", "amount": "2772", "frequency": "year"}]
        day = date(2008, 7, 9)
        report_change(desk, one, told, happened_on=day, effective_on=day, about=["income"])
        change = propose_change(desk, one, from_month=AUGUST, happened_on=date(2008, 7, 10))
    with shaanxi.desk(f"approver.{DALI}") as desk:
        made = decide_change(desk, again(desk, case), change.sequence, Settlement(happened_on=date(2008, 7, 10)))
        assert (made.kind, made.from_month, made.basis["unruled"]) == ("stop", AUGUST, ["last_month"])
        assert "来源未载：末次计发月" in story_of(desk, again(desk, case)).text("zh")


def test_ruled_month_of_a_stop_needs_no_saying_and_no_other_is_taken(make_bureau: Any) -> None:
    bureau = make_bureau(DALI, plugin_dirs=(DEMONSTRATION,))
    case = granted(bureau)
    proposed = given_up(bureau, case, effective_month=date(2008, 9, 1))
    with bureau.desk(f"approver.{DALI}") as desk, pytest.raises(JiuzhuError) as other:
        close_case(desk, again(desk, case), proposed)
    assert other.value.code == "wrong_stop_month" and "应为 2008-08" in other.value.render("zh")
    proposed = given_up(bureau, case)
    with bureau.desk(f"approver.{DALI}") as desk:
        left = close_case(desk, again(desk, case), proposed)
        assert left.body["effective_month"] == "2008-08-01" and "unruled" not in left.body


def test_months_of_application_and_of_change_are_rules_too(make_bureau: Any, tmp_path: Path) -> None:
    folder = tmp_path / "other_months"
    folder.mkdir()
    (folder / "policy.yaml").write_text(BY_OTHER_RULES, encoding="utf-8")
    bureau = make_bureau(DALI, plugin_dirs=(folder,))
    case = opened(bureau)
    with bureau.desk(f"approver.{DALI}") as desk:
        one = again(desk, case)
        assert first_month(desk, one, decided_on=date(2008, 4, 15)) == date(2008, 3, 1)
        stop = stop_month(desk, one, decided_on=date(2008, 8, 12), changed_on=date(2008, 6, 20))
        assert (stop.month, stop.mark) == (date(2008, 7, 1), {})
        with pytest.raises(JiuzhuError) as other:
            first_month(desk, one, decided_on=date(2008, 4, 15), given=APRIL)
    assert "自申请当月起计发" in other.value.render("zh")


def owing(number: int, month: date, monthly: int, until: date | None = None) -> Decision:
    return Decision(number=number, from_month=month, until_month=until, monthly=monthly)


def test_after_a_phase_out_nothing_is_owed_that_a_stop_could_end() -> None:
    grant, stop = owing(1, APRIL, 6434), owing(2, AUGUST, 0)
    phase_out = owing(3, date(2008, 5, 1), 6434, until=AUGUST)
    assert owed_from([grant, stop, phase_out], date(2008, 7, 1))
    assert not owed_from([grant, stop, phase_out], AUGUST)
    assert owed_from([stop, owing(4, date(2008, 10, 1), 100)], AUGUST)
