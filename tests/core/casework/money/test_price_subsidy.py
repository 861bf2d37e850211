"""A month's price subsidy is what that month's rules give: it ends and begins with them, whatever was decided before."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from core.casework.deciding.decision import decide, decisions_of, propose
from core.casework.deciding.replay import replay
from core.casework.money.ledger import due
from core.casework.month import each_month
from core.store.tables import Person
from tests.core.casework.clients import DEMONSTRATION
from tests.core.casework.flow.running import PLACE, Running, first_household
from tests.core.casework.purse import lines, pay, send, user

RULE = """
plugin: {{name: psub, title: {{zh: 物价补贴（虚构示例）, en: made up}}, version: 0.1.0,
         requires: {{core: ">=0.1,<0.3", plugins: {{shaanxi_rural: ">=0.1"}}}}}}
documents: {{rules: {{title: 物价补贴（虚构示例）, issuer: 大荔县民政局, number: 示〔2008〕5号, issued: 2008-01-10}}}}
defaults: {{division: "610523", programme: dibao, area: rural, document: rules, from: {since}}}
provisions:
  - id: ps
    kind: price_subsidy
    amount: {{yuan: 10, per: person-month}}
{more}
    cite: 第一条
"""


@pytest.fixture
def granted(make_bureau: Any, tmp_path: Path) -> Any:
    """Four persons of Dali granted 772.00 a year from April, under a price subsidy of 10 a month each."""

    def make(*, since: str, more: str) -> Running:
        folder = tmp_path / "psub"
        folder.mkdir()
        (folder / "policy.yaml").write_text(RULE.format(since=since, more=more), encoding="utf-8")
        found = first_household(make_bureau(PLACE, plugin_dirs=(DEMONSTRATION, folder)))

        def account(desk: Any, case: Any) -> None:
            head = desk.session.get_one(Person, case.head_id)
            head.account = desk.cipher.seal("6217", "person.account", row=head.token)

        found.do(account, on="2008-04-15")
        return found

    return make


def subsidies(running: Running) -> list[int]:
    """What each month from April to September is owed, in whole fen."""

    def owed(desk: Any, case: Any) -> list[int]:
        months = due(desk, case.id, date(2008, 9, 1))
        return [int(months[one]["price_subsidy"]) for one in each_month(date(2008, 4, 1), date(2008, 10, 1))]

    found: list[int] = running.do(owed)
    return found


def test_price_subsidy_ends_with_its_rule_and_every_payment_adds_up(granted: Any) -> None:
    running = granted(since="2008-02-01", more="    until: 2008-07-01")
    assert subsidies(running) == [4000, 4000, 4000, 0, 0, 0]
    paid = []
    for period, day in (("2008Q2", "2008-06-20"), ("2008Q3", "2008-09-20")):
        running.bureau.on(day)
        number = pay(running.bureau, PLACE, period)
        send(running.bureau, number)
        (line,) = lines(running.bureau, number).values()
        paid.append((line.benefit, line.price_subsidy, line.arrears))
    assert paid == [(19300, 12000, 0), (19300, 0, 0)]


def test_price_subsidy_begins_with_its_rule_though_the_grant_was_earlier(granted: Any) -> None:
    assert subsidies(granted(since="2008-08-01", more="")) == [0, 0, 0, 0, 4000, 4000]


def test_price_subsidy_follows_the_rules_of_the_month_whatever_a_decision_froze(granted: Any) -> None:
    running = granted(since="2008-02-01", more="    until: 2008-07-01")

    def frozen(desk: Any, case: Any) -> None:
        """One decision for good, as it was made before months were told apart."""
        propose_for = propose(desk, case, month=date(2008, 4, 1))
        decide(desk, case, kind="increase", proposal=propose_for, from_month=date(2008, 4, 1),
               prepared_by=user(desk, f"clerk.{PLACE}"), basis={})  # fmt: skip
        assert decisions_of(desk.session, case.id)[-1].parts["price_subsidy"] == "4000"

    running.do(frozen, login="approver", on="2008-04-20")
    assert subsidies(running) == [4000, 4000, 4000, 0, 0, 0]


def test_price_subsidy_begins_with_a_later_rule_for_whoever_was_decided_before(granted: Any) -> None:
    running = granted(since="2008-08-01", more="")

    def frozen(desk: Any, case: Any) -> None:
        decide(desk, case, kind="increase", proposal=propose(desk, case, month=date(2008, 4, 1)),
               from_month=date(2008, 4, 1), prepared_by=user(desk, f"clerk.{PLACE}"), basis={})  # fmt: skip

    running.do(frozen, login="approver", on="2008-04-20")
    assert subsidies(running) == [0, 0, 0, 0, 4000, 4000]


def test_decisions_of_months_with_and_without_subsidy_replay_to_the_byte(granted: Any) -> None:
    running = granted(since="2008-02-01", more="    until: 2008-07-01")
    same = running.do(
        lambda desk, case: [replay(desk.session, one.id).same for one in decisions_of(desk.session, case.id)]
    )
    assert len(same) == 2 and all(same)


SPRING = """    cite: 第一条
  - id: spring
    kind: price_subsidy
    name: spring
    label: {zh: 春节补贴, en: spring festival}
    amount: {yuan: 10, per: person-year}
    until: 2008-06-01"""


def test_named_price_subsidy_is_paid_with_the_unnamed_one_to_the_fen(granted: Any) -> None:
    """Forty a month from April on, and 40 a year (3.33…) to the end of May: 120.00 + 6.67 in the second quarter."""
    running = granted(since="2008-02-01", more=SPRING)
    running.bureau.on("2008-06-20")
    number = pay(running.bureau, PLACE, "2008Q2")
    (line,) = lines(running.bureau, number).values()
    assert (line.benefit, line.price_subsidy, line.settled_price_subsidy) == (19300, 12667, 12667)
    months = running.do(lambda desk, case: due(desk, case.id, date(2008, 6, 1)))
    assert [months[date(2008, month, 1)]["price_subsidy"] for month in (4, 5, 6)] == [
        4000 + Fraction(1000, 3), 4000 + Fraction(1000, 3), 4000,
    ]  # fmt: skip


def test_named_price_subsidy_without_a_figure_stops_only_itself(granted: Any) -> None:
    gap = SPRING.replace("amount: {yuan: 10, per: person-year}", 'amount: {gap: "未载数额"}')
    running = granted(since="2008-02-01", more=gap)
    assert subsidies(running)[:2] == [4000, 4000]
    basis = running.do(lambda desk, case: decisions_of(desk.session, case.id)[-1].basis)
    assert list(basis["missing"]) == ["price_subsidy_spring"]
