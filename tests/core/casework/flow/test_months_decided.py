"""A change is decided month by month; the case's row says what is decided on the present month."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from core.casework.deciding.arrears import decide_spans, recompute
from core.casework.deciding.decision import decisions_of
from core.casework.deciding.effect import take_effects
from core.casework.deciding.months import settle
from core.casework.deciding.proposal import propose
from core.casework.deciding.replay import replay
from core.casework.desk import Desk
from core.casework.money.ledger import due
from core.casework.reviews.review_round import Result, decide_results, enter_results, open_round
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase
from regions import amendment
from tests.core.casework.flow.running import PHASE_OUT
from tests.core.casework.flow.taken_over import TakenOver
from tests.core.casework.purse import user
from tests.notices import notice

YIYANG, HESHAN, DALI = "430900", "430903", "610523"
GIVEN = Fraction(77200, 12)
"""Of four persons in Dali with 2,000 a year."""
FORMER = GIVEN
"""The same as a phase-out of the former amount pays it."""


@pytest.fixture
def urban(yiyang: Any) -> TakenOver:
    """Three persons of Heshan with 900 a month: 360.00 from January 2018, 390.00 by the rules from May."""
    found = TakenOver(yiyang, YIYANG, item="wage", each="month")
    found.enter("A", "900", since="2018-01", division=HESHAN, area="urban", persons=3)
    return found


def rural(bureau: Any) -> TakenOver:
    bureau.on("2008-03-03")
    found = TakenOver(bureau, DALI, item="farming", each="year")
    found.enter("甲", "2000", since="2008-04", division=DALI, area="rural", persons=4)
    return found


@pytest.fixture
def dali(shaanxi: Any) -> TakenOver:
    """Four persons of Dali with 2,000 a year: 772.00 a year from April 2008."""
    return rural(shaanxi)


@pytest.fixture
def phasing(make_bureau: Any, tmp_path: Path) -> TakenOver:
    """The same, where a phase-out of three months is ruled (made up)."""
    (tmp_path / "phasing").mkdir()
    (tmp_path / "phasing" / "policy.yaml").write_text(PHASE_OUT, encoding="utf-8")
    return rural(make_bureau(DALI, plugin_dirs=(tmp_path / "phasing",)))


def test_change_back_dated_to_march_keeps_the_rise_of_may(urban: TakenOver) -> None:
    urban.earns("870", since="2018-03-01")
    urban.verified()
    made = urban.change("2018-03")
    assert (made.kind, made.monthly, made.until_month) == ("increase", 39000, date(2018, 5, 1))
    assert urban.months("2018-02", "2018-03", "2018-04", "2018-05", "2018-12") == [
        ("opening", 36000), ("increase", 39000), ("increase", 39000), ("increase", 42000), ("increase", 42000),
    ]  # fmt: skip
    assert urban.row()[:2] == ("in_payment", 42000)


def publish(city: Any, effective: str) -> None:
    with city.desk(f"policy_editor.{YIYANG}") as desk:
        draft = amendment.propose(desk, notice(effective=effective, first=effective[:7]))
        uuid = amendment.submit(desk, draft.uuid).uuid
    with city.desk(f"policy_approver.{YIYANG}") as desk:
        amendment.approve(desk, uuid)
        amendment.publish(desk, uuid)


def test_rise_that_is_published_for_july_survives_a_change_from_june(city: Any) -> None:
    home = TakenOver(city, YIYANG, item="wage", each="month")
    home.enter("A", "900", since="2018-01", division=HESHAN, area="urban", persons=3)
    publish(city, "2018-07-01")
    home.earns("870", since="2018-06-01", on="2018-06-02")
    proposed = home.propose("2018-06")
    assert [(one["from_month"], one["monthly"]) for one in proposed.body["months"]] == [
        ("2018-06-01", "39000"), ("2018-07-01", "42000"),
    ]  # fmt: skip
    home.verified()
    home.decide(proposed.sequence)
    assert home.months("2018-05", "2018-06", "2018-07") == [
        ("opening", 36000), ("increase", 39000), ("increase", 42000),
    ]  # fmt: skip
    assert home.row()[:2] == ("in_payment", 39000)


def test_grant_is_decided_through_the_rise_that_is_published(city: Any) -> None:
    home = TakenOver(city, YIYANG, item="wage", each="month")
    home.enter("A", "900", since="2018-01", division=HESHAN, area="urban", persons=3)
    publish(city, "2018-07-01")

    def grant(desk: Desk, case: AssistanceCase) -> None:
        case.status = "in_procedure"
        month = date(2018, 6, 1)
        settle(desk, case, kind="grant", proposal=propose(desk, case, month=month), from_month=month,
               prepared_by=user(desk, f"clerk.{YIYANG}"), basis={})  # fmt: skip

    home.do(grant, login="approver", on="2018-06-02")
    assert home.months("2018-06", "2018-07") == [("grant", 36000), ("increase", 39000)]


def test_rules_published_after_a_proposal_make_it_outdated(city: Any) -> None:
    home = TakenOver(city, YIYANG, item="wage", each="month")
    home.enter("A", "900", since="2018-01", division=HESHAN, area="urban", persons=3)
    home.earns("870", since="2018-06-01", on="2018-06-02")
    proposed = home.propose("2018-06")
    publish(city, "2018-07-01")
    with pytest.raises(JiuzhuError) as refused:
        home.decide(proposed.sequence)
    assert refused.value.code == "proposal_outdated"


def test_later_month_that_a_person_closed_stays_closed(urban: TakenOver) -> None:
    urban.change("2018-08", kind="suspend", reason="失联")
    urban.change("2018-09", kind="resume", reason="已返回")
    urban.earns("870", since="2018-06-01")
    urban.verified()
    urban.change("2018-06")
    assert urban.months("2018-06", "2018-08", "2018-09") == [
        ("increase", 42000), ("suspend", 0), ("continue", 42000),
    ]  # fmt: skip


def test_price_subsidy_ends_where_its_provision_ends(make_bureau: Any, tmp_path: Path) -> None:
    (tmp_path / "subsidy").mkdir()
    (tmp_path / "subsidy" / "policy.yaml").write_text(SUBSIDY, encoding="utf-8")
    home = rural(make_bureau(DALI, plugin_dirs=(tmp_path / "subsidy",)))
    home.earns("1900", since="2008-05-01", on="2008-05-06")
    home.change("2008-05")
    (_, with_it), (_, without) = home.months("2008-06", "2008-07")
    assert with_it - without == 4 * 1000 and without * 12 == 87200


SUBSIDY = """
plugin: {name: subsidy, title: {zh: 物价补贴（虚构示例）, en: Price subsidy (made up)}, version: 0.1.0,
         requires: {core: ">=0.1,<0.2", plugins: {shaanxi_rural: ">=0.1"}}}
documents: {rules: {title: 物价补贴的通知（虚构示例）, issuer: 大荔县民政局, number: 示〔2008〕5号, issued: 2008-01-10}}
defaults: {division: "610523", programme: dibao, area: rural, document: rules, from: 2008-02-01}
provisions:
  - id: price
    kind: price_subsidy
    amount: {yuan: 10, per: person-month}
    until: 2008-07-01
    cite: 第一条
"""


def test_nothing_but_resuming_or_stopping_pays_a_suspended_household_again(dali: TakenOver) -> None:
    dali.change("2008-10", kind="suspend", reason="失联", on="2008-09-20")
    dali.earns("1000", since="2008-10-01", on="2008-10-20")
    with pytest.raises(JiuzhuError) as refused:
        dali.propose("2008-10")
    assert refused.value.code == "wrong_status"
    resumed = dali.change("2008-12", kind="resume", reason="已返回", on="2008-12-05")
    assert resumed.monthly * 12 == 177200
    assert dali.months("2008-09", "2008-10", "2008-11", "2008-12") == [
        ("opening", GIVEN), ("suspend", 0), ("suspend", 0), ("resume", resumed.monthly),
    ]  # fmt: skip
    assert dali.row()[0] == "in_payment"


def test_work_lost_during_the_phase_out_is_ordinary_benefit_again(phasing: TakenOver) -> None:
    phasing.earns("3000", since="2008-09-10", on="2008-09-12")
    phasing.change("2008-10")
    assert phasing.row()[0] == "in_payment"  # until October has come
    phasing.earns("1000", since="2008-11-01", on="2008-11-03")
    made = phasing.change("2008-11")
    assert made.kind == "increase" and phasing.row()[0] == "in_payment"
    assert phasing.months("2008-10", "2008-11", "2009-01") == [
        ("phase_out", FORMER), ("increase", made.monthly), ("increase", made.monthly),
    ]  # fmt: skip


def test_phase_out_decided_again_in_its_midst_still_has_all_its_months(phasing: TakenOver) -> None:
    phasing.earns("3000", since="2008-09-10", on="2008-09-12")
    phasing.change("2008-10")
    phasing.earns("3100", since="2008-11-01", on="2008-11-03")
    phasing.change("2008-11")
    phasing.earns("3200", since="2008-12-01", on="2008-12-03")
    phasing.change("2008-12")
    assert phasing.months("2008-09", "2008-10", "2008-11", "2008-12", "2009-01") == [
        ("opening", GIVEN), ("phase_out", FORMER), ("phase_out", FORMER), ("phase_out", FORMER), ("stop", 0),
    ]  # fmt: skip


def test_quarter_of_phase_out_is_the_quarter_paid_before_it_to_the_fen(phasing: TakenOver) -> None:
    """772.00 a year is 64.33⅓ a month: three months of phase-out are 193.00, as three months of benefit were."""
    phasing.earns("3000", since="2008-09-10", on="2008-09-12")
    phasing.change("2008-10")
    months = phasing.do(lambda desk, case: due(desk, case.id, date(2008, 12, 1)))
    quarters = [
        sum((sum(months[date(2008, month, 1)].values(), Fraction(0)) for month in quarter), Fraction(0))
        for quarter in ((7, 8, 9), (10, 11, 12))
    ]
    assert quarters == [19300, 19300]
    assert phasing.do(lambda desk, case: replay(desk.session, decisions_of(desk.session, case.id)[-2].id).same)


def test_end_of_the_phase_out_stops_the_case_when_its_month_has_come(phasing: TakenOver) -> None:
    phasing.earns("3000", since="2008-09-10", on="2008-09-12")
    phasing.change("2008-10")

    def roll(desk: Desk, case: AssistanceCase) -> list[str]:
        return [one.kind for one in take_effects(desk, case.path)]

    assert phasing.row()[:2] == ("in_payment", 6433)
    assert phasing.do(roll, on="2008-10-06") == ["took_effect"] and phasing.row()[:2] == ("phasing_out", 6433)
    assert phasing.do(roll, on="2008-12-31") == []
    assert phasing.do(roll, on="2009-01-02") == ["took_effect"] and phasing.row()[:2] == ("stopped", 0)
    assert phasing.do(roll, on="2009-02-02") == []


def test_stop_of_a_past_month_alone_leaves_the_row_as_the_present_month_has_it(urban: TakenOver) -> None:
    urban.earns("2000", since="2018-02-01")
    urban.earns("900", since="2018-03-01")

    def act(desk: Desk, case: AssistanceCase) -> list[str]:
        spans = recompute(desk, case, since=date(2018, 1, 1), through=date(2018, 4, 1)).changed
        clerk = user(desk, f"clerk.{YIYANG}")
        return [one.kind for one in decide_spans(desk, case, spans, prepared_by=clerk, basis={})]

    assert urban.do(act, login="approver") == ["stop"]
    assert urban.months("2018-01", "2018-02", "2018-03") == [("opening", 36000), ("stop", 0), ("opening", 36000)]
    assert urban.row()[:2] == ("in_payment", 36000)


def test_change_reported_puts_no_review_off_but_a_review_dates_the_next(dali: TakenOver) -> None:
    due = dali.row()[2]
    assert due is not None
    dali.earns("1900", since="2008-09-10", on="2008-09-20")
    dali.change("2008-10")
    assert dali.row()[2] == due

    def enter(desk: Desk, case: AssistanceCase) -> int:
        made = open_round(desk, DALI, name="复核", programme="dibao", due_on=desk.today, everybody=True)
        enter_results(desk, made.id, [Result(number=case.number, reviewed_on=desk.today, from_month=desk.today)])
        return made.id

    number = dali.do(enter, on="2008-10-20")
    dali.do(lambda desk, case: decide_results(desk, number), login="approver")
    assert dali.row()[2] == date(2009, 4, 20)
