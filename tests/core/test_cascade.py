"""The order of provisions in one slot: design §2, sentence by sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from core.cascade import Ladder, Rung, repeals_of, settle, slot_key
from core.errors import JiuzhuError, Text, Where
from core.provision import Provision, Reaffirmation
from core.values import Bound, Citation

DAY = date(2018, 6, 1)
NATION, PROVINCE, PREFECTURE, COUNTY, TOWNSHIP = "000000", "430000", "430900", "430903", "430903100"


def states(rungs: tuple[Rung, ...]) -> dict[str, str]:
    """State by provision id."""
    return {rung.provision.id: rung.state for rung in rungs}


def settled(ladder: Ladder, *provisions: Provision, on: date = DAY) -> dict[str, str]:
    """Settle and return the states."""
    return states(settle(provisions, ladder=ladder, on=on, repealed=repeals_of(provisions)))


def test_the_deeper_division_shadows_the_higher(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    found = settled(ladder, provision("p/nation"), provision("p/county", division=COUNTY))
    assert found == {"p/county": "in_force", "p/nation": "shadowed"}


def test_a_named_programme_beats_any(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    found = settled(ladder, provision("p/any", programme="any", start="2015-01-01"), provision("p/named"))
    assert found == {"p/named": "in_force", "p/any": "shadowed"}


def test_a_named_area_beats_any(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    found = settled(ladder, provision("p/any", start="2015-01-01"), provision("p/urban", area="urban"))
    assert found == {"p/urban": "in_force", "p/any": "shadowed"}


def test_division_beats_area(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    found = settled(ladder, provision("p/county", division=COUNTY), provision("p/urban", area="urban"))
    assert found["p/county"] == "in_force"


def test_a_later_start_wins_then_a_later_issue(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    until = "2030-01-01"
    found = settled(
        ladder,
        provision("p/early", until=until, issued="2009-01-01"),
        provision("p/late", until=until, start="2012-01-01", issued="2011-01-01"),
        provision("p/latest", until=until, start="2012-01-01", issued="2011-06-01"),
    )
    assert found == {"p/latest": "in_force", "p/late": "shadowed", "p/early": "shadowed"}


def test_an_unknown_start_sorts_lowest(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    assumed = Bound(kind="unknown", day=None, because=Text("来源未载", ""))
    found = settled(ladder, provision("p/unknown", start=assumed), provision("p/known"))
    assert found == {"p/known": "in_force", "p/unknown": "undatable"}


def test_an_assumed_start_is_used(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    assumed = Bound(kind="unknown", day=date(2018, 4, 27), because=Text("以印发日为准", ""))
    found = settled(ladder, provision("p/assumed", start=assumed), on=date(2018, 4, 26))
    assert found == {"p/assumed": "later"}
    assert settled(ladder, provision("p/assumed", start=assumed)) == {"p/assumed": "in_force"}


def test_a_later_start_closes_an_earlier_open_ended_one_for_good(
    ladder: Ladder, provision: Callable[..., Provision]
) -> None:
    found = settled(ladder, provision("p/open"), provision("p/short", start="2012-01-01", until="2013-01-01"))
    assert found == {"p/short": "ended", "p/open": "closed"}


def test_a_bounded_provision_is_not_closed_by_a_later_one(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    found = settled(
        ladder,
        provision("p/long", until="2030-01-01"),
        provision("p/short", start="2012-01-01", until="2013-01-01"),
    )
    assert found == {"p/short": "ended", "p/long": "in_force"}


def test_a_gap_closes_what_was_before_it(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    found = settled(ladder, provision("p/old"), provision("p/gap", start="2015-01-01", status="gap"))
    assert found == {"p/gap": "in_force", "p/old": "closed"}


def test_the_same_value_in_all_five_respects_merges(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    found = settled(ladder, provision("p/one"), provision("q/two"))
    assert sorted(found.values()) == ["in_force", "merged"]


def test_a_different_value_in_all_five_respects_is_an_error_naming_both(
    ladder: Ladder, provision: Callable[..., Provision]
) -> None:
    with pytest.raises(JiuzhuError) as caught:
        settled(ladder, provision("p/one"), provision("q/two", value={"period": "month"}))
    assert caught.value.code == "tie"
    for told in (caught.value.render("zh"), caught.value.render("en")):
        assert "p/one" in told and "q/two" in told
    assert caught.value.hint is not None and "修订" in caught.value.hint.zh


def test_mandatory_higher_law_ends_older_rules_below_it(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    found = settled(
        ladder,
        provision("p/county", division=COUNTY),
        provision("n/law", start="2014-05-01", binding="mandatory"),
    )
    assert found == {"p/county": "superseded", "n/law": "in_force"}


def test_mandatory_higher_law_has_no_effect_before_its_own_first_day(
    ladder: Ladder, provision: Callable[..., Provision]
) -> None:
    found = settled(
        ladder,
        provision("p/county", division=COUNTY),
        provision("n/law", start="2014-05-01", binding="mandatory"),
        on=date(2014, 4, 30),
    )
    assert found == {"p/county": "in_force", "n/law": "later"}


def test_what_mandatory_law_ended_stays_ended_after_the_law_itself_ends(
    ladder: Ladder, provision: Callable[..., Provision]
) -> None:
    law = provision("n/law", start="2014-05-01", until="2016-01-01", binding="mandatory")
    assert settled(ladder, provision("p/county", division=COUNTY), law) == {
        "p/county": "superseded",
        "n/law": "ended",
    }


def test_a_newer_local_rule_stands_beside_mandatory_law(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    law = provision("n/law", start="2014-05-01", binding="mandatory")
    assert settled(ladder, provision("p/county", division=COUNTY, start="2015-01-01"), law)["p/county"] == "in_force"


def test_a_reaffirmed_local_rule_stands_beside_mandatory_law(
    ladder: Ladder, provision: Callable[..., Provision]
) -> None:
    law = provision("n/law", start="2014-05-01", binding="mandatory")
    citation = Citation(document="p/doc", article="第二条")
    kept = provision("p/county", division=COUNTY, reaffirmed=Reaffirmation(on=date(2014, 6, 1), citation=citation))
    early = provision("p/county", division=COUNTY, reaffirmed=Reaffirmation(on=date(2014, 4, 1), citation=citation))
    assert settled(ladder, kept, law)["p/county"] == "in_force"
    assert settled(ladder, early, law)["p/county"] == "superseded"


def test_mandatory_law_that_delegates_to_the_county_leaves_the_county_alone(
    ladder: Ladder, provision: Callable[..., Provision]
) -> None:
    law = provision("n/law", start="2014-05-01", binding="mandatory", delegates_to="county")
    found = settled(ladder, provision("p/county", division=COUNTY), provision("p/city", division=PREFECTURE), law)
    assert found == {"p/county": "in_force", "p/city": "superseded", "n/law": "shadowed"}


def test_default_higher_law_ends_nothing(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    assert (
        settled(ladder, provision("p/county", division=COUNTY), provision("n/law", start="2014-05-01"))["p/county"]
        == "in_force"
    )


def test_a_rule_repealed_by_name_ends_from_the_first_day_of_the_repealer(
    ladder: Ladder, provision: Callable[..., Provision]
) -> None:
    old, new = provision("p/old", area="urban"), provision("p/new", start="2012-12-12", repeals=("p/old",))
    assert settled(ladder, old, new) == {"p/old": "repealed", "p/new": "in_force"}
    assert settled(ladder, old, new, on=date(2012, 12, 11)) == {"p/old": "in_force", "p/new": "later"}


def test_every_repealer_counts_whichever_starts_first(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    late = provision("p/late", start="2030-01-01", area="urban", repeals=("p/old",))
    undated = provision("p/undated", start=Bound(kind="unknown"), area="urban", repeals=("p/old",))
    valid = provision("p/valid", start="2012-01-01", area="rural", repeals=("p/old",))
    old = provision("p/old")
    assert repeals_of([late, undated, valid])["p/old"] == (late, undated, valid)
    found = settle([old], ladder=ladder, on=DAY, repealed=repeals_of([late, undated, valid]))
    assert [(rung.state, rung.by) for rung in found] == [("repealed", "p/valid")]


def test_a_place_cannot_repeal_higher_law_and_a_gap_repeals_nothing(
    ladder: Ladder, provision: Callable[..., Provision]
) -> None:
    law = provision("n/law", start="2012-01-01")
    county = provision("p/county", start="2013-01-01", division=COUNTY, area="urban", repeals=("n/law",))
    gap = provision("n/gap", start="2013-01-01", area="urban", status="gap", repeals=("n/law",))
    for repealer in (county, gap):
        found = settle([law], ladder=ladder, on=DAY, repealed=repeals_of([repealer]))
        assert [rung.state for rung in found] == ["in_force"]


def test_what_was_repealed_before_its_first_day_ends_nothing(
    ladder: Ladder, provision: Callable[..., Provision]
) -> None:
    own = provision("p/own", division=COUNTY)
    law = provision("n/law", start="2015-01-01", binding="mandatory")
    undone = provision("n/undone", start="2014-01-01", area="urban", repeals=("n/law",))
    found = settle([own, law], ladder=ladder, on=DAY, repealed=repeals_of([undone]))
    assert states(found) == {"p/own": "in_force", "n/law": "repealed"}


def test_a_reaffirmation_counts_from_its_own_day_and_a_re_issue_like_one(
    ladder: Ladder, provision: Callable[..., Provision]
) -> None:
    law = provision("n/law", start="2015-01-01", binding="mandatory")
    citation = Citation(document="p/doc", article="第二条")
    later = provision("p/own", division=COUNTY, reaffirmed=Reaffirmation(on=date(2020, 1, 1), citation=citation))
    assert settled(ladder, later, law)["p/own"] == "superseded"
    assert settled(ladder, later, law, on=date(2020, 6, 1))["p/own"] == "in_force"
    assert settled(ladder, provision("p/own", division=COUNTY, issued="2016-01-01"), law)["p/own"] == "in_force"


def test_the_order_of_loading_decides_nothing(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    excerpt = provision("a/one", assurance="excerpt", value={"amount": {"yuan": "693"}, "label": "甲"})
    primary = provision("b/two", value={"amount": {"yuan": "693.00"}, "label": "乙"})
    for order in ((excerpt, primary), (primary, excerpt)):
        assert settled(ladder, *order) == {"b/two": "in_force", "a/one": "merged"}


def test_an_inert_provision_is_passed_over(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    found = settled(ladder, provision("p/inert", division=COUNTY, inert=Text("低", "low")), provision("p/nation"))
    assert found == {"p/inert": "inert", "p/nation": "in_force"}


def test_a_removed_item_is_gone_but_on_the_ladder(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    found = settled(ladder, provision("p/nation"), provision("p/county", division=COUNTY, removed=True))
    assert found == {"p/county": "removed", "p/nation": "shadowed"}


@pytest.mark.parametrize(
    ("level", "state"), [("county", "removed"), ("township", "undelegated"), (None, "undelegated")]
)
def test_a_stage_is_skipped_below_only_where_that_was_delegated(
    ladder: Ladder, provision: Callable[..., Provision], level: str | None, state: str
) -> None:
    stage = provision("p/nation", kind="procedure", key="appraisal", delegates_to=level)
    skipped = provision("p/county", kind="procedure", key="appraisal", division=COUNTY, removed=True)
    assert settled(ladder, stage, skipped) == {
        "p/county": state, "p/nation": "shadowed" if state == "removed" else "in_force",
    }  # fmt: skip


def test_an_amendment_outranks_the_plugin_in_its_slot(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    amendment = provision("amendment/1", start="2012-01-01", value={"period": "month"})
    plugin = provision("p/one", start="2015-01-01")
    assert settled(ladder, plugin, amendment) == {"amendment/1": "in_force", "p/one": "shadowed"}


def test_only_standards_have_a_role_in_their_slot(provision: Callable[..., Provision]) -> None:
    assert slot_key(provision(yuan="430", role="floor")) == ("floor", "")
    assert slot_key(provision(kind="standard", value={"name": "standard", "amount": {}})) == ("standard", "")
    assert slot_key(provision(kind="rounding", value={"name": "x"})) == ("", "x")
    assert slot_key(provision(kind="income_definition", key="farming")) == ("", "farming")
    assert slot_key(provision(kind="programme", value={"name": "x"})) == ("", "")
    assert slot_key(provision(kind="standard", value={"name": "class_a", "amount": {}})) == ("standard", "class_a")


def test_mandatory_law_spares_what_begins_with_it_and_what_is_no_older(
    ladder: Ladder, provision: Callable[..., Provision]
) -> None:
    law = provision("n/law", start="2014-05-01", binding="mandatory")
    same_day = provision("p/county", division=COUNTY, start="2014-05-01")
    assert settled(ladder, same_day, law)["p/county"] == "in_force"


def test_a_re_issue_or_reaffirmation_on_the_very_day_counts(
    ladder: Ladder, provision: Callable[..., Provision]
) -> None:
    law = provision("n/law", start="2014-05-01", binding="mandatory")
    reissued = provision("p/county", division=COUNTY, issued="2014-05-01")
    assert settled(ladder, reissued, law)["p/county"] == "in_force"
    citation = Citation(document="p/doc", article="第二条")
    for day in (date(2014, 5, 1), DAY):
        kept = provision("p/county", division=COUNTY, reaffirmed=Reaffirmation(on=day, citation=citation))
        assert settled(ladder, kept, law)["p/county"] == "in_force"


def test_a_mandatory_rule_of_the_place_itself_is_no_higher_law(
    ladder: Ladder, provision: Callable[..., Provision]
) -> None:
    own = provision("p/own", division=COUNTY, until="2030-01-01")
    later = provision("p/later", division=COUNTY, start="2014-05-01", until="2015-01-01", binding="mandatory")
    assert settled(ladder, own, later) == {"p/own": "in_force", "p/later": "ended"}


def test_mandatory_law_that_is_not_in_hand_ends_nothing(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    gap = provision("n/law", start="2014-05-01", binding="mandatory", status="gap", value={})
    assert settled(ladder, provision("p/county", division=COUNTY), gap)["p/county"] == "in_force"


def test_one_item_may_be_repealed_without_the_others(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    def item(key: str) -> Provision:
        return provision("p/income", kind="income_definition", key=key, value={"treatment": "counted"})

    repealer = provision("n/new", kind="income_definition", key="other", value={}, repeals=("p/income#gift",))
    ends = repeals_of([repealer])
    for key, state in (("gift", "repealed"), ("wage", "in_force")):
        (rung,) = settle([item(key)], ladder=ladder, on=DAY, repealed=ends)
        assert rung.state == state


def test_labels_and_the_writing_of_an_amount_rule_nothing(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    def strata(label: str, share: str) -> dict[str, object]:
        return {"label": label, "strata": [{"population": "new", "label": label, "share": share}]}

    same = [provision("p/one", value=strata("甲", "20%")), provision("q/two", value=strata("乙", "20%"))]
    assert sorted(settled(ladder, *same).values()) == ["in_force", "merged"]
    with pytest.raises(JiuzhuError, match="q/two"):
        settled(ladder, same[0], provision("q/two", value=strata("甲", "30%")))
    amounts = [provision("p/one", yuan="693"), provision("q/two", yuan="693.00")]
    assert sorted(settled(ladder, *amounts).values()) == ["in_force", "merged"]


def test_a_tie_is_placed_in_the_file(ladder: Ladder, provision: Callable[..., Provision]) -> None:
    here = [provision(f"{name}/one", value={"period": name}, where=Where(file=name)) for name in "pq"]
    with pytest.raises(JiuzhuError) as caught:
        settled(ladder, *here)
    assert caught.value.where in (Where(file="p"), Where(file="q"))


def test_what_higher_law_ended_is_not_said_to_be_ended_by_the_local_rule_that_came_after(
    ladder: Ladder, provision: Callable[..., Provision]
) -> None:
    law = provision("n/law", start="2014-05-01", binding="mandatory")
    old, new = provision("p/old", division=COUNTY), provision("p/new", division=COUNTY, start="2015-01-01")
    rungs = settle([old, new, law], ladder=ladder, on=DAY, repealed={})
    assert [(rung.state, rung.by) for rung in rungs if rung.provision is old] == [("superseded", "n/law")]
