"""The day of the policy officer: a document with its rows, decided by another person, published whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.rounds.proof import Photo, attachments_of
from core.casework.staff import grant_role
from core.casework.trail import verify
from core.errors import InvalidInput, JiuzhuError
from core.source import read, read_text
from core.store.tables import Amendment, Event
from regions import amendment
from regions.amendment_report import amendment_json
from regions.amendment_rollback import rollback
from regions.amendment_state import open_amendment
from tests.notices import notice

ROOT = Path(__file__).resolve().parents[3]
EDITOR, APPROVER = "policy_editor.430900", "policy_approver.430900"


def proposed(city: Any, **values: str) -> str:
    with city.desk(EDITOR) as desk:
        return amendment.submit(desk, amendment.propose(desk, notice(**values)).uuid).uuid


def published(city: Any, **values: str) -> str:
    uuid = proposed(city, **values)
    with city.desk(APPROVER) as desk:
        amendment.approve(desk, uuid)
        amendment.publish(desk, uuid)
    return uuid


def standard(city: Any, area: str, on: str, division: str = "430900") -> str:
    book = city.platform.registry.rulebook(division, on=date.fromisoformat(on), area=area)
    return str(book.policy.require("standard", "dibao").value["amount"]["yuan"])


def codes(refused: Any) -> list[str]:
    return [one.code for one in refused.value.problems]


def test_five_rows_are_published_together_and_hold_from_their_day(city: Any) -> None:
    uuid = published(city)
    assert [standard(city, area, "2018-05-01") for area in ("urban", "rural")] == ["430", "3200"]
    assert [standard(city, area, "2018-04-30") for area in ("urban", "rural")] == ["420", "3036"]
    assert standard(city, "urban", "2018-06-01", "430903") == "430"
    hardship = city.platform.registry.rulebook(
        "430900", on=date(2018, 5, 1), area="urban", programmes=("special_hardship",)
    )
    assert hardship.policy.require("standard", "special_hardship").is_gap
    assert city.platform.registry.documents[f"amendment/{uuid}/document"].number == "益政办发[2018]11号"


def test_former_values_stand_beside_the_new(city: Any) -> None:
    with city.desk(EDITOR) as desk:
        rows = amendment.propose(desk, notice()).rows
    before = [row.previous[""]["value"]["amount"]["yuan"] if row.previous else None for row in rows[:2]]
    assert before == ["420", "3036"]


def test_arrears_month_starts_the_values_before_the_effective_day(city: Any) -> None:
    published(city, arrears="2018-01")
    assert standard(city, "urban", "2018-01-01") == "430"


def test_published_amendment_outlives_a_restart(city: Any, make_city: Any) -> None:
    published(city)
    again = make_city(url=city.platform.settings.database_url)
    assert standard(again, "urban", "2018-05-01") == "430"


def test_nobody_approves_or_publishes_his_own(city: Any) -> None:
    with city.desk("root") as desk:
        grant_role(desk, EDITOR, "policy_approver", "430900", since=date(2000, 1, 1))
    uuid = proposed(city)
    with city.desk(EDITOR) as desk, pytest.raises(JiuzhuError) as refused:
        amendment.approve(desk, uuid)
    assert refused.value.code == "same_person"


def test_nobody_who_wrote_a_version_approves_or_publishes_it(city: Any) -> None:
    with city.desk("root") as desk:
        grant_role(desk, EDITOR, "policy_approver", "430900", since=date(2000, 1, 1))
        grant_role(desk, APPROVER, "policy_editor", "430900", since=date(2000, 1, 1))
    with city.desk(EDITOR) as desk:
        uuid = amendment.propose(desk, notice()).uuid
    with city.desk(APPROVER) as desk:
        amendment.propose(desk, notice(), revise=uuid)
        amendment.submit(desk, uuid)
    for login in (EDITOR, APPROVER):
        with city.desk(login) as desk, pytest.raises(JiuzhuError) as refused:
            amendment.approve(desk, uuid)
        assert refused.value.code == "same_person"


def test_nobody_who_submitted_it_publishes_it(city: Any) -> None:
    with city.desk("root") as desk:
        grant_role(desk, APPROVER, "policy_editor", "430900", since=date(2000, 1, 1))
    with city.desk(EDITOR) as desk:
        uuid = amendment.propose(desk, notice()).uuid
    with city.desk(APPROVER) as desk:
        amendment.submit(desk, uuid)
    with city.desk(APPROVER) as desk, pytest.raises(JiuzhuError) as refused:
        amendment.approve(desk, uuid)
    assert refused.value.code == "same_person"


def test_database_holds_maker_and_checker_apart(city: Any) -> None:
    uuid = proposed(city)

    def forced() -> None:
        with city.desk(APPROVER) as desk:
            row = desk.session.get(Amendment, uuid)
            assert row is not None
            row.approved_by = row.proposed_by
            desk.session.flush()

    with pytest.raises(JiuzhuError, match="maker_is_not_checker"):
        forced()


def test_sent_back_amendment_is_written_anew_and_submitted_again(city: Any) -> None:
    uuid = proposed(city, urban="440")
    with city.desk(APPROVER) as desk:
        amendment.send_back(desk, uuid, reason="应为430元")
    with city.desk(EDITOR) as desk:
        amendment.propose(desk, notice(), revise=uuid)
        amendment.submit(desk, uuid)
    with city.desk(APPROVER) as desk:
        amendment.approve(desk, uuid)
        amendment.publish(desk, uuid)
    assert standard(city, "urban", "2018-05-01") == "430"


def test_rejected_amendment_is_never_published(city: Any) -> None:
    uuid = proposed(city)
    with city.desk(APPROVER) as desk:
        amendment.reject(desk, uuid, reason="依据不足")
        with pytest.raises(JiuzhuError) as refused:
            amendment.publish(desk, uuid)
    assert refused.value.code == "amendment_state"
    assert standard(city, "urban", "2018-05-01") == "420"


def test_second_approver_with_the_old_version_meets_a_conflict(city: Any) -> None:
    uuid = proposed(city)
    with city.desk(APPROVER) as desk:
        seen = open_amendment(desk, uuid, "amendment.decide").version
        amendment.approve(desk, uuid, version=seen)
    with city.desk(APPROVER) as desk, pytest.raises(JiuzhuError) as refused:
        amendment.approve(desk, uuid, version=seen)
    assert refused.value.code == "conflict"


def test_failed_publication_leaves_neither_status_nor_rule(city: Any) -> None:
    uuid = proposed(city)

    def broken() -> None:
        with city.desk(APPROVER) as desk:
            amendment.approve(desk, uuid)
            amendment.publish(desk, uuid)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert standard(city, "urban", "2018-05-01") == "420"
    with city.platform.reading_desk(APPROVER) as desk:
        assert open_amendment(desk, uuid, "amendment.read", hold=False).status == "submitted"


def test_all_faults_come_at_once_with_row_and_field(city: Any) -> None:
    text = """
division: "430900"
document: {issuer: 市政府, title: 通知, issued: 2018-04-27, effective: 2018-05-01}
rows:
  - {kind: standard, programme: dibao, area: urban, amount: {yuan: 四百三, per: person-month}, cite: 一}
  - {kind: standard, programme: dibao, area: rural, amount: {yuan: 3200, per: person-month}, cite: 一}
  - {kind: standard, programme: dibaoo, area: rural, amount: {yuan: 3200, per: person-year}, cite: 一}
  - {kind: standard, programme: dibao, division: "430100", area: rural, amount: {yuan: 1, per: person-year}, cite: 一}
  - {kind: standard, programme: dibao, division: "430999", area: rural, amount: {yuan: 1, per: person-year}, cite: 一}
  - {kind: standard, programme: dibao, division: "430903", area: rural, amount: {yuan: 3300, per: person-year}, cite: 一}
  - {kind: formula, programme: dibao, cite: 一, items: {}}
  - {kind: standard, programme: dibao, area: urban, amount: {yuan: 430, per: person-month}, cite: 一, until: 2018-12-01}
  - {kind: standard, programme: dibao, area: urban, amount: {yuan: 431, per: person-month}, cite: 二}
"""
    with city.desk(EDITOR) as desk, pytest.raises(InvalidInput) as refused:
        amendment.propose(desk, read_text(text, "notice.yaml"))
    found = {(one.code, one.where.path) for one in refused.value.problems if one.where}
    assert found >= {
        ("bad_pattern", "$.rows[0].amount.yuan"),
        ("other_unit", "$.rows[1].amount.per"),
        ("unknown_programme", "$.rows[2].programme"),
        ("outside_division", "$.rows[3].division"),
        ("unknown_division", "$.rows[4].division"),
        ("not_competent", "$.rows[5].division"),
        ("not_amendable", "$.rows[6].kind"),
        ("tie", "$.rows[7]"),
        ("tie", "$.rows[8]"),
    }
    assert all(one.where.line for one in refused.value.problems if one.where and one.code != "missing_property")


def test_end_with_nothing_behind_it_is_a_gap_in_time(city: Any) -> None:
    text = """
division: "430900"
document: {issuer: 市政府, title: 通知, issued: 2018-04-27, effective: 2018-05-01}
rows:
  - {kind: standard, programme: margin, area: urban, amount: {yuan: 1, per: person-month}, cite: 一, until: 2018-12-01}
"""
    with city.desk(EDITOR) as desk, pytest.raises(InvalidInput) as refused:
        amendment.propose(desk, read_text(text.replace("margin", "special_hardship"), "n"))
    assert codes(refused) == ["gap_in_time"]


def test_future_amendment_is_published_now_and_withdrawn_before_its_day(city: Any) -> None:
    uuid = published(city, effective="2018-07-01", first="2018-07")
    assert (standard(city, "urban", "2018-06-30"), standard(city, "urban", "2018-07-01")) == ("420", "430")
    with city.desk(APPROVER) as desk:
        amendment.withdraw(desk, uuid, reason="推迟执行")
    assert standard(city, "urban", "2018-07-01") == "420"


def test_amendment_in_effect_is_rolled_back_by_a_new_one_only(city: Any) -> None:
    uuid = published(city)
    city.on("2018-05-10")
    with city.desk(APPROVER) as desk, pytest.raises(JiuzhuError) as refused:
        amendment.withdraw(desk, uuid, reason="有误")
    assert refused.value.code == "already_in_effect"
    paper = read_text(
        "document: {issuer: 市政府, title: 关于停止执行的通知, number: 益政办发〔2018〕20号, issued: 2018-05-10, "
        "effective: 2018-06-01}\ncite: 第一条\n",
        "back.yaml",
    )
    with city.desk(EDITOR) as desk:
        back = amendment.submit(desk, rollback(desk, uuid, paper).uuid).uuid
    with city.desk(APPROVER) as desk:
        amendment.approve(desk, back)
        amendment.publish(desk, back)
    assert [standard(city, "urban", day) for day in ("2018-05-31", "2018-06-01")] == ["430", "420"]
    with city.platform.reading_desk(APPROVER) as desk:
        states = [open_amendment(desk, one, "amendment.read", hold=False).status for one in (uuid, back)]
    assert states == ["superseded", "published"]


PAPER = """
document: {number: 益政办发30号, issuer: 益阳市人民政府, title: 恢复, issued: 2018-10-01, effective: 2018-11-01}
cite: 一
"""


def later(city: Any, *rows: str) -> str:
    """Publish a second notice from September on, with the rows given."""
    head = "{number: 二号, issuer: 益阳市人民政府, title: 再调, issued: 2018-08-01, effective: 2018-09-01}"
    text = f'division: "430900"\ndocument: {head}\nrows:\n' + "".join(f"  - {{{row}}}\n" for row in rows)
    with city.desk(EDITOR) as desk:
        uuid = amendment.submit(desk, amendment.propose(desk, read_text(text, "later.yaml")).uuid).uuid
    with city.desk(APPROVER) as desk:
        amendment.approve(desk, uuid)
        amendment.publish(desk, uuid)
    return uuid


URBAN = "kind: standard, programme: dibao, area: urban, amount: {yuan: 450, per: person-month}, cite: 一"


def test_superseded_amendment_is_not_rolled_back_over_what_is_in_force(city: Any) -> None:
    first = published(city)
    city.on("2018-08-01")
    second = published(city, urban="450", rural="3400", effective="2018-09-01", first="2018-09")
    with city.desk(EDITOR) as desk, pytest.raises(JiuzhuError) as refused:
        rollback(desk, first, read_text(PAPER, "back.yaml"))
    assert (refused.value.code, refused.value.value) == ("amendment_state", "superseded")
    assert refused.value.hint is not None and second[:12] in refused.value.hint.zh


def test_row_another_amendment_has_replaced_is_left_out_of_a_rollback_and_named(city: Any) -> None:
    first = published(city)
    city.on("2018-08-01")
    later(city, URBAN)
    with city.desk(EDITOR) as desk:
        back = amendment.submit(desk, rollback(desk, first, read_text(PAPER, "back.yaml")).uuid)
        assert ("standard", "urban") not in [
            (row.raw["kind"], row.raw["area"]) for row in back.rows if "area" in row.raw
        ]
        assert len(back.rows) == 4
        (left,) = [one for one in back.findings if one["code"] == "replaced_since"]
        assert "450" in left["zh"]


def test_end_behind_which_a_lower_value_comes_back_is_refused_unless_it_is_meant(city: Any) -> None:
    bounded = URBAN + ", until: 2018-12-01"
    with pytest.raises(InvalidInput) as refused:
        later(city, bounded)
    assert codes(refused) == ["falls_back"]
    later(city, bounded + ", accepts: {until: 价格临时提高}")


def test_amendment_an_earlier_end_relies_on_is_not_withdrawn(city: Any) -> None:
    head = "{number: 三号, issuer: 益阳市人民政府, title: 接续, issued: 2018-08-02, effective: 2018-12-01}"
    follows = URBAN.replace("450", "460")
    with city.desk(EDITOR) as desk:
        text = f'division: "430900"\ndocument: {head}\nrows:\n  - {{{follows}}}\n'
        uuid = amendment.submit(desk, amendment.propose(desk, read_text(text, "next.yaml")).uuid).uuid
    with city.desk(APPROVER) as desk:
        amendment.approve(desk, uuid)
        amendment.publish(desk, uuid)
    later(city, URBAN + ", until: 2018-12-01")
    with city.desk(APPROVER) as desk, pytest.raises(InvalidInput) as refused:
        amendment.withdraw(desk, uuid, reason="有误")
    assert codes(refused) == ["relied_upon"]


def test_every_step_is_on_the_chain_of_the_amendment(city: Any) -> None:
    uuid = published(city)
    with city.platform.database.reading() as session:
        kinds = session.scalars(select(Event.kind).where(Event.chain == f"amendment/{uuid}").order_by(Event.sequence))
        assert list(kinds) == [
            "amendment_proposed", "amendment_submitted", "amendment_approved", "amendment_published",
        ]  # fmt: skip
        assert verify(session).sound


DALI = """
division: "610523"
document: {issuer: 大荔县人民政府, title: 关于调整农村低保标准的通知, issued: 2008-02-20, effective: 2008-04-01}
rows:
  - {kind: standard, programme: dibao, area: rural, amount: {yuan: YUAN, per: person-year}, cite: 第一条}
"""


def test_standard_of_a_county_in_shaanxi_is_filed_before_it_is_published(shaanxi: Any) -> None:
    with shaanxi.desk("policy_editor.610523") as desk:
        draft = amendment.propose(desk, read_text(DALI.replace("YUAN", "760"), "dali.yaml"))
        amendment.submit(desk, draft.uuid)
    with shaanxi.desk("policy_approver.610523") as desk:
        amendment.approve(desk, draft.uuid)
        with pytest.raises(JiuzhuError, match="第七条第一款") as refused:
            amendment.publish(desk, draft.uuid)
        assert refused.value.code == "filing_missing"
        amendment.file_with_superior(desk, draft.uuid, filed_on=date(2008, 3, 1), filed_with="渭南市人民政府")
        amendment.publish(desk, draft.uuid)
    assert [standard(shaanxi, "rural", day, "610523") for day in ("2008-03-31", "2008-04-01")] == ["693", "760"]


def test_value_below_the_floor_is_refused_at_proposal_naming_the_floor(shaanxi: Any) -> None:
    with (
        shaanxi.desk("policy_editor.610523") as desk,
        pytest.raises(InvalidInput, match="693 yuan/person-year") as refused,
    ):
        amendment.propose(desk, read_text(DALI.replace("YUAN", "692.99"), "dali.yaml"))
    assert [(one.code, one.where.path) for one in refused.value.problems if one.where] == [
        ("below_floor", "$.rows[0].amount")
    ]


def test_value_above_the_ceiling_is_refused_at_proposal_naming_the_ceiling(make_bureau: Any) -> None:
    bureau = make_bureau("610523", plugin_dirs=(ROOT / "tests" / "acceptance" / "plugins" / "shaanxi_ceiling",))
    with bureau.desk("policy_editor.610523") as desk, pytest.raises(InvalidInput, match="ceiling-2008") as refused:
        amendment.propose(desk, read_text(DALI.replace("YUAN", "720.01"), "dali.yaml"))  # 60 a month
    assert [one.code for one in refused.value.problems] == ["above_ceiling"]


def test_policy_editor_of_another_place_proposes_nothing_here(shaanxi: Any) -> None:
    with shaanxi.desk("policy_editor.610523") as desk, pytest.raises(JiuzhuError) as refused:
        amendment.propose(desk, notice())
    assert refused.value.code == "not_permitted"


def test_example_notice_is_a_sound_amendment_with_one_remark_for_each_gap(city: Any) -> None:
    with city.desk(EDITOR) as desk:
        draft = amendment.propose(desk, read(ROOT / "examples" / "notice.yaml"))
        assert len(draft.rows) == 5
        told = list(amendment_json(draft, "zh")["rows"])
    assert [(one["before"], one["after"], one["rise"]) for one in told[:2]] == [
        ("420元/人·月", "430元/人·月", "+10.00"), ("3036元/人·年", "3200元/人·年", "+164.00"),
    ]  # fmt: skip
    assert [one["after"] for one in told[2:]] == ["320元/人·月", "170元/人·月", "空缺"]


def test_scan_of_the_document_is_kept_beside_its_amendment(city: Any) -> None:
    with city.desk(EDITOR) as desk:
        draft = amendment.propose(desk, notice())
        amendment.attach_paper(desk, draft.uuid, Photo(name="11号.pdf", content=b"%PDF-1.4 scan"))
        assert [one.name for one in attachments_of(desk.session, f"amendment/{draft.uuid}")] == ["11号.pdf"]


def test_shortened_number_of_an_amendment_is_the_same_amendment(city: Any) -> None:
    uuid = proposed(city)
    with city.desk(APPROVER) as desk:
        amendment.approve(desk, uuid[:8])
        amendment.publish(desk, uuid[:8])
    line = city.platform.registry.rulebook("430900", on=date(2018, 5, 1), area="urban").policy.require(
        "standard", "dibao"
    )
    assert line.provision.id == f"amendment/{uuid}/1-standard"
