"""The roster: existing households come in with an opening decision, or go back with what is wrong with them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core.casework.flow.transition import verify_case
from core.casework.job import cancel_job
from core.casework.people.identity import check_character
from core.casework.people.person import Identity, register_person
from core.casework.roster.examination import open_roster
from core.casework.roster.importing import Prepared, approve_import, prepare_import, run_import
from core.casework.roster.layout import EXAMPLE, HEADINGS, columns_of_roster, template
from core.casework.roster.returned import returned, words
from core.casework.roster.takeover import Takeover
from core.casework.trail import verify
from core.casework.workbook import Sheet, as_bytes, read_table
from core.errors import InvalidInput, JiuzhuError
from core.store.tables import AssistanceCase, CaseMember, Decision, Event, FactsVersion, Person

CITY = "430900"
HESHAN = {"province": "湖南省", "prefecture": "益阳市", "county": "赫山区", "township": "某镇", "village": "东村"}
TERMS = Takeover(
    division=CITY, programme="dibao", area="rural", since=date(2018, 1, 1), paid_through=date(2018, 5, 1),
    document="花名册（虚构）",
)  # fmt: skip


def number(sequence: int, *, birth: str = "19500307") -> str:
    """A sound ID number of nobody: the place code does not exist."""
    digits = f"990101{birth}{sequence:03}"
    return digits + check_character(digits)


def household(sequence: int, **given: Any) -> dict[str, Any]:
    """A household of two, 283.33 a month, unless said otherwise."""
    return {
        **EXAMPLE, **HESHAN, "head": f"合成甲{sequence}", "head_number": number(2 * sequence),
        "member_names": f"合成乙{sequence}", "member_numbers": number(2 * sequence + 1), **given,
    }  # fmt: skip


def roster(*rows: dict[str, Any]) -> bytes:
    return as_bytes(
        Sheet(title="花名册", columns=columns_of_roster(), rows=[[row[one.name] for one in HEADINGS] for row in rows])
    )


@pytest.fixture
def city(make_bureau: Any) -> Any:
    return make_bureau(CITY, day="2018-06-01")


Put = Callable[..., Prepared]


@pytest.fixture
def put_up(city: Any, tmp_path: Path) -> Put:
    """Put a roster of some households up for approval."""

    def put(*rows: dict[str, Any], **terms: Any) -> Prepared:
        path = tmp_path / terms.pop("file", "roster.xlsx")
        path.write_bytes(roster(*rows))
        given = {name: getattr(TERMS, name) for name in TERMS.__slots__}
        with city.desk(f"clerk.{CITY}") as desk:
            return prepare_import(desk, Takeover(**{**given, **terms}), path)

    return put


def run(city: Any, import_id: str, *, approve: bool = True, chunk: int = 2) -> list[int]:
    """Approve and run an import; return how many households were done after each chunk."""
    with city.desk(f"approver.{CITY}") as desk:
        if approve:
            approve_import(desk, import_id)
    with city.platform.reading_desk(f"approver.{CITY}") as desk:
        pass
    return [job.done for job in run_import(city.platform.database, desk, import_id, chunk=chunk)]


def counts(city: Any) -> dict[str, int]:
    with city.platform.database.reading() as session:
        tables = (AssistanceCase, CaseMember, Person, FactsVersion, Decision)
        return {one.__tablename__: session.scalar(select(func.count()).select_from(one)) or 0 for one in tables}


NOTHING = {"assistance_case": 0, "case_member": 0, "person": 0, "facts_version": 0, "decision": 0}


def codes(prepared: Prepared) -> dict[int, list[str]]:
    return {row: [one.code for one in found] for row, found in sorted(prepared.examination.faults.items())}


def test_template_can_be_read_back_and_its_example_is_sound(put_up: Put) -> None:
    table = read_table(as_bytes(*template()), HEADINGS, file="template.xlsx", sheet="花名册")
    assert len(table.places) == len(HEADINGS) and table.height == 1
    assert put_up(dict(EXAMPLE)).examination.faults == {}


def test_household_comes_in_with_an_opening_decision(city: Any, put_up: Put) -> None:
    prepared = put_up(household(1))
    run(city, prepared.import_id)
    with city.platform.database.reading() as session:
        case, decision = session.scalars(select(AssistanceCase)).one(), session.scalars(select(Decision)).one()
        assert (case.status, case.persons, case.entitled, case.monthly, case.division) == (
            "in_payment",
            2,
            2,
            28_333,
            "430903",
        )
        assert (case.opened_on, case.rules_on, case.village) == (date(2016, 3, 1), date(2018, 1, 1), "某镇东村")
        assert (decision.kind, decision.monthly, decision.parts, decision.method) == (
            "opening",
            28_333,
            {"benefit": "28333"},
            "gap",
        )
        assert decision.policy_hash is None and decision.trace is None and decision.from_month == date(2018, 1, 1)
        assert decision.basis["origin"] == "存量转入" and decision.basis["document"] == "花名册（虚构）"
        assert decision.prepared_by != decision.decided_by
        assert verify_case(session, case) == ()
        assert verify(session).sound


def test_facts_carry_no_income_without_an_income_item(city: Any, put_up: Put) -> None:
    run(city, put_up(household(1)).import_id)
    with city.platform.database.reading() as session:
        facts = session.scalars(select(FactsVersion)).one().facts
    assert "shared_income" not in facts
    assert [one["relation"] for one in facts["members"]] == ["head", "spouse"]


def test_income_goes_under_the_item_the_operator_names(city: Any, put_up: Put) -> None:
    run(city, put_up(household(1), income_item="net_business").import_id)
    with city.platform.database.reading() as session:
        facts = session.scalars(select(FactsVersion)).one().facts
    assert facts["shared_income"] == [
        {"item": "net_business", "amount": "3000.00", "frequency": "year", "basis": "verified"}
    ]


def test_unknown_income_item_names_those_of_the_region(put_up: Put) -> None:
    with pytest.raises(InvalidInput) as refused:
        put_up(household(1), income_item="gold")
    assert (
        refused.value.problems[0].code == "unknown_income_item" and "net_business" in refused.value.problems[0].allowed
    )


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"head_number": "99010119500307002X"}, "id_number_check"),
        ({"member_numbers": ""}, "pairs_differ"),
        ({"persons": 3}, "size_differs"),
        ({"entitled": 1}, "entitled_differs"),
        ({"total": 28_334}, "sum_differs"),
        ({"household_topup": 100}, "sum_differs"),
        ({"method": "平均"}, "unknown_method"),
        ({"method": "分档"}, "tier_missing"),
        ({"first_month": "2018年13月"}, "bad_month"),
        ({"first_month": "2018-07"}, "out_of_range"),
        ({"income_per_head": 200_000}, "per_head_differs"),
        ({"relations": "邻居"}, "unknown_relation"),
        ({"account": "62-AB"}, "not_digits"),
        ({"county": "资阳"}, "other_county"),
        ({"head": ""}, "name_missing"),
    ],
)
def test_faulty_row_is_refused_and_nothing_is_saved(city: Any, put_up: Put, given: dict[str, Any], code: str) -> None:
    prepared = put_up(household(1, **given), household(2))
    assert codes(prepared) == {2: [code]} and prepared.job is None
    assert counts(city) == NOTHING


def test_half_entitled_household_says_who(city: Any, put_up: Put) -> None:
    run(city, put_up(household(1, entitled=1, entitlements="否")).import_id)
    with city.platform.database.reading() as session:
        assert session.scalars(select(CaseMember.entitled).order_by(CaseMember.id)).all() == [True, False]


def test_one_person_in_two_rows_is_named_in_both(put_up: Put) -> None:
    prepared = put_up(household(1), household(2, member_numbers=number(2)))
    assert codes(prepared) == {2: ["person_in_two_rows"], 3: ["person_in_two_rows"]}
    assert prepared.examination.faults[2][0].message.zh == "与第 3 行有同一身份证号"


def test_person_already_in_a_case_is_named_with_it(city: Any, put_up: Put) -> None:
    run(city, put_up(household(1)).import_id)
    prepared = put_up(household(2, member_names="合成甲1", member_numbers=number(2)))
    assert codes(prepared) == {2: ["already_in_a_case"]}
    assert "430903-ZR" in prepared.examination.faults[2][0].message.zh


def test_partial_import_takes_the_sound_rows_and_returns_the_others(city: Any, put_up: Put, tmp_path: Path) -> None:
    rows = [household(1), household(2, total=1), household(3), household(4, persons=9), household(5)]
    prepared = put_up(*rows, partial=True)
    assert codes(prepared) == {3: ["sum_differs"], 5: ["size_differs"]}
    run(city, prepared.import_id)
    assert counts(city)["assistance_case"] == 3
    table = open_roster((tmp_path / "roster.xlsx").read_bytes(), "roster.xlsx")
    sheet = returned(table, prepared.examination.faults, only_faulty=True, language="zh")
    copy = open_roster(as_bytes(sheet), "copy.xlsx")
    assert copy.titles[0] == "错误说明" and [row.cells["head"] for row in copy.rows()] == ["合成甲2", "合成甲4"]
    assert "不等于合计" in next(copy.rows()).raw[0]


def test_returned_workbook_can_be_put_right_and_imported(city: Any, put_up: Put, tmp_path: Path) -> None:
    prepared = put_up(household(1), household(2, total=1))
    table = open_roster((tmp_path / "roster.xlsx").read_bytes(), "roster.xlsx")
    copy = open_roster(as_bytes(returned(table, prepared.examination.faults, only_faulty=False, language="zh")), "c")
    assert copy.height == 2 and [len(row.problems) for row in copy.rows()] == [0, 0]
    run(city, put_up(household(1), household(2)).import_id)
    assert counts(city)["assistance_case"] == 2


def test_faults_are_words_with_their_column(put_up: Put) -> None:
    prepared = put_up(household(1, total=1, persons=5))
    assert words(prepared.examination.faults[2], "zh") == "【家庭人口数】家庭人口数为 5，户主和成员共 2 人"


def test_nobody_approves_the_roster_he_prepared_and_nothing_runs_before(city: Any, put_up: Put) -> None:
    prepared = put_up(household(1))
    with city.desk(f"clerk.{CITY}") as desk, pytest.raises(JiuzhuError) as refused:
        approve_import(desk, prepared.import_id)
    assert refused.value.code == "not_permitted"
    with pytest.raises(JiuzhuError) as early:
        run(city, prepared.import_id, approve=False)
    assert early.value.code == "not_approved" and counts(city) == NOTHING


def test_same_file_is_the_same_import(put_up: Put) -> None:
    put_up(household(1))
    with pytest.raises(JiuzhuError) as refused:
        put_up(household(1))
    assert refused.value.code == "known_import"


def test_import_goes_on_behind_its_last_chunk(city: Any, put_up: Put) -> None:
    prepared = put_up(*(household(one) for one in range(1, 6)))
    with city.desk(f"approver.{CITY}") as desk:
        approve_import(desk, prepared.import_id)
    for _ in range(3):  # a new process each time: one chunk, then gone
        with city.platform.reading_desk(f"approver.{CITY}") as desk:
            pass
        next(run_import(city.platform.database, desk, prepared.import_id, chunk=2))
    assert counts(city) == {"assistance_case": 5, "case_member": 10, "person": 10, "facts_version": 5, "decision": 5}
    with city.platform.database.reading() as session:
        assert verify(session).sound
        rows = session.scalars(select(Decision.basis).order_by(Decision.id)).all()
        assert [one["row"] for one in rows] == [2, 3, 4, 5, 6]


def test_household_opened_elsewhere_after_the_examination_is_left_out(city: Any, put_up: Put) -> None:
    first = put_up(household(1), household(2))
    second = put_up(household(2, phone=""), household(3), file="other.xlsx")
    run(city, first.import_id)
    run(city, second.import_id)
    assert counts(city)["assistance_case"] == 3
    with city.platform.database.reading() as session:
        finished = session.scalars(select(Event.body).where(Event.kind == "finished").order_by(Event.id.desc())).first()
    assert finished is not None and finished["left_out"] == [[2, "already_in_a_case"]]


def test_changed_file_is_not_imported(city: Any, put_up: Put, tmp_path: Path) -> None:
    prepared = put_up(household(1))
    (tmp_path / "roster.xlsx").write_bytes(roster(household(1, total=99)))
    with pytest.raises(JiuzhuError) as refused:
        run(city, prepared.import_id)
    assert refused.value.code == "file_changed" and counts(city) == NOTHING


def test_cancelled_import_opens_nothing_more(city: Any, put_up: Put) -> None:
    prepared = put_up(household(1))
    with city.desk(f"clerk.{CITY}") as desk:
        cancel_job(desk.session, prepared.import_id, moment=desk.moment)
    with pytest.raises(JiuzhuError) as refused:
        run(city, prepared.import_id)
    assert refused.value.code == "job_is_over" and counts(city) == NOTHING


def test_names_and_numbers_are_in_no_event_job_or_fact(city: Any, put_up: Put) -> None:
    prepared = put_up(household(1))
    run(city, prepared.import_id)
    with city.platform.database.reading() as session:
        said = [str(one) for one in session.scalars(select(Event.body))]
        said += [str(one) for one in session.scalars(select(FactsVersion.facts))]
        said += [str(one) for one in session.scalars(select(Decision.basis))]
    assert not [one for one in said if "合成甲" in one or number(2) in one or "6200000000000000" in one]


def test_number_known_under_another_name_is_a_fault(city: Any, put_up: Put) -> None:
    with city.desk(f"clerk.{CITY}") as desk:
        register_person(desk, Identity(name="另一人", id_number=number(3)))
    assert codes(put_up(household(1))) == {2: ["another_name"]}


def test_two_imports_of_the_same_persons_at_once_open_each_once(city: Any, put_up: Put) -> None:
    rows = [household(one) for one in range(1, 4)]
    first, second = put_up(*rows).import_id, put_up(*rows, household(9), file="other.xlsx").import_id
    start = threading.Barrier(2)

    def take_in(import_id: str) -> list[int]:
        start.wait()
        return run(city, import_id, chunk=1)

    with ThreadPoolExecutor(2) as pool:
        done = [future.result()[-1] for future in [pool.submit(take_in, one) for one in (first, second)]]
    assert sum(done) == 4 and counts(city)["person"] == 8
