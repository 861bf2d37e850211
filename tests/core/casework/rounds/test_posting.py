"""Sheets on the board: exactly the fields ruled, the days ruled, the places ruled; who is spared, what an objection does."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from core.casework.desk import Desk
from core.casework.flow.acceptance import accept
from core.casework.flow.application import apply
from core.casework.flow.history import chain_of, history
from core.casework.flow.objection import object_to
from core.casework.people.filing import declare
from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from core.casework.people.recusal import members_on
from core.casework.rounds.posting import Notice, draw, is_posted, postings_due_down
from core.casework.rounds.posting_board import Hanging, post, settle, take_down
from core.casework.rounds.posting_rule import posting_rule
from core.casework.rounds.posting_sheet import print_sheet, sheet_as_workbook
from core.casework.rounds.proof import Photo, attachments_of
from core.errors import InvalidInput, JiuzhuError
from core.store.tables import AssistanceCase, Decision, Person, Posting
from tests.core.casework.clients import DEMONSTRATION, again, rural, user

DALI, CITY, RUIAN = "610523", "430900", "330381"
MONDAY = date(2008, 3, 3)
PHOTO = Photo(name="公示栏.jpg", content=b"\xff\xd8\xff\xe0 photograph")
DALI_RECUSAL = Path(__file__).parents[1] / "plugins" / "dali_recusal"
POSTING = Path(__file__).parents[1] / "plugins" / "yiyang_posting"


def seat(desk: Desk, name: str = "示例张贴", role: str = "village_committee", division: str = DALI) -> int:
    posted = Post(role=role, division=division, unit="示例", position="示例", since=date(2005, 1, 1))
    return add_holder(desk, Identity(name=name), posts=[posted]).id


def notice(event: str, *cases: AssistanceCase, **given: Any) -> Notice:
    settled: dict[str, Any] = {"division": DALI, "programme": "dibao", "area": "rural", "phone": "0913-3222222"} | given
    return Notice(event=event, cases=[case.number for case in cases], **settled)


def hanging(poster: int, day: date, **given: Any) -> Hanging:
    settled: dict[str, Any] = {"posted_by": "village", "places": ["village_notice_board"]} | given
    return Hanging(posters=[poster], happened_on=day, **settled)


@pytest.fixture
def village(make_bureau: Any) -> Any:
    return make_bureau(DALI, day="2008-03-03", plugin_dirs=(DEMONSTRATION,))


def accepted(desk: Desk, *sizes: int) -> list[AssistanceCase]:
    cases = [apply(desk, rural(size, "2000", day=MONDAY)) for size in sizes]
    for case in cases:
        accept(desk, case, happened_on=MONDAY)
    return cases


def test_sheet_shows_exactly_the_fields_the_rule_lists(village: Any) -> None:
    with village.desk("clerk.610523") as desk:
        (sheet,) = draw(desk, notice("application", *accepted(desk, 4, 3, 2)))
        printed = print_sheet(desk, sheet.id)
    assert [one.zh for one in printed.columns] == ["户主姓名", "家庭人口数", "申请情况"]
    assert printed.rows == tuple(("示例1", f"{size}人", "申请低保") for size in (4, 3, 2))
    assert (printed.phone, printed.until) == ("0913-3222222", None)


def test_what_the_rule_does_not_list_is_refused(village: Any) -> None:
    with village.desk("clerk.610523") as desk:
        (case,) = accepted(desk, 4)
        values = {case.number: {"amount": 6434, "illness": "尿毒症"}}
        with pytest.raises(InvalidInput) as refused:
            draw(desk, notice("application", case, values=values))
    assert {(one.code, one.value) for one in refused.value.problems} == {
        ("field_not_allowed", "amount"), ("field_not_allowed", "illness"),
    }  # fmt: skip


def test_event_no_rule_has_posted_is_not_posted(village: Any) -> None:
    with village.desk("clerk.610523") as desk, pytest.raises(JiuzhuError) as refused:
        draw(desk, notice("long_term", *accepted(desk, 4)))
    assert refused.value.code == "no_publicity_rule"


def test_notice_hangs_its_days_from_the_day_after_and_then_the_case_goes_on(village: Any) -> None:
    with village.desk("clerk.610523") as desk:
        (case,), poster = accepted(desk, 4), seat(desk)
        (sheet,) = draw(desk, notice("application", case))
        post(desk, sheet.id, hanging(poster, MONDAY, photo=PHOTO))
        assert (sheet.days, sheet.ends_on) == (3, date(2008, 3, 6))
    village.on("2008-03-06")
    with village.desk("clerk.610523") as desk:
        case = again(desk, case)
        assert postings_due_down(desk.session, desk.today) == []
        with pytest.raises(JiuzhuError) as refused:
            take_down(desk, sheet.id, happened_on=date(2008, 3, 6))
        assert refused.value.code == "too_early"
        assert not is_posted(desk.session, case, "application", date(2008, 3, 6))
    village.on("2008-03-10")
    with village.desk("clerk.610523") as desk:
        case = again(desk, case)
        assert [one.id for one in postings_due_down(desk.session, desk.today)] == [sheet.id]
        take_down(desk, sheet.id, happened_on=date(2008, 3, 10), photo=PHOTO)
        last = history(desk.session, case.id)[-1]
        assert (last.kind, last.happened_on, last.body["event"]) == ("posting_ended", date(2008, 3, 7), "application")
        assert is_posted(desk.session, case, "application", date(2008, 3, 7))
        assert not is_posted(desk.session, case, "application", date(2008, 3, 6))
        assert not is_posted(desk.session, case, "review", date(2008, 3, 10))
        assert [one.media_type for one in attachments_of(desk.session, f"posting/{sheet.id}")] == ["image/jpeg"] * 2


def test_sheet_taken_down_early_has_not_hung_its_time(village: Any) -> None:
    with village.desk("clerk.610523") as desk:
        (case,), poster = accepted(desk, 4), seat(desk)
        (sheet,) = draw(desk, notice("application", case))
        post(desk, sheet.id, hanging(poster, MONDAY))
    village.on("2008-03-05")
    with village.desk("clerk.610523") as desk:
        take_down(desk, sheet.id, happened_on=date(2008, 3, 5), reason="被风刮掉")
        assert not is_posted(desk.session, again(desk, case), "application", date(2008, 3, 31))


def test_provincial_measure_alone_leaves_the_days_open_and_says_who_may_rule_them(shaanxi: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        (case,), poster = accepted(desk, 4), seat(desk)
        (sheet,) = draw(desk, notice("application", case))
        with pytest.raises(JiuzhuError) as refused:
            post(desk, sheet.id, hanging(poster, MONDAY))
    assert refused.value.code == "gap"
    assert "天数" in refused.value.message.zh and "7日只用于变动公示" in refused.value.message.zh
    assert refused.value.hint is not None and "大荔县" in refused.value.hint.zh


def test_objection_keeps_the_case_until_it_is_answered(village: Any) -> None:
    with village.desk("clerk.610523") as desk:
        cases, poster = accepted(desk, 4, 3), seat(desk)
        (sheet,) = draw(desk, notice("application", *cases))
        post(desk, sheet.id, hanging(poster, MONDAY))
    village.on("2008-03-07")
    with village.desk("clerk.610523") as desk:
        first, second = (again(desk, one) for one in cases)
        made = object_to(desk, first, "appraisal", happened_on=date(2008, 3, 5), by="villager", reason="有车")
        take_down(desk, sheet.id, happened_on=date(2008, 3, 7))
        assert is_posted(desk.session, second, "application", date(2008, 3, 7))
        assert not is_posted(desk.session, first, "application", date(2008, 3, 7))
        assert settle(desk, sheet.id) == 0
        desk.record(chain_of(first.id), "objection_answered", {"objection": made.sequence, "result": "upheld"})
        assert settle(desk, sheet.id) == 1
        assert is_posted(desk.session, first, "application", date(2008, 3, 7))


def test_where_the_rule_repeats_after_an_objection_only_a_new_sheet_counts(make_bureau: Any) -> None:
    bureau = make_bureau(DALI, day="2008-03-03", plugin_dirs=())
    with bureau.desk("clerk.610523") as desk:
        (case,), poster = accepted(desk, 4), seat(desk, "示例县", "county_civil_affairs")
    bureau.on("2013-03-04")
    amount = {case.number: {"amount": 6434}}

    def hang(day: str, **given: Any) -> Posting:
        bureau.on(day)
        with bureau.desk("clerk.610523") as desk:
            (sheet,) = draw(desk, notice("approval", case, values=amount, **given))
            return post(desk, sheet.id, hanging(poster, date.fromisoformat(day), posted_by="county"))

    def take(sheet: Posting, day: str) -> bool:
        bureau.on(day)
        with bureau.desk("clerk.610523") as desk:
            take_down(desk, sheet.id, happened_on=desk.today)
            return is_posted(desk.session, again(desk, case), "approval", desk.today)

    first = hang("2013-03-04")
    bureau.on("2013-03-06")
    with bureau.desk("clerk.610523") as desk:
        made = object_to(desk, again(desk, case), "approval", happened_on=desk.today, by="villager", reason="有车")
        desk.record(chain_of(case.id), "objection_answered", {"objection": made.sequence, "result": "upheld"})
    assert not take(first, "2013-03-12")
    assert take(hang("2013-03-13", repeats=first.id), "2013-03-21")


@pytest.fixture
def city(make_bureau: Any) -> Any:
    return make_bureau(CITY, day="2011-03-01", plugin_dirs=(POSTING,))


def urban(event: str, *cases: AssistanceCase, **given: Any) -> Notice:
    return notice(event, *cases, **({"division": CITY, "area": "urban"} | given))


def test_internet_and_unlisted_places_are_refused_with_everything_else_that_is_wrong(city: Any, make_case: Any) -> None:
    with city.desk("clerk.430900") as desk:
        case = make_case(desk, "益-1", "刘", division=CITY, area="urban", monthly=36000)
        (sheet,) = draw(desk, urban("approval", case, excepted={}))
        poster = seat(desk, role="township_staff", division=CITY)
        wrong = hanging(poster, date(2011, 3, 1), places=["internet", "village_notice_board"], days=3)
        with pytest.raises(InvalidInput) as refused:
            post(desk, sheet.id, wrong)
    assert [(one.code, one.value) for one in refused.value.problems] == [
        ("wrong_office", "village"), ("place_refused", "internet"), ("place_refused", "village_notice_board"),
        ("too_short", "3"), ("proof_missing", None),
    ]  # fmt: skip


def test_working_days_pass_over_the_weekend_and_proof_is_asked_for_at_both_ends(city: Any, make_case: Any) -> None:
    with city.desk("clerk.430900") as desk:
        case = make_case(desk, "益-1", "刘", division=CITY, area="urban", monthly=36000)
        (sheet,) = draw(desk, urban("approval", case))
        poster = seat(desk, role="township_staff", division=CITY)
        post(
            desk,
            sheet.id,
            hanging(poster, date(2011, 3, 1), posted_by="township", places=["residents_committee"], photo=PHOTO),
        )
        assert sheet.ends_on == date(2011, 3, 8)
        assert print_sheet(desk, sheet.id).rows == (("刘", "1人", "360.00元/月"),)
    city.on("2011-03-09")
    with city.desk("clerk.430900") as desk, pytest.raises(JiuzhuError, match="photograph at the end"):
        take_down(desk, sheet.id, happened_on=date(2011, 3, 9))


def test_steady_older_and_disabled_households_are_not_posted_permanently(city: Any, make_case: Any) -> None:
    with city.desk("clerk.430900") as desk:
        given = {"division": CITY, "area": "urban", "status": "in_payment", "monthly": 36000}
        old, young = make_case(desk, "益-1", "老刘", **given), make_case(desk, "益-2", "小刘", **given)
        with pytest.raises(InvalidInput) as refused:
            draw(desk, urban("long_term", old, young, excepted={young.number: False}))
        assert [(one.code, one.value) for one in refused.value.problems] == [("exception_unanswered", "益-1")]
        (sheet,) = draw(desk, urban("long_term", old, young, excepted={old.number: True, young.number: False}))
        assert print_sheet(desk, sheet.id).rows == (("小刘", "360.00元/月"),)
        poster = seat(desk, role="township_staff", division=CITY)
        post(desk, sheet.id, hanging(poster, date(2011, 3, 1), posted_by="township", places=["residents_committee"]))
        assert (sheet.days, sheet.ends_on) == (None, None)


def test_permanent_posting_without_listed_fields_shows_nothing(make_bureau: Any, make_case: Any) -> None:
    bureau = make_bureau(CITY, day="2011-03-01")
    with bureau.desk("clerk.430900") as desk:
        case = make_case(desk, "益-1", "刘", division=CITY, area="urban", status="in_payment", monthly=36000)
        with pytest.raises(JiuzhuError) as refused:
            draw(desk, urban("long_term", case, excepted={case.number: False}))
    assert (refused.value.code, "内容" in refused.value.message.zh) == ("gap", True)


def test_minors_names_are_masked_among_the_family(make_bureau: Any, make_case: Any) -> None:
    bureau = make_bureau(DALI, day="2013-03-04")
    with bureau.desk("clerk.610523") as desk:
        case = make_case(desk, "陕-1", "张大明", "张小明", monthly=6434)
        _, child = members_on(desk.session, case, desk.today)
        desk.session.get_one(Person, child).birth_date = date(2001, 5, 6)
        (sheet,) = draw(desk, notice("approval", case))
        printed = print_sheet(desk, sheet.id)
    assert [one.zh for one in printed.columns] == ["申请人姓名", "家庭成员", "拟保障金额"]
    assert printed.rows == (("张大明", "张大明、张**", "64.34元/月"),)


RESULTS = {"home_visit_result": "done", "appraisal_result": "passed", "review_result": "passed"}


@pytest.mark.parametrize(
    ("rules", "named", "who"),
    [((), [], ()), ((POSTING,), ["申请人姓名", "家庭人口数"], ("刘", "1人"))],
    ids=["No. 220, Art. 25 alone", "a city that ruled it"],
)
def test_results_stand_without_a_name_unless_a_rule_says_what_names_the_household(
    make_bureau: Any, make_case: Any, rules: tuple[Path, ...], named: list[str], who: tuple[str, ...]
) -> None:
    bureau = make_bureau(CITY, day="2013-03-04", plugin_dirs=rules)
    with bureau.desk("clerk.430900") as desk:
        case = make_case(desk, "益-1", "刘", division=CITY, area="urban", status="in_procedure")
        (sheet,) = draw(desk, urban("review", case, values={case.number: RESULTS}))
        printed = print_sheet(desk, sheet.id)
        policy = desk.policies.rulebook(CITY, on=desk.today, area="urban", programmes=("dibao",)).policy
        left_open = posting_rule(desk, policy, "dibao", "review").gaps
    assert [one.zh for one in printed.columns] == [*named, "入户调查结果", "民主评议结果", "审核结果"]
    assert printed.rows[0][: len(who)] == who
    assert ("identified_by" in left_open) == (not named)


def test_one_sheet_a_village_serves_an_uprating(village: Any, make_case: Any) -> None:
    with village.desk("clerk.610523") as desk:
        given = {"status": "in_payment", "monthly": 25600}
        cases = [
            make_case(desk, f"陕-{n}", f"户{n}", village="东村" if n < 3 else "西村", **given) for n in range(1, 5)
        ]
        values = {case.number: {"change": "increase", "amount": 28333} for case in cases}
        sheets = draw(desk, notice("change", *cases, values=values, batch="amendment/7"))
        assert [(one.village, len(one.lines), one.batch) for one in sheets] == [
            ("东村", 2, "amendment/7"), ("西村", 2, "amendment/7"),
        ]  # fmt: skip
        assert print_sheet(desk, sheets[0].id).rows[0] == ("户1", "1人", "283.33元/月", "增发")


def test_who_must_step_out_does_not_post_either(make_bureau: Any, make_case: Any) -> None:
    bureau = make_bureau(RUIAN, day="2020-03-02")
    with bureau.desk("clerk.330381") as desk:
        poster = seat(desk, "李大", "delegated_helper", RUIAN)
        case = make_case(desk, "瑞-3", "李二", division=RUIAN, monthly=15500)
        relate_brother(desk, case, poster)
        (sheet,) = draw(desk, notice("approval", case, division=RUIAN))
        with pytest.raises(JiuzhuError) as refused:
            post(desk, sheet.id, hanging(poster, date(2020, 3, 2), posted_by="county"))
    assert refused.value.code == "recusal_required"


def relate_brother(desk: Desk, case: AssistanceCase, holder: int) -> None:
    declare(desk, case, case.head_id, holder_id=holder, relation="sibling", basis="application")


def test_notice_after_effect_waits_for_the_month_and_a_computed_exception_masks_the_name(make_bureau: Any) -> None:
    bureau = make_bureau(DALI, day="2008-03-03", plugin_dirs=(DALI_RECUSAL,))
    with bureau.desk("clerk.610523") as desk:
        alone, family = accepted(desk, 1, 2)
        with pytest.raises(InvalidInput) as refused:
            draw(desk, notice("stop", alone))
        assert [one.code for one in refused.value.problems] == ["wrong_time"]
        for case in (alone, family):
            add_stop(desk, case, date(2008, 4, 1))
        with pytest.raises(InvalidInput, match="2008-04"):
            draw(desk, notice("stop", alone))
    bureau.on("2008-04-01")
    with bureau.desk("clerk.610523") as desk:
        (sheet,) = draw(desk, notice("stop", again(desk, alone), again(desk, family)))
        assert print_sheet(desk, sheet.id).rows == (("示**", "1人"), ("示例1", "2人"))


def add_stop(desk: Desk, case: AssistanceCase, month: date) -> None:
    """A decision from a month on, however it came about."""
    row = Decision(
        case_id=case.id, number=1, kind="stop", decided_on=desk.today, recorded_at=desk.moment, from_month=month,
        until_month=None, monthly=Fraction(0), parts={}, method="none", policy_hash=None, facts_id=None, trace=None,
        basis={}, batch=None, prepared_by=user(desk, "clerk.610523"), decided_by=user(desk, "approver.610523"),
        digest="0" * 64,
    )  # fmt: skip
    desk.session.add(row)
    desk.session.flush()


def test_sheet_goes_out_as_a_workbook_with_its_span_and_telephone(village: Any) -> None:
    with village.desk("clerk.610523") as desk:
        (sheet,) = draw(desk, notice("application", *accepted(desk, 4)))
        out = sheet_as_workbook(desk, sheet.id)
    assert [one.title for one in out.columns] == ["户主姓名", "家庭人口数", "申请情况"]
    assert out.heading[1] == "异议电话：0913-3222222"


def test_sheet_back_dated_as_a_whole_is_taken_down_by_another_person(village: Any) -> None:
    village.on("2008-03-20")
    with village.desk("clerk.610523") as desk:
        (case,), poster = accepted(desk, 4), seat(desk)
        (sheet,) = draw(desk, notice("application", case))
        post(desk, sheet.id, hanging(poster, MONDAY))
        with pytest.raises(JiuzhuError) as alone:
            take_down(desk, sheet.id, happened_on=date(2008, 3, 20))
        with pytest.raises(JiuzhuError) as early:
            take_down(desk, sheet.id, happened_on=date(2008, 3, 2))
    with village.desk("clerk2.610523") as desk:
        take_down(desk, sheet.id, happened_on=date(2008, 3, 20))
        assert is_posted(desk.session, again(desk, case), "application", date(2008, 3, 20))
    assert (alone.value.code, early.value.code) == ("same_person", "before_posting")
