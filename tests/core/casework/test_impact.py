"""What a new standard does to a caseload, with the control totals the policy officer knows by heart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from core.errors import Text
from core.source import Located, located
from regions import amendment
from regions.amendment_check import check
from regions.amendment_draft import read_draft
from regions.impact import impact
from regions.impact_changes import Changes, changes_of
from regions.impact_source import CaseFacts, GivenCaseload
from regions.impact_stored import StoredCaseload
from regions.life.roll import facts, roll
from regions.platform import open_platform
from regions.preview import preview
from regions.settings import Settings
from tests.notices import notice

YUAN = 100


@pytest.fixture(scope="module")
def registry(plugins_before_notice: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The rules of Yiyang before the notice, in memory."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), lang="zh")
    return open_platform(settings, in_memory=True, loaded=plugins_before_notice).registry


def changes(registry: Any, **values: str) -> Changes:
    checked = check(registry, read_draft(notice(**values)), "0" * 32)
    after = preview(registry, checked.source, checked.provisions, documents=checked.documents)
    return changes_of(registry, after, checked.provisions)


def given(*cases: CaseFacts) -> GivenCaseload:
    return GivenCaseload(label=Text("合成", "synthetic"), size=len(cases), make=lambda: cases)


def case(reference: str, persons: int = 3, income: int = 900, **more: Any) -> CaseFacts:
    settled: dict[str, Any] = {"programme": "dibao", "division": "430903", "area": "urban"} | more
    return CaseFacts(
        reference=reference, persons=persons, facts=settled.pop("facts", facts(persons, income, "month")), **settled
    )


def test_control_totals_of_the_published_caseload_are_met_to_the_fen(registry: Any) -> None:
    found = impact(changes(registry), roll())
    assert not found.faults
    assert found.tally("dibao").all.households == 80_041
    assert found.tally("dibao").changes["raised"].persons == 61_289 + 65_814
    assert found.control["dibao", "urban"] == 612_890 * YUAN
    assert found.control["dibao", "rural"] * 12 == 10_793_496 * YUAN
    assert found.monthly == found.control_monthly
    totals = {one.start: one.total for one in found.outlooks}
    assert totals[date(2018, 5, 1)] == 12_098_784 * YUAN
    assert totals[date(2018, 1, 1)] == 18_148_176 * YUAN
    assert found.differing == 0
    assert {division for division, _ in found.places} == set(_districts(roll()))


def _districts(source: Iterable[CaseFacts]) -> set[str]:
    return {one.division for one in source}


def test_three_start_months_stand_side_by_side_with_their_arrears(registry: Any) -> None:
    found = impact(changes(registry), given(case("one")))
    assert [(one.start.month, int(one.total), int(one.arrears)) for one in found.outlooks] == [
        (1, 12 * 3000, 4 * 3000), (5, 8 * 3000, 0), (6, 7 * 3000, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("effective", "months"), [("2018-01-01", [1, 2, 3]), ("2018-02-01", [1, 2, 3]), ("2018-12-01", [1, 11, 12])]
)
def test_three_start_months_stand_there_whatever_the_month(registry: Any, effective: str, months: list[int]) -> None:
    found = impact(changes(registry, effective=effective, first=effective[:7]), given(case("one")))
    assert [one.start.month for one in found.outlooks] == months


def test_households_are_gained_raised_and_unchanged_by_standing(registry: Any) -> None:
    found = impact(
        changes(registry),
        given(
            case("raised"),
            case("gained", income=1270, standing="refused"),
            case("still refused", income=1300, standing="refused"),
            case("margin", income=1289, standing="margin"),
        ),
    )
    kinds = {
        standing: [name for name, count in found.tally("dibao", standing).changes.items() if count.households]
        for standing in ("paid", "refused", "margin")
    }
    assert kinds == {"paid": ["raised"], "refused": ["gained", "same"], "margin": ["gained"]}
    assert found.monthly == 3000, "only those on the roll cost money for certain"


def test_lower_standard_takes_households_off(registry: Any) -> None:
    found = impact(changes(registry, urban="290"), given(case("lost"), case("lowered", income=600)))
    tally = found.tally("dibao").changes
    assert (tally["lost"].households, tally["lowered"].households) == (1, 1)


def test_household_decided_as_not_eligible_that_stays_so_has_lost_nothing(registry: Any) -> None:
    """By its newest facts the old rule would pay it: it was refused, or decided otherwise, and gets nothing."""
    found = impact(
        changes(registry, urban="290"),
        given(case("refused", standing="refused", current=Fraction(0)), case("decided", current=Fraction(0)),
              case("margin", standing="margin")),
    )  # fmt: skip
    for standing in ("refused", "paid", "margin"):
        tally = found.tally("dibao", standing)
        assert [name for name, count in tally.changes.items() if count.households] == ["same"]
        assert not tally.before and not tally.after
    assert found.monthly == 0


def test_household_refused_though_the_old_rule_pays_gains_nothing_by_a_rise(registry: Any) -> None:
    found = impact(changes(registry), given(case("refused", standing="refused", current=Fraction(0))))
    assert found.tally("dibao", "refused").changes["same"].households == 1


def test_phase_out_goes_on_and_is_neither_lost_nor_gained(registry: Any) -> None:
    rows = [case(name, income=income, current=Fraction(39_000), apart="phasing_out")
            for name, income in (("goes on", 1300), ("below the new line", 1270))]  # fmt: skip
    found = impact(changes(registry), given(*rows)).tally("dibao", "apart")
    assert [name for name, count in found.changes.items() if count.households] == ["lowered", "same"]


def test_row_for_every_programme_reaches_each_of_them(registry: Any) -> None:
    row = {"kind": "price_subsidy", "name": "spring", "programme": "any", "area": "urban", "cite": "一",
           "amount": {"yuan": "10", "per": "person-month"}}  # fmt: skip
    paper = notice()
    draft = read_draft(Located({**paper.data, "rows": [row]}, paper.file, {}))
    checked = check(registry, draft, "0" * 32)
    after = preview(registry, checked.source, checked.provisions, documents=checked.documents)
    whole = changes_of(registry, after, checked.provisions)
    assert {"dibao", "living_subsidy", "special_hardship"} <= set(whole.programmes)
    found = impact(whole, given(case("one"), case("two", income=600)))
    assert found.tally("dibao").changes["raised"].households == 2
    assert found.monthly == 2 * 3 * 1000 and found.linked == () and len(found.places) == 1


def test_programme_that_reads_the_changed_line_is_counted_with_it(registry: Any) -> None:
    disabled = facts(3, 1270, "month")
    disabled["members"][0] |= {"disability_level": "1"}
    found = impact(changes(registry), given(case("one", facts=disabled, standing="refused")))
    assert found.linked == ("living_subsidy",)
    assert found.tally("living_subsidy", "refused").all.households == 1


def test_household_that_cannot_be_computed_is_a_row_and_the_rest_goes_on(registry: Any) -> None:
    found = impact(
        changes(registry), given(case("bad", facts={"members": [{"id": "a", "relation": "boss"}]}), case("good"))
    )
    assert [(one.reference, one.error.code) for one in found.faults] == [("bad", "not_allowed")]
    assert found.tally("dibao").all.households == 1


def test_average_benefit_stands_beside_its_target_by_district(registry: Any) -> None:
    found = impact(changes(registry), given(case("one")))
    assert [(one.division, one.average, one.target) for one in found.averages] == [
        ("430903", Fraction(39_000, 3), Fraction(32_000))
    ]


def test_progress_is_told_to_the_end(registry: Any) -> None:
    seen: list[tuple[int, int]] = []
    impact(changes(registry), given(*(case(str(n)) for n in range(1200))), progress=lambda *now: seen.append(now))
    assert seen == [(500, 1200), (1000, 1200), (1200, 1200)]


def test_unknown_target_and_undecided_household_say_so(registry: Any) -> None:
    unsettled = facts(3, 900, "month")
    del unsettled["assets_meet_local_rule"]
    found = impact(changes(registry), given(case("one", facts=unsettled)))
    assert found.tally("dibao").changes["undecided"].households == 1


def test_population_of_the_database_is_named_and_filtered_by_subtree(city: Any, add_roll: Any) -> None:
    with city.desk("policy_editor.430900") as desk:
        draft = amendment.propose(desk, notice())
        checked = amendment.checked_of(desk, draft)
        add_roll(desk, [{"monthly": 36_000, "persons": 3}], division="430903", since=date(2018, 1, 1))
        add_roll(desk, [{"monthly": 36_000, "persons": 3}], division="430902", since=date(2018, 1, 1))
        source = StoredCaseload(
            session=desk.session, root=desk.path("430903"), programmes=("dibao",), on=date(2018, 5, 1)
        )
        assert "未申请家庭不在测算内" in source.population.zh
        assert [(one.division, one.persons, one.current) for one in source] == [("430903", 3, Fraction(36_000))]
        assert located(dict(next(iter(source)).facts), "x").data == {}
        assert checked.provisions
