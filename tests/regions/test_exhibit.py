"""The bureau to look at: published totals hold, the rest is made up and said to be, every amount recomputes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from sqlalchemy import func, select

from core.casework.deciding.proposal import propose
from core.casework.signin import sign_in
from core.casework.trail import verify
from core.store.tables import AssistanceCase, Person
from regions.life.exhibit import DAY, OFFICERS, PASSWORD, exhibit_settings, open_exhibit, welcome
from regions.life.exhibit_roll import DISTRICTS, entries, lots
from regions.settings import Settings

RUIAN = "330381"


def test_totals_and_averages_are_those_that_were_published() -> None:
    made = [one for one in lots() if one.division != RUIAN]
    counts = {area: (sum(one.households for one in made if one.area == area), sum(one.persons for one in made if one.area == area)) for area in ("urban", "rural")}  # fmt: skip
    assert counts == {"urban": (48_613, 61_289), "rural": (31_428, 65_814)}

    averages = {area: Fraction(sum(one.average * one.persons for one in made if one.area == area), counts[area][1]) for area in counts}  # fmt: skip
    assert {area: round(found) for area, found in averages.items()} == {"urban": 330, "rural": 182}
    assert {(one.division, one.area): one.average for one in made} == {
        (code, area): urban if area == "urban" else rural
        for code, _, _, urban, rural in DISTRICTS for area in ("urban", "rural")
    }  # fmt: skip
    ruian = [one for one in lots() if one.division == RUIAN]
    assert [(one.households, one.persons) for one in ruian] == [(5_930, 8_968)]


def test_households_of_a_lot_come_to_its_counts_and_its_average_to_the_fen() -> None:
    numbers: set[str] = set()
    for lot in lots(50):
        found = list(entries(lot))
        assert (len(found), sum(len(one.members) for one in found)) == (lot.households, lot.persons)
        assert sum(one.monthly for one in found) == lot.average * 100 * lot.persons
        numbers |= {member.number for one in found for member in one.members}
    assert len(numbers) == sum(one.persons for one in lots(50))
    assert all(one.startswith("99") for one in numbers)  # a place code that does not exist


def test_every_household_of_yiyang_recomputes_to_what_it_was_opened_with(tmp_path: Path) -> None:
    settings = exhibit_settings(Settings(data_dir=tmp_path, lang="zh"))
    platform = open_exhibit(settings, share=400)
    with platform.reading_desk("city-approver") as desk:
        assert desk.today == DAY
        cases = desk.session.scalars(select(AssistanceCase).where(AssistanceCase.division != RUIAN)).all()
        again = [propose(desk, one, month=DAY) for one in cases]
        assert len(cases) == sum(one.households for one in lots(400) if one.division != RUIAN)
        assert [one.status for one in again] == ["eligible"] * len(cases)
        assert [one.monthly for one in again] == [one.monthly for one in cases]
        assert not verify(desk.session).faults
    platform.database.close()


def test_exhibit_is_made_once_and_its_officers_may_sign_in(tmp_path: Path) -> None:
    settings = exhibit_settings(Settings(data_dir=tmp_path, lang="zh"))
    open_exhibit(settings, share=2000).database.close()
    told: list[tuple[int, int]] = []
    platform = open_exhibit(settings, share=2000, progress=lambda done, total: told.append((done, total)))

    with platform.database.reading() as session:
        assert session.scalar(select(func.count(Person.id))) == sum(one.persons for one in lots(2000))
    assert told[-1][0] == told[-1][1] == sum(one.households for one in lots(2000))
    assert all(sign_in(platform.database, one.login, PASSWORD, now=platform.clock()) for one in OFFICERS)
    text = "\n".join(one.zh for one in welcome(platform))
    assert "合成数据" in text and PASSWORD in text and all(one.login in text for one in OFFICERS)
    platform.database.close()
