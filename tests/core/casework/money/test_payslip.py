"""Payslips with overpayments: whatever is decided, ordered and paid back, the household's account closes to the fen."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from core.casework.deciding.proposal import PARTS
from core.casework.money.accrual import PayPeriod, Rounding, Span, cumulative
from core.casework.money.payslip import Account, Opening, opening_of, payslip
from core.casework.month import add_months

START = date(2018, 1, 1)
FEN = Rounding()
money = st.fractions(min_value=0, max_value=50_000, max_denominator=12)
changes = st.lists(
    st.tuples(st.integers(0, 11), st.dictionaries(st.sampled_from(PARTS), money, max_size=3)), min_size=1, max_size=10
)
orders = st.lists(
    st.tuples(st.integers(0, 40_000), st.none() | st.integers(1, 9_000), st.integers(0, 20_000)), max_size=10
)


@given(changes, orders)
def test_cash_paid_is_the_entitlement_and_what_is_still_owed(
    decided: list[tuple[int, dict[str, Fraction]]], back: list[tuple[int, int | None, int]]
) -> None:
    """Every month a decision (often back-dated) arrives, an offset may be ordered, cash may be paid back."""
    settled, recovered, open_, cash = dict.fromkeys(PARTS, 0), 0, 0, 0
    spans: list[Span] = []
    for turn, (since, parts) in enumerate(decided):
        spans.append(Span(number=turn + 1, from_month=add_months(START, since), until_month=None, parts=parts))
        ordered, each, repaid = back[turn] if turn < len(back) else (0, None, 0)
        period = PayPeriod(frequency="month", start=add_months(START, turn))
        open_ += ordered
        account = Account(spans=spans, settled=settled, recovered=recovered, offset_open=open_, offset_each=each)
        slip = payslip(account, period, FEN)
        settled = {part: settled[part] + slip.settled[part] for part in PARTS}
        recovered += slip.recovery - slip.refund
        open_ -= slip.recovery
        cash += slip.total
        whole = cumulative(spans, period.until)
        owed = slip.owes - slip.recovery
        assert slip.total >= 0 and owed >= 0
        assert cash == sum(FEN.whole(whole[part]) for part in PARTS) + owed
        repaid = min(repaid, owed)
        recovered, cash = recovered + repaid, cash - repaid


def test_household_taken_over_is_owed_only_what_a_later_decision_adds() -> None:
    span = Span(number=1, from_month=date(2015, 1, 1), until_month=None, parts={"benefit": Fraction(85000, 3)})
    opening = opening_of(span, decided_on=date(2018, 6, 5), paid_through=None)
    assert opening == Opening(span=span, paid_until=date(2018, 6, 1), assumed=True)
    raised = Span(number=2, from_month=date(2018, 5, 1), until_month=None, parts={"benefit": Fraction(30000)})
    june = PayPeriod.parse("2018-06")
    slip = payslip(Account(spans=(span, raised), opening=opening), june, FEN)
    assert (slip.current["benefit"], slip.arrears) == (30000, 1666)


def test_part_that_moves_to_another_part_is_no_arrears_and_no_debt() -> None:
    moved = Span(
        number=2, from_month=START, until_month=None, parts={"benefit": Fraction(200), "member_topup": Fraction(100)}
    )
    before = Span(number=1, from_month=START, until_month=None, parts={"benefit": Fraction(300)})
    account = Account(spans=(before, moved), settled={"benefit": 300})
    slip = payslip(account, PayPeriod.parse("2018-02"), FEN)
    assert (slip.total, slip.arrears, slip.owes) == (300, 0, 0)
    assert slip.settled == {**dict.fromkeys(PARTS, 0), "benefit": 100, "member_topup": 200}
