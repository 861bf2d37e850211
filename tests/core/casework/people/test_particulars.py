"""Who somebody is, corrected: register and facts say it from then on; number, date of birth and sex must agree."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.casework.audit import check_rows
from core.casework.deciding.facts import versions_of
from core.casework.flow.transition import verify_case
from core.casework.people.particulars import Particulars, correct_particulars
from core.casework.people.person import find_person, member_of
from core.errors import InvalidInput, JiuzhuError
from tests.core.casework.flow.taken_over import TakenOver

DALI = "610523"
NUMBER = "11010519491231002X"
"""Of a woman born on 1949-12-31."""
BORN = date(1949, 12, 31)


@pytest.fixture
def family(shaanxi: Any) -> TakenOver:
    """Two persons of Dali without ID numbers, with two versions of facts."""
    shaanxi.on("2008-03-03")
    found = TakenOver(shaanxi, DALI, item="farming", each="year")
    found.enter("甲", "1000", since="2008-01", division=DALI, area="rural", persons=2)
    found.earns("800", since="2008-03-01", on="2008-03-03")
    return found


def correct(family: TakenOver, **right: Any) -> Any:
    return family.do(
        lambda desk, case: correct_particulars(desk, member_of(desk, case), Particulars(**right), reason="核对户口簿")
    )


def born(family: TakenOver) -> list[str]:
    """What every version of the facts says of the head, in the order they were entered."""
    told: list[str] = family.do(
        lambda desk, case: [one.facts["members"][0]["birth_date"] for one in versions_of(desk.session, case.id)]
    )
    return told


def test_wrong_birth_date_is_corrected_for_every_day_and_the_old_versions_stay(family: TakenOver) -> None:
    assert correct(family, birth_date=BORN) == ("birth_date",)
    assert born(family) == ["1970-03-02", "1970-03-02", "1949-12-31", "1949-12-31"]

    def look(desk: Any, case: Any) -> None:
        assert member_of(desk, case).birth_date == BORN and verify_case(desk.session, case) == ()

    family.do(look)
    with family.bureau.desk(f"auditor.{DALI}") as desk:
        found = [one for one in check_rows(desk, desk.path(DALI)) if one.table in ("person", "facts_version")]
    assert found == []


def test_number_brings_its_birth_date_and_sex_and_finds_the_person(family: TakenOver) -> None:
    assert correct(family, id_number=NUMBER) == ("birth_date", "id_number", "sex")
    assert born(family)[-1] == "1949-12-31"
    with pytest.raises(InvalidInput, match="another_birth_date"):
        correct(family, birth_date=date(1950, 1, 1))
    with family.bureau.desk(f"clerk.{DALI}") as desk:
        assert find_person(desk, NUMBER) is not None


@pytest.mark.parametrize(
    ("right", "code"),
    [
        ({"id_number": NUMBER, "birth_date": date(1950, 1, 1)}, "another_birth_date"),
        ({"id_number": NUMBER, "sex": "male"}, "another_sex"),
        ({"birth_date": date(2030, 1, 1)}, "in_the_future"),
        ({"sex": "x"}, "unknown_sex"),
        ({"id_number": "110105194912310021"}, "id_number_check"),
        ({}, "nothing_to_correct"),
    ],
)
def test_correction_that_does_not_agree_is_refused(family: TakenOver, right: dict[str, Any], code: str) -> None:
    with pytest.raises(JiuzhuError, match=code):
        correct(family, **right)


def test_another_persons_number_is_not_taken(family: TakenOver) -> None:
    spouse = family.do(lambda desk, case: versions_of(desk.session, case.id)[0].facts["members"][1]["id"])

    def give(desk: Any, case: Any) -> None:
        correct_particulars(desk, member_of(desk, case, spouse), Particulars(id_number=NUMBER), reason="核对户口簿")

    family.do(give)
    with pytest.raises(JiuzhuError, match="another_persons_number"):
        correct(family, id_number=NUMBER)
