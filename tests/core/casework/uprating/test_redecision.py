"""批量调标: one batch for an amendment and a county, signed by another person, a decision for every household."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.deciding.decision import decisions_of
from core.casework.deciding.replay import replay
from core.casework.money.payroll import PayPeriod, Scope, open_run, prepare_lines
from core.casework.people.person import Identity, register_person
from core.casework.trail import verify
from core.casework.uprating import redecision
from core.casework.uprating.redecision_sheet import comparison, exceptions
from core.casework.uprating.redecision_work import run_batch
from core.errors import JiuzhuError
from core.store.tables import (
    AssistanceCase,
    OfficeHolder,
    PayrollLine,
    Person,
    RecusalDemand,
    RedecisionBatch,
    RedecisionRow,
    StaffUser,
)
from regions.amendment_impact import impact_of
from tests.core.casework.uprating.batches import (
    APPROVER,
    CLERK,
    EDITOR,
    OTHER,
    Granted,
    batch,
    exactly,
    prepared,
    rows,
    run,
    sign,
)


def test_every_household_gets_its_own_decision_that_points_to_the_batch(
    city: Any, granted: Granted, publish: Callable[..., str]
) -> None:
    urban, rural = granted("U1"), granted("R1", persons=2, income=3000, area="rural")
    uuid = publish()
    city.on("2018-05-02")
    batch_id = prepared(city, uuid)
    found = rows(city, batch_id)
    assert (found[urban].before, found[urban].after) == exactly(36_000, 39_000)
    assert (found[urban].arrears_months, found[urban].arrears) == (4, 4 * 3_000)
    assert (found[rural].before, found[rural].after) == exactly(25_600, "85000/3")
    sign(city, batch_id)
    run(city, batch_id, redecision.DECIDE)
    with city.platform.database.reading() as session:
        first, second = decisions_of(session, urban)
        assert (first.monthly, second.monthly) == exactly(36_000, 39_000)
        assert second.kind == "increase"
        assert (second.from_month, second.until_month, second.batch) == (date(2018, 1, 1), None, batch_id)
        assert second.prepared_by != second.decided_by
        assert replay(session, second.id).same
        assert decisions_of(session, rural)[-1].monthly == Fraction(85_000, 3)
        assert session.get_one(AssistanceCase, urban).monthly == 39_000
        assert verify(session).sound
    assert batch(city, batch_id).status == "decided"


def test_totals_are_the_raised_times_the_increment(city: Any, granted: Granted, publish: Callable[..., str]) -> None:
    for number in range(3):
        granted(f"U{number}", income=300 * number)
    uuid = publish()
    city.on("2018-05-02")
    totals = batch(city, prepared(city, uuid)).totals
    assert (totals["households"], totals["persons"]) == (3, 9)
    assert totals["rise"] == totals["control"] == str(9 * 1_000)
    assert totals["arrears"] == 9 * 1_000 * 4


def test_unsettled_cases_go_to_the_exceptions_with_their_reason(
    city: Any, granted: Granted, publish: Callable[..., str]
) -> None:
    plain, objection, change, suspended, phasing, differing = (granted(f"U{n}") for n in range(6))
    with city.desk(APPROVER) as desk:
        desk.record(f"case/{objection}", "objection", {"by": "neighbour"})
        desk.record(f"case/{change}", "change_proposed", {"what": "income"})
        desk.session.get_one(AssistanceCase, suspended).status = "suspended"
        desk.session.get_one(AssistanceCase, phasing).status = "phasing_out"
        other = decisions_of(desk.session, differing)[0]
        other.monthly, other.parts = Fraction(35_000), {"benefit": "35000"}
    uuid = publish()
    city.on("2018-05-02")
    found = rows(city, prepared(city, uuid))
    assert {one: found[one].exception for one in found} == {
        plain: None, objection: "objection", change: "pending_change", suspended: "suspended",
        phasing: "phasing_out", differing: "differs",
    }  # fmt: skip


def test_nobody_signs_a_batch_he_prepared_and_the_database_holds_it(
    city: Any, granted: Granted, publish: Callable[..., str]
) -> None:
    granted("U1")
    uuid = publish()
    batch_id = prepared(city, uuid)

    def forced() -> None:
        with city.desk(OTHER) as desk:
            row = desk.session.get_one(RedecisionBatch, batch_id)
            row.signed_by = row.prepared_by
            desk.session.flush()

    with pytest.raises(JiuzhuError, match="maker_is_not_checker"):
        forced()


def test_list_altered_after_it_was_seen_is_not_signed(city: Any, granted: Granted, publish: Callable[..., str]) -> None:
    case_id = granted("U1")
    batch_id = prepared(city, publish())
    with city.platform.database.writing() as session:
        session.scalars(select(RedecisionRow).where(RedecisionRow.case_id == case_id)).one().after = Fraction(99_999)
    with pytest.raises(JiuzhuError) as refused:
        sign(city, batch_id)
    assert refused.value.code == "other_list"


def test_killed_job_goes_on_and_decides_nobody_twice(city: Any, granted: Granted, publish: Callable[..., str]) -> None:
    cases = [granted(f"U{number}") for number in range(3)]
    batch_id = prepared(city, publish(), chunk=1)
    sign(city, batch_id)
    with city.platform.reading_desk(CLERK) as desk:
        killed_after_one = run_batch(city.platform.database, desk, batch_id, redecision.DECIDE, chunk=1)
    next(killed_after_one)
    run(city, batch_id, redecision.DECIDE, chunk=1)
    with city.platform.database.reading() as session:
        assert [len(decisions_of(session, case_id)) for case_id in cases] == [2, 2, 2]


def test_case_that_changes_after_the_signature_becomes_an_exception(
    city: Any, granted: Granted, publish: Callable[..., str]
) -> None:
    quiet, changed = granted("U1"), granted("U2")
    batch_id = prepared(city, publish())
    sign(city, batch_id)
    with city.desk(APPROVER) as desk:
        desk.record(f"case/{changed}", "objection", {"by": "neighbour"})
    run(city, batch_id, redecision.DECIDE)
    found = rows(city, batch_id)
    assert (found[quiet].exception, found[changed].exception) == (None, "changed_since")
    with city.platform.database.reading() as session:
        assert len(decisions_of(session, changed)) == 1


def test_batch_is_withdrawn_before_payroll_and_what_held_before_holds_again(
    city: Any, granted: Granted, publish: Callable[..., str]
) -> None:
    case_id = granted("U1")
    uuid = publish()
    city.on("2018-05-02")
    batch_id = prepared(city, uuid)
    sign(city, batch_id)
    run(city, batch_id, redecision.DECIDE)
    with city.desk(OTHER) as desk:
        redecision.withdraw(desk, batch_id, reason="文件有误")
    run(city, batch_id, redecision.WITHDRAW)
    with city.platform.database.reading() as session:
        last = decisions_of(session, case_id)[-1]
        assert last.monthly == 36_000
        assert (last.number, last.from_month) == (3, date(2018, 1, 1))
        assert session.get_one(AssistanceCase, case_id).monthly == 36_000
        assert replay(session, last.id).same
    assert batch(city, batch_id).status == "withdrawn"
    assert rows(city, prepared(city, uuid))[case_id].after == 39_000


def test_second_batch_of_the_same_amendment_and_county_is_refused(
    city: Any, granted: Granted, publish: Callable[..., str]
) -> None:
    granted("U1")
    uuid = publish()
    prepared(city, uuid)
    with city.desk(CLERK) as desk, pytest.raises(JiuzhuError) as refused:
        redecision.prepare(desk, uuid, "430903")
    assert refused.value.code == "batch_exists"


def test_household_granted_under_the_new_standard_is_left_as_it_is(
    city: Any, granted: Granted, publish: Callable[..., str]
) -> None:
    uuid = publish()
    city.on("2018-05-02")
    granted("U1", since="2018-05-01")
    found = prepared(city, uuid)
    assert rows(city, found) == {}
    assert batch(city, found).totals["same"] == 1


def test_comparison_list_has_the_columns_of_the_paper_and_the_exceptions_their_reason(
    city: Any, granted: Granted, publish: Callable[..., str]
) -> None:
    granted("张")
    waiting = granted("李", persons=2, income=0)
    with city.desk(APPROVER) as desk:
        desk.record(f"case/{waiting}", "objection", {"by": "neighbour"})
    uuid = publish()
    city.on("2018-05-02")
    batch_id = prepared(city, uuid)
    with city.platform.reading_desk(CLERK) as desk:
        one = redecision.batch_of(desk, batch_id, "case.read", hold=False)
        changed, left_out = comparison(desk, one), exceptions(desk, one)
        assert [column.title for column in changed.columns][1:] == [
            "户主", "人口", "原月额", "新月额", "差额", "补发月数", "补发金额", "原因",
        ]  # fmt: skip
        assert [row[1:] for row in changed.rows] == [
            ["张0", 3, Fraction(36_000), Fraction(39_000), Fraction(3_000), 4, 12_000, "益政办发[2018]11号提标"]
        ]
        assert [row[1:5] for row in left_out.rows] == [["李0", 2, Fraction(84_000), "有异议尚未答复"]]


def test_batch_a_payroll_has_used_is_not_withdrawn(city: Any, granted: Granted, publish: Callable[..., str]) -> None:
    case_id = granted("U1")
    uuid = publish()
    city.on("2018-05-02")
    batch_id = prepared(city, uuid)
    sign(city, batch_id)
    run(city, batch_id, redecision.DECIDE)
    with city.desk(CLERK) as desk:
        head = desk.session.get_one(Person, desk.session.get_one(AssistanceCase, case_id).head_id)
        head.account = desk.cipher.seal("6217000000000000", "person.account", row=head.token)
        paid = open_run(desk, Scope(programme="dibao", division="430903", period=PayPeriod.parse("2018-05")))
    for _ in prepare_lines(city.platform.database, desk, paid.id):
        pass
    with city.platform.database.reading() as session:
        line = session.scalars(select(PayrollLine)).one()
        assert (line.benefit, line.total) == (39_000, 39_000 + line.arrears)
    with city.desk(OTHER) as desk, pytest.raises(JiuzhuError) as refused:
        redecision.withdraw(desk, batch_id, reason="文件有误")
    assert refused.value.code == "already_in_payroll"


def test_impact_on_the_database_is_what_the_batch_decides(
    city: Any, granted: Granted, publish: Callable[..., str]
) -> None:
    granted("U1")
    granted("R1", persons=2, income=3000, area="rural")
    uuid = publish()
    city.on("2018-05-02")
    with city.platform.reading_desk(EDITOR) as desk:
        found = impact_of(desk, uuid)
    assert found.monthly == Fraction(3_000) + Fraction(85_000, 3) - 25_600
    assert (found.differing, found.failed) == (0, 0)
    totals = batch(city, prepared(city, uuid)).totals
    assert Fraction(totals["rise"]) == found.monthly
    assert Fraction(totals["control"]) == found.control_monthly


def test_household_that_left_after_the_new_values_began_is_left_to_a_person(
    city: Any, granted: Granted, publish: Callable[..., str]
) -> None:
    left = granted("U1")
    with city.desk(APPROVER) as desk:
        desk.session.get_one(AssistanceCase, left).status = "closed"
        desk.session.get_one(AssistanceCase, left).closed_on = date(2018, 4, 1)
        decisions_of(desk.session, left)[0].until_month = date(2018, 4, 1)
    assert rows(city, prepared(city, publish()))[left].exception == "ended"


def test_signer_told_to_step_out_of_a_case_does_not_decide_it_with_the_others(
    city: Any, granted: Granted, publish: Callable[..., str]
) -> None:
    plain, related = granted("U1"), granted("U2")
    batch_id = prepared(city, publish())
    with city.desk("root") as desk:
        official = register_person(desk, Identity(name="签批人"))
        signer = desk.session.scalars(select(StaffUser.id).where(StaffUser.login == OTHER)).one()
        holder = OfficeHolder(person_id=official.id, user_id=signer)
        desk.session.add(holder)
        desk.session.flush()
        desk.session.add(
            RecusalDemand(
                case_id=related, holder_id=holder.id, demanded_by="applicant", demanded_on=desk.today, granted=True,
                recorded_by=desk.actor.id, recorded_at=desk.moment, decided_on=desk.today, decided_by=signer,
            )
        )  # fmt: skip
    sign(city, batch_id)
    run(city, batch_id, redecision.DECIDE)
    found = rows(city, batch_id)
    assert (found[plain].exception, found[related].exception) == (None, "recusal")
